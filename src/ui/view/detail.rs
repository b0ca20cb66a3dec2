//! The right side of the screen.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::ui::Theme;
use crate::ui::panes::detail::Detail;

/// Draws the banner, the tabs and what the chosen tab shows.
pub(crate) fn draw(buf: &mut Buffer, area: Rect, detail: &Detail, theme: &Theme, focused: bool) {
    let _ = (buf, area, detail, theme, focused);
}
