//! The kinds of event, and one table of what each is like. Whoever shows, stores or asks for a kind reads the table; only
//! a card and the judge that finds the events know a kind by name.

use serde::{Deserialize, Serialize};

use crate::conversation::Activity;
use crate::layout::Layout;
use crate::right::Right;
use crate::stream::Stream;
use crate::topic::Topic;

/// The kinds of event; the order is that of `/notify add`, which sends the index: append only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// A lead was made.
    NewLead,
    /// A user was made, or a lead became one.
    NewUser,
    /// A user changed in a field that counts.
    UserUpdated,
    /// A customer started a conversation.
    NewConversation,
    /// A customer wrote again in a conversation.
    CustomerReplied,
    /// A conversation that a bot had needs a person.
    HandedOver,
    /// A customer rated a conversation.
    Rated,
    /// A customer waits for an answer.
    Unanswered,
    /// A lead that could not be answered left an address.
    LeadIdentified,
}

/// What a kind is like.
#[derive(Debug)]
pub struct KindSpec {
    /// The name that people read and choose.
    pub word: &'static str,
    /// The sign before its messages.
    pub sign: &'static str,
    /// The colour of its cards, as 0xRRGGBB (told apart by colour-blind people too).
    pub colour: u32,
    /// What stands for it in a `custom_id` and in a stored record.
    pub code: &'static str,
    /// The letter of its keys in the store.
    pub letter: u8,
    /// What is counted, one of it: "1 lead".
    pub one: &'static str,
    /// What is counted, several of it: "2 leads". Stored with the daily counts.
    pub many: &'static str,
    /// One that may come: "a new lead".
    pub any: &'static str,
    /// The name within a sentence: "new lead".
    pub word_within: &'static str,
    /// Several at the start of a sentence: "New leads".
    pub heading: &'static str,
    /// Several within a sentence: "new leads".
    pub heading_within: &'static str,
    /// Several in one message.
    pub together: Together,
    /// How its messages are cut.
    pub batching: Batching,
    /// The streams that bring it; the first is the one that mostly does.
    pub streams: &'static [Stream],
    /// The webhooks that tell of it.
    pub topics: &'static [Topic],
    /// What a server's token has to read for its cards to be shown there.
    pub rights: &'static [Right],
    /// The kind whose notifications tell of it too, where it has none of its own.
    pub told_with: Option<EventKind>,
}

/// What several events in one message are called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Together {
    /// By their number: "10 new leads".
    Counted(&'static str),
    /// By the people they are about, with a verb: "3 users updated", "1 user updated 4 times".
    OfUsers(&'static str),
}

/// How many events of a kind stand in a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Batching {
    /// Whole cards in a message.
    pub cards: usize,
    /// Where more than that wait, they are a crowd.
    pub crowd_above: usize,
    /// How a crowd is shown.
    pub crowd: Layout,
}

/// Brief cards for a crowd, and up to three whole ones.
const PEOPLE: Batching = Batching { cards: 3, crowd_above: 3, crowd: Layout::Brief };

const NEW_LEAD: KindSpec = KindSpec {
    word: "New lead",
    sign: "🌱",
    colour: 0x00E6_9F00,
    code: "lead",
    letter: b'l',
    one: "lead",
    many: "leads",
    any: "a new lead",
    word_within: "new lead",
    heading: "New leads",
    heading_within: "new leads",
    together: Together::Counted("new leads"),
    batching: PEOPLE,
    streams: &[Stream::Contacts],
    topics: &[Topic::LeadCreated],
    rights: &[Right::ReadContacts],
    told_with: None,
};

const NEW_USER: KindSpec = KindSpec {
    word: "New user",
    sign: "👤",
    colour: 0x0000_9E73,
    code: "user",
    letter: b'u',
    one: "user",
    many: "users",
    any: "a new user",
    word_within: "new user",
    heading: "New users",
    heading_within: "new users",
    together: Together::Counted("new users"),
    batching: PEOPLE,
    // A lead that signs up moves, and is not made anew.
    streams: &[Stream::Contacts, Stream::UserUpdates],
    topics: &[Topic::UserCreated, Topic::LeadSignedUp],
    rights: &[Right::ReadContacts],
    told_with: None,
};

