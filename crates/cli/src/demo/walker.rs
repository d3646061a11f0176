//! A browser without a person: it follows the pages of a simulated tenant that approves itself.

use std::time::Duration;

use url::Url;

/// Opens addresses and follows where they lead.
#[derive(Debug, Clone)]
pub(crate) struct Walker {
    runtime: tokio::runtime::Handle,
}

impl Walker {
    /// A walker on the runtime that is running.
    pub(crate) fn new() -> Self {
        Self {
            runtime: tokio::runtime::Handle::current(),
        }
    }

    /// Opens an address in the background; what comes of it is seen by the one who waits for it.
    pub(crate) fn open(&self, url: Url) {
        self.runtime.spawn(async move {
            let client = reqwest::Client::builder()
                .no_proxy()
                .timeout(Duration::from_secs(30))
                .redirect(reqwest::redirect::Policy::limited(10))
                .build();
            match client {
                Ok(client) => match client.get(url).send().await {
                    Ok(page) => tracing::debug!(target: "fairlead::demo", status = page.status().as_u16(), "page"),
                    Err(error) => tracing::debug!(target: "fairlead::demo", error = %error.without_url(), "no page"),
                },
                Err(error) => tracing::debug!(target: "fairlead::demo", %error, "no browser"),
            }
        });
    }
}
