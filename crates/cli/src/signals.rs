//! Ctrl-C: the work stops where it waits, and what was begun is remembered.

use std::time::Duration;

/// How long work that waits for nothing has to come to its end.
const GRACE: Duration = Duration::from_secs(3);

/// Listens from now on, before the work begins, so that Ctrl-C never ends the program without a word.
pub(crate) struct Interrupts {
    #[cfg(unix)]
    signal: Option<tokio::signal::unix::Signal>,
}

impl Interrupts {
    /// To be called within the runtime.
    pub(crate) fn listen() -> Self {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            Self {
                signal: signal(SignalKind::interrupt()).ok(),
            }
        }
        #[cfg(not(unix))]
        Self {}
    }

    /// Ready when the person presses Ctrl-C.
    pub(crate) async fn next(&mut self) {
        #[cfg(unix)]
        match &mut self.signal {
            Some(signal) => {
                signal.recv().await;
            }
            None => std::future::pending().await,
        }
        #[cfg(not(unix))]
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Ends the program although something, such as a read of standard input, holds it up.
    pub(crate) fn end_in_time(mut self, code: u8) {
        tokio::spawn(async move {
            self.next().await;
            tokio::time::sleep(GRACE).await;
            std::process::exit(code.into());
        });
    }
}

/// Ready when the process is told to end, by Ctrl-C or by whoever started it.
pub(crate) async fn told_to_end() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
