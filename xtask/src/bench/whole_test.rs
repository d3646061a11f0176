//! A whole test of a connection on a simulated tenant where each request takes its time, against its
//! own longest chain of dependent requests.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use crate::failure::Failure;
use crate::place::Place;

/// How long the simulated tenant takes for each request, in milliseconds.
const LATENCY: &str = "100";
const RUNS: usize = 5;
const CREDENTIALS: [&str; 2] = ["certificate", "account"];
/// What the time may be at most, and the requests of the chain.
const AIM: &str = "at most 1.3 times the chain and 150 ms, chain of at most 8";

/// How long `fairlead test` takes, and its chain.
pub(super) fn measure(place: &Place) -> Result<Vec<String>, Failure> {
    let folder = place.target.join("bench");
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(Failure::file(&folder))?;
    }
    fs::create_dir_all(&folder).map_err(Failure::file(&folder))?;
    of(&place.fairlead("release"), &folder)
}

fn of(fairlead: &Path, folder: &Path) -> Result<Vec<String>, Failure> {
    let tenant = Tenant::start(fairlead, folder)?;
    let mut lines = Vec::new();
    for credential in CREDENTIALS {
        let name = format!("bench-{credential}");
        tenant.connect(&name, credential)?;
        let mut best = tenant.test(&name)?;
        for _ in 1..RUNS {
            let timing = tenant.test(&name)?;
            if timing.whole < best.whole {
                best = timing;
            }
        }
        lines.push(best.line(credential));
    }
    Ok(lines)
}

/// A simulated tenant, and the configuration of who connects it. It ends when the value is dropped.
struct Tenant {
    fairlead: PathBuf,
    folder: PathBuf,
    domain: String,
    process: Child,
}

impl Tenant {
    fn start(fairlead: &Path, folder: &Path) -> Result<Self, Failure> {
        let failed = |source| Failure::NotStarted {
            command: format!("{} sim", fairlead.display()),
            source,
        };
        let mut process = Command::new(fairlead)
            .args(["sim", "--auto-consent", "--latency", LATENCY])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(failed)?;
        let output = process.stdout.take();
        // From here on it is ended with the value, whatever comes.
        let mut tenant = Self {
            fairlead: fairlead.to_owned(),
            folder: folder.to_owned(),
            domain: String::new(),
            process,
        };
        let mut ready = String::new();
        if let Some(output) = output {
            let mut lines = BufReader::new(output);
            lines.read_line(&mut ready).map_err(failed)?;
        }
        text_field(&ready, "domain")
            .ok_or_else(|| Failure::Unreadable {
                what: "the ready line of the simulated tenant".to_owned(),
                found: ready.clone(),
            })?
            .clone_into(&mut tenant.domain);
        let cloud = tenant.cloud();
        fs::write(&cloud, ready).map_err(Failure::file(&cloud))?;
        Ok(tenant)
    }

    fn cloud(&self) -> PathBuf {
        self.folder.join("cloud.json")
    }

    fn run(&self, args: &[&str]) -> Result<Output, Failure> {
        Command::new(&self.fairlead)
            .arg("--config")
            .arg(&self.folder)
            .arg("--cloud")
            .arg(self.cloud())
            .args(["--secret-store", "file", "--no-progress"])
            .args(args)
            .args(["--inspect", "--sign-in", "device-code"])
            .stdin(Stdio::null())
            .output()
            .map_err(|source| Failure::NotStarted {
                command: format!("{} {}", self.fairlead.display(), args.join(" ")),
                source,
            })
    }

    fn connect(&self, name: &str, credential: &str) -> Result<(), Failure> {
        let connect = ["connect", "planner-data-mart", "--name", name];
        let how = ["--credential", credential, "--consent", "grant", "--yes"];
        let tenant = ["--tenant", self.domain.as_str()];
        let ended = self.run(&[&connect[..], &how[..], &tenant[..]].concat())?;
        if ended.status.success() {
            return Ok(());
        }
        Err(Failure::Ended {
            command: format!("fairlead connect with {credential}"),
            code: ended.status.code(),
        })
    }

    fn test(&self, name: &str) -> Result<Timing, Failure> {
        let ended = self.run(&["--verbose", "test", name])?;
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        Timing::read(&said).ok_or(Failure::Unreadable {
            what: "what `fairlead test --verbose` says of its time".to_owned(),
            found: said,
        })
    }
}

impl Drop for Tenant {
    fn drop(&mut self) {
        // Both fail when it has ended by itself, which is what is wanted.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// A field of a JSON line that is a text without escapes.
fn text_field<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = line.split_once(&format!("\"{name}\":\""))?;
    rest.split('"').next()
}

/// What `test --verbose` says of itself, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Timing {
    whole: f64,
    requests: u32,
    chain: f64,
}

impl Timing {
    fn read(said: &str) -> Option<Self> {
        let after = |label: &str| {
            let mut lines = said.lines().map(str::trim);
            lines.find_map(|line| line.strip_prefix(label))
        };
        let (requests, chain) = after("longest chain of dependent requests: ")?.split_once(", ")?;
        Some(Self {
            whole: milliseconds(after("time: ")?)?,
            requests: requests.split(' ').next()?.parse().ok()?,
            chain: milliseconds(chain)?,
        })
    }

    fn line(self, credential: &str) -> String {
        let Self {
            whole,
            requests,
            chain,
        } = self;
        format!(
            "with {credential}, {LATENCY} ms a request: {whole:.0} ms, {:.2} times its longest chain of {requests} \
             requests ({chain:.0} ms); {AIM}; best of {RUNS}",
            whole / chain,
        )
    }
}

/// Reads `43 ms` or `1.2 s`.
fn milliseconds(said: &str) -> Option<f64> {
    let (number, unit) = said.trim().split_once(' ')?;
    let number: f64 = number.parse().ok()?;
    match unit {
        "ms" => Some(number),
        "s" => Some(number * 1000.0),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_times_are_read_and_told() {
        let said =
            "a: passed\ntime: 1.2 s\nlongest chain of dependent requests: 5 requests, 600 ms\n";
        let timing = Timing::read(said).expect("it is all there");
        assert_eq!(
            timing,
            Timing {
                whole: 1200.0,
                requests: 5,
                chain: 600.0
            }
        );
        let line = timing.line("certificate");
        assert!(
            line.contains("1200 ms, 2.00 times its longest chain of 5 requests (600 ms)"),
            "{line}"
        );
        assert_eq!(Timing::read("time: 3 ms"), None);
        assert_eq!(Timing::read(&said.replace(" s\n", " h\n")), None);
    }

    #[test]
    fn a_field_of_the_ready_line_is_found() {
        let line = "{\"name\":\"simulated\",\"domain\":\"contoso.example\"}";
        assert_eq!(text_field(line, "domain"), Some("contoso.example"));
        assert_eq!(text_field(line, "ca"), None);
    }

    #[test]
    fn a_program_that_is_no_tenant_is_told() {
        let folder = std::env::temp_dir();
        let refused = Tenant::start(Path::new("true"), &folder).err();
        assert!(matches!(refused, Some(Failure::Unreadable { .. })));
    }
}
