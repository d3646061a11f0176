use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, ExitStatus};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::{sleep, spawn};
use std::time::{Duration, Instant};

use serde_json::Value;

/// How long the output of a program that has ended may stay open.
const CLOSING: Duration = Duration::from_secs(2);

/// A program that has been started. It is killed when the value is dropped.
#[derive(Debug)]
pub struct Running {
    child: Child,
    shown: String,
    started: Instant,
    stdout: Output,
    stderr: Output,
}

/// How a program ended, and what it wrote.
#[derive(Debug, Clone)]
pub struct Ended {
    /// The command, for messages.
    pub shown: String,
    /// None when a signal ended it.
    pub code: Option<i32>,
    /// All of its standard output.
    pub stdout: String,
    /// All of its standard error.
    pub stderr: String,
    /// From start to end.
    pub took: Duration,
}

impl Running {
    pub(crate) fn new(mut child: Child, shown: String, input: Option<Vec<u8>>) -> Self {
        let started = Instant::now();
        let stdout = Output::of(child.stdout.take());
        let stderr = Output::of(child.stderr.take());
        if let Some((mut stdin, input)) = child.stdin.take().zip(input) {
            // A program may end before it has read everything.
            spawn(move || stdin.write_all(&input).is_ok());
        }
        Self {
            child,
            shown,
            started,
            stdout,
            stderr,
        }
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Whether it has ended by itself.
    ///
    /// # Panics
    ///
    /// When the system does not tell.
    pub fn has_ended(&mut self) -> bool {
        let status = self.child.try_wait();
        status.expect("a child can be waited for").is_some()
    }

    /// The next line of its standard output, without the line's end.
    ///
    /// # Panics
    ///
    /// When none comes in time, or none any more.
    pub fn line(&mut self, limit: Duration) -> String {
        match self.stdout.next(Instant::now() + limit) {
            Next::Line(line) => line.trim_end_matches(['\r', '\n']).to_owned(),
            Next::Late => self.stop(&format!("wrote no line within {limit:?}")),
            Next::Closed => self.stop("wrote no further line"),
        }
    }

    /// Waits for its end.
    ///
    /// # Panics
    ///
    /// When it does not end in time, with what it has written so far.
    pub fn wait(mut self, limit: Duration) -> Ended {
        let deadline = Instant::now() + limit;
        loop {
            if let Some(status) = self.child.try_wait().expect("a child can be waited for") {
                return self.collect(status);
            }
            if Instant::now() >= deadline {
                self.stop(&format!("did not end within {limit:?}"));
            }
            sleep(Duration::from_millis(2));
        }
    }

    /// Ends it at once, as SIGKILL does: nothing in it can tidy up.
    ///
    /// # Panics
    ///
    /// When the system refuses.
    pub fn kill(mut self) -> Ended {
        // One that has ended already can't be killed, and that is no fault.
        self.child.kill().expect("a child can be killed");
        let status = self.child.wait().expect("a child can be waited for");
        self.collect(status)
    }

    /// Asks it to end, as Ctrl-C does.
    ///
    /// # Panics
    ///
    /// When it has ended already.
    #[cfg(unix)]
    pub fn interrupt(&self) {
        let kill = format!("kill -INT {}", self.id());
        let status = Command::new("sh")
            .args(["-c", &kill])
            .status()
            .expect("there is a shell");
        assert!(
            status.success(),
            "`{}` could not be interrupted",
            self.shown
        );
    }

    fn collect(&mut self, status: ExitStatus) -> Ended {
        let took = self.started.elapsed();
        let deadline = Instant::now() + CLOSING;
        let closed = self.stdout.drain(deadline) & self.stderr.drain(deadline);
        if !closed {
            self.stop("ended and left a process that holds its output open");
        }
        Ended {
            shown: self.shown.clone(),
            code: status.code(),
            stdout: std::mem::take(&mut self.stdout.seen),
            stderr: std::mem::take(&mut self.stderr.seen),
            took,
        }
    }

    fn stop(&mut self, what: &str) -> ! {
        self.end();
        // What is left may hold them open for long.
        let deadline = Instant::now() + CLOSING / 4;
        self.stdout.drain(deadline);
        self.stderr.drain(deadline);
        let (stdout, stderr) = (&self.stdout.seen, &self.stderr.seen);
        panic!(
            "`{}` {what}\n-- stdout\n{stdout}\n-- stderr\n{stderr}",
            self.shown
        )
    }

    fn end(&mut self) {
        // Both fail when it has ended and been waited for, which is what is wanted.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end();
    }
}

impl Ended {
    /// Itself, when it ended with this exit code.
    ///
    /// # Panics
    ///
    /// When it ended otherwise, with all that it wrote.
    #[expect(clippy::return_self_not_must_use, reason = "it is an assertion")]
    pub fn with_code(self, code: i32) -> Self {
        let Self {
            shown,
            stdout,
            stderr,
            ..
        } = &self;
        assert!(
            self.code == Some(code),
            "`{shown}` ended with {:?}, not {code}\n-- stdout\n{stdout}\n-- stderr\n{stderr}",
            self.code
        );
        self
    }

    /// Its standard output as JSON.
    ///
    /// # Panics
    ///
    /// When it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| {
            panic!(
                "`{}` wrote no JSON: {error}\n-- stdout\n{}",
                self.shown, self.stdout
            )
        })
    }
}

#[derive(Debug)]
struct Output {
    lines: Receiver<String>,
    seen: String,
}

enum Next {
    Line(String),
    Late,
    Closed,
}

impl Output {
    /// Read on a thread of its own, so that a full pipe never stops the program.
    fn of(stream: Option<impl Read + Send + 'static>) -> Self {
        let (sender, lines) = channel();
        if let Some(stream) = stream {
            spawn(move || {
                let mut reader = BufReader::new(stream);
                let mut line = Vec::new();
                while reader
                    .read_until(b'\n', &mut line)
                    .is_ok_and(|length| length > 0)
                {
                    if sender
                        .send(String::from_utf8_lossy(&line).into_owned())
                        .is_err()
                    {
                        break;
                    }
                    line.clear();
                }
            });
        }
        Self {
            lines,
            seen: String::new(),
        }
    }

    fn next(&mut self, deadline: Instant) -> Next {
        match self
            .lines
            .recv_timeout(deadline.saturating_duration_since(Instant::now()))
        {
            Ok(line) => {
                self.seen.push_str(&line);
                Next::Line(line)
            }
            Err(RecvTimeoutError::Timeout) => Next::Late,
            Err(RecvTimeoutError::Disconnected) => Next::Closed,
        }
    }

    /// Whether it was closed in time.
    fn drain(&mut self, deadline: Instant) -> bool {
        loop {
            match self.next(deadline) {
                Next::Line(_) => {}
                Next::Late => return false,
                Next::Closed => return true,
            }
        }
    }
}
