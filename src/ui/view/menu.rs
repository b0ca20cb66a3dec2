//! The menus, and the one question that is ever asked.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{framed_in_the_middle, list};
use crate::text;
use crate::ui::Theme;
use crate::ui::panes::compare::pair;
use crate::ui::panes::detail::CopyItem;
use crate::ui::panes::list::Menu;
use crate::ui::panes::reply::{Choice, Pick, Row};

/// In fewer columns the beginning of what stands on the right says nothing.
const WORTH_CUTTING: usize = 16;

/// A row: its key, what it is and, where there is room, more of it on the right.
struct Words<'a> {
    lead: Span<'static>,
    key: Option<char>,
    label: &'a str,
    aside: String,
}

pub(super) fn draw_copies(buf: &mut Buffer, main: Rect, menu: &Menu<CopyItem>, theme: &Theme) {
    list::draw(buf, main, menu, theme, |buf, line, row| {
        let CopyItem { key, label, bytes } = &menu.rows()[row];
        let aside = text::size(bytes.len() as u64);
        draw_row(buf, line, Words { lead: Span::raw(" "), key: Some(*key), label, aside }, theme);
    });
}

pub(super) fn draw_comparisons(buf: &mut Buffer, main: Rect, menu: &Menu<pair::Choice>, theme: &Theme) {
    list::draw(buf, main, menu, theme, |buf, line, row| {
        let pair::Choice { key, label, .. } = &menu.rows()[row];
        let words = Words { lead: Span::raw(" "), key: Some(*key), label, aside: String::new() };
        draw_row(buf, line, words, theme);
    });
}

pub(super) fn draw_replies(buf: &mut Buffer, main: Rect, menu: &Menu<Row>, theme: &Theme) {
    list::draw(buf, main, menu, theme, |buf, line, row| match &menu.rows()[row] {
        Row::Heading(title) => {
            buf.set_stringn(line.x + 2, line.y, title, usize::from(line.width).saturating_sub(2), theme.strong);
        }
        Row::Choice(choice) => {
            let Choice { key, title, pick, holds } = choice;
            let lead = Span::styled(if *holds { "● " } else { "  " }, theme.warn);
            let aside = if let Pick::Reply(reply) = pick { reply.to_string() } else { String::new() };
            draw_row(buf, line, Words { lead, key: *key, label: title, aside }, theme);
        }
    });
}

fn draw_row(buf: &mut Buffer, line: Rect, words: Words<'_>, theme: &Theme) {
    let Words { lead, key, label, aside } = words;
    let key = Span::styled(key.map_or_else(|| " ".to_owned(), String::from), theme.key);
    let mut room = usize::from(line.width).saturating_sub(lead.width() + key.width() + 3);
    let label = text::visible(label);
    let label = text::truncate(&label, room);
    room = room.saturating_sub(text::width(&label) + 2);
    buf.set_line(line.x, line.y, &Line::from(vec![lead, key, Span::raw("  "), Span::raw(&*label)]), line.width);
    let aside = text::visible(&aside);
    if text::width(&aside) <= room || room >= WORTH_CUTTING {
        let aside = text::truncate(&aside, room);
        let width = u16::try_from(text::width(&aside)).unwrap_or(u16::MAX);
        buf.set_string(line.right().saturating_sub(width + 1), line.y, &aside, theme.dim);
    }
}

pub(super) fn draw_question(buf: &mut Buffer, main: Rect, held: usize, theme: &Theme) {
    let inside = framed_in_the_middle(buf, main, (44, 3), "Drop everything?", theme.bad);
    let all = format!("{}, pinned ones too.", text::count(held, "capture", "captures"));
    let lines = [
        Line::raw(all),
        Line::default(),
        Line::from(vec![Span::styled("y", theme.key), Span::raw(" drops them, any other key keeps them")]),
    ];
    for (y, line) in (inside.top()..inside.bottom()).zip(&lines) {
        buf.set_line(inside.x, y, line, inside.width);
    }
}
