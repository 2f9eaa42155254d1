//! The ports to Discord, for one life of the process.

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use deskbell_domain::channel::{Audience, ChannelKind, ChannelView, Obstacle, Permission};
use deskbell_domain::crowd::Headcount;
use deskbell_domain::delivery::Nonce;
use deskbell_domain::event::EventKind;
use deskbell_domain::ids::{ChannelId, GuildId, MemberId, MessageId, RoleId};
use deskbell_domain::message::Message;
use deskbell_domain::port::channels::{ChannelError, Channels, NamedRole, RoleCall};
use deskbell_domain::port::messenger::{
    EditOutcome, FindOutcome, LimitScope, Messenger, Pace, PostOutcome, Probed, Sought,
};
use deskbell_domain::time::UnixMillis;
use tokio::time::sleep;

use super::{Discord, LATEST, Late, Mischief, PACE, Servers, StandingMessage, WINDOW, Weather};
use crate::amended;
use crate::content::references;
use crate::intercom::POISON;
use crate::people;
use crate::power::Operation;
use crate::rings;
use crate::time::SECOND;
use crate::witness;
use crate::world::World;

/// Discord, as a process sees it.
pub(crate) struct DiscordPort {
    pub(crate) world: Arc<World>,
}

/// What becomes of a request.
#[derive(Debug, Clone, Copy)]
pub(super) enum Fate {
    Answered,
    AnswerLost,
    Failing,
    Late,
    Hanging,
    Limited(u64),
}

impl Discord {
    pub(super) fn fate(&self) -> Fate {
        let draw = u32::try_from(self.chance.between(0, 1000)).unwrap_or(0);
        match self.servers().weather {
            Weather::Stormy { lost, .. } if draw < lost => Fate::AnswerLost,
            Weather::Stormy { lost, failing, .. } if draw < lost + failing => Fate::Failing,
            Weather::Stormy { lost, failing, late } if draw < lost + failing + late => Fate::Late,
            Weather::Fair | Weather::Stormy { .. } => Fate::Answered,
            Weather::Down => Fate::Failing,
            Weather::Hanging => Fate::Hanging,
            Weather::Limited(seconds) => Fate::Limited(seconds),
        }
    }

    pub(super) async fn pause(&self) {
        sleep(Duration::from_millis(self.chance.between(30, 400).unsigned_abs())).await;
    }

    /// Does what was taken earlier and is due; answers the messages that came into being.
    pub(crate) fn do_what_is_late(&self) -> Vec<StandingMessage> {
        let now = self.time.true_now();
        let mut servers = self.servers();
        let (due, later): (Vec<_>, Vec<_>) = servers.late.drain(..).partition(|late| late.at <= now);
        servers.late = later;
        let mut came = Vec::new();
        for Late { at, channel, content, nonce } in due {
            let before = servers.messages.len();
            let _nobody_hears_it = servers.take(channel, &content, &nonce, at, self.nonce_window);
            came.extend(servers.messages.get(before).cloned());
        }
        came
    }
}

impl Discord {
    fn make_mischief(&self, servers: &mut Servers, before: usize) {
        if self.mischief == Mischief::None || !self.chance.per_mille(20) {
            return;
        }
        match (self.mischief, servers.messages.get_mut(before)) {
            (Mischief::SwallowsMessages, Some(_)) => servers.messages.truncate(before),
            (Mischief::MixesUpChannels, Some(message)) => message.channel = ChannelId(12),
            _ => {}
        }
    }
}

impl Servers {
    /// Somebody of whom Discord refuses every word has a name that says so; of a lead even a card without a word from
    /// outside is refused.
    fn refuses_words_of(&mut self, content: &Message) -> bool {
        let says_poison = says_poison(content);
        if let ([card], true) = (&content.cards[..], says_poison)
            && let Some(footer) =
                card.footer.as_ref().filter(|footer| footer.word == EventKind::NewLead.word())
        {
            self.hopeless.extend(footer.reference.clone());
        }
        says_poison || references(content).any(|reference| self.hopeless.contains(reference))
    }

