use std::fmt::Write as _;

use fairlead_connect::wizard::plan::{Place, Plan};

use super::layout::{Lead, paragraph};
use crate::show::palette::{TextStyle, paint};

/// What a run would create or change, by step (`connect --plan`).
pub fn plan_text(plan: &Plan, style: &TextStyle) -> String {
    let palette = style.palette;
    let title = format!(
        "Plan for the connection `{}` in the tenant `{}`",
        plan.connection, plan.tenant_id
    );
    let mut out = paragraph(Lead::none(0), &title, style);
    let mut step = None;
    for change in &plan.changes {
        if step != Some(change.step) {
            step = Some(change.step);
            let title = paint(palette.strong, change.step.title());
            // Writing to a String cannot fail.
            let _ = writeln!(out, "\n{title}");
        }
        let place = match change.place {
            Place::Tenant => "tenant    ",
            Place::Computer => "computer  ",
        };
        let lead = Lead::new(2, place, palette.faint);
        out.push_str(&paragraph(lead, &change.what, style));
        if let Some(why) = &change.why {
            out.push_str(&paragraph(Lead::none(lead.hanging() + 2), why, style));
        }
    }
    out.push_str(if plan.changes.is_empty() {
        "\nEverything is in place; nothing would be done\n"
    } else {
        "\nNothing has been created or changed yet\n"
    });
    out
}
