//! Answers of Intercom's: whatever they hold, reading them does not panic, one bad record costs that record and one bad
//! field that field, and what is read keeps to the limits of the domain and can be posted.
//!
//! The bytes are read as an answer of every kind; where they are JSON, also as a record between two good ones, and as
//! each field of a good one.

mod limits;

use deskbell_domain::contact::{Contact, Legacy, Role};
use deskbell_domain::conversation::Conversation;
use deskbell_domain::delivery::Layout;
use deskbell_domain::difference::{Difference, Snapshot, UpdateFields};
use deskbell_domain::event::Event;
use deskbell_domain::port::intercom::{IntercomError, Page};
use deskbell_domain::subscription::Detail;
use deskbell_intercom::answers;
use serde_json::{Value, json};

use super::posting;

/// What lies deeper in an answer is read as nothing.
const DEEPEST: usize = 60;
/// No longer text is cut.
const LONGEST: usize = 100_000;
const CODE: usize = 64;
const MESSAGE: usize = 300;

/// What must hold for any bytes.
pub fn check(data: &[u8]) {
    check_pages(data);
    check_refusals(data);
    check_values(data);
    check_as_text(data);
    if let Some(value) = serde_json::from_slice::<Value>(data).ok().filter(|value| depth(value) <= DEEPEST) {
        check_neighbours(&value);
        check_fields_of_a_contact(&value);
        check_fields_of_a_conversation(&value);
    }
}

/// Read while it comes, a text gives the values that `serde_json` gives, but for what is too deep or too long for us, and
/// for whole numbers that only a float could hold.
fn check_values(data: &[u8]) {
    let Ok(value) = serde_json::from_slice::<Value>(data) else { return };
    let read = answers::json(data).expect("what serde_json reads is read");
    let is_plain = depth(&value) <= DEEPEST && data.len() <= LONGEST && !holds_float(&value);
    assert!(!is_plain || read == value, "it was read as {read}");
}

/// Whatever bytes a text is made of, it costs no neighbour, and no more than itself.
fn check_as_text(data: &[u8]) {
    let text: Vec<u8> = data.iter().copied().filter(|byte| !matches!(byte, b'"' | b'\\')).collect();
    let body = [br#"[{"id":"good-1"},{"id":"odd","name":""#, &*text, br#""},{"id":"good-2"}]"#].concat();
    let page = answers::contacts(&body, None).expect("it is a page");
    assert_eq!(page.items.iter().map(|it| it.id.as_str()).collect::<Vec<_>>(), ["good-1", "odd", "good-2"]);
}

fn holds_float(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(holds_float),
        Value::Object(fields) => fields.values().any(holds_float),
        other => other.is_f64(),
    }
}

fn depth(value: &Value) -> usize {
    let inner: Box<dyn Iterator<Item = &Value>> = match value {
        Value::Array(items) => Box::new(items.iter()),
        Value::Object(fields) => Box::new(fields.values()),
        _ => return 0,
    };
    1 + inner.map(depth).max().unwrap_or(0)
}

fn check_pages(data: &[u8]) {
    for role in [None, Some(Role::Lead), Some(Role::User)] {
        if let Some(page) = answers::contacts(data, role) {
            check_cursor(data, &page);
            page.items.iter().for_each(limits::check_contact);
            page.items.iter().for_each(check_stored_contact);
            check_posted(page.items.into_iter().map(posting::of_contact));
        }
    }
    if let Some(page) = answers::conversations(data) {
        check_cursor(data, &page);
        page.items.iter().for_each(limits::check_conversation);
        page.items.iter().for_each(check_stored_conversation);
        check_posted(page.items.into_iter().map(posting::of_conversation));
    }
    answers::companies(data).iter().flat_map(|page| &page.items).for_each(limits::check_company);
    answers::tags(data).iter().flatten().for_each(limits::check_tag);
    answers::admins(data).iter().flatten().for_each(limits::check_admin);
    answers::workspace(data).iter().for_each(limits::check_workspace);
}

/// A cursor goes back to Intercom, so it is whole or the page counts as unread: a part of one leads anywhere.
fn check_cursor<T>(data: &[u8], page: &Page<T>) {
    let Some(cursor) = &page.next else { return };
    assert!(!cursor.0.is_empty(), "an empty cursor is the first page again");
    let Ok(answer) = serde_json::from_slice::<Value>(data) else { return };
    let told = match &answer["pages"]["next"] {
        Value::Object(next) => next["starting_after"].as_str().map(|told| told.trim().to_owned()),
        Value::String(address) => parameter(address),
        _ => return,
    };
    assert!(told.is_none_or(|told| told == cursor.0), "the cursor was {:?}", cursor.0);
}

