//! The overlay of the public URL: which ones are known and how, or how far a test of one has come.

use std::time::{Duration, Instant};

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::framed_in_the_middle;
use crate::text;
use crate::tunnel::{End, Found, Leads, Leg};
use crate::ui::Theme;
use crate::ui::layout::centred;
use crate::ui::panes::detail::line::wrap_words;
use crate::ui::panes::tunnel::{Known, Trying, TunnelPane, Tunnels};

const WIDTH: u16 = 74;
/// The lines of a URL in the list: itself, and how it is known.
const LINES: usize = 2;
/// What stands before how a URL is known.
const INDENT: &str = "  ";
/// The lines below the list: of the last delivery.
const FOOTER: usize = 2;

pub(super) fn draw(buf: &mut Buffer, main: Rect, pane: &TunnelPane, tunnels: &Tunnels, theme: &Theme) {
    let lines = lines(main, pane, tunnels, theme);
    let title = if pane.trying.is_some() { "Self-test" } else { "Public URL" };
    let inside = framed_in_the_middle(buf, main, (WIDTH, height(&lines)), title, theme.rule_focused);
    for (y, line) in (inside.top()..inside.bottom()).zip(&lines) {
        buf.set_line(inside.x, y, line, inside.width);
    }
    if let (None, Some(index)) = (&pane.trying, pane.index(tunnels)) {
        let y = inside.y + size((index - top(main, pane, tunnels)) * LINES);
        buf.set_style(Rect { y, height: 1, ..inside }, Style::reset().patch(theme.selected));
    }
}

/// The URL that is drawn there, by its place in the list.
pub(crate) fn url_at(main: Rect, pane: &TunnelPane, tunnels: &Tunnels, at: Position) -> Option<usize> {
    let lines = size(tunnels.known().len().min(room(main)) * LINES + FOOTER);
    let area = centred(main, WIDTH + 4, lines + 2);
    let inside = Rect { x: area.x + 1, y: area.y + 1, width: area.width.saturating_sub(2), height: lines };
    let index = top(main, pane, tunnels) + usize::from(at.y.saturating_sub(inside.y)) / LINES;
    (inside.contains(at) && index < tunnels.known().len()).then_some(index)
}

fn lines(main: Rect, pane: &TunnelPane, tunnels: &Tunnels, theme: &Theme) -> Vec<Line<'static>> {
    let width = usize::from(WIDTH.min(main.width.saturating_sub(4)));
    match &pane.trying {
        Some(trying) => of_trial(trying, width, theme),
        None if tunnels.known().is_empty() => of_nothing(tunnels, theme),
        None => of_list(main, pane, tunnels, width, theme),
    }
}

/// How many URLs there is room for.
fn room(main: Rect) -> usize {
    (usize::from(main.height).saturating_sub(FOOTER + 2) / LINES).max(1)
}

/// The first URL on screen: the selected one is always seen.
fn top(main: Rect, pane: &TunnelPane, tunnels: &Tunnels) -> usize {
    pane.index(tunnels).map_or(0, |index| (index + 1).saturating_sub(room(main)))
}

fn of_list(main: Rect, pane: &TunnelPane, tunnels: &Tunnels, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let known = tunnels.known().iter().skip(top(main, pane, tunnels)).take(room(main));
    let mut lines: Vec<Line<'static>> = Vec::new();
    for known in known {
        let style = if known.is_likely() { theme.accent } else { theme.text };
        lines.push(Line::styled(text::truncate(&known.url.to_string(), width).into_owned(), style));
        lines.push(how(known, width, pane.as_of, theme));
    }
    lines.extend([Line::default(), last(tunnels, pane.as_of, theme)]);
    lines
}

/// How a URL is known, trouble first.
fn how(known: &Known, width: usize, as_of: Instant, theme: &Theme) -> Line<'static> {
    let mut parts: Vec<(String, Style)> = Vec::new();
    parts.extend(known.tested.map(|works| match works {
        true => ("✓ tested".to_owned(), theme.good),
        false => ("✗ test failed".to_owned(), theme.bad),
    }));
    if known.is_set {
        parts.push(("--public-url".to_owned(), theme.dim));
    }
    if let Some(Found { agent, api, leads, .. }) = &known.agent {
        parts.push(match leads {
            Leads::Here => (format!("{agent}:{api} forwards here"), theme.dim),
            Leads::Unsaid => (format!("{agent}:{api} does not say where it forwards"), theme.warn),
            Leads::Elsewhere(place) => (format!("not here: {agent}:{api} forwards to {place}"), theme.warn),
        });
    }
    if let Some(seen) = known.seen {
        let words = if known.is_told() { "last delivery" } else { "seen in deliveries only, last" };
        parts.push((format!("{words} {}", ago(seen, as_of)), theme.dim));
    }
    joined(parts, width.saturating_sub(INDENT.len()), theme)
}

