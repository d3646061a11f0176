//! Runs of `fairlead` against a tenant, also such as are killed in the middle.

use std::ops::Range;
use std::path::Path;
use std::time::{Duration, Instant};

use fairlead_domain::profile::CredentialKind;
use fairlead_tests::{Ended, Program};

use super::tenant::Tenant;
use super::trap::Trap;

/// The name of the connection that every test here is about.
pub(super) const NAME: &str = "killed";

/// `fairlead` with its configuration in `folder`, in the tenant's cloud.
pub(super) fn fairlead(tenant: &Tenant, folder: &Path) -> Program {
    Program::fairlead(folder)
        .arg("--cloud")
        .arg(tenant.cloud())
        .args(["--secret-store", "file", "--output", "json"])
}

/// `connect` for the Planner data mart, through Graph and with device codes: nobody has to be there.
pub(super) fn connect(tenant: &Tenant, folder: &Path, credential: CredentialKind) -> Program {
    connect_profile(tenant, folder, "planner-data-mart", credential)
}

/// The same for any profile.
pub(super) fn connect_profile(
    tenant: &Tenant,
    folder: &Path,
    profile: &str,
    credential: CredentialKind,
) -> Program {
    let program = connect_as(tenant, folder, profile, NAME);
    program.args(["--credential", credential.as_str(), "--inspect"])
}

/// The same under any name, with the profile's own credential.
pub(super) fn connect_as(tenant: &Tenant, folder: &Path, profile: &str, name: &str) -> Program {
    let domain = tenant.ready("domain").as_str().unwrap_or_default();
    fairlead(tenant, folder)
        .args(["connect", profile, "--name", name])
        .args(["--tenant", domain, "--yes"])
}

/// `certificate rotate`, by `who`: the old certificate goes as soon as the new one is proved.
pub(super) fn rotate(tenant: &Tenant, folder: &Path, who: &str) -> Program {
    fairlead(tenant, folder)
        .args(["certificate", "rotate", NAME, "--by", who, "--remove-old"])
        .args(["--sign-in", "device-code"])
}

/// `connections remove --everywhere`.
pub(super) fn remove(tenant: &Tenant, folder: &Path) -> Program {
    fairlead(tenant, folder)
        .args(["connections", "remove", NAME, "--everywhere", "--yes"])
        .args(["--sign-in", "device-code"])
}

/// `test` with the inspector.
pub(super) fn test(tenant: &Tenant, folder: &Path) -> Program {
    fairlead(tenant, folder)
        .args(["test", NAME, "--inspect"])
        .args(["--sign-in", "device-code"])
}

/// The ways to sign in and to consent without a person.
pub(super) trait Unattended {
    /// By device code, and through Graph.
    fn by_code(self) -> Self;
    /// In a browser, and on the consent page.
    fn by_browser(self) -> Self;
}

impl Unattended for Program {
    fn by_code(self) -> Self {
        self.args(["--sign-in", "device-code", "--consent", "grant"])
    }

    fn by_browser(self) -> Self {
        self.args(["--sign-in", "browser", "--consent", "browser"])
            .arg("--browser")
            .arg(env!("CARGO_BIN_EXE_fairlead-test-browser"))
    }
}

/// When a run is killed.
#[derive(Debug, Clone, Copy)]
pub(super) enum Moment {
    /// The n-th request was acted upon and is not answered.
    Unanswered(usize),
    /// So long after the n-th request was answered.
    Answered(usize, Duration),
    /// So long after the start.
    After(Duration),
}

/// Runs a program until a moment and kills it then; `None` when it ended before, with how it ended.
pub(super) fn kill_at(tenant: &Tenant, program: Program, moment: Moment) -> Option<Ended> {
    let (count, pause) = match moment {
        Moment::Unanswered(n) => (Some(n), Duration::ZERO),
        Moment::Answered(n, pause) => (Some(n), pause),
        Moment::After(pause) => (None, pause),
    };
    let sprung = count.map(|n| {
        let (trap, sprung) = Trap::at(n, matches!(moment, Moment::Unanswered(_)));
        tenant.set(Some(trap));
        sprung
    });
    let started = Instant::now();
    let mut running = program.start();
    let mut hit = sprung.is_none();
    while !hit && !running.has_ended() {
        let wait = Duration::from_millis(2);
        hit = sprung
            .as_ref()
            .is_some_and(|sprung| sprung.hit.recv_timeout(wait).is_ok());
        assert!(
            started.elapsed() < LIMIT,
            "neither the moment {moment:?} nor the end came within {LIMIT:?}"
        );
    }
    let until = Instant::now() + pause;
    while hit && Instant::now() < until && !running.has_ended() {
        std::thread::sleep(Duration::from_micros(500));
    }
    let over = running.has_ended();
    let ended = running.kill();
    tenant.set(None);
    over.then_some(ended)
}

/// How long a run under watch may take.
const LIMIT: Duration = Duration::from_mins(3);

/// About how many requests a run makes and how long it takes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Course {
    pub(super) requests: usize,
    pub(super) took: Duration,
}

/// Kills runs of a command at some moments, at least one of them; how many were killed. What ends by
/// itself has to end with one of `codes`.
pub(super) fn kill_some(
    tenant: &Tenant,
    chance: &mut Chance,
    course: Course,
    codes: &[i32],
    run: impl Fn() -> Program,
) -> u32 {
    let kills = chance.of(1..5);
    let mut killed = 0;
    for attempt in 1_u64.. {
        match kill_at(tenant, run(), chance.moment(course)) {
            None => killed += 1,
            Some(ended) => assert!(
                ended.code.is_some_and(|code| codes.contains(&code)),
                "{ended:#?}"
            ),
        }
        // A command that is through with its work gives no further moment to be killed at.
        if attempt >= kills && (killed > 0 || attempt > 4 * kills) {
            break;
        }
    }
    killed
}

/// Plays as many histories, some of them at the same time: they wait most of the time. Each tells how
/// often it killed.
pub(super) fn histories(count: u32, at_once: u32, seed: u64, history: impl Fn(u64) -> u32 + Sync) {
    let began = Instant::now();
    let history = &history;
    let killed: u32 = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..at_once.min(count))
            .map(|worker| {
                scope.spawn(move || {
                    (worker..count)
                        .step_by(at_once as usize)
                        .map(|number| history(seed + u64::from(number)))
                        .sum::<u32>()
                })
            })
            .collect();
        workers
            .into_iter()
            .map(|worker| {
                worker
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            })
            .sum()
    });
    assert!(
        2 * killed > count,
        "only {killed} runs were killed in {count} histories"
    );
    eprintln!("{count} histories, {killed} kills, {:?}", began.elapsed());
}

/// Moments that look like chance and are the same again for the same seed.
#[derive(Debug)]
pub(super) struct Chance(u64);

impl Chance {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// `SplitMix64`.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number of a range.
    pub(super) fn of(&mut self, range: Range<u64>) -> u64 {
        range.start + self.next() % (range.end - range.start).max(1)
    }

    /// One of a run that makes so many requests and takes so long.
    pub(super) fn moment(&mut self, Course { requests, took }: Course) -> Moment {
        let requests = u64::try_from(requests).unwrap_or(u64::MAX);
        let n = usize::try_from(self.of(1..requests + 1)).unwrap_or(1);
        match self.of(0..5) {
            0 | 1 => Moment::Unanswered(n),
            2 | 3 => Moment::Answered(n, Duration::from_micros(self.of(0..40_000))),
            _ => {
                let most = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
                Moment::After(Duration::from_micros(self.of(0..most)))
            }
        }
    }
}
