//! The listener over real sockets: what reaches the port is kept, and what HTTP refuses is kept with the reason.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod listener;
mod refused;
mod whole;
