//! `deskbell demo` as somebody who tries Deskbell runs it: the real binary, in a folder and an environment full of
//! things that it must not touch.

use std::io::{BufRead, BufReader, ErrorKind, Read};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use unicode_width::UnicodeWidthStr;

/// They look like the real ones, and are nobody's.
const DISCORD_TOKEN: &str = "MTAwMDAwMDAwMDAwMDAwMDAwMA.GrealX.look-alike_of_a_discord_token_0123456";
const INTERCOM_TOKEN: &str = "dG9rOmxvb2tfYWxpa2Vfb2ZfYW5faW50ZXJjb21fdG9rZW46MTow";

/// A place where a careless demo would read, write or call.
struct Surroundings {
    folder: TempDir,
    /// Whoever follows the environment ends here.
    trap: TcpListener,
}

impl Surroundings {
    fn prepare() -> Self {
        let folder = tempfile::tempdir().expect("a folder can be made");
        // The last line is no variable: whoever reads the file refuses to go on.
        let dotenv = format!(
            "DISCORD_TOKEN={DISCORD_TOKEN}\nINTERCOM_ACCESS_TOKEN={INTERCOM_TOKEN}\nnot a variable\n"
        );
        std::fs::write(folder.path().join(".env"), dotenv).expect("the file can be written");
        std::fs::create_dir(folder.path().join("tmp")).expect("a folder can be made");
        let trap = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
        trap.set_nonblocking(true).expect("the system can");
        Self { folder, trap }
    }

    fn demo(&self, arguments: &[&str]) -> Command {
        let trap = format!("http://{}", self.trap.local_addr().expect("it is bound"));
        let mut command = Command::new(env!("CARGO_BIN_EXE_deskbell"));
        command.arg("demo").args(arguments).current_dir(self.folder.path());
        command.env("DISCORD_TOKEN", DISCORD_TOKEN).env("INTERCOM_ACCESS_TOKEN", INTERCOM_TOKEN);
        command.env("DISCORD_GUILD_ID", "841200000000000000").env("POLL_INTERVAL", "2 minuets");
        for name in
            ["DISCORD_PROXY_URL", "INTERCOM_API_URL", "HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"]
        {
            command.env(name, &trap);
        }
        command
            .env("STORE_URL", "sled:data")
            .env("RUST_LOG", "trace")
            .env("TMPDIR", self.folder.path().join("tmp"));
        command
    }

    fn assert_untouched(&self) {
        let called = self.trap.accept().map(|(_, from)| from).map_err(|error| error.kind());
        assert_eq!(called, Err(ErrorKind::WouldBlock), "nothing that the environment names is called");
        assert_eq!(names_in(self.folder.path()), [".env", "tmp"], "nothing is written into the folder");
        assert_eq!(names_in(&self.folder.path().join("tmp")), [""; 0], "the demo's own store is taken away");
    }
}

fn names_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("the folder is there");
    let mut names: Vec<_> = entries
        .map(|entry| entry.expect("it can be read").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

fn read(output: &Output) -> (String, String) {
    (
        String::from_utf8_lossy(&output.stdout).into_owned(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

/// The stand-ins refuse every token but the sandbox's, so a demo that ends well has shown no other.
#[test]
fn the_demo_posts_every_event_once_and_uses_no_token_that_lies_about() {
    let surroundings = Surroundings::prepare();
    let output = surroundings.demo(&["--once"]).output().expect("the binary can be started");
    let (shown, errors) = read(&output);
    assert!(output.status.success(), "{shown}{errors}");
    assert!(shown.contains("134 events, 134 posted once, 0 lost, 0 twice"), "{shown}");
    assert!(shown.ends_with("Next: README, \"Set up in 5 minutes\".\n"), "{shown}");
    assert_eq!(errors, "", "the bot's log does not disturb the play");
    assert!(!shown.contains(DISCORD_TOKEN) && !shown.contains(INTERCOM_TOKEN), "{shown}");
    surroundings.assert_untouched();
}

#[test]
fn the_demo_shows_who_is_needed_what_is_done_from_a_card_and_cards_that_stay_true() {
    let surroundings = Surroundings::prepare();
    let (shown, status) = stopped_after("Discord took that", surroundings.demo(&["--once"]));
    for said in [
        "🙋 Charles Babbage needs a person",
        "↩️ Mary Somerville: It works",
        "⏳ Dorothy Vaughan waits for 15 min",
        "[I take it]",
        "✅ You have it, as Lea Costa.",
        "✅ Closed, as Lea Costa.",
        "[Send to Dorothy]",
        "┃ emmy@rings.example",
        "┃ Lea Costa has it",
        "by Lea Costa     New conversation",
        "┃ ✅ Answered after 15 min by Lea Costa",
    ] {
        assert!(shown.contains(said), "{said}: {shown}");
    }
    assert_eq!(status, Some(0), "{shown}");
    surroundings.assert_untouched();
}

#[test]
fn without_a_terminal_the_demo_is_plain_text_of_eighty_columns() {
    let surroundings = Surroundings::prepare();
    let (shown, status) = stopped_after("A webinar ends", surroundings.demo(&["--once"]));
    assert!(!shown.contains('\u{1b}'), "{shown}");
    let widest = shown.lines().max_by_key(|line| line.width()).unwrap_or_default();
    assert!(widest.width() <= 80, "{widest}");
    assert!(shown.contains("@ana    /lead create email:alan@bletchley.example"), "{shown}");
    let (before, after) = shown.split_once("Intercom refuses the token").expect("the bot tells of it");
    assert!(before.contains("Somebody revokes the bot's token"), "{shown}");
    assert!(after.contains("the bot goes on at once") && after.contains("New lead: Ada Lovelace"), "{shown}");
    assert!(shown.contains("Stopped: "), "{shown}");
    assert_eq!(status, Some(0), "what is on its way is not lost: {shown}");
    surroundings.assert_untouched();
}

#[test]
fn the_demo_can_be_played_without_webhooks() {
    for (arguments, said) in [
        (["--once"].as_slice(), "Intercom tells the bot by webhook"),
        (["--once", "--poll"].as_slice(), "The bot asks Intercom every few seconds"),
    ] {
        let surroundings = Surroundings::prepare();
        let (shown, status) = stopped_after("A webinar ends", surroundings.demo(arguments));
        assert!(shown.contains(said) && shown.contains("New lead: Ada"), "{shown}");
        assert_eq!(status, Some(0), "{shown}");
    }
}

/// Everything that the demo shows if somebody presses Ctrl-C once this can be read, and its exit code.
fn stopped_after(mark: &str, mut command: Command) -> (String, Option<i32>) {
    let mut child = command.stdout(Stdio::piped()).spawn().expect("the binary can be started");
    let mut output = BufReader::new(child.stdout.take().expect("it is piped"));
    let mut shown = String::new();
    while !shown.contains(mark) {
        let read = output.read_line(&mut shown).expect("the demo writes text");
        assert_ne!(read, 0, "the demo ended before it showed {mark:?}:\n{shown}");
    }
    interrupt(&child);
    output.read_to_string(&mut shown).expect("the demo writes text");
    (shown, child.wait().expect("the demo ends").code())
}

fn interrupt(child: &Child) {
    let id = i32::try_from(child.id()).ok().and_then(Pid::from_raw).expect("a process has a number");
    kill_process(id, Signal::INT).expect("the demo still runs");
}
