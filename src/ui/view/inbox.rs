//! The inbox's lines: only those on screen are built.

use jiff::tz::TimeZone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;

use crate::store::{Heard, Seq};
use crate::text;
use crate::ui::layout::Pane;
use crate::ui::panes::row::{Badge, Row, RowKind};
use crate::ui::{App, Theme};
use crate::verify::Status;
use crate::wire::Turn;

/// From this width on there is room for sizes, or for what became of what was sent on.
const WITH_SIZE: usize = 50;
const SIZE_WIDTH: usize = 8;
/// Bar, time, mark and the blanks between: ` 14:00:01 ✓ `.
const LEAD: usize = 12;

/// What lines are drawn with.
struct Columns<'a> {
    theme: &'a Theme,
    zone: &'a TimeZone,
    /// The columns of the provider's name.
    provider: usize,
    /// The columns of what happened, with its badges.
    what: usize,
    size: bool,
    marks: &'a [Seq],
}

pub(super) fn draw(buf: &mut Buffer, area: Rect, app: &App) {
    let columns = Columns::of(area.width.into(), app);
    let focused = app.has_focus(Pane::Inbox);
    for (y, row) in (area.top()..area.bottom()).zip(app.inbox.on_screen(area.height.into())) {
        let line = Rect { y, height: 1, ..area };
        columns.draw(buf, line, row);
        if app.inbox.selected() == Some(row.seq) {
            mark_selected(buf, line, &app.theme, focused);
        }
    }
    if app.inbox.len() == 0 && area.height > 0 {
        let none = format!("  Nothing matches; esc shows all {} again", app.inbox.held());
        buf.set_stringn(area.x, area.y, none, area.width.into(), app.theme.dim);
    }
}

/// With the focus a bar; without it the row keeps its colours.
fn mark_selected(buf: &mut Buffer, line: Rect, theme: &Theme, focused: bool) {
    if focused {
        buf.set_style(line, Style::reset().patch(theme.selected));
    } else {
        buf.set_style(line, theme.selected_apart);
        buf.set_string(line.x, line.y, "▌", theme.accent);
    }
}

impl<'a> Columns<'a> {
    fn of(width: usize, app: &'a App) -> Self {
        let size = width >= WITH_SIZE;
        let tail = if size { SIZE_WIDTH + 2 } else { 1 };
        let room = width.saturating_sub(LEAD + 1 + tail);
        let provider = app.inbox.provider_width().max(1).min(room * 2 / 5);
        Self {
            theme: &app.theme,
            zone: &app.facts.zone,
            provider,
            what: room.saturating_sub(provider),
            size,
            marks: app.inbox.marks(),
        }
    }

    fn draw(&self, buf: &mut Buffer, line: Rect, row: &Row) {
        let mut pen = Pen { buf, line, x: 1 };
        let time = row.at.to_zoned(self.zone.clone()).strftime("%H:%M:%S").to_string();
        pen.put(&time, 9, self.theme.dim);
        let (mark, style) = self.mark(row);
        pen.put(mark.encode_utf8(&mut [0; 4]), 2, style);
        let provider = row.provider.as_ref().map_or("–", |provider| provider.as_str());
        pen.put(&text::truncate(&text::visible(provider), self.provider), self.provider + 1, self.provider_style(row));
        // Of what was sent on, how that went says more than the size.
        let is_sent = self.size && row.badge != Badge::None;
        self.put_what(&mut pen, row, self.what + if is_sent { SIZE_WIDTH + 1 } else { 0 });
        if self.size && !is_sent {
            let size = row.size();
            pen.put(&format!(" {size:>SIZE_WIDTH$}"), SIZE_WIDTH + 1, self.theme.dim);
        }
    }

