//! What happens, and when: drawn from the seed before the run begins. Who exactly it happens to is drawn at the moment
//! itself, from those who are there.

mod days;
mod writer;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use deskbell_domain::channel::Obstacle;
use deskbell_domain::connection::Right;
use deskbell_domain::contact::Role;
use deskbell_domain::event::EventKind;
use deskbell_domain::ids::{ChannelId, GuildId};
use deskbell_domain::outgoing::WordsFor;
use deskbell_domain::press::desk::DeskAct;
use deskbell_domain::time::UnixMillis;

pub(crate) use self::days::{CALM, write};
use crate::intercom::{Between, Lag};
use crate::notice::Notice;
use crate::power::Site;
use crate::tenant::Tenant;
use crate::{discord, intercom};

/// The kinds that somebody asks for on any day. Who waits is asked for in runs of its own.
const KINDS: [EventKind; 7] = [
    EventKind::NewLead,
    EventKind::NewUser,
    EventKind::UserUpdated,
    EventKind::NewConversation,
    EventKind::CustomerReplied,
    EventKind::HandedOver,
    EventKind::Rated,
];

/// Something that happens.
#[derive(Debug, Clone)]
pub(crate) enum Action {
    /// At Intercom.
    Customer(Tenant, Customer),
    /// At Discord.
    Channel(ChannelAction),
    /// Somebody types a command.
    Command(Command),
    /// At the machine.
    Machine(Machine),
    /// Somebody tells that something happened to a record: so often it was tried before.
    Webhook(Arc<Notice>, u32),
    /// Somebody changes at Intercom what the tokens of a server may do.
    Token(GuildId, TokenChange),
}

/// What customers do, and how Intercom is.
#[derive(Debug, Clone)]
pub(crate) enum Customer {
    Make(Role, Lag),
    /// A lead whose card Discord refuses.
    MakePoisoned,
    /// So many leads in the same second.
    Crowd(usize),
    Start(deskbell_domain::conversation::Start, Lag),
    /// Somebody answers a bot.
    Answer,
    /// Names can be looked up from now on, or not.
    Names(intercom::Names),
    /// A conversation goes on, however old.
    GoOn,
    /// The one that began last does.
    GoOnInLatest,
    /// Somebody does something in a conversation at hand.
    Act(intercom::Deed),
    /// Several things are done in one within a second.
    ActTogether(Vec<intercom::Deed>),
    /// Somebody does something in this one.
    ActIn(deskbell_domain::ids::ConversationId, intercom::Deed),
    Change(Lag),
    /// A name goes from A to B and, after so many seconds, back.
    ThereAndBack(i64),
    Back(deskbell_domain::ids::ContactId),
    Visit,
    Convert,
    Merge,
    Delete(Role),
    BetweenPages(Between),
    Weather(intercom::Weather),
    /// Somebody of whom the search gives less than there is.
    MakeUnreadable(Role, intercom::Reading),
    /// A conversation that the search cannot give.
    StartUnreadable,
    /// So many empty pages come before each that is not.
    EmptyPages(u32),
    /// How these routes answer while the rest is fair.
    WeatherOf(&'static [intercom::Route], intercom::Weather),
}

/// What happens in Discord's servers, and how Discord is.
#[derive(Debug, Clone)]
pub(crate) enum ChannelAction {
    Close(ChannelId, Obstacle),
    Open(ChannelId),
    DeleteChannel(ChannelId),
    Public(ChannelId, bool, discord::News),
    Unreadable(ChannelId, bool),
    DeleteMessage(ChannelId),
    /// A moderator removes the embeds of a message.
    StripMessage(ChannelId, discord::Left),
    /// The next message with cards is posted, and its answer is lost.
    LoseAnswer(discord::LostAnswer),
    Leave(GuildId),
    Join(GuildId),
    Weather(discord::Weather),
}

/// What people type.
#[derive(Debug, Clone)]
pub(crate) enum Command {
    Add {
        kind: EventKind,
        channel: ChannelId,
        tries: u32,
    },
    Pause,
    Resume {
        skip: bool,
    },
    ResumeAll,
    Remove,
    RetryLetters,
    DropLetter,
    Status,
    Access,
    Create,
    Register,
    Test,
    /// `/setup`: a kind is chosen for this channel too, and no longer for one that it was.
    SetUp {
        kind: EventKind,
        channel: ChannelId,
    },
    /// `/setup`: roles are chosen.
    Roles,
    /// Whether everybody in the server is the team.
    SayWhoEverybodyIs,
    /// [Choose another channel], for what is held back.
    Move {
        to: ChannelId,
    },
    /// [Share here].
    Share {
        channel: ChannelId,
    },
    /// `/connection`: a server is connected to its workspace, or its token renewed.
    Connect(GuildId),
    /// It is connected to another one, and somebody says that this is meant.
    ConnectOther(GuildId),
    /// It gets a new token in place of the one it has.
    Renew(GuildId),
    /// It is disconnected.
    Disconnect(GuildId),
    /// Somebody looks for somebody there.
    LookUp(GuildId),
    /// Somebody does something in conversations from Discord.
    Desk(Deskwork),
    /// So many members type in pickers, three letters a second each, for so many seconds.
    Flood {
        members: usize,
        seconds: u64,
    },
}

/// What members do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deskwork {
    /// Somebody writes to a customer, or to the team.
    Write(WordsFor),
    /// Somebody writes to a customer, and throws it away.
    Discard,
    /// Somebody presses again what stands below words that they typed.
    PressAgain,
    /// Whoever was called for looks.
    LookWhenCalled,
    /// Somebody presses a button below a card.
    Press(DeskAct),
    /// Two do so at once.
    PressTogether(DeskAct),
}

