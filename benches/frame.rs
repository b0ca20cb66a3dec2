//! One key to the next frame, with a hundred thousand captures in the inbox: at most 16 ms, a frame of 60 a second.

#[path = "../tests/stage/mod.rs"]
mod stage;

use divan::Bencher;
use hookglass::verify::Status;
use stage::{Stage, event_of};

const CAPTURES: u64 = 100_000;

fn main() {
    divan::main();
}

fn full_stage() -> Stage {
    let captures = (0..CAPTURES).map(|n| event_of(n, "brighten", "recognition.created", Status::Verified));
    Stage::new(120, 36, captures)
}

/// Update and draw, the change of the capture on the right included.
#[divan::bench(args = ["k", "pgup", "g", "G", "enter"])]
fn key_to_frame(bencher: Bencher<'_, '_>, key: &str) {
    let mut stage = full_stage();
    bencher.bench_local(|| {
        stage.press(key);
        stage.screen()
    });
}

/// A burst's slice of the store, taken in while the user looks at another capture.
#[divan::bench]
fn fresh_slice_to_frame(bencher: Bencher<'_, '_>) {
    let mut stage = full_stage();
    stage.press("g");
    bencher.bench_local(|| {
        for n in 0..512 {
            stage.store.push(event_of(n, "brighten", "recognition.created", Status::Verified));
        }
        stage.read();
        stage.screen()
    });
}
