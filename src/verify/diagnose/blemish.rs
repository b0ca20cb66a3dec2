//! What is visibly wrong with a body, whoever signed it: it was changed, or never whole.

use crate::json::Document;
use crate::wire::Delivery;

/// What is wrong with the body, as a clause: "the body that arrived is empty".
pub(super) fn of(delivery: &Delivery) -> Option<String> {
    let (head, body) = (&delivery.head, &delivery.body);
    let declared = head.get_str("content-length").and_then(|length| length.trim().parse::<usize>().ok());
    match declared {
        Some(declared) if declared != body.len() => {
            Some(format!("{} bytes arrived where Content-Length says {declared}", body.len()))
        }
        _ if body.is_empty() => (head.method() != "GET").then(|| "the body that arrived is empty".to_owned()),
        _ => no_json(delivery),
    }
}

/// Where a body that is said to be JSON is none. Compressed, it cannot be told.
fn no_json(delivery: &Delivery) -> Option<String> {
    let (media, body) = (delivery.media_type(), &delivery.body);
    let is_said = media.ends_with("/json") || media.ends_with("+json");
    if !is_said || delivery.head.get("content-encoding").is_some() || body.starts_with(b"\x1f\x8b") {
        return None;
    }
    let error = Document::parse(body.clone()).err()?;
    // A string that lacks its end is told by where it begins.
    let closed = || Document::parse([body, &b"\""[..]].concat().into()).err();
    let is_cut = error.offset >= body.trim_ascii_end().len() || closed().is_none_or(|it| it.offset > error.offset);
    Some(match is_cut {
        true => format!("what arrived is JSON that breaks off at byte {}", body.len()),
        false => format!("what arrived is no JSON from byte {} on", error.offset),
    })
}
