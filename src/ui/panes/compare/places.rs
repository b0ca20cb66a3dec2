//! Where the parts of a comparison are: one answer for drawing, for the mouse and for page sizes.

use ratatui::layout::Rect;

use super::{ComparePane, STRIP};
use crate::text;
use crate::ui::layout::Layout;

/// From this height on a line parts what the two are from what differs.
const RULED: u16 = 12;

/// The parts from top to bottom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Places {
    /// All of it.
    pub(crate) outside: Rect,
    pub(crate) title: Rect,
    /// What the two are.
    pub(crate) sides: Rect,
    /// What differs.
    pub(crate) page: Rect,
    /// The whole of the row under the cursor.
    pub(crate) strip: Rect,
    pub(crate) footer: Rect,
}

impl Places {
    /// In the right side's place; where the panes are stacked, in that of both.
    pub(crate) fn of(layout: &Layout, pane: &ComparePane) -> Self {
        let detail = layout.detail;
        let outside = if layout.divider.is_some() { detail.rule.union(detail.body) } else { layout.main() };
        let (title, rest) = split(outside, 1);
        let inside = Rect { x: rest.x + 1, width: rest.width.saturating_sub(1), ..rest };
        let (sides, rest) = split(inside, 2);
        let (_, rest) = split(rest, usize::from(outside.height >= RULED));
        let (above, footer) = split(rest, usize::from(rest.height.saturating_sub(1)));
        let width = usize::from(above.width.saturating_sub(1)).max(1);
        let rows = if above.height < 6 { 0 } else { strip_rows(pane, width) };
        let (page, strip) = split(above, usize::from(above.height) - rows);
        Self { outside, title, sides, page, strip, footer }
    }

    /// The columns of the page that rows may fill; the last one is the scroll bar's.
    pub(crate) fn page_width(&self) -> usize {
        usize::from(self.page.width.saturating_sub(1))
    }

    pub(crate) fn page_height(&self) -> usize {
        self.page.height.into()
    }
}

/// The rows of the strip, the line above it included.
fn strip_rows(pane: &ComparePane, width: usize) -> usize {
    pane.cut_row(width).map_or(0, |line| {
        let columns: usize = line.iter().map(|piece| text::width(&text::visible(&piece.text))).sum();
        1 + columns.div_ceil(width).min(STRIP)
    })
}

fn split(area: Rect, height: usize) -> (Rect, Rect) {
    let height = u16::try_from(height).unwrap_or(u16::MAX).min(area.height);
    (Rect { height, ..area }, Rect { y: area.y + height, height: area.height - height, ..area })
}
