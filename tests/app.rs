//! What the screen does with keys, the mouse and what the store brings: the state alone, no terminal.

mod stage;

use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEventKind};
use hookglass::store::{Handle, Limits, Seq};
use hookglass::ui::{CopyWay, Msg};
use hookglass::verify::{Cause, Status};
use stage::{Stage, event_of, every_kind, failed_resend, unknown};

fn events(count: u64) -> impl Iterator<Item = hookglass::store::Capture> {
    (0..count).map(|n| event_of(n, "brighten", "recognition.created", Status::Verified))
}

#[test]
fn the_selection_follows_the_newest_until_the_user_moves() {
    let mut stage = Stage::new(120, 36, events(10));
    assert_eq!(stage.selected(), Some(10));
    stage.push(unknown(20, "/new", "{}"));
    assert_eq!(stage.selected(), Some(11));
    stage.press("k");
    for _ in 0..12 {
        stage.push(unknown(30, "/more", "{}"));
    }
    assert_eq!(stage.selected(), Some(10), "it holds still on the item");
    assert!(!stage.screen().contains("following"));
    stage.press("G");
    assert_eq!(stage.selected(), Some(23));
    stage.push(unknown(40, "/last", "{}"));
    assert_eq!(stage.selected(), Some(24), "and follows again at the end");
}

#[test]
fn moving_keys_move() {
    let cases = [
        ("g", 1),
        ("k", 99),
        ("up up", 98),
        ("g j down", 3),
        ("k j", 100),
        ("pgup", 68),
        ("g pgdn", 33),
        ("g ctrl-d ctrl-u", 1),
        ("g G", 100),
        ("g k", 1),
    ];
    for (keys, selected) in cases {
        let mut stage = Stage::new(120, 36, events(100));
        stage.press(keys);
        assert_eq!(stage.selected(), Some(selected), "{keys}");
    }
}

#[test]
fn only_who_asks_for_the_end_follows_it() {
    for (keys, follows) in [("k j", false), ("k pgdn", false), ("g j j", false), ("k G", true), ("k F", true)] {
        let mut stage = Stage::new(120, 36, events(3));
        stage.press(keys);
        assert_eq!(stage.selected(), Some(3), "{keys}");
        stage.push(unknown(9, "/new", "{}"));
        assert_eq!(stage.selected() == Some(4), follows, "{keys}");
    }
}

#[test]
fn the_keys_of_a_sequence_do_nothing_of_their_own() {
    for keys in ["z R", "z M", "z q", "z D"] {
        let mut stage = Stage::new(120, 36, every_kind());
        let before = stage.screen();
        stage.press(keys);
        assert_eq!((stage.take_asked().len(), stage.screen()), (0, before), "{keys} in the inbox");
        stage.press("k");
        assert_eq!(stage.selected(), Some(9), "{keys}, and then all is as ever");
    }
}

#[test]
fn a_burst_moves_nothing_and_is_counted_below() {
    let mut stage = Stage::new(120, 36, events(40));
    stage.press("g j j");
    let before = stage.screen();
    for capture in events(10_000) {
        stage.store.push(capture);
    }
    stage.read();
    assert_eq!(stage.selected(), Some(3));
    let after = stage.screen();
    assert!(after.contains("↓ 10000 new"), "{after}");
    assert_eq!(before.lines().nth(4), after.lines().nth(4), "the rows on screen stay where they are");
}

#[test]
fn rows_below_stop_being_new_once_they_were_on_screen() {
    let mut stage = Stage::new(120, 16, events(13));
    stage.press("k");
    for capture in events(5) {
        stage.push(capture);
    }
    assert!(stage.screen().contains("↓ 5 new"));
    stage.press("j j j");
    assert!(stage.screen().contains("↓ 3 new"), "{}", stage.screen());
}

#[test]
fn f_holds_still_and_follows_again() {
    let mut stage = Stage::new(120, 36, events(3));
    stage.press("F");
    stage.push(unknown(9, "/x", "{}"));
    assert_eq!(stage.selected(), Some(3));
    stage.press("F");
    assert_eq!(stage.selected(), Some(4));
}

#[test]
fn who_looks_into_a_capture_keeps_it() {
    for keys in ["enter", "l", "tab", "y", "R", "r"] {
        let mut stage = Stage::new(120, 36, events(3));
        stage.press(keys);
        stage.push(unknown(9, "/x", "{}"));
        assert_eq!(stage.selected(), Some(3), "{keys}");
    }
}

