//! What is not to be read over somebody's shoulder.

/// Headers that carry credentials, whoever sends them.
const CREDENTIALS: [&str; 4] = ["authorization", "proxy-authorization", "cookie", "set-cookie"];
/// What the name of any other header that carries some is likely to contain.
const TELLTALES: [&str; 5] = ["token", "secret", "password", "api-key", "apikey"];

/// Whether a header of that name carries credentials. Signatures do not: they cannot be used for anything else.
pub(crate) fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    CREDENTIALS.contains(&&*name) || TELLTALES.iter().any(|telltale| name.contains(telltale))
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
