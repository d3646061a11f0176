//! Users: the named accounts, ordinary users computed from the seed, rooms.

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::super::ids::Kind;
use super::super::{Account, AccountState, Tenant};
use super::Dice;
use super::words::{COUNTRIES, DEPARTMENTS, GIVEN, ROOMS, SURNAMES, TITLES, plain};

const GUEST_DOMAIN: &str = "fabrikam.example";
const NAMES: u64 = (GIVEN.len() * SURNAMES.len()) as u64;
/// Coprime with the number of names, so that every name comes once before one comes twice.
const STRIDE: u64 = 389;

#[derive(Debug, Clone, Copy)]
enum Source<'a> {
    Account(&'a Account),
    Ordinary(u64),
    Room(u64),
}

/// A user.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Person<'a> {
    tenant: &'a Tenant,
    source: Source<'a>,
    pub(crate) id: Uuid,
}

impl Tenant {
    /// How many users there are.
    pub(crate) fn people_count(&self) -> u64 {
        self.accounts.len() as u64 + self.size.users + self.size.rooms
    }

    /// The user at a place in the list of all.
    pub(crate) fn person_at(&self, place: u64) -> Option<Person<'_>> {
        let accounts = self.accounts.len() as u64;
        if let Some(account) = usize::try_from(place)
            .ok()
            .and_then(|at| self.accounts.get(at))
        {
            return Some(Person {
                tenant: self,
                source: Source::Account(account),
                id: account.id,
            });
        }
        let place = place.checked_sub(accounts)?;
        if place < self.size.users {
            return Some(self.ordinary(place));
        }
        let place = place - self.size.users;
        (place < self.size.rooms).then(|| self.room(place))
    }

    /// The ordinary user with this number.
    pub(super) fn ordinary(&self, index: u64) -> Person<'_> {
        Person {
            tenant: self,
            source: Source::Ordinary(index),
            id: self.ids().guid(Kind::User, index),
        }
    }

    fn room(&self, index: u64) -> Person<'_> {
        Person {
            tenant: self,
            source: Source::Room(index),
            id: self.ids().guid(Kind::Room, index),
        }
    }

    /// The user with this object id.
    pub(crate) fn person(&self, id: Uuid) -> Option<Person<'_>> {
        match self.ids().read_guid(id)? {
            (Kind::User, index) if index < self.size.users => Some(self.ordinary(index)),
            (Kind::Room, index) if index < self.size.rooms => Some(self.room(index)),
            _ => {
                let account = self.accounts.iter().find(|account| account.id == id)?;
                Some(Person {
                    tenant: self,
                    source: Source::Account(account),
                    id,
                })
            }
        }
    }

    /// The user with this user principal name; letters' case does not matter.
    pub(crate) fn person_named(&self, name: &str) -> Option<Person<'_>> {
        let found = self
            .accounts
            .iter()
            .find(|account| account.user_principal_name.eq_ignore_ascii_case(name))
            .map(|account| Person {
                tenant: self,
                source: Source::Account(account),
                id: account.id,
            });
        let name = name.to_ascii_lowercase();
        found
            .or_else(|| self.ordinary(self.index_named(&name)?).if_named(&name))
            .or_else(|| (0..self.size.rooms).find_map(|index| self.room(index).if_named(&name)))
    }

    fn index_named(&self, name: &str) -> Option<u64> {
        let local = name.split('@').next()?;
        let local = local.split('_').next()?;
        let digits = local.trim_start_matches(|letter: char| !letter.is_ascii_digit());
        let (given, surname) = local.strip_suffix(digits)?.split_once('.')?;
        let cycle: u64 = if digits.is_empty() {
            0
        } else {
            digits.parse::<u64>().ok()?.checked_sub(1)?
        };
        let place =
            |names: &[&str], wanted: &str| names.iter().position(|name| plain(name) == wanted);
        let combination = place(&SURNAMES, surname)? * GIVEN.len() + place(&GIVEN, given)?;
        (0..NAMES)
            .find(|index| name_of(self.seed, *index) == combination as u64)
            .and_then(|index| cycle.checked_mul(NAMES)?.checked_add(index))
            .filter(|index| *index < self.size.users)
    }
}