const USER_UPDATED: KindSpec = KindSpec {
    word: "User updated",
    sign: "✏️",
    colour: 0x0056_B4E9,
    code: "update",
    letter: b'c',
    one: "update",
    many: "updates",
    any: "a change",
    word_within: "user updated",
    heading: "User updates",
    heading_within: "user updates",
    together: Together::OfUsers("updated"),
    batching: Batching { cards: 3, crowd_above: 3, crowd: Layout::Lines },
    streams: &[Stream::UserUpdates],
    topics: &[Topic::UserUpdated],
    rights: &[Right::ReadContacts],
    told_with: None,
};

const NEW_CONVERSATION: KindSpec = KindSpec {
    word: "New conversation",
    sign: "💬",
    colour: 0x00CC_79A7,
    code: "conversation",
    letter: b'm',
    one: "conversation",
    many: "conversations",
    any: "a new conversation",
    word_within: "new conversation",
    heading: "New conversations",
    heading_within: "new conversations",
    together: Together::Counted("new conversations"),
    batching: IN_CONVERSATIONS,
    streams: &[Stream::Conversations],
    topics: &[Topic::ConversationStarted, Topic::CustomerReplied],
    rights: &[Right::ReadContacts, Right::ReadConversations],
    told_with: None,
};

/// Each is answered by itself.
const IN_CONVERSATIONS: Batching = Batching { cards: 1, crowd_above: 20, crowd: Layout::Brief };

const CUSTOMER_REPLIED: KindSpec = KindSpec {
    word: "Customer replied",
    sign: "↩️",
    colour: 0x00CC_79A7,
    code: "replied",
    letter: b'r',
    one: "reply",
    many: "replies",
    any: "a reply of a customer",
    word_within: "customer replied",
    heading: "Customer replies",
    heading_within: "customer replies",
    together: Together::Counted("customer replies"),
    batching: IN_CONVERSATIONS,
    streams: &[Stream::Conversations],
    topics: &[Topic::CustomerReplied],
    rights: &[Right::ReadContacts, Right::ReadConversations],
    told_with: None,
};

const HANDED_OVER: KindSpec = KindSpec {
    word: "Needs a person",
    sign: "🙋",
    colour: 0x00CC_79A7,
    code: "handover",
    letter: b'h',
    one: "call for a person",
    many: "calls for a person",
    any: "a call for a person",
    word_within: "needs a person",
    heading: "Calls for a person",
    heading_within: "calls for a person",
    together: Together::Counted("calls for a person"),
    batching: IN_CONVERSATIONS,
    streams: &[Stream::Conversations],
    topics: &[Topic::ConversationAssigned],
    rights: &[Right::ReadContacts, Right::ReadConversations],
    told_with: None,
};

const RATED: KindSpec = KindSpec {
    word: "Rated",
    sign: "⭐",
    colour: 0x00CC_79A7,
    code: "rated",
    letter: b's',
    one: "rating",
    many: "ratings",
    any: "a rating",
    word_within: "rated",
    heading: "Ratings",
    heading_within: "ratings",
    together: Together::Counted("ratings"),
    batching: IN_CONVERSATIONS,
    streams: &[Stream::Conversations],
    topics: &[Topic::ConversationRated],
    rights: &[Right::ReadContacts, Right::ReadConversations],
    told_with: None,
};

const UNANSWERED: KindSpec = KindSpec {
    word: "Unanswered",
    sign: "⏳",
    colour: 0x00CC_79A7,
    code: "unanswered",
    letter: b'w',
    one: "waiting customer",
    many: "waiting customers",
    any: "a waiting customer",
    word_within: "unanswered",
    heading: "Waiting customers",
    heading_within: "waiting customers",
    together: Together::Counted("waiting customers"),
    batching: IN_CONVERSATIONS,
    // Its walk tells who was answered; who waits is searched for beside it, and no webhook tells of either.
    streams: &[Stream::Conversations],
    topics: &[],
    rights: &[Right::ReadContacts, Right::ReadConversations],
    told_with: None,
};

