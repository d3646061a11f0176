use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use super::*;
use crate::place::temp_folder;

fn shell(script: &str) -> Program {
    Program::new("sh").args(["-c", script])
}

/// What a test that does `act` would be told.
fn told(act: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(act)).expect_err("it panics");
    panic.downcast_ref::<String>().cloned().unwrap_or_default()
}

#[test]
fn exit_code_and_both_outputs_are_collected() {
    let ended = shell("cat; echo talk >&2; exit 3").input("data\n").run();
    assert_eq!(
        (ended.code, ended.stdout.as_str(), ended.stderr.as_str()),
        (Some(3), "data\n", "talk\n")
    );
    let message = told(|| drop(ended.with_code(0)));
    assert!(message.contains("ended with Some(3), not 0"), "{message}");
    assert!(message.contains("talk"), "{message}");
}

#[test]
fn more_output_than_a_pipe_holds_stops_nothing() {
    let ended = shell("head -c 1000000 /dev/zero | tr '\\0' 'a'; echo end >&2").run();
    assert_eq!(
        (ended.stdout.len(), ended.stderr.as_str()),
        (1_000_000, "end\n")
    );
}

#[test]
fn a_program_that_takes_too_long_is_ended_and_what_it_wrote_is_told() {
    let started = Instant::now();
    let message = told(|| {
        let limit = Duration::from_millis(300);
        drop(shell("echo so far; exec sleep 60").limit(limit).run());
    });
    assert!(message.contains("did not end within 300ms"), "{message}");
    assert!(message.contains("so far"), "{message}");
    assert!(
        started.elapsed() < Duration::from_secs(30),
        "took {:?}",
        started.elapsed()
    );
}

#[test]
fn a_process_that_outlives_its_parent_with_the_output_is_reported() {
    let message = told(|| drop(shell("sleep 60 & echo $!").run()));
    assert!(
        message.contains("left a process that holds its output open"),
        "{message}"
    );
    let id = message.lines().nth(2).expect("the output is told");
    shell(&format!("kill {id}")).run().with_code(0);
}

#[test]
fn lines_come_one_by_one_while_it_runs() {
    let mut running = shell("echo ready; read -r word; echo got $word")
        .input("it\n")
        .start();
    assert_eq!(running.line(Duration::from_secs(10)), "ready");
    assert_eq!(running.line(Duration::from_secs(10)), "got it");
    let message = told(|| drop(running.line(Duration::from_secs(10))));
    assert!(message.contains("wrote no further line"), "{message}");
}

#[test]
fn what_is_dropped_is_ended() {
    let running = shell("exec sleep 60").start();
    let id = running.id();
    drop(running);
    assert_eq!(shell(&format!("kill -0 {id}")).run().code, Some(1));
}

#[test]
fn killed_or_interrupted_is_no_exit_code() {
    let killed = shell("exec sleep 60").start().kill();
    assert_eq!(killed.code, None);
    let mut running =
        shell("trap 'echo tidy; exit 5' INT; echo ready; while :; do sleep 0.05; done").start();
    running.line(Duration::from_secs(10));
    running.interrupt();
    let ended = running.wait(Duration::from_secs(10));
    assert_eq!(
        (ended.code, ended.stdout.as_str()),
        (Some(5), "ready\ntidy\n")
    );
}

#[test]
fn the_surroundings_of_whoever_tests_stay_outside() {
    let folder = temp_folder();
    let home = folder.path().display();
    let bus = "DBUS_SESSION_BUS_ADDRESS";
    let program = shell("echo \"$DISPLAY|$DBUS_SESSION_BUS_ADDRESS|$https_proxy|$HOME\"");
    let program = program
        .env("DISPLAY", ":9")
        .env(bus, "unix:path=bus")
        .env("https_proxy", "p");
    assert_eq!(
        program.at_home_in(folder.path()).run().stdout,
        format!("|||{home}\n")
    );
}
