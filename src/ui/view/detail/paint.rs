//! Lines of words onto the screen: made visible, cut to fit, with what was searched for standing out.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_segmentation::UnicodeSegmentation;

use crate::text;
use crate::ui::Theme;
use crate::ui::panes::detail::line::{Line, Tone, beginning};

pub(in crate::ui::view) struct Painter<'a> {
    pub(in crate::ui::view) buf: &'a mut Buffer,
    pub(in crate::ui::view) theme: &'a Theme,
    /// What is searched for.
    pub(in crate::ui::view) needle: &'a str,
    /// The row with the cursor.
    pub(in crate::ui::view) cursor: Style,
}

impl Painter<'_> {
    /// Lines from the top of an area, one row each; the cursor's row is drawn in its own style. The last column is left to
    /// the scroll bar.
    pub(in crate::ui::view) fn lines(&mut self, area: Rect, lines: &[Line], cursor: Option<usize>) {
        self.full_lines(Rect { width: area.width.saturating_sub(1), ..area }, lines, cursor);
    }

    /// The same to the edge, where nothing scrolls.
    pub(in crate::ui::view) fn full_lines(&mut self, area: Rect, lines: &[Line], cursor: Option<usize>) {
        for (at, (row, line)) in area.rows().zip(lines).enumerate() {
            let is_cursor = cursor == Some(at);
            if is_cursor {
                self.buf.set_style(row, self.cursor);
            }
            self.line(row, line, is_cursor);
        }
    }

    /// A line at the left end of an area and one at its right end, which is left out if there is no room for it.
    pub(in crate::ui::view) fn ends(&mut self, area: Rect, left: &Line, right: &Line) {
        if area.height == 0 {
            return;
        }
        let right_width = u16::try_from(width(right)).unwrap_or(u16::MAX);
        let taken = if right_width + 12 < area.width { right_width + 1 } else { 0 };
        let gap = u16::from(taken > 0);
        self.line(Rect { width: area.width - taken - gap, ..area }, left, false);
        if taken > 0 {
            self.line(Rect { x: area.right() - taken, width: taken, ..area }, right, false);
        }
    }

    /// A line over as many rows as the area has.
    pub(in crate::ui::view) fn wrapped(&mut self, area: Rect, line: &Line) {
        let text: String = line.iter().map(|piece| text::visible(&piece.text).into_owned()).collect();
        let style = line.first().map_or(self.theme.text, |piece| self.style(piece.tone));
        let mut rest = text.as_str();
        for row in area.rows() {
            let is_last = row.y + 1 == area.bottom();
            let end = if is_last { rest.len() } else { fitting(rest, row.width.into()) };
            let (now, later) = rest.split_at(end);
            self.buf.set_stringn(row.x, row.y, text::truncate(now, row.width.into()), row.width.into(), style);
            rest = later;
        }
    }

    pub(in crate::ui::view) fn rule(&mut self, area: Rect) {
        for row in area.rows() {
            self.buf.set_stringn(row.x, row.y, "─".repeat(row.width.into()), row.width.into(), self.theme.rule);
        }
    }

    /// A word near the right end of a rule, if it leaves enough of it.
    pub(super) fn aside(&mut self, rule: Rect, words: &str) {
        let wide = u16::try_from(text::width(words)).unwrap_or(u16::MAX);
        if rule.height > 0 && wide.saturating_add(24) < rule.width {
            self.buf.set_stringn(rule.right() - wide - 2, rule.y, words, wide.into(), self.theme.dim);
        }
    }

    /// A row that is chosen, though the cursor is elsewhere.
    pub(super) fn mark(&mut self, area: Rect, row: usize) {
        if let Some(row) = area.rows().nth(row) {
            self.buf.set_style(row, self.theme.selected_apart);
        }
    }

    /// In the last column how much of it all is in sight, if that is not all.
    pub(in crate::ui::view) fn scroll_bar(&mut self, area: Rect, first: usize, height: usize, len: usize) {
        if len <= height || area.height == 0 || area.width == 0 {
            return;
        }
        let track = usize::from(area.height);
        let thumb = (track * height / len).max(1);
        let start = (track - thumb) * first.min(len - height) / (len - height);
        for row in start..start + thumb {
            self.buf.set_stringn(area.right() - 1, area.y + row as u16, "▐", 1, self.theme.rule);
        }
    }

    fn line(&mut self, row: Rect, line: &Line, is_cursor: bool) {
        let columns = usize::from(row.width);
        let found = self.found_in(line, columns);
        let (mut x, mut place) = (0, 0);
        for piece in line {
            let shown = text::visible(beginning(&piece.text, columns));
            let style = if is_cursor { self.cursor } else { self.style(piece.tone) };
            for grapheme in shown.graphemes(true) {
                let wide = text::width(grapheme);
                let is_last = x + wide >= columns;
                if is_last && x + wide > columns || x >= columns {
                    self.cut(row, style);
                    return;
                }
                let is_found = found.iter().any(|found| found.contains(&place));
                let style = if is_found { self.theme.found_current } else { style };
                self.buf.set_stringn(row.x + x as u16, row.y, grapheme, wide, style);
                (x, place) = (x + wide, place + grapheme.len());
            }
        }
    }

    /// Ends a row that has no room for all of its line.
    fn cut(&mut self, row: Rect, style: Style) {
        self.buf.set_stringn(row.right() - 1, row.y, "…", 1, style);
    }

    /// Where the needle is in the text of a line.
    fn found_in(&self, line: &Line, columns: usize) -> Vec<Range<usize>> {
        if self.needle.is_empty() {
            return Vec::new();
        }
        let needle = text::visible(self.needle).to_ascii_lowercase();
        let text: String =
            line.iter().map(|piece| text::visible(beginning(&piece.text, columns)).into_owned()).collect();
        text.to_ascii_lowercase().match_indices(&needle).map(|(at, found)| at..at + found.len()).collect()
    }

    fn style(&self, tone: Tone) -> Style {
        let theme = self.theme;
        match tone {
            Tone::Plain => theme.text,
            Tone::Dim => theme.dim,
            Tone::Strong => theme.strong,
            Tone::Good => theme.good,
            Tone::Bad => theme.bad,
            Tone::Warn => theme.warn,
            Tone::Probe => theme.probe,
            Tone::Name => theme.name,
            Tone::String => theme.string,
            Tone::Number => theme.number,
            Tone::Literal => theme.literal,
            Tone::Mistake => theme.bad.add_modifier(ratatui::style::Modifier::REVERSED),
        }
    }
}

fn width(line: &Line) -> usize {
    line.iter().map(|piece| text::width(&text::visible(&piece.text))).sum()
}

/// How much of a text's beginning fits into so many columns.
fn fitting(text: &str, columns: usize) -> usize {
    let mut used = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        used += text::width(grapheme);
        if used > columns {
            return at;
        }
    }
    text.len()
}
