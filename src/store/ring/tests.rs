use bytes::Bytes;
use jiff::Timestamp;

use super::*;
use crate::store::{Conclusion, Reply};
use crate::verify::{Cause, Status};
use crate::wire::{
    Answer, Delivery, Ending, Exchange, ExchangeId, ExchangeKind, Extent, Head, Outcome, Refusal, Timing, Version,
};

const ROOMY: Limits = Limits { count: 1000, bytes: 1 << 30 };

fn capture(body: usize) -> Capture {
    let delivery = Delivery {
        received_at: Timestamp::UNIX_EPOCH,
        peer: None,
        head: Head::build("POST", "/", Version::Http11).finish(),
        body: Bytes::from(vec![b'x'; body]),
        extent: Extent::Whole,
    };
    Capture::new(delivery, Conclusion::unknown(), Reply::of(200))
}

fn ring(limits: Limits, pushes: usize) -> Ring {
    let mut ring = Ring::new(limits);
    for _ in 0..pushes {
        ring.push(capture(100));
    }
    ring
}

fn held(ring: &Ring) -> Vec<u64> {
    ring.iter().map(|capture| capture.seq.0).collect()
}

fn seqs(captures: &[Arc<Capture>]) -> Vec<u64> {
    captures.iter().map(|capture| capture.seq.0).collect()
}

#[test]
fn the_oldest_make_room_when_there_are_too_many() {
    let ring = ring(Limits { count: 3, ..ROOMY }, 5);
    assert_eq!(held(&ring), [3, 4, 5]);
    assert_eq!((ring.counts().captured, ring.counts().evicted, ring.counts().held), (5, 2, 3));
}

#[test]
fn an_edit_has_its_place_but_counts_as_nothing_received() {
    let mut ring = ring(ROOMY, 2);
    let mut edit = Capture { parent: Some(Seq(1)), ..capture(1) };
    edit.conclusion.verdict.status = Status::Failed(Cause::WrongSecret);
    assert_eq!(ring.push(edit).0, Seq(3));
    assert_eq!((ring.counts().captured, ring.counts().failed, ring.counts().held), (2, 0, 3));
    let mut cursor = Cursor::default();
    assert_eq!(seqs(&ring.since(&mut cursor, 10).fresh), [1, 2, 3]);
    ring.push(capture(1));
    let delta = ring.since(&mut cursor, 10);
    assert_eq!((seqs(&delta.fresh), delta.missed, delta.counts.captured), (vec![4], 0, 3));
}

#[test]
fn the_oldest_make_room_when_they_are_too_large_together() {
    let one = capture(100).footprint();
    let mut ring = ring(Limits { bytes: 3 * one, ..ROOMY }, 5);
    assert_eq!(held(&ring), [3, 4, 5]);
    assert_eq!(ring.counts().bytes, 3 * one);
    ring.push(capture(10 * one));
    assert_eq!(held(&ring), [6], "the newest stays even if it alone is over the bound");
}

#[test]
fn a_capture_wanes_in_the_older_half_of_a_ring_that_is_almost_full() {
    let waning = |pushes| {
        let ring = ring(Limits { count: 8, ..ROOMY }, pushes);
        let seqs: Vec<u64> = (1..=pushes as u64).filter(|seq| ring.is_waning(Seq(*seq))).collect();
        seqs
    };
    assert_eq!([waning(1), waning(6), waning(7), waning(10)], [vec![], vec![], vec![1, 2, 3], vec![1, 2, 3, 4, 5, 6]]);
    let one = capture(100).footprint();
    assert!(ring(Limits { bytes: 4 * one, ..ROOMY }, 4).is_waning(Seq(2)));
    let mut ring = ring(Limits { count: 4, ..ROOMY }, 1);
    ring.set_pinned(Seq(1), true);
    (0..9).for_each(|_| drop(ring.push(capture(1))));
    assert!(!ring.is_waning(Seq(1)), "a pin stays");
}

#[test]
fn a_change_is_counted_in_bytes_and_can_evict() {
    let one = capture(100).footprint();
    let mut ring = ring(Limits { bytes: 3 * one, ..ROOMY }, 3);
    let evicted = ring.change(Seq(3), |capture| capture.delivery = capture_of(200)).unwrap();
    assert_eq!(seqs(&evicted), [1]);
    assert_eq!(held(&ring), [2, 3]);
    assert_eq!(ring.counts().bytes, 2 * one + 100);
    assert!(ring.change(Seq(1), |_| panic!("it is gone")).is_none());
}

const MIB: usize = 1 << 20;

/// An answer with a body of so many bytes.
fn answered(id: u64, body: usize) -> Arc<Exchange> {
    let head = Head::build("HTTP/1.1", "200", Version::Unknown).finish();
    let body = Bytes::from(vec![b'x'; body]);
    let answer = Answer { status: 200, head, body, ending: Ending::Whole, unsent: 0, timing: Timing::default() };
    Arc::new(Exchange {
        id: ExchangeId(id),
        kind: ExchangeKind::Resend,
        target: "http://localhost:3000".to_owned(),
        started_at: Timestamp::UNIX_EPOCH,
        sent: Head::build("POST", "/", Version::Http11).finish(),
        sent_sha256: [0; 32],
        outcome: Outcome::Answered(Box::new(answer)),
    })
}

