//! Microsoft 365 groups and security groups, computed from the seed.

use jiff::SignedDuration;
use serde_json::Map;
use uuid::Uuid;

use super::super::Tenant;
use super::super::groups::Group;
use super::super::ids::Kind;
use super::Dice;
use super::words::{DEPARTMENTS, TEAMS, plain};
use crate::scenario::Defect;

/// How many security groups there are.
pub(in crate::tenant) fn security_groups(tenant: &Tenant) -> u64 {
    if tenant.size.groups == 0 {
        0
    } else {
        (tenant.size.groups / 4).max(3)
    }
}

fn place(tenant: &Tenant, id: Uuid) -> Option<(Kind, u64)> {
    match tenant.ids().read_guid(id)? {
        (Kind::Group, index) if index < tenant.size.groups => Some((Kind::Group, index)),
        (Kind::SecurityGroup, index) if index < security_groups(tenant) => {
            Some((Kind::SecurityGroup, index))
        }
        _ => None,
    }
}

pub(in crate::tenant) fn group(tenant: &Tenant, id: Uuid) -> Option<Group> {
    let (kind, index) = place(tenant, id)?;
    let dice = Dice::new(tenant.ids(), kind, index);
    let unified = kind == Kind::Group;
    let cycle = index / TEAMS.len() as u64;
    let name = if unified {
        let name = TEAMS[usize::try_from(index % TEAMS.len() as u64).unwrap_or_default()];
        if cycle == 0 {
            name.to_owned()
        } else {
            format!("{name} {}", cycle + 1)
        }
    } else {
        format!(
            "sg-{}-{}",
            dice.pick(1, &DEPARTMENTS).to_lowercase(),
            index + 1
        )
    };
    let hides = tenant.defects.contains(&Defect::HiddenMembership);
    let visibility = match dice.below(2, 10) {
        _ if !unified => None,
        // The last group of a tenant that has several hides its members, whatever the seed says.
        _ if hides && index + 1 == tenant.size.groups && index > 1 => Some("HiddenMembership"),
        0..=4 => Some("Public"),
        9 if hides => Some("HiddenMembership"),
        _ => Some("Private"),
    };
    let days = i64::try_from(dice.below(3, 1500)).unwrap_or_default() + 10;
    let created = tenant
        .created
        .checked_sub(SignedDuration::from_hours(24 * days))
        .unwrap_or(tenant.created);
    Some(Group {
        id,
        description: dice
            .once_in(4, 2)
            .then(|| format!("Everything about: {name}")),
        mail_nickname: format!("{}{}", plain(&name), index + 1),
        display_name: name,
        unified,
        security_enabled: !unified,
        visibility: visibility.map(str::to_owned),
        team: unified && dice.once_in(5, 2),
        rule: None,
        other: Map::new(),
        created,
        visible_from: created,
    })
}

/// Which ordinary users belong to a computed group: so many, from one on, at equal steps.
#[derive(Debug, Clone, Copy)]
pub(super) struct Members<'a> {
    tenant: &'a Tenant,
    pub(super) count: u64,
    start: u64,
    step: u64,
}

impl<'a> Members<'a> {
    pub(super) fn of(tenant: &'a Tenant, kind: Kind, index: u64) -> Self {
        let users = tenant.size.users;
        let dice = Dice::new(tenant.ids(), kind, index);
        let first = 1 + dice.below(8, 50);
        Self {
            tenant,
            count: users.min(3 + dice.below(6, 22)),
            start: dice.below(7, users),
            // A step that shares no factor with the number of users meets each user once.
            step: (first..first + users.max(1))
                .find(|step| gcd(*step, users) == 1)
                .unwrap_or(1),
        }
    }

    pub(super) fn at(&self, number: u64) -> Uuid {
        let user = (self.start + number * self.step) % self.tenant.size.users.max(1);
        self.tenant.ids().guid(Kind::User, user)
    }
}

pub(in crate::tenant) fn members(tenant: &Tenant, id: Uuid) -> Vec<Uuid> {
    let Some((kind, index)) = place(tenant, id) else {
        return Vec::new();
    };
    let users = Members::of(tenant, kind, index);
    let mut members: Vec<Uuid> = (0..users.count).map(|number| users.at(number)).collect();
    // Security groups stand in chains of three.
    if kind == Kind::SecurityGroup && index % 3 != 2 && index + 1 < security_groups(tenant) {
        members.push(tenant.ids().guid(Kind::SecurityGroup, index + 1));
    }
    members
}

const fn gcd(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

pub(in crate::tenant) fn owners(tenant: &Tenant, id: Uuid) -> Vec<Uuid> {
    members(tenant, id)
        .into_iter()
        .filter(|member| {
            tenant
                .person(*member)
                .is_some_and(|person| !person.is_guest())
        })
        .take(2)
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::options::Options;
    use crate::tenant::World;

    #[test]
    fn every_group_has_distinct_members_and_owners_among_them() {
        let world = World::new(Options::default());
        let tenant = &world.tenant;
        for place in 0..tenant.groups_count() {
            let group = tenant.group_at(place).unwrap();
            let members = tenant.members(group.id);
            let distinct: BTreeSet<_> = members.iter().collect();
            assert_eq!(distinct.len(), members.len());
            assert!(members.len() >= 3);
            assert!(
                tenant
                    .group_owners(group.id)
                    .iter()
                    .all(|owner| members.contains(owner))
            );
            assert!(
                members
                    .iter()
                    .all(|member| tenant.is_member(group.id, *member))
            );
        }
    }

    #[test]
    fn there_are_hidden_private_and_nested_groups() {
        let mut world = World::new(Options::default());
        world.tenant.defects.insert(Defect::HiddenMembership);
        let tenant = &world.tenant;
        let groups: Vec<_> = (0..tenant.groups_count())
            .filter_map(|place| tenant.group_at(place))
            .collect();
        let with = |of: fn(&Group) -> bool| groups.iter().filter(|group| of(group)).count();
        assert!(with(Group::hides_members) >= 1);
        assert!(with(|group| group.visibility.as_deref() == Some("Private")) >= 2);
        assert!(with(|group| !group.unified) >= 3);
        let chain = tenant.ids().guid(Kind::SecurityGroup, 0);
        let direct = tenant.members(chain).len();
        assert!(tenant.transitive_members(chain).len() > direct);
    }

    #[test]
    fn membership_changes_lie_over_what_is_computed() {
        let mut world = World::new(Options::default());
        let group = world.tenant.group_at(0).unwrap().id;
        let member = world.tenant.members(group)[0];
        let stranger = world.tenant.new_guid();
        world.tenant.set_member(group, member, false);
        world.tenant.set_member(group, stranger, true);
        assert!(!world.tenant.is_member(group, member));
        assert!(world.tenant.groups_of(stranger).contains(&group));
        assert!(!world.tenant.groups_of(member).contains(&group));
    }

    #[test]
    fn a_tenant_without_users_has_groups_without_members() {
        let mut options = Options::default();
        options.size.users = 0;
        let world = World::new(options);
        let group = world.tenant.group_at(0).unwrap().id;
        assert_eq!(world.tenant.members(group), Vec::<Uuid>::new());
    }
}
