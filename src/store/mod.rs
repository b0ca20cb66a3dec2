//! Captures, in a ring bounded by count and by bytes.

mod capture;
mod conclude;
mod endpoint;
mod handle;
mod query;
mod ring;
mod settle;
mod unexplained;

pub use capture::{Capture, Conclusion, Heard, Reply, Seq};
pub use conclude::{Judging, Knowledge};
pub use endpoint::Endpoint;
pub use handle::{Handle, PinError};
pub use query::Query;
pub use ring::{Counts, Cursor, Delta, Limits};
