//! The words of delivery: references, nonces, the in-flight record, dead letters.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use data_encoding::BASE32_NOPAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

use crate::event::{Event, EventId, EventKind};
use crate::home::Home;
use crate::ids::{AmendmentNumber, ChannelId, GuildId, JournalNumber, MessageId, SubscriptionId};
pub use crate::layout::Layout;
use crate::mention::Call;
use crate::ring::Ring;
use crate::subscription::{Alert, Detail};
use crate::time::{Timestamp, UnixMillis};

const REFERENCE_LENGTH: usize = 8;

/// Eight base32 characters in a card's footer and in its message's first control, by which a posted message is found again and an error is found in the
/// log. Five would be too few: a chance match in a channel's history would count as "already posted".
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Reference(String);

impl Reference {
    /// The reference of an event for a subscription.
    pub fn of(event: &EventId, subscription: SubscriptionId) -> Self {
        Self(base32_hash(
            &[b"reference", event.as_str().as_bytes(), &subscription.0.to_be_bytes()],
            REFERENCE_LENGTH,
        ))
    }

    /// A reference for an error, made from something random.
    pub fn of_error(random: u64) -> Self {
        Self(base32_hash(&[b"error", &random.to_be_bytes()], REFERENCE_LENGTH))
    }

    /// Reads a text that is a reference and nothing else.
    pub fn parse(text: &str) -> Option<Self> {
        let is_ours = |b: u8| b.is_ascii_lowercase() || (b'2'..=b'7').contains(&b);
        (text.len() == REFERENCE_LENGTH && text.bytes().all(is_ours)).then(|| Self(text.to_owned()))
    }

    /// The eight characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// What Discord recognises a repeated message by: 25 characters, sent with `enforce_nonce`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Nonce(String);

impl Nonce {
    /// The nonce of a batch. A batch that was cut anew has another generation, and so another nonce.
    pub fn of(
        subscription: SubscriptionId,
        first: JournalNumber,
        last: JournalNumber,
        generation: u32,
    ) -> Self {
        let parts: [&[u8]; 5] = [
            b"nonce",
            &subscription.0.to_be_bytes(),
            &first.0.to_be_bytes(),
            &last.0.to_be_bytes(),
            &generation.to_be_bytes(),
        ];
        Self(base32_hash(&parts, 25))
    }

    /// The nonce of a message that belongs to no batch, made from something random.
    pub fn of_notice(random: u64) -> Self {
        Self(base32_hash(&[b"notice", &random.to_be_bytes()], 25))
    }

    /// The characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn base32_hash(parts: &[&[u8]], length: usize) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    let mut text = BASE32_NOPAD.encode(&hasher.finalize()).to_ascii_lowercase();
    text.truncate(length);
    text
}

/// A batch that may be on its way: durable before the first byte of it leaves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InFlight {
    /// For whom.
    pub subscription: SubscriptionId,
    /// Where to. Kept here so that a batch stays where it was first sent.
    pub channel: ChannelId,
    /// Which events, ascending; never empty.
    pub numbers: Vec<JournalNumber>,
    /// The cursor once they are settled: at least the last number.
    pub cursor_after: JournalNumber,
    /// Whence the events come.
    pub source: Source,
    /// How they are shown.
    pub layout: Layout,
    /// Whether personal data is left out: a crowd can read the channel, or the notification showed none when the batch
    /// was begun.
    pub private: bool,
    /// The line above a long backlog, if this batch begins one.
    pub backlog: Option<Backlog>,
    /// How often the batch was cut anew.
    pub generation: u32,
    /// What Discord recognises it by.
    pub nonce: Nonce,
    /// When it was first sent, or last found not to have been posted.
    pub first_attempt: UnixMillis,
    /// How often it was sent.
    pub attempts: u32,
    /// The last event of the crowd that this batch is a part of: what began as a crowd ends as one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crowd_until: Option<JournalNumber>,
    /// In which words its plain line is written. A message without its card and controls is found in the history by
    /// that line, so a batch that an earlier version began keeps the words of that version.
    #[serde(default)]
    pub phrasing: Phrasing,
    /// When these events were first sent in an earlier form of which nobody could find out whether it stands there: a
    /// larger batch, or the try that made a dead letter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub may_stand: Option<UnixMillis>,
    /// The last amendment of the workspace's events that the message shows: one that is learnt while the batch is on its
    /// way changes nothing of it.
    #[serde(default, skip_serializing_if = "AmendmentNumber::is_none")]
    pub amended: AmendmentNumber,
    /// The events whose pictures Discord refused: their cards have none.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub without_picture: BTreeSet<JournalNumber>,
    /// Whether it rings; none where an earlier version began it, which rang as the notification says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ring: Option<Ring>,
    /// Whom it calls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mention: Option<Call>,
}

impl InFlight {
    /// Whether it rings.
    pub fn rings(&self, alert: Alert) -> Ring {
        let as_set = if alert == Alert::Silent { Ring::Silent } else { Ring::Loud };
        self.ring.unwrap_or(as_set)
    }

