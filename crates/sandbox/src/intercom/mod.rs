//! The stand-in for Intercom: a workspace with a memory, behind a REST API.
//!
//! [`Intercom`] is a handle to one workspace. Tests and the demo act in it (a lead writes, a page is visited, a tag is put
//! on, see `acts`), and [`Intercom::serve`] lets a client ask for it over HTTP, shaped as Intercom's own description of the
//! API says. Both ways of matching dates are served: by calendar day in the workspace's time zone up to version 2.16, by
//! second from 2.17 on. What is not documented is chosen once and said where it is done. Clones share one workspace.

mod acts;
mod answer;
mod companies;
mod contact;
mod contacts;
mod conversation;
mod conversations;
mod gate;
mod ids;
mod page;
mod refusal;
mod request;
mod routes;
mod search;
mod settings;
mod state;
mod tags;
mod version;
mod wire;
mod workspace;

use std::{
    fmt, io,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use axum::http::HeaderMap;

pub use self::{
    acts::UnknownRecord,
    contact::{AppliedTag, Contact, Location, NewContact, PastFields, Role},
    conversation::{Author, Conversation, ConversationState, DeliveredAs, Kind, NewConversation, Part},
    ids::{AdminId, CompanyId, ContactId, ConversationId, TagId},
    settings::{
        Access, AttachEffect, AvatarShape, Blanks, CompanyLookUp, IdShape, LegacyApi, ListShape, Malformed,
        MeShape, Oddities, OwnerShape, Paths, RateLimit, RetryAfter, TimeShape,
    },
    state::{Admin, Company, NewCompany},
    version::ApiVersion,
};
use self::{settings::Settings, state::State};
use crate::{
    clock::Clock,
    fault::Faults,
    http::{Server, Site},
    recorder::{Recorder, Service},
};

/// A workspace and what is needed to serve it.
#[derive(Clone)]
pub struct Intercom {
    state: Arc<Mutex<State>>,
    clock: Clock,
    faults: Faults,
    recorder: Recorder,
}

impl Intercom {
    /// An empty workspace with one admin; chance (ids, faults) comes from the seed.
    pub fn new(clock: Clock, recorder: Recorder, seed: u64) -> Self {
        let state = State::new(seed, clock.unix_seconds());
        Self { state: Arc::new(Mutex::new(state)), clock, faults: Faults::seeded(seed), recorder }
    }

    /// Serves the workspace on a free loopback port.
    pub async fn serve(&self) -> io::Result<Server> {
        Server::start(self.site()).await
    }

    /// Serves the workspace on a given address.
    pub async fn serve_on(&self, addr: SocketAddr) -> io::Result<Server> {
        Server::start_on(addr, self.site()).await
    }

    /// What goes wrong between a client and this workspace.
    pub fn faults(&self) -> &Faults {
        &self.faults
    }

    /// What clients asked and were answered.
    pub fn recorder(&self) -> &Recorder {
        &self.recorder
    }

    /// The time of this workspace.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    fn site(&self) -> Site {
        Site {
            router: routes::router(self.clone()),
            clock: self.clock.clone(),
            faults: self.faults.clone(),
            recorder: self.recorder.clone(),
            service_of: service,
        }
    }

    fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        work(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn set(&self, change: impl FnOnce(&mut Settings)) {
        self.with(|state| change(&mut state.settings));
    }

    fn now(&self) -> i64 {
        self.clock.unix_seconds()
    }
}

impl fmt::Debug for Intercom {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Intercom").finish_non_exhaustive()
    }
}

fn service(headers: &HeaderMap) -> Service {
    match version::requested(headers) {
        Some(text) if text.starts_with("1.") => Service::IntercomLegacy,
        _ => Service::Intercom,
    }
}

#[cfg(test)]
mod tests;
