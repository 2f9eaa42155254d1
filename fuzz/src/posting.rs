//! Records as the messages that the bot would post of them, held against Discord's limits and our own.

use std::collections::BTreeSet;

use deskbell_discord::limits::{self, discord};
use deskbell_discord::message::new_message;
use deskbell_domain::card::chosen::CardFields;
use deskbell_domain::contact::{Contact, Role};
use deskbell_domain::conversation::Conversation;
use deskbell_domain::delivery::{InFlight, Layout, Nonce, Phrasing, Source};
use deskbell_domain::event::{Entry, Event, EventId, EventKind, Record, UserOrigin};
use deskbell_domain::ids::{
    AmendmentNumber, ChannelId, GuildId, JournalNumber, MemberId, SubscriptionId, WorkspaceId,
};
use deskbell_domain::links::Links;
use deskbell_domain::subscription::{Alert, Detail, PublicChoice, Subscription, SubscriptionState};
use deskbell_domain::threshold::Threshold;
use deskbell_domain::time::{Timestamp, UnixMillis};
use deskbell_domain::workspace::Region;
use deskbell_text::announcement::for_batch;
use deskbell_text::card::Shown;
use serde_json::Value;

use super::markdown::{Live, assert_harmless, assert_plain, length};

/// Every way in which records are posted.
pub const DETAILS: [Detail; 4] = Detail::ALL;

/// A lead or user as an event.
pub fn of_contact(contact: Contact) -> Event {
    let (at, contact) = (contact.created_at, Box::new(contact));
    let (id, record) = match contact.role {
        Role::Lead => (EventId::lead_created(&contact.id), Record::Lead { contact }),
        Role::User => (EventId::user_created(&contact.id), Record::User { contact, origin: UserOrigin::New }),
    };
    Event { id, at, record, actor: None }
}

/// A conversation as an event.
pub fn of_conversation(conversation: Conversation) -> Event {
    let (at, conversation) = (conversation.created_at, Box::new(conversation));
    let id = EventId::conversation_created(&conversation.id);
    Event { id, at, record: Record::started(conversation), actor: None }
}

/// The message of a batch, checked; the events are of one kind.
pub fn message(events: &[Event], layout: Layout, detail: Detail) -> Value {
    let kind = events.first().map_or(EventKind::NewLead, Event::kind);
    let numbers = (1..).map(JournalNumber);
    let entries: Vec<_> =
        numbers.zip(events).map(|(number, event)| Entry { number, event: event.clone() }).collect();
    let links = Links::new(Region::Us, WorkspaceId::new("acme1234"));
    let batch = in_flight(&entries, layout);
    let fields = CardFields::default();
    let shown = Shown { workspace_name: "Acme", links: &links, fields: &fields };
    let message = new_message(&for_batch(&subscription(kind, detail), &batch, &entries, shown));
    check(&message);
    message
}

fn in_flight(entries: &[Entry], layout: Layout) -> InFlight {
    let numbers: Vec<_> = entries.iter().map(|entry| entry.number).collect();
    let last = numbers.last().copied().unwrap_or(JournalNumber(1));
    InFlight {
        subscription: SubscriptionId(7),
        channel: ChannelId(9),
        numbers,
        cursor_after: last,
        source: Source::Journal,
        layout,
        private: false,
        backlog: None,
        generation: 0,
        nonce: Nonce::of(SubscriptionId(7), JournalNumber(1), last, 0),
        first_attempt: UnixMillis(0),
        attempts: 1,
        crowd_until: None,
        phrasing: Phrasing::LATEST,
        may_stand: None,
        amended: AmendmentNumber::NONE,
        without_picture: BTreeSet::new(),
        ring: None,
        mention: None,
    }
}

