//! Where a person signs in: in a browser where there is a display, with a code where there is none.

use std::time::Duration;

use fairlead_app::{ConsentWay, SignInOptions, SignInWay};

use crate::args::{ConsentArg, SignInArg, SignInArgs};
use crate::failure::Failure;

/// How the administrator signs in, as the command line says or as this computer suggests.
pub(crate) fn options(args: &SignInArgs) -> Result<SignInOptions, Failure> {
    let browser = match args.sign_in {
        Some(said) => said == SignInArg::Browser,
        None => args.browser.is_some() || has_display(),
    };
    let way = if browser {
        SignInWay::Browser
    } else {
        SignInWay::DeviceCode
    };
    let client = args.sign_in_client.as_deref().map(str::parse).transpose()?;
    Ok(SignInOptions {
        way,
        client,
        login_hint: args.login_hint.clone(),
        limit: Duration::from_secs(args.browser_timeout),
    })
}

/// How permissions are consented: where the administrator sits at a browser on Microsoft's page, else
/// through Graph, after the same review in the terminal.
pub(crate) fn consent(asked: Option<ConsentArg>, way: SignInWay) -> ConsentWay {
    match (asked, way) {
        (Some(ConsentArg::Browser), _) | (None, SignInWay::Browser) => ConsentWay::Browser,
        (Some(ConsentArg::Grant), _) | (None, SignInWay::DeviceCode) => ConsentWay::Grant,
        (Some(ConsentArg::Wait), _) => ConsentWay::Wait,
    }
}

/// Whether a window can be opened here.
pub(crate) fn has_display() -> bool {
    if cfg!(any(windows, target_os = "macos")) {
        return true;
    }
    ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}
