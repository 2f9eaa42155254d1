//! Records as the team of a made-up Acme sees them.

use std::collections::BTreeSet;

use deskbell_domain::card::chosen::CardFields;
use deskbell_domain::contact::{Contact, Legacy, Location, Named, PartialList, Role};
use deskbell_domain::conversation::{Activity, Author, Conversation, Rating, Start};
use deskbell_domain::delivery::{Backlog, InFlight, Layout, Nonce, Phrasing, Source};
use deskbell_domain::difference::{Change, Field, Old};
use deskbell_domain::event::{Actor, Entry, Event, EventId, EventKind, Record, UserOrigin};
use deskbell_domain::ids::{
    AmendmentNumber, ChannelId, CompanyId, ContactId, ConversationId, GuildId, JournalNumber, MemberId,
    PartId, SubscriptionId, TagId, WorkspaceId,
};
use deskbell_domain::links::Links;
use deskbell_domain::message::Message;
use deskbell_domain::rich_text::{RichText, Span, Style};
use deskbell_domain::ring::Ring;
use deskbell_domain::subscription::{Alert, Detail, PublicChoice, Subscription, SubscriptionState};
use deskbell_domain::threshold::Threshold;
use deskbell_domain::time::{Timestamp, UnixMillis};
use deskbell_domain::workspace::Region;
use deskbell_text::announcement::for_batch;
use deskbell_text::card::Shown;

pub(crate) const AT: Timestamp = Timestamp(1_763_889_600);

pub(crate) fn links() -> Links {
    Links::new(Region::Us, WorkspaceId::new("acme1234"))
}

