//! Files that other programs made.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::openssl::OpenSsl;
use super::{certificate, secret};
use crate::certificate::{CertificateError, Read, Weakness, read, strength};

const PASSWORD: &str = "pä$$ wörd";

/// An openssl with `key.pem` and `cert.pem`.
pub(super) fn with_pair(algorithm: &str) -> Option<OpenSsl> {
    let openssl = OpenSsl::find()?;
    let mut arguments = vec![
        "req",
        "-x509",
        "-nodes",
        "-subj",
        "/CN=theirs",
        "-days",
        "30",
        "-keyout",
        "key.pem",
        "-out",
        "cert.pem",
        "-newkey",
    ];
    arguments.extend(algorithm.split(' '));
    openssl.run(&arguments);
    Some(openssl)
}

fn thumbprint(openssl: &OpenSsl) -> String {
    let printed = openssl.run(&["x509", "-in", "cert.pem", "-noout", "-fingerprint", "-sha1"]);
    printed.trim().rsplit('=').next().unwrap().replace(':', "")
}

#[test]
fn every_pfx_that_openssl_writes_is_read() {
    let Some(openssl) = with_pair("rsa:2048") else {
        return;
    };
    let thumbprint = thumbprint(&openssl);
    for variant in [
        "",
        "-legacy",
        "-legacy -certpbe PBE-SHA1-3DES -keypbe PBE-SHA1-3DES -macalg sha1",
        "-certpbe AES-128-CBC -keypbe AES-192-CBC -macalg sha512 -iter 4096",
        "-certpbe NONE",
        "-keypbe NONE -certpbe NONE",
        "-nomac",
        "-name friendly -caname other",
    ] {
        let mut arguments = vec!["pkcs12", "-export", "-inkey", "key.pem", "-in", "cert.pem"];
        arguments.extend(["-passout", "stdin", "-out", "theirs.pfx"]);
        arguments.extend(variant.split_whitespace());
        let output = openssl.run_with_input(&arguments, PASSWORD);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "`{variant}`: {said}");
        let pfx = openssl.read("theirs.pfx");

        let found = read(&pfx, Some(&secret(PASSWORD)));
        let found = found.unwrap_or_else(|error| panic!("`{variant}`: {error}"));
        let found = found.with_key().unwrap();
        assert_eq!(
            found.certificate().thumbprint().as_str(),
            thumbprint,
            "`{variant}`"
        );

        let wrong = read(&pfx, Some(&secret("pa$$ wörd"))).unwrap_err();
        assert_eq!(wrong, CertificateError::PasswordWrong, "`{variant}`");
        let missing = read(&pfx, None).unwrap_err();
        assert_eq!(missing, CertificateError::PasswordMissing, "`{variant}`");
        let emoji = read(&pfx, Some(&secret("\u{1f511}"))).unwrap_err();
        assert_eq!(emoji, CertificateError::PasswordCharacter);
    }
}

#[test]
fn a_pfx_with_an_empty_password_needs_none() {
    let Some(openssl) = with_pair("rsa:2048") else {
        return;
    };
    openssl.run(&[
        "pkcs12",
        "-export",
        "-inkey",
        "key.pem",
        "-in",
        "cert.pem",
        "-passout",
        "pass:",
        "-out",
        "theirs.pfx",
    ]);
    for password in [None, Some(secret(""))] {
        assert!(matches!(
            read(&openssl.read("theirs.pfx"), password.as_ref()),
            Ok(Read::WithKey(_))
        ));
    }
}

#[test]
fn certificate_and_key_are_read_in_any_order_and_form() {
    let Some(openssl) = with_pair("rsa:2048") else {
        return;
    };
    openssl.run(&["rsa", "-in", "key.pem", "-traditional", "-out", "pkcs1.pem"]);
    let text = |name: &str| String::from_utf8(openssl.read(name)).unwrap();
    let (certificate, pkcs8, pkcs1) = (text("cert.pem"), text("key.pem"), text("pkcs1.pem"));
    assert!(pkcs1.contains("BEGIN RSA PRIVATE KEY"), "{pkcs1:.40}");

    let mut canonical = None;
    for key in [&pkcs8, &pkcs1] {
        for file in [
            format!("{certificate}{key}"),
            format!("{key}{certificate}"),
            format!(
                "subject=CN = theirs\n\n{certificate}\nBag Attributes\n    x: y\n{key}trailing"
            ),
            format!("\u{feff}{certificate}{key}"),
            format!("{certificate}{key}").replace('\n', "\r\n"),
            format!("{certificate}{key}").replace('\n', "\n\n    "),
        ] {
            let found = read(file.as_bytes(), None).unwrap().with_key().unwrap();
            let pkcs8 = found.key().pkcs8().expose().clone();
            assert_eq!(
                *canonical.get_or_insert(pkcs8.clone()),
                pkcs8,
                "one form for all"
            );
        }
    }
}

