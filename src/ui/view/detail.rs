//! The right side of the screen.

pub(super) mod paint;

use jiff::tz::TimeZone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use crate::ui::Theme;
use crate::ui::panes::detail::exchanges::{self, ExchangesPage, Frame};
use crate::ui::panes::detail::line::Line;
use crate::ui::panes::detail::regions::{self, Regions};
use crate::ui::panes::detail::{Detail, Shown, Tab};
use paint::Painter;

/// Draws the banner, the tabs and what the chosen tab shows.
pub(crate) fn draw(buf: &mut Buffer, area: Rect, detail: &Detail, theme: &Theme, focused: bool) {
    let Some(shown) = detail.shown.as_ref().filter(|_| area.width > 4 && area.height > 0) else { return };
    let regions = Regions::of(detail, shown, area);
    let mut painter = Painter { buf, theme, needle: "", cursor: cursor_style(theme, focused) };
    painter.full_lines(regions.banner, &regions::banner(detail, shown, area), None);
    draw_tabs(&mut painter, &regions, detail, shown, focused);
    painter.needle = &detail.needle;
    match detail.tab {
        Tab::Tree => draw_tree(&mut painter, &regions, shown),
        Tab::Headers => draw_headers(&mut painter, &regions, shown),
        Tab::Raw => draw_raw(&mut painter, &regions, shown),
        Tab::Exchanges => draw_exchanges(&mut painter, &regions, detail, shown),
        Tab::Why => draw_why(&mut painter, &regions, detail, shown),
    }
    draw_strip(&mut painter, &regions, detail, shown);
    let (left, right) = shown.footer(detail.tab, detail.stack);
    painter.needle = "";
    painter.ends(regions.footer, &left, &right);
}

fn cursor_style(theme: &Theme, focused: bool) -> Style {
    if focused { theme.selected } else { theme.selected_apart }
}

fn draw_tabs(painter: &mut Painter<'_>, regions: &Regions, detail: &Detail, shown: &Shown, focused: bool) {
    let theme = painter.theme;
    for (tab, place, title) in regions::tabs(shown, regions.tabs) {
        let style = match (tab == detail.tab, focused) {
            (true, true) => theme.accent.add_modifier(Modifier::BOLD | Modifier::REVERSED),
            (true, false) => theme.strong.add_modifier(Modifier::REVERSED),
            (false, _) => theme.dim,
        };
        painter.buf.set_stringn(place.x, place.y, format!(" {title} "), place.width.into(), style);
    }
    let below = Rect { y: regions.tabs.bottom(), height: 1, ..regions.tabs };
    if below.y < regions.page.y {
        painter.rule(below);
    }
}

fn draw_tree(painter: &mut Painter<'_>, regions: &Regions, shown: &Shown) {
    let page = &shown.tree;
    let width = regions.page_width();
    let notice = page.notice(width);
    painter.lines(regions.page, &notice, None);
    let rows = below(regions.page, notice.len());
    let height = usize::from(rows.height);
    let cursor = page.cursor().map(|cursor| cursor - page.first_in_sight(height));
    painter.lines(rows, &page.lines(width, height), cursor);
    let (first, len) = page.extent(width, height);
    painter.scroll_bar(rows, first, height, len);
}

fn draw_headers(painter: &mut Painter<'_>, regions: &Regions, shown: &Shown) {
    let page = &shown.headers;
    let height = regions.page_height();
    let first = page.first_in_sight(height);
    let rows: Vec<Line> = (first..page.len()).take(height).map(|row| page.line(row, regions.page_width())).collect();
    painter.lines(regions.page, &rows, Some(page.cursor() - first));
    painter.scroll_bar(regions.page, first, height, page.len());
}

fn draw_raw(painter: &mut Painter<'_>, regions: &Regions, shown: &Shown) {
    let lines = shown.raw.lines(regions.page_width(), regions.page_height());
    painter.lines(regions.page, &lines, None);
    let (first, rows) = shown.raw.extent(regions.page_width());
    painter.scroll_bar(regions.page, first, regions.page_height(), rows);
}

