//! A request, understood: which operation, which ids, which options, what body.

use http::StatusCode;
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::envelope::{Content, Reply};
use super::odata::{List, Options, Select, Terms};
use super::refusal::{Layer, Refusal};
use crate::contract::{Endpoint, Found, check_rules, check_shape, endpoints};
use crate::tenant::World;
use crate::token::Claims;
use crate::wire::Incoming;

/// A request that the contract allows.
#[derive(Debug)]
pub(super) struct Request<'a> {
    pub(super) endpoint: &'static Endpoint,
    /// The ids of the path, in their order.
    pub(super) ids: Vec<String>,
    pub(super) options: Options,
    /// Null where the operation takes none.
    pub(super) body: Value,
    pub(super) claims: &'a Claims,
    pub(super) if_match: Option<&'a str>,
    /// `ConsistencyLevel: eventual`
    pub(super) eventual: bool,
    /// The preferences of `Prefer`.
    prefer: Vec<String>,
    base: &'a str,
    path: &'a str,
}

/// Segments of a path below the version, decoded, in the form of the tables.
pub(super) fn segments(path: &str) -> Vec<String> {
    let mut segments = Vec::new();
    for segment in path.strip_prefix('/').unwrap_or(path).split('/') {
        let segment = percent_decode_str(segment).decode_utf8_lossy();
        // `users('id')` is `users/id`.
        let keyed = segment
            .strip_suffix("')")
            .and_then(|segment| segment.split_once("('"))
            .filter(|(set, _)| !set.contains('('));
        match keyed {
            Some((set, key)) => segments.extend([set.to_owned(), key.replace("''", "'")]),
            None => segments.push(match segment.strip_prefix("microsoft.graph.") {
                Some(ty) => format!("graph.{ty}"),
                None => segment.into_owned(),
            }),
        }
    }
    segments
}

impl<'a> Request<'a> {
    /// Understands a request to a path below `/v1.0`, as far as the published contract goes.
    pub(super) fn read(
        incoming: &'a Incoming,
        path: &'a str,
        claims: &'a Claims,
    ) -> Result<Self, Refusal> {
        let (endpoint, ids) = match endpoints().find(incoming.method.as_str(), &segments(path)) {
            Found::Endpoint(endpoint, ids) => (endpoint, ids),
            Found::OtherMethods(methods) => return Err(other_method(&methods)),
            Found::Unknown(segment) => {
                return Err(Refusal::contract(format!(
                    "Resource not found for the segment '{segment}'."
                )));
            }
        };
        let options = Options::read(endpoint, incoming.query.as_deref().unwrap_or_default())?;
        let consistency = incoming.header("consistencylevel");
        if endpoint.eventual && consistency.is_some_and(|level| level != "eventual") {
            return Err(Refusal::contract(
                "The value of the header 'ConsistencyLevel' is invalid.",
            ));
        }
        let if_match = incoming.header("if-match");
        if endpoint.if_match && if_match.is_none() {
            return Err(Refusal::new(
                Layer::Contract,
                StatusCode::PRECONDITION_FAILED,
                "",
                "The If-Match header must be specified for this type of request.",
            ));
        }
        let body = match endpoint.body {
            Some(ty) => {
                let body = read_body(incoming)?;
                check_shape(ty, &body)?;
                body
            }
            None => Value::Null,
        };
        let prefer = incoming
            .headers
            .get_all("prefer")
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split([',', ';']))
            .map(|preference| preference.trim().to_owned())
            .collect();
        Ok(Self {
            endpoint,
            ids,
            options,
            body,
            claims,
            if_match,
            eventual: consistency.is_some(),
            prefer,
            base: &incoming.base,
            path,
        })
    }

    /// Holds the request against what the documentation adds to the published contract.
    pub(super) fn check_rules(&mut self) -> Result<(), Refusal> {
        self.options.parse()?;
        let creating = self.endpoint.method == "POST" || self.prefers("create-if-missing");
        let inserts: &[&str] = match self.endpoint.body {
            Some("conversationThread") => &["posts"],
            _ => &[],
        };
        if let Some(ty) = self.endpoint.body {
            check_rules(ty, &self.body, creating, inserts)?;
        }
        Ok(())
    }

    pub(super) fn prefers(&self, preference: &str) -> bool {
        self.prefer
            .iter()
            .any(|found| found.eq_ignore_ascii_case(preference))
    }

    /// The first id of the path.
    pub(super) fn id(&self) -> &str {
        self.ids.first().map(String::as_str).unwrap_or_default()
    }

    /// The second id of the path.
    pub(super) fn second_id(&self) -> &str {
        self.ids.get(1).map(String::as_str).unwrap_or_default()
    }

    /// An address below the version.
    pub(super) fn address(&self, path: &str) -> String {
        format!("{}/v1.0{path}", self.base)
    }

    /// The `@odata.context` of what is answered.
    fn context(&self, one: bool) -> String {
        let set = self.endpoint.answer_type().map_or("", |ty| set_of(ty.name));
        let mut context = format!("{}/v1.0/$metadata#{set}", self.base);
        if let Some(names) = &self.options.select {
            context = format!("{context}({})", names.join(","));
        }
        if one {
            context.push_str("/$entity");
        }
        context
    }

    /// What is shown of an object that stands alone.
    pub(super) fn select(&self, expandable: &[&str]) -> Result<Select, Refusal> {
        let select = Select {
            names: self.options.select.clone(),
            expand: self.options.expand.clone(),
            typed: false,
        };
        let ty = self.endpoint.answer_type().map_or("", |ty| ty.name);
        select.check(ty, expandable)?;
        Ok(select)
    }

    /// An object with the context that an answer begins with.
    pub(super) fn with_context(&self, object: Value) -> Value {
        let mut whole = serde_json::Map::new();
        whole.insert("@odata.context".to_owned(), self.context(true).into());
        if let Value::Object(object) = object {
            whole.extend(object);
        }
        Value::Object(whole)
    }

    /// Lists a collection.
    pub(super) fn list(&self, world: &World, list: &List<'_>) -> Result<Reply, Refusal> {
        let address = self.address(self.path);
        let listed = list.page(self.terms(world, &address))?;
        Ok(Reply {
            status: StatusCode::OK,
            body: Content::Page(listed, self.context(false)),
            headers: Vec::new(),
        })
    }

    /// Counts a collection.
    pub(super) fn number(&self, world: &World, list: &List<'_>) -> Result<Reply, Refusal> {
        Ok(Reply {
            status: StatusCode::OK,
            body: Content::Number(list.number(self.terms(world, ""))?),
            headers: Vec::new(),
        })
    }

    fn terms<'t>(&'t self, world: &World, address: &'t str) -> Terms<'t> {
        Terms {
            options: &self.options,
            eventual: self.eventual,
            page_size: world.options.page_size,
            seed: world.tenant.seed,
            address,
        }
    }
}

