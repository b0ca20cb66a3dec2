//! What an answer says about a handler beside the one before: whether a mistake has gone, or come.

use std::fmt;
use std::ops::RangeInclusive;
use std::sync::Arc;

use super::{Answer, Ending, Exchange, ExchangeId, Outcome};

/// An answer against the last one of the same target to the same capture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It did not succeed then, and does now.
    Fixed,
    /// It succeeded then, and does not now.
    Regressed,
    /// Status and body are the same, as far as they are kept.
    Same,
    /// It succeeds or fails as it did then, but with another status, body or reason.
    Changed,
}

impl Turn {
    /// The name used on screen and in records.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fixed => "fixed",
            Self::Regressed => "regressed",
            Self::Same => "same",
            Self::Changed => "changed",
        }
    }

    /// Its one-column mark; colour never carries the meaning alone.
    pub fn mark(self) -> char {
        match self {
            Self::Fixed => '✓',
            Self::Regressed => '✗',
            Self::Same => '=',
            Self::Changed => '~',
        }
    }
}

/// Which statuses a sender takes for success.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(try_from = "String")]
pub struct Success(RangeInclusive<u16>);

impl Success {
    /// Whether that status is one of them.
    pub fn includes(&self, status: u16) -> bool {
        self.0.contains(&status)
    }

    /// Whether what became of a request is a success; `None` while nobody can say, or when it was cancelled.
    pub fn judge(&self, outcome: &Outcome) -> Option<bool> {
        match outcome {
            Outcome::Pending | Outcome::Cancelled => None,
            Outcome::Failed(_) => Some(false),
            Outcome::Answered(answer) => Some(self.includes(answer.status)),
        }
    }
}

/// Any 2xx, as HTTP means it (RFC 9110, section 15.3).
impl Default for Success {
    fn default() -> Self {
        Self(200..=299)
    }
}

impl TryFrom<String> for Success {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let (digits, span) = match text.strip_suffix("xx") {
            Some(class) => (format!("{class}00"), 99),
            None => (text.clone(), 0),
        };
        let first = digits.parse().ok().filter(|first| digits.len() == 3 && (100..600).contains(first));
        first.map(|first: u16| Self(first..=first + span)).ok_or_else(|| {
            format!("{text:?} is neither a status nor a class of them; write it like \"200\" or \"2xx\"")
        })
    }
}

impl fmt::Display for Success {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, last) = (self.0.start(), self.0.end());
        if first == last { write!(f, "{first}") } else { write!(f, "{}xx", first / 100) }
    }
}

/// The finished exchange with the same target that came before that one.
pub fn previous(exchanges: &[Arc<Exchange>], of: ExchangeId) -> Option<&Exchange> {
    let at = exchanges.iter().position(|exchange| exchange.id == of)?;
    let is_previous = |earlier: &&Arc<Exchange>| {
        earlier.target == exchanges[at].target && matches!(earlier.outcome, Outcome::Answered(_) | Outcome::Failed(_))
    };
    exchanges[..at].iter().rfind(is_previous).map(|exchange| &**exchange)
}

/// How an exchange turned out beside the one before; `None` for the first of its target, and while nobody can say.
/// `exchanges` are those of its capture, oldest first.
pub fn turn(exchanges: &[Arc<Exchange>], of: ExchangeId, success: &Success) -> Option<Turn> {
    let exchange = exchanges.iter().find(|exchange| exchange.id == of)?;
    let earlier = previous(exchanges, of)?;
    match (success.judge(&earlier.outcome)?, success.judge(&exchange.outcome)?) {
        (false, true) => Some(Turn::Fixed),
        (true, false) => Some(Turn::Regressed),
        _ => is_same(&earlier.outcome, &exchange.outcome).map(|same| if same { Turn::Same } else { Turn::Changed }),
    }
}

/// Whether two outcomes are alike; `None` when what would tell was not kept.
fn is_same(earlier: &Outcome, now: &Outcome) -> Option<bool> {
    match (earlier, now) {
        (Outcome::Answered(earlier), Outcome::Answered(now)) => is_same_answer(earlier, now),
        (Outcome::Failed(earlier), Outcome::Failed(now)) => Some(earlier.message == now.message),
        _ => Some(false),
    }
}