const LEAD_IDENTIFIED: KindSpec = KindSpec {
    word: "Lead identified",
    sign: "🌱",
    colour: 0x00E6_9F00,
    code: "identified",
    letter: b'i',
    one: "identified lead",
    many: "identified leads",
    any: "an identified lead",
    word_within: "lead identified",
    heading: "Identified leads",
    heading_within: "identified leads",
    together: Together::Counted("identified leads"),
    batching: PEOPLE,
    streams: &[Stream::Contacts],
    // Whatever a webhook tells of a lead has it read.
    topics: &[],
    rights: &[Right::ReadContacts],
    told_with: Some(EventKind::NewLead),
};

impl EventKind {
    /// All kinds, in the order in which they are offered; last those that have no notifications of their own.
    pub const ALL: [Self; 9] = [
        Self::NewLead,
        Self::NewUser,
        Self::UserUpdated,
        Self::NewConversation,
        Self::CustomerReplied,
        Self::HandedOver,
        Self::Rated,
        Self::Unanswered,
        Self::LeadIdentified,
    ];

    /// The kinds that have a trigger in Microsoft's connector: `/setup` offers these.
    pub const OF_THE_CONNECTOR: [Self; 4] =
        [Self::NewLead, Self::NewUser, Self::UserUpdated, Self::NewConversation];

    /// What it is like.
    pub fn spec(self) -> &'static KindSpec {
        match self {
            Self::NewLead => &NEW_LEAD,
            Self::NewUser => &NEW_USER,
            Self::UserUpdated => &USER_UPDATED,
            Self::NewConversation => &NEW_CONVERSATION,
            Self::CustomerReplied => &CUSTOMER_REPLIED,
            Self::HandedOver => &HANDED_OVER,
            Self::Rated => &RATED,
            Self::Unanswered => &UNANSWERED,
            Self::LeadIdentified => &LEAD_IDENTIFIED,
        }
    }

    /// The kind of the notifications that tell of it.
    #[must_use]
    pub fn told_by(self) -> Self {
        self.spec().told_with.unwrap_or(self)
    }

    /// Whether its events happen in conversations.
    pub fn is_of_conversations(self) -> bool {
        self.comes_first_from(Stream::Conversations)
    }

    /// Whether it is found in what was said in a conversation, which is read by itself for it.
    pub fn is_told_by_parts(self) -> bool {
        matches!(self, Self::CustomerReplied | Self::HandedOver | Self::Unanswered)
    }

    /// Whether its notifications say after how long they are told.
    pub fn has_thresholds(self) -> bool {
        self == Self::Unanswered
    }

    /// The kind that a code stands for.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.spec().code == code)
    }

    /// The kind of what happened in a conversation.
    pub fn of_activity(what: &Activity) -> Self {
        match what {
            Activity::Started => Self::NewConversation,
            Activity::Replied => Self::CustomerReplied,
            Activity::HandedOver => Self::HandedOver,
            Activity::Rated(_) => Self::Rated,
            Activity::Unanswered(_) => Self::Unanswered,
        }
    }

    /// The name that people read and choose.
    pub fn word(self) -> &'static str {
        self.spec().word
    }

    /// The sign before its messages.
    pub fn sign(self) -> &'static str {
        self.spec().sign
    }

    /// The colour of its cards, as 0xRRGGBB.
    pub fn colour(self) -> u32 {
        self.spec().colour
    }

    /// Whether a stream brings it.
    pub fn comes_from(self, stream: Stream) -> bool {
        self.spec().streams.contains(&stream)
    }

    /// Whether a stream is the one that mostly brings it.
    pub fn comes_first_from(self, stream: Stream) -> bool {
        self.spec().streams.first() == Some(&stream)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_kinds_share_what_tells_them_apart() {
        let specs = EventKind::ALL.map(EventKind::spec);
        let codes: BTreeSet<_> = specs.iter().map(|spec| spec.code).collect();
        let letters: BTreeSet<_> = specs.iter().map(|spec| spec.letter).collect();
        let nouns: BTreeSet<_> = specs.iter().map(|spec| spec.many).collect();
        let words: BTreeSet<_> = specs.iter().map(|spec| (spec.word, spec.sign)).collect();
        let all = EventKind::ALL.len();
        assert_eq!((codes.len(), letters.len(), nouns.len(), words.len()), (all, all, all, all));
    }
}
