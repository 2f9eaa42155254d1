//! A channel that a crowd can read gets cards without personal data, unless a person chose otherwise in so many words.
//! What cannot be found out counts as read by a crowd.
//!
//! Who reads a channel is looked up before each batch, from what is known, and every few minutes beside the batches,
//! where Discord is asked how many members have the roles: no post waits for that question, and a role that grows into
//! a crowd is found although nothing tells of it. When a channel comes to be read by a crowd, people are told once.
//!
//! News that a channel changed can be lost, so before a batch with personal data Discord is asked again where its last
//! word on the channel is older than ten minutes. Where it does not answer then, nobody knows who reads along, and the
//! cards come without personal data rather than late.

use std::time::Duration;

use deskbell_domain::channel::{Audience, ChannelView, Obstacle};
use deskbell_domain::crowd::Everybody;
use deskbell_domain::delivery::Nonce;
use deskbell_domain::ids::GuildId;
use deskbell_domain::port::channels::ChannelError;
use deskbell_domain::port::messenger::PostOutcome;
use deskbell_domain::service::audience as service;
use deskbell_domain::subscription::Subscription;
use deskbell_text::announcement::{Opened, became_public_notice};
use tokio::time::Instant;

use super::consumer::Consumer;
use super::handle::ChannelHandle;
use super::notice_right::{NoticeRight, Subject};
use super::one_off::{OneOffMessage, Purpose};
use crate::deliver::parts::Shared;

/// How long Discord's last word on a channel holds, if no news of a change comes: also while Discord does not answer.
const ANSWER_HOLDS: Duration = Duration::from_mins(10);
/// How often it is looked up who reads a channel, whether something is posted there or not.
const LOOK_EVERY: Duration = Duration::from_mins(5);
/// How old sizes of roles may be at such a look; a little less, so that the channels of a server share one answer.
const SIZES_AT_MOST: Duration = Duration::from_mins(4);
/// After how long it is looked up again where something changed, where it could not be told, or where Discord did not
/// tell the sizes: it may in a moment, and then nobody needs to be told.
const LOOK_AGAIN_AFTER: Duration = Duration::from_secs(30);

/// Whether cards leave personal data out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Privacy {
    /// They show what the subscription asks for.
    AsChosen,
    /// They show nothing personal.
    Private,
}

/// What a worker knows of who can read its channel.
#[derive(Debug, Default)]
pub(crate) struct AudienceWatch {
    recent: Option<(Audience, Instant)>,
    /// Whether Discord last said that there is no such channel.
    is_gone: bool,
    /// What people were last told, or did not need to be told.
    told: Option<Audience>,
    /// Since when Discord has not told how many the readers are.
    unknown_since: Option<Instant>,
    /// When it is to be looked up next; none where it never was.
    next_look: Option<Instant>,
    /// Whether that is its turn among all channels.
    has_turn: bool,
}

impl AudienceWatch {
    /// It may have changed: the last answer does not hold any more.
    pub(crate) fn forget(&mut self) {
        self.recent = None;
        self.look_soon();
    }

    /// Whether Discord has told who reads the channel: nobody knows after an outage, nor while it does not tell how many
    /// have a role.
    pub(crate) fn is_known(&self) -> bool {
        let now = Instant::now();
        let told = self.recent.filter(|(_, at)| now < *at + ANSWER_HOLDS);
        told.is_some_and(|(audience, _)| audience != Audience::Crowd(None))
    }

    /// Whether there is no such channel any more: nobody reads it.
    pub(crate) fn is_gone(&self) -> bool {
        self.is_gone
    }

    /// When it is to be looked up next.
    pub(crate) fn next_look(&self) -> Option<Instant> {
        self.next_look
    }

    /// It is looked up in a moment.
    pub(crate) fn look_soon(&mut self) {
        let soon = Instant::now() + LOOK_AGAIN_AFTER;
        self.next_look = Some(self.next_look.map_or(soon, |next| next.min(soon)));
    }

    /// Whether a batch for a subscription must leave personal data out now.
    pub(crate) async fn privacy(
        &mut self,
        shared: &Shared,
        handle: &ChannelHandle,
        subscription: &Subscription,
    ) -> Privacy {
        if !subscription.depends_on_audience() {
            return Privacy::AsChosen;
        }
        if shared.parts.channels.forget_older_than(subscription.guild, handle.channel, ANSWER_HOLDS) > 0 {
            self.recent = None;
        }
        let audience = self.known(shared, handle, subscription.guild).await;
        if subscription.is_held_back_from(audience) { Privacy::Private } else { Privacy::AsChosen }
    }

    /// Notes who can read the channel as soon as it has a notification that would show personal data, so that people
    /// are told of a crowd that comes before anything was posted there. One that people were told of before can wait a
    /// moment: just after the start much else is asked.
    pub(crate) async fn note_at_first(
        &mut self,
        shared: &Shared,
        handle: &ChannelHandle,
        consumers: &[Consumer],
    ) {
        let Some(guild) = shows_personal_data(consumers) else { return };
        if self.next_look.is_some() {
            return;
        }
        let now = shared.parts.clock.now();
        match service::told(&*shared.parts.short_lived, &shared.home(guild), handle.channel, now).await {
            Some(_) => self.look_soon(),
            None => self.look_in_turn(shared, handle, guild).await,
        }
    }

    /// Who reads the channel, as far as it is known.
    async fn known(&mut self, shared: &Shared, handle: &ChannelHandle, guild: GuildId) -> Audience {
        let (channels, access) = (&*shared.parts.channels, &*shared.parts.access);
        let view = service::view(channels, access, &shared.home(guild), handle.channel).await;
        self.judge(shared, handle, view).await
    }

