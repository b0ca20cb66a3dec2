//! What a newcomer sees first: where to point a provider, and how to try it at once.

use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::provider::Provider;
use crate::ui::layout::centred;
use crate::ui::{Action, App};

pub(super) fn draw(buf: &mut Buffer, main: Rect, app: &App) {
    let lines = lines(app);
    let width = lines.iter().map(Line::width).max().unwrap_or(0);
    let size = |value: usize| u16::try_from(value).unwrap_or(u16::MAX);
    let area = centred(main, size(width), size(lines.len()));
    for (y, line) in (area.top()..area.bottom()).zip(&lines) {
        buf.set_line(area.x, y, line, area.width);
    }
}

fn lines(app: &App) -> Vec<Line<'static>> {
    let theme = &app.theme;
    let Some(url) = &app.facts.url else { return vec![Line::styled("No captures here.", theme.dim)] };
    let title =
        if app.counts.captured == 0 { "Waiting for the first delivery" } else { "Waiting for the next delivery" };
    let command = |text: String| Line::from(vec![Span::styled("  $ ", theme.dim), Span::raw(text)]);
    let address =
        |url: String| Line::from(vec![Span::raw("    "), Span::styled(url, theme.accent.patch(theme.strong))]);
    let mut lines = vec![Line::styled(title, theme.strong), Line::default()];
    match app.tunnels.public() {
        Some(known) => lines.extend([
            Line::styled("Give this URL to the provider", theme.dim),
            address(known.url.to_string()),
            Line::styled(format!("which leads to {url}"), theme.dim),
        ]),
        None => lines.extend([Line::styled("Point a provider, or your tunnel, at", theme.dim), address(url.clone())]),
    }
    lines.extend([Line::default(), Line::styled("or try it from another terminal", theme.dim), command(curl(url))]);
    lines.extend(simulate(url, app).map(command));
    lines.push(Line::default());
    lines.push(keys(app));
    lines
}

fn keys(app: &App) -> Line<'static> {
    let theme = &app.theme;
    let key = |action| app.keymap.keys_of(action).next().map_or_else(|| "–".to_owned(), ToString::to_string);
    Line::from(vec![
        Span::styled(key(Action::Copy), theme.key),
        Span::styled(" copies these   ", theme.dim),
        Span::styled(key(Action::Tunnel), theme.key),
        Span::styled(" public URL   ", theme.dim),
        Span::styled(key(Action::Help), theme.key),
        Span::styled(" shows every key", theme.dim),
    ])
}

/// A delivery that anybody can send.
pub(crate) fn curl(url: &str) -> String {
    format!("curl --json '{{\"hello\":\"webhook\"}}' {url}")
}

/// A delivery as a provider would send it: one whose secret is known, so that it can be verified, and among those the one
/// with the largest catalogue.
pub(crate) fn simulate(url: &str, app: &App) -> Option<String> {
    let by_worth = |provider: &&Arc<Provider>| (app.has_own_secret(&provider.id), provider.events.len());
    let provider = app.facts.catalog.iter().max_by_key(by_worth)?;
    Some(format!("hookglass simulate {} --to {url}", provider.id))
}
