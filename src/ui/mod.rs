//! The full-screen face of the store.
//!
//! Three enums carry it: [`Action`] is what a user can ask for, [`Msg`] is what happened, [`Effect`] is what to do to the
//! world. [`App::update`] turns the first two into the third and touches nothing else; [`draw`] only reads;
//! [`run()`] alone waits, and it has no tick.

mod action;
mod again;
mod answering;
mod app;
mod bulk;
mod clipboard;
mod done;
mod editor;
mod edits;
mod effect;
mod jobs;
mod key;
mod keymap;
mod layout;
mod msg;
mod panes;
mod run;
mod secrets;
mod signals;
mod terminal;
mod theme;
mod tunnels;
mod view;
mod world;

pub use action::Action;
pub use answering::Answering;
pub use app::{App, Facts};
pub use bulk::{BulkJob, Progress};
pub use edits::{Child, Draft, Edited, Found, Message, Way};
pub use effect::{Effect, Effects};
pub use keymap::{DEFAULT_KEYS, Keymap, KeymapError};
pub use msg::{CopyWay, Msg};
pub use panes::compare::job::{CompareJob, Compared, run as compare};
pub use panes::detail::parse::{ParseJob, Parsed, run as parse};
pub use panes::detail::why::{Explained, WhyJob, explain};
pub use run::{Stage, run};
pub use secrets::{KnownSecret, Slot};
pub use theme::Theme;
pub use view::draw;
