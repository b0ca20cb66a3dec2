//! The network out: sending a captured delivery again, and making one as a provider would.
//!
//! What is sent is exact to the byte; what comes back, or keeps it from coming, is told in people's words. Nothing here
//! knows a screen or a command line.

mod client;
mod exact;
mod outgoing;
mod resend;
mod target;
mod tls;

pub use client::{Client, Limits};
pub use outgoing::{NotSendable, Outgoing};
pub use resend::{Sending, resend, resend_with};
pub use target::{Target, TargetError};
pub use tls::Trust;
