use std::path::{Path, PathBuf};

use fairlead_tests::{Ended, Program};

/// The program `openssl`.
#[derive(Debug)]
pub(super) struct OpenSsl(pub(super) PathBuf);

impl OpenSsl {
    pub(super) fn run(&self, args: &[&str], file: &Path) -> Ended {
        Program::new(&self.0).args(args).arg("-in").arg(file).run()
    }

    /// What it says of a file that it reads.
    pub(super) fn says(&self, args: &[&str], file: &Path) -> String {
        self.run(args, file).with_code(0).stdout
    }

    /// How a PFX is encrypted; it opens with the password in the file and with no other.
    pub(super) fn pfx(&self, file: &Path, password: &Path) -> String {
        let given = format!("file:{}", password.display());
        let opened = self.run(&["pkcs12", "-info", "-noout", "-passin", &given], file);
        for wrong in ["pass:", "pass:another"] {
            let opened = self.run(&["pkcs12", "-info", "-noout", "-passin", wrong], file);
            assert_ne!(opened.code, Some(0), "`{wrong}` opens {}", file.display());
        }
        opened.with_code(0).stderr
    }

    /// The certificate and the key inside a PFX, each as PEM.
    pub(super) fn inside(&self, file: &Path, password: &Path) -> [String; 2] {
        let given = format!("file:{}", password.display());
        [["-nokeys", "-clcerts"], ["-nocerts", "-nodes"]].map(|what| {
            let args: Vec<&str> = [&["pkcs12", "-passin", &given], &what[..]].concat();
            let text = self.says(&args, file);
            let begin = text.find("-----BEGIN").expect("there is something");
            text[begin..].trim_end().to_owned()
        })
    }
}
