//! A conversation through time: its states, and since when the search shows each.

use deskbell_domain::conversation::{Answer, Conversation, Holder, Start, State, Thread};
use deskbell_domain::time::{Timestamp, UnixMillis};

use super::desk::{Deed, Desk, Doing, move_on, standing};
use super::waits::Waits;
use crate::time::SECOND;

/// How the search gives a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    /// As it is.
    Whole,
    /// So that nothing of it can be read but its id and its times.
    Bare,
    /// Not at all: every page that it would stand on fails.
    Impossible,
}

/// A state of a conversation.
#[derive(Debug, Clone)]
pub(crate) struct Turn {
    /// The record.
    pub(crate) conversation: Conversation,
    /// Since when the search shows it.
    pub(crate) shown_from: UnixMillis,
}

impl Turn {
    /// When it came about, by Intercom's time.
    pub(crate) fn at(&self) -> Timestamp {
        self.conversation.updated_at
    }
}

/// A conversation through time.
#[derive(Debug)]
pub(crate) struct Talk {
    /// Its states, oldest first; never empty.
    pub(crate) turns: Vec<Turn>,
    /// How the search gives it.
    pub(crate) reading: Reading,
    /// What the search tells of an answer to a bot.
    pub(crate) answer: Telling,
    /// What was said and done in it.
    pub(crate) desk: Desk,
    /// Who waited in it.
    pub(crate) waits: Waits,
    /// How it stood since when, oldest first; nothing before it was first moved.
    pub(crate) stood: Vec<Standing>,
}

/// Who had a conversation since when, and whether it was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) since: UnixMillis,
    pub(crate) admin: Option<String>,
    pub(crate) state: State,
}

/// Whether the search tells when a customer answered a bot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Telling {
    Told,
    Untold,
}

impl Talk {
    /// Its last state.
    pub(crate) fn last(&self) -> &Turn {
        &self.turns[self.turns.len() - 1]
    }

    fn state(&self) -> State {
        self.last().conversation.now.as_ref().map_or(State::Open, |now| now.state)
    }

    /// The state in which a customer had spoken first.
    pub(crate) fn spoken(&self) -> Option<(&Turn, Timestamp)> {
        self.turns.iter().find_map(|turn| Some((turn, turn.conversation.customer_spoke_at()?)))
    }

    /// How it stood at any time from then on.
    pub(crate) fn stood_since(&self, from: UnixMillis) -> Vec<Standing> {
        let first = &self.turns[0].conversation;
        let began = Standing { since: UnixMillis(0), admin: first.admin_id.clone(), state: State::Open };
        let mut all: Vec<_> = std::iter::once(began).chain(self.stood.iter().cloned()).collect();
        let before = all.iter().rposition(|one| one.since <= from).unwrap_or(0);
        all.split_off(before)
    }

    /// Since when whoever has it has it.
    pub(crate) fn held_from(&self) -> UnixMillis {
        let all = self.stood_since(UnixMillis(0));
        let last = all.last().map(|last| last.admin.clone());
        let theirs = all.iter().rev().take_while(|one| Some(&one.admin) == last.as_ref());
        theirs.last().map_or(UnixMillis(0), |first| first.since)
    }

    /// As the search shows it.
    pub(super) fn shown(&self, now: UnixMillis) -> Option<Conversation> {
        let turn = self.turns.iter().rev().find(|turn| turn.shown_from <= now)?;
        let mut shown = turn.conversation.clone();
        if matches!(shown.start, Start::Bot(_)) && self.answer == Telling::Untold {
            shown.start = Start::Bot(Answer::Untold);
        }
        Some(shown)
    }

    /// As Intercom gives it by itself.
    pub(crate) fn thread(&self, now: UnixMillis) -> Thread {
        let there = self.desk.said.iter().filter(|said| said.there_from <= now);
        let mut parts: Vec<_> = there.map(|said| said.part.clone()).collect();
        parts.sort_by_key(|part| (part.at, part.id.as_str().len(), part.id.as_str().to_owned()));
        let asks_for_the_team = self.desk.asks;
        let mut conversation = self.last().conversation.clone();
        // Whoever has it is told of one that has not moved yet, too.
        let _known = standing(&mut conversation);
        let bot_took_part = self.desk.bot_took_part;
        Thread { asks_for_the_team, bot_took_part, ..Thread::whole(conversation, parts) }
    }

    /// The first state whose reading must show what was so since then, and there from then on.
    pub(crate) fn shows(&self, since: Timestamp, there_from: UnixMillis) -> Option<&Turn> {
        let tells = |turn: &&Turn| turn.at() >= since && turn.at().0 * SECOND > there_from.0;
        self.turns.iter().find(tells)
    }

    /// Whether this can be done in it.
    pub(super) fn admits(&self, deed: Deed) -> bool {
        let desk = &self.desk;
        let rating = self.last().conversation.now.as_ref().and_then(|now| now.rating.as_ref());
        match deed {
            Deed::BotAsks => {
                desk.is_wanted && desk.holder == Holder::Bot && desk.last_words_of_bot.is_some() && !desk.asks
            }
            Deed::CustomerSaysUnseen(_) => desk.is_wanted,
            Deed::Unassign | Deed::BotTakes => desk.holder != Holder::Bot,
            Deed::Snooze => self.state() == State::Open,
            Deed::Wake => self.state() == State::Snoozed,
            Deed::Rate => desk.is_wanted && rating.is_none(),
            Deed::Remark => rating.is_some_and(|rating| rating.remark.is_none()),
            _ => true,
        }
    }

    /// Does it.
    pub(super) fn take(&mut self, doing: &Doing<'_>) {
        let Turn { mut conversation, shown_from } = self.last().clone();
        let is_reply = conversation.start != Start::Bot(Answer::None);
        self.desk.take(doing, is_reply);
        move_on(&mut conversation, doing);
        let is_anybodys = conversation.admin_id.is_some() || conversation.team_id.is_some();
        let with_bot = self.desk.bot_took_part && !is_anybodys;
        let now = standing(&mut conversation);
        now.is_with_bot = with_bot;
        let state = now.state;
        let counts = state == State::Open && (!with_bot || self.desk.asks);
        self.waits.take(doing, conversation.start, counts);
        conversation.updated_at = doing.at.max(conversation.updated_at);
        standing(&mut conversation).as_of = Some(conversation.updated_at);
        let admin = conversation.admin_id.clone();
        self.stood.push(Standing { since: doing.now, admin, state });
        self.turns.push(Turn { conversation, shown_from: doing.shown_from.max(shown_from) });
    }
}
