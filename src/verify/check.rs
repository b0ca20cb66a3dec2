//! The verdict of one delivery.

use super::diagnose::{self, Case, Effort};
use super::{Secret, Secrets, Verdict, explain, hmac, token};
use crate::provider::{Family, Hmac, Provider, Scheme};
use crate::wire::{Delivery, Head};

/// Checks a delivery as that provider's, with every secret configured for it. Reads no clock and no file, and spends
/// little enough on explaining a failure to be called while the sender waits.
pub fn check(provider: &Provider, delivery: &Delivery, secrets: &Secrets) -> Verdict {
    examine(provider, delivery, secrets, Effort::Quick)
}

/// Checks a delivery, with more or less spent on explaining a failure.
pub fn examine(provider: &Provider, delivery: &Delivery, secrets: &Secrets, effort: Effort) -> Verdict {
    let Some(scheme) = scheme_in_use(provider, &delivery.head) else {
        return elsewhere(provider, delivery, secrets, effort).unwrap_or_else(|| explain::absent(provider));
    };
    let others: Vec<_> = secrets.of_others(&provider.id).collect();
    let secrets: Vec<&Secret> = secrets.of(&provider.id).collect();
    if secrets.is_empty() {
        return explain::no_secret(provider, scheme);
    }
    let values: Vec<&[u8]> = delivery.head.get_all(&scheme.header).collect();
    let case = Case { scheme, delivery, secrets: &secrets, others: &others, effort };
    match (values[..].split_first(), &scheme.family) {
        (Some((value, [])), Family::Hmac(hmac)) => signature(&case, hmac, value),
        (Some((value, [])), family) => credentials(&case, family, value),
        _ => explain::duplicated(scheme, values.len()),
    }
}

/// The first scheme whose header is there. Where schemes share a header, the first that its value is written for.
fn scheme_in_use<'a>(provider: &'a Provider, head: &Head) -> Option<&'a Scheme> {
    let present = || provider.verify.iter().filter_map(|scheme| Some((scheme, head.get(&scheme.header)?)));
    present().find(|(scheme, value)| token::speaks(&scheme.family, value)).or_else(|| present().next()).map(|it| it.0)
}

/// The signature that is due, under the name of another header.
fn elsewhere(provider: &Provider, delivery: &Delivery, secrets: &Secrets, effort: Effort) -> Option<Verdict> {
    let secrets: Vec<&Secret> = secrets.of(&provider.id).collect();
    if secrets.is_empty() || delivery.is_truncated() {
        return None;
    }
    provider.verify.iter().find_map(|scheme| match &scheme.family {
        Family::Hmac(hmac) => {
            diagnose::elsewhere(&Case { scheme, delivery, secrets: &secrets, others: &[], effort }, hmac)
        }
        _ => None,
    })
}

fn signature(case: &Case<'_>, hmac: &Hmac, value: &[u8]) -> Verdict {
    let Case { scheme, delivery, secrets, .. } = *case;
    let tag = match hmac::read(hmac, value) {
        Ok(_) if delivery.is_truncated() => return explain::truncated(scheme),
        Ok(tag) if tag.fits => tag,
        Ok(tag) => return diagnose::malformed(case, hmac, value, &hmac::unfit(hmac, &tag)),
        Err(how) if delivery.is_truncated() => return explain::malformed(scheme, &how),
        Err(how) => return diagnose::malformed(case, hmac, value, &how),
    };
    let content = hmac::content(&hmac.content, &delivery.body);
    let signs = |secret: &&&Secret| hmac::matches(hmac.hash, secret.expose(), content.clone(), &tag.bytes);
    match secrets.iter().find(signs) {
        Some(secret) => explain::signed(scheme, secret, secrets.len() - 1, tag.upper_case),
        None => diagnose::signature(case, hmac, &tag),
    }
}

fn credentials(case: &Case<'_>, family: &Family, value: &[u8]) -> Verdict {
    let Case { scheme, secrets, .. } = *case;
    let presented = match token::presented(family, value) {
        Ok(presented) => presented,
        Err(how) => return explain::malformed(scheme, &how),
    };
    match secrets.iter().find(|secret| token::matches(&presented, secret.expose())) {
        Some(secret) => explain::authenticated(scheme, secret, secrets.len() - 1),
        None => diagnose::credentials(case, &presented),
    }
}
