//! The authorize endpoint (RFC 6749 section 4.1.1, RFC 7636).
//!
//! <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow>

use fairlead_domain::permission::PermissionKind;
use fairlead_domain::role::DirectoryRole;
use serde::{Deserialize, Serialize};

use super::{ACTION, Accepted, Back, Flow, Purpose, begin, go_on, keep, refuse, who};
use crate::entra::client::{self, Client, Platform};
use crate::entra::consent;
use crate::entra::directory::Authority;
use crate::entra::error::{Ids, Refusal};
use crate::entra::memory::{Challenge, Code, SignIn, random_text};
use crate::entra::page::{self, Asked};
use crate::entra::params::Params;
use crate::entra::redirect::{self, ResponseMode};
use crate::entra::scope::Requested;
use crate::tenant::{Account, World};
use crate::wire::{Answer, Incoming};

/// What an app asked for.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Authorize {
    redirect_uri: String,
    platform: Platform,
    mode: ResponseMode,
    state: Option<String>,
    nonce: Option<String>,
    challenge: Option<Challenge>,
    scopes: Vec<String>,
    /// `prompt=consent`: asks even where everything is granted.
    ask_again: bool,
    /// `prompt=none`.
    pub(super) silent: bool,
}

impl Authorize {
    fn back(&self, mut answer: Vec<(&str, String)>) -> Back {
        if let Some(state) = &self.state {
            answer.push(("state", state.clone()));
        }
        let pairs: Vec<_> = answer
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        Back {
            address: redirect::address(&self.redirect_uri, self.mode, &pairs),
            form: if self.mode == ResponseMode::FormPost {
                answer
                    .into_iter()
                    .map(|(name, value)| (name.to_owned(), value))
                    .collect()
            } else {
                Vec::new()
            },
        }
    }

    /// A refusal as the app hears it: only errors that the authorize endpoint has.
    pub(super) fn failure(&self, refusal: &Refusal, ids: &Ids) -> Back {
        let error = match refusal.error {
            "invalid_grant" if refusal.code == 65_001 => "consent_required",
            "invalid_grant" => "access_denied",
            "invalid_client" => "unauthorized_client",
            other => other,
        };
        let mut answer = vec![
            ("error", error.to_owned()),
            ("error_description", refusal.description(ids)),
        ];
        if let Some(suberror) = refusal.suberror {
            answer.push(("error_subcode", suberror.to_owned()));
        }
        self.back(answer)
    }
}

/// Reads the request. Until client and redirect URI are trusted, refusals stay on a page.
pub(super) fn start(world: &mut World, request: &Incoming, segment: &str) -> Answer {
    let params = if request.method == http::Method::POST {
        Params::of_form(request)
    } else {
        Ok(Params::of_query(request))
    };
    let trusted = params.and_then(|params| {
        let authority = Authority::of(world, segment)?;
        let client = client::find(world, params.need("client_id")?, authority)?;
        authority.takes_our_accounts()?;
        let trusted = redirect::trust(&client, params.get("redirect_uri"))?;
        Ok((params, client, trusted))
    });
    let (params, client, trusted) = match trusted {
        Ok(trusted) => trusted,
        Err(refusal) => {
            let ids = Ids::of(world, request);
            return page::message("Sign in", &refusal, &ids, None);
        }
    };
    let mut authorize = Authorize {
        redirect_uri: trusted.uri,
        platform: trusted.platform,
        mode: ResponseMode::Query,
        state: params.get("state").map(str::to_owned),
        nonce: params.get("nonce").map(str::to_owned),
        challenge: None,
        scopes: params.words("scope").map(str::to_owned).collect(),
        ask_again: params.get("prompt") == Some("consent"),
        silent: params.get("prompt") == Some("none"),
    };
    if let Err(refusal) = read(world, &client, &params, &mut authorize) {
        return authorize
            .failure(&refusal, &Ids::of(world, request))
            .answer();
    }
    let flow = Flow::new(
        world,
        client.app.app_id,
        Purpose::Authorize(authorize),
        params.get("login_hint").map(str::to_owned),
    );
    begin(world, request, flow, params.get("prompt"))
}

fn read(
    world: &World,
    client: &Client,
    params: &Params,
    authorize: &mut Authorize,
) -> Result<(), Refusal> {
    authorize.mode = match params.get("response_mode") {
        None | Some("query") => ResponseMode::Query,
        Some("fragment") => ResponseMode::Fragment,
        Some("form_post") => ResponseMode::FormPost,
        Some(other) => {
            let other: String = other.chars().take(40).collect();
            return Err(Refusal::new(
                9_002_313,
                format!("The 'response_mode' value '{other}' is not supported."),
            ));
        }
    };
    match params.need("response_type")? {
        "code" => {}
        other => {
            let other: String = other.chars().take(40).collect();
            return Err(Refusal::new(
                700_051,
                format!("response_type '{other}' is not enabled for the application."),
            ));
        }
    }
    if let Some(prompt) = params.get("prompt")
        && !["login", "none", "consent", "select_account"].contains(&prompt)
    {
        let prompt: String = prompt.chars().take(40).collect();
        return Err(Refusal::new(
            9_002_313,
            format!("Unsupported 'prompt' value '{prompt}'."),
        ));
    }
    if let Some(text) = params.get("code_challenge") {
        authorize.challenge = Some(challenge(text, params.get("code_challenge_method"))?);
    }
    params.need("scope")?;
    let requested = consent::requested(world, client, &authorize.scopes)?;
    consent::allowed_resources(client, &requested)
}