#[test]
fn text_as_windows_writes_it_is_read() {
    let made = certificate("windows");
    let pem = made.certificate().pem();
    let utf16 = |mark: [u8; 2], bytes: fn(u16) -> [u8; 2]| {
        let units = pem.encode_utf16().flat_map(bytes);
        mark.into_iter().chain(units).collect::<Vec<u8>>()
    };
    for file in [
        utf16([0xff, 0xfe], u16::to_le_bytes),
        utf16([0xfe, 0xff], u16::to_be_bytes),
    ] {
        assert!(matches!(read(&file, None), Ok(Read::Certificate(_))));
    }
}

#[test]
fn base64_without_its_frame_is_read() {
    let made = certificate("base64");
    let text = STANDARD.encode(made.certificate().der());
    for file in [
        text.clone(),
        format!("{}\r\n{}\r\n", &text[..76], &text[76..]),
        text.trim_end_matches('=').to_owned(),
    ] {
        assert!(
            matches!(read(file.as_bytes(), None), Ok(Read::Certificate(_))),
            "{file}"
        );
    }
    let pfx = made
        .pfx(
            "vault",
            &secret("p"),
            crate::certificate::PfxEncryption::Modern,
        )
        .unwrap();
    let vault = STANDARD.encode(pfx.expose());
    assert!(matches!(
        read(vault.as_bytes(), Some(&secret("p"))),
        Ok(Read::WithKey(_))
    ));
}

#[test]
fn keys_alone_are_read_in_der_and_pem() {
    let Some(openssl) = with_pair("rsa:2048") else {
        return;
    };
    openssl.run(&[
        "rsa",
        "-in",
        "key.pem",
        "-traditional",
        "-outform",
        "DER",
        "-out",
        "pkcs1.der",
    ]);
    openssl.run(&[
        "pkcs8",
        "-topk8",
        "-nocrypt",
        "-in",
        "key.pem",
        "-outform",
        "DER",
        "-out",
        "pkcs8.der",
    ]);
    for name in ["key.pem", "pkcs1.der", "pkcs8.der"] {
        assert!(
            matches!(read(&openssl.read(name), None), Ok(Read::Key(_))),
            "{name}"
        );
    }
}

#[test]
fn an_encrypted_key_opens_with_its_password_only() {
    let Some(openssl) = with_pair("rsa:2048") else {
        return;
    };
    for variant in [
        "-v2 aes256",
        "-v2 aes128 -v2prf hmacWithSHA1",
        "-v2 des3",
        "-v2 aes-256-cbc -v2prf hmacWithSHA512",
        "-scrypt",
    ] {
        for (form, name) in [("PEM", "locked.pem"), ("DER", "locked.der")] {
            let mut arguments = vec!["pkcs8", "-topk8", "-in", "key.pem", "-outform", form];
            arguments.extend(["-passout", "stdin", "-out", name]);
            arguments.extend(variant.split_whitespace());
            let output = openssl.run_with_input(&arguments, PASSWORD);
            assert!(
                output.status.success(),
                "{}",
                String::from_utf8_lossy(&output.stderr)
            );
            let locked = openssl.read(name);
            let opened = read(&locked, Some(&secret(PASSWORD)));
            assert!(
                matches!(opened, Ok(Read::Key(_))),
                "`{variant}`: {opened:?}"
            );
            let wrong = read(&locked, Some(&secret("wrong"))).unwrap_err();
            assert_eq!(wrong, CertificateError::PasswordWrong, "`{variant}`");
            let missing = read(&locked, None).unwrap_err();
            assert_eq!(missing, CertificateError::PasswordMissing, "`{variant}`");
        }
    }
    let both = [openssl.read("cert.pem"), openssl.read("locked.pem")].concat();
    assert!(matches!(
        read(&both, Some(&secret(PASSWORD))),
        Ok(Read::WithKey(_))
    ));
}

#[test]
fn a_weak_signature_is_read_and_told() {
    let Some(openssl) = with_pair("rsa:2048 -sha1") else {
        return;
    };
    let found = read(&openssl.read("cert.pem"), None).unwrap();
    let facts = found.certificate().unwrap().facts();
    assert_eq!(
        strength(facts),
        Err(Weakness::Signature("sha1WithRSAEncryption".into()))
    );

    let Some(openssl) =
        with_pair("rsa:2048 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32 -sha256")
    else {
        return;
    };
    let found = read(&openssl.read("cert.pem"), None).unwrap();
    let facts = found.certificate().unwrap().facts();
    assert_eq!(facts.signature_algorithm, "rsassaPss-sha256");
    assert_eq!(strength(facts), Ok(()));
}

#[test]
fn names_are_told_as_openssl_tells_them() {
    let Some(openssl) = OpenSsl::find() else {
        return;
    };
    openssl.run(&[
        "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-utf8", "-keyout", "key.pem", "-out",
        "cert.pem", "-subj",
        "/C=CH/ST=Zürich/L=Zürich/O=Contoso, \"AG\"/OU=IT+CN=a<b>;c/emailAddress=it@contoso.example",
    ]);
    let printed = openssl.run(&[
        "x509",
        "-in",
        "cert.pem",
        "-noout",
        "-subject",
        "-nameopt",
        "RFC2253,-esc_msb,utf8",
    ]);
    let found = read(&openssl.read("cert.pem"), None).unwrap();
    let ours = &found.certificate().unwrap().facts().subject;
    assert_eq!(printed.trim(), format!("subject={ours}"));
}
