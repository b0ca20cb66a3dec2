//! A list that lies over the panes, in its box: where each row is, for drawing and for the mouse.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::{framed, more};
use crate::ui::Theme;
use crate::ui::layout::centred;
use crate::ui::panes::list::List;

/// Draws the box and, with the help of `draw_row`, the rows that there is room for.
pub(super) fn draw(
    buf: &mut Buffer,
    main: Rect,
    list: &dyn List,
    theme: &Theme,
    mut draw_row: impl FnMut(&mut Buffer, Rect, usize),
) {
    let (outside, inside) = places(main, list);
    framed(buf, outside, &list.title(), theme.rule_focused);
    let top = top(list, inside);
    for (y, row) in (inside.top()..inside.bottom()).zip(top..list.len()) {
        let line = Rect { y, height: 1, ..inside };
        draw_row(buf, line, row);
        if row == list.selected() {
            buf.set_style(line, Style::reset().patch(theme.selected));
        }
    }
    more(buf, outside, list.len().saturating_sub(top + usize::from(inside.height)), theme);
}

/// The row that is drawn there.
pub(crate) fn row_at(main: Rect, list: &dyn List, at: Position) -> Option<usize> {
    let (_, inside) = places(main, list);
    let row = top(list, inside) + usize::from(at.y.saturating_sub(inside.y));
    (inside.contains(at) && row < list.len()).then_some(row)
}

/// The first row in sight: the one with the cursor always is.
pub(super) fn top(list: &dyn List, inside: Rect) -> usize {
    (list.selected() + 1).saturating_sub(inside.height.into())
}

/// The box, and what is inside it.
pub(super) fn places(main: Rect, list: &dyn List) -> (Rect, Rect) {
    let rows = u16::try_from(list.len()).unwrap_or(u16::MAX);
    let outside = centred(main, list.columns(), rows.saturating_add(2));
    let Rect { x, y, width, height } = outside;
    (outside, Rect { x: x + 1, y: y + 1, width: width.saturating_sub(2), height: height.saturating_sub(2) })
}
