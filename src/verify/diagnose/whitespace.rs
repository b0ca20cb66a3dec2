//! The secret with blanks or a line break around it, or without: the commonest slip when one is copied.

use zeroize::Zeroizing;

use super::{Attempts, Cause, Reason};
use crate::verify::{Secret, hmac};

/// One way in which two copies of a secret differ.
pub(super) struct Variant {
    /// What was changed.
    pub(super) name: &'static str,
    change: Change,
}

enum Change {
    /// Ours has too much: the bytes that stay.
    Less(fn(&[u8]) -> &[u8]),
    /// The sender's has these more, before and after.
    More(&'static [u8], &'static [u8]),
}

pub(super) const VARIANTS: [Variant; 7] = [
    Variant { name: "the secret without the blanks around it", change: Change::Less(<[u8]>::trim_ascii) },
    Variant { name: "the secret without the line break at its end", change: Change::Less(without_line_break) },
    Variant { name: "the secret without the blanks at its end", change: Change::Less(<[u8]>::trim_ascii_end) },
    Variant { name: "the secret with a line feed after it", change: Change::More(b"", b"\n") },
    Variant { name: "the secret with CR LF after it", change: Change::More(b"", b"\r\n") },
    Variant { name: "the secret with a space after it", change: Change::More(b"", b" ") },
    Variant { name: "the secret with a space before it", change: Change::More(b" ", b"") },
];

fn without_line_break(secret: &[u8]) -> &[u8] {
    secret.strip_suffix(b"\n").map_or(secret, |line| line.strip_suffix(b"\r").unwrap_or(line))
}

impl Variant {
    /// The secret changed so; `None` where that changes nothing or leaves nothing.
    pub(super) fn of(&self, secret: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let changed = match self.change {
            Change::Less(kept) => kept(secret).to_vec(),
            Change::More(before, after) => [before, secret, after].concat(),
        };
        (!changed.is_empty() && changed != secret).then(|| Zeroizing::new(changed))
    }

    /// It reproduced what was received, with that secret.
    pub(super) fn reason(&self, secret: &Secret) -> Reason {
        let source = secret.source();
        let fix = match self.change {
            Change::Less(_) => format!("Take the blanks and line breaks out of {source}."),
            Change::More(..) => {
                format!("Set the secret at the sender again without them, or give them in {source} too.")
            }
        };
        let explanation = format!("It matches with {}: the two copies differ in blanks or a line break.", self.name);
        Reason { cause: Cause::SecretWhitespace, explanation, fix }
    }
}

impl Attempts<'_> {
    pub(super) fn whitespace(&mut self, body: &[u8]) -> Option<Reason> {
        let (hmac, tag) = (self.hmac, self.tag);
        let content = hmac::content(&hmac.content, body);
        let secrets = self.secrets;
        let applies = |variant: &&Variant| secrets.iter().any(|secret| variant.of(secret.expose()).is_some());
        VARIANTS.iter().filter(applies).find_map(|variant| {
            let signs = |key: &[u8]| hmac::matches(hmac.hash, key, content.clone(), &tag.bytes);
            let reproduces = |key: &[u8]| variant.of(key).is_some_and(|changed| signs(&changed));
            let secret = self.attempt(Cause::SecretWhitespace, variant.name, body.len(), reproduces)?;
            Some(variant.reason(secret))
        })
    }
}
