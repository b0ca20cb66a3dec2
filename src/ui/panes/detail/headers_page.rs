//! The head of a delivery: the request line and every header as sent, and what is known beside it.

use bytes::Bytes;
use jiff::tz::TimeZone;

use super::Subject;
use super::heard;
use super::line::{Line, Tone, piece, top, words};
use super::search::{Seek, rows_from, says};
use super::secrecy::{concealed, hides};
use crate::provider::Provider;
use crate::store::Capture;
use crate::text;
use crate::ui::Action;
use crate::verify::Status;
use crate::wire::Version;

/// The widest column of names; longer ones push their value aside.
const NAMES: usize = 26;

/// One line of the page.
#[derive(Clone, Debug)]
pub(crate) enum Row {
    Request {
        method: String,
        target: String,
        version: &'static str,
    },
    Header(Header),
    /// What no header says.
    Fact {
        name: &'static str,
        value: String,
    },
    Gap,
}

/// A header as it is shown.
#[derive(Clone, Debug)]
pub(crate) struct Header {
    pub(crate) name: String,
    /// What was sent.
    pub(crate) value: Bytes,
    /// What is shown of it.
    shown: String,
    pub(crate) is_secret: bool,
    /// The verdict, on the header that it rests on.
    verdict: Option<Status>,
}

/// The rows and the cursor on one of them.
#[derive(Debug)]
pub(crate) struct HeadersPage {
    rows: Vec<Row>,
    names: usize,
    cursor: usize,
    top: usize,
}

impl HeadersPage {
    pub(crate) fn new(subject: &Subject, zone: &TimeZone) -> Self {
        let capture = &*subject.capture;
        let head = &capture.delivery.head;
        let mut rows = vec![Row::Request {
            method: head.method().to_owned(),
            target: String::from_utf8_lossy(head.target_bytes()).into_owned(),
            version: head.version().as_str(),
        }];
        rows.extend(head.headers().map(|header| Row::Header(shown(header, capture, subject.provider.as_deref()))));
        let widest = head.headers().map(|header| text::width(header.name)).max().unwrap_or(0);
        rows.push(Row::Gap);
        rows.extend(facts(capture, zone));
        Self { rows, names: widest.min(NAMES), cursor: 0, top: 0 }
    }

    /// Takes the place of the page of the same capture.
    pub(crate) fn keep_place_of(&mut self, earlier: &Self) {
        (self.cursor, self.top) = (earlier.cursor.min(self.rows.len().saturating_sub(1)), earlier.top);
    }

    pub(crate) fn cursor(&self) -> usize {
        self.cursor
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The headers in the order sent.
    pub(crate) fn headers(&self) -> impl Iterator<Item = &Header> {
        self.rows.iter().filter_map(|row| match row {
            Row::Header(header) => Some(header),
            _ => None,
        })
    }

    /// The header under the cursor.
    pub(crate) fn selected(&self) -> Option<&Header> {
        match self.rows.get(self.cursor) {
            Some(Row::Header(header)) => Some(header),
            _ => None,
        }
    }

    pub(crate) fn act(&mut self, action: Action, height: usize) -> bool {
        let moved = action.rows(height).is_some_and(|rows| self.step(rows));
        self.top = self.first_in_sight(height);
        moved
    }

    pub(crate) fn step(&mut self, rows: isize) -> bool {
        self.go(self.cursor.saturating_add_signed(rows))
    }

    pub(crate) fn go(&mut self, row: usize) -> bool {
        let row = row.min(self.rows.len().saturating_sub(1));
        std::mem::replace(&mut self.cursor, row) != row
    }

    /// Goes to a row that says the needle, if there is one.
    pub(crate) fn find(&mut self, needle: &str, seek: Seek) -> bool {
        let is_match = |row: &usize| says(words(&self.line(*row, usize::MAX)).as_bytes(), needle);
        let found = rows_from(self.cursor, self.rows.len(), seek).find(is_match);
        self.cursor = found.unwrap_or(self.cursor);
        found.is_some()
    }

    pub(crate) fn first_in_sight(&self, height: usize) -> usize {
        top(self.top, self.cursor, height, self.rows.len())
    }

    /// The whole value under the cursor, where its row has no room for it.
    pub(crate) fn cut_value(&self, width: usize) -> Option<Line> {
        let header = self.selected()?;
        let line = words(&self.line(self.cursor, width));
        (text::width(&line) > width).then(|| vec![piece(Tone::Plain, header.shown.as_str())])
    }

    pub(crate) fn line(&self, row: usize, width: usize) -> Line {
        match &self.rows[row] {
            Row::Request { method, target, version } => vec![
                piece(Tone::Strong, format!("{method} ")),
                piece(Tone::Plain, text::truncate(target, width.saturating_sub(method.len() + version.len() + 2))),
                piece(Tone::Dim, format!(" {version}")),
            ],
            Row::Header(header) => {
                let gap = self.names.saturating_sub(text::width(&header.name)) + 2;
                let mut line = vec![piece(Tone::Name, header.name.as_str()), piece(Tone::Plain, " ".repeat(gap))];
                line.extend(header.verdict.map(|status| piece(tone_of(status), format!("{} ", status.mark()))));
                line.push(piece(if header.is_secret { Tone::Dim } else { Tone::Plain }, header.shown.as_str()));
                line
            }
            Row::Fact { name, value } => {
                let gap = self.names.saturating_sub(name.len()) + 2;
                vec![piece(Tone::Dim, format!("{name}{}", " ".repeat(gap))), piece(Tone::Dim, value.as_str())]
            }
            Row::Gap => Vec::new(),
        }
    }
}

pub(crate) fn tone_of(status: Status) -> Tone {
    match status {
        Status::Verified => Tone::Good,
        Status::Failed(_) => Tone::Bad,
        Status::Unsigned | Status::NoSecret => Tone::Warn,
        Status::NotSigned | Status::Unknown => Tone::Dim,
    }
}

fn shown(header: crate::wire::Header<'_>, capture: &Capture, provider: Option<&Provider>) -> Header {
    let is_secret = hides(provider, header.name);
    let verdict = &capture.conclusion.verdict;
    let is_judged = verdict.header.as_deref().is_some_and(|name| name.eq_ignore_ascii_case(header.name));
    Header {
        name: header.name.to_owned(),
        value: Bytes::copy_from_slice(header.value),
        shown: if is_secret { concealed(header.value) } else { text::visible_bytes(header.value).into_owned() },
        is_secret,
        verdict: capture.status().filter(|_| is_judged),
    }
}

fn facts(capture: &Capture, zone: &TimeZone) -> Vec<Row> {
    let fact = |name, value| Row::Fact { name, value };
    let delivery = &*capture.delivery;
    let received = delivery.received_at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S%.3f %Z").to_string();
    let mut facts = vec![fact("received", received)];
    facts.extend(delivery.peer.map(|peer| fact("from", peer.to_string())));
    facts.extend(heard::in_words(capture).map(|heard| fact("answered", heard)));
    if delivery.head.version() == Version::Http2 {
        facts.push(fact(
            "note",
            "HTTP/2 has header names in lower case only, and no request line of its own".to_owned(),
        ));
    }
    facts
}
