//! Discord: servers, channels and what stands in them, with a nonce window, a pace, and whatever goes wrong.
//!
//! It goes on while the bot is dead: a message whose answer was late may arrive after the process that sent it is
//! gone.

mod answers;
mod edit;
mod lost_answer;
mod port;
mod recognition;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use deskbell_domain::channel::{Obstacle, Permission};
use deskbell_domain::delivery::{Nonce, Reference};
use deskbell_domain::ids::{ChannelId, GuildId, MessageId};
use deskbell_domain::message::Message;
use deskbell_domain::time::UnixMillis;

pub(crate) use self::lost_answer::{Afterwards, Left, LostAnswer};
pub(crate) use self::port::DiscordPort;
use crate::chance::Chance;
use crate::time::{MINUTE, SECOND, Time};

/// Messages that Discord takes in a channel within [`WINDOW`].
const PACE: u32 = 5;
/// The window of the pace, in milliseconds.
const WINDOW: i64 = 5 * SECOND;

/// How late a request may be done, in milliseconds.
const LATEST: i64 = 25 * SECOND;

/// How Discord answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weather {
    /// As it should.
    Fair,
    /// Of a thousand posts so many are done without an answer, so many fail, and so many are done late.
    Stormy { lost: u32, failing: u32, late: u32 },
    /// Every request gets a 5xx.
    Down,
    /// No request gets an answer, and none is done.
    Hanging,
    /// 429 for everybody, so many seconds each time.
    Limited(u64),
}

/// What a world does that no bot can stand: each shows that the judge sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mischief {
    /// Nothing.
    None,
    /// Discord forgets every nonce at once.
    ForgetsNonces,
    /// Discord says that a message was posted, now and then, and throws it away.
    SwallowsMessages,
    /// Discord shows a message in another channel, now and then.
    MixesUpChannels,
    /// Discord says of every channel that only some can read it.
    HidesItsReaders,
}

/// Whether the gateway tells of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum News {
    /// It does.
    Told,
    /// The news is lost on its way.
    Lost,
}

/// A channel.
#[derive(Debug, Clone)]
pub(crate) struct Channel {
    /// Its server.
    pub(crate) guild: GuildId,
    /// Why nothing can be posted, if so.
    pub(crate) closed: Option<Obstacle>,
    /// Since when @everyone can read it.
    pub(crate) public_since: Option<UnixMillis>,
    /// Whether the history cannot be read.
    pub(crate) unreadable: bool,
    /// Whether it was deleted for good.
    pub(crate) deleted: bool,
    /// What the bot was last told of its audience: whether everyone can read it.
    pub(crate) told_public: Option<bool>,
    /// What it believes of that and since when, where the news of a change was lost.
    pub(crate) outdated: Option<(bool, UnixMillis)>,
    /// What came after an answer that was lost.
    trouble: lost_answer::Trouble,
    window: Option<(i64, u32)>,
}

impl Channel {
    /// Why nothing can be posted at that moment, if so.
    fn closed_at(&self, now: UnixMillis) -> Option<&Obstacle> {
        self.closed.as_ref().or_else(|| self.trouble.closed_at(now))
    }

    /// From now on everyone can read it, or only some can.
    pub(crate) fn set_public(&mut self, public: bool, now: UnixMillis) {
        self.public_since = public.then(|| self.public_since.unwrap_or(now));
    }

    fn lacking(&self, now: UnixMillis) -> Vec<Permission> {
        match self.closed_at(now) {
            Some(Obstacle::MissingPermissions(lacking)) => lacking.clone(),
            _ if self.unreadable => vec![Permission::ReadMessageHistory],
            _ => Vec::new(),
        }
    }
}

/// A message that stands in a channel, or stood there.
#[derive(Debug, Clone)]
pub(crate) struct StandingMessage {
    /// Its id.
    pub(crate) id: MessageId,
    /// Where.
    pub(crate) channel: ChannelId,
    /// What it says.
    pub(crate) content: Message,
    /// Since when.
    pub(crate) at: UnixMillis,
    /// When a moderator deleted it.
    pub(crate) deleted: Option<UnixMillis>,
    /// When somebody removed its embeds, and what they left.
    pub(crate) stripped: Option<(UnixMillis, Left)>,
    /// What it says since it was edited last.
    pub(crate) edited: Option<Message>,
    nonce: Nonce,
}

impl StandingMessage {
    /// One that nobody has touched yet.
    fn posted(
        (channel, id): (ChannelId, MessageId),
        content: &Message,
        nonce: &Nonce,
        at: UnixMillis,
    ) -> Self {
        let (content, nonce) = (content.clone(), nonce.clone());
        Self { id, channel, content, at, deleted: None, stripped: None, edited: None, nonce }
    }
}

/// A request that was taken and is not done yet.
#[derive(Debug)]
struct Late {
    at: UnixMillis,
    channel: ChannelId,
    content: Message,
    nonce: Nonce,
}

