//! What senders are answered, as people write it: one grammar for the flag, the file and the screen.

use std::fmt;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use hyper::header::{HeaderName, HeaderValue};

use crate::text;

/// The longest that an answer is held back; no sender waits for longer.
const MAX_DELAY: Duration = Duration::from_secs(600);

/// Headers that HTTP's own framing sets (RFC 9110 §7.6.1): a wrong one would break the connection.
const FRAMING: [&str; 8] =
    ["connection", "content-length", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"];

const BEGIN: &str = "begin with a status from 200 to 599, `hang` or `drop`";

/// What senders are answered, in words that blanks part: what is done, and how, and when. The body comes last, for it is
/// all the rest.
///
/// `503` · `503 next=3` · `500 every=2` · `200 delay=10s` · `hang` · `drop next=1` ·
/// `200 header=Content-Type:text/plain body=all the rest` · `200 header="Retry-After: 5" body=@FILE`
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(try_from = "Written")]
pub struct Reply {
    /// What is done.
    pub act: Act,
    /// How long it is held back: at most ten minutes.
    pub delay: Duration,
    /// Which deliveries it is for.
    pub when: When,
}

/// What is done about a delivery's sender.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// It is answered.
    Answer {
        /// 200 to 599.
        status: u16,
        /// Names and values, valid in HTTP, none of which frames the message.
        headers: Vec<(Box<str>, Box<str>)>,
        /// What it reads; `None` is a small JSON body.
        body: Option<ReplyBody>,
    },
    /// It waits for an answer that never comes.
    Hang,
    /// Its connection is closed without an answer.
    Drop,
}

/// The body of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReplyBody {
    /// This text, which does not begin with `@`; empty for none.
    Text(Box<str>),
    /// What is in this file when the reply is set.
    File(PathBuf),
}

/// Which deliveries a reply is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// All.
    Always,
    /// So many; those that follow hear what they would without it.
    Next(NonZeroU32),
    /// One of so many; the others hear what they would without it.
    Every(NonZeroU32),
}

/// The forms it has in the file.
#[derive(serde::Deserialize)]
#[serde(untagged, expecting = "a status such as 503, or a text such as \"503 next=3\"")]
enum Written {
    Status(i64),
    Text(String),
}

impl TryFrom<Written> for Reply {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        match written {
            Written::Status(status) => status.to_string().parse(),
            Written::Text(text) => text.parse(),
        }
    }
}

impl Reply {
    /// Every delivery is answered that status, 200 to 599, with a small JSON body.
    pub fn status(status: u16) -> Result<Self, String> {
        status.to_string().parse()
    }
}

impl FromStr for Reply {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (first, mut rest) = split_word(text.trim_start());
        let mut words = Words { act: act(first)?, delay: None, when: None };
        while !rest.trim_start().is_empty() {
            rest = rest.trim_start();
            if let Some(body) = rest.strip_prefix("body=") {
                words.body(body)?;
                break;
            }
            let (word, after) = split_word(rest);
            words.take(word)?;
            rest = after;
        }
        let Words { act, delay, when } = words;
        Ok(Self { act, delay: delay.unwrap_or_default(), when: when.unwrap_or(When::Always) })
    }
}

/// What has been read of a reply.
struct Words {
    act: Act,
    delay: Option<Duration>,
    when: Option<When>,
}

impl Words {
    fn take(&mut self, word: &str) -> Result<(), String> {
        match word.split_once('=') {
            Some(("delay", value)) => self.delay(value),
            Some(("next", value)) => self.when(When::Next(count(word, value)?)),
            Some(("every", value)) => self.when(When::Every(count(word, value)?)),
            Some(("header", value)) => self.header(value),
            _ => Err(format!(
                "`{}` is no part of a reply; write delay=10s, next=3, every=2, header=NAME:VALUE or, last of all, body=TEXT",
                text::visible(word)
            )),
        }
    }

    fn delay(&mut self, value: &str) -> Result<(), String> {
        let delay = text::parse_duration(value)?;
        if delay > MAX_DELAY {
            return Err(format!("delay={} is too long: no sender waits over 10m", text::visible(value)));
        }
        if self.act == Act::Hang {
            return Err("`hang` has no delay, for its answer never comes".to_owned());
        }
        match self.delay.replace(delay) {
            None => Ok(()),
            Some(_) => Err("the delay is given twice".to_owned()),
        }
    }

    fn when(&mut self, when: When) -> Result<(), String> {
        match self.when.replace(when) {
            None => Ok(()),
            Some(_) => {
                Err("a reply is for the next few or for every few deliveries: give one of next= and every=".into())
            }
        }
    }