fn exchange_ids(ring: &Ring, seq: u64) -> Vec<u64> {
    ring.get(Seq(seq)).unwrap().exchanges.iter().map(|exchange| exchange.id.0).collect()
}

#[test]
fn however_much_answers_to_one_capture_hold_the_bound_holds_and_the_others_stay() {
    let limits = Limits { bytes: 32 * MIB, ..ROOMY };
    let mut ring = ring(limits, 50);
    for id in 1..=64 {
        ring.change(Seq(50), |capture| capture.put_exchange(answered(id, MIB))).unwrap();
        assert!(ring.counts().bytes <= limits.bytes, "{:?}", ring.counts());
    }
    assert_eq!((ring.counts().held, ring.counts().evicted), (50, 0));
    assert_eq!(exchange_ids(&ring, 50), [62, 63, 64], "an eighth of the ring is theirs");
    assert_eq!(ring.get(Seq(50)).unwrap().forgotten, 61);
}

#[test]
fn answers_to_many_captures_evict_the_oldest_and_each_is_counted() {
    let limits = Limits { bytes: 16 * MIB, ..ROOMY };
    let mut ring = ring(limits, 50);
    for seq in 1..=50 {
        ring.change(Seq(seq), |capture| capture.put_exchange(answered(seq, MIB)));
        assert!(ring.counts().bytes <= limits.bytes, "{:?}", ring.counts());
    }
    let Counts { held, evicted, .. } = ring.counts();
    assert_eq!((held, evicted), (15, 35));
}

#[test]
fn answers_to_pinned_captures_take_no_more_than_pins_may() {
    let limits = Limits { bytes: 16 * MIB, ..ROOMY };
    let mut ring = ring(limits, 50);
    for seq in 1..=40 {
        assert_eq!(ring.set_pinned(Seq(seq), true), Some(true));
    }
    for id in 1..=80 {
        ring.change(Seq(id % 40 + 1), |capture| capture.put_exchange(answered(id, MIB))).unwrap();
    }
    for _ in 0..100 {
        ring.push(capture(MIB));
    }
    let half = limits.bytes / 2 + 40 * answered(1, 0).footprint();
    assert!(ring.pinned_bytes() <= half, "{} of {half}", ring.pinned_bytes());
    assert!(ring.counts().bytes <= limits.bytes, "{:?}", ring.counts());
    assert_eq!(ring.counts().pinned, 40);
}

#[test]
fn an_answer_that_is_larger_than_its_share_is_kept_in_part_and_says_so() {
    let mut ring = ring(Limits { bytes: 4 * MIB, ..ROOMY }, 1);
    ring.change(Seq(1), |capture| capture.put_exchange(answered(1, MIB))).unwrap();
    let capture = ring.get(Seq(1)).unwrap();
    let Outcome::Answered(answer) = &capture.exchanges[0].outcome else { panic!() };
    assert_eq!(answer.ending, Ending::OverLimit { size: Some(MIB as u64) });
    assert_eq!(capture.exchanges[0].footprint(), MIB / 2);
}

#[test]
fn an_exchange_that_made_room_while_it_was_under_way_does_not_come_back() {
    let mut ring = ring(Limits { bytes: 16 * MIB, ..ROOMY }, 1);
    for id in 1..=4 {
        ring.change(Seq(1), |capture| capture.put_exchange(answered(id, MIB))).unwrap();
    }
    ring.change(Seq(1), |capture| capture.put_exchange(answered(1, 10))).unwrap();
    assert_eq!(exchange_ids(&ring, 1), [4]);
}

fn capture_of(body: usize) -> Arc<Delivery> {
    capture(body).delivery
}

#[test]
fn a_pinned_capture_outlives_the_ring_until_it_is_let_go() {
    let mut ring = ring(Limits { count: 4, ..ROOMY }, 2);
    assert_eq!(ring.set_pinned(Seq(1), true), Some(true));
    for _ in 0..5 {
        ring.push(capture(100));
    }
    assert_eq!(held(&ring), [1, 5, 6, 7]);
    assert_eq!((ring.counts().pinned, ring.counts().evicted), (1, 3));
    assert!(ring.get(Seq(1)).is_some());
    assert_eq!(ring.set_pinned(Seq(1), false), Some(false));
    assert_eq!(held(&ring), [5, 6, 7]);
    assert_eq!(ring.counts().bytes, 3 * capture(100).footprint());
    assert_eq!(ring.set_pinned(Seq(2), true), None);
}

#[test]
fn pins_take_at_most_half() {
    let mut ring = ring(Limits { count: 4, ..ROOMY }, 4);
    let pinned: Vec<_> = (1..=3).map(|seq| ring.set_pinned(Seq(seq), true)).collect();
    assert_eq!(pinned, [Some(true), Some(true), Some(false)]);
    for _ in 0..10 {
        ring.push(capture(100));
    }
    assert_eq!(held(&ring), [1, 2, 13, 14]);
}

