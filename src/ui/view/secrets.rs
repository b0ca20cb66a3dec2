//! The secrets overlay: where each comes from, never what it is.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{framed, framed_in_the_middle, more};
use crate::text;
use crate::ui::Theme;
use crate::ui::layout::centred;
use crate::ui::panes::secrets::{Held, Row, SecretsPane, Typing};

const WIDTH: u16 = 68;
/// The columns of providers' names.
const NAMES: usize = 24;

/// Draws the list, and the line where one is typed; says where its cursor is.
pub(super) fn draw(buf: &mut Buffer, main: Rect, pane: &SecretsPane, theme: &Theme) -> Option<Position> {
    framed(buf, outside(main, pane), "Secrets", theme.rule_focused);
    let inside = inside(main, pane);
    let top = top(pane, inside.height.into());
    for (y, (index, row)) in (inside.top()..inside.bottom()).zip(pane.rows().iter().enumerate().skip(top)) {
        let is_first = index == top || pane.rows()[index - 1].title != row.title;
        buf.set_line(inside.x, y, &line(row, is_first, usize::from(inside.width), theme), inside.width);
        if index == pane.selected() {
            buf.set_style(Rect { y, height: 1, ..inside }, Style::reset().patch(theme.selected));
        }
    }
    let below = pane.rows().len().saturating_sub(top + usize::from(inside.height));
    more(buf, outside(main, pane), below, theme);
    pane.typing.as_ref().map(|typing| draw_line(buf, main, typing, theme))
}

/// The line that is drawn there.
pub(crate) fn row_at(main: Rect, pane: &SecretsPane, at: Position) -> Option<usize> {
    let inside = inside(main, pane);
    let index = top(pane, inside.height.into()) + usize::from(at.y.saturating_sub(inside.y));
    (inside.contains(at) && index < pane.rows().len()).then_some(index)
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

fn outside(main: Rect, pane: &SecretsPane) -> Rect {
    centred(main, WIDTH, u16::try_from(pane.rows().len() + 2).unwrap_or(u16::MAX))
}

fn inside(main: Rect, pane: &SecretsPane) -> Rect {
    let Rect { x, y, width, height } = outside(main, pane);
    Rect { x: x + 1, y: y + 1, width: width.saturating_sub(2), height: height.saturating_sub(2) }
}

/// The first line on screen: the selected one is always seen.
fn top(pane: &SecretsPane, height: usize) -> usize {
    (pane.selected() + 1).saturating_sub(height)
}