fn other_method(methods: &[&str]) -> Refusal {
    Refusal::new(
        Layer::Contract,
        StatusCode::METHOD_NOT_ALLOWED,
        "Request_BadRequest",
        "Specified HTTP method is not allowed for the request target.",
    )
    .header("allow", methods.join(", "))
}

fn read_body(incoming: &Incoming) -> Result<Value, Refusal> {
    if incoming.body.iter().all(u8::is_ascii_whitespace) {
        return Err(Refusal::contract("Empty Payload. JSON content expected."));
    }
    let content_type = incoming.header("content-type").unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    if essence.is_empty() {
        return Err(Refusal::contract(
            "A missing or empty content type header was found when trying to read a message. The \
             content type header is required.",
        ));
    }
    if !essence.eq_ignore_ascii_case("application/json") {
        return Err(Refusal::new(
            Layer::Contract,
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "Request_BadRequest",
            format!(
                "Write requests must contain the content type 'application/json', not '{essence}'."
            ),
        ));
    }
    serde_json::from_slice(&incoming.body).map_err(|_| {
        Refusal::contract(
            "Unable to read JSON request payload. Please ensure Content-Type header is set and \
             payload is of valid JSON format.",
        )
    })
}

/// The entity set of a type, as `@odata.context` names it.
fn set_of(ty: &str) -> &str {
    match ty {
        "user" => "users",
        "group" => "groups",
        "application" => "applications",
        "servicePrincipal" => "servicePrincipals",
        "directoryObject" => "directoryObjects",
        "oAuth2PermissionGrant" => "oauth2PermissionGrants",
        "domain" => "domains",
        "subscribedSku" => "subscribedSkus",
        "directoryRole" => "directoryRoles",
        "unifiedRoleAssignment" => "roleManagement/directory/roleAssignments",
        "plannerPlan" => "planner/plans",
        "plannerBucket" => "planner/buckets",
        "plannerTask" => "planner/tasks",
        other => other,
    }
}
