//! Resending many at once: what is chosen, what is asked, and how far it has come.

mod stage;

use hookglass::ui::{Msg, Progress};
use insta::assert_snapshot;
use stage::{Stage, every_kind};

const SIZES: [(u16, u16); 3] = [(120, 36), (80, 24), (60, 16)];

fn stage() -> Stage {
    Stage::new(120, 36, every_kind())
}

/// The jobs that were asked for, as text.
fn jobs(stage: &mut Stage) -> Vec<String> {
    stage.take_asked().into_iter().filter(|asked| asked.starts_with("ResendAll") || asked == "StopAll").collect()
}

fn progress(good: usize, bad: usize, unsent: usize) -> Progress {
    let why_unsent = (unsent > 0).then(|| "#7: only a part of its body is held".to_owned());
    Progress { of: 5, good, bad, unsent, why_unsent, is_over: false }
}

#[test]
fn all_that_are_marked_are_sent_in_the_order_they_came() {
    let mut stage = stage();
    stage.press("G m k k m B");
    assert!(stage.screen().contains("Resend 2 marked to"), "{}", stage.screen());
    stage.type_text("localhost:3000 10/s");
    stage.press("enter");
    let asked = jobs(&mut stage).concat();
    assert!(asked.contains("seqs: [Seq(8), Seq(10)]") && asked.contains("rate: Some"), "{asked}");
    assert!(stage.screen().contains("resending 0 of 2, ^x stops"), "{}", stage.screen());
    stage.press("B");
    assert!(stage.screen().contains("Still resending"), "{}", stage.screen());
    stage.press("ctrl-x");
    assert_eq!(jobs(&mut stage), ["StopAll"]);
}

#[test]
fn without_marks_all_that_the_filter_shows_are_sent() {
    let mut stage = stage();
    stage.press("/");
    stage.type_text("brighten");
    stage.answer_filter();
    stage.press("enter B");
    assert!(stage.screen().contains("that the filter shows to"), "{}", stage.screen());
    stage.type_text("3000");
    stage.press("enter");
    let asked = jobs(&mut stage).concat();
    assert!(asked.contains("seqs: [Seq(1), ") && asked.contains("rate: None"), "{asked}");
}

#[test]
fn a_pasted_target_takes_the_place_of_the_last_one() {
    let mut stage = stage();
    stage.press("R");
    stage.type_text("4000");
    stage.press("enter m B");
    assert!(stage.screen().contains("│ http://localhost:4000 "), "{}", stage.screen());
    stage.tell(Msg::Pasted("http://localhost:3000".to_owned().into()));
    assert!(stage.screen().contains("│ http://localhost:3000 "), "{}", stage.screen());
}

#[test]
fn with_neither_nothing_is_asked_and_it_says_how() {
    let mut stage = stage();
    stage.press("B");
    assert!(stage.screen().contains("Mark captures with m, or filter with /"), "{}", stage.screen());
    assert!(jobs(&mut stage).is_empty());
}

#[test]
fn a_line_that_cannot_be_read_stays_and_says_why() {
    let cases = [("ftp://x", "only http:// and https:// can"), ("3000 fast", "`fast` is not a rate"), ("", "is empty")];
    for (typed, says) in cases {
        let mut stage = stage();
        stage.press("m B");
        stage.type_text(typed);
        stage.press("enter");
        let screen = stage.screen();
        assert!(screen.contains(says) && screen.contains("Resend 1 marked to"), "{screen}");
        assert!(jobs(&mut stage).is_empty());
        stage.press("esc");
        assert!(!stage.screen().contains("Resend 1 marked to"));
    }
}

#[test]
fn how_it_went_is_told_as_it_goes_and_at_the_end() {
    let cases = [
        (progress(5, 0, 0), "5 of 5 answered with a 2xx"),
        (progress(3, 2, 0), "3 of 5 answered with a 2xx, 2 not"),
        (progress(3, 1, 1), "3 of 5 answered with a 2xx, 1 not, 1 not sent (#7: only a part of its"),
        (progress(2, 0, 0), "2 of 5 answered with a 2xx, stopped before the last 3"),
    ];
    for (progress, says) in cases {
        let mut stage = stage();
        stage.tell(Msg::BulkProgress(progress.clone()));
        let so_far = format!("resending {} of 5, ^x stops", progress.done());
        assert!(stage.screen().contains(&so_far), "{}", stage.screen());
        stage.tell(Msg::BulkProgress(Progress { is_over: true, ..progress }));
        let screen = stage.screen();
        assert!(screen.contains(says) && !screen.contains("resending"), "{screen}");
    }
}

#[test]
fn asking_and_sending() {
    for (width, height) in SIZES {
        let mut stage = Stage::new(width, height, every_kind());
        stage.press("m k m B");
        assert_snapshot!(format!("asking_{width}x{height}"), stage.screen());
        stage.press("esc");
        stage.tell(Msg::BulkProgress(progress(2, 1, 0)));
        assert_snapshot!(format!("sending_{width}x{height}"), stage.screen());
    }
}