    fn put_what(&self, pen: &mut Pen<'_>, row: &Row, columns: usize) {
        let listed = !matches!(row.kind, RowKind::Delivery { listed: false, .. });
        let what = if listed { row.what.as_ref().into() } else { format!("{} *", row.what) };
        let mut badges = self.badges(row);
        let width_of = |badges: &[Span<'_>]| badges.iter().map(|badge| badge.width() + 1).sum::<usize>();
        // How an answer turned out is said in a word where that costs nothing of what happened.
        let room = columns.saturating_sub(width_of(&badges) + text::width(&what));
        badges.extend(row.turn.map(|turn| {
            let word = turn.as_str();
            let words = if word.len() < room { word.to_owned() } else { turn.mark().to_string() };
            Span::styled(words, turn_style(turn, self.theme))
        }));
        let room = columns.saturating_sub(width_of(&badges));
        pen.put(&text::truncate(&what, room), room, self.what_style(row));
        for badge in badges {
            let width = badge.width();
            pen.put(" ", 1, Style::new());
            pen.put(&badge.content, width, badge.style);
        }
    }

    fn mark(&self, row: &Row) -> (char, Style) {
        match row.kind {
            RowKind::Refused(_) => ('!', self.theme.bad),
            RowKind::Delivery { status, .. } | RowKind::Probe(status) => {
                (status.mark(), status_style(status, self.theme))
            }
        }
    }

    fn provider_style(&self, row: &Row) -> Style {
        match row.kind {
            RowKind::Probe(_) => self.theme.probe,
            _ if row.provider.is_none() => self.theme.dim,
            _ => self.theme.text,
        }
    }

    fn what_style(&self, row: &Row) -> Style {
        match row.kind {
            RowKind::Probe(_) => self.theme.probe,
            RowKind::Refused(_) => self.theme.bad,
            RowKind::Delivery { listed: false, .. } => self.theme.warn,
            RowKind::Delivery { .. } => self.theme.text,
        }
    }

    fn badges(&self, row: &Row) -> Vec<Span<'static>> {
        let theme = self.theme;
        let mut badges = Vec::new();
        badges.extend(row.parent.map(|parent| Span::styled(format!("✎ #{parent}"), theme.accent)));
        if row.batch > 1 {
            badges.push(Span::styled(format!("×{}", row.batch), theme.accent));
        }
        if row.attempt > 1 {
            badges.push(Span::styled(format!("↻{}", row.attempt), theme.warn));
        }
        if let RowKind::Refused(status) = row.kind {
            badges.push(Span::styled(status.to_string(), theme.bad));
        } else if row.truncated {
            badges.push(Span::styled("cut", theme.warn));
        }
        if row.pinned {
            badges.push(Span::styled("◆", theme.accent));
        }
        if self.marks.contains(&row.seq) {
            badges.push(Span::styled("●", theme.warn));
        }
        if !matches!(row.kind, RowKind::Refused(_)) {
            badges.extend(row.heard.and_then(heard).map(|heard| Span::styled(heard, theme.warn)));
        }
        badges.extend(exchange(row.badge, theme));
        badges
    }
}

pub(super) fn status_style(status: Status, theme: &Theme) -> Style {
    match status {
        Status::Verified => theme.good,
        Status::Failed(_) => theme.bad,
        Status::Unsigned | Status::NoSecret => theme.warn,
        Status::NotSigned | Status::Unknown => theme.dim,
    }
}

/// What we answered.
fn heard(heard: Heard) -> Option<String> {
    match heard {
        Heard::Status(status) => Some(format!("←{status}")),
        Heard::Hang => Some("←hang".to_owned()),
        Heard::Drop => Some("←drop".to_owned()),
        Heard::Due | Heard::Relayed(_) => None,
    }
}

fn turn_style(turn: Turn, theme: &Theme) -> Style {
    match turn {
        Turn::Fixed => theme.good,
        Turn::Regressed => theme.bad,
        Turn::Same => theme.dim,
        Turn::Changed => theme.warn,
    }
}

fn exchange(badge: Badge, theme: &Theme) -> Option<Span<'static>> {
    match badge {
        Badge::None => None,
        Badge::Pending => Some(Span::styled("→…", theme.dim)),
        Badge::Answered { status, succeeded } => {
            Some(Span::styled(format!("→{status}"), if succeeded { theme.good } else { theme.bad }))
        }
        Badge::Failed => Some(Span::styled("→✗", theme.bad)),
        Badge::Cancelled => Some(Span::styled("→–", theme.dim)),
    }
}

/// Writes column after column.
struct Pen<'a> {
    buf: &'a mut Buffer,
    line: Rect,
    x: u16,
}

impl Pen<'_> {
    /// Writes text that takes that many columns, whether it fills them or not.
    fn put(&mut self, text: &str, columns: usize, style: Style) {
        let left = self.line.width.saturating_sub(self.x);
        self.buf.set_stringn(self.line.x + self.x, self.line.y, text, columns.min(left.into()), style);
        self.x = self.x.saturating_add(u16::try_from(columns).unwrap_or(u16::MAX)).min(self.line.width);
    }
}
