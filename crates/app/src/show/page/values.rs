use fairlead_domain::values::HandOver;
use maud::{Markup, html};

use crate::show::clean;

/// The values in the order in which the product asks for them, under its own labels. The roles are
/// written out because narrow screens lay the table out as blocks, which takes them away.
pub(super) fn table(sheet: &HandOver) -> Markup {
    if sheet.values.is_empty() {
        return html! { p { "This connection has no values to hand over." } };
    }
    html! {
        table.values role="table" {
            caption.unseen { "Values of the connection " (sheet.connection) }
            thead role="rowgroup" {
                tr role="row" {
                    th scope="col" role="columnheader" { "Field" }
                    th scope="col" role="columnheader" { "Value" }
                    th.name scope="col" role="columnheader" { "Name in JSON" }
                }
            }
            tbody role="rowgroup" {
                @for value in &sheet.values {
                    tr role="row" {
                        th scope="row" role="rowheader" { (clean::line(&value.label)) }
                        td role="cell" {
                            @for (at, line) in clean::lines(&value.value).enumerate() {
                                @if at > 0 { br; }
                                code.value { (line) }
                            }
                        }
                        td.name role="cell" { code { (clean::line(&value.name)) } }
                    }
                }
            }
        }
    }
}
