//! The sample of `/notify test`: a card as a real one, of a person who does not exist.

use deskbell_domain::card::chosen::{CardFields, ChosenField};
use deskbell_domain::card::text::Text;
use deskbell_domain::card::{COLOUR_OF_SAMPLES, Footer, Size};
use deskbell_domain::contact::{Contact, Named, PartialList, Role};
use deskbell_domain::conversation::{Activity, Author, Conversation, Rating, Unanswered};
use deskbell_domain::delivery::Reference;
use deskbell_domain::difference::{Change, Field, Old};
use deskbell_domain::event::{Event, EventId, EventKind, Record, UserOrigin};
use deskbell_domain::ids::{
    CompanyId, ContactId, ConversationId, JournalNumber, SubscriptionId, TagId, WorkspaceId,
};
use deskbell_domain::links::Links;
use deskbell_domain::mention::{Called, Whom};
use deskbell_domain::message::{Content, Message, Row};
use deskbell_domain::press::ShownEvent;
use deskbell_domain::rich_text::RichText;
use deskbell_domain::ring::Ring;
use deskbell_domain::service::request::{SampleCalls, SampleOf};
use deskbell_domain::threshold::Threshold;
use deskbell_domain::time::Timestamp;
use deskbell_domain::workspace::Region;

use super::acts::acts;
use super::batch::buttons;
use crate::card::{self, Placement, Showing, Shown};

/// A made-up event as a notification with these settings would show it. Never a real record, and its buttons are greyed:
/// they would lead nowhere.
pub fn sample(of: &SampleOf<'_>) -> Message {
    let SampleOf { kind, detail, alert, workspace_name, fields, .. } = *of;
    let links = Links::new(Region::Us, WorkspaceId::new("sample"));
    let showing = Showing {
        detail,
        size: Size::Normal,
        shown: Shown { workspace_name, links: &links, fields },
        reference: None,
        placement: Placement::Channel,
    };
    let event = event(kind, fields);
    let mut card = card::for_event(&event, &showing);
    let name = format!("Sample: {}", kind.spec().word_within);
    card.colour = COLOUR_OF_SAMPLES;
    card.url = None;
    card.footer =
        Some(Footer { word: name.clone(), workspace: workspace_name.to_owned(), reference: None, more: 0 });
    let content = Content::Lines(Text::ours(format!("🧪 {name}{}", whom_it_mentions(of))));
    let buttons = buttons(&event, detail, &links, nothing_shown(&event));
    Message {
        content,
        cards: vec![card],
        rows: acts(&event.record, detail).into_iter().chain(buttons).filter_map(greyed).collect(),
        flags: Ring::of(alert, [&event].into_iter(), Timestamp::default()).into(),
        calls: called(of),
        ..Message::default()
    }
}

/// Whom it calls. Only of a role it is known before there is an event.
fn called(of: &SampleOf<'_>) -> Option<Called> {
    match (of.mention?.whom, of.calls) {
        (Whom::Role(role), SampleCalls::TheRole) => Some(Called::Role(role)),
        (Whom::Role(_) | Whom::WhoeverHasIt, _) => None,
    }
}

/// Follows what it is a sample of.
fn whom_it_mentions(of: &SampleOf<'_>) -> String {
    let Some(mention) = of.mention else { return String::new() };
    let whom = crate::mention::whom(mention.whom);
    match called(of) {
        Some(_) => format!(". It mentions {whom}, as a real one would."),
        None => format!(". A real one would mention {whom}."),
    }
}

/// A sample stands in no journal.
fn nothing_shown(event: &Event) -> ShownEvent {
    let (subscription, number) = (SubscriptionId(0), JournalNumber(0));
    ShownEvent { subscription, number, reference: Reference::of(&event.id, subscription) }
}

/// A select cannot be greyed, so a sample has none.
fn greyed(row: Row) -> Option<Row> {
    match row {
        Row::Buttons(buttons) => {
            Some(Row::Buttons(buttons.into_iter().map(|button| button.greyed_if(true)).collect()))
        }
        Row::Select { .. } | Row::SelectChannels { .. } | Row::SelectRoles { .. } => None,
    }
}

/// It has no time: a sample is posted now, and any other moment would look like a mistake.
fn event(kind: EventKind, fields: &CardFields) -> Event {
    let is_lead = matches!(kind, EventKind::NewLead | EventKind::LeadIdentified);
    let role = if is_lead { Role::Lead } else { Role::User };
    let contact = Box::new(person(role, fields));
    let (id, record) = match kind {
        EventKind::NewLead => (EventId::lead_created(&contact.id), Record::Lead { contact }),
        EventKind::LeadIdentified => (EventId::lead_identified(&contact.id), Record::Identified { contact }),
        EventKind::NewUser => {
            (EventId::user_created(&contact.id), Record::User { contact, origin: UserOrigin::New })
        }
        EventKind::UserUpdated => {
            (EventId::user_updated(&contact.id, 1), Record::Update { contact, changes: changes() })
        }
        EventKind::NewConversation => in_conversation(&contact, Activity::Started),
        EventKind::CustomerReplied => in_conversation(&contact, Activity::Replied),
        EventKind::HandedOver => in_conversation(&contact, Activity::HandedOver),
        EventKind::Rated => in_conversation(&contact, Activity::Rated(rating())),
        EventKind::Unanswered => in_conversation(&contact, Activity::Unanswered(wait())),
    };
    Event { id, at: Timestamp::default(), record, actor: None }
}

