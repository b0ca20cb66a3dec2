//! Bodies made readable: content coding taken off, then JSON, form fields, parts, XML, text or hex.
//!
//! For display only: signatures are over the bytes as they came, and those are what is kept, copied and sent again.
//! Whatever is read here is still untrusted text; [`crate::text::visible`] stands between it and a screen.

mod charset;
mod coding;
mod content;
mod form;
pub mod hex;
mod media;
mod multipart;
mod xml;

pub(crate) use coding::take_off;
pub use content::{Content, Readable, read};
pub use form::Field;
pub use multipart::Part;
