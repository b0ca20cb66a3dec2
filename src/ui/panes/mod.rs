//! What the panes hold, and how it changes; nothing of how it looks.

pub(crate) mod detail;
