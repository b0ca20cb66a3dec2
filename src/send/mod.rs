//! The network out: sending a captured delivery again, and making one as a provider would.
//!
//! What is sent is exact to the byte; what comes back, or keeps it from coming, is told in people's words. Nothing here
//! knows a screen or a command line.

mod client;
mod exact;
mod outgoing;
mod pace;
mod resend;
mod resign;
mod script;
mod simulate;
mod tamper;
mod target;
mod tls;

pub use client::{Client, Limits, Phase};
pub(crate) use outgoing::end_to_end;
pub use outgoing::{NotSendable, Outgoing};
pub use pace::{Rate, RateError, paced};
pub(crate) use resend::{Ready, outgoing};
pub use resend::{Sending, resend, resend_with};
pub use resign::{ResignError, Signer, resign};
pub use script::{Script, ScriptError, Stage};
pub use simulate::{Edit, EditError, SimulateError, Simulation, Subject};
pub use tamper::{Tamper, TamperError};
pub use target::{Target, TargetError};
pub use tls::Trust;