/// Which name the ordinary user with this number has.
const fn name_of(seed: u64, index: u64) -> u64 {
    ((index % NAMES) * STRIDE + seed % NAMES) % NAMES
}

impl Person<'_> {
    fn if_named(self, name: &str) -> Option<Self> {
        self.user_principal_name()
            .eq_ignore_ascii_case(name)
            .then_some(self)
    }

    fn dice(&self) -> Option<Dice> {
        match self.source {
            Source::Ordinary(index) => Some(Dice::new(self.tenant.ids(), Kind::User, index)),
            _ => None,
        }
    }

    pub(super) const fn tenant(&self) -> &Tenant {
        self.tenant
    }

    /// The account behind it, where it is a named one.
    pub(crate) const fn account(&self) -> Option<&Account> {
        match self.source {
            Source::Account(account) => Some(account),
            _ => None,
        }
    }

    fn names(&self) -> Option<(&'static str, &'static str)> {
        let Source::Ordinary(index) = self.source else {
            return None;
        };
        let name = usize::try_from(name_of(self.tenant.seed, index)).unwrap_or_default();
        Some((GIVEN[name % GIVEN.len()], SURNAMES[name / GIVEN.len()]))
    }

    pub(crate) fn given_name(&self) -> Option<String> {
        match self.source {
            Source::Account(account) => account.display_name.split(' ').next().map(str::to_owned),
            _ => self.names().map(|(given, _)| given.to_owned()),
        }
    }

    pub(crate) fn surname(&self) -> Option<String> {
        match self.source {
            Source::Account(account) => {
                let (_, surname) = account.display_name.split_once(' ')?;
                Some(surname.to_owned())
            }
            _ => self.names().map(|(_, surname)| surname.to_owned()),
        }
    }

    pub(crate) fn display_name(&self) -> String {
        match (self.source, self.names()) {
            (Source::Account(account), _) => account.display_name.clone(),
            (Source::Room(index), _) => format!("Room {} {}", room_name(index), index + 1),
            (_, Some((given, surname))) if self.is_guest() => {
                format!("{given} {surname} (Fabrikam)")
            }
            (_, Some((given, surname))) => format!("{given} {surname}"),
            (Source::Ordinary(_), None) => String::new(),
        }
    }

    fn local_part(&self) -> String {
        match (self.source, self.names()) {
            (Source::Room(index), _) => format!("room-{}-{}", plain(room_name(index)), index + 1),
            (Source::Ordinary(index), Some((given, surname))) => {
                let cycle = index / NAMES;
                let number = if cycle == 0 {
                    String::new()
                } else {
                    (cycle + 1).to_string()
                };
                format!("{}.{}{number}", plain(given), plain(surname))
            }
            _ => String::new(),
        }
    }

    pub(crate) fn user_principal_name(&self) -> String {
        let domain = &self.tenant.initial_domain;
        match self.source {
            Source::Account(account) => account.user_principal_name.clone(),
            _ if self.is_guest() => {
                format!("{}_{GUEST_DOMAIN}#EXT#@{domain}", self.local_part())
            }
            _ => format!("{}@{domain}", self.local_part()),
        }
    }

    pub(crate) fn mail(&self) -> Option<String> {
        match self.source {
            Source::Account(account) if account.guest => None,
            Source::Account(account) => Some(account.user_principal_name.clone()),
            _ if self.is_guest() => Some(format!("{}@{GUEST_DOMAIN}", self.local_part())),
            _ => Some(self.user_principal_name()),
        }
    }

    pub(crate) fn is_guest(&self) -> bool {
        match self.source {
            Source::Account(account) => account.guest,
            _ => self.dice().is_some_and(|dice| dice.once_in(1, 25)),
        }
    }

    pub(crate) fn is_enabled(&self) -> bool {
        match self.source {
            Source::Account(account) => account.state != AccountState::Disabled,
            Source::Ordinary(_) => self.dice().is_some_and(|dice| !dice.once_in(2, 20)),
            Source::Room(_) => false,
        }
    }

    pub(crate) fn department(&self) -> Option<&'static str> {
        self.dice().map(|dice| dice.pick(3, &DEPARTMENTS))
    }

    pub(crate) fn job_title(&self) -> Option<&'static str> {
        self.dice().map(|dice| dice.pick(4, &TITLES))
    }

    /// Country code, country and city.
    pub(crate) fn place(&self) -> (&'static str, &'static str, &'static str) {
        self.dice()
            .map_or(COUNTRIES[0], |dice| dice.pick(5, &COUNTRIES))
    }

    pub(crate) fn mobile_phone(&self) -> Option<String> {
        let number = self.dice()?.below(6, 90_000_000) + 10_000_000;
        Some(format!("+45 {number}"))
    }

    /// Whether it comes from a directory on premises.
    pub(crate) fn is_synced(&self) -> bool {
        self.dice().is_some_and(|dice| dice.once_in(7, 3))
    }

    pub(crate) fn created(&self) -> Timestamp {
        let days = self.dice().map_or(900, |dice| dice.below(8, 2000) + 30);
        let age = SignedDuration::from_hours(24 * i64::try_from(days).unwrap_or_default());
        self.tenant
            .created
            .checked_sub(age)
            .unwrap_or(self.tenant.created)
    }

    /// Its licence's number in [`super::licences::SKUS`], where it has one.
    pub(super) fn sku(&self) -> Option<usize> {
        match self.source {
            Source::Account(account) => (!account.service_plans.is_empty()).then_some(0),
            Source::Room(_) => None,
            Source::Ordinary(_) if self.is_guest() => None,
            Source::Ordinary(_) => match self.dice()?.below(9, 10) {
                0 => None,
                1 => Some(1),
                2 => Some(2),
                _ => Some(0),
            },
        }
    }
}

