use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::fixed::Fixed;
use super::rights::{self, see_members};
use super::users::UserView;
use super::{linked, object_id, one};
use crate::contract::types;
use crate::graph::access::holds_any;
use crate::graph::envelope::Reply;
use crate::graph::odata::{Entity, Linked, List, Select, collection, show};
use crate::graph::refusal::Refusal;
use crate::graph::request::Request;
use crate::tenant::World;
use crate::tenant::groups::Group;

const READ_GROUPS: [&str; 10] = [
    "Group.Read.All",
    "Group.ReadWrite.All",
    "Group.ReadBasic.All",
    "GroupMember.Read.All",
    "GroupMember.ReadWrite.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
    "Group.ManageProtection.All",
    "Group-NestingSupport.ReadWrite.All",
    "Group.Create",
];

/// A group as Graph shows it.
#[derive(Debug, Clone)]
pub(super) struct GroupView<'a> {
    world: &'a World,
    request: &'a Request<'a>,
    group: Group,
    deleted: Option<jiff::Timestamp>,
    stub: bool,
}

impl<'a> GroupView<'a> {
    pub(super) const fn new(world: &'a World, request: &'a Request<'a>, group: Group) -> Self {
        Self {
            world,
            request,
            group,
            deleted: None,
            stub: false,
        }
    }

    /// The same; nothing but the id where the caller may not read groups.
    pub(super) fn stub_unless_read(
        world: &'a World,
        request: &'a Request<'a>,
        group: Group,
    ) -> Self {
        Self {
            stub: !holds_any(request.claims, &READ_GROUPS),
            ..Self::new(world, request, group)
        }
    }

    pub(super) fn deleted(
        world: &'a World,
        request: &'a Request<'a>,
        group: Group,
        at: jiff::Timestamp,
    ) -> Self {
        Self {
            deleted: Some(at),
            ..Self::new(world, request, group)
        }
    }

    fn mail(&self) -> Option<String> {
        let domain = &self.world.tenant.initial_domain;
        self.group
            .unified
            .then(|| format!("{}@{domain}", self.group.mail_nickname))
    }
}

impl Entity for GroupView<'_> {
    fn kind(&self) -> &'static str {
        "group"
    }

    fn property(&self, name: &str) -> Value {
        let group = &self.group;
        if self.stub && name != "id" {
            return Value::Null;
        }
        match name {
            "id" => json!(group.id),
            "displayName" => json!(group.display_name),
            "description" => json!(group.description),
            "mailNickname" => json!(group.mail_nickname),
            "mail" => json!(self.mail()),
            "mailEnabled" => json!(group.unified),
            "securityEnabled" => json!(group.security_enabled),
            "visibility" => json!(group.visibility),
            "createdDateTime" | "renewedDateTime" => json!(group.created),
            "deletedDateTime" => json!(self.deleted),
            "membershipRule" => json!(group.rule),
            "groupTypes" => {
                let kinds = [
                    (group.unified, "Unified"),
                    (group.rule.is_some(), "DynamicMembership"),
                ];
                let kinds = kinds.iter().filter(|(is, _)| *is).map(|(_, kind)| *kind);
                json!(kinds.collect::<Vec<_>>())
            }
            "resourceProvisioningOptions" if group.team => json!(["Team"]),
            "proxyAddresses" => {
                let addresses = self.mail().map(|mail| format!("SMTP:{mail}"));
                json!(addresses.into_iter().collect::<Vec<_>>())
            }
            "securityIdentifier" => {
                let (high, low) = group.id.as_u64_pair();
                let [a, b, c, d] = [high >> 32, high & 0xffff_ffff, low >> 32, low & 0xffff_ffff];
                json!(format!("S-1-12-1-{a}-{b}-{c}-{d}"))
            }
            _ => group.other.get(name).cloned().unwrap_or_default(),
        }
    }

    fn follow(&self, name: &str) -> Linked<'_> {
        let ids = match name {
            "members" if see_members(self.world, self.request, &self.group) => {
                self.world.tenant.members(self.group.id)
            }
            "owners" => self.world.tenant.group_owners(self.group.id),
            _ => Vec::new(),
        };
        let views = ids.into_iter();
        Linked::Many(
            views
                .filter_map(|id| object(self.world, self.request, id))
                .collect(),
        )
    }
}

/// A user or group as it shows up among others.
pub(super) fn object<'a>(
    world: &'a World,
    request: &'a Request<'a>,
    id: Uuid,
) -> Option<Box<dyn Entity + 'a>> {
    if let Some(person) = world.tenant.person(id) {
        return Some(Box::new(UserView::new(world, request, person)));
    }
    let group = world.tenant.group(id)?;
    Some(Box::new(GroupView::new(world, request, group)))
}

