//! The topics that Intercom tells by, as far as an event comes of them, or a card of a conversation is no longer true.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use crate::stream::Stream;
use crate::time::UnixMillis;

/// How long a topic counts as live after it was heard, in milliseconds.
const LIVE_MS: i64 = 24 * 3600 * 1000;

/// A topic that an event can come of, or by which a card is no longer true.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// A lead was made.
    LeadCreated,
    /// A lead became a user.
    LeadSignedUp,
    /// A user was made.
    UserCreated,
    /// A user changed.
    UserUpdated,
    /// A customer started a conversation.
    ConversationStarted,
    /// A customer wrote, perhaps the first words after those of a bot.
    CustomerReplied,
    /// A teammate, a rule or a bot assigned a conversation.
    ConversationAssigned,
    /// A customer rated a conversation.
    ConversationRated,
    /// A teammate answered.
    TeammateReplied,
    /// A teammate closed a conversation.
    ConversationClosed,
    /// A teammate opened one again.
    ConversationOpened,
    /// A teammate put one off.
    ConversationSnoozed,
    /// One that was put off is there again.
    ConversationUnsnoozed,
}

impl Topic {
    /// All topics: those to tick in the Developer Hub.
    pub const ALL: [Self; 13] = [
        Self::LeadCreated,
        Self::LeadSignedUp,
        Self::UserCreated,
        Self::UserUpdated,
        Self::ConversationStarted,
        Self::CustomerReplied,
        Self::ConversationAssigned,
        Self::ConversationRated,
        Self::TeammateReplied,
        Self::ConversationClosed,
        Self::ConversationOpened,
        Self::ConversationSnoozed,
        Self::ConversationUnsnoozed,
    ];

    /// Those of which no event comes: what they tell of shows on the cards of conversations that were announced.
    pub const OF_CARDS: [Self; 5] = [
        Self::TeammateReplied,
        Self::ConversationClosed,
        Self::ConversationOpened,
        Self::ConversationSnoozed,
        Self::ConversationUnsnoozed,
    ];

    /// As Intercom calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::LeadCreated => "contact.lead.created",
            Self::LeadSignedUp => "contact.lead.signed_up",
            Self::UserCreated => "contact.user.created",
            Self::UserUpdated => "contact.user.updated",
            Self::ConversationStarted => "conversation.user.created",
            Self::CustomerReplied => "conversation.user.replied",
            Self::ConversationAssigned => "conversation.admin.assigned",
            Self::ConversationRated => "conversation.rating.added",
            Self::TeammateReplied => "conversation.admin.replied",
            Self::ConversationClosed => "conversation.admin.closed",
            Self::ConversationOpened => "conversation.admin.opened",
            Self::ConversationSnoozed => "conversation.admin.snoozed",
            Self::ConversationUnsnoozed => "conversation.admin.unsnoozed",
        }
    }

    /// The topic of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| topic.name() == name)
    }

    /// Whether it tells of users.
    pub fn is_about_users(self) -> bool {
        matches!(self, Self::LeadSignedUp | Self::UserCreated | Self::UserUpdated)
    }

    /// The stream in which a poll finds what it tells of.
    pub fn stream(self) -> Stream {
        match self {
            Self::LeadCreated | Self::UserCreated => Stream::Contacts,
            // A lead that signs up moves, and is not made anew.
            Self::LeadSignedUp | Self::UserUpdated => Stream::UserUpdates,
            Self::ConversationStarted
            | Self::CustomerReplied
            | Self::ConversationAssigned
            | Self::ConversationRated
            | Self::TeammateReplied
            | Self::ConversationClosed
            | Self::ConversationOpened
            | Self::ConversationSnoozed
            | Self::ConversationUnsnoozed => Stream::Conversations,
        }
    }
}

/// When the topics of an app were last heard, in any of its workspaces.
#[derive(Debug, Default)]
pub struct HeardTopics(Mutex<BTreeMap<Topic, UnixMillis>>);

impl HeardTopics {
    /// A topic was heard.
    pub fn hear(&self, topic: Topic, at: UnixMillis) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(topic, at);
    }

    /// Whether a topic was heard within a day. A time that lies ahead counts as long ago: the clock was set.
    pub fn is_live(&self, topic: Topic, now: UnixMillis) -> bool {
        let heard = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&topic).copied();
        heard.is_some_and(|heard| (0..LIVE_MS).contains(&now.since(heard)))
    }

    /// When each topic was last heard, of those that were since the start.
    pub fn times(&self) -> BTreeMap<Topic, UnixMillis> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The topics that were heard since the start.
    pub fn heard(&self) -> BTreeSet<Topic> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).keys().copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::EventKind;

    #[test]
    fn every_topic_is_of_a_kind_that_comes_from_its_stream_or_of_its_cards() {
        for topic in Topic::ALL {
            assert_eq!(Topic::named(topic.name()), Some(topic));
            let mut kinds = EventKind::ALL.into_iter().filter(|kind| kind.spec().topics.contains(&topic));
            let tells_of_an_event = kinds.any(|kind| kind.comes_from(topic.stream()));
            assert_ne!(tells_of_an_event, Topic::OF_CARDS.contains(&topic), "{topic:?}");
        }
        assert_eq!(Topic::named("conversation.admin.noted"), None);
    }

    #[test]
    fn a_topic_is_live_for_a_day_after_it_was_heard() {
        let (topics, at) = (HeardTopics::default(), UnixMillis(1_000_000));
        topics.hear(Topic::LeadCreated, at);
        for (later, is_live) in [(0, true), (LIVE_MS - 1, true), (LIVE_MS, false), (-1, false)] {
            assert_eq!(topics.is_live(Topic::LeadCreated, UnixMillis(at.0 + later)), is_live, "{later}");
        }
        assert!(!topics.is_live(Topic::UserCreated, at));
    }
}
