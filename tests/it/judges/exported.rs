//! `openssl` reads every file that is exported.

use std::fs;
use std::path::{Path, PathBuf};

use fairlead_sim::options::Options;
use fairlead_tests::openssl;
use serde_json::Value;

use super::openssl::OpenSsl;
use super::tenant::Tenant;

const MART: &str = "planner-data-mart";
/// Longer than eight letters, and not ASCII alone.
const PASSWORD: &str = "pässword für den Export 1";

/// What was exported of one certificate.
#[derive(Debug)]
struct Exported {
    cer: PathBuf,
    pem: PathBuf,
    key: PathBuf,
    modern: PathBuf,
    compatible: PathBuf,
    password: PathBuf,
}

impl Exported {
    fn of(tenant: &Tenant, name: &str) -> Self {
        let password = tenant.file("password");
        fs::write(&password, format!("{PASSWORD}\n")).expect("the password is written");
        let export = |format: &str, file: &str, more: &[&str]| {
            let out = tenant.file(&format!("{name}{file}"));
            let program = tenant.fairlead(&["certificate", "export", name, "--format", format]);
            program.arg("--out").arg(&out).args(more).run().with_code(0);
            out
        };
        let protected = password.to_str().expect("its name is text");
        let protected = ["--password-file", protected];
        let compatible = [&protected[..], &["--pfx-encryption", "compatible"]].concat();
        Self {
            cer: export("cer", ".cer", &[]),
            pem: export("pem", ".pem", &[]),
            key: export("key", ".key", &[]),
            modern: export("pfx", ".pfx", &protected),
            compatible: export("pfx", "-compatible.pfx", &compatible),
            password,
        }
    }

    fn all(&self) -> [&Path; 5] {
        [
            &self.cer,
            &self.pem,
            &self.key,
            &self.modern,
            &self.compatible,
        ]
        .map(PathBuf::as_path)
    }
}

/// The facts of a certificate as Fairlead shows them.
fn facts(tenant: &Tenant, name: &str) -> Value {
    let shown = tenant.fairlead(&["certificate", "show", name, "--output", "json"]);
    shown.run().with_code(0).json()["certificate"]["facts"].take()
}

fn tenant() -> Tenant {
    let auto_consent = true;
    Tenant::start(Options {
        auto_consent,
        ..Options::default()
    })
}

/// A tenant, and the files of a certificate `own` that belongs to no connection.
fn with_own() -> (Tenant, Exported) {
    let tenant = tenant();
    let new = tenant.fairlead(&["certificate", "new", "own"]);
    new.run().with_code(0);
    let files = Exported::of(&tenant, "own");
    (tenant, files)
}

