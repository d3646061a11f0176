use std::ops::Range;

use fairlead_domain::ids::{DomainName, TenantId, TenantRef};

/// Leaves out what names the tenant: its id, its domains, and every sign-in name.
pub(super) fn tenant(
    text: &str,
    id: Option<TenantId>,
    named: &TenantRef,
    domain: Option<&DomainName>,
) -> String {
    let text = users(text);
    let named = match named {
        TenantRef::Id(id) => (id.to_string(), "[tenant]"),
        TenantRef::Domain(domain) => (domain.to_string(), "[domain]"),
    };
    let known = [
        id.map(|id| (id.to_string(), "[tenant]")),
        Some(named),
        domain.map(|domain| (domain.to_string(), "[domain]")),
    ];
    known
        .into_iter()
        .flatten()
        .fold(text, |text, (name, mask)| without(&text, &name, mask))
}

/// A text in which a name, in whatever case, is replaced.
fn without(text: &str, name: &str, mask: &str) -> String {
    let (lower, name) = (text.to_ascii_lowercase(), name.to_ascii_lowercase());
    let places = lower
        .match_indices(&name)
        .map(|(at, found)| at..at + found.len());
    replaced(text, places, mask)
}

/// A text without what has the form of a sign-in name or a mail address.
fn users(text: &str) -> String {
    let part = |c: char| c.is_alphanumeric() || "._-+#'!$%&*/=?^{|}~@".contains(c);
    let mut places = Vec::new();
    let mut at = 0;
    for word in text.split_inclusive(|c| !part(c)) {
        let start = at;
        at += word.len();
        let name = word.trim_matches(|c: char| !c.is_alphanumeric());
        if let Some(offset) = word.find(name).filter(|_| name.contains('@')) {
            places.push(start + offset..start + offset + name.len());
        }
    }
    replaced(text, places.into_iter(), "[user]")
}

fn replaced(text: &str, places: impl Iterator<Item = Range<usize>>, mask: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for place in places {
        out.push_str(&text[from..place.start]);
        out.push_str(mask);
        from = place.end;
    }
    out.push_str(&text[from..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_names_the_tenant_stays() {
        let id: TenantId = "11111111-2222-4333-8444-555555555555".parse().unwrap();
        let named: TenantRef = "Contoso.example".parse().unwrap();
        let text = "Inspector Ada.L@contoso.example, tenant 11111111-2222-4333-8444-555555555555, \
                    at https://login.example/CONTOSO.example/v2.0; (bob@fabrikam.com)";
        assert_eq!(
            tenant(text, Some(id), &named, None),
            "Inspector [user], tenant [tenant], at https://login.example/[domain]/v2.0; ([user])"
        );
    }
}
