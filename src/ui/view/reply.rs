//! The menu of answers.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{framed, more};
use crate::text;
use crate::ui::Theme;
use crate::ui::layout::centred;
use crate::ui::panes::reply::{Choice, Pick, ReplyMenu, Row};

const WIDTH: u16 = 76;
/// In fewer columns the beginning of a long reply says nothing.
const WORTH_CUTTING: usize = 16;

pub(super) fn draw(buf: &mut Buffer, main: Rect, menu: &ReplyMenu, theme: &Theme) {
    framed(buf, outside(main, menu), &format!("Senders are answered {}", menu.now), theme.rule_focused);
    let inside = inside(main, menu);
    let top = top(menu, inside.height.into());
    for (y, (index, row)) in (inside.top()..inside.bottom()).zip(menu.rows().iter().enumerate().skip(top)) {
        match row {
            Row::Heading(title) => {
                let title = Line::from(vec![Span::raw("  "), Span::styled(title.as_str(), theme.strong)]);
                buf.set_line(inside.x, y, &title, inside.width);
            }
            Row::Choice(choice) => draw_choice(buf, Rect { y, height: 1, ..inside }, choice, theme),
        }
        if index == menu.selected() {
            buf.set_style(Rect { y, height: 1, ..inside }, Style::reset().patch(theme.selected));
        }
    }
    more(buf, outside(main, menu), menu.rows().len().saturating_sub(top + usize::from(inside.height)), theme);
}

/// The line that is drawn there.
pub(crate) fn row_at(main: Rect, menu: &ReplyMenu, at: Position) -> Option<usize> {
    let inside = inside(main, menu);
    let index = top(menu, inside.height.into()) + usize::from(at.y.saturating_sub(inside.y));
    (inside.contains(at) && index < menu.rows().len()).then_some(index)
}

/// What it is on the left; on the right, where there is room, how it is written.
fn draw_choice(buf: &mut Buffer, line: Rect, choice: &Choice, theme: &Theme) {
    let holds = if choice.holds { "●" } else { " " };
    let key = choice.key.map_or_else(|| " ".to_owned(), String::from);
    let lead = vec![
        Span::styled(holds, theme.warn),
        Span::raw(" "),
        Span::styled(key, theme.key),
        Span::raw("  "),
        Span::raw(choice.title.as_str()),
    ];
    let lead = Line::from(lead);
    buf.set_line(line.x, line.y, &lead, line.width);
    let Pick::Reply(reply) = &choice.pick else { return };
    let room = usize::from(line.width).saturating_sub(lead.width() + 3);
    let written = text::visible(&reply.to_string()).into_owned();
    if text::width(&written) > room && room < WORTH_CUTTING {
        return;
    }
    let written = text::truncate(&written, room);
    let width = u16::try_from(text::width(&written)).unwrap_or(u16::MAX);
    buf.set_string(line.right().saturating_sub(width + 1), line.y, &written, theme.dim);
}

fn outside(main: Rect, menu: &ReplyMenu) -> Rect {
    centred(main, WIDTH, u16::try_from(menu.rows().len() + 2).unwrap_or(u16::MAX))
}

fn inside(main: Rect, menu: &ReplyMenu) -> Rect {
    let Rect { x, y, width, height } = outside(main, menu);
    Rect { x: x + 1, y: y + 1, width: width.saturating_sub(2), height: height.saturating_sub(2) }
}

/// The first line on screen: the selected one is always seen.
fn top(menu: &ReplyMenu, height: usize) -> usize {
    (menu.selected() + 1).saturating_sub(height)
}
