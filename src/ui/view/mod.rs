//! From state to cells; changes nothing.

pub(crate) mod compare;
pub(crate) mod detail;
mod edited;
mod header;
pub(crate) mod help;
mod hints;
mod inbox;
pub(crate) mod list;
mod menu;
mod prompt;
mod rule;
mod secrets;
mod toast;
pub(crate) mod tunnel;
pub(crate) mod welcome;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::widgets::{Block, BorderType, Clear, Widget};

use super::layout::{Pane, centred};
use super::panes::overlay::Overlay;
use super::{App, Theme};
use crate::text;

/// Below this nothing can be read, so nothing is tried.
const SMALLEST: (u16, u16) = (30, 8);

/// Draws the whole screen; says where the cursor is, when somebody types.
pub fn draw(app: &App, buf: &mut Buffer) -> Option<Position> {
    if app.size.width < SMALLEST.0 || app.size.height < SMALLEST.1 {
        Line::raw("hookglass needs a larger terminal").render(buf.area, buf);
        return None;
    }
    let layout = app.layout();
    header::draw(buf, layout.header, app);
    if app.inbox.held() == 0 {
        welcome::draw(buf, layout.main(), app);
    } else {
        rule::draw(buf, app, &layout);
        inbox::draw(buf, layout.inbox.body, app);
        detail::draw(buf, layout.detail.body, &app.detail, &app.theme, app.has_focus(Pane::Detail));
    }
    hints::draw(buf, layout.hints, app);
    // What becomes of a secret or a copy is said while what it is about is still open; elsewhere nothing lies over what is typed.
    let is_over = matches!(app.overlay, Some(Overlay::Secrets(_) | Overlay::Compare(_)));
    let draw_toast = |buf: &mut Buffer| {
        if let Some(toast) = &app.toast {
            toast::draw(buf, layout.main(), toast, &app.theme);
        }
    };
    if !is_over {
        draw_toast(buf);
    }
    let cursor = draw_overlay(buf, app, layout.main(), layout.hints);
    if is_over {
        draw_toast(buf);
    }
    cursor
}

fn draw_overlay(buf: &mut Buffer, app: &App, main: Rect, hints: Rect) -> Option<Position> {
    match app.overlay.as_ref()? {
        Overlay::Help { top } => help::draw(buf, app, *top),
        Overlay::Edited(menu) => edited::draw(buf, main, menu, &app.theme),
        Overlay::Copy(menu) => menu::draw_copies(buf, main, menu, &app.theme),
        Overlay::Compare(pane) => compare::draw(buf, app, pane),
        Overlay::CompareMenu(menu) => menu::draw_comparisons(buf, main, menu, &app.theme),
        Overlay::Clear => menu::draw_question(buf, main, app.inbox.held(), &app.theme),
        Overlay::Reply(menu) => menu::draw_replies(buf, main, menu, &app.theme),
        Overlay::Tunnel(pane) => tunnel::draw(buf, main, pane, &app.tunnels, &app.theme),
        Overlay::Secrets(pane) => return secrets::draw(buf, main, pane, &app.theme),
        Overlay::Prompt(prompt) => return Some(prompt::draw(buf, main, hints, prompt, app)),
    }
    None
}

/// A box over what is below, with a title; gives what is inside.
fn framed(buf: &mut Buffer, area: Rect, title: &str, style: Style) -> Rect {
    Clear.render(area, buf);
    let title = Line::styled(format!(" {title} "), style);
    let block = Block::bordered().border_type(BorderType::Rounded).border_style(style).title(title);
    let inside = block.inner(area);
    block.render(area, buf);
    inside
}

/// On the lower edge of a box that so many lines follow.
fn more(buf: &mut Buffer, area: Rect, below: usize, theme: &Theme) {
    if below > 0 {
        note(buf, area, &format!(" ↓ {below} more "), theme);
    }
}

/// A word on the lower edge of a box.
fn note(buf: &mut Buffer, area: Rect, text: &str, theme: &Theme) {
    let width = u16::try_from(text::width(text)).unwrap_or(u16::MAX);
    let x = area.right().saturating_sub(width.saturating_add(2)).max(area.x);
    buf.set_stringn(x, area.bottom().saturating_sub(1), text, area.width.into(), theme.dim);
}

/// A framed box of that many columns and lines of content, in the middle.
fn framed_in_the_middle(buf: &mut Buffer, main: Rect, content: (u16, u16), title: &str, style: Style) -> Rect {
    let (width, height) = content;
    let area = centred(main, width.saturating_add(4), height.saturating_add(2));
    let inside = framed(buf, area, title, style);
    Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), ..inside }
}
