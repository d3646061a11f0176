//! A sign-in in progress: from the app's request over the person's pages to the answer.
//!
//! [`go_on`] does everything that can be done without the person, then shows the next page or gives
//! the answer. With `--auto-consent` nothing needs the person.

mod admin_consent;
mod authorize;
mod device;
mod who;

pub(crate) use admin_consent::Version;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
pub(crate) use who::{
    by_id, by_password, may_sign_in, needs_second_factor, roles, second_factor_needed,
};

use super::client::{self, Client};
use super::error::{Ids, Refusal};
use super::memory::{Session, random_text};
use super::page;
use super::params::Params;
use crate::tenant::World;
use crate::wire::{Answer, Incoming};

/// A sign-in in progress.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Flow {
    pub(crate) id: String,
    pub(crate) since: Timestamp,
    /// The app that asks.
    pub(crate) client: Uuid,
    pub(crate) purpose: Purpose,
    /// Who signs in, once known and believed.
    pub(crate) account: Option<Uuid>,
    /// Who is signed in already and may be picked.
    pub(crate) offered: Option<Uuid>,
    /// The `login_hint`.
    pub(crate) hint: Option<String>,
    pub(crate) mfa: bool,
    pub(crate) accepted: Accepted,
    /// The person said that the device is meant.
    pub(crate) confirmed: bool,
}

/// Whether the person accepted what was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Accepted {
    NotYet,
    ForOneself,
    /// An administrator ticked "on behalf of your organisation".
    ForEverybody,
}

/// What a sign-in is for.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Purpose {
    Authorize(authorize::Authorize),
    AdminConsent(admin_consent::AdminConsent),
    Device(device::Approval),
}

/// Where the pages post to.
const ACTION: &str = "/common/login";

/// The cookie that keeps a browser signed in.
const COOKIE: &str = "ESTSAUTHPERSISTENT";

/// `GET /{tenant}/oauth2/v2.0/authorize`.
pub(crate) fn authorize(world: &mut World, request: &Incoming, segment: &str) -> Answer {
    authorize::start(world, request, segment)
}

/// `GET /{tenant}/v2.0/adminconsent` and `/{tenant}/adminconsent`.
pub(crate) fn admin_consent(
    world: &mut World,
    request: &Incoming,
    segment: &str,
    version: Version,
) -> Answer {
    admin_consent::start(world, request, segment, version)
}

/// The page where the code of a device is typed in.
pub(crate) fn device_page(world: &mut World, request: &Incoming) -> Answer {
    device::page(world, request)
}

/// Approves a device code without a person: `--auto-consent`.
pub(crate) fn approve_device(world: &mut World, request: &Incoming, device_code: &str) {
    device::approve_at_once(world, request, device_code);
}

impl Flow {
    fn new(world: &World, client: Uuid, purpose: Purpose, hint: Option<String>) -> Self {
        Self {
            id: random_text(24),
            since: world.now(),
            client,
            purpose,
            account: None,
            offered: None,
            hint,
            mfa: false,
            accepted: Accepted::NotYet,
            confirmed: false,
        }
    }

    fn client(&self, world: &World) -> Option<Client> {
        client::lookup(world, self.client)
    }

    /// The refusal as the app hears it, where the app can be told.
    fn way_back(&self, world: &World, request: &Incoming, refusal: &Refusal) -> Option<Back> {
        match &self.purpose {
            Purpose::Authorize(authorize) => {
                Some(authorize.failure(refusal, &Ids::of(world, request)))
            }
            Purpose::AdminConsent(consent) => {
                Some(consent.failure(refusal, &Ids::of(world, request)))
            }
            Purpose::Device(_) => None,
        }
    }
}

/// An answer that goes back to the app through the browser.
#[derive(Debug, Clone)]
struct Back {
    /// Where to.
    address: String,
    /// Filled for `form_post` alone.
    form: Vec<(String, String)>,
}

impl Back {
    fn answer(&self) -> Answer {
        if self.form.is_empty() {
            return Answer::empty(http::StatusCode::FOUND)
                .header("location", &self.address)
                .header("cache-control", "no-store, no-cache");
        }
        let form: Vec<_> = self
            .form
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        page::form_post(&self.address, &form)
    }
}

/// Begins a sign-in: with the session of the browser where there is one that fits.
fn begin(world: &mut World, request: &Incoming, mut flow: Flow, prompt: Option<&str>) -> Answer {
    // Without a person the rules alone say who it is, not what happened before in the same browser.
    if !world.options.auto_consent
        && let Some(session) = session(world, request)
    {
        let fits = who::by_id(world, session.account).is_some_and(|account| {
            flow.hint
                .as_deref()
                .is_none_or(|hint| hint.eq_ignore_ascii_case(&account.user_principal_name))
        });
        if fits && prompt == Some("select_account") {
            flow.offered = Some(session.account);
        } else if fits && prompt != Some("login") {
            flow.account = Some(session.account);
            flow.mfa = session.mfa;
        }
    }
    go_on(world, request, flow, None)
}

