//! The handle to the stand-in: starts it, and holds what it shares with a test. What can be made, read and broken in it
//! is reached from here by subject, and stands in the file of that subject.

use std::{io, sync::Arc};

use tokio_util::sync::DropGuard;

use super::{gateway, rest, setup::Setup, shared::Shared};
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
            service_of: |_, _| Service::Discord,
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
}