    fn header(&mut self, written: &str) -> Result<(), String> {
        let written = written.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(written);
        let shown = || text::visible(written).into_owned();
        let Some((name, value)) = written.split_once(':') else {
            return Err(format!("`{}` has no colon; write header=NAME:VALUE or header=\"NAME: VALUE\"", shown()));
        };
        let (name, value) = (name.trim(), value.trim());
        if HeaderName::from_bytes(name.as_bytes()).is_err() || HeaderValue::from_str(value).is_err() {
            return Err(format!("`{}` is no header that HTTP allows; write header=NAME:VALUE", shown()));
        }
        if FRAMING.iter().any(|framing| framing.eq_ignore_ascii_case(name)) {
            return Err(format!("leave {name} out: it is set as the answer needs it"));
        }
        let Act::Answer { headers, .. } = &mut self.act else { return Err(self.says_nothing("header")) };
        headers.push((name.into(), value.into()));
        Ok(())
    }

    fn body(&mut self, written: &str) -> Result<(), String> {
        let Act::Answer { status, body, .. } = &mut self.act else { return Err(self.says_nothing("body")) };
        if matches!(status, 204 | 304) && !written.is_empty() {
            return Err(format!("HTTP has no body in an answer of {status}; leave body= out or choose another status"));
        }
        *body = Some(match written.strip_prefix('@') {
            Some("") => return Err("`body=@` names no file; write body=@FILE, or body= for none".to_owned()),
            Some(file) => ReplyBody::File(file.into()),
            None => ReplyBody::Text(written.into()),
        });
        Ok(())
    }

    fn says_nothing(&self, what: &str) -> String {
        format!("`{}` answers nothing, so it has no {what}; begin with a status instead", self.act)
    }
}

fn act(word: &str) -> Result<Act, String> {
    match word {
        "" => Err(format!("a reply that says nothing: {BEGIN}")),
        "hang" => Ok(Act::Hang),
        "drop" => Ok(Act::Drop),
        _ if word.bytes().all(|byte| byte.is_ascii_digit()) => match word.parse() {
            Ok(status @ 200..=599) => Ok(Act::Answer { status, headers: Vec::new(), body: None }),
            _ => Err(format!("{word} is no status to answer with; choose one from 200 to 599")),
        },
        _ => Err(format!("`{}` is no reply; {BEGIN}", text::visible(word))),
    }
}

fn count(word: &str, value: &str) -> Result<NonZeroU32, String> {
    value.parse().map_err(|_| format!("`{}` wants a whole number from 1, such as next=3", text::visible(word)))
}

/// The first word and what follows it. A quoted value ends with the quote that a blank or the end follows.
fn split_word(text: &str) -> (&str, &str) {
    let blank = |at: usize| text[at..].find(char::is_whitespace).map_or(text.len(), |found| at + found);
    let mut end = blank(0);
    if text.starts_with("header=\"") {
        while end < text.len() && !text[..end].ends_with('"') {
            end = blank(end + text[end..].chars().next().map_or(1, char::len_utf8));
        }
    }
    text.split_at(end)
}

/// As it is written, in the order of the grammar; what others wrote into it is not yet made visible.
impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.act.fmt(f)?;
        if !self.delay.is_zero() {
            match (self.delay.as_millis(), self.delay.subsec_millis()) {
                (millis, 0) => write!(f, " delay={}s", millis / 1000)?,
                (millis, _) => write!(f, " delay={millis}ms")?,
            }
        }
        match self.when {
            When::Always => {}
            When::Next(count) => write!(f, " next={count}")?,
            When::Every(count) => write!(f, " every={count}")?,
        }
        let Act::Answer { headers, body, .. } = &self.act else { return Ok(()) };
        for (name, value) in headers {
            match value.contains(char::is_whitespace) {
                true => write!(f, " header=\"{name}: {value}\"")?,
                false => write!(f, " header={name}:{value}")?,
            }
        }
        match body {
            None => Ok(()),
            Some(ReplyBody::Text(text)) => write!(f, " body={text}"),
            Some(ReplyBody::File(file)) => write!(f, " body=@{}", file.display()),
        }
    }
}

