//! Timestamps, and what is said of signatures that are right but odd.

use hookglass::verify::{Cause, Status};
use jiff::Timestamp;

use crate::stand::{Request, provider};

const FIELDS: &str = "scheme = \"hmac\"\nhash = \"sha256\"\nencoding = \"hex\"\nheader = \"S\"\n\
    fields = { signature = \"v1\" }\ntimestamp = { field = \"t\" }\ncontent = \"{timestamp}.{body}\"";
const DIGEST: &str = "60edfefa0dd492fcfc9b6a42109f27a18b523f43bbd913c0deee7a33cbe9263e";
/// `printf %s "$BODY" | openssl dgst -sha256 -hmac 'a shared secret'`
const BODY_DIGEST: &str = "aa43da92d88c17787223bdeed0884d9d3d12d7a32929f3253e7faefec2000521";
const BODY: &str = r#"{"id":"WH-1","event_type":"PAYMENT"}"#;

fn carrying(value: &str) -> Request {
    Request::new(&[("S", value)], BODY)
}

fn signed() -> Request {
    carrying(&format!("t=1700000000,v1={DIGEST}"))
}

#[test]
fn the_tolerance_itself_is_accepted_and_a_second_more_is_not() {
    let stale = Status::Failed(Cause::TimestampStale);
    let cases = [
        ("tolerance = \"5m\"", 300, Status::Verified),
        ("tolerance = \"5m\"", 301, stale),
        ("tolerance = \"5m\"", -300, Status::Verified),
        ("tolerance = \"5m\"", -301, stale),
        ("tolerance = { past = \"5s\" }", 5, Status::Verified),
        ("tolerance = { past = \"5s\" }", 6, stale),
        ("tolerance = { past = \"5s\" }", -86_400, Status::Verified),
        ("tolerance = { past = \"5m\", future = \"1m\" }", -61, stale),
        ("", 86_400, Status::Verified),
    ];
    for (tolerance, age, due) in cases {
        let now = Timestamp::from_second(1_700_000_000 + age).unwrap();
        let provider = provider(&format!("{FIELDS}\n{tolerance}"));
        let verdict = Request { now, ..signed() }.check(&provider, &["a shared secret"]);
        assert_eq!(verdict.status, due, "{tolerance} {age}: {verdict:?}");
        let wrong = Request { now, ..signed() }.check(&provider, &["another"]).status;
        assert_eq!(wrong, Status::Failed(Cause::WrongSecret), "a stale time explains no wrong signature");
    }
}

#[test]
fn a_timestamp_that_is_absent_or_none_is_named() {
    let provider = provider(&format!("{FIELDS}\ntolerance = \"5m\""));
    let cases = [
        (format!("v1={DIGEST}"), Cause::TimestampMissing),
        (format!("t=,v1={DIGEST}"), Cause::TimestampMissing),
        (format!("t=soon,v1={DIGEST}"), Cause::TimestampMalformed),
        (format!("t=1700000000000000,v1={DIGEST}"), Cause::TimestampMalformed),
        ("t=1700000000".to_owned(), Cause::MalformedSignature),
        ("t=1700000000,v1=abcd".to_owned(), Cause::MalformedSignature),
    ];
    for (value, cause) in cases {
        let verdict = carrying(&value).check(&provider, &["a shared secret"]);
        assert_eq!(verdict.status, Status::Failed(cause), "{value}: {verdict:?}");
    }
}

#[test]
fn seconds_and_milliseconds_that_were_mixed_up_are_named() {
    let cases = [
        (
            "s",
            "1700000000000",
            "The timestamp in T is in milliseconds, where a whole number of seconds since 1970 is due.",
        ),
        (
            "ms",
            "1700000000",
            "The timestamp in T is in seconds, where a whole number of milliseconds since 1970 is due.",
        ),
        (
            "s",
            "2023-11-14T22:13:20Z",
            "The timestamp in T is written as RFC 3339 has it, where a whole number of seconds",
        ),
    ];
    for (unit, sent, words) in cases {
        let scheme = "scheme = \"hmac\"\nhash = \"sha256\"\nencoding = \"hex\"\nheader = \"S\"";
        let provider =
            provider(&format!("{scheme}\ntimestamp = {{ header = \"T\", unit = \"{unit}\" }}\ntolerance = \"5m\""));
        let verdict = Request::new(&[("S", BODY_DIGEST), ("T", sent)], BODY).check(&provider, &["a shared secret"]);
        assert_eq!(verdict.status, Status::Failed(Cause::TimestampMalformed), "{verdict:?}");
        assert!(verdict.explanation.starts_with(words), "{}", verdict.explanation);
    }
}

#[test]
fn an_oddity_is_told_as_the_file_says() {
    let notes =
        "notes = { upper_case = \"A.\", blanks = \"B.\", not_first = \"C.\", not_last = \"D.\", future = \"E.\" }";
    let provider = provider(&format!("{FIELDS}\ntolerance = {{ past = \"5m\" }}\n{notes}"));
    let other = "0".repeat(64);
    let cases = [
        (format!("t=1700000000,v1={DIGEST}"), 0, ""),
        (format!("t=1700000000,v1={}", DIGEST.to_uppercase()), 0, " A."),
        (format!("t=1700000000, v1={DIGEST}"), 0, " B."),
        (format!("t=1700000000,v1={other},v1={DIGEST}"), 0, " C."),
        (format!("v1={DIGEST},t=1700000000,v1={other}"), 0, " D."),
        (format!("t=1700000000,v1={DIGEST}"), -3600, " E."),
        (format!("t=1700000000,v1={DIGEST}"), -10, ""),
    ];
    for (value, age, note) in cases {
        let now = Timestamp::from_second(1_700_000_000 + age).unwrap();
        let verdict = Request { now, ..carrying(&value) }.check(&provider, &["a shared secret"]);
        let due = format!("The signature was made with your secret over exactly these bytes.{note}");
        assert_eq!((verdict.status, &*verdict.explanation), (Status::Verified, &*due), "{value}");
    }
}

#[test]
fn base64_that_lenient_decoders_take_verifies_with_a_word_on_it() {
    let verify = "scheme = \"hmac\"\nhash = \"sha256\"\nencoding = \"base64\"\nheader = \"S\"";
    let right = "qkPaktiMF3hyI73u0IhNnT0S16MpKfMlPn+u/sIABSE=";
    for odd in [right.trim_end_matches('=').to_owned(), format!("{right}="), right.replace('+', "-").replace('/', "_")]
    {
        let verdict = carrying(&odd).check(&provider(verify), &["a shared secret"]);
        assert_eq!(verdict.status, Status::Verified, "{odd}");
        assert!(verdict.explanation.contains("base64 is not written as usual"), "{}", verdict.explanation);
        let silenced = provider(&format!("{verify}\nnotes = {{ loose_base64 = \"\" }}"));
        let verdict = carrying(&odd).check(&silenced, &["a shared secret"]);
        assert!(!verdict.explanation.contains("base64"), "{}", verdict.explanation);
    }
}
