//! What is not to be read over somebody's shoulder.

use std::borrow::Cow;

use crate::provider::Provider;
use crate::wire::Head;

/// Headers that carry credentials, whoever sends them.
const CREDENTIALS: [&str; 4] = ["authorization", "proxy-authorization", "cookie", "set-cookie"];
/// What the name of any other header that carries some is likely to contain.
const TELLTALES: [&str; 5] = ["token", "secret", "password", "api-key", "apikey"];

/// Whether a header of that name carries credentials. Signatures do not: they cannot be used for anything else.
fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    CREDENTIALS.contains(&&*name) || TELLTALES.iter().any(|telltale| name.contains(telltale))
}

/// The same for what a provider sends, whose scheme may put the secret itself into a header of any name.
pub(crate) fn hides(provider: Option<&Provider>, name: &str) -> bool {
    let schemes = provider.map(|provider| &*provider.verify).unwrap_or_default();
    is_secret(name) || schemes.iter().any(|scheme| scheme.sends_secret_in(name))
}

/// What is shown in place of credentials: their scheme, and how long they are.
pub(crate) fn concealed(value: &[u8]) -> String {
    let text = String::from_utf8_lossy(value);
    let (scheme, secret) = match text.split_once(' ') {
        Some((scheme, secret)) if ["basic", "bearer", "digest"].contains(&&*scheme.to_ascii_lowercase()) => {
            (format!("{scheme} "), secret.len())
        }
        _ => (String::new(), value.len()),
    };
    format!("{scheme}•••••• ({})", crate::text::count(secret, "byte", "bytes"))
}

/// The lines of a head as they were on the wire, in two parts: the name of a field with its colon, and the rest, in which
/// credentials are concealed. What is no field has no name.
pub(crate) fn public_lines<'a>(head: &'a Head, provider: Option<&Provider>) -> Vec<(&'a [u8], Cow<'a, [u8]>)> {
    let lines = head.as_bytes().split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let lines = lines.skip_while(|line| line.is_empty()).take_while(|line| !line.is_empty());
    let mut is_hidden = false;
    let parts = lines.enumerate().map(|(at, line)| {
        // A line that begins with a blank goes on with the field before it, secret or not.
        let is_folded = matches!(line, [b' ' | b'\t', ..]);
        let colon = memchr::memchr(b':', line).filter(|_| at > 0 && !is_folded);
        let (name, value) = line.split_at(colon.map_or(0, |colon| colon + 1));
        if !is_folded {
            is_hidden =
                colon.is_some_and(|colon| hides(provider, &String::from_utf8_lossy(line[..colon].trim_ascii_end())));
        }
        let public = is_hidden.then(|| format!(" {}", concealed(value.trim_ascii())).into_bytes());
        (name, public.map_or(Cow::Borrowed(value), Cow::Owned))
    });
    parts.collect()
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    #[test]
    fn a_head_is_shown_as_it_was_but_for_its_credentials() {
        let head =
            b"POST /a:b HTTP/1.1\r\nHOST:  h \r\nno colon\r\nCookie : x\r\nAuthorization: Bearer\r\n abc: d\r\nX: 1\n\ty\r\n\r\n";
        let head = Head::parse(Bytes::from_static(head));
        let lines = public_lines(&head, None);
        let lines: Vec<_> = lines.iter().map(|(name, value)| [name, &**value].concat()).collect();
        let lines: Vec<_> = lines.iter().map(|line| String::from_utf8_lossy(line)).collect();
        assert_eq!(
            lines,
            [
                "POST /a:b HTTP/1.1",
                "HOST:  h ",
                "no colon",
                "Cookie : •••••• (1 byte)",
                "Authorization: •••••• (6 bytes)",
                " •••••• (6 bytes)",
                "X: 1",
                "\ty"
            ]
        );
    }
}
