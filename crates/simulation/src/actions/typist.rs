//! Somebody who types commands: the services that the bot's commands call, over the ports of one life of the process.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use async_trait::async_trait;
use deskbell::app::WorkspaceRuntime;
use deskbell_domain::being_made::BeingMade;
use deskbell_domain::channel::Permission;
use deskbell_domain::event::EventKind;
use deskbell_domain::ids::{ChannelId, GuildId, MemberId, SubscriptionId};
use deskbell_domain::message::Message;
use deskbell_domain::port::channels::{ChannelError, Channels};
use deskbell_domain::port::messenger::PostOutcome;
use deskbell_domain::port::outbox::Outbox;
use deskbell_domain::port::rights::PostingRights;
use deskbell_domain::service::notify::add::{Addition, PublicDecision, SubscribePoint, Wanted, Wish, add};
use deskbell_domain::service::request::{NotDone, Request};
use deskbell_domain::subscription::{Detail, Subscription};
use deskbell_domain::time::{Timestamp, UnixMillis};
use deskbell_text::announcement::MESSAGES;

use crate::discord::DiscordPort;
use crate::ledger::Promise;
use crate::process::Process;
use crate::tenant::Tenant;
use crate::world::World;

pub(super) const WHO: MemberId = MemberId(5);

/// The server of a channel, if it is linked: nobody types elsewhere.
pub(super) fn linked_guild(world: &World, channel: ChannelId) -> Option<GuildId> {
    let guild = world.discord.servers().channels.get(&channel).map(|one| one.guild);
    guild.filter(|guild| world.of_guild(*guild).is_some())
}

/// The servers in which somebody may type.
pub(super) fn all_linked(process: &Process) -> Vec<GuildId> {
    process.world.worlds().flat_map(|world| world.linked()).collect()
}

/// Somebody who types in a server.
pub(super) struct Typist<'a> {
    process: &'a Process,
    guild: GuildId,
    /// The workspace of the server.
    pub(super) world: Arc<World>,
    channels: DiscordPort,
    pub(super) outbox: WatchedOutbox<'a>,
}

impl<'a> Typist<'a> {
    pub(super) fn in_guild(process: &'a Process, guild: GuildId) -> Self {
        let channels = DiscordPort { world: process.world.clone() };
        let world = process.world.of_guild(guild);
        let world = world.unwrap_or_else(|| process.world.at(Tenant::of_guild(guild)));
        let outbox = WatchedOutbox::new(process, guild, world.clone());
        Self { process, guild, world, channels, outbox }
    }

    /// What they ask for, as the bot's commands hand it to a service.
    pub(super) fn request(&self) -> Request<'_> {
        Request {
            home: self.world.home(self.guild),
            member: WHO,
            rights: Box::new(RightsOf { typist: self }),
            journal: &self.process.store,
            deliveries: &self.process.store,
            subscriptions: &self.process.store,
            access: &self.process.store,
            audit: &self.process.store,
            short_lived: &self.process.store,
            outbox: &self.outbox,
            channels: &self.channels,
            time: &self.process.server_time,
            messages: MESSAGES,
        }
    }

    /// `/notify add`, and one of the two buttons where a crowd can read the channel.
    pub(super) async fn add(&self, kind: EventKind, channel: ChannelId) -> Result<(), NotDone> {
        let chance = &self.process.world.chance;
        let details = [Detail::Full, Detail::Full, Detail::Short, Detail::Private];
        let wish = Wish { detail: chance.one_of(&details).copied(), ..Wish::plain(kind) };
        let mut addition = self.try_to_add(wish, channel, PublicDecision::Open).await?;
        if matches!(addition, Addition::ToDecide(..)) {
            let everything = chance.per_mille(500);
            let decision =
                if everything { PublicDecision::Everything } else { PublicDecision::WithoutPersonalData };
            addition = self.try_to_add(wish, channel, decision).await?;
        }
        drop(addition);
        Ok(())
    }

    async fn try_to_add(
        &self,
        wish: Wish,
        channel: ChannelId,
        decision: PublicDecision,
    ) -> Result<Addition, NotDone> {
        let (request, workspace) = (self.request(), self.world.workspace());
        let asked = self.process.world.time.true_now();
        let point = SubscribePoint::of(&request, &workspace, asked).await?;
        self.outbox.posted.store(0, Ordering::Relaxed);
        let wanted = Wanted { workspace: &workspace, wish, channel, decision, point, state: None };
        let addition = add(&request, wanted).await;
        match &addition {
            Ok(Addition::Added(made, _)) => self.note(made, asked),
            Err(NotDone::Store(_)) => {}
            refused => self.nothing_was_posted(channel, refused),
        }
        addition
    }

    /// Where no notification is made, nothing tells the channel that there is one.
    fn nothing_was_posted(&self, channel: ChannelId, refused: &Result<Addition, NotDone>) {
        if self.outbox.posted.load(Ordering::Relaxed) > 0 {
            let what = format!("#{channel} is told of a notification that was not made: {refused:?}");
            let about = vec![format!("#{channel}")];
            self.process.world.ledger().breach(Promise::WrongPlace, what, about);
        }
    }

    fn note(&self, made: &Subscription, asked: UnixMillis) {
        let world = &self.world;
        world.tell(format_args!(
            "notification {} is made: {:?} in #{}, {:?}, floor {}, after {}",
            made.id, made.kind, made.channel, made.detail, made.floor.0, made.after.0
        ));
        world.ledger().wished(made.clone(), asked);
    }
}

