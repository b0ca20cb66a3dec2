//! Signatures made by others: the vectors of specifications and vendors' documents, and otherwise Python's `hmac`,
//! `hashlib` and `cryptography`.

use hookglass::verify::Status;

use crate::stand::{Request, provider};

const SECRET: &str = "a shared secret";
const BODY: &str = r#"{"id":"WH-1","event_type":"PAYMENT"}"#;
const STANDARD: &str = r#"
    scheme = "hmac"
    hash = "sha256"
    encoding = "base64"
    header = "webhook-signature"
    prefixes = ["v1,"]
    list = " "
    id = { header = "webhook-id" }
    timestamp = { header = "webhook-timestamp" }
    content = "{id}.{timestamp}.{body}"
    secret = { prefix = "whsec_", encoding = "base64" }"#;

type Headers = &'static [(&'static str, &'static str)];

/// What signs, its secret, the headers and the body that it sent.
const VECTORS: &[(&str, &str, Headers, &str)] = &[
    // The vector of the Standard Webhooks specification.
    (
        STANDARD,
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        &[
            ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
            ("webhook-timestamp", "1614265330"),
            ("webhook-signature", "v1a,AAAA v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
        ],
        r#"{"test": 2432232314}"#,
    ),
    // The vector of Twilio's documentation on security.
    (
        "scheme = \"hmac\"\nhash = \"sha1\"\nencoding = \"base64\"\nheader = \"X-Twilio-Signature\"\ncontent = \"{url}{form}\"",
        "12345",
        &[("X-Twilio-Signature", "0/KCTR6DLpKmkAf8muzZqo1nDgQ="), ("Host", "mycompany.com")],
        "To=%2B18005551212&CallSid=CA1234567890ABCDE&Caller=%2B12349013030&Digits=1234&From=%2B12349013030&Digits=1234",
    ),
    // The vector of Slack's documentation on verifying requests.
    (
        "scheme = \"hmac\"\nhash = \"sha256\"\nencoding = \"hex\"\nheader = \"X-Slack-Signature\"\nprefixes = [\"v0=\"]\n\
         timestamp = { header = \"X-Slack-Request-Timestamp\" }\ncontent = \"v0:{timestamp}:{body}\"",
        "8f742231b10e8888abcd99yyyzzz85a5",
        &[
            ("X-Slack-Request-Timestamp", "1531420618"),
            ("X-Slack-Signature", "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"),
        ],
        "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&\
         channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&\
         response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&\
         trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c",
    ),
    // The vector of GitHub's documentation on validating deliveries.
    (
        "scheme = \"hmac\"\nhash = \"sha256\"\nencoding = \"hex\"\nheader = \"X-Hub-Signature-256\"\nprefixes = [\"sha256=\"]",
        "It's a Secret to Everybody",
        &[("X-Hub-Signature-256", "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17")],
        "Hello, World!",
    ),
    // Fields, of which the second is right.
    (
        "scheme = \"hmac\"\nhash = \"sha256\"\nencoding = \"hex\"\nheader = \"S\"\nfields = { signature = \"v1\" }\n\
         timestamp = { field = \"t\" }\ntolerance = { past = \"5m\" }\ncontent = \"{timestamp}.{body}\"",
        SECRET,
        &[(
            "S",
            "v1=0000000000000000000000000000000000000000000000000000000000000000,t=1700000000,\
             v1=60edfefa0dd492fcfc9b6a42109f27a18b523f43bbd913c0deee7a33cbe9263e",
        )],
        BODY,
    ),
    (
        "scheme = \"hmac\"\nhash = \"sha256\"\nencoding = \"hex\"\nheader = \"S\"\n\
         fields = { separator = \";\", signature = [\"h1\"] }\ntimestamp = { field = \"ts\" }\ncontent = \"{timestamp}:{body}\"",
        SECRET,
        &[("S", "ts=1700000000;h1=b62290f7774a74f1bb02eaf73a447935017f1235b503f9a413953066c376a0ec")],
        BODY,
    ),
    // A secret that is not decoded where it has no prefix.
    (
        "scheme = \"hmac\"\nhash = \"sha256\"\nencoding = \"base64\"\nheader = \"S\"\nprefixes = [\"v1,\", \"\"]\nlist = \" \"\n\
         id = { header = \"I\" }\ntimestamp = { header = \"T\" }\ncontent = \"{id}.{timestamp}.{body}\"\n\
         secret = { prefix = \"whsec_\", encoding = \"base64\", bare = \"text\" }",
        SECRET,
        &[("I", "msg_1"), ("T", "1700000000"), ("S", "B0524t2FZLSSoudkTyGDyYaWU0cLRt7Y+NQLoo+Yf0c=")],
        BODY,
    ),
    // Hashes without a key.
    (
        "scheme = \"digest\"\nhash = \"sha256\"\nencoding = \"hex\"\nheader = \"S\"\ncontent = \"{secret}{body}\"",
        SECRET,
        &[("S", "92a210042f17b8cd7268f8f0072f29e9c39595c9b1a13affa13ce53e796e1ad9")],
        BODY,
    ),
    (
        "scheme = \"digest\"\nhash = \"sha256\"\nencoding = \"hex\"\nheader = \"S\"\ncontent = \"{secret}{method}{url}{body}\"",
        SECRET,
        &[("S", "681badffe1d620144d913c673a492b48da986e22ba0ad1cf1ce427e9f90a1f3e"), ("Host", "hooks.example")],
        BODY,
    ),
    // The URL, a clock of milliseconds.
    (
        "scheme = \"hmac\"\nhash = \"sha256\"\nencoding = \"base64\"\nheader = \"S\"\n\
         timestamp = { header = \"T\", unit = \"ms\" }\ntolerance = { past = \"5m\" }\ncontent = \"{method}{url}{body}{timestamp}\"",
        SECRET,
        &[("S", "u1b1Zp2pHd2ksIYH9cMo+zWajVqgq7ZbuHWQtQbYq20="), ("T", "1700000000000"), ("Host", "hooks.example")],
        BODY,
    ),
    (
        "scheme = \"hmac\"\nhash = \"sha256\"\nencoding = \"base64\"\nheader = \"S\"\ncontent = \"{url}{body}\"",
        SECRET,
        &[("S", "CqjbFe2I6PWJKErIyc/wW5jflf1lfptZrVNNaAR0ups="), ("Host", "hooks.example:443")],
        BODY,
    ),
    // A clock of RFC 3339, and one in the body.
    (
        "scheme = \"hmac\"\nhash = \"sha256\"\nencoding = \"base64\"\nheader = \"S\"\n\
         timestamp = { header = \"T\", unit = \"rfc3339\" }\ncontent = \"{timestamp}{body}\"",
        SECRET,
        &[("S", "d7vg5yOft3arKqSaN2zcUtnfb1tO/Ika7p0mGEOpup4="), ("T", "2026-02-06T14:00:00Z")],
        BODY,
    ),
    (
        "scheme = \"hmac\"\nhash = \"sha256\"\nencoding = \"hex\"\nheader = \"S\"\n\
         timestamp = { body = \"webhookTimestamp\", unit = \"ms\" }\ntolerance = \"60s\"",
        SECRET,
        &[("S", "5508e702d54a3c3c5d7b19ee4f7e0539efd43bdfd68a452043020bb9ad276ec9")],
        r#"{"action":"create","webhookTimestamp":1700000000000}"#,
    ),
    // A secret in hex; base64url; a signed print of the body; line breaks that count.
    (
        "scheme = \"hmac\"\nhash = \"sha256\"\nencoding = \"base64\"\nheader = \"S\"\nsecret = \"hex\"",
        "00112233445566778899aabbccddeeff",
        &[("S", "iVyk7Ud2psaP4Zd8gA3a2Gxs4hvjTpHM8xqW1fYUFLw=")],
        BODY,
    ),
    (
        "scheme = \"hmac\"\nhash = \"sha256\"\nencoding = \"base64url\"\nheader = \"S\"",
        SECRET,
        &[("S", "qkPaktiMF3hyI73u0IhNnT0S16MpKfMlPn-u_sIABSE")],
        BODY,
    ),
    (
        "scheme = \"hmac\"\nhash = \"sha256\"\nencoding = \"hex\"\nheader = \"S\"\ncontent = \"{sorted_json}\"",
        SECRET,
        &[("S", "324ea8c4b4482f4c54923deb6dcf2ecfa30d0f9eb71cc31afc4b9cea0831fe47")],
        "{ \"b\": [2, 3],\n  \"a\": 1 }\n",
    ),
    (
        "scheme = \"hmac\"\nhash = \"sha256\"\nencoding = \"hex\"\nheader = \"S\"\ncontent = \"{method}\\r\\n{target}\\r\\n{sha256}\"",
        SECRET,
        &[("S", "8b3276584ba972500fb9a526b1129781a279b51eeeef5ccc471cd8db04e18f61")],
        BODY,
    ),
    // Keys in pairs.
    (
        "scheme = \"ed25519\"\nencoding = \"hex\"\nheader = \"S\"\ntimestamp = { header = \"T\" }\ncontent = \"{timestamp}{body}\"\nsecret = \"hex\"",
        "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8",
        &[
            (
                "S",
                "d7aa28bd46362f0b01f7a731556949c9591e27dcf4548202f7e1168ca6e4e3a5\
                 7765b4e86b9cb955a2a8807f3d0f9e22e25b02cae7f85952338633a0fb95670a",
            ),
            ("T", "1700000000"),
        ],
        BODY,
    ),
    (
        "scheme = \"ed25519\"\nencoding = \"base64\"\nheader = \"S\"\nlist = \" \"\nprefixes = [\"v1a,\"]\nid = { header = \"I\" }\n\
         timestamp = { header = \"T\" }\ncontent = \"{id}.{timestamp}.{body}\"\nsecret = { prefix = \"whpk_\", encoding = \"base64\" }",
        "whpk_A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=",
        &[
            ("I", "msg_1"),
            ("T", "1700000000"),
            (
                "S",
                "v1,AAAA v1a,O5o4KaESMOzBWyepa6Ps/NSUmjvUs8gVIXe2EFh5QBZ5IBBlIgudactYUh0waWDzIkVfjtsLLIloBDmlnvbPDw==",
            ),
        ],
        BODY,
    ),
    (RSA, include_str!("rsa.certificate.pem"), RSA_HEADERS, BODY),
    (RSA, include_str!("rsa.public.pem"), RSA_HEADERS, BODY),
    (
        ECDSA,
        include_str!("p256.public.pem"),
        &[
            ("S", "MEQCIGd3qkMUftTuPb59qxUKJQ2SsxvP8Bo31Vm7/ptYOYTJAiBmow1SaA2ZHWUJd4jYHt3H1jpudnEIc2wa9XrXq6kx1g=="),
            ("T", "1700000000"),
        ],
        BODY,
    ),
    (
        ECDSA,
        include_str!("p256.public.pem"),
        &[
            ("S", "Z3eqQxR+1O49vn2rFQolDZKzG8/wGjfVWbv+m1g5hMlmow1SaA2ZHWUJd4jYHt3H1jpudnEIc2wa9XrXq6kx1g=="),
            ("T", "1700000000"),
        ],
        BODY,
    ),
];

const RSA: &str = "scheme = \"rsa\"\nhash = \"sha256\"\nencoding = \"base64\"\nheader = \"S\"\nid = { header = \"I\" }\n\
    timestamp = { header = \"T\", unit = \"rfc3339\" }\ncontent = \"{id}|{timestamp}|WEBHOOK-ID|{crc32}\"";
const RSA_HEADERS: Headers = &[
    ("I", "id-1"),
    ("T", "2026-02-06T14:00:00Z"),
    (
        "S",
        "Yx4KfNIRic/zIwCo3uD6NZ4w8KTqLpjlaqOPBRPNiUpKz9BTIFZ1LLANZtOUrdbzyWPIWAVrE+lVjyPHVtfkqzqNvatUPab/5RpkBstrn9zZIHRBPRXEvAVpFP3N6JnAdORh8s22/T/20s4r7lTPceNTMv9F/i2aoTAw1z7Nd7bg0bsa7YCkW7ACYPZbtz0j3p1FBmbmCCh/02w26hLFne22XvWeG96pwfwRMggnCpALpevsS7Wnlf78m1vpPv0YPxOEJZdm9FLqYeLEwWuXKsuCeOR/sn5GEr8z4+NZAvNYuf76an4z6SsdsquIZekLd0s6cZiUUlXicsrxMhuj5A==",
    ),
];
const ECDSA: &str = "scheme = \"ecdsa\"\nencoding = \"base64\"\nheader = \"S\"\ntimestamp = { header = \"T\" }\ncontent = \"{timestamp}{body}\"";

fn request(headers: Headers, body: &str) -> Request {
    let mut request = Request::new(headers, body);
    if headers.iter().any(|(_, host)| *host == "mycompany.com") {
        request.target = "/myapp.php?foo=1&bar=2".to_owned();
    }
    request
}

#[test]
fn what_others_signed_is_verified() {
    for (verify, secret, headers, body) in VECTORS {
        let verdict = request(headers, body).check(&provider(verify), &[secret]);
        assert_eq!(verdict.status, Status::Verified, "{verify}\n{verdict:?}");
    }
}

#[test]
fn of_several_secrets_the_one_that_matched_is_named() {
    for (verify, secret, headers, body) in VECTORS {
        let verdict = request(headers, body).check(&provider(verify), &["another one", secret]);
        assert_eq!(verdict.status, Status::Verified, "{verify}\n{verdict:?}");
        assert!(verdict.explanation.contains("env:S1"), "{verdict:?}");
    }
}

#[test]
fn nothing_that_is_spoilt_verifies() {
    for (verify, secret, headers, body) in VECTORS {
        let provider = provider(verify);
        let whole = request(headers, body);
        let mut spoilt = vec![Request { body: body.replacen(['1', 'H', 'u'], "7", 1), ..whole.clone() }];
        for place in (0..headers.len()).filter(|place| headers[*place].0 != "Host") {
            let mut without = whole.clone();
            without.headers.remove(place);
            let mut changed = whole.clone();
            let value = &mut changed.headers[place].1;
            let middle = value.len() / 2;
            let other = if value[middle..].starts_with('7') { "8" } else { "7" };
            value.replace_range(middle..=middle, other);
            spoilt.extend([without, changed]);
        }
        for request in spoilt {
            let status = request.check(&provider, &[secret]).status;
            assert!(matches!(status, Status::Failed(_) | Status::Unsigned), "{verify}\n{request:?}\n{status:?}");
        }
        let other = whole.check(&provider, &["another one"]).status;
        assert!(matches!(other, Status::Failed(_)), "{verify}\n{other:?}");
    }
}

#[test]
fn a_signature_may_be_in_the_body_and_need_not_cover_it() {
    let provider = provider(
        "scheme = \"hmac\"\nhash = \"sha256\"\nencoding = \"hex\"\nbody = \"signature.signature\"\n\
         content = \"{body:signature.timestamp}{body:signature.token}\"",
    );
    let signature = "460da61993259d46d240b4f595b7b8f631f956209557ed550a12a5325fb7f63b";
    let body = |token: &str| {
        format!(r#"{{"signature":{{"timestamp":"1700000000","token":"{token}","signature":"{signature}"}},"event":1}}"#)
    };
    let right = Request::new(&[], &body("tok")).check(&provider, &[SECRET]);
    assert_eq!((right.status, right.header), (Status::Verified, None));
    assert!(right.explanation.contains("does not cover the body"), "{}", right.explanation);
    let wrong = Request::new(&[], &body("other")).check(&provider, &[SECRET]).status;
    assert!(matches!(wrong, Status::Failed(_)), "{wrong:?}");
}

#[test]
fn a_hash_of_the_body_may_be_what_is_signed() {
    let provider = provider(
        "scheme = \"hmac\"\nhash = \"sha1\"\nencoding = \"base64\"\nheader = \"S\"\ncontent = \"{url}\"\n\
         body_hash = { query = \"bodySHA256\", hash = \"sha256\", encoding = \"hex\" }",
    );
    let headers = [("S", "CeVn/OkprmGeiAR9x/BiHNFsoUM="), ("Host", "hooks.example")];
    let target = "/in?bodySHA256=cc691051e18ae93609cac74488196f90bfa30ddab900c3ae5aeb48cbf8192152".to_owned();
    let right = Request { target, ..Request::new(&headers, BODY) };
    assert_eq!(right.check(&provider, &[SECRET]).status, Status::Verified);
    let other = Request { body: "{}".to_owned(), ..right }.check(&provider, &[SECRET]).status;
    assert!(matches!(other, Status::Failed(_)), "{other:?}");
}