    /// Whether no message of it can stand in its channel, in whatever form.
    pub fn is_certainly_not_posted(&self) -> bool {
        self.attempts == 0 && self.may_stand.is_none()
    }
}

/// In which words the plain line of a batch is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phrasing {
    /// Who a conversation is with.
    #[default]
    Who,
    /// Who a conversation is with, and what it is about.
    WhoAndWhat,
}

impl Phrasing {
    /// That of new batches.
    pub const LATEST: Self = Self::WhoAndWhat;
}

/// Whence the events of a batch come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The journal, in its order.
    Journal,
    /// A dead letter that a person tries again; the cursor stays where it is.
    DeadLetter(DeadLetterId),
}

/// What a long backlog is introduced with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backlog {
    /// How many events wait.
    pub waiting: u64,
    /// The time of the first.
    pub since: Timestamp,
}

/// A dead letter within its server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DeadLetterId(pub u64);

/// An event that could not be posted: "could not be posted".
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeadLetter {
    /// Its id within the server.
    pub id: DeadLetterId,
    /// The server.
    pub guild: GuildId,
    /// For whom.
    pub subscription: SubscriptionId,
    /// Its place in the journal.
    pub number: JournalNumber,
    /// The event itself: the journal may be pruned.
    pub event: Event,
    /// Discord's words, without the event's own: error code and the paths of the fields it refused.
    pub reason: String,
    /// When it was set aside.
    pub since: Timestamp,
    /// Whether a person asked for another try.
    pub retry: bool,
    /// When it was first sent, if nobody could find out whether that was posted before it was refused: another try
    /// looks into the history first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub may_stand: Option<UnixMillis>,
}

/// A message of ours that shows an event: needed to edit or erase it later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostedMessage {
    /// The server.
    pub guild: GuildId,
    /// The channel.
    pub channel: ChannelId,
    /// The message.
    pub message: MessageId,
    /// The event in it.
    pub event: EventId,
}

/// What shaped a posted message: it is edited as it was posted, whatever its notification is set to by now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageShape {
    /// The server.
    pub guild: GuildId,
    /// How much its cards show.
    pub detail: Detail,
    /// The batch that it is. Its last amendment is the one that the message shows, after edits too.
    pub batch: InFlight,
}

/// How many events of each kind a server got in a day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PostedCounts(BTreeMap<EventKind, u64>);

impl PostedCounts {
    /// Adds events of a kind.
    pub fn add(&mut self, kind: EventKind, count: u64) {
        let counted = self.0.entry(kind).or_default();
        *counted = counted.saturating_add(count);
    }

    /// How many of a kind.
    pub fn of(&self, kind: EventKind) -> u64 {
        self.0.get(&kind).copied().unwrap_or_default()
    }
}

/// Stored as `{"leads":1,"users":0,…}`, by the nouns of the kinds.
impl Serialize for PostedCounts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(EventKind::ALL.map(|kind| (kind.spec().many, self.of(kind))))
    }
}

impl<'de> Deserialize<'de> for PostedCounts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let stored = BTreeMap::<String, u64>::deserialize(deserializer)?;
        let count =
            |kind: EventKind| Some((kind, *stored.get(kind.spec().many)?)).filter(|(_, count)| *count > 0);
        Ok(Self(EventKind::ALL.into_iter().filter_map(count).collect()))
    }
}

/// What a batch was settled with.
#[derive(Debug, Clone, PartialEq)]
pub struct Settlement {
    /// The record that is settled: it must still stand as it is.
    pub in_flight: InFlight,
    /// The subscription's server and workspace.
    pub home: Home,
    /// The kind of its events, for the counters.
    pub kind: EventKind,
    /// How much its cards show, for edits.
    pub detail: Detail,
    /// How it ended.
    pub verdict: Verdict,
    /// When, by Intercom's clock: what is set aside is kept for so long from then on.
    pub at: UnixMillis,
    /// The day whose counters it adds to, as `2026-11-23` in the workspace's time zone.
    pub day: String,
}

/// How a batch ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// It stands in the channel; the message's id where the answer could be read.
    Posted(Option<MessageId>),
    /// Its only event can never be posted.
    Dead {
        /// The event.
        event: Box<Event>,
        /// Why; see [`DeadLetter::reason`].
        reason: String,
    },
    /// Its event is no longer in the store, so nothing could be sent.
    Vanished,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::ContactId;

    #[test]
    fn a_reference_is_eight_characters_that_a_person_can_read_aloud() {
        let event = EventId::lead_created(&ContactId::new("6762f0dd1bb69f9f2193bb83"));
        let reference = Reference::of(&event, SubscriptionId(1));
        assert_eq!(reference.as_str().len(), 8);
        assert!(reference.as_str().chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()));
        assert_ne!(reference, Reference::of(&event, SubscriptionId(2)));
    }

    #[test]
    fn a_batch_that_is_cut_anew_has_another_nonce() {
        let nonce =
            |generation| Nonce::of(SubscriptionId(1), JournalNumber(1), JournalNumber(10), generation);
        assert_eq!(nonce(0).as_str().len(), 25);
        assert_eq!(nonce(0), nonce(0));
        assert_ne!(nonce(0), nonce(1));
    }
}