/// The cursor in an address, where nothing in it is encoded.
fn parameter(address: &str) -> Option<String> {
    let (_, query) = address.trim().split_once('?')?;
    let pairs = query.split('&').filter_map(|pair| pair.strip_prefix("starting_after="));
    pairs.map(str::to_owned).next().filter(|cursor| !cursor.contains(['%', '+', '\u{fffd}']))
}

fn check_stored_contact(contact: &Contact) {
    let stored = serde_json::to_vec(contact).expect("it can be stored");
    let read: Contact = serde_json::from_slice(&stored).expect("it can be read again");
    assert!(without_degrees(read) == without_degrees(contact.clone()), "it is stored as something else");
    let snapshot = Snapshot::of(contact);
    let stored = serde_json::to_vec(&snapshot).expect("it can be stored");
    assert!(serde_json::from_slice::<Snapshot>(&stored).expect("it can be read again") == snapshot);
    assert_eq!(
        snapshot.difference(contact, &UpdateFields::default()),
        Difference::Same,
        "it differs from itself"
    );
}

/// Degrees are shown and never compared: their last digit may differ after JSON.
fn without_degrees(mut contact: Contact) -> Contact {
    contact.legacy = Legacy { latitude: None, longitude: None, ..contact.legacy };
    contact
}

fn check_stored_conversation(conversation: &Conversation) {
    let stored = serde_json::to_vec(conversation).expect("it can be stored");
    let read: Conversation = serde_json::from_slice(&stored).expect("it can be read again");
    assert!(read == *conversation, "it is stored as something else");
}

fn check_posted(events: impl Iterator<Item = Event>) {
    let events: Vec<_> = events.take(10).collect();
    let Some(first) = events.first() else { return };
    let alike: Vec<_> = events.iter().filter(|event| event.kind() == first.kind()).cloned().collect();
    posting::message(&alike[..1], Layout::Cards, Detail::Full);
    posting::message(&alike, Layout::Brief, Detail::Short);
}

/// An error shown in a log names a code; what Intercom wrote stands only in the message, and is short.
fn check_refusals(data: &[u8]) {
    for status in [400, 404, 409, 422, 301, 999] {
        let error = answers::refusal(status, data);
        assert_eq!(error == IntercomError::Missing, status == 404);
        let shown = error.to_string();
        if let IntercomError::Invalid { code, message } = error {
            let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
            assert!(code.len() <= CODE && code.chars().all(is_word), "{code:?}");
            assert!(message.chars().count() <= MESSAGE, "{message:?}");
            assert_eq!(shown, format!("intercom refused the request ({code})"));
        }
    }
}

/// Whatever stands between them, good records are read, and in their order.
fn check_neighbours(value: &Value) {
    let list = json!([{"id": "good-1", "name": "One"}, value, {"id": "good-2", "name": "Two"}]);
    let body = |key: &str| json!({key: list}).to_string().into_bytes();
    let contacts = answers::contacts(&body("data"), Some(Role::User)).expect("it is a page").items;
    assert_around(contacts.iter().map(|it| it.id.as_str()));
    let conversations = answers::conversations(&body("conversations")).expect("it is a page").items;
    assert_around(conversations.iter().map(|it| it.id.as_str()));
    let companies = answers::companies(&body("data")).expect("it is a page").items;
    assert_around(companies.iter().map(|it| it.id.as_str()));
    let tags = answers::tags(&body("data")).expect("it is a list");
    assert_around(tags.iter().map(|it| it.id.as_str()));
    let admins = answers::admins(&body("admins")).expect("it is a list");
    assert_around(admins.iter().map(|it| it.id.as_str()));
}

fn assert_around<'a>(ids: impl Iterator<Item = &'a str>) {
    let ids: Vec<_> = ids.collect();
    let around = ids.first() == Some(&"good-1") && ids.last() == Some(&"good-2");
    assert!(around && ids.len() <= 3, "a neighbour was lost: {ids:?}");
}

/// Takes over from another record what a field may change.
type Take<T> = fn(&mut T, &T);

const FIELDS_OF_A_CONTACT: [(&str, Take<Contact>); 21] = [
    ("role", |to, from| to.role = from.role),
    ("type", |to, from| to.role = from.role),
    ("external_id", |to, from| to.external_id.clone_from(&from.external_id)),
    ("user_id", |to, from| to.external_id.clone_from(&from.external_id)),
    ("email", |to, from| to.email.clone_from(&from.email)),
    ("phone", |to, from| to.phone.clone_from(&from.phone)),
    ("name", |to, from| to.name.clone_from(&from.name)),
    ("avatar", |to, from| to.image_url.clone_from(&from.image_url)),
    ("created_at", |to, from| to.created_at = from.created_at),
    ("updated_at", |to, from| to.updated_at = from.updated_at),
    ("last_seen_at", |to, from| to.last_seen_at = from.last_seen_at),
    ("unsubscribed_from_emails", |to, from| to.unsubscribed = from.unsubscribed),
    ("owner_id", |to, from| to.owner_id.clone_from(&from.owner_id)),
    ("location", |to, from| to.location.clone_from(&from.location)),
    ("location_data", |to, from| {
        to.location.clone_from(&from.location);
        to.legacy.clone_from(&from.legacy);
    }),
    ("session_count", |to, from| to.legacy.clone_from(&from.legacy)),
    ("pseudonym", |to, from| to.legacy.clone_from(&from.legacy)),
    ("companies", |to, from| to.companies.clone_from(&from.companies)),
    ("tags", |to, from| to.tags.clone_from(&from.tags)),
    ("custom_attributes", |to, from| {
        to.custom.clone_from(&from.custom);
        to.digests.clone_from(&from.digests);
    }),
    ("what_nobody_knows", |_, _| {}),
];

