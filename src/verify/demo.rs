//! A key for those who have none yet. No provider will ever issue it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{Secret, asymmetric};
use crate::provider::{Algorithm, Family, KeyCoding, KeyForm, Scheme};

/// Text, hex and base64 at once, and so a key to every scheme with a shared one. As text it is as long as an Ed25519 seed.
const SHARED: &str = "c0ffee00c0ffee00c0ffee00c0ffee00";

/// What signs for show, and what shows that it was signed so.
#[derive(Clone, Debug)]
pub struct DemoKey {
    /// What the sender signs with.
    pub signs: Secret,
    /// What the receiver checks with; the same where the key is shared.
    pub checks: String,
}

impl DemoKey {
    /// What people are told that it is.
    pub const SOURCE: &str = "the demo secret";

    /// The key of a scheme; `None` where it takes one that is no single line of text.
    pub fn of(scheme: &Scheme) -> Option<Self> {
        let secret = |text: &str| Secret::new(text.into(), Self::SOURCE);
        let shared = |key: String| Some(Self { signs: secret(&key), checks: key });
        let Some(signature) = scheme.signature().filter(|signature| signature.algorithm.is_asymmetric()) else {
            let user = if scheme.family == Family::Basic { "demo:" } else { "" };
            return shared(format!("{user}{SHARED}"));
        };
        if signature.algorithm != Algorithm::Ed25519 {
            return None;
        }
        let public = asymmetric::ed25519_public(SHARED.as_bytes())?;
        Some(Self {
            signs: secret(&written(&signature.key, SHARED.as_bytes())?),
            checks: written(&signature.key, &public)?,
        })
    }
}

/// A key as the scheme takes it, where that is text.
fn written(form: &KeyForm, key: &[u8]) -> Option<String> {
    let prefix = form.prefixes.first().map_or("", String::as_str);
    let digits = match form.coding {
        KeyCoding::Hex => hex::encode(key),
        KeyCoding::Base64 => STANDARD.encode(key),
        KeyCoding::Text => return None,
    };
    Some(format!("{prefix}{digits}"))
}