/// Does what can be done without the person, then shows the next page or gives the answer.
fn go_on(
    world: &mut World,
    request: &Incoming,
    mut flow: Flow,
    refusal: Option<&Refusal>,
) -> Answer {
    let Some(client) = flow.client(world) else {
        let gone = Refusal::new(
            700_016,
            format!(
                "Application with identifier '{}' was not found.",
                flow.client
            ),
        );
        return page::message("Sign in", &gone, &Ids::of(world, request), None);
    };
    let auto = world.options.auto_consent;
    if flow.account.is_none() && auto {
        match who::without_a_person(world, &flow, &client) {
            Ok(account) => flow.account = Some(account),
            Err(refusal) => return refuse(world, request, &flow, &refusal),
        }
    }
    let Some(account) = flow.account.and_then(|id| who::by_id(world, id).cloned()) else {
        if flow.silent() {
            let refusal = Refusal::new(
                50_058,
                "A silent sign-in request was sent but no user is signed in.",
            );
            return refuse(world, request, &flow, &refusal);
        }
        let offered = flow.offered.and_then(|id| who::by_id(world, id).cloned());
        let (id, hint, name) = (flow.id.clone(), flow.hint.clone(), client.app.display_name);
        keep(world, flow);
        return match offered {
            Some(account) => page::pick(&id, ACTION, &name, &account),
            None => page::user_and_password(&id, ACTION, &name, hint.as_deref(), refusal),
        };
    };
    if let Err(refusal) = who::may_sign_in(&account) {
        return refuse(world, request, &flow, &refusal);
    }
    if who::needs_second_factor(&account) && !flow.mfa {
        if auto {
            flow.mfa = true;
        } else if flow.silent() {
            return refuse(world, request, &flow, &who::second_factor_needed(&client));
        } else {
            let id = flow.id.clone();
            keep(world, flow);
            return page::second_factor(&id, ACTION, &account);
        }
    }
    let answer = match flow.purpose.clone() {
        Purpose::Authorize(authorize) => {
            authorize::finish(world, request, &flow, &authorize, &client, &account)
        }
        Purpose::AdminConsent(consent) => {
            admin_consent::finish(world, request, &flow, &consent, &client, &account)
        }
        Purpose::Device(approval) => {
            device::finish(world, request, &flow, &approval, &client, &account)
        }
    };
    with_session(world, request, answer, account.id, flow.mfa)
}

/// A refusal that ends the sign-in: on a page with a way back, or straight back where nobody reads.
fn refuse(world: &mut World, request: &Incoming, flow: &Flow, refusal: &Refusal) -> Answer {
    if let Purpose::Device(approval) = &flow.purpose {
        device::refused(world, approval, refusal);
    }
    let back = flow.way_back(world, request, refusal);
    if (world.options.auto_consent || flow.silent())
        && let Some(back) = &back
    {
        return back.answer();
    }
    // A form can't be followed as a link; the person closes the page then.
    let link = back.filter(|back| back.form.is_empty());
    page::message(
        "Sorry, but we're having trouble signing you in",
        refusal,
        &Ids::of(world, request),
        link.as_ref().map(|back| back.address.as_str()),
    )
}

fn keep(world: &mut World, flow: Flow) {
    world.sign_in.flows.insert(flow.id.clone(), flow);
}

/// `POST /{tenant}/login`: what the person did on a page.
pub(crate) fn acted(world: &mut World, request: &Incoming) -> Answer {
    let params = match Params::of_form(request) {
        Ok(params) => params,
        Err(refusal) => {
            return page::message("Sign in", &refusal, &Ids::of(world, request), None);
        }
    };
    let flow = params
        .get("flow")
        .and_then(|id| world.sign_in.flows.remove(id));
    let Some(mut flow) = flow else {
        let over = Refusal::new(
            9_002_313,
            "This sign-in is over. Go back to the application and start again.",
        );
        return page::message("Sign in", &over, &Ids::of(world, request), None);
    };
    match params.get("act") {
        Some("cancel") => {
            let cancelled = Refusal::new(65_004, "User declined to consent to access the app.");
            if let Purpose::Device(approval) = &flow.purpose {
                return device::declined(world, approval);
            }
            return match flow.way_back(world, request, &cancelled) {
                Some(back) => back.answer(),
                None => page::message("Sign in", &cancelled, &Ids::of(world, request), None),
            };
        }
        Some("pick") => flow.account = flow.offered,
        Some("other") => {
            flow.account = None;
            flow.offered = None;
            flow.hint = None;
            flow.mfa = false;
        }
        Some("approve") if flow.account.is_some() => flow.mfa = true,
        Some("confirm") if flow.account.is_some() => flow.confirmed = true,
        Some("accept") if flow.account.is_some() => {
            flow.accepted = match params.get("everybody") {
                Some(_) => Accepted::ForEverybody,
                None => Accepted::ForOneself,
            };
        }
        Some("sign-in") => match who::by_password(world, &params) {
            Ok(account) => flow.account = Some(account),
            Err(refusal) => {
                flow.hint = params.get("login").map(str::to_owned);
                return go_on(world, request, flow, Some(&refusal));
            }
        },
        _ => {}
    }
    go_on(world, request, flow, None)
}

impl Flow {
    /// `prompt=none`: no page may be shown.
    fn silent(&self) -> bool {
        matches!(&self.purpose, Purpose::Authorize(authorize) if authorize.silent)
    }
}

fn session(world: &World, request: &Incoming) -> Option<Session> {
    let cookies = request.header("cookie")?;
    let id = cookies
        .split(';')
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find(|(name, _)| *name == COOKIE)?
        .1;
    world.sign_in.sessions.get(id).cloned()
}

/// Signs the browser in, so that the next app does not ask again.
fn with_session(
    world: &mut World,
    request: &Incoming,
    answer: Answer,
    account: Uuid,
    mfa: bool,
) -> Answer {
    let known = session(world, request)
        .is_some_and(|session| session.account == account && session.mfa == mfa);
    if known || world.options.auto_consent {
        return answer;
    }
    let id = random_text(24);
    let since = world.now();
    world.sign_in.sessions.insert(
        id.clone(),
        Session {
            account,
            mfa,
            since,
        },
    );
    let secure = if request.base.starts_with("https:") {
        "; Secure"
    } else {
        ""
    };
    answer.header(
        "set-cookie",
        &format!("{COOKIE}={id}; Path=/; HttpOnly; SameSite=Lax{secure}"),
    )
}
