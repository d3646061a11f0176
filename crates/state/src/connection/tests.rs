use fairlead_domain::problem::ProblemCode;
use fairlead_domain::remedy::Person;

use super::*;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_795_000_000 + second).unwrap()
}

fn connection() -> Connection {
    Connection::new(
        Wanted {
            name: "reports".parse().unwrap(),
            profile: "planner-data-mart".parse().unwrap(),
            owner: Owner::Fairlead,
            credential: CredentialKind::Certificate,
            permissions: PermissionSet::Least,
            cloud: CloudChoice::named("global").unwrap(),
            tenant: "contoso.onmicrosoft.com".parse().unwrap(),
            key_holder: KeyHolder::Fairlead,
            unique_name: Some("fairlead-reports-1".to_owned()),
            inputs: BTreeMap::from([("groups".to_owned(), "all".to_owned())]),
        },
        at(0),
    )
}

fn object(kind: CreatedKind, id: &str, added: &[&str]) -> CreatedObject {
    CreatedObject {
        kind,
        id: id.to_owned(),
        parent: None,
        added: added.iter().map(|&scope| scope.to_owned()).collect(),
        what: "an object".to_owned(),
        at: at(1),
    }
}

#[test]
fn a_connection_reads_back_from_its_document_whole() {
    let mut wanted = connection();
    wanted.tenant_id = Some("11111111-2222-4333-8444-555555555555".parse().unwrap());
    wanted.secret = Some(SecretMeta {
        key_id: None,
        end: Some(at(9)),
        hint: Some("abc".to_owned()),
    });
    wanted.account = Some(AccountMeta {
        user: "sync@contoso.com".parse().unwrap(),
        object_id: None,
    });
    wanted.certificate = Some("reports-2026".parse().unwrap());
    wanted.product_test = Some(ProductTest {
        passed: true,
        text: None,
        at: at(8),
    });
    wanted.note(
        StepId::Tenant,
        StepStatus::AlreadyInPlace,
        Some("Contoso".to_owned()),
        at(1),
    );
    wanted.note(
        StepId::Permissions,
        StepStatus::Failed {
            code: ProblemCode::Aadsts(90094),
            what: "no".to_owned(),
        },
        None,
        at(2),
    );
    wanted.note(
        StepId::Test,
        StepStatus::Failed {
            code: ProblemCode::RoleMissing,
            what: "no".to_owned(),
        },
        None,
        at(2),
    );
    wanted.intend(Intent {
        kind: CreatedKind::Key,
        key: "AB".to_owned(),
        what: "a key".to_owned(),
        at: at(3),
    });
    wanted.record(
        "",
        object(CreatedKind::BootstrapGrant, "g", &["Directory.Read.All"]),
    );
    let text = wanted.to_text().unwrap();
    assert!(
        text.starts_with(r#"{"schema":1,"name":"reports","#),
        "{text}"
    );
    assert_eq!(Connection::from_text(&text).unwrap(), wanted);
}

#[test]
fn an_intent_is_fulfilled_by_what_is_recorded_for_it() {
    let mut connection = connection();
    let intent = |key: &str, second| Intent {
        kind: CreatedKind::Application,
        key: key.to_owned(),
        what: "the app".to_owned(),
        at: at(second),
    };
    connection.intend(intent("fairlead-1", 1));
    connection.intend(intent("fairlead-1", 2));
    connection.intend(intent("other", 3));
    assert_eq!(
        connection.intents,
        [intent("fairlead-1", 1), intent("other", 3)]
    );
    connection.record("fairlead-1", object(CreatedKind::Application, "a", &[]));
    connection.record("fairlead-1", object(CreatedKind::Application, "a", &[]));
    connection.abandon(CreatedKind::Application, "other");
    assert_eq!(connection.intents, []);
    assert_eq!(
        connection.created,
        [object(CreatedKind::Application, "a", &[])]
    );
}

#[test]
fn what_was_added_to_a_grant_adds_up_and_a_whole_grant_stays_whole() {
    let mut connection = connection();
    let grant = CreatedKind::PermissionGrant;
    connection.record("", object(grant, "theirs", &["A"]));
    connection.record("", object(grant, "theirs", &["A", "B"]));
    connection.record("", object(grant, "ours", &[]));
    connection.record("", object(grant, "ours", &["C"]));
    let left: Vec<(&str, &[String])> = connection
        .to_undo()
        .map(|object| (object.id.as_str(), object.added.as_slice()))
        .collect();
    let both = ["A".to_owned(), "B".to_owned()];
    assert_eq!(left, [("ours", [].as_slice()), ("theirs", both.as_slice())]);
    assert!(connection.forget(grant, "ours"));
    assert!(!connection.forget(grant, "ours"), "it is forgotten once");
}

#[test]
fn the_next_step_is_the_first_that_is_not_finished() {
    let mut connection = connection();
    assert_eq!(connection.next_step(), Some(StepId::Tenant));
    connection.note(StepId::Tenant, StepStatus::Done, None, at(1));
    connection.note(StepId::SignIn, StepStatus::AlreadyInPlace, None, at(1));
    connection.note(StepId::Permissions, StepStatus::Done, None, at(1));
    assert_eq!(connection.next_step(), Some(StepId::App));
    for step in StepId::ALL {
        connection.note(step, StepStatus::Done, None, at(2));
    }
    assert_eq!(connection.next_step(), None);
}

#[test]
fn waiting_is_counted_from_its_beginning() {
    let mut connection = connection();
    let waiting = |person, second| StepStatus::Waiting {
        person,
        text: "see the link".to_owned(),
        since: at(second),
    };
    let person = Person::PrivilegedRoleAdministrator;
    connection.note(StepId::Permissions, waiting(person, 1), None, at(1));
    connection.note(StepId::Permissions, waiting(person, 7), None, at(7));
    assert_eq!(*connection.status(StepId::Permissions), waiting(person, 1));
    connection.note(StepId::Permissions, waiting(Person::Vendor, 9), None, at(9));
    assert_eq!(
        *connection.status(StepId::Permissions),
        waiting(Person::Vendor, 9)
    );
}
