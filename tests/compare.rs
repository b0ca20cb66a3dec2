//! Marking captures and comparing them.

mod stage;

use hookglass::ui::Msg;
use hookglass::verify::Status;
use stage::{Stage, event_of};

fn events(count: u64) -> impl Iterator<Item = hookglass::store::Capture> {
    (1..=count).map(|n| event_of(n, "brighten", "recognition.created", Status::Verified))
}

/// The lines of the inbox that show a mark, by the second their capture came at.
fn marked(stage: &mut Stage) -> Vec<String> {
    let screen = stage.screen();
    let lines = screen.lines().filter(|line| line.split('│').next().is_some_and(|row| row.contains('●')));
    lines
        .filter_map(|line| line.split_whitespace().find_map(|word| word.strip_prefix("14:00:")))
        .map(str::to_owned)
        .collect()
}

#[test]
fn a_mark_stays_with_its_capture_until_it_is_taken_away_or_the_capture_goes() {
    let cases: [(&str, &[&str]); 6] = [
        ("g m", &["01"]),
        ("g m m", &[]),
        ("g m j m j", &["01", "02"]),
        ("g m j m k m", &["02"]),
        ("g m j m d", &["01"]),
        ("g m j m D y", &[]),
    ];
    for (keys, expected) in cases {
        let mut stage = Stage::new(120, 36, events(5));
        stage.press(keys);
        assert_eq!(marked(&mut stage), expected, "{keys}");
    }
}

#[test]
fn marks_are_counted_and_survive_a_filter() {
    let mut stage = Stage::new(120, 36, events(3));
    stage.press("g m j m");
    assert!(stage.screen().contains("Inbox · 3 · 2 marked"), "{}", stage.screen());
    assert!(stage.screen().contains("#2 is marked, one of 2"));
    stage.press("/");
    stage.type_text("failed");
    stage.answer_filter();
    stage.press("enter");
    assert_eq!(marked(&mut stage), [""; 0]);
    stage.press("esc");
    assert_eq!(marked(&mut stage), ["01", "02"]);
}

#[test]
fn the_mark_of_an_evicted_capture_is_gone() {
    let mut stage = Stage::new(120, 36, events(3));
    stage.press("g m j m");
    stage.store.remove(hookglass::store::Seq(1));
    let mut cursor = hookglass::store::Cursor::default();
    let mut delta = stage.store.since(&mut cursor, 0);
    delta.floor = hookglass::store::Seq(2);
    stage.tell(Msg::Store(delta));
    assert_eq!(marked(&mut stage), ["02"]);
}
