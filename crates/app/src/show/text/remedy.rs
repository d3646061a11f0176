use fairlead_domain::remedy::Remedy;

use super::layout::{Lead, block, columns, paragraph};
use crate::show::clean;
use crate::show::palette::TextStyle;
use crate::show::words::up_to;

const LABEL: &str = "hint: ";

/// A `hint:` line for each remedy. Commands and addresses are never broken, so that they can be copied.
pub(super) fn hints(remedies: &[Remedy], indent: usize, style: &TextStyle) -> String {
    remedies
        .iter()
        .map(|remedy| hint(remedy, indent, style))
        .collect()
}

fn hint(remedy: &Remedy, indent: usize, style: &TextStyle) -> String {
    let lead = Lead::new(indent, LABEL, style.palette.hint);
    let title = remedy.title();
    match remedy {
        Remedy::OpenPage {
            page, url, menu, ..
        } => {
            let menu = menu.as_deref().unwrap_or_else(|| page.menu());
            let mut out = paragraph(lead, &format!("{title}: {menu}"), style);
            if let Some(url) = url {
                out.push_str(&block(lead.hanging(), url));
            }
            out
        }
        Remedy::RunCommand { command, .. } => {
            let one_line = format!("{title}: `{}`", clean::line(command));
            let fits = style
                .width
                .is_none_or(|width| lead.hanging() + columns(&one_line) <= width);
            if fits && !command.trim_end().contains('\n') {
                paragraph(lead, &one_line, style)
            } else {
                let title = paragraph(lead, &format!("{title}:"), style);
                format!("{title}{}", block(lead.hanging(), command))
            }
        }
        Remedy::GoToStep { step, .. } => {
            paragraph(lead, &format!("{title} (step \"{}\")", step.title()), style)
        }
        Remedy::GrantPermission {
            permission,
            permission_kind,
            ..
        } => {
            let text = if title.contains(permission.as_str()) {
                title.to_owned()
            } else {
                format!("{title}: `{permission}` ({permission_kind})")
            };
            paragraph(lead, &text, style)
        }
        Remedy::SendTo { person, text, .. } => {
            let title = paragraph(lead, &format!("{title} (to {}):", person.title()), style);
            format!("{title}{}", block(lead.hanging(), text))
        }
        Remedy::Wait { seconds, .. } => {
            paragraph(lead, &format!("{title} ({})", up_to(*seconds)), style)
        }
        Remedy::ByHand { text, .. } if text.is_empty() => paragraph(lead, title, style),
        Remedy::ByHand { text, .. } if text.trim_end().contains('\n') => {
            let title = paragraph(lead, &format!("{title}:"), style);
            format!("{title}{}", block(lead.hanging(), text))
        }
        Remedy::ByHand { text, .. } => paragraph(lead, &format!("{title}: {text}"), style),
    }
}