pub(super) fn serve(world: &mut World, request: &Request<'_>) -> Result<Reply, Refusal> {
    match (request.endpoint.method, request.endpoint.path) {
        ("GET", "/groups" | "/groups/$count") => all(world, request),
        ("POST", _) => create(world, request),
        ("PATCH", _) => change(world, request),
        ("DELETE", _) => {
            let group = find(world, request)?;
            rights::manage_group(world, request, group.id)?;
            world.tenant.delete_group(group.id, world.now());
            Ok(Reply::no_content())
        }
        (_, "/groups/{group-id}") => {
            let group = find(world, request)?;
            let view = GroupView::new(world, request, group);
            one(request, &view, collection::GROUPS.expand)
        }
        (_, path) => {
            let group = find(world, request)?;
            documents(request, &group, path.ends_with("/drive"))
        }
    }
}

fn all(world: &World, request: &Request<'_>) -> Result<Reply, Refusal> {
    let list = List {
        on: &collection::GROUPS,
        count: world.tenant.groups_count(),
        at: Box::new(|place| {
            let group = world.tenant.group_at(place);
            let group = group.filter(|group| world.sees_group(group))?;
            Some(Box::new(GroupView::new(world, request, group)))
        }),
        typed: false,
        cast: false,
    };
    if request.endpoint.list {
        request.list(world, &list)
    } else {
        request.number(world, &list)
    }
}

/// The group of the path.
pub(super) fn find(world: &World, request: &Request<'_>) -> Result<Group, Refusal> {
    let id = object_id(request.id())?;
    world
        .tenant
        .group(id)
        .filter(|group| world.sees_group(group))
        .ok_or_else(|| Refusal::not_found(request.id()))
}

/// The document library or the site of a Microsoft 365 group.
fn documents(request: &Request<'_>, group: &Group, drive: bool) -> Result<Reply, Refusal> {
    let not_found = |what: &str| {
        Refusal::new(
            crate::graph::Layer::State,
            http::StatusCode::NOT_FOUND,
            "itemNotFound",
            format!("{what} not found"),
        )
    };
    if !group.unified {
        return Err(not_found("Resource"));
    }
    let site = format!(
        "https://contoso.sharepoint.example/sites/{}",
        group.mail_nickname
    );
    let times = json!({"createdDateTime": group.created, "lastModifiedDateTime": group.created});
    let mut object = if drive {
        json!({
            "id": format!("b!{}", group.id.simple()),
            "name": "Documents",
            "webUrl": format!("{site}/Shared%20Documents"),
            "driveType": "documentLibrary",
            "owner": {"group": {"displayName": group.display_name, "id": group.id}},
        })
    } else if request.second_id() == "root" {
        json!({
            "id": format!("contoso.sharepoint.example,{},{}", group.id, group.id),
            "name": group.mail_nickname,
            "displayName": group.display_name,
            "webUrl": site,
            "root": {},
            "siteCollection": {"hostname": "contoso.sharepoint.example"},
        })
    } else {
        return Err(not_found("Site"));
    };
    if let (Value::Object(object), Value::Object(times)) = (&mut object, times) {
        object.extend(times);
    }
    one(
        request,
        &Fixed::new(if drive { "drive" } else { "site" }, object),
        &[],
    )
}

fn required<'a>(body: &'a Value, name: &str) -> Result<&'a Value, Refusal> {
    body.get(name)
        .filter(|value| !value.is_null())
        .ok_or_else(|| {
            Refusal::rule(format!(
                "A value is required for property '{name}' of resource 'Group'."
            ))
        })
}

fn create(world: &mut World, request: &Request<'_>) -> Result<Reply, Refusal> {
    rights::create_group(world, request)?;
    let body = &request.body;
    for name in [
        "displayName",
        "mailEnabled",
        "mailNickname",
        "securityEnabled",
    ] {
        required(body, name)?;
    }
    let now = world.now();
    let mut group = Group {
        id: Uuid::nil(),
        display_name: String::new(),
        description: None,
        mail_nickname: String::new(),
        unified: false,
        security_enabled: false,
        visibility: None,
        team: false,
        rule: None,
        other: Map::new(),
        created: now,
        visible_from: now,
    };
    let kinds = body["groupTypes"].as_array();
    group.unified = kinds.is_some_and(|kinds| kinds.iter().any(|kind| kind == "Unified"));
    write(world, &mut group, body)?;
    if group.unified {
        group.visibility.get_or_insert_with(|| "Public".to_owned());
    }
    let members = bound(world, request, "members@odata.bind")?;
    let owners = bound(world, request, "owners@odata.bind")?;
    group.id = world.tenant.new_guid();
    for member in members {
        world.tenant.set_member(group.id, member, true);
    }
    for owner in owners.into_iter().chain(request.claims.user) {
        world.tenant.set_group_owner(group.id, owner, true);
    }
    world.tenant.keep_group(group.clone());
    let location = request.address(&format!("/groups/{}", group.id));
    let view = GroupView::new(world, request, group);
    let object = show(&view, &Select::default());
    Ok(Reply::created(request.with_context(object), location))
}

