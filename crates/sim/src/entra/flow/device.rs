//! The person's side of the device code flow (RFC 8628 section 3.3).

use serde::{Deserialize, Serialize};

use super::{ACTION, Flow, Purpose, authorize, begin, keep, refuse};
use crate::entra::client::{Client, Origin, Platform};
use crate::entra::consent;
use crate::entra::error::Refusal;
use crate::entra::memory::{DEVICE_LIFE, Device, DeviceAnswer, SignIn};
use crate::entra::page;
use crate::entra::params::Params;
use crate::scenario::Defect;
use crate::tenant::{Account, World};
use crate::wire::{Answer, Incoming};

/// A sign-in that is meant for a device.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Approval {
    device_code: String,
    /// Nobody is there: the answer is a status, not a page.
    at_once: bool,
}

fn find(world: &World, user_code: &str) -> Option<String> {
    let typed: String = user_code
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_ascii_uppercase();
    let now = world.now();
    let waits = |device: &Device| {
        device.user_code == typed
            && matches!(device.answer, DeviceAnswer::Waiting)
            && now.duration_since(device.created).as_secs() < DEVICE_LIFE
    };
    world
        .sign_in
        .devices
        .iter()
        .find(|(_, device)| waits(device))
        .map(|(code, _)| code.clone())
}

/// Takes the code that the person typed, or asks for it.
pub(super) fn page(world: &mut World, request: &Incoming) -> Answer {
    let params = if request.method == http::Method::POST {
        Params::of_form(request).unwrap_or_default()
    } else {
        Params::of_query(request)
    };
    let Some(typed) = params.get("otc") else {
        return page::device_code(None, false);
    };
    // A code in the address is only filled in: a link must not sign in by itself.
    if request.method != http::Method::POST {
        return page::device_code(Some(typed), false);
    }
    let Some(device_code) = find(world, typed) else {
        return page::device_code(Some(typed), true);
    };
    match flow_for(world, device_code, false) {
        Some(flow) => begin(world, request, flow, None),
        None => page::device_code(Some(typed), true),
    }
}

fn flow_for(world: &World, device_code: String, at_once: bool) -> Option<Flow> {
    let client = world.sign_in.devices.get(&device_code)?.client;
    let purpose = Purpose::Device(Approval {
        device_code,
        at_once,
    });
    Some(Flow::new(world, client, purpose, None))
}

/// Approves a code without a person.
pub(super) fn approve_at_once(world: &mut World, request: &Incoming, device_code: &str) {
    if let Some(flow) = flow_for(world, device_code.to_owned(), true) {
        // The page is nobody's to read; the answer stands with the device.
        let _ = authorize::resume(world, request, flow);
    }
}

pub(super) fn finish(
    world: &mut World,
    request: &Incoming,
    flow: &Flow,
    approval: &Approval,
    client: &Client,
    account: &Account,
) -> Answer {
    let Some(device) = world.sign_in.devices.get(&approval.device_code).cloned() else {
        return page::device_code(None, true);
    };
    let checked = blocked(world)
        .and_then(|()| consent::policies_allow(world, client, account))
        .and_then(|()| consent::requested(world, client, &device.scopes));
    let requested = match checked {
        Ok(requested) => requested,
        Err(refusal) => return refuse(world, request, flow, &refusal),
    };
    let fresh = match authorize::agree(world, request, flow, client, account, &requested, false) {
        Ok(fresh) => fresh,
        Err(answer) => return *answer,
    };
    if !flow.confirmed && !approval.at_once && client.origin != Origin::Microsoft {
        keep(world, flow.clone());
        return page::device_confirm(&flow.id, ACTION, client, account);
    }
    let sign_in = SignIn {
        client: client.app.app_id,
        account: account.id,
        platform: Platform::Public,
        mfa: flow.mfa,
        scopes: device.scopes,
        at: world.now(),
        fresh,
    };
    answer(world, approval, DeviceAnswer::Approved(sign_in));
    page::document(
        "Signed in",
        &maud::html! {
            h1 { "You have signed in to " (client.app.display_name) " on your device" }
            p { "You may now close this window." }
        },
    )
}

fn blocked(world: &World) -> Result<(), Refusal> {
    if world.tenant.defects.contains(&Defect::DeviceCodeBlocked) {
        Err(consent::blocked_by_policy())
    } else {
        Ok(())
    }
}

/// The device learns that a policy stood in the way.
pub(super) fn refused(world: &mut World, approval: &Approval, refusal: &Refusal) {
    answer(world, approval, DeviceAnswer::Blocked(refusal.code));
}

/// The person said no.
pub(super) fn declined(world: &mut World, approval: &Approval) -> Answer {
    answer(world, approval, DeviceAnswer::Declined);
    page::document(
        "Cancelled",
        &maud::html! {
            h1 { "The sign-in was cancelled" }
            p { "You may now close this window." }
        },
    )
}

fn answer(world: &mut World, approval: &Approval, given: DeviceAnswer) {
    if let Some(device) = world.sign_in.devices.get_mut(&approval.device_code) {
        device.answer = given;
    }
}
