//! Where everything is: one pure answer for drawing, for the mouse and for page sizes.

use ratatui::layout::{Position, Rect, Size};

/// The two panes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pane {
    Inbox,
    Detail,
}

impl Pane {
    pub(crate) fn other(self) -> Self {
        match self {
            Self::Inbox => Self::Detail,
            Self::Detail => Self::Inbox,
        }
    }
}

/// A pane's line with its title, and what is below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PaneArea {
    pub(crate) rule: Rect,
    pub(crate) body: Rect,
}

/// Where everything is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) header: Rect,
    pub(crate) inbox: PaneArea,
    pub(crate) detail: PaneArea,
    /// The column between the panes when they are side by side.
    pub(crate) divider: Option<Rect>,
    pub(crate) hints: Rect,
}

/// From this width on the panes are side by side.
const WIDE: u16 = 100;
/// The inbox takes a good two fifths, but no more and no fewer columns than a line of it can use.
const INBOX_WIDTH: (u16, u16) = (45, 76);
/// What is left of the inbox, stacked, while the capture has the focus.
const INBOX_LINES_APART: u16 = 4;

impl Layout {
    /// The layout of a screen; stacked, the pane with the focus gets the room.
    pub(crate) fn of(size: Size, focus: Pane) -> Self {
        let screen = Rect::new(0, 0, size.width, size.height);
        let (header, rest) = split_top(screen, 1);
        let (main, hints) = split_top(rest, rest.height.saturating_sub(1));
        let (inbox, divider, detail) = if size.width >= WIDE {
            let width = (size.width * 9 / 20).clamp(INBOX_WIDTH.0, INBOX_WIDTH.1);
            let (inbox, rest) = split_left(main, width);
            let (divider, detail) = split_left(rest, 1);
            (inbox, Some(divider), detail)
        } else {
            let (inbox, detail) = split_top(main, stacked_inbox_height(main.height, focus));
            (inbox, None, detail)
        };
        let detail = PaneArea::of(detail);
        // A margin, so that the capture's text stands off the divider and under the inbox's.
        let (_, body) = split_left(detail.body, 1);
        Self { header, inbox: PaneArea::of(inbox), detail: PaneArea { body, ..detail }, divider, hints }
    }

    /// What the pointer is over.
    pub(crate) fn pane_at(&self, at: Position) -> Option<Pane> {
        if self.inbox.body.contains(at) || self.inbox.rule.contains(at) {
            Some(Pane::Inbox)
        } else if self.detail.body.contains(at) || self.detail.rule.contains(at) {
            Some(Pane::Detail)
        } else {
            None
        }
    }

    /// The area below the header and above the hints.
    pub(crate) fn main(&self) -> Rect {
        self.inbox.rule.union(self.inbox.body).union(self.detail.rule).union(self.detail.body)
    }
}

impl PaneArea {
    fn of(area: Rect) -> Self {
        let (rule, body) = split_top(area, 1);
        Self { rule, body }
    }
}

fn stacked_inbox_height(height: u16, focus: Pane) -> u16 {
    match focus {
        Pane::Inbox => (height * 2 / 5).max(INBOX_LINES_APART + 1),
        Pane::Detail => (height / 4).max(INBOX_LINES_APART),
    }
    .min(height)
}

fn split_top(area: Rect, height: u16) -> (Rect, Rect) {
    let height = height.min(area.height);
    let top = Rect { height, ..area };
    (top, Rect { y: area.y + height, height: area.height - height, ..area })
}

fn split_left(area: Rect, width: u16) -> (Rect, Rect) {
    let width = width.min(area.width);
    let left = Rect { width, ..area };
    (left, Rect { x: area.x + width, width: area.width - width, ..area })
}

/// A box of at most that size in the middle of an area.
pub(crate) fn centred(area: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(area.width), height.min(area.height));
    Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width, height }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cell_belongs_to_one_part_at_any_size() {
        for (width, height) in [(120, 36), (100, 30), (99, 30), (80, 24), (60, 16), (20, 5), (1, 1), (0, 0)] {
            for focus in [Pane::Inbox, Pane::Detail] {
                let layout = Layout::of(Size::new(width, height), focus);
                let Layout { header, inbox, detail, divider, hints } = layout;
                let margin = Rect { width: detail.rule.width.min(1), ..detail.body };
                let parts = [header, inbox.rule, inbox.body, detail.rule, detail.body, margin, hints];
                let cells: u32 = parts.into_iter().chain(divider).map(|part| part.area()).sum();
                assert_eq!(cells, u32::from(width) * u32::from(height), "{width}×{height} {focus:?}: {layout:?}");
            }
        }
    }

    #[test]
    fn wide_screens_stand_side_by_side_and_narrow_ones_stack() {
        let wide = Layout::of(Size::new(120, 36), Pane::Inbox);
        assert_eq!((wide.inbox.body.width, wide.detail.body.width, wide.detail.body.height), (54, 64, 33));
        let narrow = Layout::of(Size::new(60, 16), Pane::Inbox);
        assert_eq!((narrow.inbox.body.height, narrow.detail.body.height), (4, 8));
        let reading = Layout::of(Size::new(60, 16), Pane::Detail);
        assert_eq!((reading.inbox.body.height, reading.detail.body.height), (3, 9));
    }
}