    /// Looks it up, or notes when its turn is where other channels go first.
    pub(crate) async fn look_in_turn(&mut self, shared: &Shared, handle: &ChannelHandle, guild: GuildId) {
        let now = Instant::now();
        if !std::mem::take(&mut self.has_turn) {
            let turn = shared.parts.pace.turn_to_look(now);
            if turn > now {
                (self.next_look, self.has_turn) = (Some(turn), true);
                return;
            }
        }
        self.look(shared, handle, guild).await;
    }

    /// Who reads the channel, with sizes asked for anew where it depends on them.
    async fn look(&mut self, shared: &Shared, handle: &ChannelHandle, guild: GuildId) {
        self.next_look = Some(Instant::now() + LOOK_EVERY);
        let (channels, access) = (&*shared.parts.channels, &*shared.parts.access);
        let home = shared.home(guild);
        let mut view = service::view(channels, access, &home, handle.channel).await;
        if view.as_ref().is_ok_and(|view| view.audience != Audience::Everyone) {
            channels.headcount(guild, SIZES_AT_MOST).await;
            view = service::view(channels, access, &home, handle.channel).await;
        }
        self.judge(shared, handle, view).await;
    }

    async fn judge(
        &mut self,
        shared: &Shared,
        handle: &ChannelHandle,
        view: Result<ChannelView, ChannelError>,
    ) -> Audience {
        let now = Instant::now();
        self.is_gone = matches!(view, Err(ChannelError::Closed(Obstacle::ChannelGone)));
        match view {
            Ok(view) => {
                self.recent = Some((view.audience, now));
                self.tell(shared, handle, &view).await;
                view.audience
            }
            Err(ChannelError::Unavailable) => match self.recent {
                Some((audience, at)) if now < at + ANSWER_HOLDS => audience,
                _ => Audience::Everyone,
            },
            Err(_) => Audience::Everyone,
        }
    }

    /// Tells people once when a crowd came to read the channel. What was last told outlives a restart.
    async fn tell(&mut self, shared: &Shared, handle: &ChannelHandle, view: &ChannelView) {
        let parts = &shared.parts;
        if self.told.is_none() {
            let (home, now) = (shared.home(view.guild), parts.clock.now());
            self.told = service::told(&*parts.short_lived, &home, handle.channel, now).await;
        }
        if view.audience != Audience::Crowd(None) {
            self.unknown_since = None;
        }
        let is_told = self.told.is_some_and(|told| told.is_public() == view.audience.is_public());
        if is_told {
            return;
        }
        if !view.audience.is_public() {
            return self.was_told(shared, handle, view.audience).await;
        }
        if self.may_pass(view.audience) || handle.notices.claim(Subject::Audience) == NoticeRight::Spent {
            return self.look_soon();
        }
        let opened = opened(shared, view).await;
        let message = became_public_notice(handle.channel, view.audience, opened);
        // The same nonce for the same channel: repeated within minutes, the notice still stands there once.
        let nonce = Nonce::of_notice(handle.channel.0);
        handle.send(OneOffMessage { message, nonce, purpose: Purpose::AudienceTold(view.audience) });
    }

    /// Whether Discord may yet tell how many the readers are.
    fn may_pass(&mut self, audience: Audience) -> bool {
        let now = Instant::now();
        let since = *self.unknown_since.get_or_insert(now);
        audience == Audience::Crowd(None) && now < since + LOOK_AGAIN_AFTER
    }

    /// The notice was posted, or cannot be. Otherwise it is handed in again soon.
    pub(crate) async fn notice_ended(
        &mut self,
        shared: &Shared,
        handle: &ChannelHandle,
        audience: Audience,
        outcome: &PostOutcome,
    ) {
        match outcome {
            PostOutcome::Posted { .. } | PostOutcome::Refused { .. } => {
                self.was_told(shared, handle, audience).await;
            }
            // It cannot be posted there now: the next look asks again, and asking sooner would only be refused again.
            PostOutcome::Closed(_) | PostOutcome::Unexplained { .. } => {
                handle.notices.give_back(Subject::Audience);
            }
            _ => {
                handle.notices.give_back(Subject::Audience);
                self.look_soon();
            }
        }
    }

    /// Failing to remember it costs a second notice after a restart at worst, so nothing waits for it.
    async fn was_told(&mut self, shared: &Shared, handle: &ChannelHandle, audience: Audience) {
        self.told = Some(audience);
        let Some(guild) = handle.guild() else { return };
        let (home, now) = (shared.home(guild), shared.parts.clock.now());
        let short_lived = &*shared.parts.short_lived;
        let kept = service::remember_told(short_lived, &home, handle.channel, audience, now).await;
        if let Err(error) = kept {
            tracing::warn!(channel.id = handle.channel.0, %error, "a channel's audience was not remembered");
        }
    }
}

async fn opened(shared: &Shared, view: &ChannelView) -> Opened {
    if view.audience != Audience::Everyone {
        return Opened::ByItsReaders;
    }
    let access = shared.parts.access.access(&shared.home(view.guild)).await.ok();
    match access.and_then(|access| access.team) {
        Some(answer) if answer.everybody == Everybody::Outgrown => Opened::ByTheServersGrowth,
        _ => Opened::ByItsReaders,
    }
}

/// The server of a notification that would show personal data, if the channel has one that runs.
pub(crate) fn shows_personal_data(consumers: &[Consumer]) -> Option<GuildId> {
    let shows = |consumer: &&Consumer| consumer.is_serving() && consumer.subscription.depends_on_audience();
    consumers.iter().find(shows).map(|consumer| consumer.subscription.guild)
}
