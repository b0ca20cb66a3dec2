//! A comparison in the right side's place, and the menu of what can be compared.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line as Words, Span};
use ratatui::widgets::{Clear, Widget};

use super::detail::paint::Painter;
use super::{framed, rule};
use crate::text;
use crate::ui::App;
use crate::ui::Theme;
use crate::ui::layout::centred;
use crate::ui::panes::compare::places::Places;
use crate::ui::panes::compare::{CompareMenu, ComparePane};
use crate::ui::panes::detail::line::{Line, Tone, piece};

/// The columns of the menu.
const WIDTH: u16 = 52;

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

pub(super) fn draw_menu(buf: &mut Buffer, main: Rect, menu: &CompareMenu, theme: &Theme) {
    framed(buf, outside(main, menu), "Compare it with", theme.rule_focused);
    let inside = inside(main, menu);
    for (y, (index, choice)) in (inside.top()..inside.bottom()).zip(menu.choices.iter().enumerate()) {
        let label = text::visible(&choice.label);
        let label = text::truncate(&label, usize::from(inside.width).saturating_sub(4)).into_owned();
        let key = Span::styled(choice.key.to_string(), theme.key);
        buf.set_line(
            inside.x,
            y,
            &Words::from(vec![Span::raw(" "), key, Span::raw("  "), Span::raw(label)]),
            inside.width,
        );
        if index == menu.selected {
            buf.set_style(Rect { y, height: 1, ..inside }, Style::reset().patch(theme.selected));
        }
    }
}

/// The choice that is drawn there.
pub(crate) fn choice_at(main: Rect, menu: &CompareMenu, at: Position) -> Option<usize> {
    let inside = inside(main, menu);
    let index = usize::from(at.y.saturating_sub(inside.y));
    (inside.contains(at) && index < menu.choices.len()).then_some(index)
}

fn outside(main: Rect, menu: &CompareMenu) -> Rect {
    centred(main, WIDTH, u16::try_from(menu.choices.len() + 2).unwrap_or(u16::MAX))
}

fn inside(main: Rect, menu: &CompareMenu) -> Rect {
    let Rect { x, y, width, height } = outside(main, menu);
    Rect { x: x + 1, y: y + 1, width: width.saturating_sub(2), height: height.saturating_sub(2) }
}
