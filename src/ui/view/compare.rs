//! A comparison in the right side's place.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Clear, Widget};

use super::detail::paint::Painter;
use super::rule;
use crate::ui::App;
use crate::ui::panes::compare::ComparePane;
use crate::ui::panes::compare::places::Places;
use crate::ui::panes::detail::line::{Line, Tone, piece};

pub(super) fn draw(buf: &mut Buffer, app: &App, pane: &ComparePane) {
    let places = Places::of(&app.layout(), pane);
    Clear.render(places.outside, buf);
    rule::titled(buf, places.title, &app.theme, true, format!("Compare {}", pane.title), None);
    let mut painter = Painter { buf, theme: &app.theme, needle: "", cursor: app.theme.selected };
    let Some(comparison) = &pane.comparison else {
        painter.lines(places.sides, &[vec![piece(Tone::Dim, "comparing …")]], None);
        return;
    };
    painter.full_lines(places.sides, &comparison.about(&app.facts.zone), None);
    let parting = Rect { y: places.sides.bottom(), height: places.page.y - places.sides.bottom(), ..places.sides };
    painter.rule(parting);
    let (width, height) = (places.page_width(), places.page_height());
    let first = pane.first_in_sight(height);
    let rows: Vec<Line> = (first..comparison.len()).take(height).map(|row| comparison.line(row, width)).collect();
    painter.lines(places.page, &rows, Some(pane.cursor - first));
    painter.scroll_bar(places.page, first, height, comparison.len());
    if let Some(row) = pane.cut_row(width).filter(|_| places.strip.height > 1) {
        let (line, below) = (Rect { height: 1, ..places.strip }, places.strip.height - 1);
        painter.rule(line);
        painter.wrapped(Rect { y: line.bottom(), height: below, ..places.strip }, &row);
    }
    painter.ends(places.footer, &pane.footer(), &Line::new());
}
