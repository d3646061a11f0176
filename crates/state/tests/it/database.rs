use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use fairlead_domain::problem::ProblemCode;
use fairlead_state::connection::CloudChoice;
use fairlead_state::{Realm, StateError, Store};
use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

use crate::support::{CLOUD_FILE, at, connection, in_cloud, name, open};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

async fn tamper(folder: &Path, statement: &'static str) {
    let options = SqliteConnectOptions::new().filename(folder.join("fairlead.db"));
    let mut plain = SqliteConnection::connect_with(&options).await.unwrap();
    sqlx::query(statement).execute(&mut plain).await.unwrap();
    plain.close().await.unwrap();
}

async fn with_one_connection(folder: &Path) {
    let memory = open(folder).await;
    memory
        .connections()
        .insert(&connection("reports"))
        .await
        .unwrap();
    memory.close().await;
}

async fn refused(folder: &Path) -> StateError {
    match Store::open(folder, Realm::Real).await {
        Ok(memory) => memory.connections().list().await.unwrap_err(),
        Err(refusal) => refusal,
    }
}

#[tokio::test]
async fn folder_and_files_are_for_their_owner_alone() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("a").join("fairlead");
    let memory = open(&folder).await;
    memory
        .connections()
        .insert(&connection("reports"))
        .await
        .unwrap();
    let _lock = memory.lock(&name("reports")).unwrap();
    assert_eq!(mode(&folder), 0o700);
    assert_eq!(mode(&folder.join("fairlead.locks")), 0o700);
    for file in ["fairlead.db", "fairlead.db-wal", "fairlead.db-shm"] {
        assert_eq!(mode(&folder.join(file)), 0o600, "{file}");
    }
}

#[tokio::test]
async fn a_folder_that_is_there_keeps_its_mode() {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o750)).unwrap();
    open(folder.path()).await;
    assert_eq!(mode(folder.path()), 0o750);
}

#[tokio::test]
async fn what_survives_a_power_cut_is_set_up_so() {
    let folder = tempfile::tempdir().unwrap();
    let memory = open(folder.path()).await;
    memory
        .connections()
        .insert(&connection("reports"))
        .await
        .unwrap();
    let options = SqliteConnectOptions::new().filename(memory.path());
    let mut plain = SqliteConnection::connect_with(&options).await.unwrap();
    let journal: String = sqlx::query_scalar("PRAGMA journal_mode")
        .fetch_one(&mut plain)
        .await
        .unwrap();
    assert_eq!(journal, "wal");
}

#[tokio::test]
async fn a_newer_database_is_refused_and_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    with_one_connection(folder.path()).await;
    tamper(
        folder.path(),
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
         VALUES (999, 'later', TRUE, x'00', 0)",
    )
    .await;
    let before = fs::read(folder.path().join("fairlead.db")).unwrap();
    let refusal = refused(folder.path()).await;
    assert_eq!(refusal.code(), ProblemCode::StateNewer);
    assert!(
        refusal
            .to_string()
            .ends_with("it has layout 999, this program knows 1"),
        "{refusal}"
    );
    assert_eq!(fs::read(folder.path().join("fairlead.db")).unwrap(), before);
}

#[tokio::test]
async fn a_database_of_another_layout_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    with_one_connection(folder.path()).await;
    tamper(
        folder.path(),
        "UPDATE _sqlx_migrations SET checksum = x'00'",
    )
    .await;
    let refusal = refused(folder.path()).await;
    assert_eq!(refusal.code(), ProblemCode::StateDamaged);
    assert!(
        refusal.to_string().contains("its layout 1 is not the one"),
        "{refusal}"
    );
}

#[tokio::test]
async fn what_is_no_database_is_refused() {
    for text in [
        "no database at all, but a text of some length",
        "SQLite format 3\0 and nonsense",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("fairlead.db");
        fs::write(&path, text.repeat(200)).unwrap();
        let refusal = refused(folder.path()).await;
        assert_eq!(refusal.code(), ProblemCode::StateDamaged, "{refusal}");
        assert_eq!(fs::read_to_string(&path).unwrap(), text.repeat(200));
    }
}

