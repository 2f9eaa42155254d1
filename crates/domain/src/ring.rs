//! Which messages ring: a need of a customer rings once or twice, and not whenever something is said of it.

use serde::{Deserialize, Serialize};

use crate::alert::Alert;
use crate::contact::Contact;
use crate::conversation::{Activity, Conversation};
use crate::event::{Event, EventKind, Record};
use crate::time::Timestamp;

/// In seconds: what is older when it is posted is no news that a phone must ring for.
const NEWS: i64 = 3600;
/// In seconds: a lead whose person wrote so soon was made by that conversation, which tells of the need by itself.
const AT_ONCE: u64 = 120;
/// So many stars of five, or fewer, are worth a look at once.
const BAD: u8 = 2;

/// Whether a message rings, decided when it is begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ring {
    /// It does.
    Loud,
    /// It does not.
    Silent,
}

impl Ring {
    /// Of a message that shows these events. One rings for all that it shows.
    pub fn of<'a>(alert: Alert, mut events: impl Iterator<Item = &'a Event>, now: Timestamp) -> Self {
        let rings = events.any(|event| is_news(event, now) && is_worth_it(alert, &event.record));
        if rings { Self::Loud } else { Self::Silent }
    }
}

impl Alert {
    /// Whether anything of a kind ever rings with it.
    pub fn ever_rings(self, kind: EventKind) -> bool {
        match self {
            Self::Loud => true,
            Self::Silent => false,
            Self::Smart => !matches!(kind, EventKind::NewUser | EventKind::UserUpdated),
        }
    }
}

/// A record that could not be read has no time, and may be as new as any.
fn is_news(event: &Event, now: Timestamp) -> bool {
    event.at == Timestamp::default() || now.0.saturating_sub(event.at.0) <= NEWS
}

fn is_worth_it(alert: Alert, record: &Record) -> bool {
    match alert {
        Alert::Loud => true,
        Alert::Silent => false,
        Alert::Smart => needs_somebody(record),
    }
}

fn needs_somebody(record: &Record) -> bool {
    match record {
        Record::Lead { contact } | Record::Identified { contact } => {
            contact.can_be_answered() && !came_by_writing(contact)
        }
        Record::User { .. } | Record::Update { .. } => false,
        Record::Conversation { conversation, what } => match what {
            Activity::Started | Activity::Replied => !is_with_bot(conversation),
            Activity::HandedOver | Activity::Unanswered(_) => true,
            Activity::Rated(rating) => rating.score <= BAD,
        },
    }
}

fn came_by_writing(contact: &Contact) -> bool {
    contact.wrote_at.is_some_and(|at| at.0.abs_diff(contact.created_at.0) <= AT_ONCE)
}

fn is_with_bot(conversation: &Conversation) -> bool {
    conversation.now.as_ref().is_some_and(|now| now.is_with_bot)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contact::Role;
    use crate::conversation::{Now, Rating};
    use crate::event::{EventId, UserOrigin};
    use crate::ids::{ContactId, ConversationId};

    const NOW: Timestamp = Timestamp(1_000_000);

    fn event(at: Timestamp, record: Record) -> Event {
        Event { id: EventId::rated(&ConversationId::new("1"), at), at, record, actor: None }
    }

    fn lead(email: Option<&str>) -> Record {
        let mut contact = Box::new(Contact::bare(ContactId::new("1"), Role::Lead));
        contact.email = email.map(str::to_owned);
        Record::Lead { contact }
    }

    fn in_conversation(is_with_bot: bool, what: Activity) -> Record {
        let mut conversation: Box<Conversation> =
            serde_json::from_str(r#"{"id":"1"}"#).expect("the rest has defaults");
        conversation.now = Some(Box::new(Now { is_with_bot, ..Now::default() }));
        Record::Conversation { conversation, what }
    }

    fn rated(score: u8) -> Record {
        in_conversation(false, Activity::Rated(Rating { score, at: NOW, remark: None }))
    }

    fn smart(record: Record) -> bool {
        Ring::of(Alert::Smart, [event(NOW, record)].iter(), NOW) == Ring::Loud
    }

    #[test]
    fn what_needs_somebody_rings_and_what_does_not_is_silent() {
        assert!(smart(lead(Some("ada@acme.io"))));
        assert!(!smart(lead(None)), "nobody can answer it yet");
        let contact = Box::new(Contact::bare(ContactId::new("1"), Role::User));
        assert!(!smart(Record::User { contact, origin: UserOrigin::New }));
        assert!(smart(in_conversation(false, Activity::Started)));
        assert!(smart(in_conversation(false, Activity::Replied)));
        for what in [Activity::Started, Activity::Replied] {
            assert!(!smart(in_conversation(true, what)), "a bot has it");
        }
        assert!(smart(in_conversation(false, Activity::HandedOver)));
        assert_eq!([1, 2, 3, 5].map(|score| smart(rated(score))), [true, true, false, false]);
    }

    #[test]
    fn a_lead_that_a_conversation_made_rings_for_nobody() {
        let wrote = |after: i64| {
            let Record::Lead { mut contact } = lead(Some("ada@acme.io")) else { panic!("it is a lead") };
            contact.created_at = NOW;
            contact.wrote_at = Some(NOW.plus(after));
            smart(Record::Lead { contact })
        };
        assert_eq!([-121, -120, 0, 120, 121].map(wrote), [true, false, false, false, true]);
    }

    #[test]
    fn what_is_older_than_an_hour_rings_for_nobody_and_one_message_rings_for_all_that_it_shows() {
        let at = |age: i64| event(NOW.minus(age), lead(Some("ada@acme.io")));
        for alert in [Alert::Loud, Alert::Smart] {
            assert_eq!(Ring::of(alert, [at(3600)].iter(), NOW), Ring::Loud);
            assert_eq!(Ring::of(alert, [at(3601)].iter(), NOW), Ring::Silent);
            assert_eq!(Ring::of(alert, [at(9000), at(0)].iter(), NOW), Ring::Loud);
        }
        assert_eq!(Ring::of(Alert::Silent, [at(0)].iter(), NOW), Ring::Silent);
        let unread = event(Timestamp::default(), lead(Some("ada@acme.io")));
        assert_eq!(Ring::of(Alert::Loud, [unread].iter(), NOW), Ring::Loud);
    }
}
