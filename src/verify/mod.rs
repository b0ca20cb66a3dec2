//! Is a delivery authentic, and if not, why not?
//!
//! [`check`] finds; where it finds a failure, what it was is told by recomputing ([`Verdict::trials`] lists what was tried). Nothing
//! here reads a clock or the network, and no text made here holds a secret or a signature, received or expected.

mod asymmetric;
mod check;
mod clock;
mod content;
mod contents;
mod demo;
mod diagnose;
mod explain;
mod hmac;
mod key;
mod recipe;
mod secret;
mod sign;
mod strange;
mod tag;
mod token;
mod url;
mod verdict;

pub(crate) use check::scheme_in_use;
pub use check::{Context, check, examine};
pub use demo::DemoKey;
pub use diagnose::{Effort, Outcome, Trial};
pub use recipe::{Recipe, recipes};
pub(crate) use secret::variable_of;
pub use secret::{Secret, SecretError, Secrets, Variables};
pub use sign::{Draft, SignError, Signed, sign};
pub(crate) use url::candidates as urls;
pub use verdict::{Cause, Status, Verdict};
