//! The menu after the editor.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::framed_in_the_middle;
use crate::text;
use crate::ui::Theme;
use crate::ui::edits::{Found, Message, Way};
use crate::ui::panes::detail::line::wrap_words;
use crate::ui::panes::edited::EditedMenu;

const WIDTH: u16 = 72;
/// What stands before the words of a way: its key and its name.
const LEAD: usize = 14;

pub(super) fn draw(buf: &mut Buffer, main: Rect, menu: &EditedMenu, theme: &Theme) {
    let width = usize::from(WIDTH.min(main.width.saturating_sub(4)));
    let lines = match &menu.edited.found {
        Found::Message(message) => message_lines(menu, message, width, theme),
        Found::Broken(problem) => broken_lines(problem, width, theme),
        Found::Empty | Found::Unchanged => Vec::new(),
    };
    let height = u16::try_from(lines.len()).unwrap_or(u16::MAX);
    let title = format!("An edit of #{}", menu.edited.draft.original.seq);
    let inside = framed_in_the_middle(buf, main, (WIDTH, height), &title, theme.rule_focused);
    for (y, (line, is_selected)) in (inside.top()..inside.bottom()).zip(&lines) {
        buf.set_line(inside.x, y, line, inside.width);
        if *is_selected {
            buf.set_style(Rect { y, height: 1, ..inside }, Style::reset().patch(theme.selected));
        }
    }
}

/// The lines, and whether each belongs to what is selected.
fn message_lines<'a>(menu: &'a EditedMenu, message: &'a Message, width: usize, theme: &Theme) -> Vec<(Line<'a>, bool)> {
    let target = menu.target.as_ref().map_or_else(|| "asked for when you choose".to_owned(), ToString::to_string);
    let fact = |name: &'static str, value: String| {
        let value = text::truncate(&text::visible(&value), width.saturating_sub(LEAD)).into_owned();
        (Line::from(vec![Span::styled(format!("{name:LEAD$}"), theme.dim), Span::raw(value)]), false)
    };
    let mut lines = vec![fact("changed", message.changes.to_string()), fact("sent to", target)];
    lines.push((Line::default(), false));
    let signed = message.signed.as_ref().map_or_else(|reason| (reason, false), |words| (words, true));
    for (key, name, (words, is_possible), way) in
        [("x", "exact", (&message.exact, true), Way::Exact), ("S", "re-signed", signed, Way::Signed)]
    {
        let style = if is_possible { theme.text } else { theme.dim };
        let key_style = if is_possible { theme.key } else { theme.dim };
        for (at, row) in wrap_words(&text::visible(words), width.saturating_sub(LEAD)).into_iter().enumerate() {
            let lead = if at == 0 {
                [Span::styled(format!("{key:3}"), key_style), Span::styled(format!("{name:11}"), style)]
            } else {
                [Span::raw(" ".repeat(LEAD)), Span::raw("")]
            };
            let line = Line::from([lead.to_vec(), vec![Span::styled(row, theme.dim)]].concat());
            lines.push((line, menu.selected == way));
        }
    }
    lines
}

fn broken_lines(problem: &str, width: usize, theme: &Theme) -> Vec<(Line<'static>, bool)> {
    let problem = text::visible(problem);
    let mut lines: Vec<_> =
        wrap_words(&problem, width).into_iter().map(|row| (Line::styled(row, theme.bad), false)).collect();
    let kept = "Nothing was sent. Your text is kept until you give it up.";
    lines.push((Line::default(), false));
    lines.extend(wrap_words(kept, width).into_iter().map(|row| (Line::styled(row, theme.text), false)));
    lines
}