fn draw_exchanges(painter: &mut Painter<'_>, regions: &Regions, detail: &Detail, shown: &Shown) {
    let page = &shown.exchanges;
    let frame = shown.frame(regions);
    let list_height = page.list_height(frame.height);
    let (above, rest) = (Rect { height: list_height as u16, ..regions.page }, below(regions.page, list_height));
    let (rows, cursor) = page.rows(&frame);
    if page.len() == 0 {
        return painter.lines(regions.page, &rows, None);
    }
    draw_list(painter, above, page, &frame, &detail.zone);
    draw_sides(painter, Rect { height: rest.height.min(1), ..rest }, page, list_height);
    let room = below(rest, 1);
    painter.lines(room, &rows, cursor);
    let (first, len) = page.extent(&frame);
    painter.scroll_bar(room, first, room.height.into(), len);
}

fn draw_list(painter: &mut Painter<'_>, area: Rect, page: &ExchangesPage, frame: &Frame, zone: &TimeZone) {
    let height = usize::from(area.height);
    let first = page.first_in_sight(frame.height);
    let rows: Vec<Line> = (first..page.len()).take(height).map(|row| page.line(row, frame.width, zone)).collect();
    // Where somebody reads below it, the list keeps its colours and the chosen one a mark.
    let cursor = (!page.is_inside()).then(|| page.cursor() - first);
    painter.lines(area, &rows, cursor);
    if page.is_inside() {
        painter.mark(area, page.cursor() - first);
    }
    painter.scroll_bar(area, first, height, page.len());
}

/// What is shown of the exchange, what else can be, and how many exchanges there are when the list does not show them all.
fn draw_sides(painter: &mut Painter<'_>, rule: Rect, page: &ExchangesPage, listed: usize) {
    painter.rule(rule);
    for (side, columns) in exchanges::titles() {
        let style = match (side == page.side(), page.is_inside()) {
            (true, true) => painter.theme.accent.add_modifier(Modifier::BOLD | Modifier::REVERSED),
            (true, false) => painter.theme.strong,
            (false, _) => painter.theme.dim,
        };
        let x = rule.x + u16::try_from(columns.start).unwrap_or(u16::MAX);
        let room = usize::from(rule.right().saturating_sub(x));
        // The rule's own dimness would add to that of a title.
        let style = Style::reset().patch(style);
        painter.buf.set_stringn(x, rule.y, format!(" {} ", side.title()), room, style);
    }
    let place = (listed < page.len()).then(|| format!("{} of {}", page.cursor() + 1, page.len()));
    let forgotten = (page.forgotten() > 0).then(|| format!("{} older made room", page.forgotten()));
    let said: Vec<_> = place.into_iter().chain(forgotten).collect();
    if !said.is_empty() {
        painter.aside(rule, &format!(" {} ", said.join(", ")));
    }
}

fn draw_why(painter: &mut Painter<'_>, regions: &Regions, detail: &Detail, shown: &Shown) {
    let lines = shown.why.lines(regions.page_width(), detail.stack);
    let height = regions.page_height();
    // On a larger screen than before there may be less to scroll.
    let top = shown.why.top().min(lines.len().saturating_sub(height));
    painter.lines(regions.page, &lines[top..], None);
    painter.scroll_bar(regions.page, top, height, lines.len());
}

fn draw_strip(painter: &mut Painter<'_>, regions: &Regions, detail: &Detail, shown: &Shown) {
    let Some(value) = shown.cut_value(detail.tab, regions.page_width()).filter(|_| regions.strip.height > 1) else {
        return;
    };
    painter.rule(Rect { height: 1, ..regions.strip });
    painter.wrapped(below(regions.strip, 1), &value);
}

fn below(area: Rect, rows: usize) -> Rect {
    let rows = u16::try_from(rows).unwrap_or(u16::MAX).min(area.height);
    Rect { y: area.y + rows, height: area.height - rows, ..area }
}