/// Whoever types here may post everywhere.
struct RightsOf<'a> {
    typist: &'a Typist<'a>,
}

#[async_trait]
impl PostingRights for RightsOf<'_> {
    async fn lacking(&self, channel: ChannelId) -> Result<Vec<Permission>, ChannelError> {
        self.typist.channels.lacking_of(self.typist.guild, channel, WHO, &[]).await
    }
}

/// The bot's way to its channels, and a look at what goes through it.
pub(super) struct WatchedOutbox<'a> {
    process: &'a Process,
    guild: GuildId,
    world: Arc<World>,
    posted: AtomicU32,
    may_skip: AtomicBool,
}

impl<'a> WatchedOutbox<'a> {
    fn new(process: &'a Process, guild: GuildId, world: Arc<World>) -> Self {
        Self { process, guild, world, posted: AtomicU32::new(0), may_skip: AtomicBool::new(false) }
    }

    /// That of the server's workspace.
    fn runtime(&self) -> Arc<WorkspaceRuntime> {
        self.process.workspaces.runtime(self.guild).unwrap_or_else(|| self.process.runtime.clone())
    }

    /// The one who types says that what waits may be dropped: only then the judge excuses it.
    pub(super) fn may_skip(&self) {
        self.may_skip.store(true, Ordering::Relaxed);
    }

    /// What waits may be dropped from here on, whether the answer comes or not.
    fn note_skip(&self, id: SubscriptionId) {
        let mut ledger = self.world.ledger();
        let head = ledger.head();
        if let Some(wish) = ledger.wishes.get_mut(&id).filter(|_| self.may_skip.load(Ordering::Relaxed)) {
            wish.skips.push((wish.made.after, head));
        }
    }
}

#[async_trait]
impl Outbox for WatchedOutbox<'_> {
    async fn post_once(&self, channel: ChannelId, message: Message) -> PostOutcome {
        let outcome = self.runtime().outbox().post_once(channel, message).await;
        if matches!(outcome, PostOutcome::Posted { .. }) {
            self.posted.fetch_add(1, Ordering::Relaxed);
        }
        outcome
    }

    fn making(&self, earliest: Timestamp) -> BeingMade {
        self.runtime().outbox().making(earliest)
    }

    fn wake(&self, channel: ChannelId) {
        self.runtime().outbox().wake(channel);
    }

    fn wake_guild(&self, guild: GuildId) {
        self.runtime().outbox().wake_guild(guild);
    }

    async fn skip_to_now(&self, guild: GuildId, id: SubscriptionId) -> u64 {
        self.note_skip(id);
        let skipped = self.runtime().outbox().skip_to_now(guild, id).await;
        self.note_skip(id);
        self.process.world.tell(format_args!("notification {id} skips {skipped}"));
        skipped
    }
}
