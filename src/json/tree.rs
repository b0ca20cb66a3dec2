//! A document as the rows of a foldable tree; movement and folding without a terminal.

use super::Path;

/// How a provider's payload is best laid out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// The sections to lift to the top, in this order (`data.survey`, `data.offer`, …).
    pub sections: Vec<Path>,
    /// The objects whose dotted keys (`cancel.account.plan`) group under their dots.
    pub dotted: Vec<Path>,
}
