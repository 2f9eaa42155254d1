//! `deskbell health`: whether a bot that runs elsewhere is well, told from its heartbeat file alone. Neither the store
//! nor the network is touched, so it can be called as often as one likes.

mod alive;
mod minute;
mod standby;

use std::fs::File;
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::time::Duration;

use deskbell_commands::Waiting;
use deskbell_domain::ids::GuildId;
use deskbell_domain::shard::ConnectedShards;
use deskbell_domain::status::{LinkState, Pause, StatusBoard, StoreState};
use deskbell_domain::time::{Clock, UnixMillis};
use deskbell_domain::trouble::Trouble;
use deskbell_text::{delivery, plain, trouble};
use serde::{Deserialize, Serialize};

use self::alive::process;
pub use self::alive::{AliveLock, Lock, Process};
use self::minute::minute;
pub use self::standby::StandsBy;
use crate::gateway::ConnectionState;

/// How often the file is written anew.
pub const BEAT_EVERY: Duration = Duration::from_secs(10);
const STALE_AFTER_MS: i64 = 35_000;

/// What the file says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heartbeat {
    /// When it was written, in milliseconds since 1970.
    pub at: UnixMillis,
    /// Our version.
    pub version: String,
    /// Whether the store takes writes.
    pub store_writable: bool,
    /// Where it is.
    #[serde(default)]
    pub store: StoreKind,
    /// Whether the bot has ended, which this was its last word of.
    #[serde(default)]
    pub ended: bool,
    /// Whether a lock is held for as long as the process is there.
    #[serde(default)]
    pub locked: bool,
    /// For whom this process stands by, if it does.
    #[serde(default)]
    pub stands_by: Option<StandsBy>,
    /// The server that is linked, where it is one.
    #[serde(default)]
    pub only_server: Option<GuildId>,
    /// Since when nothing at all can be read from Intercom, in milliseconds since 1970.
    #[serde(default)]
    pub waiting_since: Option<UnixMillis>,
    /// What cannot be read from Intercom, a sentence for each cause.
    #[serde(default)]
    pub troubles: Vec<String>,
    /// Since when the bot is not connected to Discord, in milliseconds since 1970.
    #[serde(default)]
    pub unconnected_since: Option<UnixMillis>,
    /// Why nothing can be had or posted at Discord, if so.
    #[serde(default)]
    pub unposted: Option<String>,
    /// Why no server is served, if so.
    #[serde(default)]
    pub unserved: Option<String>,
    /// Batches that were sent again without knowing whether they had been posted: exception (a) of the promise in
    /// ARCHITECTURE.md.
    pub deskbell_possible_duplicates_total: u64,
}

/// What `deskbell health` found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Health {
    /// The bot is well.
    Well,
    /// The process is well, and waits while another serves the bot.
    StandingBy(StandsBy),
    /// The bot runs, but no server has anything of it: restarting it would not help by itself.
    Unserved {
        /// Why, and what to do.
        why: String,
    },
    /// The bot is well, but something cannot be read from Intercom or had at Discord: restarting it would not help.
    Waiting {
        /// For whom.
        whom: &'static str,
        /// Since when, where nothing at all can be had of them.
        since: Option<UnixMillis>,
        /// What, why and since when.
        troubles: Vec<String>,
    },
    /// It runs, but the store cannot be written.
    StoreUnwritable {
        /// Where the store is.
        store: StoreKind,
    },
    /// Nothing was written for that long, or the process is not there any more.
    Silent {
        /// Seconds.
        seconds: i64,
        /// Whether its process is still there.
        process: Process,
    },
    /// The bot was stopped.
    Ended {
        /// When.
        at: UnixMillis,
    },
    /// There is no heartbeat file, or it cannot be read.
    Absent,
}

impl Health {
    /// Whether nothing is wrong with the bot itself.
    pub fn is_well(&self) -> bool {
        matches!(self, Self::Well | Self::StandingBy(_) | Self::Unserved { .. } | Self::Waiting { .. })
    }

