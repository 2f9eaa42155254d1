//! What every part of the stand-in sees, and how a part waits for what another one changes.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use tokio::sync::watch as signal;
use tokio_util::sync::CancellationToken;

use super::{
    commands::Registry,
    ids::{ApplicationId, Snowflakes, UserId},
    outage::Outage,
    ratelimit::RateLimits,
    sessions::Gateway,
    setup::Setup,
    state::{Application, InvitedBy, State, User},
};
use crate::{clock::Clock, fault::Faults, recorder::Recorder};

/// What every part of the stand-in sees.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(super) state: Mutex<State>,
    gateway: Mutex<Gateway>,
    limits: Mutex<RateLimits>,
    pub(super) outage: Mutex<Outage>,
    /// Rises with every change, so that a waiting test looks again.
    changes: signal::Sender<u64>,
    pub(super) clock: Clock,
    pub(super) faults: Faults,
    pub(super) recorder: Recorder,
    pub(super) gateway_url: String,
    pub(super) stopping: CancellationToken,
}

impl Shared {
    pub(super) fn new(setup: Setup, gateway_url: String) -> Self {
        Self {
            state: Mutex::new(first_state(&setup)),
            gateway: Mutex::default(),
            limits: Mutex::default(),
            outage: Mutex::default(),
            changes: signal::Sender::new(0),
            clock: setup.clock,
            faults: setup.faults,
            recorder: setup.recorder,
            gateway_url,
            stopping: CancellationToken::new(),
        }
    }

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
            invited_by: InvitedBy::default(),
        },
        users: BTreeMap::from([(bot, user)]),
        guilds: BTreeMap::new(),
        channels: BTreeMap::new(),
        commands: Registry::default(),
        interactions: BTreeMap::new(),
        nonce_window: Duration::from_mins(3),
    }
}
