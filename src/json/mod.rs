//! JSON as structure over the original bytes.
//!
//! A flat arena of nodes, each a span of the body as it was sent: key order, duplicate keys, the text of numbers and the
//! escapes of strings all survive, because nothing is ever printed again. No recursion, so nesting cannot overflow.

mod edit;
mod parse;
mod path;
pub mod tree;
mod value;

pub use edit::set;
pub use parse::{Document, ParseError};
pub use path::{Path, PathError, Step};
pub use value::{Kind, Value};
