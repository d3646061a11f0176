//! The two services whose permissions are granted: what their service principals publish.

use fairlead_domain::permission::{Permission, PermissionKind, Resource, catalogue};
use uuid::Uuid;

/// Microsoft's own tenant, where its services are registered.
pub(crate) const MICROSOFT: Uuid = uuid::uuid!("f8cdef31-a31e-4b4a-93e4-5f571e91255a");

/// The services of Microsoft that the tenant has.
pub(crate) const SERVICES: [Resource; 2] = [Resource::Graph, Resource::Exchange];

/// The service with this app id.
pub(crate) fn service(app_id: Uuid) -> Option<Resource> {
    SERVICES
        .into_iter()
        .find(|resource| resource.app_id().uuid() == app_id)
}

/// What a service publishes in one kind: id and permission.
pub(crate) fn published(
    resource: Resource,
    kind: PermissionKind,
) -> impl Iterator<Item = (Uuid, &'static Permission)> {
    catalogue()
        .iter()
        .filter(move |permission| permission.resource == resource)
        .filter_map(move |permission| Some((permission.id(kind)?.uuid(), permission)))
}
