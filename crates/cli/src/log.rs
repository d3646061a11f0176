use tracing_subscriber::filter::{LevelFilter, filter_fn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

/// With `--verbose`, what happens on the wire goes to standard error: calls, statuses, times, request
/// ids. Addresses are redacted, headers and bodies are never logged.
///
/// `FAIRLEAD_LOG` says how much (`info`, `debug`, `trace`). Only Fairlead's own lines are written,
/// whatever it says: libraries below would print what they send.
pub(crate) fn begin(verbose: bool) {
    if !verbose {
        return;
    }
    let wanted = std::env::var("FAIRLEAD_LOG").unwrap_or_default();
    let wanted = if wanted.trim().is_empty() {
        "fairlead=debug"
    } else {
        wanted.as_str()
    };
    let filter = EnvFilter::builder()
        .with_default_directive(LevelFilter::OFF.into())
        .parse_lossy(wanted);
    let own = filter_fn(|metadata| metadata.target().starts_with("fairlead"));
    let layer = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .with_target(false)
        .with_filter(own)
        .with_filter(filter);
    // A second start in one process, as tests do, changes nothing.
    let _ = tracing_subscriber::registry().with(layer).try_init();
}
