//! The terminal as the set-up needs it: something is said, and something is asked. Nothing that is typed shows, whatever
//! was asked for: a token may be pasted anywhere.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use async_trait::async_trait;
use rustix::termios::{LocalModes, OptionalActions, QueueSelector, Termios, tcflush, tcgetattr, tcsetattr};
use secrecy::SecretString;

use crate::terminal;

/// Somebody to talk to.
#[async_trait]
pub trait Terminal: Send {
    /// Says a line.
    fn say(&mut self, line: &str);

    /// Asks, and waits for a line, which does not show.
    ///
    /// # Errors
    /// Fails where nobody answers any more.
    async fn ask(&mut self, question: &str) -> io::Result<SecretString>;
}

/// The terminal that the program was started in. As long as this lives it shows nothing of what is typed, between two
/// questions neither; then it is as it was before.
pub struct Console {
    before: Termios,
}

impl Console {
    /// None where the program was not started by somebody at a terminal.
    pub fn here() -> Option<Self> {
        if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
            return None;
        }
        let before = tcgetattr(io::stdin()).ok()?;
        let mut hidden = before.clone();
        hidden.local_modes.remove(LocalModes::ECHO);
        tcsetattr(io::stdin(), OptionalActions::Flush, &hidden).ok()?;
        Some(Self { before })
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        let _ = tcsetattr(io::stdin(), OptionalActions::Flush, &self.before);
    }
}

#[async_trait]
impl Terminal for Console {
    fn say(&mut self, line: &str) {
        terminal::say(line);
    }

    async fn ask(&mut self, question: &str) -> io::Result<SecretString> {
        // Of what was pasted before, several lines perhaps, nothing is an answer to this.
        tcflush(io::stdin(), QueueSelector::IFlush)?;
        prompt(question)?;
        let typed = line().await;
        // The end of the line did not show either.
        terminal::say("");
        Ok(SecretString::from(typed?))
    }
}

fn prompt(question: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    write!(out, "{question} ")?;
    out.flush()
}

/// A line from the keyboard.
async fn line() -> io::Result<String> {
    let read = tokio::task::spawn_blocking(|| {
        let mut line = String::new();
        let length = io::stdin().lock().read_line(&mut line)?;
        if length == 0 { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(line) }
    });
    read.await.map_err(io::Error::other)?
}
