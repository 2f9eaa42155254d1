//! An entry of the audit, and what is known of its contact.
//!
//! Of a contact the entry holds only a commitment, a hash that tells nobody who it is. Beside the chain lie the contact's id
//! and what the hash was salted with; where those are thrown away the chain still holds, and says that something was done,
//! not to whom.

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::audit::chain::{Checkpoint, Head};
use crate::audit::{Action, Deed};
use crate::channel::Obstacle;
use crate::ids::{ChannelId, ContactId, GuildId, MemberId};
use crate::time::UnixMillis;

/// How an action ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It is about to be done where the store does not reach; another entry says how it ended.
    Begun,
    /// It is done.
    Done,
    /// It was not done.
    Failed,
    /// Nobody knows: the bot ended meanwhile, or the other side gave no answer.
    Unknown,
}

/// An entry as the chain holds it. Fields may be added, but only such as are left out where they say nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its number in the server's chain, from 1 on.
    pub seq: u64,
    /// When it was written.
    pub at: UnixMillis,
    /// The server.
    pub guild: GuildId,
    /// Who did it.
    pub member: MemberId,
    /// What.
    #[serde(flatten)]
    pub action: Action,
    /// How it ended.
    pub outcome: Outcome,
    /// The commitment to the contact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// The entry that said that it begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub began: Option<u64>,
}

impl Entry {
    /// As it stands in the chain.
    pub fn to_value(&self) -> Value {
        serde_json::to_value(self).expect("every field is a number, a text or a map by texts")
    }

    /// What stands in the chain, as far as this version understands it.
    pub fn read(value: &Value) -> Option<Self> {
        serde_json::from_value(value.clone()).ok()
    }
}

/// Who a commitment is to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// The contact.
    pub contact: ContactId,
    /// Random, so that nobody can try out ids.
    pub salt: String,
}

impl Target {
    /// With 16 random bytes.
    pub fn new(contact: ContactId, salt: [u8; 16]) -> Self {
        Self { contact, salt: HEXLOWER.encode(&salt) }
    }

    /// What the entry holds of it.
    pub fn commitment(&self) -> String {
        let hash = Sha256::new().chain_update(self.salt.as_bytes()).chain_update(self.contact.as_str());
        HEXLOWER.encode(&hash.finalize())
    }
}

/// An action of which the audit says that it has begun, until it says how it ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begun {
    /// The entry that says so.
    pub seq: u64,
    /// The action.
    pub deed: Deed,
}

impl Begun {
    /// The same, when it is known how many events or contacts it was about.
    #[must_use]
    pub fn counted(self, count: u64) -> Self {
        Self { deed: self.deed.with(|action| action.counted(count)), ..self }
    }

    /// The same, when it is known what it was and about whom.
    #[must_use]
    pub fn turned_out(self, action: Action, contact: &ContactId) -> Self {
        Self { deed: Deed::about(self.deed.member, action, contact), ..self }
    }
}

/// What a server's audit is, beside its entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Book {
    /// The last entry.
    pub head: Head,
    /// Where what is older was thrown away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checkpoint: Option<Checkpoint>,
    /// Where the head is posted once a day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<ChannelId>,
    /// What was posted last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anchor: Option<Anchor>,
    /// That the head cannot be posted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unposted: Option<Unposted>,
}

/// Since when the head cannot be posted where it is to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unposted {
    /// Since when.
    pub since: UnixMillis,
    /// What is in the way, where it is the channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub obstacle: Option<Obstacle>,
}

impl Book {
    /// Of a server in which nothing was done.
    pub const EMPTY: Self =
        Self { head: Head::NONE, checkpoint: None, channel: None, anchor: None, unposted: None };
}

/// A head that was posted where the machine does not reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchor {
    /// The head.
    pub head: Head,
    /// When it was posted.
    pub at: UnixMillis,
    /// Where.
    pub channel: ChannelId,
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::audit::Notification;
    use crate::event::EventKind;
    use crate::ids::SubscriptionId;

    fn entry(action: Action) -> Entry {
        Entry {
            seq: 12,
            at: UnixMillis(1_795_942_800_000),
            guild: GuildId(7),
            member: MemberId(9),
            action,
            outcome: Outcome::Done,
            target: None,
            began: None,
        }
    }

    #[test]
    fn what_an_entry_is_in_the_chain_never_changes() {
        let one = Notification { id: SubscriptionId(4), kind: EventKind::NewLead, channel: ChannelId(20) };
        let removed = entry(Action::Removed { notification: one, events: 3 });
        assert_snapshot!(removed.to_value(), @r#"{"action":"removed","at":1795942800000,"channel":20,"events":3,"guild":7,"id":4,"kind":"new_lead","member":9,"outcome":"done","seq":12}"#);
        let target = Target::new(ContactId::new("6762f0dd"), [7; 16]);
        let created = Entry { target: Some(target.commitment()), began: Some(11), ..entry(Action::Created) };
        assert_snapshot!(created.to_value(), @r#"{"action":"created","at":1795942800000,"began":11,"guild":7,"member":9,"outcome":"done","seq":12,"target":"58c0fdffef1d095035376d9a9a578d7d85c8ea624e78078773b03f2d5f964ffa"}"#);
        for written in [removed, created, entry(Action::Paused(one))] {
            assert_eq!(Entry::read(&written.to_value()), Some(written));
        }
    }

    #[test]
    fn an_action_of_a_later_version_is_one_that_this_one_does_not_know() {
        let mut later = entry(Action::Created).to_value();
        later["action"] = "danced".into();
        later["with"] = 5.into();
        assert_eq!(Entry::read(&later).map(|entry| entry.action), Some(Action::Unknown));
    }
}
