//! How many requests Discord takes, and how many it has refused.

use crate::discord::{Discord, ids::ChannelId, outage::CloudflareBan, ratelimit::Pace};

/// The rate limits.
#[derive(Clone, Copy, Debug)]
pub struct RateLimitsHandle<'a> {
    discord: &'a Discord,
}

impl Discord {
    /// The rate limits.
    pub fn rate_limits(&self) -> RateLimitsHandle<'_> {
        RateLimitsHandle { discord: self }
    }
}

impl RateLimitsHandle<'_> {
    /// Sets the pace of messages per channel; none takes any pace.
    pub fn set_channel_pace(self, pace: Option<Pace>) {
        self.discord.shared.limits(|limits| limits.per_channel = pace);
    }

    /// Sets the pace of edits per channel; none, as at first, takes any pace and says nothing of it.
    pub fn set_edit_pace(self, pace: Option<Pace>) {
        self.discord.shared.limits(|limits| limits.edits_per_channel = pace);
    }

    /// Sets the pace of all requests together; none takes any pace.
    pub fn set_global_pace(self, pace: Option<Pace>) {
        self.discord.shared.limits(|limits| limits.global = pace);
    }

    /// Shuts the bot out as Cloudflare does, with a 429 that is a page, or lets it in again.
    pub fn set_cloudflare_ban(self, ban: CloudflareBan) {
        self.discord.shared.limits(|limits| limits.is_banned = ban == CloudflareBan::On);
    }

    /// Whether a channel would take a message now without a 429.
    pub fn has_room(self, channel: ChannelId) -> bool {
        self.discord.shared.limits(|limits| limits.has_room(channel))
    }

    /// How many requests were answered 429, faults not counted.
    pub fn refused(self) -> usize {
        self.discord.shared.limits(|limits| limits.refused)
    }
}
