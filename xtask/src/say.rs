/// What the task has to say about itself.
#[expect(clippy::print_stderr, reason = "the one place where the tasks talk")]
pub(crate) fn note(text: &str) {
    eprintln!("{text}");
}

/// What was asked for.
#[expect(clippy::print_stdout, reason = "the one place where the tasks answer")]
pub(crate) fn data(text: &str) {
    println!("{text}");
}