#[test]
fn openssl_reads_every_exported_file_and_finds_the_same_facts() {
    let Some(openssl) = openssl().map(OpenSsl) else {
        return;
    };
    let tenant = tenant();
    for bits in ["2048", "3072", "4096"] {
        let name = format!("bits-{bits}");
        let new = tenant.fairlead(&["certificate", "new", &name, "--bits", bits, "--days", "90"]);
        new.run().with_code(0);
        let facts = facts(&tenant, &name);
        let files = Exported::of(&tenant, &name);

        let der = ["x509", "-inform", "DER"];
        let said = openssl.says(&[&der[..], &["-noout", "-text"]].concat(), &files.cer);
        for wanted in [
            format!("Public-Key: ({bits} bit)"),
            "Signature Algorithm: sha256WithRSAEncryption".to_owned(),
            format!("Subject: CN = {name}"),
            "CA:FALSE".to_owned(),
        ] {
            assert!(said.contains(&wanted), "no `{wanted}` in {said}");
        }
        let show = [
            "-noout",
            "-serial",
            "-dates",
            "-dateopt",
            "iso_8601",
            "-fingerprint",
            "-sha1",
        ];
        let said = openssl
            .says(&[&der[..], &show].concat(), &files.cer)
            .replace(':', "");
        for (label, fact) in [
            ("serial=", "serial"),
            ("notBefore=", "not_before"),
            ("notAfter=", "not_after"),
            ("sha1 Fingerprint=", "thumbprint"),
        ] {
            let fact = facts[fact].as_str().expect("it is text").replace(':', "");
            // `2026-11-23 07:32:38Z` is how openssl writes it.
            let wanted = format!("{label}{}", fact.replace('T', " "));
            assert!(said.contains(&wanted), "no `{wanted}` in {said}");
        }

        let certificate = openssl.says(&der, &files.cer);
        assert_eq!(
            openssl.says(&["x509"], &files.pem),
            certificate,
            "the PEM is another"
        );
        openssl
            .run(&["pkey", "-check", "-noout"], &files.key)
            .with_code(0);
        let public = openssl.says(&["x509", "-noout", "-pubkey"], &files.pem);
        assert_eq!(
            openssl.says(&["pkey", "-pubout"], &files.key),
            public,
            "the key is another"
        );

        let key = openssl.says(&["pkey"], &files.key);
        for pfx in [&files.modern, &files.compatible] {
            let inside = openssl.inside(pfx, &files.password);
            assert_eq!(
                inside,
                [certificate.trim_end(), key.trim_end()],
                "{}",
                pfx.display()
            );
        }
    }
}

#[test]
fn a_pfx_is_encrypted_as_asked_and_opens_with_its_password_only() {
    let Some(openssl) = openssl().map(OpenSsl) else {
        return;
    };
    let (_tenant, files) = with_own();

    let modern = openssl.pfx(&files.modern, &files.password);
    assert!(modern.contains("MAC: sha256"), "{modern}");
    assert_eq!(
        modern.matches("PBES2, PBKDF2, AES-256-CBC").count(),
        2,
        "{modern}"
    );
    assert_eq!(modern.matches("PRF hmacWithSHA256").count(), 2, "{modern}");

    let compatible = openssl.pfx(&files.compatible, &files.password);
    assert!(compatible.contains("MAC: sha1"), "{compatible}");
    let old = "pbeWithSHA1And3-KeyTripleDES-CBC";
    assert_eq!(compatible.matches(old).count(), 2, "{compatible}");
}

#[cfg(unix)]
#[test]
fn exported_files_are_for_their_owner_alone_and_never_replace_another() {
    use std::os::unix::fs::PermissionsExt;

    let (tenant, files) = with_own();
    for file in files.all() {
        let mode = file.metadata().expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}", file.display());
    }

    fs::write(&files.key, "mine").expect("it is written");
    let export = || {
        let program = tenant.fairlead(&["certificate", "export", "own", "--format", "key"]);
        program.arg("--out").arg(&files.key)
    };
    let refused = export().run().with_code(2);
    assert!(refused.stderr.contains("file.exists"), "{}", refused.stderr);
    let kept = fs::read_to_string(&files.key).expect("it is there");
    assert_eq!(kept, "mine");
    export().arg("--force").run().with_code(0);
    let replaced = fs::read_to_string(&files.key).expect("it is there");
    assert!(
        replaced.starts_with("-----BEGIN PRIVATE KEY-----"),
        "another file was written"
    );
}

#[test]
fn a_reimported_pfx_signs_in() {
    let (tenant, files) = with_own();
    let password = files.password.to_str().expect("its name is text");
    for (name, pfx) in [("modern", &files.modern), ("compatible", &files.compatible)] {
        let pfx = pfx.to_str().expect("its name is text");
        tenant.connect(
            MART,
            name,
            &["--certificate", pfx, "--password-file", password],
        );
        let wanted = facts(&tenant, "own")["thumbprint"].take();
        assert_eq!(
            tenant.value(name, "certificate_thumbprint"),
            wanted,
            "{name}"
        );
        tenant
            .fairlead(&["test", name, "--check", "token.issued"])
            .run()
            .with_code(0);
    }
}
