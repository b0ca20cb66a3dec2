//! The copy menu, and the one question that is ever asked.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{framed, framed_in_the_middle};
use crate::text;
use crate::ui::Theme;
use crate::ui::layout::centred;
use crate::ui::panes::overlay::CopyMenu;

const WIDTH: u16 = 52;

pub(super) fn draw(buf: &mut Buffer, main: Rect, menu: &CopyMenu, theme: &Theme) {
    framed(buf, outside(main, menu), "Copy", theme.rule_focused);
    let inside = inside(main, menu);
    let top = top(menu, inside.height.into());
    for (y, (index, item)) in (inside.top()..inside.bottom()).zip(menu.items.iter().enumerate().skip(top)) {
        let size = text::size(item.bytes.len() as u64);
        let room = usize::from(inside.width).saturating_sub(size.len() + 6);
        let label = text::truncate(&item.label, room).into_owned();
        let gap = " ".repeat(room.saturating_sub(text::width(&label)) + 1);
        let line = Line::from(vec![
            Span::raw(" "),
            Span::styled(item.key.to_string(), theme.key),
            Span::raw("  "),
            Span::raw(label),
            Span::raw(gap),
            Span::styled(size, theme.dim),
        ]);
        buf.set_line(inside.x, y, &line, inside.width);
        if index == menu.selected {
            buf.set_style(Rect { y, height: 1, ..inside }, Style::reset().patch(theme.selected));
        }
    }
}

/// The item that is drawn there.
pub(crate) fn item_at(main: Rect, menu: &CopyMenu, at: Position) -> Option<usize> {
    let inside = inside(main, menu);
    let index = top(menu, inside.height.into()) + usize::from(at.y.saturating_sub(inside.y));
    (inside.contains(at) && index < menu.items.len()).then_some(index)
}

pub(super) fn draw_question(buf: &mut Buffer, main: Rect, held: usize, theme: &Theme) {
    let inside = framed_in_the_middle(buf, main, (44, 3), "Drop everything?", theme.bad);
    let all = format!("{held} {}, pinned ones too.", if held == 1 { "capture" } else { "captures" });
    let lines = [
        Line::raw(all),
        Line::default(),
        Line::from(vec![Span::styled("y", theme.key), Span::raw(" drops them, any other key keeps them")]),
    ];
    for (y, line) in (inside.top()..inside.bottom()).zip(&lines) {
        buf.set_line(inside.x, y, line, inside.width);
    }
}

fn outside(main: Rect, menu: &CopyMenu) -> Rect {
    centred(main, WIDTH, u16::try_from(menu.items.len() + 2).unwrap_or(u16::MAX))
}

fn inside(main: Rect, menu: &CopyMenu) -> Rect {
    let Rect { x, y, width, height } = outside(main, menu);
    Rect { x: x + 1, y: y + 1, width: width.saturating_sub(2), height: height.saturating_sub(2) }
}

/// The first item on screen: the selected one is always seen.
fn top(menu: &CopyMenu, height: usize) -> usize {
    (menu.selected + 1).saturating_sub(height)
}
