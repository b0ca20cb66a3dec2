//! A size as people write it.

use std::str::FromStr;

use crate::text;

/// A size in bytes, written `512KiB`, `32MiB`, `1GiB` or as a bare number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(try_from = "String")]
pub struct Size(usize);

impl Size {
    /// The number of bytes.
    pub fn bytes(self) -> usize {
        self.0
    }
}

impl FromStr for Size {
    type Err = String;

    fn from_str(written: &str) -> Result<Self, String> {
        let bytes = text::parse_size(written)?;
        match usize::try_from(bytes) {
            Ok(0) => Err("a size of nothing keeps nothing".to_owned()),
            Ok(bytes) => Ok(Self(bytes)),
            Err(_) => Err("more than this machine can address".to_owned()),
        }
    }
}

impl TryFrom<String> for Size {
    type Error = String;

    fn try_from(written: String) -> Result<Self, String> {
        written.parse()
    }
}