fn is_same_answer(earlier: &Answer, now: &Answer) -> Option<bool> {
    if earlier.status != now.status {
        return Some(false);
    }
    let is_known = earlier.ending != Ending::NotKept && now.ending != Ending::NotKept;
    is_known.then(|| earlier.body == now.body && earlier.ending == now.ending)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use bytes::Bytes;
    use jiff::Timestamp;

    use super::*;
    use crate::wire::{ExchangeKind, Failure, Head, Timing};

    /// Written short: `h200 ok` is what the target `h` answered, `h! refused` that it did not, `h…` that it has yet to,
    /// `h-` that nobody waited; `(…)` after a status says that the body was cut, and `?` that it was not kept.
    fn exchange(id: u64, text: &str) -> Arc<Exchange> {
        let (target, rest) = text.split_at(1);
        let outcome = match rest.chars().next().unwrap() {
            '…' => Outcome::Pending,
            '-' => Outcome::Cancelled,
            '!' => Outcome::Failed(Failure { message: rest.to_owned(), after: Duration::from_millis(id) }),
            _ => Outcome::Answered(Box::new(answer(rest))),
        };
        Arc::new(Exchange {
            id: ExchangeId(id),
            kind: if id.is_multiple_of(2) { ExchangeKind::Resend } else { ExchangeKind::Forward },
            target: target.to_owned(),
            started_at: Timestamp::UNIX_EPOCH,
            sent: Head::parse(Bytes::new()),
            sent_sha256: [0; 32],
            outcome,
        })
    }

    fn answer(text: &str) -> Answer {
        let (status, body) = text.split_once(' ').unwrap_or((text, ""));
        let ending = match &status[3..] {
            "" => Ending::Whole,
            "(…)" => Ending::OverLimit { size: None },
            _ => Ending::NotKept,
        };
        Answer {
            status: status[..3].parse().unwrap(),
            head: Head::parse(Bytes::from(format!("HTTP/1.1 {text}\r\n\r\n"))),
            body: Bytes::copy_from_slice(body.as_bytes()),
            ending,
            unsent: 0,
            timing: Timing::default(),
        }
    }

    fn turn_of_the_last(texts: &[&str], success: &Success) -> Option<Turn> {
        let exchanges: Vec<_> = (1..).zip(texts).map(|(id, text)| exchange(id, text)).collect();
        turn(&exchanges, ExchangeId(exchanges.len() as u64), success)
    }

    #[test]
    fn an_answer_is_told_beside_the_last_one_of_its_target() {
        use Turn::{Changed, Fixed, Regressed, Same};
        let cases: [(&[&str], Option<Turn>); 21] = [
            (&["a200 ok"], None),
            (&["a500 no", "a200 ok"], Some(Fixed)),
            (&["a! nothing listens", "a200 ok"], Some(Fixed)),
            (&["a302", "a204"], Some(Fixed)),
            (&["a200 ok", "a500 no"], Some(Regressed)),
            (&["a200 ok", "a! nothing listens"], Some(Regressed)),
            (&["a200 ok", "a200 ok"], Some(Same)),
            (&["a500 no", "a500 no"], Some(Same)),
            (&["a! nothing listens", "a! nothing listens"], Some(Same)),
            (&["a200 ok", "a200 OK"], Some(Changed)),
            (&["a200 ok", "a201 ok"], Some(Changed)),
            (&["a500 no", "a404 no"], Some(Changed)),
            (&["a500 no", "a! nothing listens"], Some(Changed)),
            (&["a! nothing listens", "a! closed"], Some(Changed)),
            (&["a200 {\"a\":1,\"b\":2}", "a200 {\"b\":2,\"a\":1}"], Some(Changed)),
            (&["a200 ok", "a200(…) ok"], Some(Changed)),
            (&["a200(…) ok", "a200(…) ok"], Some(Same)),
            (&["a200?", "a200?"], None),
            (&["a500?", "a200 ok"], Some(Fixed)),
            (&["b500 no", "a200 ok"], None),
            (&["a500 no", "b200 ok", "a…", "a-", "a200 ok"], Some(Fixed)),
        ];
        for (texts, expected) in cases {
            assert_eq!(turn_of_the_last(texts, &Success::default()), expected, "{texts:?}");
        }
    }

    #[test]
    fn what_is_not_over_has_no_turn() {
        for text in ["a…", "a-"] {
            assert_eq!(turn_of_the_last(&["a500 no", text], &Success::default()), None, "{text}");
        }
    }

    #[test]
    fn success_is_what_the_provider_says() {
        let only_200 = Success::try_from("200".to_owned()).unwrap();
        assert_eq!(turn_of_the_last(&["a201 ok", "a200 ok"], &only_200), Some(Turn::Fixed));
        assert_eq!(turn_of_the_last(&["a200 ok", "a204"], &only_200), Some(Turn::Regressed));
        for (text, included, excluded) in [("2xx", 299, 300), ("200", 200, 201), ("410", 410, 200)] {
            let success = Success::try_from(text.to_owned()).unwrap();
            assert!(success.includes(included) && !success.includes(excluded), "{text}");
            assert_eq!(success.to_string(), text);
        }
        for text in ["", "xx", "0xx", "2x", "20", "2000", "6xx", "２xx", "+20", "any"] {
            assert!(Success::try_from(text.to_owned()).is_err(), "{text}");
        }
    }
}
