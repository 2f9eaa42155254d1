//! What the binary itself says: answers on standard output, refusals on standard error.

use std::io::{self, IsTerminal as _, Write};
use std::process::ExitCode;

/// Writes an answer. A reader that went away is no failure.
pub fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes());
    if !text.ends_with('\n') {
        let _ = out.write_all(b"\n");
    }
    let _ = out.flush();
}

/// Writes a line that must not be lost.
pub fn write_line(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}")?;
    out.flush()
}

/// Writes a sentence beside an answer, for a person: where no terminal listens, nobody needs it.
pub fn explain(text: &str) {
    let mut err = io::stderr().lock();
    if err.is_terminal() {
        let _ = writeln!(err, "{text}");
    }
}

/// Writes what is going on beside an answer that comes later.
pub fn note(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// An error with what caused it, in one sentence.
pub fn with_causes(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    std::iter::once(error.to_string()).chain(causes.map(ToString::to_string)).collect::<Vec<_>>().join(": ")
}

/// Writes why nothing was started, and gives the exit code for it.
pub fn refuse(text: &str) -> ExitCode {
    let mut err = std::io::stderr().lock();
    let _ = writeln!(err, "{}", text.trim_end());
    ExitCode::FAILURE
}

/// Writes why this command cannot be, and gives the exit code that every wrong command has.
pub fn refuse_command(text: &str) -> ExitCode {
    refuse(text);
    ExitCode::from(2)
}