fn in_conversation(contact: &Contact, what: Activity) -> (EventId, Record) {
    let conversation = Box::new(Conversation { text: words(&what), ..conversation(contact) });
    (EventId::conversation_created(&conversation.id), Record::Conversation { conversation, what })
}

fn words(what: &Activity) -> RichText {
    RichText::plain(match what {
        Activity::Started => "Hello, this is how the first words of a conversation look.",
        Activity::Replied => "This is how a reply of a customer looks.",
        Activity::HandedOver => "This is what the customer wants from a person.",
        Activity::Rated(_) => "",
        Activity::Unanswered(_) => "This is what the customer waits for.",
    })
}

fn wait() -> Unanswered {
    Unanswered { threshold: Threshold::USUAL, since: Timestamp::default(), ended: None }
}

fn rating() -> Rating {
    Rating { score: 5, at: Timestamp::default(), remark: Some("This is how a remark looks.".to_owned()) }
}

fn person(role: Role, fields: &CardFields) -> Contact {
    let mut person = Contact::bare(ContactId::new("000000000000000000000000"), role);
    person.name = Some("Example Person".to_owned());
    person.email = Some("person@example.com".to_owned());
    person.phone = Some("+15550100123".to_owned());
    person.unsubscribed = Some(false);
    person.location.city = Some("Exampleville".to_owned());
    person.companies = one(CompanyId::new("0"), "Example Company");
    person.tags = one(TagId::new("0"), "sample");
    fields.iter().for_each(|field| fill_in(&mut person, field));
    person
}

/// What was chosen for the cards is on the sample, too.
fn fill_in(person: &mut Contact, chosen: &ChosenField) {
    let text = |text: &str| Some(text.to_owned());
    match chosen {
        ChosenField::UserId => person.external_id = text("example-1"),
        ChosenField::Country => person.location.country = text("Examplestan"),
        ChosenField::Region => person.location.region = text("Example Region"),
        ChosenField::SessionCount => person.legacy.session_count = Some(3),
        ChosenField::Latitude => person.legacy.latitude = Some(0.0),
        ChosenField::Longitude => person.legacy.longitude = Some(0.0),
        ChosenField::PostalCode => person.legacy.postal_code = text("00000"),
        ChosenField::TimeZone => person.legacy.time_zone = text("Etc/UTC"),
        ChosenField::Pseudonym => person.legacy.pseudonym = text("Example Pseudonym"),
        ChosenField::Custom(name) => {
            person.custom.insert(name.clone(), "example".to_owned());
        }
        // They are there whatever was chosen, or would be a moment.
        ChosenField::Id
        | ChosenField::CreatedAt
        | ChosenField::Email
        | ChosenField::Phone
        | ChosenField::Unsubscribed
        | ChosenField::City
        | ChosenField::Companies
        | ChosenField::Tags => {}
    }
}

fn one<Id>(id: Id, name: &str) -> PartialList<Id> {
    PartialList { items: vec![Named { id, name: Some(name.to_owned()) }], total: 1 }
}

fn changes() -> Vec<Change> {
    vec![
        Change::Value {
            field: Field::Email,
            old: Old::Known(Some("old@example.com".to_owned())),
            new: Some("person@example.com".to_owned()),
        },
        Change::List {
            field: Field::Tags,
            added: vec![Named { id: "0".to_owned(), name: Some("sample".to_owned()) }],
            removed: Vec::new(),
        },
    ]
}

fn conversation(contact: &Contact) -> Conversation {
    Conversation {
        now: None,
        id: ConversationId::new("0"),
        created_at: Timestamp::default(),
        updated_at: Timestamp::default(),
        subject: Some("A sample conversation".to_owned()),
        text: RichText::plain("Hello, this is how the first words of a conversation look."),
        attachments: Vec::new(),
        message_url: Some("https://example.com/pricing".to_owned()),
        author: Author {
            kind: Some("user".to_owned()),
            id: Some(contact.id.as_str().to_owned()),
            name: contact.name.clone(),
            email: contact.email.clone(),
        },
        contact: Some(contact.id.clone()),
        admin_id: None,
        admin_name: None,
        team_id: None,
        team_name: None,
        company_names: vec!["Example Company".to_owned()],
        start: deskbell_domain::conversation::Start::Customer,
    }
}
