use serde_json::{Value, json};
use uuid::Uuid;

use super::fixed::Fixed;
use super::groups::GroupView;
use super::rights::see_members;
use super::{names, one, person};
use crate::graph::access::holds_any;
use crate::graph::envelope::Reply;
use crate::graph::odata::{Entity, Linked, List, collection};
use crate::graph::refusal::Refusal;
use crate::graph::request::Request;
use crate::tenant::World;
use crate::tenant::content::people::Person;

/// How much of a user the caller sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sight {
    /// That there is one.
    Stub,
    /// Names and addresses.
    Basic,
    Full,
}

/// What `User.ReadBasic.All` shows.
const BASICS: [&str; 6] = [
    "id",
    "displayName",
    "givenName",
    "surname",
    "mail",
    "userPrincipalName",
];

const READ_USERS: [&str; 4] = [
    "User.Read.All",
    "User.ReadWrite.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
];

impl Sight {
    /// How much the caller sees of a user, wherever it turns up.
    pub(super) fn of(request: &Request<'_>, user: Uuid) -> Self {
        let claims = request.claims;
        let own = claims.user == Some(user) && holds_any(claims, &["User.Read", "User.ReadWrite"]);
        if own || holds_any(claims, &READ_USERS) {
            Self::Full
        } else if holds_any(claims, &["User.ReadBasic.All"]) {
            Self::Basic
        } else {
            Self::Stub
        }
    }

    fn shows(self, name: &str) -> bool {
        match self {
            Self::Stub => name == "id",
            Self::Basic => BASICS.contains(&name),
            Self::Full => true,
        }
    }
}

/// A user as Graph shows it.
#[derive(Debug, Clone)]
pub(super) struct UserView<'a> {
    pub(super) world: &'a World,
    pub(super) request: &'a Request<'a>,
    pub(super) person: Person<'a>,
    pub(super) sight: Sight,
}

impl<'a> UserView<'a> {
    pub(super) fn new(world: &'a World, request: &'a Request<'a>, person: Person<'a>) -> Self {
        Self {
            sight: Sight::of(request, person.id),
            world,
            request,
            person,
        }
    }

    /// The same, at least with names: the caller was allowed to ask for users.
    fn asked_for(mut self) -> Self {
        if self.sight == Sight::Stub {
            self.sight = Sight::Basic;
        }
        self
    }

    fn plans(&self) -> Value {
        let Some(licence) = self.person.licence() else {
            return json!([]);
        };
        let status = if licence.suspended {
            "Suspended"
        } else {
            "Enabled"
        };
        let at = self.person.created();
        licence
            .plans
            .iter()
            .map(|(id, _, service)| {
                json!({
                    "assignedDateTime": at, "capabilityStatus": status, "service": service,
                    "servicePlanId": id,
                })
            })
            .collect()
    }

    fn profile(&self, name: &str) -> Value {
        let person = &self.person;
        let (code, country, city) = person.place();
        match name {
            "givenName" => json!(person.given_name()),
            "surname" => json!(person.surname()),
            "mail" => json!(person.mail()),
            "mailNickname" => json!(person.user_principal_name().split('@').next()),
            "proxyAddresses" => {
                let addresses = person.mail().map(|mail| format!("SMTP:{mail}"));
                json!(addresses.into_iter().collect::<Vec<_>>())
            }
            "userType" => json!(if person.is_guest() { "Guest" } else { "Member" }),
            "accountEnabled" => json!(person.is_enabled()),
            "department" => json!(person.department()),
            "jobTitle" => json!(person.job_title()),
            "mobilePhone" => json!(person.mobile_phone()),
            "usageLocation" if person.licence().is_some() => json!(code),
            "country" => json!(country),
            "city" | "officeLocation" => json!(city),
            "companyName" => json!("Contoso"),
            "createdDateTime" => json!(person.created()),
            "onPremisesSyncEnabled" if person.is_synced() => json!(true),
            "preferredLanguage" => json!("en-US"),
            "identities" => json!([{
                "signInType": "userPrincipalName",
                "issuer": self.world.tenant.initial_domain,
                "issuerAssignedId": person.user_principal_name(),
            }]),
            _ => Value::Null,
        }
    }
}

impl Entity for UserView<'_> {
    fn kind(&self) -> &'static str {
        "user"
    }

    fn property(&self, name: &str) -> Value {
        if !self.sight.shows(name) {
            return Value::Null;
        }
        match name {
            "id" => json!(self.person.id),
            "displayName" => json!(self.person.display_name()),
            "userPrincipalName" => json!(self.person.user_principal_name()),
            "assignedPlans" => self.plans(),
            "assignedLicenses" => match self.person.licence() {
                Some(licence) => json!([{"skuId": licence.product.id, "disabledPlans": []}]),
                None => json!([]),
            },
            _ => self.profile(name),
        }
    }

    fn follow(&self, name: &str) -> Linked<'_> {
        if name == "manager" {
            return Linked::Nothing;
        }
        let views = member_of(self.world, self.request, self.person.id, false);
        Linked::Many(views.into_iter().map(Belonging::into_entity).collect())
    }
}