#[test]
fn evictions_take_rows_but_never_the_pinned_and_the_selection_goes_to_the_next() {
    let store = Handle::new(Limits { count: 10, bytes: usize::MAX });
    let mut stage = Stage::with(120, 36, store, true);
    for capture in events(10) {
        stage.push(capture);
    }
    stage.press("g p j");
    assert_eq!(stage.selected(), Some(2));
    for capture in events(6) {
        stage.push(capture);
    }
    assert_eq!(stage.selected(), Some(8), "2 to 7 are gone");
    let screen = stage.screen();
    assert!(screen.contains("6 evicted"), "{screen}");
    assert!(screen.contains("Inbox · 10"), "{screen}");
    stage.press("g");
    assert_eq!(stage.selected(), Some(1), "the pinned one stays");
    stage.press("p");
    assert_eq!(stage.selected(), Some(8), "unpinned, it goes at once");
}

#[test]
fn a_filter_is_live_and_only_its_own_answer_counts() {
    let mut stage = Stage::new(120, 36, every_kind());
    stage.press("/");
    stage.type_text("q d brighten");
    assert_eq!(stage.selected(), Some(10), "nothing fires while a text field is open");
    assert_eq!(stage.asked.len(), "q d brighten".len(), "each key asks anew");
    stage.tell(Msg::Filtered { generation: 1, seqs: vec![Seq(4)] });
    assert!(stage.screen().contains("filter: q d brighten — …"), "{}", stage.screen());
    stage.press("ctrl-u");
    stage.type_text("failed reward");
    stage.answer_filter();
    stage.press("enter");
    assert!(stage.screen().contains("filter: failed reward — 1 of 10"), "{}", stage.screen());
    stage.push(event_of(99, "brighten", "reward.redeemed", Status::Failed(Cause::WrongSecret)));
    stage.push(event_of(99, "brighten", "reward.redeemed", Status::Verified));
    assert!(stage.screen().contains("— 2 of 12"), "what comes is matched as it comes");
    stage.press("esc");
    assert!(stage.screen().contains("Inbox · 12"));
}

#[test]
fn a_filter_that_ends_leaves_the_selection_where_it_was() {
    let cases = [("", "esc", 3), ("nobody says this", "esc", 3), ("raaft", "esc", 3), ("raaft", "enter esc", 3)];
    for (filter, keys, selected) in cases {
        let mut stage = Stage::new(120, 36, every_kind());
        stage.press("g j j /");
        stage.type_text(filter);
        if !filter.is_empty() {
            stage.answer_filter();
        }
        stage.press(keys);
        assert_eq!(stage.selected(), Some(selected), "{filter:?} {keys}");
    }
    for keys in ["enter g esc", "enter j g esc", "enter k enter esc esc"] {
        let mut stage = Stage::new(120, 36, every_kind());
        stage.press("g j j /");
        stage.type_text("recognition.created");
        stage.answer_filter();
        stage.press(keys);
        assert_eq!(stage.selected(), Some(1), "who turned to another row stays on it: {keys}");
    }
}

#[test]
fn what_comes_while_a_filter_is_answered_is_not_lost() {
    let mut stage = Stage::new(120, 36, every_kind());
    stage.press("/");
    stage.type_text("hello");
    stage.push(unknown(50, "/hello", "{}"));
    stage.tell(Msg::Filtered { generation: 5, seqs: vec![Seq(6), Seq(11), Seq(12)] });
    stage.store.push(unknown(51, "/hello", "{}"));
    stage.read();
    assert!(stage.screen().contains("— 3 of 12"), "{}", stage.screen());
}

#[test]
fn esc_goes_back_one_step_at_a_time_and_never_quits() {
    let mut stage = Stage::new(120, 36, every_kind());
    stage.press("/");
    stage.type_text("brighten");
    stage.answer_filter();
    stage.press("enter enter ?");
    stage.take_asked();
    for left in ["Keys", "esc back", "filter: brighten"] {
        assert!(stage.screen().contains(left), "{left}");
        stage.press("esc");
        assert!(left == "esc back" || !stage.screen().contains(left), "{left}");
    }
    stage.press("esc esc esc");
    assert_eq!(stage.take_asked(), Vec::<String>::new());
}

#[test]
fn quitting_is_asked_for_at_the_root_or_with_ctrl_c_anywhere() {
    let cases = [
        ("q", 1),
        ("ctrl-c", 1),
        ("? q", 0),
        ("? ctrl-c", 1),
        ("R q", 0),
        ("R ctrl-c", 1),
        ("D q", 0),
        ("y q", 0),
        ("enter q", 1),
    ];
    for (keys, quits) in cases {
        let mut stage = Stage::new(120, 36, every_kind());
        stage.press(keys);
        let asked = stage.take_asked();
        assert_eq!(asked.iter().filter(|effect| *effect == "Quit").count(), quits, "{keys}: {asked:?}");
    }
}

