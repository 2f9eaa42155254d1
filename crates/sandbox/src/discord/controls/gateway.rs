//! The gateway as a test or the demo sees it, and what can go wrong with its sockets and sessions.

use std::{collections::BTreeSet, time::Duration};

use crate::discord::{
    Discord,
    outage::{Heartbeats, Resumable, SessionStarts},
    sessions::{Gateway, Push},
    watch::Waited,
};

/// The gateway.
#[derive(Clone, Copy, Debug)]
pub struct GatewayHandle<'a> {
    discord: &'a Discord,
}

impl Discord {
    /// The gateway: who is connected, and what goes wrong with it.
    pub fn gateway(&self) -> GatewayHandle<'_> {
        GatewayHandle { discord: self }
    }
}

impl GatewayHandle<'_> {
    /// Where the gateway listens.
    pub fn url(self) -> String {
        self.discord.shared.gateway_url.clone()
    }

    /// Closes every gateway socket without a word. Sessions can be resumed.
    pub fn drop_socket(self) {
        self.discord.shared.gateway(|gateway| gateway.push(&Push::Drop));
    }

    /// Closes the socket of one shard without a word.
    pub fn drop_shard(self, shard: u64) {
        self.discord.shared.gateway(|gateway| gateway.push_to(shard, &Push::Drop));
    }

    /// Bots are to connect over so many shards from now on, so many of them at once; without that it is one, which may
    /// begin its session as often as a story restarts the bot.
    pub fn ask_for_shards(self, shards: u64, at_once: u64) {
        self.discord.shared.gateway(|gateway| gateway.plan.ask_for(shards, at_once));
    }

    /// A shard may have no more servers than that, in place of Discord's 2,500.
    pub fn set_most_guilds(self, most: usize) {
        self.discord.shared.gateway(|gateway| gateway.plan.set_most_guilds(most));
    }

    /// Only so many sessions may begin for so long.
    pub fn leave_session_starts(self, left: u32, renewed_in: Duration) {
        self.discord.shared.gateway(|gateway| gateway.plan.leave(left, renewed_in));
    }

    /// Asks every client to reconnect and resume (op 7).
    pub fn request_reconnect(self) {
        self.discord.shared.gateway(|gateway| gateway.push(&Push::Reconnect));
    }

    /// Calls every session invalid (op 9).
    pub fn invalidate_session(self, resumable: Resumable) {
        self.discord.shared.gateway(|gateway| gateway.invalidate(resumable));
    }

    /// Closes every gateway socket with one of Discord's codes, such as 4014.
    pub fn close(self, code: u16) {
        self.discord.shared.gateway(|gateway| gateway.push(&Push::Close(code)));
    }

    /// Whether heartbeats are answered from now on.
    pub fn set_heartbeats(self, heartbeats: Heartbeats) {
        self.discord.shared.gateway(|gateway| gateway.heartbeats = heartbeats);
    }

    /// How often clients that connect from now on must send a heartbeat.
    pub fn set_heartbeat_interval(self, interval: Duration) {
        self.discord.shared.gateway(|gateway| gateway.heartbeat_interval = interval);
    }

    /// How many sockets have identified or resumed and are open.
    pub fn connected_sessions(self) -> usize {
        self.discord.shared.read_gateway(Gateway::connected)
    }

    /// The shards that are connected.
    pub fn connected_shards(self) -> BTreeSet<u64> {
        self.discord.shared.read_gateway(Gateway::connected_shards)
    }

    /// How often a client identified, and how often it resumed.
    pub fn session_starts(self) -> SessionStarts {
        self.discord.shared.read_gateway(|gateway| gateway.starts)
    }

    /// Waits until the bot is connected to the gateway, at most so long.
    pub async fn wait_connected(self, at_most: Duration) -> Result<(), Waited> {
        self.discord
            .wait_for("a gateway session", at_most, |discord| discord.gateway().connected_sessions() > 0)
            .await
    }
}
