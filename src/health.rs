//! `deskbell health`: whether a bot that runs elsewhere is well, told from its heartbeat file alone. Neither the store
//! nor the network is touched, so it can be called as often as one likes.

use std::fs::File;
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use deskbell_commands::Waiting;
use deskbell_domain::card::text::{Piece, Text};
use deskbell_domain::status::{LinkState, Pause, StatusBoard, StoreState};
use deskbell_domain::time::{Clock, UnixMillis};
use deskbell_domain::trouble::Trouble;
use deskbell_text::{delivery, trouble};
use serde::{Deserialize, Serialize};

/// How often the file is written anew.
pub const BEAT_EVERY: Duration = Duration::from_secs(10);
const STALE_AFTER_MS: i64 = 35_000;
const FILE: &str = "heartbeat.json";

/// What the file says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heartbeat {
    /// When it was written, in milliseconds since 1970.
    pub at: UnixMillis,
    /// Our version.
    pub version: String,
    /// Whether the store takes writes.
    pub store_writable: bool,
    /// Since when nothing at all can be read from Intercom, in milliseconds since 1970.
    #[serde(default)]
    pub waiting_since: Option<UnixMillis>,
    /// What cannot be read from Intercom, a sentence for each cause.
    #[serde(default)]
    pub troubles: Vec<String>,
    /// Why nothing can be posted at Discord, if so.
    #[serde(default)]
    pub unposted: Option<String>,
    /// Batches that were sent again without knowing whether they had been posted: exception (a) of the promise in
    /// ARCHITECTURE.md.
    pub deskbell_possible_duplicates_total: u64,
}

/// What `deskbell health` found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Health {
    /// The bot is well.
    Well,
    /// The bot is well, but something cannot be read from Intercom or posted at Discord: restarting it would not help.
    Waiting {
        /// For whom.
        whom: &'static str,
        /// Since when, where it is Intercom and nothing at all can be read.
        since: Option<UnixMillis>,
        /// What, why and since when.
        troubles: Vec<String>,
    },
    /// It runs, but the store cannot be written.
    StoreUnwritable,
    /// Nothing was written for that long.
    Silent {
        /// Seconds.
        seconds: i64,
    },
    /// There is no heartbeat file, or it cannot be read.
    Absent,
}

impl Health {
    /// Whether nothing is wrong with the bot itself.
    pub fn is_well(&self) -> bool {
        matches!(self, Self::Well | Self::Waiting { .. })
    }

    /// What to tell.
    pub fn sentence(&self) -> String {
        match self {
            Self::Well => "ok: the bot is well.".to_owned(),
            Self::Waiting { whom, since: Some(since), troubles } => {
                let since = minute(*since);
                format!("ok: the bot is well, waiting for {whom} since {since}. {}", troubles.join(" "))
            }
            Self::Waiting { whom, since: None, troubles } => {
                format!("ok: the bot is well and waits for {whom}. {}", troubles.join(" "))
            }
            Self::StoreUnwritable => {
                "not ok: the store cannot be written. Free space or mend the disk.".to_owned()
            }
            Self::Silent { seconds } => {
                format!("not ok: a loop stopped {seconds} s ago. Look into the log, then restart.")
            }
            Self::Absent => {
                "not ok: no bot has run with this STORE_URL, or its folder cannot be read.".to_owned()
            }
        }
    }
}

/// Where the file of a store's folder is.
pub fn path(folder: &Path) -> PathBuf {
    folder.join(FILE)
}

/// What the heartbeat tells of.
pub struct State<'a> {
    /// Whether the store can be written.
    pub store: StoreState,
    /// How each workspace fares.
    pub boards: &'a [&'a StatusBoard],
    /// The workspaces that Intercom has not told yet.
    pub waiting: &'a [Waiting],
}

