//! A capture as the right side shows it: its banner and the page of each tab.

use bytes::Bytes;
use jiff::tz::TimeZone;

use super::banner::Banner;
use super::exchanges::{ExchangesPage, Frame};
use super::headers_page::HeadersPage;
use super::line::{Line, Tone, piece};
use super::parse::Parsed;
use super::regions::Regions;
use super::text_page::TextPage;
use super::tree_page::TreePage;
use super::why_page::WhyPage;
use super::{Subject, Tab};
use crate::store::Capture;
use crate::text;

/// A capture as it is shown.
#[derive(Debug)]
pub(crate) struct Shown {
    pub(crate) subject: Subject,
    pub(crate) banner: Banner,
    pub(crate) tree: TreePage,
    pub(crate) headers: HeadersPage,
    pub(crate) raw: TextPage,
    pub(crate) exchanges: ExchangesPage,
    pub(crate) why: WhyPage,
    /// SHA-256 of the body, once it has been read.
    pub(crate) sha256: Option<[u8; 32]>,
}

impl Shown {
    pub(super) fn new(subject: Subject, zone: &TimeZone) -> Self {
        let raw = TextPage::new(received(&subject.capture));
        Self {
            banner: Banner::of(&subject, zone),
            tree: TreePage::new(raw.clone()),
            headers: HeadersPage::new(&subject, zone),
            exchanges: ExchangesPage::new(&subject),
            why: WhyPage::new(&subject),
            raw,
            sha256: None,
            subject,
        }
    }

    /// Shows the same capture with what is new of it.
    pub(super) fn renew(&mut self, subject: Subject, zone: &TimeZone) {
        let mut headers = HeadersPage::new(&subject, zone);
        headers.keep_place_of(&self.headers);
        let exchanges = std::mem::replace(&mut self.exchanges, ExchangesPage::new(&subject));
        self.exchanges.keep_place_of(exchanges);
        let why = std::mem::replace(&mut self.why, WhyPage::new(&subject));
        self.why.keep_place_of(why, &self.subject.capture.conclusion.verdict);
        self.banner = Banner::of(&subject, zone);
        (self.headers, self.subject) = (headers, subject);
    }

    pub(super) fn take(&mut self, parsed: Parsed) {
        self.sha256 = Some(parsed.sha256);
        self.tree.take(parsed.content, parsed.notes);
        if let Some(place) = self.tree.mistake().filter(|_| parsed.is_as_sent) {
            self.raw.mark_mistake(place);
        }
    }

    /// The whole value under the cursor, where its row has no room for it.
    pub(crate) fn cut_value(&self, tab: Tab, width: usize) -> Option<Line> {
        match tab {
            Tab::Tree => self.tree.cut_value(width),
            Tab::Headers => self.headers.cut_value(width),
            Tab::Exchanges => self.exchanges.inside().and_then(|body| body.cut_value(width)),
            Tab::Raw | Tab::Why => None,
        }
    }

    /// What a tab is called, with how much is in it where there is room.
    pub(super) fn title(&self, tab: Tab, is_long: bool) -> String {
        let delivery = &self.subject.capture.delivery;
        let (name, amount) = match tab {
            Tab::Tree => ("Tree", String::new()),
            Tab::Headers => ("Headers", delivery.head.headers().len().to_string()),
            Tab::Raw => ("Raw", text::size(self.raw.bytes().len() as u64)),
            Tab::Exchanges => ("Exchanges", self.exchanges.len().to_string()),
            Tab::Why => ("Why", String::new()),
        };
        let is_worth_it = is_long && !amount.is_empty() && amount != "0";
        if is_worth_it { format!("{name} {amount}") } else { name.to_owned() }
    }

    /// Where the cursor is, and what can be said of the whole.
    pub(crate) fn footer(&self, tab: Tab, stack: usize) -> (Line, Line) {
        match tab {
            Tab::Tree => (vec![piece(Tone::Dim, self.tree.breadcrumb())], self.tree.aside()),
            Tab::Headers => (Vec::new(), Vec::new()),
            Tab::Raw => self.raw_footer(),
            Tab::Exchanges => self.exchanges.footer(),
            Tab::Why => {
                let hint = self.why.recipe(stack).map(|_| piece(Tone::Dim, "←→: another stack"));
                (Vec::new(), hint.into_iter().collect())
            }
        }
    }

    pub(crate) fn frame(&self, regions: &Regions) -> Frame {
        Frame { width: regions.page_width(), height: regions.page_height(), captured: self.sha256 }
    }

    fn raw_footer(&self) -> (Line, Line) {
        let size = self.raw.bytes().len();
        let whole = self.sha256.filter(|_| self.subject.capture.refused.is_none());
        let sha256 = whole.map(|sum| format!("sha256 {}…", hex::encode(&sum[..6]))).unwrap_or_default();
        let exact = text::count(size, "byte", "bytes");
        let other = if self.raw.is_hex() { "space: as text" } else { "space: in hex" };
        (vec![piece(Tone::Dim, format!("{exact}  {sha256}"))], vec![piece(Tone::Dim, other)])
    }
}

/// What the raw tab shows: the body, or all that was received of a request that never became a delivery.
fn received(capture: &Capture) -> Bytes {
    let delivery = &capture.delivery;
    match capture.refused {
        Some(_) => [&delivery.head.as_bytes()[..], &delivery.body[..]].concat().into(),
        None => delivery.body.clone(),
    }
}