/// What becomes of tokens.
#[derive(Debug, Clone)]
pub(crate) enum TokenChange {
    /// Intercom refuses them from now on.
    Revoked,
    /// They may do all but this.
    Lacks(BTreeSet<Right>),
}

/// What happens to the machine.
#[derive(Debug, Clone)]
pub(crate) enum Machine {
    /// The process dies at a site, when it has come there so many times.
    Die { site: Site, passes: u32 },
    /// It dies at the first site, is down for longer than a nonce is known, and the next one dies at the second.
    DieTwice { first: Site, then: Site },
    /// It does so whatever the site, if the planned one was not reached.
    DieAnywhere,
    /// SIGTERM, and a start with the servers that are listed then.
    Restart(Vec<GuildId>),
    /// SIGTERM, and a start under another master key.
    ChangeKey,
    /// The clock is set wrong by that much.
    Clock(i64),
    /// The disk is full for so many seconds.
    Full(u64),
    /// All faults end: what is left is for the bot to do.
    Calm,
}

/// What happens in a run, by time.
#[derive(Debug)]
pub(crate) struct Script {
    actions: BTreeMap<(UnixMillis, u64), Action>,
    written: u64,
    /// When it is over.
    pub(crate) end: UnixMillis,
}

impl Script {
    /// A script in which nothing happens.
    pub(crate) fn until(end: UnixMillis) -> Self {
        Self { actions: BTreeMap::new(), written: 0, end }
    }

    /// Has something happen at a time.
    pub(crate) fn at(&mut self, at: UnixMillis, act: Action) {
        self.written += 1;
        self.actions.insert((at, self.written), act);
    }

    /// When the next thing happens.
    pub(crate) fn next_at(&self) -> Option<UnixMillis> {
        self.actions.first_key_value().map(|((at, _), _)| *at)
    }

    /// What happens up to that time, one at a time.
    pub(crate) fn next_until(&mut self, now: UnixMillis) -> Option<Action> {
        let (at, _) = *self.actions.first_key_value()?.0;
        if at > now { None } else { self.actions.pop_first().map(|(_, act)| act) }
    }
}
