use fairlead_connect::wizard::plan::{Place, Plan};

use super::layout::{Lead, paragraph};
use crate::show::palette::{TextStyle, paint};
use crate::show::words::counted;

/// What a run would create or change, by step (`connect --plan`).
pub fn plan_text(plan: &Plan, style: &TextStyle) -> String {
    let palette = style.palette;
    let mut out = format!(
        "Plan for the connection `{}` in the tenant `{}`\n",
        plan.connection, plan.tenant_id
    );
    let mut step = None;
    for change in &plan.changes {
        if step != Some(change.step) {
            step = Some(change.step);
            let title = paint(palette.strong, change.step.title());
            out.push_str(&format!("\n{title}\n"));
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
    let closing = match plan.changes.len() {
        0 => "Everything is in place; nothing would be done".to_owned(),
        changes => format!(
            "{}; nothing was created or changed",
            counted(changes, "planned change")
        ),
    };
    out.push_str(&format!("\n{closing}\n"));
    out
}
