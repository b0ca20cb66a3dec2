//! The full-screen face of the store.
//!
//! Three enums carry it: [`Action`] is what a user can ask for, [`Msg`] is what happened, [`Effect`] is what to do to the
//! world. [`App::update`] turns the first two into the third and touches nothing else; [`view::draw`] only reads;
//! `run` alone waits, and it has no tick.

mod action;
mod panes;
mod theme;
pub mod view;

pub use action::Action;
pub use panes::detail::parse::{ParseJob, Parsed, run as parse};
pub use theme::Theme;