/// Writes the file anew, whole or not at all.
pub fn beat(folder: &Path, state: &State<'_>, now: UnixMillis) -> io::Result<()> {
    let (boards, waiting) = (state.boards, state.waiting);
    let polls: Vec<_> = boards.iter().map(|board| board.poll()).collect();
    let troubles: Vec<_> = polls.iter().flat_map(|poll| &poll.troubles).copied().collect();
    let down = polls.iter().filter_map(|poll| match poll.link {
        LinkState::Down { since } => Some(since),
        _ => None,
    });
    let unposted_at = |board: &&StatusBoard| delivery::discord(board.discord_at(now));
    let since = waiting.iter().map(|one| one.since).chain(down);
    let heartbeat = Heartbeat {
        at: now,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        store_writable: state.store == StoreState::Writable,
        waiting_since: since.min(),
        troubles: waiting.iter().map(unknown).chain(troubles.iter().map(told)).collect(),
        unposted: boards.iter().find_map(unposted_at).map(|(why, pause)| unposted(why, pause)),
        deskbell_possible_duplicates_total: boards.iter().map(|board| board.possible_duplicates()).sum(),
    };
    let text = serde_json::to_vec(&heartbeat).map_err(io::Error::other)?;
    let new = folder.join("heartbeat.new");
    private_file(&new)?.write_all(&text)?;
    std::fs::rename(new, path(folder))
}

fn unposted(why: &str, pause: Pause) -> String {
    format!("It posts nothing since {}: \"{why}\". Nothing is lost.", minute(pause.since))
}

fn minute(at: UnixMillis) -> String {
    let at = jiff::Timestamp::from_millisecond(at.0).unwrap_or_default();
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

fn unknown(waiting: &Waiting) -> String {
    let (reason, remedy) = (plain(&trouble::reason(waiting.cause)), trouble::remedy(waiting.cause));
    format!("It does not know its workspace yet: {reason}. {remedy}")
}

fn told(trouble: &Trouble) -> String {
    format!(
        "It cannot read {} since {}: {}. {}",
        trouble::part(trouble.part),
        minute(trouble.since),
        plain(&trouble::reason(trouble.cause)),
        trouble::remedy(trouble.cause)
    )
}

/// A sentence for a terminal: what is bold in Discord stands in quotation marks.
fn plain(text: &Text) -> String {
    let pieces = text.0.iter().map(|piece| match piece {
        Piece::Ours(text) => text.clone(),
        Piece::Bold(text) => format!("\"{text}\""),
        _ => String::new(),
    });
    pieces.collect()
}

/// A new file for its owner alone. What stands in its place is taken away first: the rest of a beat that was cut off, or
/// a link, of which nothing is followed.
fn private_file(path: &Path) -> io::Result<File> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => File::options().write(true).create_new(true).mode(0o600).open(path),
    }
}

/// Takes the file away at a clean end: a bot that was stopped is not well.
pub fn stop(folder: &Path) {
    if let Err(error) = std::fs::remove_file(path(folder)) {
        tracing::debug!(%error, "there was no heartbeat to take away");
    }
}

/// Reads the file and judges it.
pub fn examine(folder: &Path, clock: &dyn Clock) -> Health {
    let read =
        std::fs::read(path(folder)).ok().and_then(|text| serde_json::from_slice::<Heartbeat>(&text).ok());
    let Some(heartbeat) = read else { return Health::Absent };
    let silent_ms = clock.now().since(heartbeat.at);
    if silent_ms > STALE_AFTER_MS {
        Health::Silent { seconds: silent_ms / 1000 }
    } else if !heartbeat.store_writable {
        Health::StoreUnwritable
    } else {
        waiting(heartbeat)
    }
}

