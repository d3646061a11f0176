//! Groups: computed ones, changed ones, new ones; and who belongs to them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::content::groups as computed;
use super::ids::Kind;
use super::{Tenant, World};

/// A group.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Group {
    pub(crate) id: Uuid,
    pub(crate) display_name: String,
    pub(crate) description: Option<String>,
    pub(crate) mail_nickname: String,
    /// A Microsoft 365 group: it has an address and can hold plans.
    pub(crate) unified: bool,
    pub(crate) security_enabled: bool,
    /// `Public`, `Private` or `HiddenMembership`.
    pub(crate) visibility: Option<String>,
    /// Microsoft Teams is on it.
    pub(crate) team: bool,
    /// The rule of a dynamic group.
    pub(crate) rule: Option<String>,
    pub(crate) other: Map<String, Value>,
    pub(crate) created: Timestamp,
    pub(crate) visible_from: Timestamp,
}

impl Group {
    /// Who belongs to it is shown to nobody without a permission for hidden memberships.
    pub(crate) fn hides_members(&self) -> bool {
        self.visibility.as_deref() == Some("HiddenMembership")
    }
}

/// Who was added to and removed from what was computed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Difference {
    added: BTreeSet<Uuid>,
    removed: BTreeSet<Uuid>,
}

impl Difference {
    fn set(&mut self, id: Uuid, belongs: bool) {
        if belongs {
            self.removed.remove(&id);
            self.added.insert(id);
        } else {
            self.added.remove(&id);
            self.removed.insert(id);
        }
    }

    fn apply(&self, to: Vec<Uuid>) -> Vec<Uuid> {
        let mut result: Vec<Uuid> = to
            .into_iter()
            .filter(|id| !self.removed.contains(id) && !self.added.contains(id))
            .collect();
        result.extend(&self.added);
        result
    }
}

/// What was changed of the groups since the start.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GroupChanges {
    /// New ones, in the order they were made in.
    new: Vec<Uuid>,
    /// New and changed ones.
    records: BTreeMap<Uuid, Group>,
    /// In the recycle bin since then.
    deleted: BTreeMap<Uuid, Timestamp>,
    /// Gone for good.
    purged: BTreeSet<Uuid>,
    members: BTreeMap<Uuid, Difference>,
    owners: BTreeMap<Uuid, Difference>,
    /// Accounts that are members of every computed Microsoft 365 group.
    everywhere: BTreeSet<Uuid>,
}

impl Tenant {
    /// How many places the list of groups has; places of deleted ones are empty.
    pub(crate) fn groups_count(&self) -> u64 {
        self.size.groups + computed::security_groups(self) + self.groups.new.len() as u64
    }

    fn group_id_at(&self, place: u64) -> Option<Uuid> {
        let security = computed::security_groups(self);
        if place < self.size.groups {
            Some(self.ids().guid(Kind::Group, place))
        } else if place < self.size.groups + security {
            Some(
                self.ids()
                    .guid(Kind::SecurityGroup, place - self.size.groups),
            )
        } else {
            let at = usize::try_from(place - self.size.groups - security).ok()?;
            self.groups.new.get(at).copied()
        }
    }

    /// The group at a place in the list of all.
    pub(crate) fn group_at(&self, place: u64) -> Option<Group> {
        self.group(self.group_id_at(place)?)
    }

    /// The group with this id, deleted or not.
    fn any_group(&self, id: Uuid) -> Option<Group> {
        if self.groups.purged.contains(&id) {
            return None;
        }
        let changed = self.groups.records.get(&id).cloned();
        changed.or_else(|| computed::group(self, id))
    }

    /// The group with this id.
    pub(crate) fn group(&self, id: Uuid) -> Option<Group> {
        if self.groups.deleted.contains_key(&id) {
            return None;
        }
        self.any_group(id)
    }

    /// The deleted group with this id, and since when it is deleted.
    pub(crate) fn deleted_group(&self, id: Uuid) -> Option<(Group, Timestamp)> {
        let since = *self.groups.deleted.get(&id)?;
        Some((self.any_group(id)?, since))
    }