/// The parts one after the other, cut where there is no more room.
fn joined(parts: Vec<(String, Style)>, mut room: usize, theme: &Theme) -> Line<'static> {
    let mut spans = vec![Span::raw(INDENT)];
    for (at, (part, style)) in parts.into_iter().enumerate() {
        for (text, style) in [(if at > 0 { " · " } else { "" }, theme.dim), (&*part, style)] {
            let text = text::truncate(text, room).into_owned();
            room -= text::width(&text);
            spans.push(Span::styled(text, style));
        }
    }
    Line::from(spans)
}

fn last(tunnels: &Tunnels, as_of: Instant, theme: &Theme) -> Line<'static> {
    let Some(last) = tunnels.last() else { return Line::styled("No delivery yet", theme.dim) };
    let way = match &last.way {
        None => "straight to this port".to_owned(),
        Some(way) => {
            let scheme = if way.url.is_https() { "https" } else { "http" };
            way.client
                .as_ref()
                .map_or_else(|| format!("over {scheme}"), |client| format!("from {client} over {scheme}"))
        }
    };
    Line::from(vec![Span::styled("Last delivery  ", theme.dim), Span::raw(format!("{}, {way}", ago(last.at, as_of)))])
}

fn ago(then: Instant, as_of: Instant) -> String {
    match as_of.saturating_duration_since(then) {
        span if span < Duration::from_secs(60) => "just now".to_owned(),
        // Two minutes in seconds would be stale before they are told anew.
        span if span < Duration::from_secs(120) => "1 min ago".to_owned(),
        span => format!("{} ago", text::duration(span)),
    }
}

fn of_nothing(tunnels: &Tunnels, theme: &Theme) -> Vec<Line<'static>> {
    let port = tunnels.own().map_or(0, |own| own.port());
    let command = |text: String| Line::from(vec![Span::styled("  $ ", theme.dim), Span::raw(text)]);
    vec![
        Line::raw("No public URL is known. Start a tunnel to this port:"),
        Line::default(),
        command(format!("ngrok http {port}")),
        command(format!("cloudflared tunnel --url http://127.0.0.1:{port}")),
        Line::default(),
        Line::styled("Of other tunnels, say it with --public-url URL.", theme.dim),
    ]
}

fn of_trial(trying: &Trying, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let Trying { url, trial, .. } = trying;
    let mut lines = vec![Line::styled(text::truncate(&url.to_string(), width).into_owned(), theme.accent)];
    let mut is_next = true;
    for leg in Leg::all(url) {
        let took = trial.passed.iter().find(|(passed, _)| *passed == leg).map(|(_, took)| *took);
        let (mark, style) = match (&trial.end, took) {
            (_, Some(_)) => ("✓", theme.good),
            (Some(End::Stopped { leg: stopped, .. }), None) if *stopped == leg => ("✗", theme.bad),
            (None, None) if std::mem::replace(&mut is_next, false) => ("…", theme.accent),
            _ => ("·", theme.dim),
        };
        let (name, dim) = match mark {
            "✗" => (names(leg).1, theme.text),
            "✓" => (names(leg).0, theme.text),
            _ => (names(leg).0, theme.dim),
        };
        let took = took.map_or_else(String::new, text::duration);
        lines.push(Line::from(vec![
            Span::styled(format!("  {mark} "), style),
            Span::styled(format!("{name:<24}"), dim),
            Span::styled(format!("{took:>8}"), theme.dim),
        ]));
    }
    lines.push(Line::default());
    lines.extend(of_end(trying, width, theme));
    lines
}

fn of_end(trying: &Trying, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let wrapped =
        |text: &str, style: Style| wrap_words(text, width).into_iter().map(move |line| Line::styled(line, style));
    match &trying.trial.end {
        None => vec![Line::styled("Waiting for the nonce to come in…", theme.dim)],
        Some(End::Works) => {
            let total = text::duration(trying.trial.total());
            vec![Line::styled(format!("It leads here: {total} there and back."), theme.good)]
        }
        Some(End::Stopped { what, advice, .. }) => {
            wrapped(&format!("Stopped: {what}."), theme.bad).chain(wrapped(advice, theme.text)).collect()
        }
    }
}

/// What is said of a leg that is passed, and of one that is not.
fn names(leg: Leg) -> (&'static str, &'static str) {
    match leg {
        Leg::Lookup => ("name found", "name not found"),
        Leg::Connect => ("connected", "not connected"),
        Leg::Tls => ("TLS handshake done", "no TLS handshake"),
        Leg::There => ("arrived here", "did not arrive here"),
        Leg::Back => ("our answer came back", "our answer was lost"),
    }
}

fn height(lines: &[Line<'_>]) -> u16 {
    size(lines.len())
}

fn size(value: usize) -> u16 {
    u16::try_from(value).unwrap_or(u16::MAX)
}