fn waiting(heartbeat: Heartbeat) -> Health {
    let Heartbeat { mut troubles, unposted, waiting_since, .. } = heartbeat;
    let (whom, since) = match (troubles.is_empty(), &unposted) {
        (true, None) => return Health::Well,
        (true, Some(_)) => ("Discord", None),
        (false, None) => ("Intercom", waiting_since),
        (false, Some(_)) => ("Intercom and Discord", waiting_since),
    };
    troubles.extend(unposted);
    Health::Waiting { whom, since, troubles }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use deskbell_domain::port::intercom::{Lack, TokenPermission, Unanswered};
    use deskbell_domain::status::{DiscordState, PollStatus};
    use deskbell_domain::trouble::{Cause, Part};
    use tokio::sync::watch;

    use super::*;

    struct At(i64);

    impl Clock for At {
        fn now(&self) -> UnixMillis {
            UnixMillis(self.0)
        }
    }

    fn write(folder: &Path, board: &StatusBoard, at: i64) {
        let state = State { store: board.store(), boards: &[board], waiting: &[] };
        beat(folder, &state, UnixMillis(at)).expect("it can be written");
    }

    #[test]
    fn a_bot_that_never_reached_intercom_is_well_and_says_since_when_it_waits() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let waiting =
            Waiting { since: UnixMillis(1_795_435_200_000), cause: Cause::Unanswered(Unanswered::Silent) };
        let state = State { store: StoreState::Writable, boards: &[], waiting: &[waiting] };
        beat(folder.path(), &state, UnixMillis(1_000)).expect("it can be written");
        let health = examine(folder.path(), &At(1_000));
        assert!(health.is_well());
        insta::assert_snapshot!(health.sentence(), @"ok: the bot is well, waiting for Intercom since 2026-11-23 12:00 UTC. It does not know its workspace yet: Intercom does not answer. I keep trying.");
    }

    #[test]
    fn a_fresh_beat_is_well_and_an_old_one_is_not() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        assert_eq!(examine(folder.path(), &At(0)), Health::Absent);
        write(folder.path(), &StatusBoard::default(), 1_000);
        assert_eq!(examine(folder.path(), &At(36_000)), Health::Well);
        assert_eq!(examine(folder.path(), &At(36_001)), Health::Silent { seconds: 35 });
    }

    #[test]
    fn a_bot_that_waits_for_intercom_is_well_and_says_what_it_waits_for() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let board = StatusBoard::default();
        let cause = Cause::Lacks(Lack::Permission(TokenPermission::ReadConversations));
        let since = UnixMillis(1_795_435_200_000);
        let troubles = vec![Trouble { part: Part::Conversations, cause, since }];
        board.set_poll(PollStatus { troubles, ..PollStatus::default() });
        write(folder.path(), &board, 1_000);
        let health = examine(folder.path(), &At(1_000));
        assert!(health.is_well());
        insta::assert_snapshot!(health.sentence(), @r#"ok: the bot is well and waits for Intercom. It cannot read new conversations since 2026-11-23 12:00 UTC: the token lacks "Read conversations". Whoever manages your Intercom can give it: Developer Hub → your app → Authentication."#);
    }

    #[test]
    fn a_bot_that_waits_for_discord_is_well_and_says_so_while_it_is_known() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let board = StatusBoard::default();
        let since = UnixMillis(1_795_435_200_000);
        let pause = Pause { since, next_try: since };
        board.set_discord(DiscordState::Silent(pause));
        write(folder.path(), &board, since.0);
        let health = examine(folder.path(), &At(since.0));
        assert!(health.is_well());
        insta::assert_snapshot!(health.sentence(), @r#"ok: the bot is well and waits for Discord. It posts nothing since 2026-11-23 12:00 UTC: "Discord does not answer me". Nothing is lost."#);
        let later = UnixMillis(since.0 + 600_000);
        write(folder.path(), &board, later.0);
        assert_eq!(examine(folder.path(), &At(later.0)), Health::Well);
    }

    #[test]
    fn the_heartbeat_of_an_older_version_is_still_read() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let text =
            r#"{"at":1000,"version":"0.1.0","store_writable":true,"deskbell_possible_duplicates_total":0}"#;
        std::fs::write(path(folder.path()), text).expect("it can be written");
        assert_eq!(examine(folder.path(), &At(1_000)), Health::Well);
    }

    #[test]
    fn the_file_is_its_owners_alone_and_no_link_is_followed() {
        let (folder, elsewhere) =
            (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let precious = elsewhere.path().join("precious");
        std::fs::write(&precious, "precious").expect("it can be written");
        for name in ["heartbeat.new", FILE] {
            std::os::unix::fs::symlink(&precious, folder.path().join(name)).expect("a link can be made");
        }
        for at in [1_000, 2_000] {
            write(folder.path(), &StatusBoard::default(), at);
        }
        let written = std::fs::symlink_metadata(path(folder.path())).expect("it is there");
        assert_eq!((written.is_file(), written.permissions().mode() & 0o777), (true, 0o600));
        assert_eq!(std::fs::read_to_string(&precious).expect("it is there"), "precious");
    }

    #[test]
    fn a_store_that_cannot_be_written_is_not_well() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let (_store, state) = watch::channel(StoreState::Unwritable { since: UnixMillis(0) });
        let board = StatusBoard::over(state);
        write(folder.path(), &board, 1_000);
        assert_eq!(examine(folder.path(), &At(1_000)), Health::StoreUnwritable);
    }
}