/// What somebody belongs to.
#[derive(Debug, Clone)]
enum Belonging<'a> {
    Group(Box<GroupView<'a>>),
    Role(Fixed),
}

impl<'a> Belonging<'a> {
    fn into_entity(self) -> Box<dyn Entity + 'a> {
        match self {
            Self::Group(view) => view,
            Self::Role(role) => Box::new(role),
        }
    }
}

fn member_of<'a>(
    world: &'a World,
    request: &'a Request<'a>,
    user: Uuid,
    roles_only: bool,
) -> Vec<Belonging<'a>> {
    let mut all = Vec::new();
    if !roles_only {
        for id in world.tenant.groups_of(user) {
            let group = world.tenant.group(id);
            if let Some(group) = group.filter(|group| see_members(world, request, group)) {
                all.push(Belonging::Group(Box::new(GroupView::stub_unless_read(
                    world, request, group,
                ))));
            }
        }
    }
    for role in world.tenant.roles_of(user) {
        all.push(Belonging::Role(super::roles::directory_role(world, role)));
    }
    all
}

pub(super) fn serve(world: &World, request: &Request<'_>) -> Result<Reply, Refusal> {
    match request.endpoint.path {
        "/users" | "/users/$count" => all(world, request),
        "/users/{user-id}" | "/me" => {
            let view = found(world, request)?.asked_for();
            refuse_hidden(request, view.sight)?;
            one(request, &view, collection::USERS.expand)
        }
        "/users/{user-id}/licenseDetails" => licence_details(world, request),
        path => {
            let user = found(world, request)?.person.id;
            let roles_only = path.ends_with("graph.directoryRole");
            let views = member_of(world, request, user, roles_only);
            let list = List {
                on: if roles_only {
                    &collection::ROLES
                } else {
                    &collection::RELATED
                },
                count: views.len() as u64,
                at: Box::new(move |place| {
                    let view = views.get(usize::try_from(place).ok()?)?;
                    Some(view.clone().into_entity())
                }),
                typed: !roles_only,
                cast: roles_only,
            };
            request.list(world, &list)
        }
    }
}

/// Properties that the permission does not show can neither be selected nor filtered by.
fn refuse_hidden(request: &Request<'_>, sight: Sight) -> Result<(), Refusal> {
    if names(request).iter().all(|name| sight.shows(name)) {
        Ok(())
    } else {
        Err(Refusal::denied())
    }
}

fn all(world: &World, request: &Request<'_>) -> Result<Reply, Refusal> {
    let everyone = UserList { world, request };
    let sight = match Sight::of(request, Uuid::nil()) {
        Sight::Stub => Sight::Basic,
        sight => sight,
    };
    refuse_hidden(request, sight)?;
    let list = List {
        on: &collection::USERS,
        count: world.tenant.people_count(),
        at: Box::new(move |place| everyone.at(place)),
        typed: false,
        cast: false,
    };
    if request.endpoint.list {
        request.list(world, &list)
    } else {
        request.number(world, &list)
    }
}

struct UserList<'a> {
    world: &'a World,
    request: &'a Request<'a>,
}

impl<'a> UserList<'a> {
    fn at(&self, place: u64) -> Option<Box<dyn Entity + 'a>> {
        let person = self.world.tenant.person_at(place)?;
        let view = UserView::new(self.world, self.request, person).asked_for();
        Some(Box::new(view))
    }
}

/// The user of the path. With a permission for one's own profile alone, nobody else's.
fn found<'a>(world: &'a World, request: &'a Request<'a>) -> Result<UserView<'a>, Refusal> {
    let caller = request.claims.user;
    let user = match request.ids.first() {
        Some(id) => person(world, id).ok_or_else(|| Refusal::not_found(id))?,
        None => caller
            .and_then(|user| world.tenant.person(user))
            .ok_or_else(Refusal::denied)?,
    };
    let view = UserView::new(world, request, user);
    let others = request
        .endpoint
        .delegated
        .all()
        .filter(|name| !["User.Read", "User.ReadWrite"].contains(name))
        .collect::<Vec<_>>();
    if caller.is_some_and(|caller| caller != user.id) && !holds_any(request.claims, &others) {
        return Err(Refusal::denied());
    }
    Ok(view)
}

fn licence_details(world: &World, request: &Request<'_>) -> Result<Reply, Refusal> {
    let person = found(world, request)?.person;
    let details = person.licence().map(|licence| {
        let status = if licence.suspended {
            "Disabled"
        } else {
            "Success"
        };
        Fixed::new(
            "licenseDetails",
            json!({
                "id": licence.id,
                "skuId": licence.product.id,
                "skuPartNumber": licence.product.name,
                "servicePlans": super::organization::plans(&licence, status),
            }),
        )
    });
    let details = details.into_iter().collect();
    request.list(world, &List::of(&collection::LICENCE_DETAILS, details))
}