/// The users that a new group is bound to.
fn bound(world: &World, request: &Request<'_>, name: &str) -> Result<Vec<Uuid>, Refusal> {
    let Some(addresses) = request.body.get(name) else {
        return Ok(Vec::new());
    };
    let addresses = addresses
        .as_array()
        .ok_or_else(|| Refusal::rule(format!("'{name}' must be a collection of addresses.")))?;
    if addresses.len() > 20 {
        return Err(Refusal::rule(format!(
            "'{name}' holds more than 20 addresses."
        )));
    }
    addresses
        .iter()
        .map(|address| {
            let id = linked(request, address.as_str().unwrap_or_default())?;
            match world.tenant.person(id) {
                Some(_) => Ok(id),
                None => Err(Refusal::reference_not_found(&id.to_string())),
            }
        })
        .collect()
}

fn change(world: &mut World, request: &Request<'_>) -> Result<Reply, Refusal> {
    let mut group = find(world, request)?;
    rights::manage_group(world, request, group.id)?;
    let hidden = group.hides_members();
    write(world, &mut group, &request.body)?;
    if group.hides_members() != hidden {
        return Err(Refusal::rule(
            "The visibility 'HiddenMembership' can be set only when the group is created, and not \
             be taken back.",
        ));
    }
    world.tenant.keep_group(group);
    Ok(Reply::no_content())
}

fn write(world: &World, group: &mut Group, body: &Value) -> Result<(), Refusal> {
    let invalid = |name: &str| {
        Refusal::rule(format!(
            "Invalid value specified for property '{name}' of resource 'Group'."
        ))
    };
    for (name, value) in body.as_object().into_iter().flatten() {
        let text = value.as_str();
        match name.as_str() {
            "displayName" => {
                let fits = |text: &&str| (1..=256).contains(&text.chars().count());
                text.filter(fits)
                    .ok_or_else(|| invalid(name))?
                    .clone_into(&mut group.display_name);
            }
            "description" => group.description = text.map(str::to_owned),
            "mailNickname" => {
                let nickname = text
                    .filter(|text| is_nickname(text))
                    .ok_or_else(|| invalid(name))?;
                refuse_taken(world, group, nickname)?;
                nickname.clone_into(&mut group.mail_nickname);
            }
            "mailEnabled" if *value == group.unified => {}
            "mailEnabled" => {
                return Err(Refusal::rule(
                    "The service does not currently support writes of mail-enabled groups. Please \
                     ensure that the mail-enablement property is unset and the \
                     security-enablement property is set, or that 'groupTypes' holds 'Unified'.",
                ));
            }
            "securityEnabled" => group.security_enabled = value == &Value::Bool(true),
            "visibility" => {
                let known = ["Public", "Private", "HiddenMembership"];
                let visibility = text.filter(|text| known.contains(text));
                group.visibility = Some(visibility.ok_or_else(|| invalid(name))?.to_owned());
            }
            "groupTypes" => {
                let kinds = value.as_array().into_iter().flatten();
                if kinds.into_iter().any(|kind| kind != "Unified") {
                    return Err(invalid(name));
                }
            }
            _ if types()
                .structure("group")
                .is_some_and(|group| group.property(name).is_some()) =>
            {
                group.other.insert(name.clone(), value.clone());
            }
            _ => {}
        }
    }
    Ok(())
}

fn is_nickname(text: &str) -> bool {
    let taken = |letter: char| "@()\\[]\";:<>, ".contains(letter);
    (1..=64).contains(&text.len()) && text.is_ascii() && !text.contains(taken)
}

/// Two groups can't have the same address.
fn refuse_taken(world: &World, group: &Group, nickname: &str) -> Result<(), Refusal> {
    let taken = (0..world.tenant.groups_count())
        .filter_map(|place| world.tenant.group_at(place))
        .any(|other| other.id != group.id && other.mail_nickname.eq_ignore_ascii_case(nickname));
    if taken {
        return Err(Refusal::state(
            "Another object with the same value for property mailNickname already exists.",
        ));
    }
    Ok(())
}
