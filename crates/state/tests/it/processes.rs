use std::collections::BTreeSet;
use std::thread;
use std::time::Duration;

use fairlead_domain::problem::ProblemCode;
use fairlead_state::connection::{CreatedKind, CreatedObject};
use fairlead_state::{Realm, StateError, Store};
use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

use crate::child::{Running, process};
use crate::support::{at, connection, encrypted_file, files, name, open};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn updates_of_many_tasks_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let memory = open(folder.path()).await;
    memory
        .connections()
        .insert(&connection("shared"))
        .await
        .unwrap();
    let tasks: Vec<_> = (0..120)
        .map(|number: i64| {
            // Half of them through a handle of their own, as two windows would.
            let (memory, folder) = (memory.clone(), folder.path().to_owned());
            tokio::spawn(async move {
                let memory = if number % 2 == 0 {
                    memory
                } else {
                    open(&folder).await
                };
                let object = CreatedObject {
                    kind: CreatedKind::Key,
                    id: number.to_string(),
                    parent: None,
                    added: Vec::new(),
                    what: "a key".to_owned(),
                    at: at(number),
                };
                memory
                    .connections()
                    .update(&name("shared"), at(number), |shared| {
                        shared.record("", object);
                    })
                    .await
                    .unwrap();
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let shared = memory.connections().get(&name("shared")).await.unwrap();
    let kept: BTreeSet<&str> = shared.created.iter().map(|made| made.id.as_str()).collect();
    assert_eq!(kept.len(), 120);
}

#[tokio::test]
async fn updates_of_several_processes_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let memory = open(folder.path()).await;
    memory
        .connections()
        .insert(&connection("shared"))
        .await
        .unwrap();
    let running: Vec<Running> = (0..4)
        .map(|_| Running::start(process("update 25", folder.path())))
        .collect();
    for process in running {
        process.ends_well();
    }
    let shared = memory.connections().get(&name("shared")).await.unwrap();
    assert_eq!(shared.created.len(), 100);
}

#[tokio::test]
async fn secrets_of_several_processes_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    // No key and no file yet: they race for making both.
    let running: Vec<Running> = (0..4)
        .map(|_| Running::start(process("put 15", folder.path())))
        .collect();
    let mut put: Vec<String> = running.into_iter().flat_map(Running::ends_well).collect();
    put.sort();
    let secrets = encrypted_file(&open(folder.path()).await).await;
    let kept: Vec<String> = secrets
        .ids()
        .await
        .unwrap()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(kept.len(), 60);
    assert_eq!(kept, put);
    for id in secrets.ids().await.unwrap() {
        let value = secrets.get(&id).await.unwrap().unwrap();
        assert_eq!(value.expose(), id.to_string().as_bytes());
    }
}

#[tokio::test]
async fn both_realms_agree_on_one_key_from_the_first() {
    for _ in 0..4 {
        let folder = tempfile::tempdir().unwrap();
        let running: Vec<Running> = ["put 1", "put-simulated 1", "put 1", "put-simulated 1"]
            .into_iter()
            .map(|role| Running::start(process(role, folder.path())))
            .collect();
        for process in running {
            process.ends_well();
        }
        for realm in [Realm::Real, Realm::Simulated] {
            let memory = Store::open(folder.path(), realm).await.unwrap();
            let ids = encrypted_file(&memory).await.ids().await.unwrap();
            assert_eq!(ids.len(), 2, "{realm}");
        }
    }
}

#[tokio::test]
async fn a_fresh_folder_is_opened_by_several_processes_at_once() {
    for _ in 0..3 {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("not").join("there");
        let running: Vec<Running> = (0..6)
            .map(|_| Running::start(process("open", &place)))
            .collect();
        let mut inserted: Vec<String> = running.into_iter().flat_map(Running::ends_well).collect();
        inserted.sort();
        let listed = open(&place).await.connections().list().await.unwrap();
        let kept: Vec<String> = listed.iter().map(|kept| kept.name.to_string()).collect();
        assert_eq!(kept, inserted);
    }
}

#[tokio::test]
async fn a_kill_in_the_middle_of_writing_loses_nothing_that_was_kept() {
    let folder = tempfile::tempdir().unwrap();
    let memory = open(folder.path()).await;
    memory
        .connections()
        .insert(&connection("shared"))
        .await
        .unwrap();
    memory.close().await;
    let (mut created, mut put) = (BTreeSet::new(), BTreeSet::new());
    for round in 0..50_u64 {
        let mut running = Running::start(process("churn", folder.path()));
        let first = running.says().expect("it begins to write");
        thread::sleep(Duration::from_micros(round * round * 137 % 40_000));
        for line in std::iter::once(first).chain(running.killed()) {
            match line.split_once(' ') {
                Some(("created", id)) => created.insert(id.to_owned()),
                Some(("secret", id)) => put.insert(id.to_owned()),
                _ => panic!("it said `{line}`"),
            };
        }
        let memory = open(folder.path()).await;
        let shared = memory.connections().get(&name("shared")).await.unwrap();
        let kept: BTreeSet<String> = shared.created.iter().map(|made| made.id.clone()).collect();
        assert!(
            kept.is_superset(&created),
            "round {round}: {:?} is lost",
            &created - &kept
        );
        assert!(
            kept.len() <= created.len() + usize::try_from(round).unwrap() + 1,
            "round {round}"
        );
        memory.reports().list(&name("shared"), 50).await.unwrap();
        let secrets = encrypted_file(&memory).await;
        let ids = secrets.ids().await.unwrap();
        let held: BTreeSet<String> = ids.iter().map(ToString::to_string).collect();
        assert!(
            held.is_superset(&put),
            "round {round}: {:?} is lost",
            &put - &held
        );
        memory.close().await;
    }
    assert!(!put.is_empty(), "the kills left some time to write");
    assert_eq!(whole(&folder.path().join("fairlead.db")).await, "ok");
    let partial = files(folder.path())
        .into_iter()
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "partial")
        })
        .count();
    assert!(
        partial <= 1,
        "at most the last kill left a partial file, {partial} are there"
    );
}

