//! The words of verdicts: one plain sentence of what is so, and what to change where.
//!
//! No secret, no received value and no expected value ever goes into a text: lengths and shapes at most.

use std::borrow::Cow;

use super::{Cause, Effort, Secret, Status, Verdict, secret};
use crate::provider::{BodyHash, Carrier, Clock, Encoding, Family, Oddity, Provider, Scheme, Signature, Unit};
use crate::text;

impl Verdict {
    fn of(scheme: &Scheme, status: Status, explanation: impl Into<Cow<'static, str>>) -> Self {
        Self {
            status,
            scheme: Some(scheme.name()),
            header: scheme.header().map(|name| name.to_ascii_lowercase().into()),
            explanation: explanation.into(),
            fix: None,
            trials: Box::default(),
        }
    }

    fn with_fix(self, fix: impl Into<Cow<'static, str>>) -> Self {
        Self { fix: Some(fix.into()), ..self }
    }
}

/// A scheme's header carries nothing: the provider does not sign, or this delivery is not signed.
pub(super) fn absent(provider: &Provider) -> Verdict {
    match (&provider.unsigned, provider.verify.first()) {
        (None, Some(scheme)) => unsigned(scheme),
        (Some(offer), _) => not_signed(offer.clone()),
        (None, None) => not_signed(format!("{} does not sign its deliveries.", text::visible(&provider.title))),
    }
}

fn not_signed(explanation: String) -> Verdict {
    Verdict {
        status: Status::NotSigned,
        scheme: None,
        header: None,
        explanation: explanation.into(),
        fix: None,
        trials: Box::default(),
    }
}

fn unsigned(scheme: &Scheme) -> Verdict {
    let (absent, kept) = match &scheme.carrier {
        Carrier::Header(_) => ("the header is absent", "no proxy drops the header"),
        Carrier::Query(_) => ("the parameter is absent", "nothing cuts the URL on the way"),
        Carrier::Body(_) => ("there is none", "nothing takes it out of the body on the way"),
    };
    let explanation = format!("{} is due in {}, but {absent}.", carried(&scheme.family), header(scheme));
    Verdict::of(scheme, Status::Unsigned, explanation)
        .with_fix(format!("Set the secret where the webhook is configured, and see that {kept}."))
}

/// `mark` is what somebody else signs with, and who: `X-Signature, as acme sends`.
pub(super) fn beside_others(unsigned: Verdict, mark: &str) -> Verdict {
    let explanation = format!("{} There is {mark}: is it from there?", unsigned.explanation);
    Verdict { explanation: explanation.into(), ..unsigned }.with_fix(
        "If another provider sends it, name that one with --provider or in its [[endpoint]]; else see that nothing renames headers on the way.",
    )
}

/// `mark` is what speaks for somebody, but not enough: `X-Signature, as acme sends`.
pub(super) fn faint(mark: &str) -> Verdict {
    let explanation = format!("It has {mark}, but too little else to say that it is from there.");
    Verdict { explanation: explanation.into(), ..Verdict::unknown() }
}

pub(super) fn no_secret(provider: &Provider, scheme: &Scheme) -> Verdict {
    let explanation = format!(
        "{} carries {}, but no secret is configured for {}.",
        header(scheme),
        carried(&scheme.family).to_lowercase(),
        text::visible(&provider.title)
    );
    let name = text::visible(provider.id.as_str());
    let variable = secret::variable_of(&provider.id);
    Verdict::of(scheme, Status::NoSecret, explanation)
        .with_fix(format!("Give it with --secret {name}=env:VAR, or set {}.", text::visible(&variable)))
}

