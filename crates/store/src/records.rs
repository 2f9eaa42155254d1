//! What is stored where the domain has no type for it, or not in the form in which it is stored.

use std::collections::BTreeSet;

use deskbell_domain::amendment::Amendment;
use deskbell_domain::connection::{Connection, Rights, Secret, Standing, TokenOrigin};
use deskbell_domain::conversation::Activity;
use deskbell_domain::delivery::InFlight;
use deskbell_domain::event::{Actor, EventId, EventKind};
use deskbell_domain::ids::{AmendmentNumber, GuildId, JournalNumber, MemberId, WorkspaceId};
use deskbell_domain::layout::{Crowd, Layout};
use deskbell_domain::port::store::{Cards, Extent, Hint, Hinted, Progress};
use deskbell_domain::threshold::Threshold;
use deskbell_domain::time::{Timestamp, UnixMillis};
use deskbell_domain::workspace::{Region, Workspace};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

/// A journal entry: `E` is an event, a reference to one, or [`EventHead`], as much of it as pruning needs.
#[derive(Serialize, Deserialize)]
pub(crate) struct EntryRecord<E> {
    #[serde(rename = "n")]
    pub(crate) number: JournalNumber,
    #[serde(rename = "t")]
    pub(crate) appended_at: UnixMillis,
    #[serde(rename = "e")]
    pub(crate) event: E,
}

/// An entry in the list of the kind whose notifications tell of it: its number, the time that floors are compared with, and
/// what else decides for whom it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Listed(
    pub(crate) JournalNumber,
    pub(crate) Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")] pub(crate) Option<Beside>,
);

/// What decides for whom an entry is, beside its kind and time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Beside {
    /// Of a wait: after how long it is told.
    Wait(Threshold),
    /// Of what says more of another entry: which one that is, and when more was known.
    More {
        #[serde(rename = "n")]
        of: JournalNumber,
        #[serde(rename = "t")]
        since: UnixMillis,
    },
}

impl Beside {
    /// After how long a wait is told.
    pub(crate) fn threshold(self) -> Option<Threshold> {
        match self {
            Self::Wait(threshold) => Some(threshold),
            Self::More { .. } => None,
        }
    }
}

/// What pruning reads of an event; the rest is passed over.
#[derive(Deserialize)]
pub(crate) struct EventHead {
    pub(crate) id: EventId,
    pub(crate) at: Timestamp,
    pub(crate) record: RecordHead,
}

impl EventHead {
    /// Which kind of event it is.
    pub(crate) fn kind(&self) -> EventKind {
        match &self.record.what {
            Some(what) => EventKind::of_activity(what),
            None => self.record.kind,
        }
    }

    /// The time that a subscription's floor is compared with.
    pub(crate) fn compared_at(&self) -> Timestamp {
        let made = self.record.contact.as_ref().filter(|_| self.kind() == EventKind::LeadIdentified);
        made.map_or(self.at, |contact| contact.created_at)
    }

    /// After how long a wait is told, where it tells of one.
    pub(crate) fn threshold(&self) -> Option<Threshold> {
        self.record.what.as_ref().and_then(Activity::threshold)
    }
}

/// What it is about, by the code that stands for it, and what happened to that.
#[derive(Deserialize)]
pub(crate) struct RecordHead {
    #[serde(deserialize_with = "kind_of_code")]
    kind: EventKind,
    #[serde(default)]
    what: Option<Activity>,
    #[serde(default)]
    contact: Option<ContactHead>,
}

#[derive(Deserialize)]
struct ContactHead {
    #[serde(default)]
    created_at: Timestamp,
}

fn kind_of_code<'de, D: Deserializer<'de>>(deserializer: D) -> Result<EventKind, D::Error> {
    let code = String::deserialize(deserializer)?;
    EventKind::of_code(&code).ok_or_else(|| D::Error::custom("no kind of event has this code"))
}

/// How far a subscription has come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProgressRecord {
    pub cursor: JournalNumber,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_flight: Option<InFlight>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_posted: Option<UnixMillis>,
    #[serde(default)]
    pub dropped: u64,
    /// Dead letters that were thrown away because they were too old.
    #[serde(default, skip_serializing_if = "is_nought")]
    pub dropped_failed: u64,
    /// Events of people who were erased before they were posted.
    #[serde(default, skip_serializing_if = "is_nought")]
    pub erased: u64,
    /// The last event of the crowd that the batch before belonged to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crowd_until: Option<JournalNumber>,
    /// How that batch was shown; none where an earlier version wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crowd_layout: Option<Layout>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_nought(count: &u64) -> bool {
    *count == 0
}

