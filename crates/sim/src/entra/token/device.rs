//! The device's side of the device code flow (RFC 8628).
//!
//! <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code>

use serde_json::{Value, json};

use super::{Asking, credential, user};
use crate::entra::client::{self};
use crate::entra::consent;
use crate::entra::directory::Authority;
use crate::entra::error::Refusal;
use crate::entra::flow;
use crate::entra::issue::Method;
use crate::entra::memory::{DEVICE_LIFE, Device, DeviceAnswer, random_text};
use crate::entra::params::Params;
use crate::tenant::World;
use crate::wire::{Answer, Incoming};

/// The grant type of the second step.
pub(super) const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// Letters and digits that nobody confuses.
const ALPHABET: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// `POST /{tenant}/oauth2/v2.0/devicecode`.
pub(crate) fn start(world: &mut World, request: &Incoming, segment: &str) -> Answer {
    match codes(world, request, segment) {
        Ok((device_code, body)) => {
            if world.options.auto_consent {
                flow::approve_device(world, request, &device_code);
            }
            Answer::json(http::StatusCode::OK, &body).header("cache-control", "no-store, no-cache")
        }
        Err(refusal) => refusal.answer(world, request),
    }
}

fn codes(world: &mut World, request: &Incoming, segment: &str) -> Result<(String, Value), Refusal> {
    let params = Params::of_form(request)?;
    let authority = Authority::of(world, segment)?;
    let client = client::find(world, params.need("client_id")?, authority)?;
    authority.takes_our_accounts()?;
    params.need("scope")?;
    let scopes: Vec<String> = params.words("scope").map(str::to_owned).collect();
    let requested = consent::requested(world, &client, &scopes)?;
    consent::allowed_resources(&client, &requested)?;
    let device_code = random_text(96);
    let user_code = user_code();
    // Nobody is there to hurry where codes approve themselves.
    let interval = if world.options.auto_consent { 1 } else { 5 };
    let now = world.now();
    world.sign_in.prune(now);
    world.sign_in.devices.insert(
        device_code.clone(),
        Device {
            user_code: user_code.clone(),
            client: client.app.app_id,
            scopes,
            created: now,
            interval,
            last_poll: None,
            answer: DeviceAnswer::Waiting,
        },
    );
    let page = format!("{}/devicelogin", request.base);
    let body = json!({
        "user_code": user_code,
        "device_code": device_code,
        "verification_uri": page,
        "expires_in": DEVICE_LIFE,
        "interval": interval,
        "message": format!("To sign in, use a web browser to open the page {page} and enter the code {user_code} to authenticate."),
    });
    Ok((device_code, body))
}

fn user_code() -> String {
    random_text(18)
        .bytes()
        .map(|byte| char::from(ALPHABET[usize::from(byte) % ALPHABET.len()]))
        .take(9)
        .collect()
}

pub(super) fn tokens(world: &mut World, asking: &Asking<'_>) -> Result<Value, Refusal> {
    // Older clients of Microsoft call the parameter `code`.
    let text = match asking.params.get("device_code") {
        Some(text) => text,
        None => asking.params.get("code").ok_or_else(|| {
            Refusal::new(
                900_144,
                "The request body must contain the following parameter: 'device_code'.",
            )
        })?,
    };
    if asking.client.is_public() {
        credential::must_not_be_there(asking)?;
    } else {
        // Without a credential this refuses with 7000218.
        credential::prove(world, asking)?;
    }
    let now = world.now();
    let device = world
        .sign_in
        .devices
        .get_mut(text)
        .filter(|device| device.client == asking.client.app.app_id)
        .ok_or_else(|| {
            Refusal::new(
                70_018,
                "Verification code is not valid: the device code is not known.",
            )
        })?;
    if now.duration_since(device.created).as_secs() >= DEVICE_LIFE {
        return Err(Refusal::new(
            70_019,
            "The device code has expired. Start the sign-in again.",
        ));
    }
    // A second of grace: the client's wait and ours are not measured by the same clock.
    let early = device
        .last_poll
        .is_some_and(|last| now.duration_since(last).as_secs() < device.interval - 1);
    device.last_poll = Some(now);
    match device.answer.clone() {
        DeviceAnswer::Waiting if early => {
            device.interval += 5;
            Err(Refusal::new(
                70_016,
                "OAuth 2.0 device flow error. Polling too often: wait five seconds longer.",
            )
            .under("slow_down"))
        }
        DeviceAnswer::Waiting => Err(Refusal::new(
            70_016,
            "OAuth 2.0 device flow error. Authorization is pending. Continue polling.",
        )),
        DeviceAnswer::Declined => Err(Refusal::new(
            65_004,
            "User declined to consent to access the app.",
        )
        .under("authorization_declined")),
        DeviceAnswer::Blocked(53_003) => Err(consent::blocked_by_policy()),
        DeviceAnswer::Blocked(code) => Err(Refusal::new(
            code,
            "The sign-in on the other device was refused.",
        )),
        DeviceAnswer::Redeemed => Err(Refusal::new(
            70_000,
            "The device code was redeemed already.",
        )),
        DeviceAnswer::Approved(sign_in) => {
            let tokens = user::tokens(world, asking, sign_in, Method::None, None)?;
            if let Some(device) = world.sign_in.devices.get_mut(text) {
                device.answer = DeviceAnswer::Redeemed;
            }
            Ok(tokens)
        }
    }
}
