//! Where the parts of the right side are: one answer for drawing, for the mouse and for page sizes.

use ratatui::layout::{Position, Rect};

use super::line::Line;
use super::{Detail, Shown, Tab};
use crate::text;

/// From these heights on there is room for a line below the tabs, and for one above them.
const RULED: u16 = 14;
const ROOMY: u16 = 20;

/// The parts from top to bottom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Regions {
    pub(crate) banner: Rect,
    pub(crate) tabs: Rect,
    /// What the chosen tab shows.
    pub(crate) page: Rect,
    /// The whole of a value that its row has no room for.
    pub(crate) strip: Rect,
    /// Where the cursor is.
    pub(crate) footer: Rect,
}

impl Regions {
    pub(crate) fn of(detail: &Detail, shown: &Shown, area: Rect) -> Self {
        let (banner, rest) = split(area, banner(detail, shown, area).len());
        let (_, rest) = split(rest, usize::from(area.height >= ROOMY));
        let (tabs, rest) = split(rest, 1);
        let (_, rest) = split(rest, usize::from(area.height >= RULED));
        let (above, footer) = split(rest, usize::from(rest.height.saturating_sub(1)));
        let strip = strip_height(detail, shown, above);
        let (page, strip) = split(above, usize::from(above.height) - strip);
        Self { banner, tabs, page, strip, footer }
    }

    /// The columns of the page that rows may fill; the last one is the scroll bar's.
    pub(crate) fn page_width(&self) -> usize {
        usize::from(self.page.width.saturating_sub(1))
    }

    pub(crate) fn page_height(&self) -> usize {
        self.page.height.into()
    }
}

/// The banner for the whole right side: up to a third of it, or half where it says what failed and what to do. Where the
/// page tells why, the banner need not; where it shows answers on a small screen, they need the room more.
pub(crate) fn banner(detail: &Detail, shown: &Shown, area: Rect) -> Vec<Line> {
    let share = if shown.subject.capture.is_failed() { 2 } else { 3 };
    let most = match detail.tab {
        Tab::Why => 2,
        Tab::Exchanges if area.height < ROOMY => 2,
        _ => usize::from(area.height / share).clamp(2, 8),
    };
    shown.banner.lines(area.width.into(), most)
}

fn split(area: Rect, height: usize) -> (Rect, Rect) {
    let height = u16::try_from(height).unwrap_or(u16::MAX).min(area.height);
    (Rect { height, ..area }, Rect { y: area.y + height, height: area.height - height, ..area })
}

/// Up to three lines, and only where enough of the page is left.
fn strip_height(detail: &Detail, shown: &Shown, above: Rect) -> usize {
    if above.height < 6 {
        return 0;
    }
    let width = usize::from(above.width.saturating_sub(1));
    let line = shown.cut_value(detail.tab, width);
    line.map_or(0, |line| {
        let columns: usize = line.iter().map(|piece| text::width(&text::visible(&piece.text))).sum();
        1 + columns.div_ceil(width.max(1)).min(3)
    })
}

/// A tab's title and the columns it takes, from the left.
pub(crate) fn tabs(shown: &Shown, area: Rect) -> Vec<(Tab, Rect, String)> {
    let named = |is_long: bool| Tab::ALL.map(|tab| (tab, shown.title(tab, is_long)));
    let columns = |titles: &[(Tab, String)]| titles.iter().map(|(_, title)| text::width(title) + 3).sum::<usize>();
    let titles =
        Some(named(true)).filter(|titles| columns(titles) <= usize::from(area.width)).unwrap_or_else(|| named(false));
    let mut x = area.x;
    titles
        .into_iter()
        .map(|(tab, title)| {
            let width = u16::try_from(text::width(&title) + 2).unwrap_or(u16::MAX).min(area.right().saturating_sub(x));
            let place = Rect { x, width, ..area };
            x = place.right().saturating_add(1).min(area.right());
            (tab, place, title)
        })
        .collect()
}

/// Which row of an area a place is in.
pub(crate) fn row_at(area: Rect, at: Position) -> Option<usize> {
    area.contains(at).then(|| usize::from(at.y - area.y))
}