/// S256 makes 43 characters; anything else is no challenge of that method.
fn challenge(text: &str, method: Option<&str>) -> Result<Challenge, Refusal> {
    let unreserved = |c: char| c.is_ascii_alphanumeric() || "-._~".contains(c);
    match method {
        _ if !text.chars().all(unreserved) => {}
        Some("S256") if text.len() == 43 => return Ok(Challenge::S256(text.to_owned())),
        None | Some("plain") if (43..=128).contains(&text.len()) => {
            return Ok(Challenge::Plain(text.to_owned()));
        }
        _ => {}
    }
    Err(Refusal::new(
        50_147,
        "Missing code challenge, or its size or method is not valid: it must be the base64url-encoded SHA-256 hash of the code verifier, 43 characters, with the method S256.",
    ))
}

/// The account is known: policies, consent, then the code.
pub(super) fn finish(
    world: &mut World,
    request: &Incoming,
    flow: &Flow,
    authorize: &Authorize,
    client: &Client,
    account: &Account,
) -> Answer {
    let requested = match consent::requested(world, client, &authorize.scopes) {
        Ok(requested) => requested,
        Err(refusal) => return refuse(world, request, flow, &refusal),
    };
    if let Err(refusal) = consent::policies_allow(world, client, account) {
        return refuse(world, request, flow, &refusal);
    }
    let fresh = match agree(
        world,
        request,
        flow,
        client,
        account,
        &requested,
        authorize.ask_again,
    ) {
        Ok(fresh) => fresh,
        Err(answer) => return *answer,
    };
    let code = random_text(64);
    let sign_in = SignIn {
        client: client.app.app_id,
        account: account.id,
        platform: authorize.platform,
        mfa: flow.mfa,
        scopes: authorize.scopes.clone(),
        at: world.now(),
        fresh,
    };
    world.sign_in.codes.insert(
        code.clone(),
        Code {
            sign_in,
            redirect_uri: authorize.redirect_uri.clone(),
            challenge: authorize.challenge.clone(),
            nonce: authorize.nonce.clone(),
            used: false,
        },
    );
    authorize
        .back(vec![
            ("code", code),
            ("session_state", uuid::Uuid::new_v4().to_string()),
        ])
        .answer()
}

/// Gets the user's consent to what is not granted yet: from the person, or by itself. The answer of
/// the failure is the page (or the redirect) that comes instead.
pub(super) fn agree(
    world: &mut World,
    request: &Incoming,
    flow: &Flow,
    client: &Client,
    account: &Account,
    requested: &Requested,
    ask_again: bool,
) -> Result<Vec<crate::entra::memory::Fresh>, Box<Answer>> {
    let missing = match consent::missing(world, client, account, requested, ask_again) {
        Ok(missing) => missing,
        Err(refusal) => return Err(Box::new(refuse(world, request, flow, &refusal))),
    };
    if missing.is_empty() {
        return Ok(Vec::new());
    }
    let administrator =
        who::roles(world, account).any(DirectoryRole::may_consent_to_delegated_permissions);
    let asked: Vec<_> = missing
        .iter()
        .map(|(resource, name)| Asked {
            resource: *resource,
            kind: PermissionKind::Delegated,
            name: name.clone(),
        })
        .collect();
    if flow.silent() {
        let refusal = consent::not_consented(client);
        return Err(Box::new(refuse(world, request, flow, &refusal)));
    }
    if !administrator && let Err(refusal) = consent::user_may(world, client, &missing) {
        if world.options.auto_consent {
            return Err(Box::new(refuse(world, request, flow, &refusal)));
        }
        let ids = Ids::of(world, request);
        keep(world, flow.clone());
        let page = page::needs_admin(&flow.id, ACTION, client, account, &asked, &refusal, &ids);
        return Err(Box::new(page));
    }
    if flow.accepted == Accepted::NotYet && !world.options.auto_consent {
        keep(world, flow.clone());
        let page = page::consent(
            &flow.id,
            ACTION,
            client,
            account,
            &asked,
            false,
            administrator,
        );
        return Err(Box::new(page));
    }
    let whole_tenant = administrator && flow.accepted == Accepted::ForEverybody;
    Ok(consent::store(
        world,
        client,
        account,
        &missing,
        whole_tenant,
    ))
}

/// Goes on with a flow that another purpose began.
pub(super) fn resume(world: &mut World, request: &Incoming, flow: Flow) -> Answer {
    go_on(world, request, flow, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_has_the_length_of_its_method() {
        let hash = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        assert_eq!(
            challenge(hash, Some("S256")),
            Ok(Challenge::S256(hash.to_owned()))
        );
        assert_eq!(challenge(hash, None), Ok(Challenge::Plain(hash.to_owned())));
        let code = |text: &str, method| challenge(text, method).map_err(|refusal| refusal.code);
        assert_eq!(code(&hash[1..], Some("S256")), Err(50_147));
        assert_eq!(code(&format!("{hash}="), Some("S256")), Err(50_147));
        assert_eq!(code(hash, Some("S512")), Err(50_147));
        assert_eq!(code("short", None), Err(50_147));
        assert_eq!(code(&hash.replace('-', "+"), Some("S256")), Err(50_147));
    }
}
