//! The headless faces write what comes, and end when they should.

use std::future::{pending, ready};
use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use hookglass::provider::{Event, ProviderId};
use hookglass::report::{Ended, Follow, Format, Lines, follow};
use hookglass::store::{Capture, Conclusion, Handle, Limits, Query, Reply};
use hookglass::verify::{Cause, Status, Verdict};
use hookglass::wire::{Delivery, Extent, Head, Refusal};
use jiff::tz::TimeZone;

fn delivery(target: &str, body: &'static str) -> Delivery {
    Delivery {
        received_at: "2026-11-20T17:00:00Z".parse().unwrap(),
        peer: None,
        head: Head::parse(Bytes::from(format!("POST {target} HTTP/1.1\r\n\r\n"))),
        body: Bytes::from_static(body.as_bytes()),
        extent: Extent::Whole,
    }
}

fn capture(target: &str) -> Capture {
    Capture::new(delivery(target, "{}"), Conclusion::unknown(), Reply::of(200))
}

fn concluded(status: Status, provider: &str, events: &[(&str, &str, u32)]) -> Capture {
    let mut capture = capture("/hooks?token=hidden");
    capture.conclusion.verdict = Verdict { status, ..Verdict::unknown() };
    capture.conclusion.provider = Some(ProviderId::new(provider));
    let event = |&(kind, id, attempt): &(&str, &str, u32)| Event {
        kind: Some(kind.into()),
        id: Some(id.into()),
        attempt: Some(attempt),
        ..Event::default()
    };
    capture.conclusion.events = events.iter().map(event).collect();
    capture
}

fn wish(format: Format) -> Follow {
    Follow { format, only: None, until: None, count: None, timeout: None, patience: Follow::PATIENCE }
}

fn lines() -> Follow {
    wish(Format::Lines(Lines { zone: TimeZone::UTC, colour: false }))
}

fn store(captures: impl IntoIterator<Item = Capture>) -> Handle {
    let store = Handle::new(Limits { count: 1000, bytes: 1 << 20 });
    for capture in captures {
        store.push(capture);
    }
    store
}

/// Follows until all that is there is written; gives that back.
async fn written(store: &Handle, wish: &Follow) -> (Ended, String) {
    let mut out = Vec::new();
    let ended = follow(store, wish, &mut out, |_| {}, ready(())).await.unwrap();
    (ended, String::from_utf8(out).unwrap())
}

#[tokio::test]
async fn a_line_says_when_whether_who_what_and_how() {
    let refusal = Refusal { status: 413, reason: "Too much.".into() };
    let mut probe = concluded(Status::NotSigned, "acme", &[]);
    probe.conclusion.probe = Some("health check".into());
    let cases = [
        (
            concluded(Status::Verified, "acme", &[("thing.made", "evt_1", 1)]),
            "17:00:00 ✓ verified                  acme                thing.made               POST /hooks                         2 B  evt_1",
        ),
        (
            concluded(Status::Failed(Cause::WrongSecret), "acme", &[("thing.made", "evt_1", 3)]),
            "17:00:00 ✗ failed: wrong_secret      acme                thing.made               POST /hooks                         2 B  evt_1 attempt 3",
        ),
        (
            concluded(Status::NoSecret, "acme", &[("a", "1", 1), ("a", "2", 1), ("b", "3", 1)]),
            "17:00:00 ? no secret                 acme                a, b (3)                 POST /hooks                         2 B  1",
        ),
        (
            probe,
            "17:00:00 – not signed                acme                health check             POST /hooks                         2 B",
        ),
        (
            capture("/x"),
            "17:00:00 · unknown                   –                   –                        POST /x                             2 B",
        ),
        (
            Capture::refused(delivery("/big", ""), refusal),
            "17:00:00 ! refused 413               –                   –                        POST /big                             –  Too much.",
        ),
    ];
    for (capture, line) in cases {
        assert_eq!(written(&store([capture]), &lines()).await.1, format!("{line}\n"));
    }
}

#[tokio::test]
async fn hostile_text_stays_on_its_line_and_drives_no_terminal() {
    let long = format!("kind\x1b[2J\n{}", "x".repeat(500));
    let hostile = concluded(Status::Verified, "acme", &[(&long, "id\u{202e}", 1)]);
    let (_, text) = written(&store([hostile]), &lines()).await;
    assert_eq!(text.lines().count(), 1);
    assert!(!text.trim_end().chars().any(char::is_control) && !text.contains('\u{202e}'), "{text:?}");
    assert!(text.contains("kind␛[2J␊") && text.chars().count() < 250, "{text:?}");
}

#[tokio::test]
async fn colour_is_used_only_where_it_is_wanted() {
    let coloured = wish(Format::Lines(Lines { zone: TimeZone::UTC, colour: true }));
    let store = store([concluded(Status::Verified, "acme", &[])]);
    assert!(written(&store, &coloured).await.1.contains("\x1b[32m✓ verified"));
    assert!(!written(&store, &lines()).await.1.contains('\x1b'));
}