/// `others` is how many further secrets there were to match.
pub(super) fn signed(
    scheme: &Scheme,
    signature: &Signature,
    secret: &Secret,
    others: usize,
    oddities: &[Oddity],
) -> Verdict {
    // The common sentence costs a capture nothing: it is shared by all of them.
    let plain = match (signature.algorithm.is_asymmetric(), scheme.covers_body()) {
        (false, true) => "The signature was made with your secret over exactly these bytes.",
        (false, false) => "The signature was made with your secret; it does not cover the body.",
        (true, true) => "The signature over exactly these bytes was made by the owner of your key.",
        (true, false) => "The signature was made by the owner of your key; it does not cover the body.",
    };
    let mut explanation = Cow::Borrowed(plain);
    if others > 0 {
        let key = if signature.algorithm.is_asymmetric() { "key" } else { "secret" };
        let which = format!("the {key} of {}", secret.source());
        explanation = plain.replace(&format!("your {key}"), &which).into();
    }
    for note in oddities.iter().filter_map(|oddity| said(signature, *oddity)).filter(|note| !note.is_empty()) {
        let explanation = explanation.to_mut();
        *explanation += " ";
        *explanation += &text::visible(note);
    }
    Verdict::of(scheme, Status::Verified, explanation)
}

/// What is said of an oddity: what is known of the provider's own library, else what holds for most.
fn said(signature: &Signature, oddity: Oddity) -> Option<&str> {
    signature.note(oddity).or(match oddity {
        Oddity::UpperCase => Some("Its hex digits are in upper case: a handler that compares texts refuses it."),
        Oddity::LooseBase64 => Some("Its base64 is not written as usual: a handler that compares texts refuses it."),
        _ => None,
    })
}

/// The signed content needs a time that the delivery does not say.
pub(super) fn timestamp_missing(scheme: &Scheme, place: &str) -> Verdict {
    let explanation = format!("The signature covers the time in {}, but there is none.", text::visible(place));
    failed(scheme, Cause::TimestampMissing, explanation, "Send it, and see that no proxy drops it.")
}

/// The time cannot be read.
pub(super) fn timestamp_malformed(scheme: &Scheme, clock: &Clock) -> Verdict {
    let (due, place) = (written_as(clock.unit), clock.at.to_string());
    let explanation = format!("The timestamp in {} is not {due}.", text::visible(&place));
    failed(scheme, Cause::TimestampMalformed, explanation, format!("Send the time as {due}."))
}

/// The time is right in another unit than is due.
pub(super) fn timestamp_in(scheme: &Scheme, clock: &Clock, found: Unit) -> Verdict {
    let (due, place) = (written_as(clock.unit), clock.at.to_string());
    let found = match found {
        Unit::Seconds => "in seconds",
        Unit::Milliseconds => "in milliseconds",
        Unit::Rfc3339 => "written as RFC 3339 has it",
    };
    let explanation = format!("The timestamp in {} is {found}, where {due} is due.", text::visible(&place));
    failed(scheme, Cause::TimestampMalformed, explanation, format!("Send the time as {due}, and sign it so."))
}

fn written_as(unit: Unit) -> &'static str {
    match unit {
        Unit::Seconds => "a whole number of seconds since 1970",
        Unit::Milliseconds => "a whole number of milliseconds since 1970",
        Unit::Rfc3339 => "a time such as 2026-01-31T12:00:00Z",
    }
}

/// `how` continues "its timestamp is ".
pub(super) fn timestamp_stale(scheme: &Scheme, how: &str) -> Verdict {
    let explanation = format!("The signature is right, but its timestamp is {how}.");
    failed(
        scheme,
        Cause::TimestampStale,
        explanation,
        "Compare the clocks of both machines, sign anew when sending again, or allow more with --tolerance.",
    )
}

/// The signed content needs something else that the delivery does not say.
pub(super) fn incomplete(scheme: &Scheme, place: &str) -> Verdict {
    let explanation = format!("The signature covers {}, but that is absent.", text::visible(place));
    failed(scheme, Cause::SignedContent, explanation, "Send it, and see that no proxy drops it.")
}

/// The signature covers a hash of the body that is of another one.
pub(super) fn other_body(scheme: &Scheme, due: &BodyHash) -> Verdict {
    let (place, hash) = (due.at.to_string(), due.hash.name().to_uppercase());
    let place = text::visible(&place);
    let digits = digits(due.encoding);
    let explanation =
        format!("The signature is right, but {place} is not the {hash} of the body that arrived, in {digits}.");
    failed(
        scheme,
        Cause::SignedContent,
        explanation,
        "Hash the very bytes that are sent, and see that nothing changes them on their way.",
    )
}

