//! Which captures a filter lets through.

use super::Capture;

/// A filter: words that must all occur, in any letter case, in what is known of a capture: provider, event, method,
/// path, verdict, headers, body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    words: Vec<Word>,
}

/// A word, lower-cased once.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Word(Box<[u8]>);

impl Query {
    /// Reads a filter. Every text is one; blanks part the words.
    pub fn parse(text: &str) -> Self {
        let words = text.split_whitespace().map(|word| Word(word.to_ascii_lowercase().into_bytes().into())).collect();
        Self { words }
    }

    /// Whether it lets everything through.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Whether it lets a capture through.
    pub fn matches(&self, capture: &Capture) -> bool {
        self.words.iter().all(|word| word.occurs_in_any(capture))
    }
}

impl Word {
    fn occurs_in_any(&self, capture: &Capture) -> bool {
        self.occurs_in_conclusion(capture)
            || self.occurs_in(capture.delivery.head.as_bytes())
            || self.occurs_in(&capture.delivery.body)
    }

    fn occurs_in_conclusion(&self, capture: &Capture) -> bool {
        let conclusion = &capture.conclusion;
        let status = capture.status();
        let verdict = status.map_or("refused", |status| status.as_str());
        let cause = status.and_then(|_| conclusion.verdict.cause()).map_or("", |cause| cause.as_str());
        let provider = conclusion.provider.as_ref().map_or("", |provider| provider.as_str());
        let probe = conclusion.probe.as_deref().unwrap_or_default();
        let kinds = conclusion.events.iter().filter_map(|event| event.kind.as_deref());
        [verdict, cause, provider, probe].into_iter().chain(kinds).any(|text| self.occurs_in(text.as_bytes()))
    }

    /// ASCII letter case apart, does the word occur in these bytes? Bodies are searched as they are: copying a body to
    /// lower-case it would cost more than the search.
    fn occurs_in(&self, bytes: &[u8]) -> bool {
        let word = &*self.0;
        let Some(&first) = word.first() else { return true };
        let Some(last_start) = bytes.len().checked_sub(word.len()) else { return false };
        memchr::memchr2_iter(first, first.to_ascii_uppercase(), &bytes[..=last_start])
            .any(|at| bytes[at..at + word.len()].eq_ignore_ascii_case(word))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use bytes::Bytes;
    use jiff::Timestamp;

    use super::*;
    use crate::provider::{Event, ProviderId};
    use crate::store::{Conclusion, Reply};
    use crate::verify::{Cause, Status};
    use crate::wire::{Delivery, Extent, Head, Version};

    fn capture() -> Capture {
        let delivery = Delivery {
            received_at: Timestamp::UNIX_EPOCH,
            peer: None,
            head: Head::build("POST", "/hooks?x=1", Version::Http11).header("X-Sig", "AbC").finish(),
            body: Bytes::from_static(b"{\"name\":\"Jane \xff Doe\"}"),
            extent: Extent::Whole,
        };
        let mut conclusion = Conclusion::unknown();
        conclusion.provider = Some(ProviderId::new("brighten"));
        conclusion.events = [Event { kind: Some(Arc::from("reward.redeemed")), ..Event::default() }].into();
        conclusion.verdict.status = Status::Failed(Cause::BodyNewline);
        Capture::new(delivery, conclusion, Reply::of(200))
    }

    #[test]
    fn every_word_must_occur_somewhere_in_any_letter_case() {
        let cases = [
            ("", true),
            ("  ", true),
            ("brighten", true),
            ("REWARD failed", true),
            ("body_newline", true),
            ("post /hooks?x", true),
            ("x-sig: abc", true),
            ("jane doe", true),
            ("jane verified", false),
            ("janet", false),
            ("raaft", false),
        ];
        for (filter, matches) in cases {
            assert_eq!(Query::parse(filter).matches(&capture()), matches, "{filter}");
        }
    }

    #[test]
    fn a_word_longer_than_the_bytes_is_not_in_them() {
        assert!(!Word(b"abc".as_slice().into()).occurs_in(b"ab"));
        assert!(Word(b"abc".as_slice().into()).occurs_in(b"xxABc"));
        assert!(!Word(b"abc".as_slice().into()).occurs_in(b""));
    }
}