pub(crate) fn named<Id>(
    items: impl IntoIterator<Item = (Id, Option<&'static str>)>,
    total: u32,
) -> PartialList<Id> {
    let items = items.into_iter().map(|(id, name)| Named { id, name: name.map(str::to_owned) });
    PartialList { items: items.collect(), total }
}

/// Ada, with every field that Intercom can give.
pub(crate) fn ada(role: Role) -> Contact {
    let mut ada = Contact::bare(ContactId::new("6762f0dd1bb69f9f2193bb83"), role);
    ada.external_id = Some("crm-991".to_owned());
    ada.email = Some("ada@acme.io".to_owned());
    ada.phone = Some("+49 30 1234567".to_owned());
    ada.name = Some("Ada Lovelace".to_owned());
    ada.image_url = Some("https://static.intercomassets.com/ada.png?token=secret".to_owned());
    ada.created_at = AT;
    ada.updated_at = AT;
    ada.unsubscribed = Some(false);
    ada.location = Location {
        city: Some("Berlin".to_owned()),
        region: Some("Land Berlin".to_owned()),
        country: Some("Germany".to_owned()),
    };
    ada.legacy = Legacy {
        session_count: Some(17),
        latitude: Some(52.52),
        longitude: Some(13.41),
        postal_code: Some("10115".to_owned()),
        time_zone: Some("Europe/Berlin".to_owned()),
        pseudonym: Some("Violet Fox".to_owned()),
    };
    ada.companies =
        named([(CompanyId::new("c1"), Some("Acme Ltd")), (CompanyId::new("c2"), Some("Acme Labs"))], 3);
    ada.tags = named([(TagId::new("t1"), Some("vip")), (TagId::new("t2"), Some("webinar"))], 2);
    ada
}

/// How long after [`AT`] everything is posted, in seconds.
const HALF_AN_HOUR: i64 = 1800;

/// Somebody of whom little is known.
pub(crate) fn alan(number: u64) -> Contact {
    let mut alan = Contact::bare(ContactId::new(format!("6762f0dd1bb69f9f{number:08x}")), Role::Lead);
    alan.email = Some(format!("alan{number}@example.org"));
    alan.created_at = AT.plus(i64::try_from(number).unwrap());
    alan
}

pub(crate) fn conversation() -> Conversation {
    let span = |text: &str, style| Span { text: text.to_owned(), style };
    Conversation {
        now: None,
        id: ConversationId::new("215470"),
        created_at: AT,
        updated_at: AT.plus(60),
        subject: Some("Refund for order 1042".to_owned()),
        text: RichText(vec![
            span("Hi, I was charged ", Style::Plain),
            span("twice", Style::Bold),
            span(" on Monday and\nwould like one of them back.\n\n\n# not a heading, see ", Style::Plain),
            span("https://acme.io/my_orders?token=secret", Style::Link),
        ]),
        attachments: vec!["invoice.pdf".to_owned(), "photo.png".to_owned()],
        message_url: Some("https://acme.io/pricing?utm=1#top".to_owned()),
        author: Author {
            kind: Some("user".to_owned()),
            id: Some("6762f0dd1bb69f9f2193bb83".to_owned()),
            name: Some("Ada Lovelace".to_owned()),
            email: Some("ada@acme.io".to_owned()),
        },
        contact: Some(ContactId::new("6762f0dd1bb69f9f2193bb83")),
        admin_id: Some("991267459".to_owned()),
        admin_name: Some("Grace Hopper".to_owned()),
        team_id: None,
        team_name: None,
        company_names: vec!["Acme Ltd".to_owned()],
        start: Start::Customer,
    }
}

pub(crate) fn changes() -> Vec<Change> {
    let member = |id: &str, name: Option<&str>| Named { id: id.to_owned(), name: name.map(str::to_owned) };
    vec![
        Change::Value {
            field: Field::Email,
            old: Old::Known(Some("ada@old.io".to_owned())),
            new: Some("ada@acme.io".to_owned()),
        },
        Change::Value { field: Field::Phone, old: Old::Unknown, new: Some("+49 30 1234567".to_owned()) },
        Change::Value {
            field: Field::ImageUrl,
            old: Old::Known(None),
            new: Some("https://acme.io/new.png".to_owned()),
        },
        Change::Value { field: Field::UserId, old: Old::Known(Some("crm-1".to_owned())), new: None },
        Change::List {
            field: Field::Tags,
            added: vec![member("t1", Some("vip")), member("t9", None)],
            removed: vec![member("t3", Some("trial"))],
        },
    ]
}

pub(crate) fn lead(contact: Contact) -> Event {
    let id = EventId::lead_created(&contact.id);
    Event { id, at: contact.created_at, record: Record::Lead { contact: Box::new(contact) }, actor: None }
}

pub(crate) fn user(contact: Contact, origin: UserOrigin) -> Event {
    let id = EventId::user_created(&contact.id);
    Event {
        id,
        at: contact.created_at,
        record: Record::User { contact: Box::new(contact), origin },
        actor: None,
    }
}

pub(crate) fn update(contact: Contact, changes: Vec<Change>) -> Event {
    let id = EventId::user_updated(&contact.id, 1);
    Event {
        id,
        at: contact.updated_at,
        record: Record::Update { contact: Box::new(contact), changes },
        actor: None,
    }
}

pub(crate) fn started(conversation: Conversation) -> Event {
    let id = EventId::conversation_created(&conversation.id);
    let at = conversation.created_at;
    Event { id, at, record: Record::started(conversation), actor: None }
}

/// Something that happened in Ada's conversation.
pub(crate) fn happened(what: Activity) -> Event {
    let conversation = Box::new(conversation());
    let id = EventId::customer_replied(&PartId::new("9"));
    Event { id, at: AT.plus(600), record: Record::Conversation { conversation, what }, actor: None }
}

pub(crate) fn rated(remark: Option<&str>) -> Event {
    happened(Activity::Rated(Rating { score: 2, at: AT.plus(600), remark: remark.map(str::to_owned) }))
}

pub(crate) fn by_command(mut event: Event) -> Event {
    event.actor = Some(Actor { member: MemberId(42), command: "/lead create".to_owned() });
    event
}

/// How a batch is posted.
pub(crate) struct Posting {
    pub(crate) detail: Detail,
    pub(crate) layout: Layout,
    pub(crate) private: bool,
    pub(crate) backlog: Option<Backlog>,
}

impl Posting {
    pub(crate) fn of(detail: Detail, layout: Layout) -> Self {
        Self { detail, layout, private: false, backlog: None }
    }

    pub(crate) fn announce(&self, events: Vec<Event>) -> Message {
        let kind = events.first().map_or(EventKind::NewLead, Event::kind);
        let entries: Vec<_> =
            (1..).zip(events).map(|(number, event)| Entry { number: JournalNumber(number), event }).collect();
        let (links, fields) = (links(), CardFields::default());
        let shown = Shown { workspace_name: "Acme", links: &links, fields: &fields };
        for_batch(&subscription(kind, self.detail), &self.in_flight(&entries), &entries, shown)
    }

    fn in_flight(&self, entries: &[Entry]) -> InFlight {
        let numbers: Vec<_> = entries.iter().map(|entry| entry.number).collect();
        let last = numbers.last().copied().unwrap_or(JournalNumber(1));
        InFlight {
            subscription: SubscriptionId(7),
            channel: ChannelId(9),
            numbers,
            cursor_after: last,
            source: Source::Journal,
            layout: self.layout,
            private: self.private,
            backlog: self.backlog,
            generation: 0,
            nonce: Nonce::of(SubscriptionId(7), JournalNumber(1), last, 0),
            first_attempt: UnixMillis(0),
            attempts: 1,
            crowd_until: None,
            phrasing: Phrasing::LATEST,
            may_stand: None,
            amended: AmendmentNumber::NONE,
            without_picture: BTreeSet::new(),
            mention: None,
            ring: Some(Ring::of(
                Alert::Smart,
                entries.iter().map(|entry| &entry.event),
                AT.plus(HALF_AN_HOUR),
            )),
        }
    }
}

fn subscription(kind: EventKind, detail: Detail) -> Subscription {
    Subscription {
        waits: kind.has_thresholds().then_some(Threshold::USUAL),
        steps_before: Vec::new(),
        mention: None,
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
