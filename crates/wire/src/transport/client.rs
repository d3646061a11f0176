use std::time::Duration;

use rustls::ClientConfig;

use crate::error::WireError;
use crate::redact::redact_url;
use crate::settings::{ProxyChoice, Settings};

/// The HTTP client. It follows no redirect, so that a token goes nowhere by itself, and asks for no
/// compression, so that the limit on a body is a limit on memory. It repeats by itself only what HTTP/2
/// names as not processed (RFC 9113, 8.7).
pub(super) fn build(
    settings: &Settings,
    tls: ClientConfig,
    keep_connections: bool,
) -> Result<reqwest::Client, WireError> {
    let mut builder = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .connect_timeout(settings.connect_timeout)
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .no_gzip()
        .no_brotli()
        .no_zstd()
        .no_deflate()
        .pool_idle_timeout(Duration::from_mins(1))
        // Else a connection that died without a word takes every request with it.
        .http2_keep_alive_interval(Duration::from_secs(15))
        .http2_keep_alive_timeout(Duration::from_secs(10))
        .tcp_nodelay(true)
        .user_agent(concat!("Fairlead/", env!("CARGO_PKG_VERSION")));
    if !keep_connections {
        builder = builder.pool_max_idle_per_host(0);
    }
    match &settings.proxy {
        ProxyChoice::Environment => {}
        ProxyChoice::Direct => builder = builder.no_proxy(),
        ProxyChoice::Url(url) => {
            let proxy =
                reqwest::Proxy::all(url.clone()).map_err(|_| WireError::ProxyUnreachable {
                    proxy: redact_url(url),
                    cause: "its address is not usable".to_owned(),
                })?;
            builder = builder.proxy(proxy);
        }
    }
    builder.build().map_err(|error| WireError::Request {
        call: "the HTTP client".to_owned(),
        cause: error.without_url().to_string(),
    })
}
