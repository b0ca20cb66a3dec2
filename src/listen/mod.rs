//! The listener: catches every delivery that reaches the port, whatever it is.
//!
//! Bytes come in through `tap`, which keeps the exact heads and the time; hyper frames and parses; `receive` reads the
//! body, asks the store's knowledge for a conclusion, keeps the capture and answers; `explain` works on later where a
//! failure wants more time. What HTTP itself refuses is kept too, with the reason (`refuse`). `control` has what is
//! answered (`reply`, `hold`) and where deliveries go on to (`forward`, which sends as `send` does; `rounds` sees what may
//! come back). Nothing here knows a provider or a screen.

mod body;
mod control;
mod explain;
mod forward;
mod framing;
mod hold;
mod limits;
mod nonce;
mod receive;
mod refuse;
mod reply;
mod rounds;
mod serve;
mod tap;

use std::sync::Arc;

use tokio::sync::watch;

pub use control::{Control, ControlError, Standing};
pub use limits::Limits;
pub use nonce::{Awaited, NoRandom, Nonces};
pub use receive::router;
pub use reply::UnusableReply;
pub use serve::{BindError, Bound, bind};

use crate::store::{Handle, Knowledge};

/// What the listener works with.
#[derive(Clone, Debug)]
pub struct State {
    /// Where captures go.
    pub store: Handle,
    /// What conclusions are drawn from; it may change while listening.
    pub knowledge: watch::Receiver<Arc<Knowledge>>,
    /// What deliveries are answered and where they go on to; it may change while listening.
    pub control: Control,
    /// What a sender may cost.
    pub limits: Limits,
    /// The self-tests under way: their requests are no deliveries.
    pub nonces: Nonces,
}
