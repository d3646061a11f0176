//! Which tenant an address names.

use uuid::Uuid;

use super::error::Refusal;
use crate::scenario::Defect;
use crate::tenant::World;

/// Another tenant that the sign-in service knows: where a domain can lead that moved away.
pub(crate) const OTHER_TENANT: Uuid = uuid::uuid!("4f0c1f5e-7a37-4d0e-9b7b-2f6f3c1d8e55");

/// What the first part of a path means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Authority {
    /// The simulated tenant.
    Tenant,
    /// A tenant that is there, but not this one.
    OtherTenant,
    /// `common`: any account.
    Common,
    /// `organizations`: any work account.
    Organizations,
    /// `consumers`: personal accounts.
    Consumers,
}

impl Authority {
    /// Reads the tenant part of a path: an id, a domain, or a word.
    pub(crate) fn of(world: &World, segment: &str) -> Result<Self, Refusal> {
        match segment.to_ascii_lowercase().as_str() {
            "common" => return Ok(Self::Common),
            "organizations" => return Ok(Self::Organizations),
            "consumers" => return Ok(Self::Consumers),
            _ => {}
        }
        if let Ok(id) = Uuid::parse_str(segment)
            && segment.len() == 36
        {
            return match id {
                id if id == world.tenant.id => Ok(Self::Tenant),
                OTHER_TENANT => Ok(Self::OtherTenant),
                _ => Err(unknown(segment)),
            };
        }
        if !is_domain(segment) {
            return Err(Refusal::new(
                900_023,
                format!(
                    "Specified tenant identifier '{}' is neither a valid DNS name, nor a valid external domain.",
                    shown(segment)
                ),
            ));
        }
        if !segment.eq_ignore_ascii_case(&world.tenant.initial_domain) {
            return Err(unknown(segment));
        }
        if world.tenant.defects.contains(&Defect::DomainGone) {
            Err(unknown(segment))
        } else if world.tenant.defects.contains(&Defect::DomainElsewhere) {
            Ok(Self::OtherTenant)
        } else {
            Ok(Self::Tenant)
        }
    }

    /// Refuses what accounts of the simulated tenant can't do there: they are members of no other tenant,
    /// and no personal accounts.
    pub(crate) fn takes_our_accounts(self) -> Result<(), Refusal> {
        match self {
            Self::Tenant | Self::Common | Self::Organizations => Ok(()),
            Self::OtherTenant | Self::Consumers => Err(Refusal::new(
                50_020,
                "User account from identity provider does not exist in the tenant and cannot access the application in that tenant. The account needs to be added as an external user in the tenant first, or another account must sign in.",
            )),
        }
    }

    /// Whether the address names one tenant.
    pub(crate) const fn is_one_tenant(self) -> bool {
        matches!(self, Self::Tenant | Self::OtherTenant)
    }
}

fn unknown(segment: &str) -> Refusal {
    Refusal::new(
        90_002,
        format!(
            "Tenant '{}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.",
            shown(segment)
        ),
    )
}

fn shown(segment: &str) -> String {
    segment.chars().take(100).collect()
}

fn is_domain(text: &str) -> bool {
    text.parse::<fairlead_domain::ids::DomainName>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Options;

    #[test]
    fn a_tenant_is_found_by_id_and_domain_and_nothing_else() {
        let world = World::new(Options::default());
        let id = world.tenant.id.to_string();
        let code = |text: &str| Authority::of(&world, text).map_err(|refusal| refusal.code);
        assert_eq!(code(&id), Ok(Authority::Tenant));
        assert_eq!(code("Contoso.Example"), Ok(Authority::Tenant));
        assert_eq!(code("organizations"), Ok(Authority::Organizations));
        assert_eq!(code("fabrikam.example"), Err(90_002));
        assert_eq!(code("8a1b2c3d-0000-4000-9000-0123456789ab"), Err(90_002));
        for malformed in ["contoso", "con toso.example", "{x}", &format!("{id}{id}")] {
            assert_eq!(code(malformed), Err(900_023), "{malformed}");
        }
    }

    #[test]
    fn a_domain_that_moved_leads_elsewhere_while_the_id_still_leads_here() {
        let mut world = World::new(Options::default());
        world.tenant.defects.insert(Defect::DomainElsewhere);
        let id = world.tenant.id.to_string();
        assert_eq!(
            Authority::of(&world, "contoso.example"),
            Ok(Authority::OtherTenant)
        );
        assert_eq!(Authority::of(&world, &id), Ok(Authority::Tenant));
    }
}
