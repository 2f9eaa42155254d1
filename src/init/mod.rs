//! `deskbell init`: the set-up in a terminal, step by step. It asks for the two tokens and where the store is to be,
//! writes `.env`, prints the invite, waits until the bot is in a server, and checks everything. Whatever it does can be
//! done by hand, and what is done already it leaves alone, so that it can be stopped and started again at every point.

mod discord;
mod dotenv;
mod intercom;
mod store;
mod terminal;

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use deskbell_domain::pasted::{NoToken, token_in};
use deskbell_domain::time::Clock;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::signal::unix::{SignalKind, signal};

use self::dotenv::Dotenv;
pub use self::terminal::{Console, Terminal};
use crate::check;
use crate::config::{self, Variables};
use crate::run::asked_to_end;
use crate::system::SystemClock;
use crate::terminal::say as terminal_says;

const STOPPED: &str = "Stopped. What was written stays; deskbell init goes on from there.";

/// How long it is waited for the bot to join a server, and how often it is looked.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// In all.
    pub all: Duration,
    /// Between two looks.
    pub every: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { all: Duration::from_mins(10), every: Duration::from_secs(3) }
    }
}

/// How the set-up ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// All is well: the bot can be started.
    Ready,
    /// Something is left to do, which was said.
    Unfinished,
}

/// Where it stops.
enum Stopped {
    /// It was said why.
    Said,
    /// Nobody answers any more.
    Silent(io::Error),
    /// `.env` cannot be read.
    Unreadable(io::Error),
    /// `.env` cannot be written.
    Unwritable(io::Error),
}

impl From<io::Error> for Stopped {
    fn from(error: io::Error) -> Self {
        Self::Silent(error)
    }
}

/// What the steps work with.
struct Steps<'a> {
    /// The environment, which counts more than the file.
    environment: &'a Variables,
    dotenv: Dotenv,
    terminal: &'a mut dyn Terminal,
    patience: Patience,
}

/// Goes through all steps in the terminal that the program was started in, until Ctrl-C.
pub async fn in_console(mut console: Console) -> Ended {
    let (environment, clock) = (Variables::environment(), Arc::new(SystemClock));
    tokio::select! {
        biased;
        () = broken_off() => {
            // The terminal shows ^C on the line of the question.
            terminal_says(&format!("\n{STOPPED}"));
            Ended::Unfinished
        }
        ended = init(&environment, Path::new("."), &mut console, Patience::default(), clock) => ended,
    }
}

/// Goes through all steps. `environment` is what is set beside the `.env` in `folder`.
pub async fn init(
    environment: &Variables,
    folder: &Path,
    terminal: &mut dyn Terminal,
    patience: Patience,
    clock: Arc<dyn Clock>,
) -> Ended {
    let mut steps = Steps { environment, dotenv: Dotenv::of(folder), terminal, patience };
    match steps.all(clock).await {
        Ok(ended) => ended,
        Err(stopped) => {
            steps.say_stopped(&stopped);
            Ended::Unfinished
        }
    }
}

/// Waits for Ctrl-C, or whatever else ends a program in a terminal: what is typed must show again afterwards.
async fn broken_off() {
    let (Ok(mut hangup), Ok(mut quit)) = (signal(SignalKind::hangup()), signal(SignalKind::quit())) else {
        return asked_to_end().await;
    };
    tokio::select! {
        biased;
        () = asked_to_end() => {}
        _ = hangup.recv() => {}
        _ = quit.recv() => {}
    }
}

