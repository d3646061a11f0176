//! What each collection supports. What is not listed is refused.

/// How a path can be filtered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::graph) struct Filterable {
    /// Only in an advanced query.
    pub(super) advanced: bool,
    /// Greater and less, too.
    pub(super) ordered: bool,
    /// `endsWith`, too.
    pub(super) ends: bool,
}

const PLAIN: Filterable = Filterable {
    advanced: false,
    ordered: false,
    ends: false,
};
const ADVANCED: Filterable = Filterable {
    advanced: true,
    ..PLAIN
};
const ENDS: Filterable = Filterable {
    ends: true,
    ..PLAIN
};
const DATE: Filterable = Filterable {
    advanced: true,
    ordered: true,
    ..PLAIN
};

/// What a collection supports.
#[derive(Debug)]
pub(in crate::graph) struct Collection {
    pub(super) ty: &'static str,
    filters: &'static [(&'static str, Filterable)],
    pub(super) order: &'static [&'static str],
    pub(super) search: &'static [&'static str],
    pub(in crate::graph) expand: &'static [&'static str],
    /// Items a page where nothing is said.
    pub(super) page: u64,
    /// The most that `$top` may ask for.
    pub(super) top: Option<u64>,
    pub(super) skip: bool,
    pub(super) count: bool,
    /// Advanced queries exist: `$count` wants `ConsistencyLevel`, pages may be empty.
    pub(super) directory: bool,
}

impl Collection {
    pub(super) fn filterable(&self, path: &str) -> Option<Filterable> {
        self.filters
            .iter()
            .find(|(name, _)| *name == path)
            .map(|(_, how)| *how)
    }
}

const DIRECTORY: Collection = Collection {
    ty: "directoryObject",
    filters: &[],
    order: &[],
    search: &[],
    expand: &[],
    page: 100,
    top: Some(999),
    skip: false,
    count: true,
    directory: true,
};

const USER_FILTERS: &[(&str, Filterable)] = &[
    ("id", PLAIN),
    ("accountEnabled", PLAIN),
    ("userType", PLAIN),
    ("displayName", PLAIN),
    ("givenName", PLAIN),
    ("surname", PLAIN),
    ("mail", ENDS),
    ("mailNickname", PLAIN),
    ("userPrincipalName", ENDS),
    ("department", PLAIN),
    ("jobTitle", PLAIN),
    ("usageLocation", PLAIN),
    ("country", PLAIN),
    ("city", PLAIN),
    ("onPremisesSyncEnabled", PLAIN),
    ("assignedLicenses", PLAIN),
    ("assignedLicenses/skuId", PLAIN),
    ("proxyAddresses", PLAIN),
    ("companyName", ADVANCED),
    ("officeLocation", ADVANCED),
    ("createdDateTime", DATE),
    ("assignedPlans", ADVANCED),
    ("assignedPlans/servicePlanId", ADVANCED),
    ("assignedPlans/capabilityStatus", ADVANCED),
    ("assignedPlans/service", ADVANCED),
];

pub(in crate::graph) const USERS: Collection = Collection {
    ty: "user",
    filters: USER_FILTERS,
    order: &["displayName", "userPrincipalName"],
    search: &[
        "displayName",
        "mail",
        "userPrincipalName",
        "givenName",
        "surname",
    ],
    expand: &["memberOf", "transitiveMemberOf", "manager"],
    ..DIRECTORY
};

pub(in crate::graph) const GROUPS: Collection = Collection {
    ty: "group",
    filters: &[
        ("id", PLAIN),
        ("displayName", PLAIN),
        ("mail", PLAIN),
        ("mailNickname", PLAIN),
        ("mailEnabled", PLAIN),
        ("securityEnabled", PLAIN),
        ("groupTypes", PLAIN),
        ("resourceProvisioningOptions", PLAIN),
        ("uniqueName", PLAIN),
        ("onPremisesSyncEnabled", PLAIN),
        ("isAssignableToRole", PLAIN),
        ("description", ADVANCED),
        ("createdDateTime", DATE),
    ],
    order: &["displayName"],
    search: &["displayName", "description", "mail", "mailNickname"],
    expand: &["members", "owners"],
    ..DIRECTORY
};

pub(in crate::graph) const APPLICATIONS: Collection = Collection {
    ty: "application",
    filters: &[
        ("id", PLAIN),
        ("appId", PLAIN),
        ("displayName", PLAIN),
        ("uniqueName", PLAIN),
        ("signInAudience", PLAIN),
        ("identifierUris", PLAIN),
        ("tags", PLAIN),
        ("createdDateTime", DATE),
    ],
    order: &["displayName"],
    search: &["displayName"],
    expand: &["owners"],
    ..DIRECTORY
};