impl ProgressRecord {
    /// The progress of a subscription that has just been made.
    pub fn starting_at(cursor: JournalNumber) -> Self {
        Self {
            cursor,
            in_flight: None,
            last_posted: None,
            dropped: 0,
            dropped_failed: 0,
            erased: 0,
            crowd_until: None,
            crowd_layout: None,
        }
    }
}

impl From<ProgressRecord> for Progress {
    fn from(record: ProgressRecord) -> Self {
        Self {
            cursor: record.cursor,
            in_flight: record.in_flight,
            last_posted: record.last_posted,
            crowd: record
                .crowd_until
                .map(|until| Crowd { until, layout: record.crowd_layout.unwrap_or(Layout::Brief) }),
        }
    }
}

/// How long it is remembered who made a record with a command.
pub const ACTOR_KEPT_MS: i64 = 24 * 60 * 60 * 1000;

/// Who made a record with a command.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ActorRecord {
    pub actor: Actor,
    pub since: UnixMillis,
}

/// A text that is kept until a time.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct KeptRecord {
    pub(crate) text: String,
    pub(crate) until: UnixMillis,
}

/// Where a text is kept, as it stands in the index by time.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum KeptPlace {
    /// Among what is sealed for a workspace, under a name.
    Workspace(WorkspaceId, String),
    /// By its name alone.
    Alone(String),
}

/// A record of Intercom that is worth a look.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct HintRecord {
    pub(crate) of: Hinted,
    pub(crate) heard_at: UnixMillis,
    pub(crate) times: u64,
}

impl From<HintRecord> for Hint {
    fn from(record: HintRecord) -> Self {
        let HintRecord { of, heard_at, times } = record;
        Self { of, heard_at, times }
    }
}

/// The link between a server and a workspace: sealed as a whole.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct ConnectionRecord {
    workspace: Workspace,
    region: Region,
    token: String,
    #[serde(default)]
    origin: TokenOrigin,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    client_secret: Option<String>,
    made_by: MemberId,
    made_at: Timestamp,
    #[serde(default)]
    lacking: Rights,
    checked_at: Timestamp,
    #[serde(default)]
    standing: Standing,
    pub version: u64,
}

impl ConnectionRecord {
    /// Of a connection.
    pub fn of(connection: &Connection) -> Self {
        let plain = |secret: &Secret| secret.expose().to_owned();
        Self {
            workspace: connection.workspace.clone(),
            region: connection.region,
            token: plain(&connection.token),
            origin: connection.origin,
            client_secret: connection.client_secret.as_ref().map(plain),
            made_by: connection.made_by,
            made_at: connection.made_at,
            lacking: connection.rights.clone(),
            checked_at: connection.checked_at,
            standing: connection.standing,
            version: connection.version,
        }
    }

    /// The connection of this server.
    pub fn of_server(self, guild: GuildId) -> Connection {
        Connection {
            guild,
            workspace: self.workspace,
            region: self.region,
            token: Secret::new(self.token),
            origin: self.origin,
            client_secret: self.client_secret.map(Secret::new),
            made_by: self.made_by,
            made_at: self.made_at,
            rights: self.lacking,
            checked_at: self.checked_at,
            standing: self.standing,
            version: self.version,
        }
    }
}

/// What is to be erased of a server; earlier versions wrote the workspace alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Unerased {
    Alone(WorkspaceId),
    With { workspace: WorkspaceId, cards: Cards },
}

impl Unerased {
    pub(crate) fn into_parts(self) -> (WorkspaceId, Cards) {
        match self {
            Self::Alone(workspace) => (workspace, Cards::Stay),
            Self::With { workspace, cards } => (workspace, cards),
        }
    }
}

/// A contact that was erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ErasedRecord {
    pub(crate) since: UnixMillis,
}

/// An erasure that is not at its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnfinishedErasure {
    pub extent: Extent,
    /// The servers that asked for it, whose messages go.
    pub servers: BTreeSet<GuildId>,
}

/// What was learnt of an entry at one time, with its place among all that was learnt in the workspace.
pub type Learnt = (AmendmentNumber, Amendment);

/// The server of a subscription, in the index by workspace.
pub(crate) type SubscriberRecord = GuildId;

#[cfg(test)]
mod tests;
