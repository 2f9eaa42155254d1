//! The stored form of every type. A snapshot that changes here means that stores in use would not be read any more:
//! then the new form needs a default for what is missing, or a version of its own.

use std::collections::BTreeSet;

use deskbell_domain::access::{Access, Export, Grant, Level};
use deskbell_domain::attribute::Digest;
use deskbell_domain::channel::{Obstacle, Permission};
use deskbell_domain::contact::{Contact, Legacy, Location, Named, PartialList, Role};
use deskbell_domain::conversation::{Author, Conversation, Start};
use deskbell_domain::delivery::{
    Backlog, DeadLetter, DeadLetterId, Layout, Nonce, Phrasing, PostedCounts, PostedMessage, Source,
};
use deskbell_domain::difference::{Change, Field, Old, Snapshot, StoredSnapshot};
use deskbell_domain::event::{Event, Record, UserOrigin};
use deskbell_domain::ids::{
    AmendmentNumber, ChannelId, CompanyId, ContactId, ConversationId, GuildId, MemberId, MessageId, RoleId,
    SubscriptionId, TagId, WorkspaceId,
};
use deskbell_domain::port::store::{Baseline, StreamState};
use deskbell_domain::rich_text::RichText;
use deskbell_domain::subscription::{
    Alert, Detail, PublicChoice, Subscription, SubscriptionState, SuspendReason, Suspension,
};

use super::*;
use crate::codec::{decode, encode};
use crate::keys;

fn stored<T: Serialize>(value: &T) -> String {
    let bytes = encode(value);
    format!("{} {}", bytes[0], std::str::from_utf8(&bytes[1..]).unwrap())
}

#[expect(clippy::unnecessary_wraps, reason = "most fields are optional")]
fn text(words: &str) -> Option<String> {
    Some(words.to_owned())
}

fn full_contact() -> Contact {
    Contact {
        external_id: text("crm-1"),
        email: text("ada@acme.io"),
        phone: text("+4930"),
        name: text("Ada"),
        image_url: text("https://i.io/a.png"),
        created_at: Timestamp(10),
        updated_at: Timestamp(20),
        last_seen_at: Some(Timestamp(15)),
        fate: None,
        unsubscribed: Some(true),
        owner_id: text("5"),
        location: Location { city: text("Bonn"), region: text("NRW"), country: text("Germany") },
        legacy: Legacy {
            session_count: Some(3),
            latitude: Some(50.5),
            longitude: Some(7.1),
            postal_code: text("53111"),
            time_zone: text("Europe/Berlin"),
            pseudonym: text("Violet Car"),
        },
        companies: PartialList {
            items: vec![Named { id: CompanyId::new("co"), name: text("Acme") }],
            total: 1,
        },
        tags: PartialList { items: vec![Named { id: TagId::new("t"), name: None }], total: 2 },
        custom: [("plan".to_owned(), "pro".to_owned())].into(),
        ..Contact::bare(ContactId::new("6762f0dd1bb69f9f2193bb83"), Role::User)
    }
}

fn event(record: Record) -> Event {
    let actor = Some(Actor { member: MemberId(4), command: "/user create".to_owned() });
    Event { id: EventId::user_created(&ContactId::new("c1")), at: Timestamp(20), record, actor }
}

fn entry_of(record: Record) -> String {
    let event = event(record);
    let form = stored(&EntryRecord { number: JournalNumber(7), appended_at: UnixMillis(5), event: &event });
    let key = keys::schema();
    let bytes = encode(&EntryRecord { number: JournalNumber(7), appended_at: UnixMillis(5), event: &event });
    assert_eq!(decode::<EntryRecord<Event>>(key.as_bytes(), &bytes).unwrap().event, event);
    let head: EntryRecord<EventHead> = decode(key.as_bytes(), &bytes).unwrap();
    assert_eq!((head.number, head.appended_at), (JournalNumber(7), UnixMillis(5)));
    assert_eq!((&head.event.id, head.event.at, head.event.kind()), (&event.id, event.at, event.kind()));
    form
}

