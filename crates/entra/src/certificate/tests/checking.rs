use fairlead_domain::problem::ProblemCode;
use jiff::{SignedDuration, Timestamp};

use super::{certificate, now};
use crate::certificate::{Validity, Weakness, remaining_days, strength};

#[test]
fn both_dates_belong_to_the_validity() {
    let made = certificate("dates");
    let public = made.certificate();
    let (from, since) = (public.facts().not_before, public.facts().not_after);
    let moment = SignedDuration::from_nanos(1);

    assert_eq!(
        public.check_dates(now()),
        Validity::Valid {
            remaining_days: 364
        }
    );
    assert_eq!(
        public.check_dates(from),
        Validity::Valid {
            remaining_days: 365
        }
    );
    assert_eq!(
        public.check_dates(since),
        Validity::Valid { remaining_days: 0 }
    );
    assert_eq!(
        public.check_dates(from - moment),
        Validity::NotYetValid { from }
    );
    assert_eq!(
        public.check_dates(since + moment),
        Validity::Expired { since }
    );
    assert_eq!(
        [from - moment, from, since, since + moment].map(|at| public.check_dates(at).code()),
        [
            Some(ProblemCode::CertificateNotYetValid),
            None,
            None,
            Some(ProblemCode::CertificateExpired)
        ]
    );
}

#[test]
fn only_whole_days_remain() {
    let made = certificate("days");
    let facts = made.certificate().facts();
    let end = facts.not_after;
    let left = |hours: i64| remaining_days(facts, end - SignedDuration::from_hours(hours));
    assert_eq!(
        [left(24 * 30), left(24 * 30 - 1), left(23), left(0)],
        [30, 29, 0, 0]
    );
    assert_eq!([left(-1), left(-24), left(-25)], [-1, -1, -2]);
    assert_eq!(remaining_days(facts, Timestamp::MAX), -2_911_752);
}

#[test]
fn strength_names_what_is_weak() {
    let made = certificate("strength");
    let facts = made.certificate().facts();
    assert_eq!(strength(facts), Ok(()));

    let with = |change: fn(&mut fairlead_domain::certificate::CertificateFacts)| {
        let mut changed = facts.clone();
        change(&mut changed);
        strength(&changed)
    };
    let weak = with(|facts| facts.key_bits = 2047).unwrap_err();
    assert_eq!(
        (weak.code(), weak),
        (ProblemCode::CertificateWeak, Weakness::KeyBits(2047))
    );
    let weak = with(|facts| facts.key_algorithm = "EC".into()).unwrap_err();
    assert_eq!(
        (weak.code(), weak),
        (
            ProblemCode::CertificateNotRsa,
            Weakness::NotRsa("EC".into())
        )
    );
    for digest in [
        "sha1WithRSAEncryption",
        "md5WithRSAEncryption",
        "rsassaPss",
        "1.2.3",
    ] {
        let mut changed = facts.clone();
        changed.signature_algorithm = digest.into();
        assert_eq!(strength(&changed), Err(Weakness::Signature(digest.into())));
    }
    for digest in [
        "sha384WithRSAEncryption",
        "rsassaPss-sha256",
        "ecdsa-with-SHA512",
    ] {
        let mut changed = facts.clone();
        changed.signature_algorithm = digest.into();
        assert_eq!(strength(&changed), Ok(()), "{digest}");
    }
}
