use std::collections::BTreeMap;

/// Replaces `{name}` by its value, or by `<name>` where there is none.
pub fn fill(template: &str, values: &BTreeMap<&str, String>) -> String {
    replace(template, |name, out| match values.get(name) {
        Some(value) => out.push_str(value),
        None => out.extend(["<", &name.replace('_', "-"), ">"]),
    })
}

/// Replaces `{name}` by its value, and leaves it for later where there is none.
pub fn fill_known(template: &str, values: &BTreeMap<&str, String>) -> String {
    replace(template, |name, out| match values.get(name) {
        Some(value) => out.push_str(value),
        None => out.extend(["{", name, "}"]),
    })
}

fn replace(template: &str, mut value: impl FnMut(&str, &mut String)) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        if let Some((name, behind)) = after.split_once('}').filter(|(name, _)| is_name(name)) {
            value(name, &mut out);
            rest = behind;
        } else {
            out.push('{');
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

/// The names that [`fill`] would replace, in their order.
pub fn placeholders(template: &str) -> impl Iterator<Item = &str> {
    template
        .split('{')
        .skip(1)
        .filter_map(|part| part.split_once('}'))
        .map(|(name, _)| name)
        .filter(|name| is_name(name))
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_named_in_their_order() {
        let names: Vec<&str> = placeholders("{b} {} {X} {a_c}{ {d}").collect();
        assert_eq!(names, ["b", "a_c", "d"]);
    }

    #[test]
    fn what_is_not_known_yet_can_be_left_for_later() {
        let values = BTreeMap::from([("host", "graph".to_owned())]);
        assert_eq!(
            fill_known("{host} of {connection} {}", &values),
            "graph of {connection} {}"
        );
    }

    #[test]
    fn placeholders_are_filled_and_gaps_stay_readable() {
        let values = BTreeMap::from([("connection", "reports".to_owned())]);
        assert_eq!(
            fill(
                "fairlead certificate rotate {connection} --tenant {tenant_id} {} {X}",
                &values
            ),
            "fairlead certificate rotate reports --tenant <tenant-id> {} {X}"
        );
    }
}