/// How digests of that encoding are written, in words.
pub(super) fn digits(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Hex => "hex in lower case",
        Encoding::Base64 => "base64",
        Encoding::Base64url => "base64url",
    }
}

/// The secret can be no key of the scheme. `how` continues "the secret cannot be a key: ".
pub(super) fn unusable(scheme: &Scheme, secret: &Secret, how: &str) -> Verdict {
    let explanation =
        format!("The secret of {} cannot be a key of {}: {how}. Is it whole?", secret.source(), scheme.name());
    failed(
        scheme,
        Cause::WrongSecret,
        explanation,
        "Copy the secret again, whole, from where the webhook is configured.",
    )
}

pub(super) fn authenticated(scheme: &Scheme, secret: &Secret, others: usize) -> Verdict {
    let what = noun(&scheme.family);
    let whose = if others > 0 { format!("the {what} of {}", secret.source()) } else { format!("your {what}") };
    let explanation = format!("Authenticated by {whose}, which says who sent it and does not cover the body.");
    Verdict::of(scheme, Status::Verified, explanation)
}

pub(super) fn duplicated(scheme: &Scheme, count: usize) -> Verdict {
    let explanation = format!(
        "{} is there {count} times; servers take the first, the last or all of them joined, so it proves nothing.",
        header(scheme)
    );
    Verdict::of(scheme, Status::Failed(Cause::DuplicateSignature), explanation)
        .with_fix("Send it once; look for a proxy or a second signer that adds another.")
}

/// `how` continues "`X-Signature` cannot be a signature: ".
pub(super) fn malformed(scheme: &Scheme, how: &str) -> Verdict {
    let explanation = format!("{} cannot be {}: {how}.", header(scheme), carried(&scheme.family).to_lowercase());
    Verdict::of(scheme, Status::Failed(Cause::MalformedSignature), explanation).with_fix(format!(
        "See that the sender writes {} as {} and that nothing cuts or changes it on the way.",
        header(scheme),
        scheme.name()
    ))
}

/// Another scheme's signature over the same delivery is right, so the secret is not what is wrong.
pub(super) fn sibling(unexplained: Verdict, scheme: &Scheme, right: &Scheme) -> Verdict {
    let (due, right_one) = (header(scheme), header(right));
    let what = if right.covers_body() { "The secret and the body are right" } else { "The secret is right" };
    let explanation = format!("{what}: {right_one} matches; {due} does not.");
    let fix = format!("Look for what writes or changes {due}: the sender makes both of the same bytes and secret.");
    Verdict { trials: unexplained.trials, ..failed(scheme, Cause::MalformedSignature, explanation, fix) }
}

/// The signature is right, but in the header of that name (made visible).
pub(super) fn misplaced(scheme: &Scheme, found: &str) -> Verdict {
    let due = header(scheme);
    let explanation = format!("The signature is right, but it came in {found} where {due} is due.");
    let fix = format!("Send it in {due}, and look for a proxy that renames headers.");
    failed(scheme, Cause::MalformedSignature, explanation, fix)
}

pub(super) fn truncated(scheme: &Scheme) -> Verdict {
    Verdict::of(
        scheme,
        Status::Failed(Cause::Truncated),
        "Only the beginning of the body is held, so no signature over it can be checked.",
    )
    .with_fix("Raise --max-body if the body was over it; else find out why the sender broke off.")
}

/// A URL that is signed along: it may be another one.
pub(super) enum SignedUrl {
    /// The user said so (made visible).
    Given(String),
    /// It was taken from the request.
    Guessed,
}

/// What to do about a URL that is signed along.
pub(super) const GIVE_THE_URL: &str = "It signs the URL that it was sent to, byte for byte: give that URL with --public-url (`verify --url`), or correct it where the webhook is configured.";