    /// What to tell.
    pub fn sentence(&self) -> String {
        match self {
            Self::Well => "ok: the bot is well.".to_owned(),
            Self::StandingBy(by) => by.sentence(),
            Self::Unserved { why } => format!("ok: the bot runs, but it serves nobody. {why}"),
            Self::Waiting { whom, since: Some(since), troubles } => {
                let since = minute(*since);
                format!("ok: the bot is well, waiting for {whom} since {since}. {}", troubles.join(" "))
            }
            Self::Waiting { whom, since: None, troubles } => {
                format!("ok: the bot is well and waits for {whom}. {}", troubles.join(" "))
            }
            Self::StoreUnwritable { store: StoreKind::Disk } => {
                "not ok: the store cannot be written. Free space or mend the disk.".to_owned()
            }
            Self::StoreUnwritable { store: StoreKind::Database } => {
                "not ok: the database takes no writes. Mend it, or make room there: the bot goes on by itself, and \
                 nothing is lost."
                    .to_owned()
            }
            Self::Silent { seconds, process } => silent(*seconds, *process),
            Self::Ended { at } => {
                format!("not ok: no bot runs. It was stopped, or ended by itself, on {}.", minute(*at))
            }
            Self::Absent => {
                "not ok: no bot runs. None ever ran with this STORE_URL and HEARTBEAT_FILE, or the heartbeat cannot be read."
                    .to_owned()
            }
        }
    }
}

fn silent(seconds: i64, process: Process) -> String {
    let last = format!("not ok: last sign {seconds} s ago: it hangs or was killed");
    match process {
        Process::There => format!("{last}. Its process is still there: look into the log, then restart it."),
        Process::Gone => format!("{last}. Its process is gone: start it again. Nothing is lost."),
        Process::Unknown => format!("{last}. Look into the log, then start it again."),
    }
}

/// Why no server is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unserved {
    /// The bot is in none.
    NowhereInvited,
    /// It is in several, and nobody said which one is linked.
    NoneChosen,
    /// It is in one only now, and linked none when it started.
    OnlyOneByNow,
    /// It is in none of those that are linked.
    NotInLinked,
    /// Servers connect themselves, and none has.
    NoneConnected,
}

/// Where a store is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StoreKind {
    /// On a disk of this machine.
    #[default]
    Disk,
    /// In a database.
    Database,
}

/// What the heartbeat tells of.
pub struct State<'a> {
    /// Where the store is.
    pub store_kind: StoreKind,
    /// Whether it can be written.
    pub store: StoreState,
    /// How each workspace fares.
    pub boards: &'a [&'a StatusBoard],
    /// The workspaces that Intercom has not told yet.
    pub waiting: &'a [Waiting],
    /// Whether the bot is connected to Discord.
    pub connection: ConnectionState,
    /// Why no server is served, where that is so.
    pub unserved: Option<Unserved>,
    /// Whether a lock shows that the process is there.
    pub lock: Lock,
    /// The server that is linked, where it is one.
    pub only_server: Option<GuildId>,
}

/// Writes the file anew, whole or not at all.
pub fn beat(file: &Path, state: &State<'_>, now: UnixMillis) -> io::Result<()> {
    let (boards, waiting) = (state.boards, state.waiting);
    let polls: Vec<_> = boards.iter().map(|board| board.poll()).collect();
    let troubles: Vec<_> = polls.iter().flat_map(|poll| &poll.troubles).copied().collect();
    let down = polls.iter().filter_map(|poll| match poll.link {
        LinkState::Down { since } => Some(since),
        _ => None,
    });
    let unposted_at = |board: &&StatusBoard| delivery::discord(board.discord_at(now));
    let since = waiting.iter().map(|one| one.since).chain(down);
    let unposted_there = || boards.iter().find_map(unposted_at).map(|(why, pause)| unposted(why, pause));
    let (unconnected_since, unconnected) = match &state.connection {
        ConnectionState::Connected => (None, None),
        ConnectionState::Waiting { since, why, shards } => {
            (Some(*since), Some(unconnected(why.as_deref(), *shards)))
        }
    };
    let heartbeat = Heartbeat {
        at: now,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        store_writable: state.store == StoreState::Writable,
        store: state.store_kind,
        ended: false,
        locked: state.lock == Lock::Held,
        stands_by: None,
        only_server: state.only_server,
        waiting_since: since.min(),
        troubles: waiting.iter().map(unknown).chain(troubles.iter().map(told)).collect(),
        unconnected_since,
        unposted: unconnected.or_else(unposted_there),
        unserved: state.unserved.map(|why| unserved(why).to_owned()),
        deskbell_possible_duplicates_total: boards.iter().map(|board| board.possible_duplicates()).sum(),
    };
    write(file, &heartbeat)
}

/// Writes the file of a process that stands by; `is_heard` is whether the database answers it.
pub fn stand_by(
    file: &Path,
    by: &StandsBy,
    (is_heard, lock): (bool, Lock),
    now: UnixMillis,
) -> io::Result<()> {
    let heartbeat = Heartbeat {
        at: now,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        store_writable: is_heard,
        store: StoreKind::Database,
        locked: lock == Lock::Held,
        stands_by: Some(by.clone()),
        // What was taken before counts at the next start too.
        only_server: only_server(file),
        ..Heartbeat::default()
    };
    write(file, &heartbeat)
}

