//! The secrets overlay: where each comes from, never what it is.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};

use super::{framed_in_the_middle, list};
use crate::text;
use crate::ui::Theme;
use crate::ui::panes::secrets::{Held, Row, SecretsPane, Typing};

/// The columns of providers' names.
const NAMES: usize = 24;

/// Draws the list, and the line where one is typed; says where its cursor is.
pub(super) fn draw(buf: &mut Buffer, main: Rect, pane: &SecretsPane, theme: &Theme) -> Option<Position> {
    let first_line = list::places(main, pane).1.y;
    list::draw(buf, main, pane, theme, |buf, area, index| {
        // A provider is named once, however many secrets it has.
        let row = &pane.rows()[index];
        let is_named = index > 0 && area.y > first_line && pane.rows()[index - 1].title == row.title;
        buf.set_line(area.x, area.y, &line(row, !is_named, usize::from(area.width), theme), area.width);
    });
    pane.typing.as_ref().map(|typing| draw_line(buf, main, typing, theme))
}

fn line(row: &Row, is_first: bool, width: usize, theme: &Theme) -> Line<'static> {
    let title = text::pad(if is_first { &row.title } else { "" }, NAMES.min(width / 2));
    let held = match &row.held {
        Held::Secret(_, source) => vec![Span::styled("✓ ", theme.good), Span::raw(source.to_string())],
        Held::OfPath(source, path) => vec![
            Span::styled("✓ ", theme.good),
            Span::raw(source.to_string()),
            Span::styled(format!("  at {}", text::visible(path)), theme.dim),
        ],
        Held::Wanted => vec![Span::styled("? signed deliveries wait for it", theme.warn)],
        Held::Nothing => vec![Span::styled("–", theme.dim)],
    };
    let title_style = if row.held == Held::Nothing { theme.dim } else { theme.text };
    let mut spans = vec![Span::raw(" "), Span::styled(title, title_style), Span::raw("  ")];
    spans.extend(held);
    Line::from(spans)
}

fn draw_line(buf: &mut Buffer, main: Rect, typing: &Typing, theme: &Theme) -> Position {
    let title = format!("Secret of {}", typing.title);
    let title = text::truncate(&title, usize::from(main.width).min(60));
    let inside = framed_in_the_middle(buf, main, (60, 3), &title, theme.rule_focused);
    let room = usize::from(inside.width).saturating_sub(1);
    let shown = typing.line.shown();
    let shown = text::truncate_start(&shown, room);
    buf.set_stringn(inside.x, inside.y, &shown, room, theme.accent);
    let note = "the secret, or where it is: env:VAR or file:PATH";
    let y = (inside.y + 2).min(inside.bottom().saturating_sub(1));
    buf.set_stringn(inside.x, y, note, inside.width.into(), theme.dim);
    let column = u16::try_from(text::width(&shown)).unwrap_or(u16::MAX);
    Position::new(inside.x + column.min(inside.width.saturating_sub(1)), inside.y)
}
