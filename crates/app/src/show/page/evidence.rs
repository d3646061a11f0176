use jiff::Timestamp;
use maud::{Markup, html};
use serde_json::Value;

use super::icon::time;
use crate::show::clean;
use crate::show::evidence::label;

/// Deeper than the tester nests; what lies below is shown as JSON.
const DEEPEST: usize = 3;

/// A value that a check saw.
pub(super) fn value(value: &Value) -> Markup {
    nested(value, 0)
}

fn nested(value: &Value, depth: usize) -> Markup {
    match value {
        Value::Null => html! { "none" },
        Value::Bool(yes) => html! { (if *yes { "yes" } else { "no" }) },
        Value::Number(number) => html! { (number) },
        Value::String(text) if text.is_empty() => html! { "none" },
        Value::String(text) => text
            .parse::<Timestamp>()
            .map_or_else(|_| html! { code { (clean::line(text)) } }, time),
        Value::Array(items) if items.is_empty() => html! { "none" },
        Value::Object(fields) if fields.is_empty() => html! { "none" },
        value if depth >= DEEPEST => html! { code { (clean::line(&value.to_string())) } },
        Value::Array(items) => html! {
            ul.items { @for item in items { li { (nested(item, depth + 1)) } } }
        },
        Value::Object(fields) => html! {
            ul.items {
                @for (name, field) in fields {
                    li { (clean::line(&label(name))) ": " (nested(field, depth + 1)) }
                }
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::value;

    #[test]
    fn every_kind_of_value_has_its_form() {
        let seen = json!({
            "groups": ["Sales", "<b>R&D</b>"],
            "at": "2026-11-22T10:00:00Z",
            "enabled": false,
            "left": {"days": 7, "deep": {"deeper": {"deepest": [1]}}},
            "nothing": [null, [], {}, ""],
        });
        insta::assert_snapshot!(value(&seen).into_string().replace("><", ">\n<"));
    }
}
