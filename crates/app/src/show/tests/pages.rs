//! Pages as snapshots. `SHOW_PAGES=FOLDER` also writes them there, to be looked at in a browser.

use std::collections::BTreeSet;

use crate::show::samples::{about, extra, healthy, sheet, troubled_report, troubled_walk, walk};
use crate::show::{SheetFormat, hand_over, report_html, walk_html};

fn pages() -> [(&'static str, String); 4] {
    [
        ("walk", walk_html(&walk())),
        ("walk-troubled", walk_html(&troubled_walk())),
        ("report-troubled", report_html(&troubled_report(), &extra())),
        ("sheet", hand_over(&sheet(), SheetFormat::Html, &about())),
    ]
}

/// The page without its style and its drawings, one tag a line.
fn structure(page: &str) -> String {
    let mut page = page.to_owned();
    for (start, end) in [("<style>", "</style>"), ("<svg class=\"sprite\"", "</svg>")] {
        let from = page.find(start).unwrap();
        let to = from + page[from..].find(end).unwrap() + end.len();
        page.replace_range(from..to, "");
    }
    let brand = page.find("<svg xmlns").unwrap();
    let end = brand + page[brand..].find("</svg>").unwrap();
    page.replace_range(brand..end, "<svg>");
    page.replace("><", ">\n<")
}

/// What stands between quotes behind each occurrence of an attribute.
fn attributes<'p>(page: &'p str, name: &str) -> Vec<&'p str> {
    let start = format!(" {name}=\"");
    page.split(start.as_str())
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect()
}

#[test]
fn pages_are_as_they_were_looked_at() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| {
        for (name, page) in pages() {
            if let Some(folder) = std::env::var_os("SHOW_PAGES") {
                let file = std::path::Path::new(&folder).join(format!("{name}.html"));
                std::fs::write(file, &page).unwrap();
            }
            insta::assert_snapshot!(name, structure(&page));
        }
    });
}

#[test]
fn a_page_needs_nothing_from_elsewhere_and_runs_nothing() {
    for (name, page) in pages() {
        let policy = "content=\"default-src 'none'; style-src 'unsafe-inline'\"";
        assert!(page.contains(policy), "{name} has no policy");
        for never in [
            "<script", "<link", "<img", "<iframe", " src=", "@import", "url(http", "onclick",
        ] {
            assert!(!page.contains(never), "{name} has {never}");
        }
    }
}

#[test]
fn every_name_within_a_page_is_there_once_and_leads_somewhere() {
    for (name, page) in pages() {
        let ids = attributes(&page, "id");
        let known: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids.len(), known.len(), "{name} has an id twice");
        let wanted = attributes(&page, "href")
            .into_iter()
            .filter_map(|href| href.strip_prefix('#'))
            .chain(
                attributes(&page, "aria-labelledby")
                    .into_iter()
                    .flat_map(str::split_whitespace),
            );
        for id in wanted {
            assert!(known.contains(id), "{name} has nothing under {id}");
        }
    }
}

#[test]
fn a_simulated_tenant_is_named_at_the_top_and_a_real_one_is_not() {
    let banner = "Simulated tenant: nothing left this computer";
    assert!(walk_html(&walk()).contains(banner));
    assert!(!walk_html(&troubled_walk()).contains(banner));
    assert!(report_html(&healthy(), &extra()).contains(banner));
}

#[test]
fn what_needs_attention_is_open_and_a_check_that_passed_is_not() {
    let page = report_html(&troubled_report(), &extra());
    let details: Vec<&str> = page.split("<details").skip(1).collect();
    assert_eq!(details.len(), troubled_report().checks.len());
    for (check, details) in troubled_report().checks.iter().zip(details) {
        let tag = details.split('>').next().unwrap();
        assert_eq!(
            tag.ends_with(" open"),
            check.verdict.needs_attention(),
            "{}",
            check.id
        );
    }
}
