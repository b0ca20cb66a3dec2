//! From state to cells; changes nothing.

pub(crate) mod detail;
