use fairlead_domain::check::Verdict;
use uuid::Uuid;

use super::Defect;
use super::plant::Planting;
use crate::options::Size;
use crate::tenant::World;

/// What a scenario is made of.
#[derive(Debug)]
pub(crate) struct Definition {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(super) resize: Option<fn(&mut Size)>,
    /// Hold from the start.
    pub(super) defects: &'static [Defect],
    /// Done at the start.
    pub(super) start: Option<fn(&mut World)>,
    /// Done once for each app.
    pub(super) planted: &'static [Effect],
    /// Undoes what is no data of Graph's.
    pub(super) mend: Option<fn(&mut World)>,
    /// What a tester finds; where nothing is said, that all is well.
    pub(super) finds: &'static [Find],
}

/// Something that is planted.
#[derive(Debug, Clone, Copy)]
pub(super) enum Effect {
    /// In the tenant, whichever app it was planted with.
    Defect(Defect),
    /// On an app of the tenant.
    App(fn(&mut World, &Planting)),
    /// On a vendor's app.
    Vendor(fn(&mut World, &Planting)),
    /// On either.
    Any(fn(&mut World, &Planting)),
    /// On the account that signed in to the app.
    Account(fn(&mut World, Uuid)),
}

/// What a tester finds with some credentials, in some profiles.
#[derive(Debug, Clone, Copy)]
pub(super) struct Find {
    pub(super) with: u8,
    /// All of them where none is named.
    pub(super) profiles: &'static [&'static str],
    /// Of the whole test.
    pub(super) verdict: Verdict,
    /// The first, in the order of `docs/checks.md`, that is a warning, failed or unknown.
    pub(super) check: &'static str,
}

pub(super) const CERTIFICATE: u8 = 1;
pub(super) const SECRET: u8 = 2;
pub(super) const ACCOUNT: u8 = 4;
pub(super) const VENDOR: u8 = 8;
/// Apps without a user.
pub(super) const APP: u8 = CERTIFICATE | SECRET;
/// Everything whose app is registered in the tenant.
pub(super) const OWN: u8 = APP | ACCOUNT;
pub(super) const ALL: u8 = OWN | VENDOR;

/// A scenario in which nothing is wrong yet.
pub(super) const fn scenario(name: &'static str, title: &'static str) -> Definition {
    Definition {
        name,
        title,
        resize: None,
        defects: &[],
        start: None,
        planted: &[],
        mend: None,
        finds: &[],
    }
}

const fn find(with: u8, verdict: Verdict, check: &'static str) -> Find {
    Find {
        with,
        profiles: &[],
        verdict,
        check,
    }
}

pub(super) const fn failed(with: u8, check: &'static str) -> Find {
    find(with, Verdict::Failed, check)
}

pub(super) const fn warning(with: u8, check: &'static str) -> Find {
    find(with, Verdict::Warning, check)
}

pub(super) const fn unknown(with: u8, check: &'static str) -> Find {
    find(with, Verdict::Unknown, check)
}

impl Find {
    pub(super) const fn only(mut self, profiles: &'static [&'static str]) -> Self {
        self.profiles = profiles;
        self
    }
}

impl Definition {
    /// Every defect that it brings, now or later.
    pub(super) fn all_defects(&self) -> impl Iterator<Item = Defect> {
        let planted = self.planted.iter().filter_map(|effect| match effect {
            Effect::Defect(defect) => Some(*defect),
            _ => None,
        });
        self.defects.iter().copied().chain(planted)
    }

    /// Whether something of it can't be repaired through Graph.
    pub(super) fn is_beyond_graph(&self) -> bool {
        self.mend.is_some() || self.all_defects().next().is_some()
    }
}
