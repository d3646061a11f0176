use fairlead_domain::problem::ProblemCode;

use super::openssl::OpenSsl;
use super::{certificate, secret};
use crate::certificate::{CertificateError, PfxEncryption, Read, read};

const PASSWORD: &str = "Geheim, ça va? 書類 €";

#[test]
fn openssl_opens_a_pfx_with_its_password_only() {
    let Some(openssl) = OpenSsl::find() else {
        return;
    };
    let made = certificate("pfx");
    openssl.write("made.pem", made.certificate().pem());
    for (encryption, legacy, shown) in [
        (
            PfxEncryption::Modern,
            None,
            [
                "MAC: sha256, Iteration 100000",
                "PBES2, PBKDF2, AES-256-CBC, Iteration 100000, PRF hmacWithSHA256",
            ],
        ),
        (
            PfxEncryption::Compatible,
            Some("-legacy"),
            [
                "MAC: sha1, Iteration 10000",
                "pbeWithSHA1And3-KeyTripleDES-CBC, Iteration 10000",
            ],
        ),
    ] {
        let pfx = made
            .pfx("Fairlead für Contoso", &secret(PASSWORD), encryption)
            .unwrap();
        openssl.write("made.pfx", pfx.expose());
        let open = |password: &str| {
            let arguments = [
                "pkcs12", "-info", "-in", "made.pfx", "-nodes", "-passin", "stdin",
            ];
            let arguments: Vec<&str> = arguments.into_iter().chain(legacy).collect();
            openssl.run_with_input(&arguments, password)
        };

        let output = open(PASSWORD);
        let (out, info) = (
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
        );
        assert!(output.status.success(), "{encryption:?}: {info}");
        for line in shown {
            assert!(
                info.contains(line),
                "{encryption:?}: `{line}` is missing in {info}"
            );
        }
        assert_eq!(
            info.matches(shown[1]).count(),
            2,
            "key and certificate are both encrypted"
        );
        let thumbprint = made.certificate().thumbprint().as_str();
        let id = out
            .lines()
            .filter_map(|line| line.trim().strip_prefix("localKeyID: "));
        let ids: Vec<String> = id.map(|id| id.replace(' ', "")).collect();
        assert_eq!(ids, [thumbprint, thumbprint], "{out}");

        for wrong in ["", "geheim, ça va? 書類 €", "Geheim, ca va? 書類 €"] {
            assert!(
                !open(wrong).status.success(),
                "{encryption:?} opens with `{wrong}`"
            );
            let ours = read(pfx.expose(), Some(&secret(wrong))).unwrap_err();
            assert_eq!(
                ours.code(),
                ProblemCode::CertificatePassword,
                "{encryption:?}"
            );
        }

        openssl.write("opened.pem", out.as_bytes());
        let key = openssl.run(&["pkey", "-in", "opened.pem", "-pubout"]);
        assert_eq!(
            key,
            openssl.run(&["x509", "-in", "made.pem", "-noout", "-pubkey"])
        );
        let der = [
            "x509",
            "-in",
            "opened.pem",
            "-outform",
            "DER",
            "-out",
            "opened.cer",
        ];
        openssl.run(&der);
        assert_eq!(openssl.read("opened.cer"), made.certificate().der());
    }
}

#[test]
fn openssl_shows_the_friendly_name() {
    let Some(openssl) = OpenSsl::find() else {
        return;
    };
    let pfx = certificate("pfx")
        .pfx("planner-reports", &secret("p"), PfxEncryption::Modern)
        .unwrap();
    openssl.write("made.pfx", pfx.expose());
    let key = openssl.run(&[
        "pkcs12", "-in", "made.pfx", "-nodes", "-nocerts", "-passin", "pass:p",
    ]);
    assert!(key.contains("friendlyName: planner-reports"), "{key}");
    let certificate = openssl.run(&[
        "pkcs12", "-in", "made.pfx", "-nodes", "-nokeys", "-passin", "pass:p",
    ]);
    assert!(
        certificate.contains("friendlyName: CN=pfx"),
        "{certificate}"
    );
}

