//! The handle to one workspace, which everything else here works on. What can be done, read and set there is reached from
//! it by subject, and stands in the file of that subject.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use super::neighbours::Neighbours;
use super::{settings::Settings, state::State, telling::Telling};
use crate::{clock::Clock, fault::Faults, recorder::Recorder};

/// A workspace and what is needed to serve it.
#[derive(Clone)]
pub struct Intercom {
    state: Arc<Mutex<State>>,
    /// Other workspaces that are asked for at the same address.
    pub(super) neighbours: Neighbours,
    pub(super) clock: Clock,
    faults: Faults,
    recorder: Recorder,
    pub(super) telling: Arc<Telling>,
}

impl Intercom {
    /// An empty workspace with one admin; chance (ids, faults) comes from the seed.
    pub fn new(clock: Clock, recorder: Recorder, seed: u64) -> Self {
        let state = State::new(seed, clock.unix_seconds());
        Self {
            state: Arc::new(Mutex::new(state)),
            neighbours: Neighbours::default(),
            clock,
            faults: Faults::seeded(seed),
            recorder,
            telling: Arc::default(),
        }
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

    pub(super) fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        work(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn set(&self, change: impl FnOnce(&mut Settings)) {
        self.with(|state| change(&mut state.settings));
    }

    pub(super) fn now(&self) -> i64 {
        self.clock.unix_seconds()
    }
}

impl fmt::Debug for Intercom {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Intercom").finish_non_exhaustive()
    }
}
