use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fairlead_domain::Secret;
use serde_json::{Value, json};

use super::{client_assertion, key_proof};
use crate::certificate::CertificateWithKey;
use crate::certificate::tests::openssl::OpenSsl;
use crate::certificate::tests::{certificate, now};

const CLIENT: &str = "8a1b2c3d-0000-4000-9000-0123456789ab";
const AUDIENCE: &str =
    "https://login.example.com/11111111-2222-4333-8444-555555555555/oauth2/v2.0/token";

struct Parts {
    header: Value,
    claims: Value,
    signed: String,
    signature: Vec<u8>,
}

fn parts(token: &Secret<String>) -> Parts {
    let token = token.expose();
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let (header, claims) = signed.split_once('.').unwrap();
    let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
    Parts {
        header: serde_json::from_slice(&decode(header)).unwrap(),
        claims: serde_json::from_slice(&decode(claims)).unwrap(),
        signed: signed.to_owned(),
        signature: decode(signature),
    }
}

fn assertion(certificate: &CertificateWithKey) -> Secret<String> {
    client_assertion(certificate, CLIENT.parse().unwrap(), AUDIENCE, now()).unwrap()
}

/// Whether openssl verifies what was signed, with the options of `dgst`.
fn verifies(
    openssl: &OpenSsl,
    signer: &CertificateWithKey,
    parts: &Parts,
    options: &[&str],
) -> bool {
    openssl.write("cert.pem", signer.certificate().pem());
    let public = openssl.run(&["x509", "-in", "cert.pem", "-noout", "-pubkey"]);
    openssl.write("public.pem", public);
    openssl.write("signature", &parts.signature);
    openssl.write("signed", &parts.signed);
    let mut arguments = vec!["dgst", "-sha256"];
    arguments.extend(options);
    arguments.extend(["-verify", "public.pem", "-signature", "signature", "signed"]);
    openssl.try_run(&arguments).status.success()
}

const PSS: [&str; 4] = [
    "-sigopt",
    "rsa_padding_mode:pss",
    "-sigopt",
    "rsa_pss_saltlen:32",
];

#[test]
fn openssl_verifies_an_assertion_as_pss_with_a_salt_of_32() {
    let Some(openssl) = OpenSsl::find() else {
        return;
    };
    let signer = certificate("signer");
    let mut parts = parts(&assertion(&signer));
    assert!(verifies(&openssl, &signer, &parts, &PSS), "PS256");
    assert!(!verifies(&openssl, &signer, &parts, &[]), "not PKCS#1 v1.5");
    assert!(
        !verifies(&openssl, &certificate("other"), &parts, &PSS),
        "another's key"
    );
    parts.signed.push('A');
    assert!(!verifies(&openssl, &signer, &parts, &PSS), "another text");
}

#[test]
fn openssl_verifies_a_proof_as_rs256() {
    let Some(openssl) = OpenSsl::find() else {
        return;
    };
    let signer = certificate("signer");
    let parts = parts(&key_proof(&signer, CLIENT.parse().unwrap(), now()).unwrap());
    assert!(verifies(&openssl, &signer, &parts, &[]), "RS256");
}

#[test]
fn openssl_computes_the_same_certificate_hash() {
    let Some(openssl) = OpenSsl::find() else {
        return;
    };
    let signer = certificate("signer");
    openssl.write("cert.cer", signer.certificate().der());
    openssl.run(&["dgst", "-sha256", "-binary", "-out", "hash", "cert.cer"]);
    let header = parts(&assertion(&signer)).header;
    assert_eq!(
        header["x5t#S256"],
        URL_SAFE_NO_PAD.encode(openssl.read("hash"))
    );
    openssl.run(&["dgst", "-sha1", "-binary", "-out", "hash", "cert.cer"]);
    let proof = key_proof(&signer, CLIENT.parse().unwrap(), now()).unwrap();
    assert_eq!(
        parts(&proof).header["x5t"],
        URL_SAFE_NO_PAD.encode(openssl.read("hash"))
    );
}

#[test]
fn an_assertion_says_what_entra_reads_and_nothing_else() {
    let signer = certificate("signer");
    let Parts {
        header, mut claims, ..
    } = parts(&assertion(&signer));
    let hash = signer.certificate().x5t_s256();
    assert_eq!(
        header,
        json!({"alg": "PS256", "typ": "JWT", "x5t#S256": hash})
    );
    let id = claims.as_object_mut().unwrap().remove("jti").unwrap();
    assert!(uuid::Uuid::parse_str(id.as_str().unwrap()).is_ok(), "{id}");
    let begin = now().as_second();
    assert_eq!(
        claims,
        json!({
            "aud": AUDIENCE, "iss": CLIENT, "sub": CLIENT,
            "nbf": begin, "iat": begin, "exp": begin + 600,
        })
    );
}

#[test]
fn each_assertion_has_an_id_of_its_own() {
    let signer = certificate("signer");
    let id = || parts(&assertion(&signer)).claims["jti"].clone();
    assert_ne!(id(), id());
}

#[test]
fn a_proof_says_what_graph_reads() {
    let signer = certificate("signer");
    let Parts { header, claims, .. } =
        parts(&key_proof(&signer, CLIENT.parse().unwrap(), now()).unwrap());
    let public = signer.certificate();
    assert_eq!(
        header,
        json!({
            "alg": "RS256", "typ": "JWT",
            "kid": public.thumbprint().as_str(), "x5t": public.x5t(),
        })
    );
    let begin = now().as_second();
    assert_eq!(
        claims,
        json!({
            "aud": "00000002-0000-0000-c000-000000000000", "iss": CLIENT,
            "nbf": begin, "iat": begin, "exp": begin + 600,
        })
    );
}

#[test]
fn debug_shows_no_token() {
    let token = assertion(&certificate("signer"));
    assert_eq!(format!("{token:?}"), "[redacted]");
}
