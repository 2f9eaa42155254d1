//! What the binary itself says: answers on standard output, refusals on standard error.

use std::io::Write;
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
