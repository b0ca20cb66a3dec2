//! Is a delivery authentic, and if not, why not?

mod check;
mod diagnose;
mod hmac;
mod secret;
mod sign;
mod token;
mod verdict;

pub use check::check;
pub use secret::{Secret, SecretError, Secrets};
pub use sign::{SignError, sign};
pub use verdict::{Cause, Status, Verdict};
