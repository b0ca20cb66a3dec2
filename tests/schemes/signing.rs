//! What we sign as a provider does verifies as a provider's.

use bytes::Bytes;
use hookglass::verify::{Draft, Secret, Status, sign};
use jiff::Timestamp;
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ED25519};

use crate::stand::{Request, provider};

const SCHEMES: &[(&str, &str)] = &[
    (
        "header = \"S\"\nfields = { signature = \"v1\" }\ntimestamp = { field = \"t\" }\ntolerance = \"5m\"\ncontent = \"{timestamp}.{body}\"",
        "s",
    ),
    (
        "header = \"S\"\nlist = \" \"\nprefixes = [\"v1,\"]\nid = { header = \"I\" }\ntimestamp = { header = \"T\" }\ntolerance = \"5m\"\ncontent = \"{id}.{timestamp}.{body}\"\nsecret = { prefix = \"whsec_\", encoding = \"base64\" }",
        "whsec_c2VjcmV0",
    ),
    ("header = \"S\"\ntimestamp = { body = \"at\", unit = \"ms\" }\ntolerance = \"60s\"", "s"),
    (
        "header = \"S\"\ntimestamp = { header = \"T\", unit = \"rfc3339\" }\ntolerance = \"60s\"\ncontent = \"{method}{url}{timestamp}{body}\"",
        "s",
    ),
    ("body = \"sig\"\ncontent = \"{body:at}\"", "s"),
    ("header = \"S\"\ncontent = \"{header:X-Kind}{crc32}{sha256}{json}\"", "s"),
];

fn draft() -> Draft<'static> {
    let body = Bytes::from_static(b"{\"at\":1,\"sig\":\"\"}");
    let now = Timestamp::from_second(1_700_000_000).unwrap();
    Draft { method: "POST", url: "https://hooks.example/in?x=1", headers: &[("X-Kind", b"k")], body, now }
}

/// The request that a draft becomes.
fn sent(verify: &str, secret: &str) -> Result<Request, String> {
    let signed = sign(&provider(verify).verify[0], &draft(), &Secret::new(secret.into(), "env:S"));
    let signed = signed.map_err(|error| error.to_string())?;
    let mut request =
        Request::new(&[("X-Kind", "k"), ("Host", "hooks.example")], str::from_utf8(&signed.body).unwrap());
    let text = |(name, value): (String, Vec<u8>)| (name, String::from_utf8(value).unwrap());
    request.headers.extend(signed.headers.into_iter().map(text));
    Ok(request)
}

#[test]
fn what_is_signed_afresh_is_verified() {
    for (verify, secret) in SCHEMES {
        let verify = format!("scheme = \"hmac\"\nhash = \"sha256\"\nencoding = \"hex\"\n{verify}");
        let request = sent(&verify, secret).unwrap();
        let verdict = request.check(&provider(&verify), &[secret]);
        assert_eq!(verdict.status, Status::Verified, "{verify}\n{request:?}\n{verdict:?}");
    }
}

#[test]
fn a_private_key_signs_what_its_public_key_verifies() {
    for (scheme, algorithm) in [("ed25519", &PKCS_ED25519), ("ecdsa", &PKCS_ECDSA_P256_SHA256)] {
        let pair = KeyPair::generate_for(algorithm).unwrap();
        let verify = format!("scheme = \"{scheme}\"\nencoding = \"base64\"\nheader = \"S\"");
        let request = sent(&verify, &pair.serialize_pem()).unwrap();
        assert_eq!(request.check(&provider(&verify), &[&pair.public_key_pem()]).status, Status::Verified, "{scheme}");
        let error = sent(&verify, &pair.public_key_pem()).unwrap_err();
        assert!(error.contains("it is no private key"), "{error}");
    }
}

#[test]
fn what_signing_adds_is_told_without_what_may_be_the_secret() {
    let provider = provider("scheme = \"token\"\nheader = \"T\"");
    let signed = sign(&provider.verify[0], &draft(), &Secret::new(b"tell no one".to_vec(), "env:S")).unwrap();
    assert_eq!(signed.headers[0].1, b"tell no one");
    assert_eq!(format!("{signed:?}"), "Signed { adds: [\"T\"], body: 17 }");
}

#[test]
fn a_secret_that_can_be_no_key_is_told_without_it() {
    let hex = "scheme = \"hmac\"\nhash = \"sha256\"\nencoding = \"hex\"\nheader = \"S\"\nsecret = \"hex\"";
    let error = sent(hex, "tell no one").unwrap_err();
    assert_eq!(error, "the secret of env:S cannot sign with hmac-sha256: it is not hex");
    let verify = "scheme = \"ecdsa\"\nencoding = \"base64\"\nheader = \"S\"";
    let verdict = Request::new(&[("S", &"A".repeat(88))], "").check(&provider(verify), &["tell no one"]);
    assert!(verdict.explanation.contains("neither a PEM public key nor a PEM certificate"), "{verdict:?}");
    assert!(!format!("{verdict:?}").contains("tell no one"));
}
