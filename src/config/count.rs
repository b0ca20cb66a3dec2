//! A number of things of which there is at least one.

use std::num::NonZeroUsize;
use std::str::FromStr;

/// A whole number from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(try_from = "usize")]
pub struct Count(NonZeroUsize);

impl Count {
    /// The number.
    pub fn get(self) -> usize {
        self.0.get()
    }
}

impl TryFrom<usize> for Count {
    type Error = &'static str;

    fn try_from(number: usize) -> Result<Self, Self::Error> {
        NonZeroUsize::new(number).map(Self).ok_or("expected a whole number from 1")
    }
}

impl FromStr for Count {
    type Err = &'static str;

    fn from_str(written: &str) -> Result<Self, Self::Err> {
        Self::try_from(written.parse().unwrap_or(0))
    }
}
