use crate::show::text::{Lead, columns, pad, paragraph};
use crate::show::{TextStyle, clean, paint};

/// With less room than this, the last column begins on a line of its own.
const READABLE: usize = 32;
/// Columns between two columns.
const GAP: usize = 2;

/// Rows of columns, aligned, below their heads. The last column runs on: on a terminal it is broken
/// between words, and where the others leave it too little room it begins below them.
pub(super) fn table<const N: usize>(
    heads: Option<[&str; N]>,
    rows: &[[String; N]],
    style: &TextStyle,
) -> String {
    let heads = heads.map(|heads| heads.map(str::to_owned));
    let widths = widths(heads.iter().chain(rows));
    let before: usize = widths[..N - 1].iter().map(|width| width + GAP).sum();
    let longest = rows
        .iter()
        .flat_map(|row| row[N - 1].split(' '))
        .map(columns)
        .max()
        .unwrap_or_default();
    let below = style.width.is_some_and(|width| {
        let room = width.saturating_sub(before);
        before + widths[N - 1] > width && room < READABLE.max(longest)
    });
    let mut out = String::new();
    if let Some(heads) = &heads {
        let shown = if below { &heads[..N - 1] } else { &heads[..] };
        let line = aligned(shown, &widths);
        out.push_str(&paint(style.palette.faint, line.trim_end()));
        out.push('\n');
    }
    for row in rows {
        let label = aligned(&row[..N - 1], &widths);
        if below {
            out.push_str(label.trim_end());
            out.push('\n');
            if !row[N - 1].is_empty() {
                let indent = row[0].len() - row[0].trim_start().len() + 2;
                out.push_str(&paragraph(Lead::none(indent), &row[N - 1], style));
            }
        } else {
            let lead = Lead::new(0, &label, anstyle::Style::new());
            let line = paragraph(lead, &row[N - 1], style);
            out.push_str(line.trim_end());
            out.push('\n');
        }
    }
    out
}

/// Two columns: what something is called, and what it is.
pub(super) fn row(name: &str, value: impl Into<String>) -> [String; 2] {
    [name.to_owned(), value.into()]
}

fn widths<'a, const N: usize>(rows: impl Iterator<Item = &'a [String; N]>) -> [usize; N] {
    rows.fold([0; N], |mut widths, row| {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = columns(&clean::line(cell)).max(*width);
        }
        widths
    })
}

/// Cells in their columns, each with the gap behind it.
fn aligned(cells: &[String], widths: &[usize]) -> String {
    cells
        .iter()
        .zip(widths)
        .map(|(cell, width)| pad(&clean::line(cell), width + GAP))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::show::Palette;

    fn rows() -> [[String; 2]; 2] {
        [
            row("a", "a text that is longer than the others"),
            row("übung", "x"),
        ]
    }

    #[test]
    fn columns_line_up_and_the_last_one_runs_on() {
        let text = table(Some(["name", "what"]), &rows(), &TextStyle::plain());
        insta::assert_snapshot!(text, @r"
        name   what
        a      a text that is longer than the others
        übung  x
        ");
    }

    #[test]
    fn on_a_terminal_the_last_column_is_broken_within_itself() {
        let style = TextStyle::terminal(Palette::plain(), 40);
        let text = table(Some(["name", "what"]), &rows(), &style);
        insta::assert_snapshot!(text, @r"
        name   what
        a      a text that is longer than the
               others
        übung  x
        ");
    }

    #[test]
    fn where_the_others_leave_no_room_the_last_column_begins_below_them() {
        let style = TextStyle::terminal(Palette::plain(), 40);
        let rows = [row(
            "a-name-of-twenty-columns",
            "E6DD1FD7CB14E89560C4 used by reports and more",
        )];
        insta::assert_snapshot!(table(Some(["name", "what"]), &rows, &style), @r"
        name
        a-name-of-twenty-columns
          E6DD1FD7CB14E89560C4 used by reports
          and more
        ");
    }

    #[test]
    fn a_name_from_outside_drives_no_terminal() {
        let rows = [row("a\u{1b}[31m", "b\u{7}")];
        let text = table(None, &rows, &TextStyle::plain());
        assert_eq!(text, "a\u{fffd}[31m  b\u{fffd}\n");
    }
}