    /// What Discord does about a message that reached it.
    fn take(
        &mut self,
        channel: ChannelId,
        content: &Message,
        nonce: &Nonce,
        now: UnixMillis,
        nonce_window: i64,
    ) -> PostOutcome {
        let poison = !self.cured && self.refuses_words_of(content);
        let number = self.messages.len() as u64;
        let Some(known) = self.channels.get_mut(&channel) else {
            return PostOutcome::Closed(Obstacle::ChannelGone);
        };
        if !self.guilds.get(&known.guild).copied().unwrap_or(false) {
            return PostOutcome::Closed(Obstacle::MissingPermissions(Vec::new()));
        }
        if let Some(reason) = known.closed_at(now) {
            return PostOutcome::Closed(reason.clone());
        }
        let (ends, used) = known.window.filter(|(ends, _)| now.0 < *ends).unwrap_or((now.0 + WINDOW, 0));
        let rest = Duration::from_millis((ends - now.0).unsigned_abs());
        if used >= PACE {
            return PostOutcome::RateLimited { after: rest, scope: LimitScope::Channel };
        }
        known.window = Some((ends, used + 1));
        if poison {
            return PostOutcome::Refused { reason: "50035: embeds[0]".to_owned() };
        }
        // The rules of a server come before a nonce that is known.
        if known.trouble.refuses_at(now) {
            return PostOutcome::Refused { reason: "200000".to_owned() };
        }
        let pace = Pace::Left { limit: PACE, remaining: PACE - used - 1, reset_after: rest };
        let recent = self.messages.iter().rev().take_while(|known| now.since(known.at) < nonce_window);
        let known = recent.filter(|known| known.channel == channel).find(|known| known.nonce == *nonce);
        if let Some(known) = known {
            // Of a message that was deleted Discord says only that it is not there.
            return PostOutcome::Posted { message: known.deleted.is_none().then_some(known.id), pace };
        }
        let id = MessageId(MessageId::earliest_at(now).0 + number % (1 << 22));
        self.messages.push(StandingMessage::posted((channel, id), content, nonce, now));
        PostOutcome::Posted { message: Some(id), pace }
    }

    fn view(&mut self, guild: GuildId, id: ChannelId, now: UnixMillis) -> Result<ChannelView, ChannelError> {
        if !self.is_joined(guild) {
            return Err(ChannelError::Closed(Obstacle::NotInGuild));
        }
        let known = self
            .channels
            .get_mut(&id)
            .filter(|one| one.guild == guild)
            .ok_or(ChannelError::Closed(Obstacle::ChannelGone))?;
        if known.closed_at(now) == Some(&Obstacle::ChannelGone) {
            return Err(ChannelError::Closed(Obstacle::ChannelGone));
        }
        let public = known.outdated.map_or(known.public_since.is_some(), |(believed, _)| believed);
        known.told_public = Some(public);
        Ok(ChannelView {
            id,
            guild,
            name: "channel".to_owned(),
            kind: ChannelKind::Text,
            audience: if public { Audience::Everyone } else { Audience::Some },
            lacking: Some(known.lacking(now)),
        })
    }

    fn find(&self, channel: ChannelId, sought: &Sought, now: UnixMillis) -> FindOutcome {
        let Some(known) = self.channels.get(&channel) else { return FindOutcome::Unreadable };
        // What is closed only for who writes, as a locked thread is, can still be read.
        let closed = known.closed_at(now).is_some_and(|reason| *reason != Obstacle::ThreadClosed);
        if known.unreadable || closed || !self.is_joined(known.guild) {
            return FindOutcome::Unreadable;
        }
        let there = self.messages.iter().filter(|message| {
            message.channel == channel
                && message.deleted.is_none()
                && message.id >= MessageId::earliest_at(sought.since)
        });
        let there: Vec<_> = there.collect();
        if let Some(known) = there.iter().find(|message| message.bears(&sought.reference)) {
            return FindOutcome::Found(known.id);
        }
        let by_line: Vec<_> = there.iter().filter(|message| message.may_be(sought)).collect();
        match by_line[..] {
            [] => FindOutcome::Absent,
            [only] => FindOutcome::Found(only.id),
            _ => FindOutcome::Unreadable,
        }
    }
}

fn says_poison(content: &Message) -> bool {
    let mut titles = content.cards.iter().filter_map(|card| card.title.as_deref());
    titles.any(|title| title.contains(POISON))
}

#[async_trait]
impl Messenger for DiscordPort {
    async fn post(&self, channel: ChannelId, content: &Message, nonce: &Nonce) -> PostOutcome {
        let world = &self.world;
        world.power.around(Operation::Post, self.send(channel, content, nonce)).await
    }

    async fn find(&self, channel: ChannelId, sought: &Sought) -> FindOutcome {
        let world = &self.world;
        let look = async {
            world.discord.pause().await;
            witness::let_late_messages_come(world);
            let found = match world.discord.fate() {
                Fate::Answered | Fate::Late => {
                    let now = world.time.true_now();
                    world.discord.servers().find(channel, sought, now)
                }
                _ => FindOutcome::Unavailable,
            };
            world.tell(format_args!("looks for {} in #{channel}: {found:?}", sought.reference));
            found
        };
        world.power.around(Operation::Find, look).await
    }

    async fn edit(&self, channel: ChannelId, message: MessageId, shown: &Message) -> EditOutcome {
        let world = &self.world;
        world.power.around(Operation::Edit, self.put_in_place(channel, message, shown)).await
    }

    async fn probe(&self, _: ChannelId) -> Probed {
        let world = &self.world;
        let look = async {
            match world.discord.servers().weather {
                Weather::Fair | Weather::Stormy { .. } => Probed::Answered,
                Weather::Down | Weather::Hanging | Weather::Limited(_) => Probed::Unanswered,
            }
        };
        world.power.around(Operation::View, look).await
    }
}

