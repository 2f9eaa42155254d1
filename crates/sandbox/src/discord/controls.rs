//! What a test or the demo can break besides single requests: Discord as a whole, its gateway, its patience.

use std::{sync::PoisonError, time::Duration};

use super::{
    Discord,
    ids::ChannelId,
    outage::{CloudflareBan, GatewayDuringOutage, Heartbeats, Outage, Resumable, SessionStarts},
    ratelimit::Pace,
    sessions::{Gateway, Push},
    watch::Waited,
};

impl Discord {
    /// Starts or ends an outage.
    pub fn set_outage(&self, outage: Outage) {
        *self.shared.outage.lock().unwrap_or_else(PoisonError::into_inner) = outage;
        if matches!(outage, Outage::Rest { gateway: GatewayDuringOutage::Down, .. }) {
            self.drop_socket();
        }
    }

    /// Closes every gateway socket without a word. Sessions can be resumed.
    pub fn drop_socket(&self) {
        self.shared.gateway(|gateway| gateway.push(&Push::Drop));
    }

    /// Asks every client to reconnect and resume (op 7).
    pub fn request_reconnect(&self) {
        self.shared.gateway(|gateway| gateway.push(&Push::Reconnect));
    }

    /// Calls every session invalid (op 9).
    pub fn invalidate_session(&self, resumable: Resumable) {
        self.shared.gateway(|gateway| gateway.invalidate(resumable));
    }

    /// Closes every gateway socket with one of Discord's codes, such as 4014.
    pub fn close_gateway(&self, code: u16) {
        self.shared.gateway(|gateway| gateway.push(&Push::Close(code)));
    }

    /// Whether heartbeats are answered from now on.
    pub fn set_heartbeats(&self, heartbeats: Heartbeats) {
        self.shared.gateway(|gateway| gateway.heartbeats = heartbeats);
    }

    /// How often clients that connect from now on must send a heartbeat.
    pub fn set_heartbeat_interval(&self, interval: Duration) {
        self.shared.gateway(|gateway| gateway.heartbeat_interval = interval);
    }

    /// How many sockets have identified or resumed and are open.
    pub fn connected_sessions(&self) -> usize {
        self.shared.read_gateway(Gateway::connected)
    }

    /// How often a client identified, and how often it resumed.
    pub fn session_starts(&self) -> SessionStarts {
        self.shared.read_gateway(|gateway| gateway.starts)
    }

    /// Waits until the bot is connected to the gateway, at most so long.
    pub async fn wait_connected(&self, at_most: Duration) -> Result<(), Waited> {
        self.wait_for("a gateway session", at_most, |discord| discord.connected_sessions() > 0).await
    }

    /// Sets the pace of messages per channel; none takes any pace.
    pub fn set_channel_pace(&self, pace: Option<Pace>) {
        self.shared.limits(|limits| limits.per_channel = pace);
    }

    /// Sets the pace of all requests together; none takes any pace.
    pub fn set_global_pace(&self, pace: Option<Pace>) {
        self.shared.limits(|limits| limits.global = pace);
    }

    /// Shuts the bot out as Cloudflare does, with a 429 that is a page, or lets it in again.
    pub fn set_cloudflare_ban(&self, ban: CloudflareBan) {
        self.shared.limits(|limits| limits.is_banned = ban == CloudflareBan::On);
    }

    /// Whether a channel would take a message now without a 429.
    pub fn has_room(&self, channel: ChannelId) -> bool {
        self.shared.limits(|limits| limits.has_room(channel))
    }

    /// How many requests were answered 429, faults not counted.
    pub fn rate_limited_count(&self) -> usize {
        self.shared.limits(|limits| limits.refused)
    }
}
