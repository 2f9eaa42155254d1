//! The stand-in for Discord: REST and gateway over state that tests and the demo can see and change.
//!
//! [`Discord`] is a cheap handle. The bot is given [`Discord::url`] in place of `https://discord.com` and gets everything else
//! from there, the gateway's address too. Tests make servers, channels, roles and people ([`world`]), act as people
//! ([`actors`]), read what was posted ([`watch`]), and break things: faults of the HTTP layer, outages, lost sockets, invalid
//! sessions ([`outage`]). Bodies, permissions, nonces and pace are judged by Discord's rules; answers satisfy both Discord's
//! official description and serenity's models. Not there: direct messages, reactions, uploads by people, Components V2,
//! and gateway events about messages (the bot never asks for them).

pub mod actors;
mod commands;
mod compose;
mod error;
mod existence;
mod gateway;
pub mod ids;
mod interaction;
mod message;
pub mod outage;
pub mod permissions;
mod ratelimit;
mod render;
mod rest;
mod state;
mod validate;
pub mod watch;
mod wire;
pub mod world;

use std::{
    collections::BTreeMap,
    io,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use tokio::sync::watch as signal;
use tokio_util::sync::{CancellationToken, DropGuard};

use self::{
    commands::Registry,
    gateway::Gateway,
    ids::{ApplicationId, Snowflakes, UserId},
    outage::Outage,
    ratelimit::RateLimits,
    state::{Application, State, User},
};
pub use self::{
    existence::Existence,
    interaction::{Ack, AckKind, Choice},
    message::{Attachment, Message, Pings},
    ratelimit::Pace,
    state::{ChannelKind, Lock, RoleSize},
};
use crate::{
    clock::Clock,
    fault::Faults,
    http::{Server, Site},
    recorder::{Recorder, Service},
};

/// How the stand-in is set up.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The token that the bot must show.
    pub token: String,
    /// The bot's name.
    pub bot_name: String,
    /// Tells the time of messages and ids.
    pub clock: Clock,
    /// What goes wrong in HTTP.
    pub faults: Faults,
    /// Where exchanges are kept.
    pub recorder: Recorder,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            token: "sandbox.bot.token".to_owned(),
            bot_name: "Deskbell".to_owned(),
            clock: Clock::system(),
            faults: Faults::default(),
            recorder: Recorder::in_memory(),
        }
    }
}

/// The stand-in; clones are the same one. It stops when the last clone is dropped.
#[derive(Clone, Debug)]
pub struct Discord {
    shared: Arc<Shared>,
    server: Arc<Server>,
    _stop_on_drop: Arc<DropGuard>,
}

/// What every part of the stand-in sees.
#[derive(Debug)]
pub(crate) struct Shared {
    state: Mutex<State>,
    gateway: Mutex<Gateway>,
    limits: Mutex<RateLimits>,
    outage: Mutex<Outage>,
    /// Rises with every change, so that a waiting test looks again.
    changes: signal::Sender<u64>,
    clock: Clock,
    faults: Faults,
    recorder: Recorder,
    gateway_url: String,
    stopping: CancellationToken,
}

impl Discord {
    /// Starts the stand-in on free loopback ports.
    pub async fn start(setup: Setup) -> io::Result<Self> {
        let (listener, gateway_url) = gateway::bind().await?;
        let stopping = CancellationToken::new();
        let shared = Arc::new(Shared {
            state: Mutex::new(first_state(&setup)),
            gateway: Mutex::default(),
            limits: Mutex::default(),
            outage: Mutex::default(),
            changes: signal::Sender::new(0),
            clock: setup.clock.clone(),
            faults: setup.faults.clone(),
            recorder: setup.recorder.clone(),
            gateway_url,
            stopping: stopping.clone(),
        });
        let site = Site {
            router: rest::router(shared.clone()),
            clock: setup.clock,
            faults: setup.faults,
            recorder: setup.recorder,
            service_of: |_| Service::Discord,
        };
        let server = Arc::new(Server::start(site).await?);
        gateway::serve(listener, shared.clone());
        Ok(Self { shared, server, _stop_on_drop: Arc::new(stopping.drop_guard()) })
    }