#[tokio::test]
async fn ndjson_is_one_record_a_line() {
    let (ended, text) = written(&store([capture("/1"), capture("/2")]), &wish(Format::Ndjson)).await;
    assert_eq!(ended, Ended::Stopped);
    let targets: Vec<_> = text
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["target"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(targets, ["/1", "/2"]);
}

#[tokio::test]
async fn it_ends_at_the_count_at_the_match_or_when_the_time_is_up() {
    let wish = |only: &str, until: &str, count| Follow {
        only: (!only.is_empty()).then(|| Query::parse(only)),
        until: (!until.is_empty()).then(|| Query::parse(until)),
        count,
        timeout: Some(Duration::from_millis(20)),
        ..lines()
    };
    let cases = [
        (wish("", "", Some(2)), Ended::Counted, 2),
        (wish("third", "", Some(1)), Ended::Counted, 1),
        (wish("third", "", Some(2)), Ended::TimedOut, 1),
        (wish("", "second", None), Ended::Matched, 2),
        (wish("third", "second", None), Ended::Matched, 0),
        (wish("", "fourth", None), Ended::TimedOut, 3),
    ];
    let store = store([capture("/first"), capture("/second"), capture("/third")]);
    for (wish, expected, count) in cases {
        let mut out = Vec::new();
        let ended = follow(&store, &wish, &mut out, |_| {}, pending()).await.unwrap();
        assert_eq!((ended, String::from_utf8(out).unwrap().lines().count()), (expected, count), "{wish:?}");
    }
}

/// Hands each piece written to whoever waits for it.
#[derive(Clone)]
struct Pipe(Arc<Mutex<Vec<u8>>>, tokio::sync::watch::Sender<usize>);

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.1.send_replace(self.0.lock().unwrap().len());
        Ok(())
    }
}

#[tokio::test]
async fn what_comes_later_is_written_at_once() {
    let store = store([]);
    let pipe = Pipe(Arc::default(), tokio::sync::watch::Sender::new(0));
    let (out, mut flushed) = (pipe.clone(), pipe.1.subscribe());
    let reader = store.clone();
    let following =
        tokio::spawn(
            async move { follow(&reader, &Follow { count: Some(2), ..lines() }, out, |_| {}, pending()).await },
        );
    for number in 1..=2 {
        store.push(capture("/x"));
        flushed
            .wait_for(|_| pipe.0.lock().unwrap().iter().filter(|byte| **byte == b'\n').count() == number)
            .await
            .unwrap();
    }
    assert_eq!(following.await.unwrap().unwrap(), Ended::Counted);
}

#[tokio::test]
async fn a_capture_that_is_not_settled_is_not_waited_for_until_others_are_lost() {
    let store = Handle::new(Limits { count: 8, bytes: 1 << 20 });
    let due = Capture::new(delivery("/due", "{}"), Conclusion::unknown(), Reply::DUE);
    for capture in [due].into_iter().chain((1..8).map(|_| capture("/x"))) {
        store.push(capture);
    }
    let wish = Follow { count: Some(8), patience: Duration::from_secs(3600), ..lines() };
    let mut out = Vec::new();
    let ended = follow(&store, &wish, &mut out, |_| {}, pending());
    assert_eq!(tokio::time::timeout(Duration::from_secs(20), ended).await.unwrap().unwrap(), Ended::Counted);
    assert!(out.split(|byte| *byte == b'\n').next().unwrap().windows(4).any(|word| word == b"/due"));
}

#[tokio::test(start_paused = true)]
async fn at_the_end_only_the_last_word_on_a_failure_is_waited_for_and_not_for_long() {
    let failed = |cause| concluded(Status::Failed(cause), "acme", &[]);
    for (explained_after, expected) in [(900, "failed: body_newline"), (1100, "failed: wrong_secret")] {
        let store = store([Capture::new(delivery("/due", "{}"), Conclusion::unknown(), Reply::DUE)]);
        let (seq, _) = store.push_unexplained(failed(Cause::WrongSecret));
        let explain = async {
            tokio::time::sleep(Duration::from_millis(explained_after)).await;
            store.conclude(seq, failed(Cause::BodyNewline).conclusion);
        };
        let wish = lines();
        let ((ended, text), ()) = tokio::join!(written(&store, &wish), explain);
        assert_eq!(ended, Ended::Stopped);
        assert!(text.lines().count() == 2 && text.contains(expected), "{text}");
    }
}

#[tokio::test]
async fn what_was_evicted_unseen_is_counted_and_said() {
    let store = Handle::new(Limits { count: 10, bytes: 1 << 20 });
    for _ in 0..22 {
        store.push(capture("/x"));
    }
    let mut said = Vec::new();
    let mut out = Vec::new();
    follow(&store, &lines(), &mut out, |line| said.push(line.to_owned()), ready(())).await.unwrap();
    assert_eq!(String::from_utf8(out).unwrap().lines().count(), 10);
    assert_eq!(said, ["12 deliveries were evicted before they could be printed; --capacity and --memory hold more"]);
}

struct Gone(io::ErrorKind);

impl Write for Gone {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(self.0.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_reader_that_is_gone_ends_it_and_a_full_disk_is_an_error() {
    for format in [lines().format, Format::Ndjson] {
        let (store, wish) = (store([capture("/x")]), wish(format));
        let ended = follow(&store, &wish, Gone(io::ErrorKind::BrokenPipe), |_| {}, pending()).await;
        assert_eq!(ended.unwrap(), Ended::Closed);
        let error = follow(&store, &wish, Gone(io::ErrorKind::StorageFull), |_| {}, pending()).await;
        assert_eq!(error.unwrap_err().kind(), io::ErrorKind::StorageFull);
    }
}
