//! hookglass: a looking glass for webhooks.
//!
//! A local listener catches every delivery that reaches it, keeps its exact bytes in a bounded ring, says whether it is
//! authentic and why not, shows it as a foldable tree, and sends it again anywhere.
//!
//! The modules are layers. A lower one never imports a higher one; `tests/layers.rs` enforces the order:
//!
//! | layer | modules | knows |
//! | --- | --- | --- |
//! | 0 | [`wire`], [`text`] | what crossed the network, byte for byte; how to show text safely |
//! | 1 | [`config`], [`json`], [`body`] | settings; bytes as structure |
//! | 2 | [`provider`] | what is known of each provider, as data |
//! | 3 | [`verify`] | schemes, secrets, verdicts and their causes |
//! | 4 | [`store`] | captures in a ring bounded by count and bytes |
//! | 5 | [`listen`], [`send`], [`record`], [`tunnel`] | the network in, the network out, captures as text, the public URL |
//! | 7 | [`report`], [`ui`] | the faces: lines and ndjson, or the full screen |
//! | 8 | [`cli`] | the commands |

#![warn(unreachable_pub)]
// Tests and benches may stop by panicking and may print; what users run may not.
#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr))]

pub mod body;
pub mod cli;
pub mod config;
pub mod json;
pub mod listen;
pub mod provider;
pub mod record;
pub mod report;
pub mod send;
pub mod store;
pub mod text;
pub mod tunnel;
pub mod ui;
pub mod verify;
pub mod wire;
