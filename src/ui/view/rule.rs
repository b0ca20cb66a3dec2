//! The lines that part the panes and carry their titles.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::text;
use crate::ui::layout::{Layout, Pane};
use crate::ui::{Action, App, Theme};

pub(super) fn draw(buf: &mut Buffer, app: &App, layout: &Layout) {
    let theme = &app.theme;
    let rule = |buf: &mut Buffer, area: Rect, pane, title, aside| {
        titled(buf, area, theme, app.has_focus(pane), title, aside);
    };
    rule(buf, layout.inbox.rule, Pane::Inbox, inbox_title(app, layout.inbox.rule.width), inbox_aside(app));
    rule(buf, layout.detail.rule, Pane::Detail, detail_title(app), None);
    if let Some(divider) = layout.divider {
        for y in divider.top()..divider.bottom() {
            buf.set_string(divider.x, y, if y == divider.y { "┬" } else { "│" }, theme.rule);
        }
    }
}

/// What a title leaves of its line, at least.
const MARGIN: usize = 6;

/// `── title ──────── aside ──`
pub(super) fn titled(
    buf: &mut Buffer,
    area: Rect,
    theme: &Theme,
    focused: bool,
    title: String,
    aside: Option<(String, Style)>,
) {
    let style = if focused { theme.rule_focused } else { theme.rule };
    buf.set_string(area.x, area.y, "─".repeat(area.width.into()), style);
    let room = usize::from(area.width).saturating_sub(MARGIN);
    let mut aside_width = 0;
    if let Some((aside, style)) = aside.filter(|(aside, _)| text::width(aside) + 8 < room) {
        aside_width = text::width(&aside) + 2;
        let x = area.right().saturating_sub(u16::try_from(aside_width + 2).unwrap_or(u16::MAX));
        buf.set_string(x, area.y, format!(" {aside} "), style);
    }
    let title_style = Style::reset().patch(if focused { theme.rule_focused } else { theme.text }).patch(theme.strong);
    let title = text::truncate(&title, room.saturating_sub(aside_width)).into_owned();
    let title = Line::from(vec![Span::raw(" "), Span::styled(title, title_style), Span::raw(" ")]);
    buf.set_line(area.x + 2, area.y, &title, area.width.saturating_sub(2));
}

/// The count must be seen, however long the filter is.
fn inbox_title(app: &App, width: u16) -> String {
    let (shown, held) = (app.inbox.len(), app.inbox.held());
    let Some(filter) = app.inbox.filter() else {
        let marked = app.inbox.marks().len();
        let marked = if marked > 0 { format!(" · {marked} marked") } else { String::new() };
        return format!("Inbox · {held}{marked}");
    };
    let count = if filter.is_awaiting() { " — …".to_owned() } else { format!(" — {shown} of {held}") };
    let room = usize::from(width).saturating_sub("filter: ".len() + text::width(&count) + MARGIN);
    format!("filter: {}{count}", text::truncate(&text::visible(&filter.text), room))
}

fn inbox_aside(app: &App) -> Option<(String, Style)> {
    let unseen = app.inbox.unseen();
    if unseen > 0 {
        let key = app.keymap.keys_of(Action::Last).next().map_or_else(String::new, |key| format!(" · {key}"));
        return Some((format!("↓ {unseen} new{key}"), app.theme.warn));
    }
    let plain = app.inbox.follows() && app.inbox.filter().is_none();
    plain.then(|| ("following".to_owned(), app.theme.dim))
}

fn detail_title(app: &App) -> String {
    match app.inbox.selected() {
        Some(seq) => format!("Capture #{seq}"),
        None => "Capture".to_owned(),
    }
}
