//! `deskbell init` at a terminal: what it shows of what is typed, and how it leaves the terminal.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::time::Duration;

use rustix::fs::{Mode, OFlags};
use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, tcgetattr};
use tokio::process::{Child, Command};

use crate::stage::Stage;

const LONG: Duration = Duration::from_secs(120);
const PASTED: &str = "MTAwMDAwMDAwMDAwMDAwMDAwMA.GrealX.look-alike_of_a_token";

/// A terminal with the program in it.
struct Terminal {
    /// Where somebody types and reads.
    keyboard: File,
    /// The side of the program, which stays open so that its modes can be read.
    line: File,
    shown: String,
    program: Child,
}

impl Terminal {
    fn start_init(variables: &BTreeMap<String, String>, folder: &Path) -> Self {
        let keyboard = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("there are terminals");
        grantpt(&keyboard).expect("it is ours");
        unlockpt(&keyboard).expect("it is ours");
        let name = ptsname(&keyboard, Vec::new()).expect("it has a name");
        let path = Path::new(OsStr::from_bytes(name.as_bytes()));
        let line = rustix::fs::open(path, OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC, Mode::empty());
        let line = File::from(line.expect("it can be opened"));
        let flags = rustix::fs::fcntl_getfl(&keyboard).expect("it has flags");
        rustix::fs::fcntl_setfl(&keyboard, flags | OFlags::NONBLOCK).expect("it need not block");
        let side = || line.try_clone().expect("it can be shared");
        let program = Command::new(env!("CARGO_BIN_EXE_deskbell"))
            .arg("init")
            .env_clear()
            .envs(variables)
            .current_dir(folder)
            .stdin(side())
            .stdout(side())
            .kill_on_drop(true)
            .spawn()
            .expect("it can be started");
        Self { keyboard: File::from(keyboard), line, shown: String::new(), program }
    }

    /// Reads until these words show.
    async fn until(&mut self, words: &str) {
        let waited = tokio::time::timeout(LONG, async {
            while !self.shown.contains(words) {
                self.read_some();
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        });
        waited.await.unwrap_or_else(|_| panic!("{words:?} never showed: {}", self.shown));
    }

    fn read_some(&mut self) {
        let mut some = [0; 4096];
        match self.keyboard.read(&mut some) {
            Ok(length) => self.shown.push_str(&String::from_utf8_lossy(&some[..length])),
            Err(error) => assert_eq!(error.kind(), ErrorKind::WouldBlock, "{error}"),
        }
    }

    fn types(&mut self, line: &str) {
        self.keyboard.write_all(format!("{line}\n").as_bytes()).expect("it takes a line");
    }

    fn echoes(&self) -> bool {
        tcgetattr(&self.line).expect("it is a terminal").local_modes.contains(LocalModes::ECHO)
    }

    /// What Ctrl-C sends.
    fn interrupt(&self) {
        let id = self.program.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        kill_process(id.expect("it still runs"), Signal::INT).expect("it can be told");
    }

    async fn ended(&mut self) -> Option<i32> {
        let ended = tokio::time::timeout(LONG, self.program.wait()).await.expect("it ends");
        ended.expect("it can be waited for").code()
    }
}

/// The scene, with the tokens still to be typed.
async fn without_tokens() -> Stage {
    let mut stage = Stage::set().await;
    for name in ["DISCORD_TOKEN", "INTERCOM_ACCESS_TOKEN"] {
        stage.variables.remove(name);
    }
    stage
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_is_typed_does_not_show_and_ctrl_c_leaves_the_terminal_as_it_was() {
    let stage = without_tokens().await;
    let mut terminal = Terminal::start_init(&stage.variables, stage.folder.path());
    terminal.until("Reset Token").await;
    assert!(!terminal.echoes(), "a token is asked for");
    terminal.types(PASTED);
    terminal.until("Discord refuses that token.").await;
    terminal.interrupt();
    terminal.until("Stopped.").await;
    assert_eq!(terminal.ended().await, Some(1));
    assert!(terminal.echoes(), "the terminal is as it was");
    assert!(!terminal.shown.contains(PASTED), "{}", terminal.shown);
    assert!(!stage.folder.path().join(".env").exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_pasted_at_a_question_of_yes_or_no_does_not_show_and_is_not_yes() {
    let stage = without_tokens().await;
    let dotenv = stage.folder.path().join(".env");
    fs::write(&dotenv, "DISCORD_TOKEN=old.discord.bot.token\n").expect("it can be written");
    let mut terminal = Terminal::start_init(&stage.variables, stage.folder.path());
    terminal.until("[y/N]").await;
    terminal.types(PASTED);
    terminal.until("Type y for yes or n for no").await;
    terminal.types("n");
    terminal.until("Then mend DISCORD_TOKEN by hand").await;
    assert_eq!(terminal.ended().await, Some(1));
    assert!(terminal.echoes() && !terminal.shown.contains(PASTED), "{}", terminal.shown);
    assert_eq!(fs::read_to_string(&dotenv).expect("it is there"), "DISCORD_TOKEN=old.discord.bot.token\n");
}