fn check_fields_of_a_contact(value: &Value) {
    let good = json!({"id": "c1", "role": "user", "external_id": "x1", "email": "ada@example.com", "name": "Ada",
        "phone": "+49 30 1234567", "created_at": 1_700_000_000, "updated_at": 1_700_000_001,
        "location": {"city": "Bonn"}, "companies": {"data": [{"id": "co"}], "total_count": 1},
        "custom_attributes": {"plan": "pro"}});
    let read = |record: &Value| {
        let body = json!([record]).to_string();
        let page = answers::contacts(body.as_bytes(), None).expect("it is a page");
        page.items.into_iter().next().expect("its id can be read")
    };
    check_fields(&good, value, &FIELDS_OF_A_CONTACT, read, |contact| {
        limits::check_contact(contact);
        posting::message(&[posting::of_contact(contact.clone())], Layout::Cards, Detail::Full);
    });
}

const FIELDS_OF_A_CONVERSATION: [(&str, Take<Conversation>); 16] = [
    ("created_at", |to, from| to.created_at = from.created_at),
    ("updated_at", take_when_it_moved),
    ("title", |to, from| to.subject.clone_from(&from.subject)),
    ("source", take_source),
    ("conversation_message", take_source),
    ("contacts", |to, from| to.contact.clone_from(&from.contact)),
    ("user", |to, from| to.contact.clone_from(&from.contact)),
    ("customers", |to, from| to.contact.clone_from(&from.contact)),
    ("admin_assignee_id", take_assignee),
    ("assignee", take_assignee),
    ("ticket", |to, from| to.start = from.start),
    ("state", |to, from| to.now.clone_from(&from.now)),
    ("open", |to, from| to.now.clone_from(&from.now)),
    ("waiting_since", |to, from| to.now.clone_from(&from.now)),
    ("statistics", |to, from| to.now.clone_from(&from.now)),
    ("what_nobody_knows", |_, _| {}),
];

fn take_source(to: &mut Conversation, from: &Conversation) {
    let whole = from.clone();
    *to = Conversation { id: to.id.clone(), created_at: to.created_at, updated_at: to.updated_at, ..whole };
}

fn take_when_it_moved(to: &mut Conversation, from: &Conversation) {
    to.updated_at = from.updated_at;
    to.now.clone_from(&from.now);
}

fn take_assignee(to: &mut Conversation, from: &Conversation) {
    to.admin_id.clone_from(&from.admin_id);
    to.team_id.clone_from(&from.team_id);
    to.now.clone_from(&from.now);
}

fn check_fields_of_a_conversation(value: &Value) {
    let good = json!({"id": "7", "created_at": 1_700_000_000, "updated_at": 1_700_000_001, "title": "Refund",
        "source": {"body": "<p>Hello</p>", "author": {"type": "lead", "id": "c1", "name": "Ada"}},
        "contacts": {"contacts": [{"id": "c1"}]}, "admin_assignee_id": 5});
    let read = |record: &Value| {
        let body = json!({"conversations": [record]}).to_string();
        let page = answers::conversations(body.as_bytes()).expect("it is a page");
        page.items.into_iter().next().expect("its id can be read")
    };
    check_fields(&good, value, &FIELDS_OF_A_CONVERSATION, read, |conversation| {
        limits::check_conversation(conversation);
        posting::message(&[posting::of_conversation(conversation.clone())], Layout::Cards, Detail::Full);
    });
}

/// One odd field costs that field: all others are as they are without it.
fn check_fields<T: PartialEq + Clone>(
    good: &Value,
    value: &Value,
    fields: &[(&str, Take<T>)],
    read: impl Fn(&Value) -> T,
    check: impl Fn(&T),
) {
    let as_it_is = read(good);
    for (name, take) in fields {
        let mut odd = good.clone();
        odd[*name] = value.clone();
        let odd = read(&odd);
        let mut expected = as_it_is.clone();
        take(&mut expected, &odd);
        assert!(odd == expected, "{name} costs another field");
        check(&odd);
    }
}
