//! Signing as a provider does.

use super::{Secret, hmac, token};
use crate::provider::{Family, Scheme};
use crate::wire::HeadBuilder;

/// A secret that a scheme cannot sign with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the secret of {from} cannot be sent in {header}: {reason}")]
pub struct SignError {
    from: Box<str>,
    header: Box<str>,
    reason: &'static str,
}

/// Adds the header that makes the body authentic under that scheme.
pub fn sign(scheme: &Scheme, head: &mut HeadBuilder, body: &[u8], secret: &Secret) -> Result<(), SignError> {
    let value = match &scheme.family {
        Family::Hmac(hmac) => {
            let digest = hmac::digest(hmac.hash, secret.expose(), hmac::content(&hmac.content, body));
            hmac::write(hmac, &digest).into_bytes()
        }
        family => token::write(family, secret).map_err(|reason| SignError {
            from: secret.source().into(),
            header: scheme.header.as_str().into(),
            reason,
        })?,
    };
    head.push(&scheme.header, &value);
    Ok(())
}
