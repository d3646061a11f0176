//! Secrets appear nowhere but where they belong: marked ones go the whole way, and all that was written
//! is searched for them.

mod forms;
mod search;
mod way;
mod wire;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fairlead_state::{Realm, Store};

use self::search::Search;
use self::way::Way;

// Characters that every notation writes in its own way.
const PFX_PASSWORD: &str = "Kanarie-PFX \"ä&=+/%~?\" 8d1f0c";
const WRONG_PASSWORD: &str = "Kanarie-PFX-falsch <ö&=+/%> 77ab";
const WRONG_SECRET: &str = "Kanarie~Secret.falsch&=+/%-4e90c2d7";
const STORE_PASSPHRASE: &str = "Kanarie-Ablage \"ü&=+/%~?\" 1b6e55";
const TRANSFER_PASSPHRASE: &str = "Kanarie-Umzug \"ß&=+/%~?\" c93a07";
const WRONG_PASSPHRASE: &str = "Kanarie-Umzug-falsch <é&=+> 5f21";

/// Holds the database open, so that its log is there to be searched.
fn held_open(folder: &Path) -> (tokio::runtime::Runtime, Store) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("there is a thread");
    let store = runtime.block_on(Store::open(folder, Realm::Simulated));
    (runtime, store.expect("the database opens"))
}

/// The private key in a PEM file, DER.
fn key(file: &Path) -> Vec<u8> {
    let text = fs::read_to_string(file).expect("it was exported");
    let body: String = text.lines().filter(|it| !it.starts_with('-')).collect();
    STANDARD.decode(body).expect("a PEM is base64")
}

/// What of a private key is private: PKCS#8 begins with the modulus, and that is public.
fn private_part(der: &[u8]) -> &[u8] {
    &der[der.len() / 2..]
}

#[test]
fn secrets_appear_nowhere_but_where_they_belong() {
    let mut way = Way::begin();
    let (runtime, store) = held_open(way.tenant.folder());
    let mut never_sent = Search::default();
    for (name, secret) in [
        ("the PFX's password", PFX_PASSWORD),
        ("a wrong password", WRONG_PASSWORD),
        ("the store's passphrase", STORE_PASSPHRASE),
        ("the transfer's passphrase", TRANSFER_PASSPHRASE),
        ("a wrong passphrase", WRONG_PASSPHRASE),
    ] {
        never_sent.mark(name, secret.as_bytes());
    }

    connect_in_every_way(&mut way);
    let pfx = way.given("pfx-password", PFX_PASSWORD);
    export_and_import(&mut way, &pfx);
    for (connection, name) in [("cert", "first.key"), ("cert", "second.key")] {
        let out = way.secret_file(name).display().to_string();
        way.run(
            0,
            &[
                "certificate",
                "export",
                connection,
                "--format",
                "key",
                "--out",
                &out,
            ],
        );
        never_sent.mark(name, private_part(&key(Path::new(&out))));
        if name == "first.key" {
            way.run(0, &["certificate", "rotate", connection]);
        }
    }
    look_at_everything(&mut way);
    move_to_another_computer(&mut way);

    let mut all = never_sent.clone();
    all.mark("a wrong client secret", WRONG_SECRET.as_bytes());
    let mut kinds = BTreeSet::new();
    let exchanges = way.exchanges().to_vec();
    let sent: BTreeSet<_> = exchanges.iter().flat_map(wire::secrets).collect();
    for (name, secret) in &sent {
        kinds.insert(*name);
        all.mark(name, secret.as_bytes());
    }
    let expected = [
        "access_token",
        "client_assertion",
        "client_secret",
        "code",
        "code_verifier",
        "device_code",
        "id_token",
        "refresh_token",
        "secretText",
    ];
    assert_eq!(kinds, BTreeSet::from(expected), "the way is not whole");

    let log = way.tenant.file("simulated.db-wal");
    let length = log.metadata().map(|file| file.len()).unwrap_or_default();
    assert!(length > 0, "the database's log is not there to be searched");
    let mut leaks = BTreeSet::new();
    for (place, bytes) in way.written() {
        leaks.extend(all.found(&place, &bytes));
    }
    for exchange in &exchanges {
        let address = wire::address(exchange);
        leaks.extend(all.found(&address, address.as_bytes()));
        leaks.extend(never_sent.found(&address, &wire::whole(exchange)));
    }
    assert_eq!(leaks, BTreeSet::new());

    assert_planted_leaks_are_found(&way, &runtime, store, &all);
    way.run(
        0,
        &[
            "connections",
            "remove",
            "cert",
            "--everywhere",
            "--yes",
            "--sign-in",
            "device-code",
        ],
    );
    for (place, bytes) in way.written() {
        if place.starts_with("std") {
            leaks.extend(all.found(&place, &bytes));
        }
    }
    assert_eq!(leaks, BTreeSet::new());
}

fn connect_in_every_way(way: &mut Way) {
    let by_browser = ["--sign-in", "browser", "--consent", "browser", "--inspect"];
    way.connect(0, "cert", &by_browser);
    let by_code = ["--sign-in", "device-code"];
    let secret = ["--credential", "secret"];
    way.connect(0, "secret", &[&by_code[..], &secret].concat());
    let created = way.seen("secretText");
    let given = way.given("client-secret", &created);
    let client = way.tenant.value("secret", "client_id");
    let from_outside = ["--app", &client, "--secret-file", &given];
    let more = [&by_code[..], &secret, &from_outside].concat();
    way.connect(0, "given", &more);
    let wrong = way.given("wrong-secret", WRONG_SECRET);
    let from_outside = ["--app", &client, "--secret-file", &wrong];
    let more = [&by_code[..], &secret, &from_outside].concat();
    way.connect(1, "wrong", &more);
    let account = format!(
        "synchronisation_account=reports@{}",
        way.tenant.ready().domain
    );
    let account = ["--credential", "account", "--set", &account];
    way.connect(0, "account", &[&by_code[..], &account].concat());
}

