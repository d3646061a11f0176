use serde_json::{Value, json};

use super::parse;
use crate::graph::odata::collection;
use crate::graph::odata::show::Entity;

#[derive(Debug)]
struct Thing(Value);

impl Entity for Thing {
    fn kind(&self) -> &'static str {
        "user"
    }

    fn property(&self, name: &str) -> Value {
        self.0.get(name).cloned().unwrap_or_default()
    }
}

fn ann() -> Thing {
    Thing(json!({
        "displayName": "Ann O'Brien", "accountEnabled": true, "userType": "Member",
        "mail": "ann@contoso.example", "department": null,
        "createdDateTime": "2026-01-02T03:04:05Z",
        "assignedPlans": [{"servicePlanId": "b737dad2-2f6c-4c65-90e3-ca563267e8b9",
            "capabilityStatus": "Enabled"}],
        "proxyAddresses": ["SMTP:ann@contoso.example"],
    }))
}

#[test]
fn what_is_true_passes_and_what_is_not_does_not() {
    for (filter, passes) in [
        ("accountEnabled eq true and userType eq 'Member'", true),
        ("accountEnabled eq false or userType eq 'member'", true),
        ("not (userType eq 'Member')", false),
        ("displayName eq 'Ann O''Brien'", true),
        ("startsWith(displayName,'ann')", true),
        ("startswith(displayName, 'bob')", false),
        ("endsWith(mail,'@contoso.example')", true),
        ("department eq null", true),
        ("department ne null", false),
        ("userType in ('Guest','Member')", true),
        ("createdDateTime ge 2026-01-01T00:00:00Z", true),
        ("createdDateTime lt 2026-01-01T00:00:00Z", false),
        (
            "assignedPlans/any(p:p/servicePlanId eq b737dad2-2f6c-4c65-90e3-ca563267e8b9 and \
          p/capabilityStatus eq 'Enabled')",
            true,
        ),
        (
            "assignedPlans/any(p:p/capabilityStatus eq 'Suspended')",
            false,
        ),
        (
            "proxyAddresses/Any(x:x eq 'smtp:ann@contoso.example')",
            true,
        ),
        ("proxyAddresses/any(x:startsWith(x,'SIP'))", false),
        (
            "(userType eq 'Guest' or accountEnabled eq true) and department eq null",
            true,
        ),
    ] {
        let expr = parse(filter).unwrap_or_else(|refusal| panic!("{filter}: {refusal:?}"));
        assert_eq!(expr.passes(&ann()), passes, "{filter}");
    }
}

#[test]
fn what_is_no_filter_is_refused() {
    let deep = "(".repeat(60);
    for filter in [
        "",
        "userType",
        "userType eq",
        "userType eq Member",
        "eq 'x'",
        "userType eq 'x",
        "a b 'c'",
        "userType eq 'x' and",
        "(userType eq 'x'",
        "userType eq 'x')",
        "contains(mail,'x')",
        "assignedPlans/any(p)",
        "assignedPlans/all(p:p/service eq 'x')",
        "userType in ()",
        "a;b",
        &deep,
    ] {
        assert!(parse(filter).is_err(), "`{filter}`");
    }
}

#[test]
fn a_collection_takes_only_what_it_supports() {
    for filter in [
        "nickname eq 'x'",
        "aboutMe eq 'x'",
        "accountEnabled eq 'true'",
        "displayName eq 5",
        "displayName gt 'x'",
        "id eq b737dad2-2f6c-4c65-90e3-ca563267e8b9",
        "assignedPlans eq null",
        "displayName/any(x:x eq 'y')",
        "assignedPlans/any(p:p/servicePlanId eq 'x')",
        "endsWith(displayName,'x')",
        "startsWith(accountEnabled,'t')",
    ] {
        let expr = parse(filter).unwrap();
        assert!(expr.check(&collection::USERS).is_err(), "`{filter}`");
    }
}

#[test]
fn advanced_queries_are_told_apart() {
    for (filter, advanced) in [
        ("accountEnabled eq true and userType eq 'Member'", false),
        ("userType ne 'Guest'", true),
        ("not startsWith(displayName,'a')", true),
        ("endsWith(mail,'x')", true),
        ("assignedPlans/any(p:p/capabilityStatus eq 'Enabled')", true),
        ("createdDateTime ge 2026-01-01T00:00:00Z", true),
    ] {
        let needs = parse(filter).unwrap().check(&collection::USERS).unwrap();
        assert_eq!(needs.advanced, advanced, "{filter}");
    }
}