/// What is true at Discord.
#[derive(Debug)]
pub(crate) struct Servers {
    /// The channels.
    pub(crate) channels: BTreeMap<ChannelId, Channel>,
    /// The servers, and whether the bot is in them.
    pub(crate) guilds: BTreeMap<GuildId, bool>,
    /// All messages that ever stood somewhere.
    pub(crate) messages: Vec<StandingMessage>,
    /// From when to when each channel's history could not be read.
    pub(crate) unreadable: BTreeMap<ChannelId, Vec<(UnixMillis, Option<UnixMillis>)>>,
    late: Vec<Late>,
    /// What comes with the next message with cards.
    next_lost: Option<LostAnswer>,
    weather: Weather,
    cured: bool,
    /// Cards that are refused in every form.
    hopeless: BTreeSet<Reference>,
}

/// The Discord of one run.
#[derive(Debug)]
pub(crate) struct Discord {
    time: Arc<Time>,
    chance: Chance,
    nonce_window: i64,
    mischief: Mischief,
    servers: Mutex<Servers>,
}

impl Discord {
    /// Servers with channels, and nothing in them.
    pub(crate) fn new(
        time: Arc<Time>,
        seed: u64,
        layout: &[(GuildId, &[ChannelId])],
        mischief: Mischief,
    ) -> Self {
        let chance = Chance::of(seed, 2);
        let channel = |guild| Channel {
            guild,
            closed: None,
            public_since: None,
            unreadable: false,
            deleted: false,
            told_public: None,
            outdated: None,
            trouble: lost_answer::Trouble::default(),
            window: None,
        };
        let channels =
            layout.iter().flat_map(|(guild, all)| all.iter().map(move |id| (*id, channel(*guild))));
        let servers = Servers {
            channels: channels.collect(),
            guilds: layout.iter().map(|(guild, _)| (*guild, true)).collect(),
            messages: Vec::new(),
            unreadable: BTreeMap::new(),
            late: Vec::new(),
            next_lost: None,
            weather: Weather::Fair,
            cured: false,
            hopeless: BTreeSet::new(),
        };
        // Longer than the bot takes it to be, by as much as a request may be late.
        let nonce_window = match mischief {
            Mischief::ForgetsNonces => 0,
            _ => chance.between(2 * MINUTE + LATEST, 6 * MINUTE),
        };
        Self { time, chance, nonce_window, mischief, servers: Mutex::new(servers) }
    }

    /// What is true there.
    pub(crate) fn servers(&self) -> MutexGuard<'_, Servers> {
        self.servers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How it answers from now on.
    pub(crate) fn set_weather(&self, weather: Weather) {
        self.servers().weather = weather;
    }

    /// From now on nothing is refused for what it says, and no answer is lost on purpose.
    pub(crate) fn cure(&self) {
        let mut servers = self.servers();
        servers.cured = true;
        servers.next_lost = None;
        servers.channels.values_mut().for_each(|one| one.trouble = lost_answer::Trouble::default());
    }

    /// A process that begins is told by the gateway how everything is.
    pub(crate) fn tell_all_anew(&self) {
        self.servers().channels.values_mut().for_each(|one| one.outdated = None);
    }

    /// The history of a channel can be read, or not.
    pub(crate) fn set_unreadable(&self, channel: ChannelId, unreadable: bool) {
        let now = self.time.true_now();
        let mut servers = self.servers();
        let Some(known) = servers.channels.get_mut(&channel) else { return };
        if std::mem::replace(&mut known.unreadable, unreadable) == unreadable {
            return;
        }
        let spans = servers.unreadable.entry(channel).or_default();
        match (unreadable, spans.last_mut()) {
            (true, _) => spans.push((now, None)),
            (false, Some(span)) => span.1 = Some(now),
            (false, None) => {}
        }
    }

    /// A moderator deletes one of the bot's last messages in a channel.
    pub(crate) fn delete_a_message(&self, channel: ChannelId) -> Option<MessageId> {
        let now = self.time.true_now();
        self.one_of_the_last(channel, |message| message.deleted = Some(now))
    }

    /// A moderator removes the embeds of one of the bot's last messages in a channel.
    pub(crate) fn strip_a_message(&self, channel: ChannelId, left: Left) -> Option<MessageId> {
        let now = self.time.true_now();
        self.one_of_the_last(channel, |message| message.strip(now, left))
    }

    fn one_of_the_last(
        &self,
        channel: ChannelId,
        act: impl FnOnce(&mut StandingMessage),
    ) -> Option<MessageId> {
        let mut servers = self.servers();
        let there = servers.messages.iter_mut().rev();
        let there = there.filter(|message| message.channel == channel && message.deleted.is_none());
        let message = there.take(self.chance.below(3) + 1).last()?;
        act(message);
        Some(message.id)
    }
}

impl Servers {
    /// Whether the bot may post there as far as the server goes.
    pub(crate) fn is_joined(&self, guild: GuildId) -> bool {
        self.guilds.get(&guild).copied().unwrap_or(false)
    }
}