fn export_and_import(way: &mut Way, password: &str) {
    for (kind, name) in [("modern", "modern.pfx"), ("compatible", "compatible.pfx")] {
        // An encrypted file gives nothing away: it is searched like the rest.
        let out = way.tenant.file(name).display().to_string();
        let export = ["certificate", "export", "cert", "--format", "pfx"];
        let how = ["--out", &out, "--pfx-encryption", kind];
        let under = ["--password-file", password];
        way.run(0, &[&export[..], &how, &under].concat());
        let import = ["certificate", "import", kind, "--file", &out];
        way.run(0, &[&import[..], &under].concat());
        let wrong = way.given("wrong-password", WRONG_PASSWORD);
        let import = ["certificate", "import", "no", "--file", &out];
        way.run(2, &[&import[..], &["--password-file", &wrong]].concat());
    }
}

fn look_at_everything(way: &mut Way) {
    let by_code = ["--sign-in", "device-code"];
    let report = way.tenant.file("report.html").display().to_string();
    let test = ["test", "cert", "--inspect", "--report", &report];
    way.run(0, &[&test[..], &by_code].concat());
    way.run(1, &["test", "--all", "--output", "json"]);
    for name in ["cert", "secret", "given", "wrong", "account"] {
        way.run(0, &["diagnostics", name]);
        way.run(0, &["connections", "show", name, "--output", "json"]);
        way.run(0, &["connections", "show", name]);
    }
    for format in ["text", "html", "json"] {
        way.run(0, &["values", "cert", "--format", format]);
    }
    way.run(0, &["certificate", "show", "cert", "--output", "json"]);
    way.run(0, &["certificate", "list"]);
    way.run(0, &["connections", "list"]);
    way.run(0, &["secrets", "where"]);
}

fn move_to_another_computer(way: &mut Way) {
    let under = way.given("transfer-passphrase", TRANSFER_PASSPHRASE);
    let wrong = way.given("wrong-passphrase", WRONG_PASSPHRASE);
    let store = way.given("store-passphrase", STORE_PASSPHRASE);
    for name in ["cert", "given", "account"] {
        let file = way.tenant.file(&format!("{name}.connection"));
        let file = file.display().to_string();
        let export = ["connections", "export", name, "--out", &file];
        let passphrase = ["--transfer-passphrase-file", &under];
        way.run(0, &[&export[..], &passphrase].concat());
        let import = ["connections", "import", &file, "--transfer-passphrase-file"];
        way.run_elsewhere(2, &store, &[&import[..], &[&wrong]].concat());
        way.run_elsewhere(0, &store, &[&import[..], &[&under]].concat());
        way.run_elsewhere(0, &store, &["test", name]);
    }
    way.run(0, &["connections", "export", "given"]);
}

/// What was found nowhere is found as soon as it is kept in a connection, printed or exported.
fn assert_planted_leaks_are_found(
    way: &Way,
    runtime: &tokio::runtime::Runtime,
    store: Store,
    search: &Search,
) {
    let planted = format!("a note with {STORE_PASSPHRASE} in it");
    let name = "cert".parse().expect("it is a name");
    let keep = async {
        let connections = store.connections();
        let now = connections.get(&name).await?.updated_at;
        let change = |it: &mut fairlead_state::Connection| {
            it.inputs.insert("note".to_owned(), planted);
        };
        store.connections().update(&name, now, change).await
    };
    runtime.block_on(keep).expect("it is kept");
    let assert_found = |place: &str, file: &Path, leak: &str| {
        let bytes = fs::read(file).expect("it is there");
        let found = search.found(place, &bytes);
        assert!(found.contains(leak), "no `{leak}` in {found:?}");
    };
    let database = |name: &str| {
        let leak = format!("{name}: the store's passphrase (JSON)");
        assert_found(name, &way.tenant.file(name), &leak);
    };
    database("simulated.db-wal");
    runtime.block_on(store.close());
    database("simulated.db");
    let pem = way.secret_file("second.key");
    assert_found("a PEM", &pem, "a PEM: second.key (base64)");
}

#[test]
fn faults_on_the_wire_bring_no_secret_to_light() {
    let faults = ["html:1/6", "truncate:1/7"];
    let mut way = Way::begin_with(&faults);
    let by_code = ["--sign-in", "device-code", "--inspect"];
    let secret = ["--credential", "secret"];
    way.try_to_connect("secret", &[&by_code[..], &secret].concat());
    way.try_to(&["test", "secret"]);
    way.try_to(&["diagnostics", "secret"]);
    let mut all = Search::default();
    for (name, secret) in way.exchanges().iter().flat_map(wire::secrets) {
        all.mark(name, secret.as_bytes());
    }
    let mut leaks = BTreeSet::new();
    for (place, bytes) in way.written() {
        leaks.extend(all.found(&place, &bytes));
    }
    assert_eq!(leaks, BTreeSet::new());
}
