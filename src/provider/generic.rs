//! A scheme in one line, for a quick look at a sender that no file describes: `hmac-sha256:hex:X-Signature`.

use super::{
    Algorithm, Carrier, Encoding, EventPlaces, Family, Hash, Provider, ProviderId, ReplyWish, Retry, Scheme, Signature,
    Template, TemplateError,
};
use crate::json::tree::Shape;
use crate::text;

/// A line that says no scheme.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GenericError {
    /// It is not written as it should be.
    #[error(
        "a scheme is written like hmac-sha256:hex:X-Signature, hmac-sha256:base64:X-Signature:{{body}} or token:X-Token"
    )]
    Form,
    /// Its algorithm is none.
    #[error("`{word}` is no algorithm of a scheme{hint}")]
    Algorithm {
        /// What stands there, fit to be shown.
        word: String,
        /// What may have been meant.
        hint: String,
    },
    /// Its encoding is none.
    #[error("`{0}` is no encoding of a signature; known: hex, base64, base64url")]
    Encoding(String),
    /// What is signed has parts in it that only a file can place.
    #[error("{0}; in one line, write {{header:Name}} instead")]
    Placeless(String),
    /// What is signed cannot be read.
    #[error(transparent)]
    Content(#[from] TemplateError),
}

const ALGORITHMS: [(&str, Algorithm); 7] = [
    ("hmac-sha256", Algorithm::Hmac(Hash::Sha256)),
    ("hmac-sha1", Algorithm::Hmac(Hash::Sha1)),
    ("hmac-sha512", Algorithm::Hmac(Hash::Sha512)),
    ("ed25519", Algorithm::Ed25519),
    ("rsa-sha256", Algorithm::Rsa(Hash::Sha256)),
    ("rsa-sha512", Algorithm::Rsa(Hash::Sha512)),
    ("ecdsa-p256", Algorithm::Ecdsa),
];

const CREDENTIALS: [(&str, Family); 4] =
    [("token", Family::Token), ("api_key", Family::ApiKey), ("basic", Family::Basic), ("bearer", Family::Bearer)];

const ENCODINGS: [(&str, Encoding); 3] =
    [("hex", Encoding::Hex), ("base64", Encoding::Base64), ("base64url", Encoding::Base64url)];

impl Provider {
    /// The name of a provider of which a scheme is all that is known.
    pub const GENERIC: &str = "generic";

    /// A provider of which that scheme is all that is known: `ALGORITHM:ENCODING:HEADER`, where what is signed may follow
    /// as `:{body}`, or `token:HEADER`, `api_key:HEADER`, `basic`, `bearer`.
    pub fn generic(line: &str) -> Result<Self, GenericError> {
        let scheme = scheme(line)?;
        Ok(Self {
            id: ProviderId::new(Self::GENERIC),
            title: format!("{} in {}", scheme.name(), scheme.carrier),
            docs: None,
            detect: Vec::new(),
            verify: vec![scheme],
            unsigned: None,
            event: EventPlaces::default(),
            events: Vec::new(),
            probes: Vec::new(),
            reply: ReplyWish { status: 200, note: None, presets: Vec::new() },
            retry: Retry::default(),
            shape: Shape::default(),
            before_after: None,
        })
    }
}

fn scheme(line: &str) -> Result<Scheme, GenericError> {
    let (word, rest) = line.split_once(':').unwrap_or((line, ""));
    if let Some((_, family)) = CREDENTIALS.iter().find(|known| known.0 == word) {
        let name =
            if rest.is_empty() && matches!(family, Family::Basic | Family::Bearer) { "Authorization" } else { rest };
        return Ok(Scheme { family: family.clone(), carrier: header(name)? });
    }
    let algorithm = ALGORITHMS.iter().find(|known| known.0 == word).ok_or_else(|| unknown(word))?.1;
    let (encoding, rest) = rest.split_once(':').ok_or(GenericError::Form)?;
    let known = ENCODINGS.iter().find(|known| known.0 == encoding);
    let encoding = known.ok_or_else(|| GenericError::Encoding(text::visible(encoding).into_owned()))?.1;
    let (name, content) = match rest.split_once(':') {
        Some((name, content)) => (name, content.parse()?),
        None => (rest, Template::body()),
    };
    let prefixes = match algorithm {
        // Half of all senders put the name of the hash before it.
        Algorithm::Hmac(hash) => vec![String::new(), format!("{}=", hash.name())],
        _ => vec![String::new()],
    };
    let signature = Signature { prefixes, content, ..Signature::new(algorithm, encoding) };
    signature.placed().map_err(|what| GenericError::Placeless(what.to_owned()))?;
    Ok(Scheme { family: Family::Signature(Box::new(signature)), carrier: header(name)? })
}

fn header(name: &str) -> Result<Carrier, GenericError> {
    let fits = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    if fits { Ok(Carrier::Header(name.to_owned())) } else { Err(GenericError::Form) }
}

fn unknown(word: &str) -> GenericError {
    let known = || ALGORITHMS.iter().map(|known| known.0).chain(CREDENTIALS.iter().map(|known| known.0));
    let hint = match text::nearest(word, known()) {
        Some(nearest) => format!("; did you mean `{nearest}`?"),
        None => format!("; known: {}", known().collect::<Vec<_>>().join(", ")),
    };
    GenericError::Algorithm { word: text::visible(word).into_owned(), hint }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_a_scheme() {
        let cases = [
            ("hmac-sha256:hex:X-Signature", "hmac-sha256", "X-Signature", "{body}"),
            (
                "hmac-sha1:base64:X-Signature:v0:{header:X-Time}:{body}",
                "hmac-sha1",
                "X-Signature",
                "v0:{header:X-Time}:{body}",
            ),
            ("ed25519:hex:X-Signature:{header:X-Time}{body}", "ed25519", "X-Signature", "{header:X-Time}{body}"),
            ("ecdsa-p256:base64url:x-sig", "ecdsa-p256", "x-sig", "{body}"),
            ("token:X-Token", "token", "X-Token", ""),
            ("bearer", "bearer", "Authorization", ""),
            ("basic:X-Auth", "basic", "X-Auth", ""),
        ];
        for (line, name, header, content) in cases {
            let provider = Provider::generic(line).unwrap();
            let scheme = &provider.verify[0];
            assert_eq!((scheme.name(), scheme.header()), (name, Some(header)), "{line}");
            let template = scheme.signature().map_or_else(String::new, |signature| signature.content.to_string());
            assert_eq!(template, content, "{line}");
        }
    }

    #[test]
    fn a_line_that_says_none_is_told_what_would() {
        let cases = [
            ("", "`` is no algorithm"),
            ("hmac-sha265:hex:X", "did you mean `hmac-sha256`?"),
            ("hmac-sha256", "written like hmac-sha256:hex:X-Signature"),
            ("hmac-sha256:hex", "written like"),
            ("hmac-sha256:hex:", "written like"),
            ("hmac-sha256:hex:X Y", "written like"),
            ("hmac-sha256:hax:X", "`hax` is no encoding"),
            ("hmac-sha256:hex:X:{bdy}", "`{bdy}` is not part of any signed content"),
            ("hmac-sha256:hex:X:{timestamp}{body}", "no `timestamp` says where"),
            ("token", "written like"),
        ];
        for (line, message) in cases {
            let error = Provider::generic(line).unwrap_err().to_string();
            assert!(error.contains(message), "{line}: {error}");
        }
    }
}