fn room_name(index: u64) -> &'static str {
    let at = usize::try_from(index % ROOMS.len() as u64).unwrap_or_default();
    ROOMS[at]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::options::{Options, Size};
    use crate::tenant::World;

    fn world() -> World {
        World::new(Options {
            seed: 5,
            size: Size {
                users: 2500,
                ..Size::default()
            },
            ..Options::default()
        })
    }

    #[test]
    fn every_user_has_a_name_of_its_own_and_is_found_by_it() {
        let world = world();
        let mut names = BTreeSet::new();
        for place in 0..world.tenant.people_count() {
            let person = world.tenant.person_at(place).unwrap();
            let name = person.user_principal_name();
            assert_eq!(
                world.tenant.person_named(&name).map(|p| p.id),
                Some(person.id),
                "{name}"
            );
            assert_eq!(
                world.tenant.person(person.id).map(|p| p.id),
                Some(person.id)
            );
            assert!(names.insert(name));
        }
    }

    #[test]
    fn some_are_guests_some_disabled_and_rooms_never_sign_in() {
        let world = world();
        let all: Vec<_> = (0..world.tenant.people_count())
            .filter_map(|place| world.tenant.person_at(place))
            .collect();
        let count =
            |of: &dyn Fn(&Person<'_>) -> bool| all.iter().filter(|person| of(person)).count();
        assert!(count(&|person| person.is_guest()) > 50);
        assert!(count(&|person| !person.is_enabled()) > 50);
        let rooms =
            count(&|person| matches!(person.source, Source::Room(_)) && !person.is_enabled());
        assert_eq!(rooms, 12);
        assert!(count(&|person| person.sku().is_none()) > 100);
    }

    #[test]
    fn a_name_that_nobody_has_finds_nobody() {
        let world = world();
        for name in ["", "x", "anna.andersen9999@contoso.example", "@", "a.b_c@d"] {
            assert!(world.tenant.person_named(name).is_none(), "{name}");
        }
    }
}