#[test]
fn entries_of_new_leads_and_users() {
    let contact = Box::new(Contact::bare(ContactId::new("c1"), Role::Lead));
    insta::assert_snapshot!(entry_of(Record::Lead { contact }), @r#"1 {"n":7,"t":5,"e":{"id":"user_created:c1","at":20,"record":{"kind":"lead","contact":{"id":"c1","role":"lead","created_at":0,"updated_at":0,"companies":{"items":[],"total":0},"tags":{"items":[],"total":0}}},"actor":{"member":4,"command":"/user create"}}}"#);
    let contact = Box::new(full_contact());
    insta::assert_snapshot!(entry_of(Record::User { contact, origin: UserOrigin::WasLead }), @r#"1 {"n":7,"t":5,"e":{"id":"user_created:c1","at":20,"record":{"kind":"user","contact":{"id":"6762f0dd1bb69f9f2193bb83","role":"user","external_id":"crm-1","email":"ada@acme.io","phone":"+4930","name":"Ada","image_url":"https://i.io/a.png","created_at":10,"updated_at":20,"last_seen_at":15,"unsubscribed":true,"owner_id":"5","location":{"city":"Bonn","region":"NRW","country":"Germany"},"legacy":{"session_count":3,"latitude":50.5,"longitude":7.1,"postal_code":"53111","time_zone":"Europe/Berlin","pseudonym":"Violet Car"},"companies":{"items":[{"id":"co","name":"Acme"}],"total":1},"tags":{"items":[{"id":"t"}],"total":2},"custom":{"plan":"pro"}},"origin":"was_lead"},"actor":{"member":4,"command":"/user create"}}}"#);
}

#[test]
fn entries_of_changed_users() {
    let changes = vec![
        Change::Value { field: Field::Email, old: Old::Known(text("a@b.io")), new: None },
        Change::Value { field: Field::Custom("plan".to_owned()), old: Old::Unknown, new: text("pro") },
        Change::List {
            field: Field::Tags,
            added: vec![Named { id: "t".to_owned(), name: text("VIP") }],
            removed: vec![Named { id: "u".to_owned(), name: None }],
        },
        Change::Unspecified,
    ];
    let contact = Box::new(Contact::bare(ContactId::new("c1"), Role::User));
    insta::assert_snapshot!(entry_of(Record::Update { contact, changes }), @r#"1 {"n":7,"t":5,"e":{"id":"user_created:c1","at":20,"record":{"kind":"update","contact":{"id":"c1","role":"user","created_at":0,"updated_at":0,"companies":{"items":[],"total":0},"tags":{"items":[],"total":0}},"changes":[{"value":{"field":"email","old":{"known":"a@b.io"},"new":null}},{"value":{"field":{"custom":"plan"},"old":"unknown","new":"pro"}},{"list":{"field":"tags","added":[{"id":"t","name":"VIP"}],"removed":[{"id":"u"}]}},"unspecified"]},"actor":{"member":4,"command":"/user create"}}}"#);
}

#[test]
fn entries_of_new_conversations() {
    let conversation = Conversation {
        now: None,
        id: ConversationId::new("215"),
        created_at: Timestamp(10),
        updated_at: Timestamp(11),
        subject: text("Hello"),
        text: RichText::default(),
        attachments: vec!["a.pdf".to_owned()],
        message_url: text("https://acme.io/pricing"),
        author: Author { kind: text("lead"), id: text("c1"), name: text("Ada"), email: text("ada@acme.io") },
        contact: Some(ContactId::new("c1")),
        admin_id: text("9"),
        admin_name: text("Grace"),
        team_id: None,
        team_name: None,
        company_names: vec!["Acme".to_owned()],
        start: Start::Customer,
    };
    let form = entry_of(Record::started(conversation));
    insta::assert_snapshot!(form, @r#"1 {"n":7,"t":5,"e":{"id":"user_created:c1","at":20,"record":{"kind":"conversation","conversation":{"id":"215","created_at":10,"updated_at":11,"subject":"Hello","text":[],"attachments":["a.pdf"],"message_url":"https://acme.io/pricing","author":{"kind":"lead","id":"c1","name":"Ada","email":"ada@acme.io"},"contact":"c1","admin_id":"9","admin_name":"Grace","company_names":["Acme"],"start":"customer"}},"actor":{"member":4,"command":"/user create"}}}"#);
}

#[test]
fn the_list_of_a_kind() {
    let list = [Listed(JournalNumber(1), Timestamp(10), None), Listed(JournalNumber(3), Timestamp(20), None)];
    insta::assert_snapshot!(stored(&list), @"1 [[1,10],[3,20]]");
    let of_waits = [Listed(JournalNumber(4), Timestamp(30), Some(Beside::Wait(Threshold::USUAL)))];
    insta::assert_snapshot!(stored(&of_waits), @"1 [[4,30,900]]");
    let more = Beside::More { of: JournalNumber(1), since: UnixMillis(5) };
    let of_identified = [Listed(JournalNumber(5), Timestamp(10), Some(more))];
    insta::assert_snapshot!(stored(&of_identified), @r#"1 [[5,10,{"n":1,"t":5}]]"#);
}

#[test]
fn snapshots_marks_and_the_baseline() {
    let snapshot = Snapshot::of(&full_contact());
    let snapshot = StoredSnapshot { contact: ContactId::new("c1"), revision: 3, snapshot };
    insta::assert_snapshot!(stored(&snapshot), @r#"1 {"contact":"c1","revision":3,"snapshot":{"u":20,"e":"ada@acme.io","p":"+4930","n":"Ada","x":"crm-1","i":"https://i.io/a.png","b":true,"o":"5","l":{"city":"Bonn","region":"NRW","country":"Germany"},"c":{"m":{"co":"Acme"},"n":1},"t":{"m":{"t":null},"n":2},"a":{"plan":"pro"}}}"#);
    let mut with_a_link = full_contact();
    with_a_link.custom = [("link".to_owned(), "https://acme.io/p?…".to_owned())].into();
    with_a_link.digests = [("link".to_owned(), Digest::of("https://acme.io/p?id=1"))].into();
    let snapshot = Snapshot::of(&with_a_link);
    let snapshot = StoredSnapshot { contact: ContactId::new("c1"), revision: 3, snapshot };
    insta::assert_snapshot!(stored(&snapshot), @r#"1 {"contact":"c1","revision":3,"snapshot":{"u":20,"e":"ada@acme.io","p":"+4930","n":"Ada","x":"crm-1","i":"https://i.io/a.png","b":true,"o":"5","l":{"city":"Bonn","region":"NRW","country":"Germany"},"c":{"m":{"co":"Acme"},"n":1},"t":{"m":{"t":null},"n":2},"a":{"link":"https://acme.io/p?…"},"d":{"link":12199705218251908954}}}"#);
    let state = StreamState { mark: Timestamp(1), hourly_at: Timestamp(2), deep_at: Timestamp(3) };
    insta::assert_snapshot!(stored(&state), @r#"1 {"mark":1,"hourly_at":2,"deep_at":3}"#);
    let baseline = Baseline { epoch: 1, started: Timestamp(2), position: Timestamp(3), finished: false };
    insta::assert_snapshot!(stored(&baseline), @r#"1 {"epoch":1,"started":2,"position":3,"finished":false}"#);
    let actor = Actor { member: MemberId(4), command: "/lead create".to_owned() };
    insta::assert_snapshot!(stored(&ActorRecord { actor, since: UnixMillis(9) }), @r#"1 {"actor":{"member":4,"command":"/lead create"},"since":9}"#);
}

fn in_flight(source: Source, backlog: Option<Backlog>) -> InFlight {
    InFlight {
        subscription: SubscriptionId(1),
        channel: ChannelId(2),
        numbers: vec![JournalNumber(3), JournalNumber(5)],
        cursor_after: JournalNumber(6),
        source,
        layout: Layout::Brief,
        private: true,
        backlog,
        generation: 1,
        nonce: Nonce::of(SubscriptionId(1), JournalNumber(3), JournalNumber(5), 1),
        first_attempt: UnixMillis(7),
        attempts: 2,
        crowd_until: None,
        phrasing: Phrasing::default(),
        may_stand: None,
        amended: AmendmentNumber::NONE,
        without_picture: BTreeSet::new(),
        ring: None,
        mention: None,
    }
}

#[test]
fn progress_with_and_without_a_batch_in_flight() {
    let mut progress = ProgressRecord::starting_at(JournalNumber(2));
    insta::assert_snapshot!(stored(&progress), @r#"1 {"cursor":2,"dropped":0}"#);
    let backlog = Backlog { waiting: 300, since: Timestamp(4) };
    progress.in_flight = Some(in_flight(Source::Journal, Some(backlog)));
    progress.last_posted = Some(UnixMillis(8));
    progress.dropped = 9;
    insta::assert_snapshot!(stored(&progress), @r#"1 {"cursor":2,"in_flight":{"subscription":1,"channel":2,"numbers":[3,5],"cursor_after":6,"source":"journal","layout":"brief","private":true,"backlog":{"waiting":300,"since":4},"generation":1,"nonce":"ehruxtzfvp22xaute7jowdu4t","first_attempt":7,"attempts":2,"phrasing":"who"},"last_posted":8,"dropped":9}"#);
    let more = ProgressRecord {
        dropped_failed: 2,
        crowd_until: Some(JournalNumber(7)),
        ..ProgressRecord::starting_at(JournalNumber(2))
    };
    insta::assert_snapshot!(stored(&more), @r#"1 {"cursor":2,"dropped":0,"dropped_failed":2,"crowd_until":7}"#);
    progress.in_flight = Some(in_flight(Source::DeadLetter(DeadLetterId(1)), None));
    insta::assert_snapshot!(stored(&progress), @r#"1 {"cursor":2,"in_flight":{"subscription":1,"channel":2,"numbers":[3,5],"cursor_after":6,"source":{"dead_letter":1},"layout":"brief","private":true,"backlog":null,"generation":1,"nonce":"ehruxtzfvp22xaute7jowdu4t","first_attempt":7,"attempts":2,"phrasing":"who"},"last_posted":8,"dropped":9}"#);
}

#[test]
fn a_part_of_a_crowd_in_the_latest_words() {
    let crowd_until = Some(JournalNumber(9));
    let latest = InFlight { crowd_until, phrasing: Phrasing::LATEST, ..in_flight(Source::Journal, None) };
    insta::assert_snapshot!(stored(&latest), @r#"1 {"subscription":1,"channel":2,"numbers":[3,5],"cursor_after":6,"source":"journal","layout":"brief","private":true,"backlog":null,"generation":1,"nonce":"ehruxtzfvp22xaute7jowdu4t","first_attempt":7,"attempts":2,"crowd_until":9,"phrasing":"who_and_what"}"#);
}

#[test]
fn what_was_learnt_of_an_entry_and_a_batch_that_shows_it() {
    let event = crate::contract::of_a_company;
    let learnt = Amendment::learnt(&event("a", None).record, &event("a", Some("Acme")).record);
    let row: Vec<Learnt> = vec![(AmendmentNumber(7), learnt)];
    insta::assert_snapshot!(stored(&row), @r#"1 [[7,{"c":{"1":"Acme"}}]]"#);
    insta::assert_snapshot!(stored(&()), @"1 null");
    let amended = InFlight { amended: AmendmentNumber(7), ..in_flight(Source::Journal, None) };
    let former = stored(&in_flight(Source::Journal, None));
    let last = former.replace(r#""phrasing":"who"}"#, r#""phrasing":"who","amended":7}"#);
    assert_eq!(stored(&amended), last);
}

#[test]
fn dead_letters_posted_messages_and_counters() {
    let contact = Box::new(Contact::bare(ContactId::new("c1"), Role::Lead));
    let letter = DeadLetter {
        id: DeadLetterId(1),
        guild: GuildId(2),
        subscription: SubscriptionId(3),
        number: JournalNumber(4),
        event: event(Record::Lead { contact }),
        reason: "50035".to_owned(),
        since: Timestamp(5),
        retry: true,
        may_stand: None,
    };
    insta::assert_snapshot!(stored(&letter), @r#"1 {"id":1,"guild":2,"subscription":3,"number":4,"event":{"id":"user_created:c1","at":20,"record":{"kind":"lead","contact":{"id":"c1","role":"lead","created_at":0,"updated_at":0,"companies":{"items":[],"total":0},"tags":{"items":[],"total":0}}},"actor":{"member":4,"command":"/user create"}},"reason":"50035","since":5,"retry":true}"#);
    let message = PostedMessage {
        guild: GuildId(1),
        channel: ChannelId(2),
        message: MessageId(3),
        event: EventId::lead_created(&ContactId::new("c1")),
    };
    insta::assert_snapshot!(stored(&message), @r#"1 {"guild":1,"channel":2,"message":3,"event":"lead_created:c1"}"#);
    let mut counts = PostedCounts::default();
    for (kind, count) in EventKind::ALL.into_iter().zip(1..) {
        counts.add(kind, count);
    }
    insta::assert_snapshot!(stored(&counts), @r#"1 {"leads":1,"users":2,"updates":3,"conversations":4,"replies":5,"calls for a person":6,"ratings":7,"waiting customers":8,"identified leads":9}"#);
    insta::assert_snapshot!(stored(&vec![MessageId(2), MessageId(1)]), @"1 [2,1]");
}

fn subscription(state: SubscriptionState) -> Subscription {
    Subscription {
        waits: None,
        steps_before: Vec::new(),
        mention: None,
        id: SubscriptionId(1),
        guild: GuildId(2),
        workspace: WorkspaceId::new("w1"),
        channel: ChannelId(3),
        kind: EventKind::UserUpdated,
        detail: Detail::Short,
        alert: Alert::Silent,
        floor: Timestamp(4),
        after: JournalNumber(5),
        made_by: MemberId(6),
        public: PublicChoice::Everything,
        state,
        version: 7,
    }
}

#[test]
fn subscriptions_in_each_state() {
    insta::assert_snapshot!(stored(&subscription(SubscriptionState::Active)), @r#"1 {"id":1,"guild":2,"workspace":"w1","channel":3,"kind":"user_updated","detail":"short","alert":"silent","floor":4,"after":5,"made_by":6,"public":"everything","state":"active","version":7}"#);
    let paused = SubscriptionState::Paused { by: Some(MemberId(1)), since: Timestamp(2) };
    insta::assert_snapshot!(stored(&subscription(paused).state), @r#"1 {"paused":{"by":1,"since":2}}"#);
    let suspension = Suspension {
        reason: SuspendReason::Channel(Obstacle::MissingPermissions(vec![Permission::EmbedLinks])),
        since: Timestamp(1),
        probes: 2,
        next_probe: Timestamp(3),
        told: true,
    };
    insta::assert_snapshot!(stored(&SubscriptionState::Suspended(suspension)), @r#"1 {"suspended":{"reason":{"missing_permissions":["embed_links"]},"since":1,"probes":2,"next_probe":3,"told":true}}"#);
}

#[test]
fn every_reason_for_a_hold_keeps_its_stored_word() {
    let channel = SuspendReason::Channel;
    for (reason, word) in [
        (channel(Obstacle::ChannelGone), r#""channel_gone""#),
        (channel(Obstacle::ChannelUnfit), r#""channel_unfit""#),
        (channel(Obstacle::ThreadClosed), r#""thread_closed""#),
        (channel(Obstacle::NotInGuild), r#""not_in_guild""#),
        (channel(Obstacle::MissingPermissions(Vec::new())), r#"{"missing_permissions":[]}"#),
        (SuspendReason::GuildNotLinked, r#""guild_not_linked""#),
        (SuspendReason::OtherWorkspace, r#""other_workspace""#),
    ] {
        assert_eq!(stored(&reason), format!("1 {word}"));
        assert_eq!(serde_json::from_str::<SuspendReason>(word).unwrap(), reason);
    }
}

#[test]
fn erasures() {
    insta::assert_snapshot!(stored(&ErasedRecord { since: UnixMillis(9) }), @r#"1 {"since":9}"#);
    let servers = BTreeSet::from([GuildId(7), GuildId(8)]);
    let begun = UnfinishedErasure { extent: Extent::Workspace, servers };
    insta::assert_snapshot!(stored(&begun), @r#"1 {"extent":"workspace","servers":[7,8]}"#);
    let workspace = WorkspaceId::new("w1");
    insta::assert_snapshot!(stored(&Unerased::Alone(workspace.clone())), @r#"1 "w1""#);
    let with = Unerased::With { workspace, cards: Cards::Go };
    insta::assert_snapshot!(stored(&with), @r#"1 {"workspace":"w1","cards":"go"}"#);
    let progress = ProgressRecord { erased: 3, ..ProgressRecord::starting_at(JournalNumber(2)) };
    insta::assert_snapshot!(stored(&progress), @r#"1 {"cursor":2,"dropped":0,"erased":3}"#);
}

#[test]
fn access_lists_and_kept_texts() {
    let roles =
        [(RoleId(1), Grant::default()), (RoleId(2), Grant { level: Level::Act, export: Export::Allowed })]
            .into();
    insta::assert_snapshot!(stored(&Access { roles, version: 3, ..Access::default() }), @r#"1 {"roles":{"1":{"level":"act","export":"forbidden"},"2":{"level":"act","export":"allowed"}},"version":3}"#);
    let kept = KeptRecord { text: "ada@acme.io".to_owned(), until: UnixMillis(1) };
    insta::assert_snapshot!(stored(&kept), @r#"1 {"text":"ada@acme.io","until":1}"#);
}
