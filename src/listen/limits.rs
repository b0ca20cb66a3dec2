//! What one sender may cost.

use std::time::Duration;

/// The bounds of the listener. Every buffer, wait and queue has one, so that a slow, broken or hostile sender costs
/// nothing but itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Connections served at once (512); later ones wait in the system's queue.
    pub connections: usize,
    /// Bytes of a request head (512 KiB, and never below the 8 KiB that hyper insists on); over it the sender gets 431.
    pub max_head: usize,
    /// Headers of a request (100, which hyper parses without an allocation); over it the sender gets 431.
    pub max_headers: usize,
    /// Bytes kept of a body (32 MiB); over it the sender gets 413.
    pub max_body: usize,
    /// Bytes read beyond that to learn the true size, and so that the sender hears the 413 (64 MiB).
    pub max_drain: u64,
    /// How long a new connection may stay silent (10 s); then it is closed.
    pub first_byte: Duration,
    /// How long a head may take from its first byte (10 s); then the sender gets 408.
    pub head: Duration,
    /// How long a body may stall (30 s); then the sender gets 408.
    pub body: Duration,
    /// How long a connection may idle between requests (75 s); then it is closed.
    pub keep_alive: Duration,
    /// How long requests under way may take after the listener was told to stop (2 s); then they are cut off.
    pub farewell: Duration,
}

/// As many headers as hyper has room for on its stack; another number costs every request an allocation.
pub(super) const INLINE_HEADERS: usize = 100;

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 512,
            max_head: 512 * 1024,
            max_headers: INLINE_HEADERS,
            max_body: 32 * 1024 * 1024,
            max_drain: 64 * 1024 * 1024,
            first_byte: Duration::from_secs(10),
            head: Duration::from_secs(10),
            body: Duration::from_secs(30),
            keep_alive: Duration::from_secs(75),
            farewell: Duration::from_secs(2),
        }
    }
}
