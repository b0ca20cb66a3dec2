//! The help overlay: the action table with the keys as they are bound.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{framed, more, note};
use crate::text;
use crate::ui::App;
use crate::ui::action::{Action, Entry, TABLE};
use crate::ui::layout::centred;

/// The columns of one column of help.
const WIDTH: u16 = 52;
/// The columns that keys take.
const KEYS: usize = 12;

/// How many lines the help has, and how many of them are on screen.
pub(crate) fn extent(app: &App) -> (usize, usize) {
    let inside = inside(app);
    let lines = columns(app, inside).iter().map(Vec::len).max().unwrap_or(0);
    (lines, inside.height.into())
}

pub(super) fn draw(buf: &mut Buffer, app: &App, top: usize) {
    let area = outside(app);
    framed(buf, area, "Keys", app.theme.rule_focused);
    let inside = inside(app);
    let (lines, height) = extent(app);
    for (index, column) in (0u16..).zip(columns(app, inside)) {
        let x = inside.x + index * (WIDTH + 2);
        for (y, line) in (inside.top()..inside.bottom()).zip(column.iter().skip(top)) {
            buf.set_line(x, y, line, WIDTH.min(inside.right().saturating_sub(x)));
        }
    }
    if lines > height {
        match lines - height - top.min(lines - height) {
            0 => note(buf, area, " end ", &app.theme),
            below => more(buf, area, below, &app.theme),
        }
    }
}

fn outside(app: &App) -> Rect {
    let main = app.layout().main();
    let width = if main.width >= 2 * WIDTH + 6 { 2 * WIDTH + 6 } else { WIDTH + 4 };
    let width = width.min(main.width);
    let lines = columns_for(app, width).iter().map(Vec::len).max().unwrap_or(0);
    centred(main, width, u16::try_from(lines + 2).unwrap_or(u16::MAX))
}

fn inside(app: &App) -> Rect {
    let outside = outside(app);
    let Rect { x, y, width, height } = outside;
    Rect { x: x + 2, y: y + 1, width: width.saturating_sub(4), height: height.saturating_sub(2) }
}

fn columns(app: &App, inside: Rect) -> Vec<Vec<Line<'static>>> {
    columns_for(app, inside.width + 4)
}

/// The sections in one column or, where there is room, two of like length.
fn columns_for(app: &App, width: u16) -> Vec<Vec<Line<'static>>> {
    let mut sections: Vec<Vec<Line<'static>>> = TABLE.iter().map(|(title, list)| section(app, title, list)).collect();
    sections.push(marks(app));
    let lines: usize = sections.iter().map(Vec::len).sum();
    let wide = width >= 2 * WIDTH + 6;
    let mut columns = vec![Vec::new()];
    for section in sections {
        let current = columns.last().map_or(0, Vec::len);
        if wide && columns.len() == 1 && current + section.len() / 2 > lines / 2 {
            columns.push(Vec::new());
        }
        if let Some(column) = columns.last_mut() {
            column.extend(section);
        }
    }
    // The blank line after a section parts it from the next; after the last there is none.
    columns.iter_mut().for_each(|column| drop(column.pop_if(|line| line.width() == 0)));
    columns
}

fn section(app: &App, title: &'static str, entries: &'static [Entry]) -> Vec<Line<'static>> {
    let mut lines = vec![Line::styled(title, app.theme.strong)];
    lines.extend(entries.iter().map(|entry| line(app, &keys(app, entry.action), entry.help)));
    lines.push(Line::default());
    lines
}

fn keys(app: &App, action: Action) -> String {
    let keys: Vec<String> = app.keymap.keys_of(action).map(ToString::to_string).collect();
    if keys.is_empty() { "–".to_owned() } else { keys.join(" ") }
}

fn line(app: &App, keys: &str, help: &'static str) -> Line<'static> {
    let padding = " ".repeat((KEYS + 1).saturating_sub(text::width(keys)).max(1));
    Line::from(vec![Span::raw(" "), Span::styled(keys.to_owned(), app.theme.key), Span::raw(padding), Span::raw(help)])
}

/// What the marks of the inbox mean, and what the mouse does.
fn marks(app: &App) -> Vec<Line<'static>> {
    let theme = &app.theme;
    let mark = |mark: &'static str, style, meaning: &'static str| {
        [Span::raw(" "), Span::styled(mark, style), Span::raw(format!(" {meaning:<23}"))]
    };
    let pair =
        |left: [Span<'static>; 3], right: [Span<'static>; 3]| left.into_iter().chain(right).collect::<Line<'_>>();
    vec![
        Line::styled("Marks", theme.strong),
        pair(mark("✓", theme.good, "authentic"), mark("✗", theme.bad, "not authentic")),
        pair(mark("?", theme.warn, "unsigned, or no secret"), mark("–", theme.dim, "sender does not sign")),
        pair(mark("·", theme.dim, "unknown sender"), mark("!", theme.bad, "refused: bad HTTP")),
        pair(mark("↻", theme.warn, "which attempt"), mark("×", theme.accent, "events in one")),
        pair(mark("→", theme.good, "sent on, and the answer"), mark("←", theme.warn, "what we answered")),
        pair(mark("◆", theme.accent, "pinned"), mark("●", theme.warn, "marked")),
        pair(mark("✎", theme.accent, "an edit of that one"), mark("*", theme.warn, "not in its catalogue")),
        Line::default(),
        Line::styled("Mouse", theme.strong),
        Line::raw(" click selects and folds, the wheel scrolls;"),
        Line::raw(" hold shift to select text as usual"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::{Keymap, action};

    #[test]
    fn every_line_fits_its_column() {
        let keymap = Keymap::builtin();
        for entry in action::entries() {
            let keys: Vec<String> = keymap.keys_of(entry.action).map(ToString::to_string).collect();
            assert!(text::width(&keys.join(" ")) <= KEYS, "{}", entry.name);
            assert!(KEYS + 2 + text::width(entry.help) <= WIDTH.into(), "{}", entry.name);
        }
    }
}
