//! The terminal as the set-up needs it: something is said, something is asked, and a token is asked for without showing
//! it.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use async_trait::async_trait;
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use secrecy::SecretString;

use crate::terminal;

/// Somebody to talk to.
#[async_trait]
pub trait Terminal: Send {
    /// Says a line.
    fn say(&mut self, line: &str);

    /// Asks, and waits for a line.
    ///
    /// # Errors
    /// Fails where nobody answers any more.
    async fn ask(&mut self, question: &str) -> io::Result<String>;

    /// Asks for a secret: what is typed does not show.
    ///
    /// # Errors
    /// As [`ask`](Self::ask).
    async fn ask_hidden(&mut self, question: &str) -> io::Result<SecretString>;
}

/// The terminal that the program was started in.
pub struct Console(());

impl Console {
    /// None where the program was not started by somebody at a terminal.
    pub fn here() -> Option<Self> {
        (io::stdin().is_terminal() && io::stdout().is_terminal()).then_some(Self(()))
    }
}

#[async_trait]
impl Terminal for Console {
    fn say(&mut self, line: &str) {
        terminal::say(line);
    }

    async fn ask(&mut self, question: &str) -> io::Result<String> {
        prompt(question)?;
        line().await
    }

    async fn ask_hidden(&mut self, question: &str) -> io::Result<SecretString> {
        prompt(question)?;
        let hidden = Hidden::begin()?;
        let typed = line().await;
        drop(hidden);
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

/// As long as it lives the terminal shows nothing of what is typed.
struct Hidden(Termios);

impl Hidden {
    fn begin() -> io::Result<Self> {
        let before = tcgetattr(io::stdin())?;
        let mut hidden = before.clone();
        hidden.local_modes.remove(LocalModes::ECHO);
        tcsetattr(io::stdin(), OptionalActions::Flush, &hidden)?;
        Ok(Self(before))
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &self.0);
    }
}