/// Nothing that was tried reproduces the signature, and everything was tried. `blemish` says what is visibly wrong with
/// the body: "the body that arrived is empty".
pub(super) fn wrong_secret(
    scheme: &Scheme,
    secrets: usize,
    blemish: Option<String>,
    url: Option<SignedUrl>,
) -> Verdict {
    let copy = "opy the secret again from where the webhook is configured.";
    let another = if secrets == 1 { "another one" } else { "none of those configured" };
    let other_url = match &url {
        Some(SignedUrl::Given(url)) => format!(", or the URL that was signed is not {url}"),
        Some(SignedUrl::Guessed) => {
            ", or the URL that was signed is another one than was heard, as it is behind a tunnel or proxy".to_owned()
        }
        None => String::new(),
    };
    let what = match &blemish {
        Some(blemish) => {
            format!(", but {blemish}: it was changed on its way, or the secret is {another}{other_url}")
        }
        None if url.is_some() => format!(": the secret is {another}{other_url}"),
        None => format!(": they look untouched, and the secret is most likely {another}"),
    };
    let explanation = format!("No common change of the bytes explains it{what}.");
    let fix = match (url, blemish) {
        (Some(_), _) => format!("{GIVE_THE_URL} Else c{copy}"),
        (None, Some(_)) => {
            format!("See that the whole body is sent, and that nothing reads or changes it on its way. Else c{copy}")
        }
        (None, None) => format!("C{copy} If it has verified other deliveries, this one was changed on its way."),
    };
    failed(scheme, Cause::WrongSecret, explanation, fix)
}

/// Nothing that was tried reproduces the signature, but not everything was tried.
pub(super) fn unexplained(scheme: &Scheme, effort: Effort, signs_url: bool) -> Verdict {
    let (explanation, fix) = match effort {
        Effort::Thorough => (
            "The signature is not of these bytes with your secret; the body is too large or too deep to have tried every explanation.",
            "Check the secret first; a smaller delivery can be explained further.",
        ),
        Effort::None | Effort::Quick => (
            "The signature is not of these bytes with your secret; not every explanation has been tried yet.",
            "Check the secret first; the Why tab and `hookglass verify` try more.",
        ),
    };
    let fix = if signs_url { format!("{GIVE_THE_URL} {fix}").into() } else { Cow::Borrowed(fix) };
    failed(scheme, Cause::WrongSecret, explanation, fix)
}

/// A failure with what its provider's file says of such.
pub(super) fn noted(verdict: Verdict, note: Option<&str>) -> Verdict {
    match note.filter(|note| !note.is_empty()) {
        Some(note) => {
            let explanation = format!("{} {}", verdict.explanation, text::visible(note));
            Verdict { explanation: explanation.into(), ..verdict }
        }
        None => verdict,
    }
}

/// A mismatch that is explained.
pub(super) fn failed(
    scheme: &Scheme,
    cause: Cause,
    explanation: impl Into<Cow<'static, str>>,
    fix: impl Into<Cow<'static, str>>,
) -> Verdict {
    Verdict::of(scheme, Status::Failed(cause), explanation).with_fix(fix)
}

/// A token, a key or credentials that are others.
pub(super) fn another(scheme: &Scheme) -> Verdict {
    let (cause, what) = match scheme.family {
        Family::Token => (Cause::TokenMismatch, "token"),
        _ => (Cause::CredentialsMismatch, noun(&scheme.family)),
    };
    let verb = if scheme.family == Family::Basic { "are" } else { "is" };
    let explanation = format!("The {what} in {} {verb} not the configured one.", header(scheme));
    failed(scheme, cause, explanation, format!("Compare the {what} set at the provider with the one given here."))
}

/// What carries it, the header's name as the provider writes it.
fn header(scheme: &Scheme) -> String {
    text::visible(&scheme.carrier.to_string()).into_owned()
}

/// What a header of that family carries, beginning a sentence.
fn carried(family: &Family) -> &'static str {
    match family {
        Family::Signature(_) => "A signature",
        Family::Token => "A token",
        Family::Basic => "User and password",
        Family::Bearer => "A bearer token",
        Family::ApiKey => "An API key",
    }
}

/// What a secret of that family is called.
fn noun(family: &Family) -> &'static str {
    match family {
        Family::Signature(_) => "secret",
        Family::Token => "token",
        Family::Basic => "user and password",
        Family::Bearer => "bearer token",
        Family::ApiKey => "API key",
    }
}