#[test]
fn pins_take_at_most_half_of_the_bytes_wherever_they_are() {
    let one = capture(100).footprint();
    let mut ring = ring(Limits { bytes: 6 * one, ..ROOMY }, 6);
    let pinned: Vec<_> = (1..=4).map(|seq| ring.set_pinned(Seq(seq), true)).collect();
    assert_eq!(pinned, [Some(true), Some(true), Some(true), Some(false)]);
    for _ in 0..10 {
        ring.push(capture(100));
    }
    assert_eq!(held(&ring), [1, 2, 3, 14, 15, 16]);
    assert_eq!(ring.set_pinned(Seq(16), true), Some(false));
}

#[test]
fn removing_and_clearing_give_the_memory_back() {
    let mut ring = ring(ROOMY, 3);
    assert!(ring.remove(Seq(2)) && !ring.remove(Seq(2)));
    assert_eq!(held(&ring), [1, 3]);
    ring.clear();
    assert_eq!((ring.counts().bytes, ring.counts().held, ring.counts().evicted), (0, 0, 0));
    assert_eq!(ring.push(capture(1)).0, Seq(4), "places are never used twice");
}

#[test]
fn what_failed_is_counted_as_long_as_it_is_held_and_has() {
    let mut ring = ring(Limits { count: 4, ..ROOMY }, 0);
    let failed = Status::Failed(Cause::WrongSecret);
    let mut bad = capture(1);
    bad.conclusion.verdict.status = failed;
    (0..4).for_each(|_| drop(ring.push(bad.clone())));
    assert_eq!(ring.counts().failed, 4);
    for (status, left) in [(Status::Verified, 3), (failed, 4)] {
        ring.change(Seq(1), |capture| capture.conclusion.verdict.status = status);
        assert_eq!(ring.counts().failed, left, "judged again");
    }
    ring.remove(Seq(2));
    assert_eq!(ring.counts().failed, 3, "dropped");
    ring.set_pinned(Seq(1), true);
    (0..3).for_each(|_| drop(ring.push(capture(1))));
    assert_eq!((held(&ring), ring.counts().failed), (vec![1, 5, 6, 7], 1), "evicted, but for the pin");
    ring.set_pinned(Seq(1), false);
    assert_eq!(ring.counts().failed, 0, "let go");
    let refusal = Refusal { status: 400, reason: "no request".to_owned() };
    ring.push(Capture { refused: Some(refusal), ..bad.clone() });
    assert_eq!((ring.counts().failed, ring.counts().refused), (0, 1), "what is refused has no verdict");
    ring.push(bad);
    ring.clear();
    assert_eq!((ring.counts().failed, ring.counts().refused, ring.counts().captured), (0, 0, 9));
}

#[test]
fn a_reader_gets_what_is_new_in_slices() {
    let mut ring = ring(ROOMY, 5);
    let mut cursor = Cursor::default();
    let first = ring.since(&mut cursor, 3);
    assert_eq!((seqs(&first.fresh), first.more, first.missed), (vec![1, 2, 3], true, 0));
    let second = ring.since(&mut cursor, 3);
    assert_eq!((seqs(&second.fresh), second.more), (vec![4, 5], false));
    ring.push(capture(1));
    assert_eq!(seqs(&ring.since(&mut cursor, 3).fresh), [6]);
    assert!(ring.since(&mut cursor, 3).fresh.is_empty());
}

#[test]
fn a_slow_reader_is_told_how_much_it_missed() {
    let mut ring = ring(Limits { count: 3, ..ROOMY }, 2);
    let mut cursor = Cursor::default();
    ring.since(&mut cursor, 10);
    for _ in 0..10 {
        ring.push(capture(1));
    }
    let delta = ring.since(&mut cursor, 10);
    assert_eq!((seqs(&delta.fresh), delta.missed, delta.floor), (vec![10, 11, 12], 7, Seq(10)));
    ring.clear();
    assert_eq!(ring.since(&mut cursor, 10).floor, Seq(13));
}

#[test]
fn a_reader_gets_each_changed_capture_once() {
    let mut ring = ring(ROOMY, 3);
    let mut cursor = Cursor::default();
    ring.since(&mut cursor, 2);
    for seq in [1, 2, 1, 3] {
        ring.change(Seq(seq), |capture| capture.exchanges.clear());
    }
    let delta = ring.since(&mut cursor, 10);
    assert_eq!((seqs(&delta.changed), seqs(&delta.fresh)), (vec![1, 2], vec![3]));
    assert!(ring.since(&mut cursor, 10).changed.is_empty());
}

#[test]
fn a_reader_behind_the_log_of_changes_is_shown_all_that_is_held() {
    let mut ring = ring(ROOMY, 3);
    let mut cursor = Cursor::default();
    ring.since(&mut cursor, 10);
    for _ in 0..=CHANGE_LOG {
        ring.change(Seq(2), |capture| capture.exchanges.clear());
    }
    assert_eq!(seqs(&ring.since(&mut cursor, 10).changed), [1, 2, 3]);
}