pub(in crate::graph) const SERVICE_PRINCIPALS: Collection = Collection {
    ty: "servicePrincipal",
    filters: &[
        ("id", PLAIN),
        ("appId", PLAIN),
        ("displayName", PLAIN),
        ("servicePrincipalType", PLAIN),
        ("servicePrincipalNames", PLAIN),
        ("accountEnabled", PLAIN),
        ("appOwnerOrganizationId", ADVANCED),
        ("tags", PLAIN),
    ],
    order: &["displayName"],
    search: &["displayName"],
    expand: &[
        "owners",
        "appRoleAssignments",
        "appRoleAssignedTo",
        "oauth2PermissionGrants",
    ],
    ..DIRECTORY
};

pub(in crate::graph) const GRANTS: Collection = Collection {
    ty: "oAuth2PermissionGrant",
    filters: &[
        ("clientId", PLAIN),
        ("consentType", PLAIN),
        ("principalId", PLAIN),
        ("resourceId", PLAIN),
    ],
    ..DIRECTORY
};

pub(in crate::graph) const ASSIGNMENTS: Collection = Collection {
    ty: "appRoleAssignment",
    filters: &[
        ("resourceId", PLAIN),
        ("principalId", PLAIN),
        ("principalDisplayName", PLAIN),
    ],
    ..DIRECTORY
};

/// Members, owners, groups and roles of something.
pub(in crate::graph) const RELATED: Collection = Collection {
    search: &["displayName"],
    ..DIRECTORY
};

/// The same, cast to users.
pub(in crate::graph) const RELATED_USERS: Collection = Collection {
    expand: &[],
    ..USERS
};

pub(in crate::graph) const ROLES: Collection = Collection {
    ty: "directoryRole",
    filters: &[("roleTemplateId", PLAIN), ("displayName", PLAIN)],
    ..DIRECTORY
};

pub(in crate::graph) const ROLE_ASSIGNMENTS: Collection = Collection {
    ty: "unifiedRoleAssignment",
    filters: &[
        ("principalId", PLAIN),
        ("roleDefinitionId", PLAIN),
        ("directoryScopeId", PLAIN),
    ],
    expand: &["principal"],
    ..DIRECTORY
};

pub(in crate::graph) const LICENCE_DETAILS: Collection = Collection {
    ty: "licenseDetails",
    ..PLAINLY
};

/// A small collection that can only be selected from.
const PLAINLY: Collection = Collection {
    top: None,
    count: false,
    directory: false,
    ..DIRECTORY
};

pub(in crate::graph) const ORGANIZATION: Collection = Collection {
    ty: "organization",
    ..PLAINLY
};

pub(in crate::graph) const SKUS: Collection = Collection {
    ty: "subscribedSku",
    ..PLAINLY
};

pub(in crate::graph) const DOMAINS: Collection = Collection {
    ty: "domain",
    ..PLAINLY
};

const PLANNER: Collection = Collection {
    page: 400,
    top: Some(u64::MAX),
    count: true,
    ..PLAINLY
};

pub(in crate::graph) const PLANS: Collection = Collection {
    ty: "plannerPlan",
    expand: &["details"],
    ..PLANNER
};

pub(in crate::graph) const BUCKETS: Collection = Collection {
    ty: "plannerBucket",
    ..PLANNER
};

pub(in crate::graph) const TASKS: Collection = Collection {
    ty: "plannerTask",
    expand: TASK_PARTS,
    ..PLANNER
};

pub(in crate::graph) const TASK_PARTS: &[&str] = &[
    "details",
    "assignedToTaskBoardFormat",
    "bucketTaskBoardFormat",
    "progressTaskBoardFormat",
];

const MAIL: Collection = Collection {
    page: 20,
    top: Some(999),
    skip: true,
    ..PLAINLY
};

pub(in crate::graph) const THREADS: Collection = Collection {
    ty: "conversationThread",
    expand: &["posts"],
    ..MAIL
};

pub(in crate::graph) const POSTS: Collection = Collection { ty: "post", ..MAIL };

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::types;

    #[test]
    fn every_name_is_a_property_of_its_type() {
        for on in [
            &USERS,
            &GROUPS,
            &APPLICATIONS,
            &SERVICE_PRINCIPALS,
            &GRANTS,
            &ASSIGNMENTS,
            &ROLES,
            &ROLE_ASSIGNMENTS,
            &PLANS,
            &BUCKETS,
            &TASKS,
            &THREADS,
            &POSTS,
            &DOMAINS,
            &SKUS,
            &ORGANIZATION,
            &LICENCE_DETAILS,
            &RELATED_USERS,
        ] {
            let structure = types().structure(on.ty).unwrap();
            let filters = on
                .filters
                .iter()
                .map(|(path, _)| path.split('/').next().unwrap());
            let names = filters
                .chain(on.order.iter().copied())
                .chain(on.search.iter().copied());
            for name in names {
                assert!(
                    structure.property(name).is_some_and(|p| !p.navigation),
                    "{name}"
                );
            }
            for name in on.expand {
                assert!(
                    structure.property(name).is_some_and(|p| p.navigation),
                    "{name}"
                );
            }
        }
    }
}
