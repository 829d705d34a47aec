//! Signatures, checked by the key's other half.

use std::sync::Arc;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_RSA_SHA256, PublicKeyData};
use rustls::crypto::aws_lc_rs;
use tiergate_transport::{Client, Settings, Tls};

/// A key as a file has it.
fn pem(pair: &KeyPair) -> String {
    let der = BASE64_STANDARD.encode(pair.serialize_der());
    format!("-----BEGIN PRIVATE KEY-----\n{der}\n-----END PRIVATE KEY-----\n")
}

fn client() -> Client {
    let tls = Tls::platform(Arc::new(aws_lc_rs::default_provider()));
    Client::new(Settings::default(), tls)
}

#[test]
fn an_rsa_key_signs_what_its_other_half_confirms() {
    let pair = KeyPair::generate_for(&PKCS_RSA_SHA256).unwrap();
    let key = client().signing_key(&pem(&pair)).unwrap();
    let signature = key.rs256(b"header.claims").unwrap();
    let algorithms = aws_lc_rs::default_provider().signature_verification_algorithms;
    let (_, pkcs1) = algorithms
        .mapping
        .iter()
        .find(|(scheme, _)| *scheme == rustls::SignatureScheme::RSA_PKCS1_SHA256)
        .unwrap();
    let verify = |message: &[u8]| {
        let mut known = pkcs1.iter();
        known.any(|algorithm| {
            algorithm
                .verify_signature(pair.der_bytes(), message, &signature)
                .is_ok()
        })
    };
    assert!(verify(b"header.claims") && !verify(b"header.others"));
    assert_eq!(format!("{key:?}"), "SigningKey { .. }");
}

#[test]
fn what_is_no_rsa_key_is_refused_without_being_shown() {
    let curve = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
    let curve = pem(&curve);
    let broken = "-----BEGIN PRIVATE KEY-----\nQ0FOQVJZ\n-----END PRIVATE KEY-----\n";
    for (pem, told) in [
        ("", "not readable"),
        ("canary", "not readable"),
        (broken, "not one that can sign"),
        (&*curve, "not an RSA key"),
    ] {
        let refused = client().signing_key(pem).unwrap_err().to_string();
        assert!(refused.contains(told), "{refused}");
    }
    let off = Client::new(Settings::default(), Tls::off());
    let refused = off.signing_key(broken).unwrap_err().to_string();
    assert!(refused.contains("switched off"), "{refused}");
}