#[test]
fn resending_asks_for_a_target_once() {
    let mut stage = Stage::new(120, 36, every_kind());
    stage.press("r");
    assert!(stage.screen().contains("Resend #10 to"));
    stage.press("ctrl-u");
    stage.type_text("ftp://x");
    stage.press("enter");
    assert!(stage.screen().contains("Resend #10 to"), "a bad target keeps what was typed");
    assert!(stage.screen().contains("ftp"), "{}", stage.screen());
    stage.press("ctrl-u");
    stage.type_text("localhost:3000/hooks");
    assert!(stage.asked.is_empty());
    stage.press("enter");
    let asked = stage.take_asked();
    assert!(asked[0].starts_with("Resend { seq: Seq(10), target: Target"), "{asked:?}");
    assert!(stage.screen().contains("resend → http://localhost:3000/hooks"), "{}", stage.screen());
    stage.press("k r");
    let asked = stage.take_asked();
    assert!(asked[0].starts_with("Resend { seq: Seq(9), target: Target"), "{asked:?}");
    stage.press("ctrl-x");
    assert_eq!(stage.take_asked(), ["Cancel(Seq(9))"]);
}

#[test]
fn what_became_of_a_resend_is_told_once_to_who_waits_for_it() {
    let mut stage = Stage::new(120, 36, every_kind());
    stage.store.put_exchange(Seq(9), failed_resend(1));
    stage.read();
    let screen = stage.screen();
    assert!(screen.contains("→✗") && !screen.contains("#9 →"), "nobody asked: {screen}");
    stage.press("R");
    stage.type_text("3000");
    stage.press("enter");
    stage.store.put_exchange(Seq(10), failed_resend(2));
    stage.read();
    assert!(stage.screen().contains("#10 → nothing listens on localhost:3000"), "{}", stage.screen());
}

#[test]
fn a_target_is_sent_the_capture_it_was_asked_for() {
    let mut stage = Stage::new(120, 36, every_kind());
    stage.press("R");
    stage.push(unknown(99, "/later", "{}"));
    stage.tell(Msg::Pasted("http://localhost:9\n".to_owned().into()));
    stage.press("enter");
    let asked = stage.take_asked();
    assert!(asked[0].starts_with("Resend { seq: Seq(10)"), "{asked:?}");
    assert!(stage.screen().contains("resend → http://localhost:9 "), "{}", stage.screen());
}

#[test]
fn a_click_loses_nothing_that_was_typed() {
    for keys in ["R", "S", "f", "a t", "m B"] {
        let mut stage = Stage::new(120, 36, every_kind());
        stage.press(keys);
        stage.type_text("nowhere");
        stage.mouse(MouseEventKind::Down(MouseButton::Left), 2, 30);
        assert!(stage.screen().contains("nowhere "), "{keys}: {}", stage.screen());
    }
}

#[test]
fn a_remark_on_the_settings_is_shown_until_its_time_is_over() {
    let mut stage = Stage::new(120, 36, []);
    stage.tell(Msg::Remarked("HOOKGLASS_SECRET_BRIGTEN is no provider's secret".to_owned()));
    assert!(stage.screen().contains("HOOKGLASS_SECRET_BRIGTEN is no provider's secret"), "{}", stage.screen());
    stage.now += Duration::from_secs(9);
    stage.tell(Msg::TimePassed);
    assert!(!stage.screen().contains("HOOKGLASS_SECRET"), "{}", stage.screen());
}

#[test]
fn dropping_takes_one_and_clearing_asks() {
    let mut stage = Stage::new(120, 36, every_kind());
    stage.press("k d");
    assert_eq!(stage.take_asked(), ["Drop(Seq(9))"]);
    assert_eq!(stage.selected(), Some(10));
    stage.press("D n");
    assert_eq!(stage.take_asked(), Vec::<String>::new());
    stage.press("D y");
    assert_eq!(stage.take_asked(), ["Clear"]);
    assert_eq!(stage.selected(), None);
    assert!(stage.screen().contains("Waiting for the next delivery"));
}

#[test]
fn an_empty_inbox_offers_to_copy_what_a_newcomer_needs() {
    let mut stage = Stage::new(120, 36, []);
    stage.press("y c");
    let asked = stage.take_asked();
    assert!(asked[0].contains("curl --json"), "{asked:?}");
    stage.press("y enter");
    assert!(stage.take_asked()[0].contains(&format!("b\"{}\"", stage::URL)));
    for key in ["enter", "r", "R", "p", "d", "D", "n", "z", "F"] {
        stage.press(key);
        assert_eq!(stage.take_asked(), Vec::<String>::new(), "{key}");
    }
}