impl Steps<'_> {
    async fn all(&mut self, clock: Arc<dyn Clock>) -> Result<Ended, Stopped> {
        self.terminal.say(
            "This sets Deskbell up in the file .env of this folder. What you type does not show. Ctrl-C stops; nothing is lost then.",
        );
        let bot = self.discord_token().await?;
        self.intercom_token().await?;
        self.store().await?;
        let server = self.server(&bot).await?;
        self.terminal.say("\nEverything is looked at once more:");
        let report = check::check(&self.variables()?, clock).await;
        self.terminal.say(report.to_text().trim_end());
        if report.faults() > 0 {
            self.terminal.say("Mend what is WRONG above, then run deskbell check.");
            return Ok(Ended::Unfinished);
        }
        self.terminal.say(&format!("Then type /setup in {server}."));
        Ok(Ended::Ready)
    }

    fn say_stopped(&mut self, stopped: &Stopped) {
        match stopped {
            Stopped::Said => {}
            Stopped::Silent(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                self.terminal.say(STOPPED);
            }
            Stopped::Silent(error) => {
                self.terminal.say(&format!("The terminal cannot be used ({}). {STOPPED}", error.kind()));
            }
            Stopped::Unreadable(error) => self.terminal.say(&config::unreadable_dotenv(error)),
            Stopped::Unwritable(error) => self.terminal.say(&format!(
                ".env cannot be written here ({}). Run deskbell init as the user that runs the bot, in a folder that \
                 this user may write; with Docker write .env by hand.",
                error.kind()
            )),
        }
    }

    /// The environment over what `.env` says by now.
    fn variables(&self) -> Result<Variables, Stopped> {
        let text = self.dotenv.read().map_err(Stopped::Unreadable)?;
        Ok(self.environment.clone().over(Variables::from_dotenv(text.as_bytes())))
    }

    /// The value of a variable that can be used; what stands in an example counts as none.
    fn usable_token(&self, name: &str) -> Result<bool, Stopped> {
        let variables = self.variables()?;
        let in_file = variables.get(&format!("{name}_FILE")).is_some();
        Ok(in_file || variables.get(name).is_some_and(|value| token_in(value).is_ok()))
    }

    /// Writes a value, and says so. What stands there was said to be of no use before.
    fn write(&mut self, name: &str, value: &str) -> Result<(), Stopped> {
        self.dotenv.set(name, value).map_err(Stopped::Unwritable)?;
        self.terminal.say(&format!("{name} is written to .env, which only you can read."));
        Ok(())
    }

    /// Asks until what is typed can be a token.
    async fn ask_token(&mut self, question: &str) -> Result<SecretString, Stopped> {
        loop {
            let typed = self.terminal.ask(question).await?;
            match token_in(typed.expose_secret()) {
                Ok(token) => return Ok(token),
                Err(why) => self.say_no_token(why),
            }
        }
    }

    fn say_no_token(&mut self, why: NoToken) {
        self.terminal.say(match why {
            NoToken::Empty => "Nothing was typed. Paste the token and press Enter; it does not show.",
            NoToken::Example => "That is an example, not a token. Paste the token itself.",
            NoToken::OddCharacters => {
                "That is not a token: it is too short, or holds spaces, quotes or odd characters. Copy it again, as a whole."
            }
        });
    }

    /// Asks until yes or no is typed. What else is typed may be a token, so it is neither repeated nor understood.
    async fn confirm(&mut self, question: &str) -> io::Result<bool> {
        loop {
            let typed = self.terminal.ask(question).await?;
            match typed.expose_secret().trim().to_ascii_lowercase().as_str() {
                "y" | "yes" => {
                    self.terminal.say("Yes.");
                    return Ok(true);
                }
                "" | "n" | "no" => {
                    self.terminal.say("No.");
                    return Ok(false);
                }
                _ => self.terminal.say("Type y for yes or n for no; tokens are asked for later."),
            }
        }
    }

    /// Whether a value that is of no use may be written over.
    async fn may_replace(&mut self, name: &str) -> Result<(), Stopped> {
        let in_file = self.variables()?.get(&format!("{name}_FILE")).is_some();
        // What stands elsewhere than in .env would count all the same.
        if in_file || self.environment.get(name).is_some() {
            self.terminal.say(&format!(
                "{name} is refused, and it is not set in .env. Mend it where it is set, and run deskbell init again."
            ));
            return Err(Stopped::Said);
        }
        let question = format!("{name} in .env is refused. Write another one in its place? [y/N]");
        if self.confirm(&question).await? {
            return Ok(());
        }
        self.terminal.say(&format!("Then mend {name} by hand in .env, and run deskbell init again."));
        Err(Stopped::Said)
    }
}

#[cfg(test)]
mod tests;