impl DiscordPort {
    async fn send(&self, channel: ChannelId, content: &Message, nonce: &Nonce) -> PostOutcome {
        let discord = &self.world.discord;
        witness::about_to_send(&self.world, channel, content);
        amended::sends(&self.world, content, nonce);
        rings::sends(&self.world, content, nonce);
        let fate = match discord.fate() {
            Fate::Answered if discord.is_silent(channel) => Fate::Failing,
            fate => fate,
        };
        discord.pause().await;
        let outcome = match fate {
            Fate::Answered => self.arrive(channel, content, nonce),
            Fate::AnswerLost => {
                self.arrive(channel, content, nonce);
                PostOutcome::Unknown
            }
            Fate::Failing => PostOutcome::Unknown,
            Fate::Late => {
                self.come_late(channel, content, nonce);
                PostOutcome::Unknown
            }
            Fate::Hanging => pending().await,
            Fate::Limited(seconds) => PostOutcome::RateLimited {
                after: Duration::from_secs(seconds),
                scope: LimitScope::Everywhere,
            },
        };
        people::calls(&self.world, content, &outcome);
        self.world.note(format_args!("POST in #{channel}: {fate:?}, {outcome:?}"));
        outcome
    }

    async fn put_in_place(&self, channel: ChannelId, message: MessageId, shown: &Message) -> EditOutcome {
        let discord = &self.world.discord;
        witness::about_to_send(&self.world, channel, shown);
        discord.pause().await;
        let outcome = match discord.fate() {
            Fate::Answered => discord.servers().edit(channel, message, shown, self.world.time.true_now()),
            Fate::AnswerLost => {
                discord.servers().edit(channel, message, shown, self.world.time.true_now());
                EditOutcome::Later { after: None }
            }
            Fate::Failing | Fate::Late => EditOutcome::Later { after: None },
            Fate::Hanging => pending().await,
            Fate::Limited(seconds) => EditOutcome::Later { after: Some(Duration::from_secs(seconds)) },
        };
        self.world.note(format_args!("PATCH in #{channel}: {outcome:?}"));
        outcome
    }

    fn arrive(&self, channel: ChannelId, content: &Message, nonce: &Nonce) -> PostOutcome {
        let world = &self.world;
        witness::let_late_messages_come(world);
        let (outcome, came) = {
            let mut servers = world.discord.servers();
            let before = servers.messages.len();
            let now = world.time.true_now();
            let mut outcome = servers.take(channel, content, nonce, now, world.discord.nonce_window);
            world.discord.make_mischief(&mut servers, before);
            let came = servers.messages.get(before).cloned();
            let lost = came.as_ref().and_then(|_| servers.lose_the_answer(before, now));
            if let Some(lost) = lost {
                world.tell(format_args!("#{channel}: posted, the answer is lost, and then {lost:?}"));
                outcome = PostOutcome::Unknown;
            }
            (outcome, came)
        };
        if let Some(message) = came {
            witness::came(world, &message);
        }
        outcome
    }

    fn come_late(&self, channel: ChannelId, content: &Message, nonce: &Nonce) {
        let discord = &self.world.discord;
        let at = UnixMillis(self.world.time.true_now().0 + discord.chance.between(SECOND, LATEST));
        let late = Late { at, channel, content: content.clone(), nonce: nonce.clone() };
        discord.servers().late.push(late);
    }
}

#[async_trait]
impl Channels for DiscordPort {
    async fn view(&self, guild: GuildId, channel: ChannelId) -> Result<ChannelView, ChannelError> {
        let world = &self.world;
        let look = async {
            let (mut servers, now) = (world.discord.servers(), world.time.true_now());
            match servers.weather {
                Weather::Fair | Weather::Stormy { .. } => {
                    let hides = world.discord.mischief == Mischief::HidesItsReaders;
                    let view = servers.view(guild, channel, now);
                    view.map(
                        |view| if hides { ChannelView { audience: Audience::Some, ..view } } else { view },
                    )
                }
                _ => Err(ChannelError::Unavailable),
            }
        };
        world.power.around(Operation::View, look).await
    }

    fn forget_older_than(&self, _: GuildId, channel: ChannelId, max_age: Duration) -> usize {
        let now = self.world.time.true_now();
        let max_age = i64::try_from(max_age.as_millis()).unwrap_or(i64::MAX);
        let mut servers = self.world.discord.servers();
        let Some(known) = servers.channels.get_mut(&channel) else { return 0 };
        usize::from(known.outdated.take_if(|(_, since)| now.since(*since) > max_age).is_some())
    }

    async fn headcount(&self, _: GuildId, _: Duration) -> Headcount {
        Headcount::default()
    }

    async fn lacking_of(
        &self,
        _: GuildId,
        _: ChannelId,
        _: MemberId,
        _: &[RoleId],
    ) -> Result<Vec<Permission>, ChannelError> {
        Ok(Vec::new())
    }

    async fn member_name(&self, _: GuildId, _: MemberId) -> Option<String> {
        None
    }

    async fn named_roles(&self, _: GuildId) -> Result<Vec<NamedRole>, ChannelError> {
        Ok(Vec::new())
    }

    async fn role_call(&self, _: GuildId, _: ChannelId, _: RoleId) -> Result<RoleCall, ChannelError> {
        Ok(RoleCall::Rings)
    }
}
