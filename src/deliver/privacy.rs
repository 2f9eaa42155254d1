//! A channel that everyone can read gets cards without personal data, unless a person chose otherwise in so many
//! words. What cannot be found out counts as public.

use std::time::Duration;

use deskbell_desk::announcement::{Announcement, became_public_notice};
use deskbell_desk::channel::Audience;
use deskbell_desk::delivery::Nonce;
use deskbell_desk::ids::GuildId;
use deskbell_desk::port::channels::ChannelError;
use deskbell_desk::subscription::{Detail, PublicChoice, Subscription};
use deskbell_desk::time::UnixMillis;
use tokio::time::Instant;

use super::door::NoticeRight;
use super::errand::{Errand, Purpose};
use super::lane::{Lane, Seat};

/// How long the last answer holds while Discord gives none, and no news that something changed.
const ANSWER_HOLDS: Duration = Duration::from_mins(10);
/// How long the audience that was last told is remembered.
const REMEMBERED_MS: i64 = 400 * 24 * 3600 * 1000;

/// Whether cards leave personal data out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Privacy {
    /// They show what the subscription asks for.
    AsChosen,
    /// They show nothing personal.
    Private,
}

/// What a lane knows of who can read its channel.
#[derive(Debug, Default)]
pub(super) struct AudienceMemory {
    recent: Option<(Audience, Instant)>,
    /// What people were last told, or did not need to be told.
    told: Option<Audience>,
}

impl AudienceMemory {
    /// It may have changed: the last answer does not hold any more.
    pub(super) fn forget(&mut self) {
        self.recent = None;
    }
}

impl Lane {
    /// Whether a batch for a subscription must leave personal data out now.
    pub(super) async fn privacy(&mut self, subscription: &Subscription) -> Privacy {
        let chosen = subscription.public == PublicChoice::Everything;
        if chosen || subscription.detail == Detail::Private {
            return Privacy::AsChosen;
        }
        match self.audience(subscription.guild).await {
            Audience::Everyone => Privacy::Private,
            Audience::Some => Privacy::AsChosen,
        }
    }

    /// Notes who can read the channel as soon as it has a notification that would show personal data, so that people
    /// are told of a channel that becomes public before anything was posted there.
    pub(super) async fn note_audience_at_first(&mut self) {
        let shows = |seat: &&Seat| {
            let one = &seat.subscription;
            seat.is_serving() && one.detail != Detail::Private && one.public != PublicChoice::Everything
        };
        let Some(guild) = self.seats.iter().find(shows).map(|seat| seat.subscription.guild) else { return };
        if self.audience.told.is_none() && self.audience_told_before().await.is_none() {
            self.audience(guild).await;
        }
    }

    async fn audience(&mut self, guild: GuildId) -> Audience {
        let now = Instant::now();
        match self.shared.parts.channels.view(guild, self.door.channel).await {
            Ok(view) => {
                self.audience.recent = Some((view.audience, now));
                self.tell_audience(view.audience).await;
                view.audience
            }
            Err(ChannelError::Unavailable) => match self.audience.recent {
                Some((audience, at)) if now < at + ANSWER_HOLDS => audience,
                _ => Audience::Everyone,
            },
            Err(_) => Audience::Everyone,
        }
    }

    /// Posts one notice when a channel became readable to everyone. What was last told outlives a restart.
    async fn tell_audience(&mut self, audience: Audience) {
        let told = match self.audience.told {
            Some(told) => Some(told),
            None => self.audience_told_before().await,
        };
        if told == Some(audience) {
            self.audience.told = told;
            return;
        }
        if told == Some(Audience::Some) {
            if self.door.claim_notice() == NoticeRight::Spent {
                return;
            }
            let notice = became_public_notice(&(self.shared.parts.mention)("notify add"));
            self.hand_in_notice(notice);
        }
        self.audience.told = Some(audience);
        self.remember_audience(audience).await;
    }

    pub(super) fn hand_in_notice(&self, message: Announcement) {
        let nonce = Nonce::of_notice(self.shared.parts.random.number());
        self.door.hand_in(Errand { message, nonce, purpose: Purpose::Notice });
    }

    async fn audience_told_before(&self) -> Option<Audience> {
        let now = self.shared.parts.clock.now();
        let kept = self.shared.parts.settings.kept(&self.audience_key(), now).await.ok().flatten()?;
        serde_json::from_str(&kept).ok()
    }

    /// Failing to remember it costs a second notice after a restart at worst, so nothing waits for it.
    async fn remember_audience(&self, audience: Audience) {
        let Ok(text) = serde_json::to_string(&audience) else { return };
        let until = UnixMillis(self.shared.parts.clock.now().0 + REMEMBERED_MS);
        let kept = self.shared.parts.settings.keep(&self.audience_key(), &text, until).await;
        if let Err(error) = self.shared.wrote(kept) {
            tracing::warn!(channel.id = self.door.channel.0, %error, "a channel's audience was not remembered");
        }
    }

    fn audience_key(&self) -> String {
        format!("audience:{}", self.door.channel)
    }
}
