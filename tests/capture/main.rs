//! The listener over real sockets: what reaches the port is kept, and what HTTP refuses is kept with the reason.

mod explained;
mod listener;
mod nonce;
mod refused;
mod whole;