    /// Stands in for `https://discord.com`: paths arrive as `/api/v10/…`.
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// Where the gateway listens.
    pub fn gateway_url(&self) -> String {
        self.shared.gateway_url.clone()
    }

    /// The token that the bot must show.
    pub fn token(&self) -> String {
        self.shared.read(|state| state.application.token.clone())
    }

    /// The bot's user.
    pub fn bot(&self) -> UserId {
        self.shared.read(|state| state.application.bot)
    }

    /// The application that the bot belongs to.
    pub fn application(&self) -> ApplicationId {
        self.shared.read(|state| state.application.id)
    }

    /// The clock that messages and ids follow.
    pub fn clock(&self) -> &Clock {
        &self.shared.clock
    }

    /// What goes wrong in HTTP.
    pub fn faults(&self) -> &Faults {
        &self.shared.faults
    }

    /// What was asked over HTTP.
    pub fn recorder(&self) -> &Recorder {
        &self.shared.recorder
    }

    /// How often a whole list of commands was registered.
    pub fn command_puts(&self) -> usize {
        self.shared.read(|state| state.commands.puts)
    }

    /// The global commands as Discord answers them.
    pub fn global_commands(&self) -> Vec<serde_json::Value> {
        self.shared
            .read(|state| state.commands.list(None).iter().map(|command| command.body.clone()).collect())
    }

    /// For how long a nonce is remembered.
    pub fn set_nonce_window(&self, window: Duration) {
        self.shared.write(|state| state.nonce_window = window);
    }

    /// Makes another token the right one, as a reset in the developer portal does.
    pub fn reset_token(&self, token: &str) {
        self.shared.write(|state| token.clone_into(&mut state.application.token));
    }
}

impl Shared {
    pub(crate) fn read<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes the state and wakes whoever waits for a change.
    pub(crate) fn write<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let result = change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
        self.changes.send_modify(|count| *count += 1);
        result
    }

    /// Works on the gateway and wakes whoever waits for a change.
    pub(crate) fn gateway<T>(&self, work: impl FnOnce(&mut Gateway) -> T) -> T {
        let result = work(&mut self.gateway.lock().unwrap_or_else(PoisonError::into_inner));
        self.changes.send_modify(|count| *count += 1);
        result
    }

    pub(crate) fn read_gateway<T>(&self, look: impl FnOnce(&Gateway) -> T) -> T {
        look(&self.gateway.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn limits<T>(&self, work: impl FnOnce(&mut RateLimits) -> T) -> T {
        work(&mut self.limits.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn outage(&self) -> Outage {
        *self.outage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.clock.unix_millis()).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// Looks after every change until the probe finds something, at most so long.
    pub(crate) async fn wait_until<T>(
        &self,
        at_most: Duration,
        mut probe: impl FnMut(&Shared) -> Option<T>,
    ) -> Option<T> {
        let mut changes = self.changes.subscribe();
        let search = async {
            loop {
                changes.borrow_and_update();
                if let Some(found) = probe(self) {
                    return Some(found);
                }
                changes.changed().await.ok()?;
            }
        };
        tokio::time::timeout(at_most, search).await.ok().flatten()
    }
}

fn first_state(setup: &Setup) -> State {
    let now = Timestamp::from_millisecond(setup.clock.unix_millis()).unwrap_or(Timestamp::UNIX_EPOCH);
    let mut snowflakes = Snowflakes::default();
    let application = ApplicationId::new(snowflakes.next(now));
    // Of today's applications the bot's user has the application's own number.
    let bot = UserId::new(application.get());
    let user = User { id: bot, name: setup.bot_name.clone(), is_bot: true };
    State {
        snowflakes,
        application: Application {
            id: application,
            name: setup.bot_name.clone(),
            token: setup.token.clone(),
            bot,
        },
        users: BTreeMap::from([(bot, user)]),
        guilds: BTreeMap::new(),
        channels: BTreeMap::new(),
        commands: Registry::default(),
        interactions: BTreeMap::new(),
        nonce_window: Duration::from_mins(3),
    }
}

#[cfg(test)]
mod tests;