/// A subscription to a kind, in channel 9 of server 8.
pub fn subscription(kind: EventKind, detail: Detail) -> Subscription {
    Subscription {
        mention: None,
        waits: kind.has_thresholds().then_some(Threshold::USUAL),
        steps_before: Vec::new(),
        id: SubscriptionId(7),
        guild: GuildId(8),
        workspace: WorkspaceId::new("acme1234"),
        channel: ChannelId(9),
        kind,
        detail,
        alert: Alert::Smart,
        floor: Timestamp(0),
        after: JournalNumber(0),
        made_by: MemberId(42),
        public: PublicChoice::default(),
        state: SubscriptionState::Active,
        version: 0,
    }
}

fn check(message: &Value) {
    let content = text_of(&message["content"]);
    assert!(length(content) <= 2 * limits::CONTENT_LINE + 1, "a long line: {content:?}");
    assert_harmless(content, Live::OfOurs);
    assert_eq!(message["allowed_mentions"], serde_json::json!({"parse": []}));
    let embeds = list_of(&message["embeds"]);
    assert!((1..=discord::EMBEDS).contains(&embeds.len()), "{} embeds", embeds.len());
    let sum: usize = embeds.iter().map(check_embed).sum();
    assert!(sum <= limits::MESSAGE, "{sum} code points");
    let urls: Vec<_> = embeds.iter().filter_map(|embed| embed["url"].as_str()).collect();
    assert_eq!(urls.iter().collect::<BTreeSet<_>>().len(), urls.len(), "two embeds share an address");
    check_rows(message);
}

fn check_embed(embed: &Value) -> usize {
    let mut sum = 0;
    let mut part = |value: &Value, most: usize| {
        let text = text_of(value);
        assert!(length(text) <= most, "over {most}: {text:?}");
        sum += length(text);
        assert_eq!(text.trim().is_empty(), text.is_empty(), "nothing but white space: {text:?}");
    };
    part(&embed["title"], limits::TITLE);
    part(&embed["description"], discord::DESCRIPTION);
    part(&embed["footer"]["text"], discord::FOOTER);
    for field in list_of(&embed["fields"]) {
        part(&field["name"], discord::FIELD_NAME);
        part(&field["value"], discord::FIELD_VALUE);
        assert!(!text_of(&field["value"]).is_empty(), "an empty field");
        assert_harmless(text_of(&field["value"]), Live::OfOurs);
    }
    assert!(list_of(&embed["fields"]).len() <= discord::FIELDS);
    assert_harmless(text_of(&embed["title"]), Live::Nothing);
    assert_harmless(text_of(&embed["description"]), Live::OfOurs);
    assert_plain(text_of(&embed["footer"]["text"]));
    let url = embed["url"].as_str().unwrap_or("https://app.intercom.com/");
    assert!(url.starts_with("https://app.intercom.com/") && url.len() <= discord::URL, "{url:?}");
    let picture = embed["thumbnail"]["url"].as_str().unwrap_or("https://");
    assert!(picture.starts_with("https://") && picture.len() <= discord::URL, "{picture:?}");
    sum
}

fn check_rows(message: &Value) {
    let rows = list_of(&message["components"]);
    assert!(rows.len() <= discord::ROWS);
    let mut ids = BTreeSet::new();
    for control in rows.iter().flat_map(|row| list_of(&row["components"])) {
        if let Some(id) = control["custom_id"].as_str() {
            assert!((1..=discord::CUSTOM_ID).contains(&length(id)), "{id:?}");
            assert!(ids.insert(id.to_owned()), "twice: {id:?}");
            assert_eq!(
                deskbell_commands::custom_id_as_read(id).as_deref(),
                Some(id),
                "a press that is not read"
            );
        }
        let options = list_of(&control["options"]);
        assert!(options.len() <= discord::OPTIONS);
        for option in options {
            let label = text_of(&option["label"]);
            assert!(!label.trim().is_empty() && length(label) <= discord::OPTION, "{label:?}");
            assert_plain(label);
        }
    }
}

fn text_of(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn list_of(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}
