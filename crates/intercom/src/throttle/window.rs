//! The calls of the last minute, and how much room they leave.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use deskbell_domain::ids::{GuildId, MemberId};
use tokio::time::Instant;

use super::Caller;
use super::turn::{Ticket, Turn};

/// The span over which calls are counted.
pub(super) const WINDOW: Duration = Duration::from_mins(1);

/// A call that counts.
struct Counted {
    ticket: Ticket,
    begun: Instant,
    ended: Option<Instant>,
}

/// The calls that count: those that run, and those that ended less than a minute ago.
#[derive(Default)]
pub(super) struct Window {
    calls: VecDeque<Counted>,
}

impl Window {
    pub(super) fn begin(&mut self, ticket: Ticket, now: Instant) {
        self.calls.push_back(Counted { ticket, begun: now, ended: None });
    }

    pub(super) fn end(&mut self, ticket: Ticket, now: Instant) {
        if let Some(call) = self.calls.iter_mut().find(|call| call.ticket == ticket) {
            call.ended = Some(now);
        }
    }

    pub(super) fn forget_old(&mut self, now: Instant) {
        self.calls.retain(|call| call.ended.is_none_or(|ended| now.duration_since(ended) < WINDOW));
    }

    /// How many calls of these callers count.
    pub(super) fn count(&self, of: impl Fn(Caller) -> bool) -> u32 {
        let calls = self.calls.iter().filter(|call| of(call.ticket.caller)).count();
        u32::try_from(calls).unwrap_or(u32::MAX)
    }

    /// How many calls were begun within the last minute.
    pub(super) fn begun_lately(&self, now: Instant) -> u32 {
        let recent = self.calls.iter().filter(|call| now.duration_since(call.begun) < WINDOW).count();
        u32::try_from(recent).unwrap_or(u32::MAX)
    }

    pub(super) fn calls_of_people(&self) -> BTreeMap<MemberId, usize> {
        let mut calls = BTreeMap::new();
        for person in self.calls.iter().filter_map(|call| call.ticket.caller.person) {
            *calls.entry(person.member).or_insert(0) += 1;
        }
        calls
    }

    /// How many calls of each server's people count.
    pub(super) fn calls_of_servers(&self) -> BTreeMap<GuildId, u32> {
        let mut calls = BTreeMap::new();
        for person in self.calls.iter().filter_map(|call| call.ticket.caller.person) {
            *calls.entry(person.guild).or_insert(0) += 1;
        }
        calls
    }

    /// Whether fewer than `most` calls of these callers count now; else when the one ends whose end makes room.
    pub(super) fn room(&self, now: Instant, most: u32, of: impl Fn(Caller) -> bool) -> Turn {
        self.room_beside(0, now, most, |caller| usize::from(of(caller)))
    }

    /// The same, where a call counts as so many, and so many more count that have not begun.
    pub(super) fn room_beside(
        &self,
        waiting: usize,
        now: Instant,
        most: u32,
        weight: impl Fn(Caller) -> usize,
    ) -> Turn {
        let (mut ends, mut count) = (Vec::new(), waiting);
        for call in &self.calls {
            let weight = weight(call.ticket.caller);
            match call.ended {
                Some(ended) if now.duration_since(ended) >= WINDOW => continue,
                Some(ended) => ends.push((ended, weight)),
                None => {}
            }
            count += weight;
        }
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        if count < most {
            return Turn::Now;
        }
        ends.sort_unstable();
        for (ended, weight) in ends {
            count -= weight;
            if count < most {
                return Turn::At(ended + WINDOW);
            }
        }
        Turn::WhenChanged
    }
}
