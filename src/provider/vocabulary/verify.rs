//! The words of `[[verify]]`: a way of signing, or what there is instead of a signature.
//!
//! What is wrong is told by the key that is wrong, so that its place in the file can be found.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::super::{
    Algorithm, BodyHash, Carrier, Clock, Encoding, Family, Hash, KeyCoding, KeyForm, Layout, Note, Oddity, Scheme,
    Signature, Source, Template, Tolerance, Unit,
};
use super::{DurationForm, HeaderForm, OneOrMany, PathForm};

/// One of `[[verify]]`.
#[derive(Debug, Deserialize)]
#[serde(try_from = "VerifyForm")]
pub(in super::super) enum Verify {
    Scheme(Scheme),
    Instead(String),
}

/// The families, as a file names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum FamilyForm {
    Hmac,
    Digest,
    Ed25519,
    Rsa,
    Ecdsa,
    Token,
    Basic,
    Bearer,
    ApiKey,
    None,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VerifyForm {
    scheme: FamilyForm,
    header: Option<HeaderForm>,
    query: Option<String>,
    body: Option<PathForm>,
    instead: Option<String>,
    hash: Option<Hash>,
    encoding: Option<Encoding>,
    prefixes: Option<Vec<String>>,
    list: Option<String>,
    fields: Option<FieldsForm>,
    content: Option<Template>,
    secret: Option<SecretForm>,
    timestamp: Option<ClockForm>,
    tolerance: Option<ToleranceForm>,
    id: Option<SourceForm>,
    body_hash: Option<BodyHashForm>,
    notes: Option<BTreeMap<Oddity, String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FieldsForm {
    #[serde(default = "comma")]
    separator: char,
    signature: OneOrMany,
}

fn comma() -> char {
    ','
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "expected `text`, `hex`, `base64` or { encoding = …, prefix = …, bare = … }")]
enum SecretForm {
    Coding(KeyCoding),
    Whole(WholeSecretForm),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WholeSecretForm {
    #[serde(default)]
    encoding: KeyCoding,
    prefix: Option<OneOrMany>,
    bare: Option<KeyCoding>,
}

/// Where a value is: one of the four.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SourceForm {
    header: Option<HeaderForm>,
    query: Option<String>,
    body: Option<PathForm>,
    field: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockForm {
    header: Option<HeaderForm>,
    query: Option<String>,
    body: Option<PathForm>,
    field: Option<String>,
    #[serde(default)]
    unit: Unit,
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a duration such as \"5m\", or { past = …, future = … }")]
enum ToleranceForm {
    Both(DurationForm),
    Apart(ApartForm),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ApartForm {
    past: DurationForm,
    future: Option<DurationForm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BodyHashForm {
    header: Option<HeaderForm>,
    query: Option<String>,
    body: Option<PathForm>,
    hash: Hash,
    encoding: Encoding,
}

impl TryFrom<VerifyForm> for Verify {
    type Error = String;

    fn try_from(form: VerifyForm) -> Result<Self, String> {
        form.refuse_strangers()?;
        let family = match form.scheme {
            FamilyForm::None => return form.instead.map(Self::Instead).ok_or_else(|| missing("instead")),
            FamilyForm::Token => Family::Token,
            FamilyForm::Basic => Family::Basic,
            FamilyForm::Bearer => Family::Bearer,
            FamilyForm::ApiKey => Family::ApiKey,
            _ => return form.signature().map(Self::Scheme),
        };
        let authorization =
            matches!(family, Family::Basic | Family::Bearer).then(|| HeaderForm::named("Authorization"));
        let carrier = Carrier::Header(form.header.or(authorization).ok_or_else(|| missing("header"))?.0);
        Ok(Self::Scheme(Scheme { family, carrier }))
    }
}

impl VerifyForm {
    /// A key that says nothing of this scheme is a mistake.
    fn refuse_strangers(&self) -> Result<(), String> {
        use FamilyForm::{ApiKey, Basic, Bearer, Digest, Ecdsa, Ed25519, Hmac, None, Rsa, Token};
        const SIGNATURES: &[FamilyForm] = &[Hmac, Digest, Ed25519, Rsa, Ecdsa];
        let given: [(&str, bool, &[FamilyForm]); 16] = [
            ("header", self.header.is_some(), &[Hmac, Digest, Ed25519, Rsa, Ecdsa, Token, Basic, Bearer, ApiKey]),
            ("query", self.query.is_some(), SIGNATURES),
            ("body", self.body.is_some(), SIGNATURES),
            ("instead", self.instead.is_some(), &[None]),
            ("hash", self.hash.is_some(), &[Hmac, Digest, Rsa]),
            ("encoding", self.encoding.is_some(), SIGNATURES),
            ("prefixes", self.prefixes.is_some(), SIGNATURES),
            ("list", self.list.is_some(), SIGNATURES),
            ("fields", self.fields.is_some(), SIGNATURES),
            ("content", self.content.is_some(), SIGNATURES),
            ("secret", self.secret.is_some(), &[Hmac, Digest, Ed25519]),
            ("timestamp", self.timestamp.is_some(), SIGNATURES),
            ("tolerance", self.tolerance.is_some(), SIGNATURES),
            ("id", self.id.is_some(), SIGNATURES),
            ("body_hash", self.body_hash.is_some(), SIGNATURES),
            ("notes", self.notes.is_some(), SIGNATURES),
        ];
        let stranger = given.into_iter().find(|(_, is_given, of)| *is_given && !of.contains(&self.scheme));
        stranger.map_or(Ok(()), |(key, ..)| Err(format!("unknown field `{key}`: it says nothing of such a scheme")))
    }

    fn signature(self) -> Result<Scheme, String> {
        let carrier = carrier(self.header, self.query, self.body)?;
        let hash = self.hash.ok_or_else(|| missing("hash"));
        let algorithm = match self.scheme {
            FamilyForm::Digest => Algorithm::Digest(hash?),
            FamilyForm::Rsa if self.hash == Some(Hash::Sha1) => {
                return Err("`hash` of rsa is sha256 or sha512".to_owned());
            }
            FamilyForm::Rsa => Algorithm::Rsa(hash?),
            FamilyForm::Ed25519 => Algorithm::Ed25519,
            FamilyForm::Ecdsa => Algorithm::Ecdsa,
            _ => Algorithm::Hmac(hash?),
        };
        let plain = Signature::new(algorithm, self.encoding.ok_or_else(|| missing("encoding"))?);
        let signature = Signature {
            prefixes: self.prefixes.unwrap_or(plain.prefixes),
            layout: layout(self.list, self.fields)?,
            content: self.content.unwrap_or(plain.content),
            key: self.secret.map(KeyForm::from).unwrap_or_default(),
            timestamp: clock(self.timestamp, self.tolerance)?,
            id: self.id.map(Source::try_from).transpose()?,
            body_hash: self.body_hash.map(BodyHash::try_from).transpose()?,
            notes: self.notes.unwrap_or_default().into_iter().map(|(oddity, text)| Note { oddity, text }).collect(),
            ..plain
        };
        signature.placed()?;
        Ok(Scheme { family: Family::Signature(Box::new(signature)), carrier })
    }
}

fn missing(key: &str) -> String {
    format!("missing field `{key}`")
}

fn carrier(header: Option<HeaderForm>, query: Option<String>, body: Option<PathForm>) -> Result<Carrier, String> {
    match (header, query, body) {
        (Some(name), None, None) => Ok(Carrier::Header(name.0)),
        (None, Some(name), None) => Ok(Carrier::Query(name)),
        (None, None, Some(path)) => Ok(Carrier::Body(path.0)),
        (None, None, None) => Err(missing("header")),
        _ => Err("one of `header`, `query`, `body` says where it is".to_owned()),
    }
}

fn layout(list: Option<String>, fields: Option<FieldsForm>) -> Result<Layout, String> {
    match (list, fields) {
        (None, None) => Ok(Layout::One),
        (Some(separator), None) if separator.is_empty() => Err("`list` is what stands between two signatures".into()),
        (Some(separator), None) => Ok(Layout::List(separator)),
        (None, Some(form)) => Ok(Layout::Fields { separator: form.separator, signatures: form.signature.into() }),
        (Some(_), Some(_)) => Err("`list` and `fields` cannot both be how it is laid out".to_owned()),
    }
}

fn clock(form: Option<ClockForm>, tolerance: Option<ToleranceForm>) -> Result<Option<Clock>, String> {
    let Some(ClockForm { header, query, body, field, unit }) = form else {
        let refused = "`tolerance` is of a `timestamp`, and there is none";
        return if tolerance.is_some() { Err(refused.to_owned()) } else { Ok(None) };
    };
    let at = Source::try_from(SourceForm { header, query, body, field })?;
    Ok(Some(Clock { at, unit, tolerance: tolerance.map(Tolerance::from) }))
}

impl TryFrom<SourceForm> for Source {
    type Error = String;

    fn try_from(form: SourceForm) -> Result<Self, String> {
        let sent = form.header.is_some() || form.query.is_some() || form.body.is_some();
        match form.field {
            Some(_) if sent => Err("one of `header`, `query`, `body`, `field` says where it is".to_owned()),
            Some(name) => Ok(Self::Field(name)),
            None => carrier(form.header, form.query, form.body).map(Self::Sent),
        }
    }
}

impl TryFrom<BodyHashForm> for BodyHash {
    type Error = String;

    fn try_from(form: BodyHashForm) -> Result<Self, String> {
        Ok(Self { at: carrier(form.header, form.query, form.body)?, hash: form.hash, encoding: form.encoding })
    }
}

impl From<SecretForm> for KeyForm {
    fn from(form: SecretForm) -> Self {
        match form {
            SecretForm::Coding(coding) => Self { coding, ..Self::default() },
            SecretForm::Whole(WholeSecretForm { encoding, prefix, bare }) => {
                Self { coding: encoding, prefixes: prefix.map(Vec::from).unwrap_or_default(), bare }
            }
        }
    }
}

impl From<ToleranceForm> for Tolerance {
    fn from(form: ToleranceForm) -> Self {
        match form {
            ToleranceForm::Both(DurationForm(both)) => Self { past: both, future: Some(both) },
            ToleranceForm::Apart(form) => Self { past: form.past.0, future: form.future.map(|future| future.0) },
        }
    }
}
