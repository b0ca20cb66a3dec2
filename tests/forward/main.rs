//! Deliveries that go on as they arrive, and senders that hear what they are meant to hear, over real sockets.

mod chosen;
mod handler;
#[path = "../capture/listener.rs"]
#[expect(dead_code, reason = "the tests of capturing use the rest of it")]
mod listener;
mod printed;
mod relayed;
mod silent;

use std::sync::Arc;
use std::time::Duration;

use hookglass::config::Options;
use hookglass::listen::{Control, Limits};
use hookglass::store::{Capture, Heard, Reply};
use hookglass::wire::Exchange;
use tokio::time::timeout;

use crate::listener::Listener;

/// Far longer than anything here takes: it only ends tests that would hang.
const PATIENCE: Duration = Duration::from_secs(20);

/// What a configuration file says.
fn control(config: &str) -> Control {
    Control::new(&toml::from_str::<Options>(config).unwrap().settle(), &[]).unwrap()
}

async fn listening(config: &str) -> Listener {
    Listener::answering(Limits::default(), control(config)).await
}

/// So many captures, once nothing more is to come of any of them.
async fn settled(listener: &Listener, count: u64) -> Vec<Arc<Capture>> {
    let mut changed = listener.store.subscribe();
    let is_over = |_: &u64| {
        listener.store.counts().captured >= count && listener.store.all().iter().all(|capture| capture.is_settled())
    };
    timeout(PATIENCE, changed.wait_for(is_over)).await.expect("some never settled").unwrap();
    listener.captures(count).await
}

fn heard(capture: &Capture) -> Heard {
    capture.reply.map(|reply: Reply| reply.heard).unwrap()
}

fn error(exchange: &Exchange) -> &str {
    exchange.error().unwrap_or_else(|| panic!("it did not fail: {exchange:?}"))
}
