//! What crossed the network, byte for byte. No IO, and no opinion about what the bytes mean.

mod delivery;
mod exchange;
mod head;
pub(crate) mod lines;
mod root;
mod turn;

pub use delivery::{Delivery, Extent, Refusal};
pub use exchange::{Answer, Ending, Exchange, ExchangeId, ExchangeKind, Failure, Outcome, Timing};
pub use head::{Head, HeadBuilder, Header, Version};
pub use root::{NoPath, PathRoot};
pub use turn::{Success, Turn, previous, turn};
