//! The lines that part the panes and carry their titles.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::text;
use crate::ui::layout::{Layout, Pane};
use crate::ui::{App, Theme};

pub(super) fn draw(buf: &mut Buffer, app: &App, layout: &Layout) {
    let theme = &app.theme;
    let rule = |buf: &mut Buffer, area: Rect, pane, title, aside| {
        titled(buf, area, theme, app.focus == pane, title, aside);
    };
    rule(buf, layout.inbox.rule, Pane::Inbox, inbox_title(app), inbox_aside(app));
    rule(buf, layout.detail.rule, Pane::Detail, detail_title(app), None);
    if let Some(divider) = layout.divider {
        for y in divider.top()..divider.bottom() {
            buf.set_string(divider.x, y, if y == divider.y { "┬" } else { "│" }, theme.rule);
        }
    }
}

/// `── title ──────── aside ──`
fn titled(buf: &mut Buffer, area: Rect, theme: &Theme, focused: bool, title: String, aside: Option<(String, Style)>) {
    let style = if focused { theme.rule_focused } else { theme.rule };
    buf.set_string(area.x, area.y, "─".repeat(area.width.into()), style);
    let room = usize::from(area.width).saturating_sub(6);
    let mut aside_width = 0;
    if let Some((aside, style)) = aside.filter(|(aside, _)| text::width(aside) + 8 < room) {
        aside_width = text::width(&aside) + 2;
        let x = area.right().saturating_sub(u16::try_from(aside_width + 2).unwrap_or(u16::MAX));
        buf.set_string(x, area.y, format!(" {aside} "), style);
    }
    let title_style = if focused { theme.rule_focused.patch(theme.strong) } else { theme.strong };
    let title = text::truncate(&title, room.saturating_sub(aside_width)).into_owned();
    let title = Line::from(vec![Span::raw(" "), Span::styled(title, title_style), Span::raw(" ")]);
    buf.set_line(area.x + 2, area.y, &title, area.width.saturating_sub(2));
}

fn inbox_title(app: &App) -> String {
    let (shown, held) = (app.inbox.len(), app.inbox.held());
    match app.inbox.filter() {
        Some(filter) if filter.is_awaiting() => format!("Inbox · filter: {} — …", text::visible(&filter.text)),
        Some(filter) => format!("Inbox · filter: {} — {shown} of {held}", text::visible(&filter.text)),
        None => format!("Inbox · {held}"),
    }
}

fn inbox_aside(app: &App) -> Option<(String, Style)> {
    let unseen = app.inbox.unseen();
    if unseen > 0 {
        return Some((format!("↓ {unseen} new"), app.theme.warn));
    }
    app.inbox.follows().then(|| ("following".to_owned(), app.theme.dim))
}

fn detail_title(app: &App) -> String {
    match app.inbox.selected() {
        Some(seq) => format!("Capture #{seq}"),
        None => "Capture".to_owned(),
    }
}
