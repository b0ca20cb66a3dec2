//! Where and why a self-test stopped: what happened, and what to do about it.
//!
//! Tunnels answer in our place when they cannot bring a request to us, each in its own way.

use std::net::SocketAddr;

use super::Leg;
use crate::text;
use crate::wire::{Answer, Failure};

/// What happened, and what to do.
type Words = (String, String);

/// The longest part of an answer that is quoted, in columns.
const QUOTE: usize = 100;

/// No answer came, and this leg was not passed.
pub(super) fn no_answer(leg: Leg, failure: Failure, own: SocketAddr) -> Words {
    let advice = match leg {
        Leg::Lookup => {
            "Is it spelt right, and is the tunnel still up? Quick tunnels get another name each time.".into()
        }
        Leg::Connect => "Is the tunnel still up, and is this the port that it gave?".into(),
        Leg::Tls => "Senders that check certificates stop here, too.".into(),
        Leg::There => format!("The tunnel took the request and did not bring it here: does it forward to {own}?"),
        Leg::Back => {
            "The request arrived, our answer did not: its sender believes that it failed and tries again.".into()
        }
    };
    (failure.message, advice)
}

/// The request reached us, but somebody else's answer came back.
pub(super) fn not_our_answer(answer: &Answer) -> Words {
    (
        format!("it arrived here, but what came back is {}, not our answer", status(answer)),
        "Something on the way replaces answers: senders hear that instead of ours.".into(),
    )
}

/// An answer came, and the request never reached us.
pub(super) fn answer_without_us(answer: &Answer, own: SocketAddr) -> Words {
    if let Some(code) = ngrok_code(answer) {
        return of_ngrok(&code, answer, own);
    }
    match answer.status {
        530 if is_cloudflare(answer) => (
            "Cloudflare answered 530: no cloudflared is connected for this name".into(),
            format!("Start it again: cloudflared tunnel --url http://{own} (a quick tunnel gets another name)."),
        ),
        502 if is_cloudflare(answer) => (
            "Cloudflare answered 502: cloudflared is up, but nothing answers where it forwards to".into(),
            format!("It must forward to http://{own}."),
        ),
        300..=399 => (
            format!("the answer was {}, a redirect{}", status(answer), location(answer)),
            "Senders of webhooks do not follow redirects: give them the URL it leads to.".into(),
        ),
        401 | 403 | 407 => (
            format!("somebody before us answered {} and wants credentials", status(answer)),
            "Providers have none: deliveries must get through there without.".into(),
        ),
        502..=504 => (
            format!("the tunnel answered {} in our place: it did not reach us", status(answer)),
            format!("Does it forward to {own}?"),
        ),
        _ => (
            format!("somebody else answered {}", status(answer)),
            format!("The URL leads to another program: does the tunnel forward to {own}?"),
        ),
    }
}

/// The codes that concern whoever runs the tunnel: <https://ngrok.com/docs/errors>.
fn of_ngrok(code: &str, answer: &Answer, own: SocketAddr) -> Words {
    let port = own.port();
    let (what, advice) = match code {
        "ERR_NGROK_3200" => (
            "ngrok knows of no agent that serves this URL now",
            format!("Start it again: ngrok http {port} (the URL may be another then)."),
        ),
        "ERR_NGROK_8012" => (
            "ngrok's agent runs, but nothing answers where it forwards to",
            format!("Start it with our port: ngrok http {port}."),
        ),
        "ERR_NGROK_3004" => (
            "ngrok's agent got no proper HTTP answer where it forwards to",
            format!("It must forward to http://, not https://: ngrok http {port}."),
        ),
        _ => {
            let page = format!("What that means: https://ngrok.com/docs/errors/{}", code.to_ascii_lowercase());
            return (format!("ngrok answered {} in our place ({code})", status(answer)), page);
        }
    };
    (format!("{what} ({code})"), advice)
}

/// The code in an answer of ngrok's own; only what looks like one is believed.
fn ngrok_code(answer: &Answer) -> Option<String> {
    let code = answer.head.get_str("ngrok-error-code")?;
    let number = code.strip_prefix("ERR_NGROK_")?;
    let is_number = (1..=6).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| code.to_owned())
}

fn is_cloudflare(answer: &Answer) -> bool {
    answer.head.get_str("server").is_some_and(|server| server.eq_ignore_ascii_case("cloudflare"))
}

fn status(answer: &Answer) -> String {
    answer.status.to_string()
}

fn location(answer: &Answer) -> String {
    answer
        .head
        .get("location")
        .map_or_else(String::new, |location| format!(" to {}", text::truncate(&text::visible_bytes(location), QUOTE)))
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::wire::{Ending, Head, Timing};

    fn answer(status: u16, headers: &str) -> Answer {
        let head = Head::parse(Bytes::from(format!("HTTP/1.1 {status} X\r\n{headers}\r\n")));
        Answer { status, head, body: Bytes::new(), ending: Ending::Whole, unsent: 0, timing: Timing::default() }
    }

    #[test]
    fn whoever_answers_in_our_place_is_named_with_what_to_do() {
        let cases = [
            (
                answer(404, "Ngrok-Error-Code: ERR_NGROK_3200\r\n"),
                "ngrok knows of no agent that serves this URL now (ERR_NGROK_3200)",
                "ngrok http 4665",
            ),
            (answer(502, "ngrok-error-code: ERR_NGROK_8012\r\n"), "(ERR_NGROK_8012)", "with our port"),
            (answer(502, "ngrok-error-code: ERR_NGROK_3004\r\n"), "(ERR_NGROK_3004)", "not https://"),
            (
                answer(403, "ngrok-error-code: ERR_NGROK_727\r\n"),
                "ngrok answered 403 in our place (ERR_NGROK_727)",
                "https://ngrok.com/docs/errors/err_ngrok_727",
            ),
            (answer(200, "ngrok-error-code: ERR_NGROK_\u{1b}[2J\r\n"), "somebody else answered 200", "forward to"),
            (answer(530, "Server: cloudflare\r\n"), "no cloudflared is connected", "--url http://127.0.0.1:4665"),
            (answer(502, "server: cloudflare\r\n"), "cloudflared is up", "forward to http://127.0.0.1:4665"),
            (answer(502, ""), "the tunnel answered 502 in our place", "forward to 127.0.0.1:4665"),
            (answer(301, "location: https://a/\u{1b}\r\n"), "301, a redirect to https://a/␛", "do not follow"),
            (answer(302, ""), "302, a redirect", "do not follow"),
            (answer(403, "server: cloudflare\r\n"), "answered 403 and wants credentials", "without"),
            (answer(204, ""), "somebody else answered 204", "another program"),
        ];
        for (answer, what, advice) in cases {
            let (said, advised) = answer_without_us(&answer, "127.0.0.1:4665".parse().unwrap());
            assert!(said.contains(what), "{said}");
            assert!(advised.contains(advice), "{advised}");
        }
    }
}