async fn whole(path: &std::path::Path) -> String {
    let options = SqliteConnectOptions::new().filename(path);
    let mut plain = SqliteConnection::connect_with(&options).await.unwrap();
    sqlx::query_scalar("PRAGMA integrity_check")
        .fetch_one(&mut plain)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_connection_is_locked_by_one_process_until_it_dies() {
    let folder = tempfile::tempdir().unwrap();
    let memory = open(folder.path()).await;
    let mut running = Running::start(process("lock", folder.path()));
    assert_eq!(running.says().as_deref(), Some("locked"));
    let holder = running.child.id();
    for spelled in ["shared", "SHARED"] {
        let refusal = memory.lock(&name(spelled)).unwrap_err();
        assert_eq!(refusal.code(), ProblemCode::StateBusy);
        assert_eq!(
            refusal.to_string(),
            format!("the connection `{spelled}` is being worked on by process `{holder}`")
        );
    }
    drop(memory.lock(&name("another")).unwrap());
    running.killed();
    let lock = memory.lock(&name("shared")).unwrap();
    let Err(StateError::ConnectionBusy { holder, .. }) = memory.lock(&name("shared")) else {
        panic!("two tasks of one process have the lock");
    };
    assert_eq!(holder, Some(std::process::id()));
    drop(lock);
    drop(memory.lock(&name("shared")).unwrap());
}

#[tokio::test]
async fn who_does_not_let_go_is_waited_for_and_then_reported() {
    let folder = tempfile::tempdir().unwrap();
    let memory = open(folder.path()).await;
    memory
        .connections()
        .insert(&connection("shared"))
        .await
        .unwrap();
    let options = SqliteConnectOptions::new().filename(memory.path());
    let mut other = SqliteConnection::connect_with(&options).await.unwrap();
    sqlx::query("BEGIN IMMEDIATE")
        .execute(&mut other)
        .await
        .unwrap();
    let begun = std::time::Instant::now();
    let refusal = memory
        .connections()
        .remove(&name("shared"))
        .await
        .unwrap_err();
    assert_eq!(refusal.code(), ProblemCode::StateBusy);
    assert!(
        begun.elapsed() >= Duration::from_secs(9),
        "it was waited for"
    );
    assert_eq!(
        memory.connections().list().await.unwrap().len(),
        1,
        "reading goes on"
    );
    sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();
    memory.connections().remove(&name("shared")).await.unwrap();
}
