//! The screens as a person sees them, at the sizes that must be beautiful.

mod stage;

use hookglass::ui::Msg;
use hookglass::verify::{Cause, Status};
use insta::assert_snapshot;
use ratatui::style::{Color, Modifier};
use stage::{Stage, event_of, every_kind, store};

const SIZES: [(u16, u16); 3] = [(120, 36), (80, 24), (60, 16)];

/// Takes a picture of what keys lead to, at every size.
fn at_every_size(name: &str, captures: &dyn Fn() -> Vec<hookglass::store::Capture>, lead: &dyn Fn(&mut Stage)) {
    for (width, height) in SIZES {
        let mut stage = Stage::new(width, height, captures());
        lead(&mut stage);
        assert_snapshot!(format!("{name}_{width}x{height}"), stage.screen());
    }
}

#[test]
fn waiting_for_the_first() {
    at_every_size("waiting", &Vec::new, &|_| {});
}

#[test]
fn every_kind_of_row() {
    at_every_size("inbox", &every_kind, &|_| {});
}

#[test]
fn reading_a_capture() {
    at_every_size("capture", &every_kind, &|stage| {
        stage.press("g enter j j");
    });
}

#[test]
fn filtering() {
    at_every_size("filter", &every_kind, &|stage| {
        stage.press("/");
        stage.type_text("verified bright");
        stage.answer_filter();
    });
}

#[test]
fn asking_for_a_target() {
    at_every_size("target", &every_kind, &|stage| {
        stage.press("R");
        stage.type_text("3000/hooks");
        stage.tell(Msg::Failed("#10 was not sent: nothing listens on localhost:3000".to_owned()));
    });
}

#[test]
fn help() {
    at_every_size("help", &every_kind, &|stage| {
        stage.press("?");
    });
}

#[test]
fn copying() {
    at_every_size("copy", &every_kind, &|stage| {
        stage.press("g y");
    });
}

#[test]
fn asking_before_everything_is_dropped() {
    at_every_size("drop_all", &every_kind, &|stage| {
        stage.press("g p D");
    });
}

#[test]
fn without_colour_nothing_has_one_and_the_selection_is_still_seen() {
    let failed = Status::Failed(Cause::WrongSecret);
    let captures = every_kind().into_iter().chain([event_of(99, "brighten", "reward.redeemed", failed)]);
    let mut stage = Stage::with(120, 36, store(captures), false);
    for keys in ["k", "enter", "?", "esc", "y", "esc", "R", "esc"] {
        stage.press(keys);
        stage.screen();
        let cells = stage.terminal().backend().buffer().content();
        assert!(cells.iter().all(|cell| (cell.fg, cell.bg) == (Color::Reset, Color::Reset)), "{keys}");
        assert!(cells.iter().any(|cell| cell.modifier.contains(Modifier::REVERSED)), "{keys}");
    }
}
