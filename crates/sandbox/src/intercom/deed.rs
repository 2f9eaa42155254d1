//! What a part does to its conversation, and who is told of it.
//!
//! Chosen where Intercom does not say: a teammate's words leave a closed conversation closed and wake one that is put off; a
//! customer's words open either; a close ends the customer's wait; nobody in charge means neither teammate nor team.

use super::{
    conversation::{AiAgent, Conversation},
    ids::{ConversationId, PartId},
    part::{Act, Assignee, Author, ConversationState, NewPart, Part},
    state::State,
};
use crate::clock::Clock;

/// The present, in both measures.
#[derive(Clone, Copy, Debug)]
pub(super) struct Now {
    pub(super) seconds: i64,
    pub(super) millis: i64,
}

impl Now {
    pub(super) fn of(clock: &Clock) -> Self {
        Self { seconds: clock.unix_seconds(), millis: clock.unix_millis() }
    }
}

/// What was done.
#[derive(Clone, Debug)]
pub(super) struct Done {
    pub(super) part: PartId,
    /// The topics under which webhooks tell of it.
    pub(super) topics: Vec<&'static str>,
}

/// Does something in a conversation; none where there is no such conversation.
pub(super) fn perform(state: &mut State, id: &ConversationId, new: NewPart, now: Now) -> Option<Done> {
    state.conversation(id)?;
    let part_id = PartId(16_000_000_000 + state.chance.next_serial());
    let topics = topics(&new);
    if let (Act::Comment, Author::Contact(writer)) = (&new.act, &new.author) {
        let writer = writer.clone();
        state.change_contact(&writer, now.millis, |contact| contact.wrote_at(now.seconds));
    }
    state.change_conversation(id, now.millis, |conversation| {
        let part = part(conversation, part_id, new, now);
        conversation.updated_at = conversation.updated_at.max(now.seconds);
        conversation.parts.push(part);
    })?;
    Some(Done { part: part_id, topics })
}

/// The part, which has taken effect.
fn part(conversation: &mut Conversation, id: PartId, new: NewPart, now: Now) -> Part {
    let part_type = take_effect(conversation, &new);
    if new.author.is_ai_agent() && !matches!(new.act, Act::Other(_)) {
        conversation.ai_agent.get_or_insert_with(|| AiAgent::since(now.seconds));
    }
    let created_at = new.created_at.unwrap_or(now.seconds);
    let shown_after = i64::try_from(new.shown_after.as_millis()).unwrap_or(i64::MAX / 2);
    Part {
        id,
        part_type,
        author: new.author,
        body: new.body,
        assigned_to: if let Act::Assign(to) = new.act { Some(to) } else { None },
        attachments: new.attachments,
        state: conversation.state,
        redacted: false,
        app_package_code: new.app_package_code,
        event_details: new.event_details,
        created_at,
        updated_at: created_at,
        shown_ms: now.millis.saturating_add(shown_after),
    }
}

/// Changes the conversation as the act does, and says what Intercom calls that.
fn take_effect(conversation: &mut Conversation, new: &NewPart) -> String {
    use ConversationState::{Closed, Open, Snoozed};
    let before = conversation.state;
    let by_contact = matches!(new.author, Author::Contact(_));
    let (after, part_type) = match (&new.act, before) {
        // The words of a customer who opens a conversation ride on the part that opens it.
        (Act::Comment, Closed) if by_contact => (Open, "open"),
        (Act::Comment, Closed) => (Closed, "comment"),
        (Act::Comment, Open | Snoozed) => (Open, "comment"),
        (Act::Note, Snoozed) => (Open, "note_and_unsnooze"),
        (Act::Note, _) => (before, "note"),
        (Act::Assign(_), Closed) => (Open, "assign_and_reopen"),
        (Act::Assign(_), Snoozed) => (Open, "assign_and_unsnooze"),
        (Act::Assign(_), Open) => (Open, "assignment"),
        (Act::Close, _) => (Closed, "close"),
        (Act::Open, _) => (Open, "open"),
        (Act::Snooze(_), _) => (Snoozed, "snoozed"),
        (Act::Unsnooze, _) => (Open, "unsnoozed"),
        (Act::TimerUnsnooze, _) => (Open, "timer_unsnooze"),
        (Act::Other(name), _) => (before, name.as_str()),
    };
    conversation.state = after;
    conversation.snoozed_until = match &new.act {
        Act::Snooze(until) => Some(*until),
        _ => conversation.snoozed_until.filter(|_| after == Snoozed),
    };
    if let Act::Assign(to) = &new.act {
        put_in_charge(conversation, *to);
    }
    part_type.to_owned()
}

fn put_in_charge(conversation: &mut Conversation, to: Assignee) {
    (conversation.assignee, conversation.team) = match to {
        Assignee::Admin(admin) => (Some(admin), conversation.team),
        Assignee::Team(team) => (None, Some(team)),
        Assignee::Bot | Assignee::Nobody => (None, None),
    };
}

/// Words that ride on what a teammate does are told a second time, as a reply.
fn topics(new: &NewPart) -> Vec<&'static str> {
    let says = new.body.as_deref().is_some_and(|body| !body.is_empty()) || !new.attachments.is_empty();
    let reply = match new.author {
        Author::Contact(_) => "conversation.user.replied",
        _ if new.author.is_of_team() => "conversation.admin.replied",
        _ => "conversation.operator.replied",
    };
    let act = match &new.act {
        Act::Comment => return vec![reply],
        Act::Note => return vec!["conversation.admin.noted"],
        Act::Other(_) => return Vec::new(),
        Act::Assign(_) => "conversation.admin.assigned",
        Act::Close => "conversation.admin.closed",
        Act::Open => "conversation.admin.opened",
        Act::Snooze(_) => "conversation.admin.snoozed",
        Act::Unsnooze | Act::TimerUnsnooze => "conversation.admin.unsnoozed",
    };
    if says { vec![act, reply] } else { vec![act] }
}