#[test]
fn the_copy_menu_takes_what_was_seen() {
    let mut stage = Stage::new(120, 36, every_kind());
    stage.press("y");
    let title = stage.screen();
    assert!(title.contains("╭ Copy"), "{title}");
    stage.push(unknown(99, "/later", "{\"later\":1}"));
    stage.press("G enter");
    let asked = stage.take_asked();
    assert_eq!(asked.len(), 1, "{asked:?}");
    assert!(asked[0].starts_with("Copy {") && !asked[0].contains("later"), "{asked:?}");
}

#[test]
fn remarks_say_what_was_copied_and_go_away_by_themselves() {
    let cases = [
        (CopyWay::System, "Copied the body (2 KiB)"),
        (CopyWay::Terminal, "Copied the body (2 KiB) through the terminal (OSC 52)"),
        (CopyWay::TerminalCut(1024), "Copied the first 1 KiB of the body (2 KiB)"),
    ];
    for (way, remark) in cases {
        let mut stage = Stage::new(120, 36, every_kind());
        assert_eq!(stage.app.wakes_at(), None, "with nothing to do, nothing wakes");
        stage.tell(Msg::Copied { label: "the body".to_owned(), size: 2048, way });
        assert!(stage.screen().contains(remark), "{}", stage.screen());
        stage.now = stage.app.wakes_at().unwrap() - Duration::from_millis(1);
        assert!(!stage.tell(Msg::TimePassed));
        stage.now += Duration::from_millis(1);
        assert!(stage.tell(Msg::TimePassed));
        assert!(!stage.screen().contains("Copied"));
        assert_eq!(stage.app.wakes_at(), None);
    }
}

#[test]
fn the_mouse_selects_scrolls_and_closes() {
    let left = MouseEventKind::Down(MouseButton::Left);
    let mut stage = Stage::new(120, 36, events(100));
    stage.press("g");
    stage.mouse(left, 10, 6);
    assert_eq!(stage.selected(), Some(5));
    stage.mouse(MouseEventKind::ScrollDown, 10, 6);
    assert_eq!(stage.selected(), Some(5), "the wheel moves the screen, not the selection");
    stage.mouse(left, 10, 6);
    assert_eq!(stage.selected(), Some(8));
    stage.mouse(left, 80, 20);
    assert!(stage.screen().contains("esc back"), "a click into the capture goes there");
    stage.press("?");
    stage.mouse(left, 0, 0);
    assert!(!stage.screen().contains("╭ Keys"));
    assert!(!stage.mouse(MouseEventKind::Moved, 3, 3), "the pointer's moves draw nothing");
}

#[test]
fn what_changes_nothing_draws_nothing() {
    let mut stage = Stage::new(120, 36, every_kind());
    assert!(!stage.press("x"), "a key without a meaning");
    let release = KeyEvent { kind: KeyEventKind::Release, ..KeyEvent::new(KeyCode::Char('k'), KeyModifiers::NONE) };
    assert!(!stage.tell(Msg::Key(release)));
    assert!(!stage.tell(Msg::Filtered { generation: 7, seqs: vec![] }), "an answer that nobody waits for");
    assert!(!stage.tell(Msg::TimePassed));
    assert_eq!(stage.selected(), Some(10));
}

#[test]
fn help_scrolls_to_its_end_on_a_small_screen() {
    let mut stage = Stage::new(60, 16, every_kind());
    stage.press("?");
    assert!(stage.screen().contains("Moving"));
    stage.press("G");
    let screen = stage.screen();
    assert!(screen.contains("hold shift to select text") && screen.contains("end"), "{screen}");
    stage.press("g");
    assert!(stage.screen().contains("Moving"));
}

#[test]
fn any_size_draws() {
    let mut stage = Stage::new(120, 36, every_kind());
    stage.tell(Msg::Failed("nothing listens on localhost:3000; start your handler first".to_owned()));
    for keys in ["k", "?", "esc", "enter", "y", "esc", "R", "esc", "esc", "/", "esc", "D", "n"] {
        stage.press(keys);
        for (width, height) in [(200, 60), (100, 10), (60, 16), (20, 5), (7, 3), (3, 2), (1, 1), (120, 36)] {
            stage.resize(width, height);
            stage.screen();
        }
    }
    assert!(stage.screen().contains("hookglass"));
}
