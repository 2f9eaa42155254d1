//! What happened in conversations, as those who did it kept it: which words were a customer's, which assignment took a
//! conversation from a bot, and what was thought of it.

use deskbell_domain::conversation::{Activity, Conversation, Rating};
use deskbell_domain::event::{Entry, EventId, EventKind};
use deskbell_domain::ids::ConversationId;
use deskbell_domain::time::Timestamp;

use super::happened::{Happened, Key, impossible};
use super::waits;
use crate::intercom::{Talk, Truth};

/// What of a kind happened in all conversations.
pub(super) fn happened(truth: &Truth, kind: EventKind) -> Vec<Happened> {
    let all = truth.talks.iter();
    match kind {
        EventKind::CustomerReplied => all.flat_map(|(id, talk)| replies(id, talk)).collect(),
        EventKind::HandedOver => all.flat_map(|(id, talk)| handovers(id, talk)).collect(),
        EventKind::Rated => all.filter_map(|(id, talk)| rated(id, talk)).collect(),
        _ => Vec::new(),
    }
}

fn replies(id: &ConversationId, talk: &Talk) -> Vec<Happened> {
    let replies = talk.desk.said.iter().filter(|said| said.is_reply);
    let found = replies.filter_map(|said| {
        let turn = talk.shows(said.part.at, said.there_from)?;
        Some(Happened {
            key: Key::Reply(id.clone(), said.part.id.clone()),
            at: said.part.at,
            shown_from: turn.shown_from,
            shown_to: None,
            excuse: impossible(talk.reading),
        })
    });
    found.collect()
}

fn handovers(id: &ConversationId, talk: &Talk) -> Vec<Happened> {
    let all = talk.desk.handovers.iter().enumerate();
    let found = all.filter_map(|(place, one)| {
        let turn = talk.turns.iter().find(|turn| turn.at() >= one.since)?;
        Some(Happened {
            key: Key::Handover(id.clone(), place),
            at: one.named_by.iter().map(|(_, at)| *at).min()?,
            shown_from: turn.shown_from,
            shown_to: one.undone,
            excuse: impossible(talk.reading),
        })
    });
    found.collect()
}

fn rated(id: &ConversationId, talk: &Talk) -> Option<Happened> {
    let (turn, rating) = talk.turns.iter().find_map(|turn| Some((turn, rating_of(&turn.conversation)?)))?;
    Some(Happened {
        key: Key::Rating(id.clone()),
        at: rating.at,
        shown_from: turn.shown_from,
        shown_to: None,
        excuse: impossible(talk.reading),
    })
}

/// What a customer thinks of it.
pub(super) fn rating_of(conversation: &Conversation) -> Option<&Rating> {
    conversation.now.as_ref()?.rating.as_ref()
}

/// What an entry about a conversation tells of, and when that was.
pub(super) fn key(
    truth: &Truth,
    entry: &Entry,
    of: &ConversationId,
    what: &Activity,
) -> Result<(Key, Timestamp), &'static str> {
    let talk = truth.talks.get(of).ok_or("no such conversation")?;
    let id = &entry.event.id;
    match what {
        Activity::Started => {
            let (_, at) = talk.spoken().ok_or("no customer has written")?;
            Ok((Key::Talk(of.clone()), at))
        }
        Activity::Replied => {
            let mut replies = talk.desk.said.iter().filter(|said| said.is_reply);
            let said = replies.find(|said| EventId::customer_replied(&said.part.id) == *id);
            let part = &said.ok_or("no customer said that")?.part;
            Ok((Key::Reply(of.clone(), part.id.clone()), part.at))
        }
        Activity::HandedOver => {
            let all = talk.desk.handovers.iter().enumerate();
            let mut named =
                all.flat_map(|(place, one)| one.named_by.iter().map(move |(part, at)| (place, part, *at)));
            let found = named.find(|(_, part, _)| EventId::handed_over(part) == *id);
            let (place, _, at) = found.ok_or("no bot gave it away there")?;
            Ok((Key::Handover(of.clone(), place), at))
        }
        Activity::Rated(told) => {
            let rating = rating_of(&talk.last().conversation).ok_or("nobody rated it")?;
            if rating.score != told.score {
                return Err("not so rated");
            }
            Ok((Key::Rating(of.clone()), rating.at))
        }
        Activity::Unanswered(told) => {
            Ok((waits::key(truth, (of, talk), entry, told.threshold)?, entry.event.at))
        }
    }
}
