//! The other processes of these tests: this binary again, playing a role.

use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use fairlead_state::connection::{CreatedKind, CreatedObject};
use fairlead_state::{Realm, Store, StoreKind, StoreRequest};

use crate::support::{at, connection, encrypted_file, name, open, report, secret};

const ROLE: &str = "FAIRLEAD_STATE_ROLE";
const FOLDER: &str = "FAIRLEAD_STATE_FOLDER";
const MARK: &str = "role: ";

/// A process that plays a role on a configuration folder.
pub(crate) fn process(role: &str, folder: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args([
            "child::plays_its_role",
            "--exact",
            "--ignored",
            "--nocapture",
        ])
        .env(ROLE, role)
        .env(FOLDER, folder);
    command
}

/// A running process and what it says.
pub(crate) struct Running {
    pub(crate) child: Child,
    lines: io::Lines<BufReader<ChildStdout>>,
}

impl Running {
    pub(crate) fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    /// What it says next, once it has said it; nothing when it has ended.
    pub(crate) fn says(&mut self) -> Option<String> {
        self.lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| Some(line.split_once(MARK)?.1.to_owned()))
    }

    /// Everything it says until it ends well.
    pub(crate) fn ends_well(mut self) -> Vec<String> {
        let said: Vec<String> = std::iter::from_fn(|| self.says()).collect();
        let status = self.child.wait().unwrap();
        assert!(
            status.success(),
            "the process ended with {status}; it said {said:?}"
        );
        said
    }

    /// Ends it at once, as a power cut would, and returns what it had said by then.
    pub(crate) fn killed(mut self) -> Vec<String> {
        self.child.kill().unwrap();
        let said = std::iter::from_fn(|| self.says()).collect();
        self.child.wait().unwrap();
        said
    }
}

fn say(what: &str) {
    let mut out = io::stdout().lock();
    writeln!(out, "{MARK}{what}").unwrap();
    out.flush().unwrap();
}

#[tokio::test]
#[ignore = "other tests run it as a process of its own"]
async fn plays_its_role() {
    let role = std::env::var(ROLE).expect("a role: this is run by other tests");
    let folder = std::env::var_os(FOLDER).expect("a folder: this is run by other tests");
    let folder = Path::new(&folder);
    let (role, count) = role.split_once(' ').unwrap_or((&role, "0"));
    let count: u32 = count.parse().unwrap();
    match role {
        "open" => {
            let memory = open(folder).await;
            let own = format!("p{}", std::process::id());
            memory
                .connections()
                .insert(&connection(&own))
                .await
                .unwrap();
            say(&own);
        }
        "update" => {
            let memory = open(folder).await;
            for turn in 0..count {
                update(&memory, turn).await;
            }
        }
        "put" | "put-simulated" => {
            let realm = if role == "put" {
                Realm::Real
            } else {
                Realm::Simulated
            };
            let memory = Store::open(folder, realm).await.unwrap();
            let secrets = encrypted_file(&memory).await;
            for turn in 0..count {
                let id = format!("client-secret/p{}-{turn}", std::process::id());
                secrets
                    .put(&id.parse().unwrap(), &secret(&id))
                    .await
                    .unwrap();
                say(&id);
            }
        }
        "churn" => {
            let memory = open(folder).await;
            let secrets = encrypted_file(&memory).await;
            for turn in 0.. {
                say(&format!("created {}", update(&memory, turn).await));
                memory
                    .reports()
                    .append(&report("shared", i64::from(turn)))
                    .await
                    .unwrap();
                let id = format!("client-secret/p{}-{turn}", std::process::id());
                secrets
                    .put(&id.parse().unwrap(), &secret(&id))
                    .await
                    .unwrap();
                say(&format!("secret {id}"));
            }
        }
        "lock" => {
            let memory = open(folder).await;
            let _lock = memory.lock(&name("shared")).unwrap();
            say("locked");
            std::future::pending::<()>().await;
        }
        "keyring" => keyring(folder).await,
        "no-keyring" => {
            let memory = open(folder).await;
            let (_, chosen) = fairlead_state::secrets::choose(&memory, StoreRequest::default())
                .await
                .unwrap();
            say(&chosen.why);
        }
        role => panic!("no role `{role}`"),
    }
}

/// Records an object of this process's own on the shared connection.
async fn update(memory: &Store, turn: u32) -> String {
    let id = format!("p{}-{turn}", std::process::id());
    let object = CreatedObject {
        kind: CreatedKind::Key,
        id: id.clone(),
        parent: None,
        added: Vec::new(),
        what: "a key".to_owned(),
        at: at(i64::from(turn)),
    };
    memory
        .connections()
        .update(&name("shared"), at(i64::from(turn)), |connection| {
            connection.record("", object);
        })
        .await
        .unwrap();
    id
}

/// Uses the keyring of the session it is in.
async fn keyring(folder: &Path) {
    let memory = open(folder).await;
    let (secrets, chosen) = fairlead_state::secrets::choose(&memory, StoreRequest::default())
        .await
        .unwrap();
    assert_eq!(chosen.which, StoreKind::Keyring, "{}", chosen.why);
    say(&chosen.why);
    let id = "certificate-key/reports".parse().unwrap();
    assert!(
        secrets.get(&id).await.unwrap().is_none(),
        "the keyring is new"
    );
    let key = fairlead_domain::Secret::new((0..2375_u32).map(|at| (at % 251) as u8).collect());
    secrets.put(&id, &key).await.unwrap();
    let again = fairlead_state::secrets::choose(&memory, StoreRequest::default())
        .await
        .unwrap()
        .0;
    assert_eq!(
        again.get(&id).await.unwrap().unwrap().expose(),
        key.expose()
    );
    assert_eq!(again.ids().await.unwrap(), std::slice::from_ref(&id));
    say(&again.where_());

    let file = encrypted_file(&memory).await;
    assert_eq!(
        again.move_all(&file).await.unwrap().moved,
        std::slice::from_ref(&id)
    );
    assert_eq!(file.get(&id).await.unwrap().unwrap().expose(), key.expose());
    file.move_all(&again).await.unwrap();
    assert_eq!(
        again.get(&id).await.unwrap().unwrap().expose(),
        key.expose()
    );
    assert!(again.delete(&id).await.unwrap(), "it was there");
    assert!(again.get(&id).await.unwrap().is_none(), "it is gone");
    say("done");
}
