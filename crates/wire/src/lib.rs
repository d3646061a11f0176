//! The one HTTP transport: TLS, proxy, private CA, timeouts, retries, rate governor, request ids,
//! redaction, clock. It knows hosts and statuses, and nothing of what is said over them.

mod attempt;
mod call;
mod clock;
mod error;
mod governor;
mod proxy;
pub mod redact;
mod retry;
mod settings;
mod spent;
pub mod tls;
mod transport;

pub use call::{Call, Expect, Repeat, Reply};
pub use clock::{Clock, FixedClock, OffsetClock, SharedClock, SystemClock, clock_for};
pub use error::WireError;
pub use proxy::{ProxyInUse, proxy_for};
pub use retry::retry_after;
pub use settings::{ProxyChoice, Settings};
pub use spent::{Spent, measure};
pub use transport::Transport;
