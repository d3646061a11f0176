//! Rules for the ways a profile can be connected.

use url::Url;

use super::inputs::limits;
use super::texts::{fill_with_examples, placeholders};
use super::{Checked, not_empty, pairs, refuse, unique};
use crate::permission::{PermissionKind, catalogue};
use crate::profile::{
    CredentialKind, InputCheck, KeyHolder, NeededPermission, Owner, Profile, Service, Variant,
};

pub(super) fn check(profile: &Profile) -> Checked {
    for (index, variant) in profile.variants.iter().enumerate() {
        let at = format!("variant.{index}");
        credentials(profile, variant, &at)?;
        let earlier = &profile.variants[..index];
        for credential in &variant.credentials {
            if earlier
                .iter()
                .any(|v| v.owner == variant.owner && v.credentials.contains(credential))
            {
                return refuse(
                    format!("{at}.credentials"),
                    format!(
                        "the owner `{}` has the credential `{}` in an earlier variant already",
                        variant.owner.as_str(),
                        credential.as_str()
                    ),
                );
            }
        }
        keys(variant, &at)?;
        redirects(profile, variant, &at)?;
        for (index, permission) in variant.permissions.iter().enumerate() {
            needed(
                profile,
                variant,
                permission,
                &format!("{at}.permission.{index}"),
            )?;
        }
        repeated(variant, &at)?;
    }
    Ok(())
}

fn credentials(profile: &Profile, variant: &Variant, at: &str) -> Checked {
    let at = format!("{at}.credentials");
    if variant.credentials.is_empty() {
        return refuse(at, "a variant names at least one credential");
    }
    unique(&variant.credentials, &at, |credential| credential.as_str())?;
    let has = |credential| variant.credentials.contains(&credential);
    match variant.owner {
        Owner::Vendor if variant.credentials != [CredentialKind::Vendor] => refuse(
            at,
            "a vendor's app has the credential `vendor` and no other",
        ),
        Owner::Fairlead if has(CredentialKind::Vendor) => {
            refuse(at, "Fairlead's own app has no credential `vendor`")
        }
        _ if has(CredentialKind::ServiceAccount)
            && profile.service != Service::ExchangeOnPremises =>
        {
            refuse(
                at,
                "`service-account` is for Exchange on the customer's own servers alone",
            )
        }
        _ => Ok(()),
    }
}

fn keys(variant: &Variant, at: &str) -> Checked {
    let certificate = variant.credentials.contains(&CredentialKind::Certificate);
    if variant.key_holder != KeyHolder::Fairlead && !certificate {
        return refuse(
            format!("{at}.key_holder"),
            "a key is only held where the credential can be a certificate",
        );
    }
    if variant.reducible && variant.owner == Owner::Vendor {
        return refuse(
            format!("{at}.reducible"),
            "what a vendor's app asks for can't be reduced by the customer",
        );
    }
    Ok(())
}

fn redirects(profile: &Profile, variant: &Variant, at: &str) -> Checked {
    for (index, uri) in variant.redirect_uris.iter().enumerate() {
        let at = format!("{at}.redirect_uris.{index}");
        placeholders(profile, &at, uri)?;
        let address = fill_with_examples(profile, uri);
        let good = Url::parse(&address).is_ok_and(|url| {
            url.scheme() == "https"
                || (url.scheme() == "http" && url.host_str() == Some("localhost"))
        });
        if !good {
            return refuse(
                at,
                format!("`{address}` is no redirect URI; it begins with https"),
            );
        }
    }
    Ok(())
}

fn needed(
    profile: &Profile,
    variant: &Variant,
    permission: &NeededPermission,
    at: &str,
) -> Checked {
    let NeededPermission {
        resource,
        name,
        kind,
        ..
    } = permission;
    let Some(known) = catalogue().find(*resource, name) else {
        return refuse(
            format!("{at}.name"),
            format!(
                "`{name}` is no permission of {} that Fairlead knows",
                resource.name()
            ),
        );
    };
    if known.id(*kind).is_none() {
        let other = match kind {
            PermissionKind::Delegated => PermissionKind::Application,
            PermissionKind::Application => PermissionKind::Delegated,
        };
        return refuse(
            format!("{at}.kind"),
            format!("`{name}` does not exist as {kind} permission, only as {other} permission"),
        );
    }
    not_empty(format!("{at}.reason"), &permission.reason)?;
    if permission.sets.is_empty() {
        return refuse(
            format!("{at}.sets"),
            "a permission belongs to `product`, to `least`, or to both",
        );
    }
    for (name, value) in &permission.when {
        let at = format!("{at}.when.{name}");
        let asked = |input: &&crate::profile::Input| {
            input.name == *name
                && pairs(profile)
                    .filter(|(owner, credential)| {
                        *owner == variant.owner && variant.credentials.contains(credential)
                    })
                    .any(|pair| limits(input).hold(pair))
        };
        let Some(input) = profile.inputs.iter().find(asked) else {
            return refuse(
                at,
                format!("`when` names the input `{name}`, which is not asked here"),
            );
        };
        if input.check == InputCheck::YesNo && value != "yes" && value != "no" {
            return refuse(
                at,
                format!("the input `{name}` is answered by `yes` or `no`, never `{value}`"),
            );
        }
    }
    Ok(())
}

/// A permission may stand several times only under different conditions.
fn repeated(variant: &Variant, at: &str) -> Checked {
    for (index, permission) in variant.permissions.iter().enumerate() {
        let twice = variant.permissions[..index].iter().any(|other| {
            other.reference() == permission.reference() && other.when == permission.when
        });
        if twice {
            return refuse(
                format!("{at}.permission.{index}.name"),
                format!("`{}` is asked for twice", permission.reference()),
            );
        }
    }
    Ok(())
}