#[test]
fn a_pfx_reads_back_to_the_same_pair() {
    let made = certificate("there and back");
    for encryption in [PfxEncryption::Modern, PfxEncryption::Compatible] {
        let pfx = made
            .pfx("x \u{1f4c5}", &secret(PASSWORD), encryption)
            .unwrap();
        let back = read(pfx.expose(), Some(&secret(PASSWORD)))
            .unwrap()
            .with_key()
            .unwrap();
        assert_eq!(back.certificate(), made.certificate());
        assert_eq!(back.key().pkcs8().expose(), made.key().pkcs8().expose());
        let missing = read(pfx.expose(), None).unwrap_err();
        assert_eq!(missing, CertificateError::PasswordMissing);
    }
}

#[test]
fn a_pfx_needs_a_password_that_fits() {
    let made = certificate("pfx");
    let pfx = |password: &str| {
        made.pfx("x", &secret(password), PfxEncryption::Modern)
            .unwrap_err()
    };
    assert_eq!(pfx(""), CertificateError::PasswordEmpty);
    assert_eq!(pfx("\u{1f511}"), CertificateError::PasswordCharacter);
}

#[test]
fn openssl_reads_the_key_and_the_certificate_files() {
    let Some(openssl) = OpenSsl::find() else {
        return;
    };
    let made = certificate("files");
    openssl.write("key.pem", made.key().pem().expose());
    let checked = openssl.run(&["pkey", "-in", "key.pem", "-check", "-noout"]);
    assert!(checked.contains("Key is valid"), "{checked}");
    // openssl writes PKCS#8 the same way, line ends included.
    let again = openssl.run(&["pkey", "-in", "key.pem"]);
    assert_eq!(again, *made.key().pem().expose());

    openssl.write("made.pem", made.certificate().pem());
    assert_eq!(
        openssl.run(&["x509", "-in", "made.pem"]),
        made.certificate().pem()
    );
    openssl.write("made.cer", made.certificate().der());
    let from_der = openssl.run(&["x509", "-inform", "DER", "-in", "made.cer"]);
    assert_eq!(from_der, made.certificate().pem());
}

#[test]
fn exported_files_read_back() {
    let made = certificate("files");
    let both = format!("{}{}", made.certificate().pem(), made.key().pem().expose());
    assert!(matches!(read(both.as_bytes(), None), Ok(Read::WithKey(_))));
    let alone = read(made.key().pem().expose().as_bytes(), None);
    assert!(matches!(alone, Ok(Read::Key(key)) if key.public_key() == made.key().public_key()));
    for certificate in [
        made.certificate().pem().as_bytes(),
        made.certificate().der(),
    ] {
        let alone = read(certificate, None);
        assert!(matches!(alone, Ok(Read::Certificate(read)) if read == *made.certificate()));
    }
}

#[test]
fn debug_shows_no_key() {
    let made = certificate("debug");
    let file = format!("{}{}", made.certificate().pem(), made.key().pem().expose());
    let read = read(file.as_bytes(), None).unwrap();
    let pfx = made
        .pfx("debug", &secret("p"), PfxEncryption::Modern)
        .unwrap();
    let shown = format!("{made:?} {made:#?} {:?} {read:?} {pfx:?}", made.key());

    // In every way in which bytes are printed: the middle of the key is in none of it.
    let pkcs8 = made.key().pkcs8().expose();
    let middle = &pkcs8[pkcs8.len() - 200..pkcs8.len() - 190];
    let decimal: Vec<String> = middle.iter().map(u8::to_string).collect();
    let hex = crate::certificate::hex_upper(middle);
    assert!(!shown.contains(&decimal.join(", ")), "{shown}");
    assert!(!shown.to_uppercase().contains(&hex), "{shown}");
    for line in made.key().pem().expose().lines().skip(1).take(20) {
        assert!(!shown.contains(line), "{shown}");
    }
    assert!(shown.contains("[redacted]"), "{shown}");
}
