//! Signatures that are made with one key and checked with another.
//!
//! What is configured as the secret is the public key: PEM (a public key or a certificate), or for Ed25519 the 32 bytes
//! themselves. Nothing is ever fetched, and a certificate's chain is not looked at: the user says whose key it is.

use pki_types::pem::PemObject;
use pki_types::{CertificateDer, PrivatePkcs8KeyDer, SignatureVerificationAlgorithm, SubjectPublicKeyInfoDer};
use ring::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RSA_PKCS1_SHA512,
    RsaEncoding, RsaKeyPair,
};
use webpki::{EndEntityCert, RawPublicKeyEntity, ring as algorithms};

use crate::provider::{Algorithm, Hash};

/// What stands before the 32 bytes of an Ed25519 key in its SubjectPublicKeyInfo (RFC 8410 §4).
const ED25519_PREFIX: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// Whether that is a signature of the message by the owner of that public key.
pub(super) fn matches(algorithm: Algorithm, key: &[u8], message: &[u8], received: &[u8]) -> bool {
    let (Some(key), Some(verifier)) = (PublicKey::read(algorithm, key), verifier(algorithm)) else { return false };
    let der = (algorithm == Algorithm::Ecdsa && received.len() == 64).then(|| ecdsa_der(received));
    key.verifies(verifier, message, der.as_deref().unwrap_or(received))
}

/// In what way a key cannot be one of the algorithm.
pub(super) fn unfit(algorithm: Algorithm, key: &[u8]) -> Option<&'static str> {
    if PublicKey::read(algorithm, key).is_some() {
        return None;
    }
    Some(match algorithm {
        Algorithm::Ed25519 => "it is neither a PEM public key nor 32 bytes",
        _ => "it is neither a PEM public key nor a PEM certificate",
    })
}

enum PublicKey {
    Raw(SubjectPublicKeyInfoDer<'static>),
    Certified(CertificateDer<'static>),
}

impl PublicKey {
    fn read(algorithm: Algorithm, key: &[u8]) -> Option<Self> {
        if let (Algorithm::Ed25519, 32) = (algorithm, key.len()) {
            return Some(Self::Raw([&ED25519_PREFIX[..], key].concat().into()));
        }
        let raw = SubjectPublicKeyInfoDer::from_pem_slice(key).ok().map(Self::Raw);
        raw.or_else(|| CertificateDer::from_pem_slice(key).ok().map(Self::Certified))
    }

    fn verifies(&self, by: &dyn SignatureVerificationAlgorithm, message: &[u8], signature: &[u8]) -> bool {
        let verified = match self {
            Self::Raw(der) => RawPublicKeyEntity::try_from(der).map(|key| key.verify_signature(by, message, signature)),
            Self::Certified(der) => {
                EndEntityCert::try_from(der).map(|key| key.verify_signature(by, message, signature))
            }
        };
        matches!(verified, Ok(Ok(())))
    }
}

fn verifier(algorithm: Algorithm) -> Option<&'static dyn SignatureVerificationAlgorithm> {
    match algorithm {
        Algorithm::Ed25519 => Some(algorithms::ED25519),
        Algorithm::Rsa(Hash::Sha256) => Some(algorithms::RSA_PKCS1_2048_8192_SHA256),
        Algorithm::Rsa(Hash::Sha512) => Some(algorithms::RSA_PKCS1_2048_8192_SHA512),
        Algorithm::Ecdsa => Some(algorithms::ECDSA_P256_SHA256),
        Algorithm::Rsa(Hash::Sha1) | Algorithm::Hmac(_) | Algorithm::Digest(_) => None,
    }
}

/// The two numbers of an ECDSA signature that stand side by side (IEEE P1363), as the ASN.1 that X9.62 has.
fn ecdsa_der(side_by_side: &[u8]) -> Vec<u8> {
    let (r, s) = side_by_side.split_at(32);
    let body = [integer(r), integer(s)].concat();
    [&[0x30, u8::try_from(body.len()).expect("two numbers of 32 bytes are 70 bytes at most")], &body[..]].concat()
}

fn integer(number: &[u8]) -> Vec<u8> {
    let zeros = number.iter().take_while(|byte| **byte == 0).count().min(number.len() - 1);
    let digits = &number[zeros..];
    // A first bit that is set would make it negative.
    let pad: &[u8] = if digits[0] & 0x80 == 0 { &[] } else { &[0] };
    let length = u8::try_from(pad.len() + digits.len()).expect("a number has 33 bytes at most");
    [&[0x02, length], pad, digits].concat()
}

/// The public key that belongs to an Ed25519 seed of 32 bytes.
pub(super) fn ed25519_public(seed: &[u8]) -> Option<Vec<u8>> {
    Some(Ed25519KeyPair::from_seed_unchecked(seed).ok()?.public_key().as_ref().to_vec())
}

/// Signs with a private key: PEM (PKCS #8), or for Ed25519 the seed, which the public key may follow. `None` where it is
/// no such key.
pub(super) fn sign(algorithm: Algorithm, key: &[u8], message: &[u8]) -> Option<Vec<u8>> {
    let random = ring::rand::SystemRandom::new();
    let pkcs8 = || PrivatePkcs8KeyDer::from_pem_slice(key).ok();
    match algorithm {
        Algorithm::Ed25519 => {
            let raw = matches!(key.len(), 32 | 64).then(|| Ed25519KeyPair::from_seed_unchecked(&key[..32]).ok());
            let pair =
                raw.unwrap_or_else(|| Ed25519KeyPair::from_pkcs8_maybe_unchecked(pkcs8()?.secret_pkcs8_der()).ok());
            Some(pair?.sign(message).as_ref().to_vec())
        }
        Algorithm::Rsa(hash) => {
            let pair = RsaKeyPair::from_pkcs8(pkcs8()?.secret_pkcs8_der()).ok()?;
            let mut signature = vec![0; pair.public().modulus_len()];
            let padding: &dyn RsaEncoding = if hash == Hash::Sha512 { &RSA_PKCS1_SHA512 } else { &RSA_PKCS1_SHA256 };
            pair.sign(padding, &random, message, &mut signature).ok()?;
            Some(signature)
        }
        Algorithm::Ecdsa => {
            let der = pkcs8()?;
            let signing = &ECDSA_P256_SHA256_ASN1_SIGNING;
            let pair = EcdsaKeyPair::from_pkcs8(signing, der.secret_pkcs8_der(), &random).ok()?;
            Some(pair.sign(&random, message).ok()?.as_ref().to_vec())
        }
        Algorithm::Hmac(_) | Algorithm::Digest(_) => None,
    }
}
