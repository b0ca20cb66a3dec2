//! What the panes hold, and how it changes; nothing of how it looks.

pub(crate) mod compare;
pub(crate) mod detail;
pub(crate) mod edited;
pub(crate) mod inbox;
pub(crate) mod list;
pub(crate) mod overlay;
pub(crate) mod reply;
pub(crate) mod row;
pub(crate) mod secrets;
pub(crate) mod tunnel;
