//! The first line: where we listen, where things go, and the counts.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::text;
use crate::ui::App;

/// A part of the line. Where the line is too short, those of a low rank go before those of a higher one.
struct Part {
    rank: u8,
    line: Line<'static>,
    /// What is said instead before anything that matters goes.
    short: Option<Line<'static>>,
}

impl Part {
    fn new(rank: u8, line: Line<'static>) -> Self {
        Self { rank, line, short: None }
    }

    fn shorten(&mut self) {
        if let Some(short) = self.short.take() {
            self.line = short;
        }
    }
}

/// Before parts up to this rank go, those that have a short form take it.
const SHORTENED: u8 = 5;
/// The most columns of a public name where room is short.
const SHORT_NAME: usize = 32;
/// What stands between two parts, on the left and on the right.
const BETWEEN: (&str, &str) = ("  ", " · ");
/// The least between left and right.
const GAP: usize = 2;

pub(super) fn draw(buf: &mut Buffer, area: Rect, app: &App) {
    let room = usize::from(area.width).saturating_sub(2);
    let (left, right) = fitting(places(app), counts(app), room);
    let left = joined(left, Span::raw(BETWEEN.0));
    let right = joined(right, Span::styled(BETWEEN.1, app.theme.dim));
    buf.set_line(area.x + 1, area.y, &left, area.width.saturating_sub(1));
    let right_width = u16::try_from(right.width()).unwrap_or(u16::MAX);
    if left.width() + GAP + right.width() <= room {
        buf.set_line(area.right().saturating_sub(right_width + 1), area.y, &right, right_width);
    }
}

/// The parts that there is room for, those of the lowest rank first.
fn fitting(mut left: Vec<Part>, right: Vec<Part>, room: usize) -> (Vec<Part>, Vec<Part>) {
    if !fits(&left, &right, room, |part| part.rank <= SHORTENED) {
        left.iter_mut().for_each(Part::shorten);
    }
    let mut ranks: Vec<u8> = left.iter().chain(&right).map(|part| part.rank).collect();
    ranks.sort_unstable();
    ranks.dedup();
    let mut kept = Vec::new();
    for rank in ranks {
        if rank == 0 || fits(&left, &right, room, |part| part.rank == rank || kept.contains(&part.rank)) {
            kept.push(rank);
        }
    }
    left.retain(|part| kept.contains(&part.rank));
    (left, right.into_iter().filter(|part| kept.contains(&part.rank)).collect())
}

/// Whether those parts have room beside each other.
fn fits(left: &[Part], right: &[Part], room: usize, is_meant: impl Fn(&Part) -> bool) -> bool {
    let width = |parts: &[Part], between: &str| {
        let widths: Vec<usize> = parts.iter().filter(|part| is_meant(part)).map(|part| part.line.width()).collect();
        widths.iter().sum::<usize>() + widths.len().saturating_sub(1) * text::width(between)
    };
    let right = width(right, BETWEEN.1);
    width(left, BETWEEN.0) + if right > 0 { GAP + right } else { 0 } <= room
}

fn places(app: &App) -> Vec<Part> {
    let theme = &app.theme;
    let mut parts = vec![Part::new(5, Line::styled("hookglass", theme.strong))];
    let public = public(app);
    if let Some(url) = &app.facts.url {
        // Who has a public URL gives that one away.
        let rank = if public.is_some() { 6 } else { 1 };
        parts.push(Part::new(rank, Line::styled(url.clone(), theme.accent)));
    }
    parts.extend(public);
    if let Some(reply) = app.answering.reply_in_short() {
        // Whoever forgets that it is on hunts for a failure that is none.
        parts.push(Part::new(0, Line::styled(format!("reply {reply}"), theme.warn.patch(theme.strong))));
    }
    if let Some(progress) = &app.many.progress {
        let line = format!("resending {} of {}, ^x stops", progress.done(), progress.of);
        parts.push(Part::new(1, Line::styled(line, theme.strong)));
    }
    parts.extend(forward(app));
    if app.answering.paths > 0 {
        let words = text::count(app.answering.paths, "path differs", "paths differ");
        parts.push(Part::new(7, Line::styled(words, theme.dim)));
    }
    if let Some(target) = app.target.as_ref().filter(|target| app.answering.forward.first() != Some(target)) {
        let target = Span::raw(target.to_string());
        parts.push(Part::new(8, Line::from(vec![Span::styled("resend → ", theme.dim), target])));
    }
    if !app.lacking.is_empty() {
        let names: Vec<&str> = app.lacking.iter().map(|provider| provider.as_str()).collect();
        parts.push(Part::new(9, Line::styled(format!("no secret: {}", names.join(", ")), theme.warn)));
    }
    parts
}

/// The URL that senders know us by; its name alone where room is short.
fn public(app: &App) -> Option<Part> {
    let url = &app.tunnels.public()?.url;
    let line = |text: &str| Line::styled(format!("⇄ {text}"), app.theme.accent);
    let short = Some(line(&text::truncate(&url.authority(), SHORT_NAME)));
    Some(Part { rank: 1, line: line(&url.to_string()), short })
}

/// The first target, and how many more there are; a word and the path are left out where room is short.
fn forward(app: &App) -> Option<Part> {
    let (first, others) = app.answering.forward.split_first()?;
    let others = if others.is_empty() { String::new() } else { format!(" +{}", others.len()) };
    let whole = first.to_string();
    let whole = whole.strip_prefix("http://").unwrap_or(&whole);
    let line =
        |lead, target| Line::from(vec![Span::styled(lead, app.theme.dim), Span::raw(format!("{target}{others}"))]);
    Some(Part { rank: 2, line: line("forward → ", whole), short: Some(line("→ ", &first.authority())) })
}

fn counts(app: &App) -> Vec<Part> {
    let (counts, theme) = (app.counts, &app.theme);
    let count = |rank, count: u64, word: &str, style| {
        (count > 0).then(|| Part::new(rank, Line::styled(format!("{count} {word}"), style)))
    };
    let captured = Part::new(3, Line::styled(format!("{} captured", counts.captured), theme.text));
    let rest = [
        count(4, counts.failed as u64, "failed", theme.bad),
        count(7, counts.refused as u64, "refused", theme.bad),
        count(6, counts.evicted, "evicted", theme.warn),
        count(10, counts.pinned as u64, "pinned", theme.text),
    ];
    std::iter::once(captured).chain(rest.into_iter().flatten()).collect()
}

fn joined(parts: Vec<Part>, between: Span<'static>) -> Line<'static> {
    let mut spans: Vec<Span<'static>> = Vec::new();
    for part in parts {
        if !spans.is_empty() {
            spans.push(between.clone());
        }
        let style = part.line.style;
        spans.extend(part.line.spans.into_iter().map(|span| Span { style: style.patch(span.style), ..span }));
    }
    Line::from(spans)
}
