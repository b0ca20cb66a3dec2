//! Signing as a provider does.

use super::Secret;
use crate::provider::Scheme;
use crate::wire::HeadBuilder;

/// A secret or a body that a scheme cannot sign with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SignError(pub String);

/// Adds the header that makes the body authentic under that scheme.
pub fn sign(scheme: &Scheme, head: &mut HeadBuilder, body: &[u8], secret: &Secret) -> Result<(), SignError> {
    let _ = (scheme, head, body, secret);
    Ok(())
}