#[tokio::test]
async fn overwritten_pages_are_reported_as_damage() {
    let folder = tempfile::tempdir().unwrap();
    let memory = open(folder.path()).await;
    for number in 0..60 {
        memory
            .connections()
            .insert(&connection(&format!("c{number}")))
            .await
            .unwrap();
    }
    memory.close().await;
    let path = folder.path().join("fairlead.db");
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 4;
    bytes[middle..].fill(0xA5);
    fs::write(&path, bytes).unwrap();
    let refusal = refused(folder.path()).await;
    assert_eq!(refusal.code(), ProblemCode::StateDamaged, "{refusal}");
}

#[tokio::test]
async fn a_record_that_can_not_be_read_is_named() {
    for (statement, code, ending) in [
        (
            "UPDATE connections SET document = '{'",
            ProblemCode::StateDamaged,
            "(connections `reports`): EOF while parsing an object at line 1 column 1",
        ),
        (
            "UPDATE connections SET document = json_remove(document, '$.tenant')",
            ProblemCode::StateDamaged,
            "(connections `reports`): missing field `tenant`",
        ),
        (
            "UPDATE connections SET document = json_set(document, '$.schema', 7)",
            ProblemCode::StateNewer,
            "(connections `reports`): it has schema 7, this program knows 1",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        with_one_connection(folder.path()).await;
        tamper(folder.path(), statement).await;
        let memory = open(folder.path()).await;
        let refusal = memory
            .connections()
            .get(&name("reports"))
            .await
            .unwrap_err();
        assert_eq!(refusal.code(), code);
        assert!(refusal.to_string().ends_with(ending), "{refusal}");
        let update = memory
            .connections()
            .update(&name("reports"), at(1), |_| {})
            .await;
        assert_eq!(update.unwrap_err().code(), code);
    }
}

#[tokio::test]
async fn a_folder_that_can_not_be_made_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "in the way").unwrap();
    let refusal = Store::open(&file.join("fairlead"), Realm::Real)
        .await
        .unwrap_err();
    assert_eq!(refusal.code(), ProblemCode::FileUnwritable);
    fs::create_dir(folder.path().join("fairlead.db")).unwrap();
    let refusal = Store::open(folder.path(), Realm::Real).await.unwrap_err();
    assert_eq!(refusal.code(), ProblemCode::StateUnavailable, "{refusal}");
}

#[tokio::test]
async fn simulated_connections_live_apart() {
    let folder = tempfile::tempdir().unwrap();
    let real = open(folder.path()).await;
    let simulated = Store::open(folder.path(), Realm::Simulated).await.unwrap();
    let cloud = CloudChoice::from_file_text(CLOUD_FILE).unwrap();
    let toy = in_cloud("reports", cloud);
    let refusal = real.connections().insert(&toy).await.unwrap_err();
    assert_eq!(refusal.code(), ProblemCode::ConnectionOtherCloud);
    assert_eq!(
        refusal.to_string(),
        "the connection `reports` belongs to a simulated tenant, and these are the real ones"
    );
    simulated.connections().insert(&toy).await.unwrap();
    real.connections()
        .insert(&connection("reports"))
        .await
        .unwrap();
    let moved = real
        .connections()
        .update(&name("reports"), at(1), |real| {
            real.cloud = toy.cloud.clone();
        })
        .await;
    assert_eq!(moved.unwrap_err().code(), ProblemCode::ConnectionOtherCloud);
    let kept = simulated.connections().get(&name("reports")).await.unwrap();
    assert_eq!(kept, toy);
    assert_eq!(
        kept.cloud
            .cloud()
            .unwrap()
            .simulated
            .unwrap()
            .domain
            .as_str(),
        "contoso.example"
    );
    let lock = real.lock(&name("reports")).unwrap();
    drop(simulated.lock(&name("reports")).unwrap());
    drop(lock);
}