    /// The groups in the recycle bin.
    pub(crate) fn deleted_groups(&self) -> Vec<(Group, Timestamp)> {
        self.groups
            .deleted
            .keys()
            .filter_map(|id| self.deleted_group(*id))
            .collect()
    }

    /// Keeps a new or changed group.
    pub(crate) fn keep_group(&mut self, group: Group) {
        if self.any_group(group.id).is_none() {
            self.groups.new.push(group.id);
        }
        self.groups.records.insert(group.id, group);
    }

    /// Puts a group into the recycle bin.
    pub(crate) fn delete_group(&mut self, id: Uuid, now: Timestamp) {
        self.groups.deleted.insert(id, now);
    }

    /// Takes a group out of the recycle bin.
    pub(crate) fn restore_group(&mut self, id: Uuid) {
        self.groups.deleted.remove(&id);
    }

    /// Ends a group for good.
    pub(crate) fn purge_group(&mut self, id: Uuid) {
        self.groups.deleted.remove(&id);
        self.groups.purged.insert(id);
    }

    /// Who belongs to a group directly: users and, in security groups, groups.
    pub(crate) fn members(&self, group: Uuid) -> Vec<Uuid> {
        let mut members = computed::members(self, group);
        if self.ids().index_of(Kind::Group, group).is_some() {
            members.extend(&self.groups.everywhere);
        }
        match self.groups.members.get(&group) {
            Some(difference) => difference.apply(members),
            None => members,
        }
    }

    /// Whether a user or group belongs to a group directly.
    pub(crate) fn is_member(&self, group: Uuid, id: Uuid) -> bool {
        if let Some(difference) = self.groups.members.get(&group) {
            if difference.added.contains(&id) {
                return true;
            }
            if difference.removed.contains(&id) {
                return false;
            }
        }
        let everywhere = self.groups.everywhere.contains(&id)
            && self.ids().index_of(Kind::Group, group).is_some();
        everywhere || computed::members(self, group).contains(&id)
    }

    /// Makes a user or group a member, or ends that.
    pub(crate) fn set_member(&mut self, group: Uuid, id: Uuid, belongs: bool) {
        let difference = self.groups.members.entry(group).or_default();
        difference.set(id, belongs);
    }

    /// Makes an account a member of every computed Microsoft 365 group.
    pub(crate) fn set_member_everywhere(&mut self, id: Uuid) {
        self.groups.everywhere.insert(id);
    }

    /// Who owns a group.
    pub(crate) fn group_owners(&self, group: Uuid) -> Vec<Uuid> {
        let owners = computed::owners(self, group);
        match self.groups.owners.get(&group) {
            Some(difference) => difference.apply(owners),
            None => owners,
        }
    }

    /// Makes a user an owner of a group, or ends that.
    pub(crate) fn set_group_owner(&mut self, group: Uuid, id: Uuid, owns: bool) {
        let difference = self.groups.owners.entry(group).or_default();
        difference.set(id, owns);
    }

    /// Who belongs to a group directly or through other groups; each once.
    pub(crate) fn transitive_members(&self, group: Uuid) -> Vec<Uuid> {
        let mut seen = BTreeSet::from([group]);
        let mut result = Vec::new();
        let mut open = vec![group];
        while let Some(group) = open.pop() {
            for member in self.members(group) {
                if seen.insert(member) {
                    result.push(member);
                    if self.group(member).is_some() {
                        open.push(member);
                    }
                }
            }
        }
        result
    }

    /// The groups that a user or group belongs to directly.
    pub(crate) fn groups_of(&self, id: Uuid) -> Vec<Uuid> {
        (0..self.groups_count())
            .filter_map(|place| self.group_id_at(place))
            .filter(|group| self.is_member(*group, id) && self.group(*group).is_some())
            .collect()
    }
}

impl World {
    /// Whether reads see a group yet.
    pub(crate) fn sees_group(&self, group: &Group) -> bool {
        group.visible_from <= self.now()
    }
}
