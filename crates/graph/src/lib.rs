//! Microsoft Graph: applications, grants, directory, Planner.
//!
//! Each call names the least permission it needs; the answer is typed, an error is whole.

mod applications;
mod batch;
mod client;
mod credentials;
mod directory;
mod error;
mod grants;
mod organization;
mod paging;
mod planner;
mod policies;
mod service_principals;

pub use applications::{
    Application, DeletedApplication, NewApplication, RequiredAccess, RequiredResource,
};
pub use batch::{BatchAnswer, BatchRequest, item, items};
pub use client::Graph;
pub use credentials::{AddedPassword, KeyCredential, NewKey, PasswordCredential};
pub use directory::{Group, User, UserProperties};
pub use error::{GraphError, Refusal};
pub use grants::{AppRoleAssignment, ConsentType, PermissionGrant};
pub use organization::{Organization, PlanState, SubscribedSku, VerifiedDomain};
pub use planner::{Bucket, Plan, PlanDetails, Task, TaskDetails};
pub use policies::{AppManagementPolicy, CredentialRule, CredentialRules};
pub use service_principals::{AppRole, PermissionScope, ServicePrincipal};
