//! Icons by shape: each verdict has its own, so that none depends on its colour.

use jiff::Timestamp;
use maud::{Markup, html};

use super::tone;
use crate::show::mark::Mark;
use crate::show::words::{capital, utc};

/// What is drawn for a name: filled outlines with the sign cut out, or lines.
enum Drawing {
    Filled(&'static str),
    Lines(&'static str),
}

const fn drawing(mark: Mark) -> Drawing {
    match mark {
        Mark::Passed => Drawing::Filled(
            "M8 .5a7.5 7.5 0 1 1 0 15 7.5 7.5 0 0 1 0-15ZM3.4 8.3 6.9 11.8 12.6 6.1 11.4 4.9 6.9 9.4 4.6 7.1Z",
        ),
        Mark::Warning => Drawing::Filled(
            "M8 .9c.4 0 .8.2 1 .6l6.6 12c.4.8-.1 1.7-1 1.7H1.4c-.9 0-1.4-.9-1-1.7l6.6-12c.2-.4.6-.6 1-.6ZM7 5.4l.4 5h1.2l.4-5ZM8 11.4a1 1 0 1 0 0 2 1 1 0 0 0 0-2Z",
        ),
        Mark::Failed => Drawing::Filled(
            "M4.9.5h6.2l4.4 4.4v6.2l-4.4 4.4H4.9L.5 11.1V4.9ZM5.3 4.1 4.1 5.3 6.8 8 4.1 10.7 5.3 11.9 8 9.2 10.7 11.9 11.9 10.7 9.2 8 11.9 5.3 10.7 4.1 8 6.8Z",
        ),
        Mark::Unknown => Drawing::Lines(
            "M8 .9 15.1 8 8 15.1.9 8ZM6.3 6.5c0-1 .8-1.7 1.8-1.7s1.7.7 1.7 1.5c0 1.3-1.7 1.3-1.7 2.7M8.1 10.9v.4",
        ),
        Mark::NotRun => Drawing::Lines(
            "M5.3 8h5.4M8 1.2c1 0 2 .2 2.8.6M13.3 3.7c.6.7 1 1.5 1.3 2.4M14.7 9c-.2 1-.6 1.8-1.1 2.6M11.7 13.7c-.8.5-1.7.8-2.7.9M6.2 14.5c-1-.2-1.8-.7-2.5-1.3M2.1 11.3C1.6 10.5 1.3 9.5 1.2 8.5M1.4 6c.3-1 .8-1.8 1.4-2.5M4.9 1.9C5.4 1.7 5.9 1.5 6.3 1.4",
        ),
        Mark::Waiting => {
            Drawing::Lines("M8 1.2a6.8 6.8 0 1 1 0 13.6 6.8 6.8 0 0 1 0-13.6ZM8 4v4.2l2.8 1.7")
        }
    }
}

/// The drawings, once for the whole page.
pub(super) fn sprite() -> Markup {
    html! {
        svg.sprite aria-hidden="true" width="0" height="0" {
            @for mark in Mark::ALL {
                symbol id={ "icon-" (mark.name()) } viewBox="0 0 16 16" { (draw(&drawing(mark))) }
            }
            symbol id="icon-chevron" viewBox="0 0 16 16" { (draw(&Drawing::Lines("M6 3.5 10.5 8 6 12.5"))) }
            symbol id="icon-simulated" viewBox="0 0 16 16" {
                (draw(&Drawing::Lines(
                    "M6 1.2h4M6.8 1.2v4.5L2.3 13c-.5.8.1 1.8 1 1.8h9.4c.9 0 1.5-1 1-1.8L9.2 5.7V1.2M4.5 10h7",
                )))
            }
        }
    }
}

fn draw(drawing: &Drawing) -> Markup {
    match drawing {
        Drawing::Filled(path) => html! { path fill="currentColor" fill-rule="evenodd" d=(path) {} },
        Drawing::Lines(path) => html! {
            path fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round"
                stroke-linejoin="round" d=(path) {}
        },
    }
}

/// An icon of the sprite, for eyes alone: a word stands beside it.
pub(super) fn icon(name: &str) -> Markup {
    html! { svg.icon aria-hidden="true" focusable="false" { use href={ "#icon-" (name) } {} } }
}

/// A mark as shape and word.
pub(super) fn mark(mark: Mark, word: &str) -> Markup {
    html! {
        span class={ "mark " (tone(mark)) } {
            (icon(mark.name()))
            span { (capital(word)) }
        }
    }
}

/// A time, for people and for programs.
pub(super) fn time(at: Timestamp) -> Markup {
    html! { time datetime=(at) { (utc(at)) } }
}
