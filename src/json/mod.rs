//! JSON as structure over the original bytes.
//!
//! A flat arena of nodes, each a span of the body as it was sent: key order, duplicate keys, the text of numbers and the
//! escapes of strings all survive, because nothing is ever printed again. Nothing here recurses, so nesting cannot
//! overflow. It knows nothing of providers or screens.

pub mod diff;
mod document;
mod edit;
mod error;
mod escape;
mod parse;
mod path;
mod scan;
pub mod tree;
mod value;

pub use document::Document;
pub use edit::set;
pub use error::ParseError;
pub use path::{Path, PathError, Step};
pub use value::{Kind, Value};
