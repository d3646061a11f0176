use fairlead_domain::check::Verdict;
use fairlead_domain::ids::CertificateName;
use fairlead_domain::problem::ProblemCode;
use fairlead_state::{CertificateState, REPORTS_KEPT};

use crate::support::{at, certificate, connection, facts, name, open, report};

#[tokio::test]
async fn connections_are_kept_changed_and_removed() {
    let folder = tempfile::tempdir().unwrap();
    let memory = open(folder.path()).await;
    let all = memory.connections();
    for kept in ["zeta", "Alpha"] {
        all.insert(&connection(kept)).await.unwrap();
    }
    let refusal = all.insert(&connection("ALPHA")).await.unwrap_err();
    assert_eq!(
        refusal.code(),
        ProblemCode::ConnectionExists,
        "letter case makes no other name"
    );
    let names: Vec<String> = all
        .list()
        .await
        .unwrap()
        .iter()
        .map(|kept| kept.name.to_string())
        .collect();
    assert_eq!(names, ["Alpha", "zeta"]);

    let changed = all
        .update(&name("alpha"), at(5), |alpha| {
            alpha.name = name("another");
            alpha.adopted = true;
        })
        .await
        .unwrap();
    assert_eq!(
        (changed.name.as_str(), changed.updated_at),
        ("Alpha", at(5))
    );
    assert_eq!(all.get(&name("Alpha")).await.unwrap(), changed);
    assert_eq!(all.remove(&name("alpha")).await.unwrap(), changed);
    for refusal in [
        all.get(&name("alpha")).await.unwrap_err(),
        all.remove(&name("alpha")).await.unwrap_err(),
        all.update(&name("alpha"), at(6), |_| {}).await.unwrap_err(),
    ] {
        assert_eq!(refusal.code(), ProblemCode::ConnectionUnknown);
    }
    assert_eq!(all.find(&name("alpha")).await.unwrap(), None);
}

#[tokio::test]
async fn what_is_decided_once_stays_decided() {
    let folder = tempfile::tempdir().unwrap();
    let memory = open(folder.path()).await;
    let mut begun = connection("reports");
    begun.unique_name = None;
    memory.connections().insert(&begun).await.unwrap();
    let mut decided = Vec::new();
    for proposal in ["first", "second"] {
        let kept = memory
            .connections()
            .update(&name("reports"), at(1), |reports| {
                reports
                    .unique_name
                    .get_or_insert_with(|| proposal.to_owned());
            })
            .await
            .unwrap();
        decided.push(kept.unique_name.unwrap());
    }
    assert_eq!(decided, ["first", "first"]);
}

#[tokio::test]
async fn a_certificate_is_intended_filled_used_and_removed() {
    let folder = tempfile::tempdir().unwrap();
    let memory = open(folder.path()).await;
    let all = memory.certificates();
    let known: CertificateName = "reports-2026".parse().unwrap();
    all.insert(&certificate("reports-2026")).await.unwrap();
    let refusal = all.insert(&certificate("Reports-2026")).await.unwrap_err();
    assert_eq!(refusal.code(), ProblemCode::CertificateExists);
    assert_eq!(
        all.get(&known).await.unwrap().state,
        CertificateState::Intended
    );
    let thumbprint = facts(7).thumbprint;
    assert_eq!(all.with_thumbprint(&thumbprint).await.unwrap(), []);

    let filled = all.fill(&known, vec![0x30, 0x82], facts(7)).await.unwrap();
    assert_eq!(filled.state, CertificateState::Ready);
    assert_eq!(filled.der.as_deref(), Some([0x30, 0x82].as_slice()));
    assert_eq!(
        all.with_thumbprint(&thumbprint).await.unwrap(),
        std::slice::from_ref(&filled)
    );

    let mut first = connection("b-uses-it");
    first.certificate = Some(known.clone());
    let mut second = connection("a-used-it");
    second.previous_certificate = Some(known.clone());
    memory.connections().insert(&first).await.unwrap();
    memory.connections().insert(&second).await.unwrap();
    let used_by = [name("a-used-it"), name("b-uses-it")];
    assert_eq!(all.list().await.unwrap()[0].used_by, used_by);
    let retired = all
        .update(&known, |certificate| {
            certificate.state = CertificateState::Retired;
        })
        .await
        .unwrap();
    assert_eq!(retired.used_by, used_by);
    let refusal = all.remove(&known).await.unwrap_err();
    assert_eq!(refusal.code(), ProblemCode::CertificateInUse);
    assert_eq!(
        refusal.to_string(),
        "the certificate `reports-2026` is used by `a-used-it`, `b-uses-it`"
    );

    memory
        .connections()
        .remove(&name("b-uses-it"))
        .await
        .unwrap();
    memory
        .connections()
        .update(&name("a-used-it"), at(1), |second| {
            second.previous_certificate = None;
        })
        .await
        .unwrap();
    all.remove(&known).await.unwrap();
    assert_eq!(
        all.get(&known).await.unwrap_err().code(),
        ProblemCode::CertificateNotFound
    );
    assert_eq!(
        all.remove(&known).await.unwrap_err().code(),
        ProblemCode::CertificateNotFound
    );
}

#[tokio::test]
async fn the_newest_reports_of_each_connection_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let memory = open(folder.path()).await;
    let all = memory.reports();
    let refusal = all.append(&report("reports", 0)).await.unwrap_err();
    assert_eq!(refusal.code(), ProblemCode::ConnectionUnknown);
    for kept in ["reports", "other"] {
        memory
            .connections()
            .insert(&connection(kept))
            .await
            .unwrap();
    }
    assert_eq!(all.latest(&name("reports")).await.unwrap(), None);
    all.append(&report("other", 1)).await.unwrap();
    let count = i64::from(REPORTS_KEPT) + 5;
    for second in 0..count {
        // The clock may go backwards: what was kept last is the newest.
        all.append(&report("reports", count - second))
            .await
            .unwrap();
    }
    let kept = all.list(&name("reports"), 1000).await.unwrap();
    let started: Vec<_> = kept.iter().map(|report| report.started).collect();
    let wanted: Vec<_> = (1..=i64::from(REPORTS_KEPT)).map(at).collect();
    assert_eq!(started, wanted);
    let mut last = report("REPORTS", 99);
    last.verdict = Verdict::Failed;
    all.append(&last).await.unwrap();
    assert_eq!(all.latest(&name("reports")).await.unwrap(), Some(last));
    assert_eq!(all.list(&name("reports"), 3).await.unwrap().len(), 3);
    memory.connections().remove(&name("reports")).await.unwrap();
    assert_eq!(all.list(&name("reports"), 9).await.unwrap(), []);
    assert_eq!(
        all.list(&name("other"), 9).await.unwrap(),
        [report("other", 1)]
    );
}
