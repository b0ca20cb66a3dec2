//! The headless faces: captures as lines for people or records for programs, over the same store as the screen.
//!
//! They read the store like anybody else, so a slow pipe never holds up an answer to a provider. What a reader was too
//! slow for is counted and said.

mod follow;
mod lines;
mod resent;

pub use follow::{Ended, Follow, Format, follow};
pub use lines::Lines;
pub use resent::write_resent;
