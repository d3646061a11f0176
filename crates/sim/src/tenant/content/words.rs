//! What names and titles are made of.

pub(super) const GIVEN: [&str; 32] = [
    "Anna",
    "Bjørn",
    "Çağla",
    "Dmitri",
    "Élodie",
    "Freja",
    "Grzegorz",
    "Hana",
    "Ingrid",
    "José",
    "Katarzyna",
    "Lærke",
    "Mikkel",
    "Nguyễn",
    "Oluwaseun",
    "Păvel",
    "Qiang",
    "Rasmus",
    "Søren",
    "Thérèse",
    "Ulla",
    "Václav",
    "Wei",
    "Xenia",
    "Yuki",
    "Žofia",
    "Åse",
    "Mette",
    "Jürgen",
    "Noor",
    "Peter",
    "Sarah",
];

pub(super) const SURNAMES: [&str; 29] = [
    "Andersen",
    "Bądkowski",
    "Christensen",
    "D'Souza",
    "Eriksson",
    "Fernández",
    "Großmann",
    "Hansen",
    "İnan",
    "Jørgensen",
    "Kovács",
    "Lindström",
    "Müller",
    "Nielsen",
    "O'Brien",
    "Petrović",
    "Quist",
    "Rask",
    "Sørensen",
    "Tanaka",
    "Uddin",
    "Van der Berg",
    "Wójcik",
    "Xu",
    "Ystad",
    "Zhang",
    "Østergaard",
    "Smith",
    "Dubois",
];

pub(super) const DEPARTMENTS: [&str; 8] = [
    "Finance",
    "Human Resources",
    "IT",
    "Legal",
    "Marketing",
    "Operations",
    "Research",
    "Sales",
];

pub(super) const TITLES: [&str; 7] = [
    "Analyst",
    "Consultant",
    "Coordinator",
    "Director",
    "Engineer",
    "Specialist",
    "Team Lead",
];

pub(super) const COUNTRIES: [(&str, &str, &str); 5] = [
    ("DK", "Denmark", "København"),
    ("DE", "Germany", "Köln"),
    ("SE", "Sweden", "Malmö"),
    ("PL", "Poland", "Łódź"),
    ("US", "United States", "Portland"),
];

pub(super) const TEAMS: [&str; 14] = [
    "Customer Onboarding",
    "Facilities",
    "Kvalitetssikring",
    "Product Launch",
    "Année fiscale",
    "Budget & Controlling",
    "Data Platform",
    "Recruiting",
    "Straße 12 – Umbau",
    "Support",
    "Sustainability",
    "Транспорт",
    "Website Relaunch",
    "Works Council",
];

pub(super) const PLANS: [&str; 10] = [
    "Backlog",
    "Q1 roadmap",
    "Møder og beslutninger",
    "Weekly operations",
    "Projektplan 2026",
    "Audit findings",
    "Ideas",
    "リリース計画",
    "Risks & issues",
    "Umzug Köln",
];

pub(super) const BUCKETS: [&str; 8] = [
    "To do",
    "In progress",
    "Waiting for others",
    "Til godkendelse",
    "Geprüft",
    "Later",
    "Done this week",
    "待办事项",
];

pub(super) const VERBS: [&str; 12] = [
    "Prepare",
    "Review",
    "Update",
    "Send",
    "Book",
    "Check",
    "Translate",
    "Publish",
    "Archive",
    "Afstem",
    "Prüfe",
    "Discuss",
];

pub(super) const THINGS: [&str; 16] = [
    "the contract with Fabrikam",
    "invoice no. 4711",
    "the floor plan",
    "release notes",
    "årsregnskabet",
    "the onboarding checklist",
    "meeting room \"Ørsted\"",
    "the price list (EUR/€)",
    "supplier answers",
    "Übergabeprotokoll",
    "the risk register",
    "training slides",
    "passwords of shared mailboxes",
    "日本語のマニュアル",
    "the <draft> & its appendix",
    "backups 🗄️",
];

pub(super) const LABELS: [&str; 6] = [
    "Blocked",
    "Haster",
    "External",
    "Kostenrelevant",
    "法務",
    "Idea",
];

pub(super) const STEPS: [&str; 8] = [
    "Ask the owner",
    "Collect the numbers",
    "Get it approved",
    "Skriv udkast",
    "Gegenlesen",
    "Tell everyone",
    "File it",
    "Überprüfen 100%",
];

pub(super) const LINKS: [(&str, &str, &str); 5] = [
    (
        "https://contoso.sharepoint.example/sites/finance/Shared Documents/Budget 2026 100%.xlsx",
        "Budget",
        "Excel",
    ),
    (
        "https://contoso.sharepoint.example/sites/hr/Delte dokumenter/Håndbog.docx",
        "Håndbog",
        "Word",
    ),
    (
        "https://contoso.sharepoint.example/:p:/s/sales/Deck_v2.0#slide=3",
        "Deck",
        "PowerPoint",
    ),
    (
        "https://www.fabrikam.example/a/b?x=1&y=user@host",
        "Fabrikam",
        "Other",
    ),
    ("http://intranet.contoso.example:8080/wiki", "Wiki", "Other"),
];

pub(super) const ROOMS: [&str; 12] = [
    "Ørsted",
    "Bohr",
    "Brahe",
    "Curie",
    "Euler",
    "Gauß",
    "Hopper",
    "Lovelace",
    "Nightingale",
    "Noether",
    "Turing",
    "Ångström",
];

/// The letters of a name that an address can hold.
pub(super) fn plain(name: &str) -> String {
    let mut plain = String::new();
    for letter in name.chars() {
        match letter {
            'ø' | 'Ø' | 'ó' => plain.push('o'),
            'æ' | 'Æ' => plain.push_str("ae"),
            'å' | 'Å' => plain.push_str("aa"),
            'ü' | 'Ü' => plain.push_str("ue"),
            'ö' => plain.push_str("oe"),
            'ß' => plain.push_str("ss"),
            'ą' | 'ă' | 'á' | 'ä' => plain.push('a'),
            'Ç' | 'ć' | 'č' => plain.push('c'),
            'é' | 'É' | 'è' | 'ễ' => plain.push('e'),
            'ğ' => plain.push('g'),
            'İ' | 'í' => plain.push('i'),
            'ł' | 'Ł' => plain.push('l'),
            'Ž' | 'ž' => plain.push('z'),
            other if other.is_ascii_alphanumeric() => plain.push(other.to_ascii_lowercase()),
            _ => {}
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_has_letters_for_an_address() {
        for name in GIVEN.iter().chain(&SURNAMES).chain(&ROOMS) {
            let plain = plain(name);
            assert!(plain.len() >= 2, "`{name}` becomes `{plain}`");
            assert!(plain.is_ascii());
        }
    }
}
