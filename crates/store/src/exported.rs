//! What stands in a store, as typed rows, for a store that keeps it in another form.
//!
//! Values that tell of people come opened; whoever takes them seals them anew. What only helps this store to find things is
//! left out.

mod key_parts;
mod of_server;
mod of_workspace;
pub(crate) mod reading;

use deskbell_domain::access::Access;
use deskbell_domain::audit::Deed;
use deskbell_domain::audit::chain::{AuditKey, Link};
use deskbell_domain::audit::entry::{Book, Target};
use deskbell_domain::delivery::{DeadLetter, MessageShape, PostedCounts, PostedMessage};
use deskbell_domain::difference::StoredSnapshot;
use deskbell_domain::event::{Actor, Event, EventId, EventKind};
use deskbell_domain::ids::{
    AmendmentNumber, ApplicationId, ChannelId, ContactId, ConversationId, GuildId, JournalNumber, MessageId,
    SubscriptionId, WorkspaceId,
};
use deskbell_domain::mention::Called;
use deskbell_domain::port::store::{Baseline, Cards, Departure, Hint, Stream, StreamState, Unwanted};
use deskbell_domain::roll_up::{Day, HourlyCounts};
use deskbell_domain::subscription::Subscription;
use deskbell_domain::time::{Timestamp, UnixMillis};

use crate::records::{ConnectionRecord, Learnt, ProgressRecord, UnfinishedErasure};

/// A row.
pub enum Exported {
    /// Of a workspace.
    Workspace(WorkspaceId, OfWorkspace),
    /// Of a server.
    Server(GuildId, OfServer),
    /// The messages of the bot's own in a channel.
    OwnMessages(ChannelId, Vec<MessageId>),
    /// When somebody was last called in a channel.
    LastCall(ChannelId, Called, UnixMillis),
    /// What is registered as commands.
    Commands(ApplicationId, String),
    /// A text that is kept until a time.
    Kept(String, String, UnixMillis),
    /// A message that is to be deleted.
    Unwanted(Unwanted),
    /// A server that the bot was removed from.
    Departure(Departure),
}

/// A row of a workspace.
pub enum OfWorkspace {
    /// The last number of the journal.
    Head(JournalNumber),
    /// The last amendment.
    Amended(AmendmentNumber),
    /// The time of the newest event of a kind.
    Newest(EventKind, Timestamp),
    /// Up to where a stream was read.
    Stream(Stream, StreamState),
    /// Up to where all users were read.
    Baseline(Baseline),
    /// What hides the ids of those who were erased.
    Hider([u64; 4]),
    /// Since when a subscription cannot be read.
    UnreadableSince(UnixMillis),
    /// An entry of the journal, and when it was appended.
    Entry(JournalNumber, UnixMillis, Box<Event>),
    /// An entry of which something is to be learnt yet.
    Unnamed(JournalNumber),
    /// What was learnt of an entry.
    Learnt(JournalNumber, Vec<Learnt>),
    /// An event was seen, with the number of its entry.
    Seen(EventId, JournalNumber),
    /// An event that was seen whose entry is gone.
    LeftOver(EventId, EventKind, Timestamp),
    /// The same of one of whom nobody is to know, by its digest.
    SeenHidden(String),
    /// A contact that was erased, by the digest of its id, and when.
    Erased(String, UnixMillis),
    /// An erasure that is not at its end.
    Unfinished(ContactId, UnfinishedErasure),
    /// The last known state of a contact.
    Snapshot(u32, Box<StoredSnapshot>),
    /// Who made a record with a command.
    Actor(ContactId, Actor, UnixMillis),
    /// What happened on a day.
    RollUp(Day, HourlyCounts),
    /// A record that is worth a look.
    Hint(Hint),
    /// Up to where a conversation was read.
    Reading(ConversationId, Timestamp),
    /// A dead letter.
    Letter(Box<DeadLetter>),
    /// That a message shows a contact.
    Posted(ContactId, PostedMessage),
    /// A message that lives on.
    Shape(ChannelId, MessageId, Box<MessageShape>),
    /// Which entry such a message shows.
    Showing(JournalNumber, ChannelId, MessageId),
    /// Up to which amendment it is to be edited.
    WantedEdit(ChannelId, MessageId, AmendmentNumber),
    /// The connection of a server.
    Connection(GuildId, Box<ConnectionRecord>),
    /// Whom an entry of an audit is about.
    Target(GuildId, u64, Target),
    /// The secret of an audit.
    AuditKey(GuildId, AuditKey),
    /// A text that is kept until a time.
    Kept(String, String, UnixMillis),
}

/// A row of a server.
pub enum OfServer {
    /// A subscription.
    Subscription(Box<Subscription>),
    /// How far one has come.
    Progress(SubscriptionId, Box<ProgressRecord>),
    /// How many dead letters it had.
    Letters(u64),
    /// What was posted on a day.
    Day(String, PostedCounts),
    /// Who may use the commands.
    Access(Box<Access>),
    /// A workspace that it had before.
    Former(WorkspaceId),
    /// A message with cards of a workspace that is erased.
    FormerCard(ChannelId, MessageId),
    /// The workspace that it is connected to.
    Link(WorkspaceId),
    /// A workspace of which something is to be erased.
    Unerased(WorkspaceId, Cards),
    /// The head of its audit.
    Book(Box<Book>),
    /// An entry of its audit, and under which workspace it is kept whom it is about.
    AuditEntry(u64, Link, Option<WorkspaceId>),
    /// What was begun.
    Begun(u64, Box<Deed>),
}

/// In which order rows have to be written: what others are found by comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pass {
    /// Which events were seen.
    Seen,
    /// The journal, subscriptions and connections.
    Main,
    /// What belongs to these.
    Rest,
}

impl Pass {
    /// All, in their order.
    pub const ALL: [Self; 3] = [Self::Seen, Self::Main, Self::Rest];
}