/// The word it begins with.
impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answer { status, .. } => status.fmt(f),
            Self::Hang => f.write_str("hang"),
            Self::Drop => f.write_str("drop"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_reply_is_read_as_it_is_written() {
        let answer = |status, headers: &[(&str, &str)], body| {
            let headers = headers.iter().map(|&(name, value)| (name.into(), value.into())).collect();
            Act::Answer { status, headers, body }
        };
        let plain = |status| answer(status, &[], None);
        let some = |number| NonZeroU32::new(number).unwrap();
        let text = |text: &str| Some(ReplyBody::Text(text.into()));
        let cases = [
            ("503", plain(503), 0, When::Always),
            (" 503  next=3 ", plain(503), 0, When::Next(some(3))),
            ("500 every=2", plain(500), 0, When::Every(some(2))),
            ("200 delay=10s", plain(200), 10_000, When::Always),
            ("200 every=4 delay=250ms", plain(200), 250, When::Every(some(4))),
            ("hang", Act::Hang, 0, When::Always),
            ("drop next=1 delay=1m", Act::Drop, 60_000, When::Next(some(1))),
            ("200 body= a b  next=3 ", answer(200, &[], text(" a b  next=3 ")), 0, When::Always),
            ("200 body=", answer(200, &[], text("")), 0, When::Always),
            ("200 body=@/tmp/a b", answer(200, &[], Some(ReplyBody::File("/tmp/a b".into()))), 0, When::Always),
            (
                "429 header=\"Retry-After:  5 s\" header=ETag:\"x\" body={}",
                answer(429, &[("Retry-After", "5 s"), ("ETag", "\"x\"")], text("{}")),
                0,
                When::Always,
            ),
        ];
        for (written, act, millis, when) in cases {
            let expected = Reply { act, delay: Duration::from_millis(millis), when };
            assert_eq!(written.parse(), Ok(expected), "{written}");
        }
    }

    #[test]
    fn a_mistake_says_what_to_write() {
        let cases = [
            ("", "a reply that says nothing: begin with a status from 200 to 599, `hang` or `drop`"),
            ("sorry", "`sorry` is no reply; begin with a status from 200 to 599, `hang` or `drop`"),
            ("99", "99 is no status to answer with; choose one from 200 to 599"),
            ("70000", "70000 is no status to answer with; choose one from 200 to 599"),
            (
                "503 nxt=3",
                "`nxt=3` is no part of a reply; write delay=10s, next=3, every=2, header=NAME:VALUE or, last of all, body=TEXT",
            ),
            ("503 next=0", "`next=0` wants a whole number from 1, such as next=3"),
            (
                "503 next=1 every=2",
                "a reply is for the next few or for every few deliveries: give one of next= and every=",
            ),
            ("503 delay=soon", "`soon` is not a duration; write it like 500ms, 30s, 5m, 2h or 1d"),
            ("503 delay=11m", "delay=11m is too long: no sender waits over 10m"),
            ("503 delay=1s delay=2s", "the delay is given twice"),
            ("hang delay=1s", "`hang` has no delay, for its answer never comes"),
            ("hang body=x", "`hang` answers nothing, so it has no body; begin with a status instead"),
            ("drop header=A:b", "`drop` answers nothing, so it has no header; begin with a status instead"),
            ("200 header=A", "`A` has no colon; write header=NAME:VALUE or header=\"NAME: VALUE\""),
            ("200 header=A\u{1b}:b", "`A␛:b` is no header that HTTP allows; write header=NAME:VALUE"),
            ("200 header=Content-Length:3", "leave Content-Length out: it is set as the answer needs it"),
            ("204 body=x", "HTTP has no body in an answer of 204; leave body= out or choose another status"),
            ("200 body=@", "`body=@` names no file; write body=@FILE, or body= for none"),
        ];
        for (written, message) in cases {
            assert_eq!(written.parse::<Reply>(), Err(message.to_owned()), "{written}");
        }
    }

    proptest! {
        #[test]
        fn a_reply_is_printed_as_it_is_read(
            act in prop_oneof![Just("hang".to_owned()), Just("drop".to_owned()), (200_u16..600).prop_map(|it| it.to_string())],
            delay in prop::option::of(1_u32..600_000),
            when in prop::option::of((prop::bool::ANY, 1_u32..)),
            headers in prop::collection::vec("[A-Za-z][A-Za-z-]{0,5}: {0,2}[!-~é]{0,3}( [!-~\"]{1,3}[a-z])?", 0..3),
            body in prop::option::of(".{0,20}"),
        ) {
            let mut text = act;
            text.extend(delay.map(|delay| format!("\tdelay={delay}ms")));
            text.extend(when.map(|(next, count)| format!(" {}={count}", if next { "next" } else { "every" })));
            text.extend(headers.iter().map(|header| format!("  header=\"{header}\"")));
            text.extend(body.map(|body| format!(" body={body}")));
            if let Ok(reply) = text.parse::<Reply>() {
                prop_assert_eq!(reply.to_string().parse(), Ok(reply), "{}", text);
            }
        }

        #[test]
        fn no_text_makes_reading_panic(text in "(200|hang)?[ =a-z\"]{0,4}(header=\"|body=|\u{3000})?.{0,12}") {
            let _ = text.parse::<Reply>();
        }
    }
}
