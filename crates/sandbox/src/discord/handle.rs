//! The handle to the stand-in: starts it, and tells what a bot and a test need to know of it.

use std::{io, sync::Arc, time::Duration};

use tokio_util::sync::DropGuard;

use super::{
    gateway,
    ids::{ApplicationId, UserId},
    rest,
    setup::Setup,
    shared::Shared,
};
use crate::{
    clock::Clock,
    fault::Faults,
    http::{Server, Site},
    recorder::{Recorder, Service},
};

/// The stand-in; clones are the same one. It stops when the last clone is dropped.
#[derive(Clone, Debug)]
pub struct Discord {
    pub(super) shared: Arc<Shared>,
    server: Arc<Server>,
    _stop_on_drop: Arc<DropGuard>,
}

impl Discord {
    /// Starts the stand-in on free loopback ports.
    pub async fn start(setup: Setup) -> io::Result<Self> {
        let (listener, gateway_url) = gateway::bind().await?;
        let shared = Arc::new(Shared::new(setup, gateway_url));
        let site = Site {
            router: rest::router(shared.clone()),
            clock: shared.clock.clone(),
            faults: shared.faults.clone(),
            recorder: shared.recorder.clone(),
            service_of: |_| Service::Discord,
        };
        let server = Arc::new(Server::start(site).await?);
        gateway::serve(listener, shared.clone());
        let stop_on_drop = Arc::new(shared.stopping.clone().drop_guard());
        Ok(Self { shared, server, _stop_on_drop: stop_on_drop })
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
