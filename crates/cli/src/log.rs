use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

/// With `--verbose`, what happens on the wire goes to standard error: calls, statuses, times, request
/// ids. Addresses are redacted, headers and bodies are never logged.
pub(crate) fn begin(verbose: bool) {
    let default = if verbose { "fairlead=debug" } else { "off" };
    let filter = EnvFilter::builder()
        .with_default_directive(LevelFilter::OFF.into())
        .parse_lossy(if verbose {
            std::env::var("FAIRLEAD_LOG").unwrap_or_else(|_| default.to_owned())
        } else {
            default.to_owned()
        });
    let layer = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false);
    // A second start in one process, as tests do, changes nothing.
    let _ = layer.try_init();
}
