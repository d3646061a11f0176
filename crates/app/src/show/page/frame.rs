use jiff::Timestamp;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::icon;

const STYLE: &str = include_str!("style.css");
const BRAND: &str = include_str!("../../../../../icons/fairlead.svg");

/// Nothing is fetched and nothing runs, whatever may have come into the page.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

/// What is around every page.
pub(super) struct Frame<'a> {
    pub(super) title: String,
    /// What kind of page it is, in two or three words.
    pub(super) kind: &'a str,
    /// Said at the very top, where there is something.
    pub(super) banner: Option<&'a str>,
    pub(super) generated: Timestamp,
    pub(super) version: &'a str,
}

impl Frame<'_> {
    /// The whole page: `meta` stands below the title, `nav` beside `body` where there is room.
    pub(super) fn page(&self, meta: &Markup, nav: &Markup, body: &Markup) -> String {
        let with_nav = !nav.0.is_empty();
        html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(POLICY);
                    meta name="referrer" content="no-referrer";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (self.title) " · Fairlead" }
                    style { (PreEscaped(STYLE)) }
                }
                body {
                    (icon::sprite())
                    @if with_nav { a.skip href="#content" { "Skip to the content" } }
                    header {
                        @if let Some(banner) = self.banner {
                            p.banner { span { (icon::icon("simulated")) (banner) } }
                        }
                        div.head {
                            span.brand aria-hidden="true" { (PreEscaped(BRAND)) }
                            div {
                                p.kind { "Fairlead · " (self.kind) }
                                h1 { (self.title) }
                                p.meta { (meta) }
                            }
                        }
                    }
                    div.frame.alone[!with_nav] {
                        (nav)
                        main id="content" tabindex="-1" { (body) }
                    }
                    footer {
                        p { "Fairlead " (self.version) " · made " (icon::time(self.generated)) }
                    }
                }
            }
        }
        .into_string()
    }
}
