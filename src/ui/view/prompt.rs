//! Lines to type into: the filter and the search on the last line, the target in a box.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::framed_in_the_middle;
use crate::text;
use crate::ui::panes::overlay::{Prompt, Purpose};
use crate::ui::{App, Theme};

/// What can be typed where a target is asked for.
const A_TARGET: &str = "3000 · localhost:3000/hooks · https://…";

/// What stands about a line in a box.
struct Words {
    title: String,
    /// What could be typed, while nothing is.
    example: &'static str,
    note: &'static str,
}

/// Draws the line; says where its cursor is.
pub(super) fn draw(buf: &mut Buffer, main: Rect, hints: Rect, prompt: &Prompt, app: &App) -> Position {
    let words = match prompt.purpose {
        Purpose::Filter => return on_last_line(buf, hints, prompt, &app.theme, "enter keeps · esc clears"),
        Purpose::Search => return on_last_line(buf, hints, prompt, &app.theme, "enter keeps, n/N next · esc ends"),
        Purpose::Target(seq) => Words {
            title: format!("Resend #{seq} to"),
            example: A_TARGET,
            note: "a host alone keeps the path of the delivery",
        },
        Purpose::Signed(seq) => Words {
            title: format!("Sign #{seq} afresh and send it to"),
            example: A_TARGET,
            note: "with a fresh time, and id where the scheme has one",
        },
        Purpose::Edited => Words {
            title: "Send the edit to".to_owned(),
            example: A_TARGET,
            note: "a host alone keeps the path of the edit",
        },
        Purpose::All => Words {
            title: chosen(app),
            example: "localhost:3000 · localhost:3000 10/s",
            note: "one after the other, or as fast as you say: 10/s, 90/m",
        },
        Purpose::Reply => Words {
            title: "Answer every sender".to_owned(),
            example: "503 next=3 · 500 every=2 · hang · drop",
            note: "delay=3s next=3 every=2 header=A:b body=TEXT or @FILE",
        },
        Purpose::Forward => Words {
            title: "Forward every delivery to".to_owned(),
            example: A_TARGET,
            note: "several parted by blanks · empty forwards to nobody",
        },
    };
    in_box(buf, main, prompt, &words, &app.theme)
}

/// How many are resent, and what chose them.
fn chosen(app: &App) -> String {
    let count = app.many.chosen.len();
    match (app.many.by_mark, count) {
        (true, _) => format!("Resend {count} marked to"),
        (false, 1) => "Resend the one that the filter shows to".to_owned(),
        (false, _) => format!("Resend all {count} that the filter shows to"),
    }
}

fn in_box(buf: &mut Buffer, main: Rect, prompt: &Prompt, words: &Words, theme: &Theme) -> Position {
    let inside = framed_in_the_middle(buf, main, (64, 3), &words.title, theme.rule_focused);
    let y = (inside.y + 2).min(inside.bottom().saturating_sub(1));
    buf.set_stringn(inside.x, y, words.note, inside.width.into(), theme.dim);
    if prompt.input.value().is_empty() {
        buf.set_stringn(inside.x, inside.y, words.example, inside.width.into(), theme.dim);
    }
    typed(buf, inside, prompt, theme.accent)
}

fn on_last_line(buf: &mut Buffer, area: Rect, prompt: &Prompt, theme: &Theme, note: &str) -> Position {
    let lead = Line::from(vec![Span::styled(" /", theme.key), Span::raw(" ")]);
    buf.set_line(area.x, area.y, &lead, area.width);
    let note_width = u16::try_from(text::width(note)).unwrap_or(u16::MAX);
    let has_note = area.width > note_width + 24;
    if has_note {
        buf.set_string(area.right() - note_width - 1, area.y, note, theme.dim);
    }
    let room = area.width.saturating_sub(4 + if has_note { note_width + 2 } else { 0 });
    typed(buf, Rect { x: area.x + 3, width: room, ..area }, prompt, theme.text)
}

/// The typed text, scrolled so that its cursor is seen.
fn typed(buf: &mut Buffer, area: Rect, prompt: &Prompt, style: Style) -> Position {
    let input = &prompt.input;
    let scroll = input.visual_scroll(usize::from(area.width).saturating_sub(1));
    let shown = text::visible(input.value());
    let mut skipped = 0;
    let start = shown.char_indices().find(|(_, char)| {
        let here = skipped;
        skipped += text::width(char.encode_utf8(&mut [0; 4]));
        here >= scroll
    });
    let rest = start.map_or("", |(at, _)| &shown[at..]);
    buf.set_stringn(area.x, area.y, rest, area.width.into(), style);
    let column = u16::try_from(input.visual_cursor().saturating_sub(scroll)).unwrap_or(u16::MAX);
    Position::new(area.x + column.min(area.width.saturating_sub(1)), area.y)
}
