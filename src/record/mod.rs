//! Captures as text, and back: what recordings, headless output and exports are written in.

pub mod http;
pub mod ndjson;