fn write(file: &Path, heartbeat: &Heartbeat) -> io::Result<()> {
    let text = serde_json::to_vec(heartbeat).map_err(io::Error::other)?;
    let new = file.with_extension("new");
    private_file(&new)?.write_all(&text)?;
    std::fs::rename(new, file)
}

fn unconnected(why: Option<&str>, shards: ConnectedShards) -> String {
    let ConnectedShards { connected, of } = shards;
    let how = match connected {
        0 => "It is not connected to Discord".to_owned(),
        _ => format!("It is connected to Discord with {connected} of {of} shards, and posts to all servers"),
    };
    match why {
        Some(why) => format!("{how}: {why}"),
        None => format!("{how}."),
    }
}

fn unserved(why: Unserved) -> &'static str {
    match why {
        Unserved::NowhereInvited => {
            "It was in no Discord server when it started: open the invite that deskbell check prints, then restart it."
        }
        Unserved::NoneChosen => {
            "It is in several Discord servers, and none is linked: deskbell check has the line for .env."
        }
        Unserved::OnlyOneByNow => "It is in one Discord server, which is linked when it is restarted.",
        Unserved::NoneConnected => {
            "No Discord server is connected to a workspace yet: type /connection in one that it is in."
        }
        Unserved::NotInLinked => {
            "It is in none of the servers that are linked: deskbell check has the invite, and the ids."
        }
    }
}

fn unposted(why: &str, pause: Pause) -> String {
    format!("It posts nothing since {}: \"{why}\". Nothing is lost.", minute(pause.since))
}

fn unknown(waiting: &Waiting) -> String {
    let (reason, remedy) = (plain::cause(waiting.cause), trouble::remedy(waiting.cause));
    format!("It does not know its workspace yet: {reason}. {remedy}")
}

fn told(trouble: &Trouble) -> String {
    format!(
        "It cannot read {} since {}: {}. {}",
        trouble::part(trouble.part),
        minute(trouble.since),
        plain::cause(trouble.cause),
        trouble::remedy(trouble.cause)
    )
}

/// A new file for its owner alone. What stands in its place is taken away first: the rest of a beat that was cut off, or
/// a link, of which nothing is followed.
fn private_file(path: &Path) -> io::Result<File> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => File::options().write(true).create_new(true).mode(0o600).open(path),
    }
}

/// Writes the last word at a clean end: a bot that was stopped is not well, and was not killed.
pub fn stop(file: &Path, now: UnixMillis) {
    let last = read(file).map(|heartbeat| Heartbeat { at: now, ended: true, ..heartbeat });
    if let Some(Err(error)) = last.map(|last| write(file, &last)) {
        tracing::debug!(%error, "the last heartbeat could not be written");
    }
}

fn read(file: &Path) -> Option<Heartbeat> {
    serde_json::from_slice(&std::fs::read(file).ok()?).ok()
}

/// The server that the bot which writes this file, or wrote it last, has linked, where it is one.
pub fn only_server(file: &Path) -> Option<GuildId> {
    read(file)?.only_server
}

/// Whether a bot runs that writes this file, as far as its lock shows it.
pub fn is_running(file: &Path) -> bool {
    process(file) == Process::There
}

/// Reads the file and judges it.
pub fn examine(file: &Path, clock: &dyn Clock) -> Health {
    let Some(heartbeat) = read(file) else { return Health::Absent };
    if heartbeat.ended {
        return Health::Ended { at: heartbeat.at };
    }
    let silent_ms = clock.now().since(heartbeat.at);
    let process = if heartbeat.locked { process(file) } else { Process::Unknown };
    if silent_ms > STALE_AFTER_MS || process == Process::Gone {
        Health::Silent { seconds: silent_ms.max(0) / 1000, process }
    } else if !heartbeat.store_writable {
        Health::StoreUnwritable { store: heartbeat.store }
    } else if let Some(by) = heartbeat.stands_by {
        Health::StandingBy(by)
    } else {
        waiting(heartbeat)
    }
}

fn waiting(heartbeat: Heartbeat) -> Health {
    let Heartbeat { mut troubles, unposted, waiting_since, unconnected_since, unserved, .. } = heartbeat;
    let (whom, since) = match (troubles.is_empty(), &unposted) {
        (true, None) => return unserved.map_or(Health::Well, |why| Health::Unserved { why }),
        (true, Some(_)) => ("Discord", unconnected_since),
        (false, None) => ("Intercom", waiting_since),
        (false, Some(_)) => ("Intercom and Discord", waiting_since),
    };
    troubles.extend(unposted);
    Health::Waiting { whom, since, troubles }
}

#[cfg(test)]
mod tests;
