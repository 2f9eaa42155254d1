use std::sync::Mutex;

use super::*;
use crate::audit::chain::{AuditKey, Code, Link};
use crate::audit::entry::Begun;
use crate::connection::{Rights, Secret, Standing, TokenOrigin};
use crate::contact::{Named, PartialList};
use crate::delivery::{DeadLetter, DeadLetterId};
use crate::difference::{Snapshot, StoredSnapshot};
use crate::event::{Actor, Event, EventId, UserOrigin};
use crate::ids::{JournalNumber, MessageId, TagId, WorkspaceId};
use crate::port::messenger::PostOutcome;
use crate::port::outbox::MockOutbox;
use crate::port::remover::MockRemover;
use crate::port::store::{MockAudit, MockConnections, MockDeletions, MockErasure, MockSubscriptions};
use crate::service::fixture::{self, GUILD, MARK, SALES, notification};
use crate::subscription::{Subscription, SubscriptionState};
use crate::time::{Timestamp, UnixMillis};
use crate::workspace::Region;

const ELSEWHERE: GuildId = GuildId(8);

fn ada() -> ContactId {
    ContactId::new("ada")
}

fn workspace() -> WorkspaceId {
    fixture::workspace().id
}

fn subscription(id: u64) -> Subscription {
    notification(id, SALES, SubscriptionState::Active)
}

fn connection(guild: GuildId, lacking: Option<Right>) -> Connection {
    Connection {
        guild,
        workspace: fixture::workspace(),
        region: Region::Us,
        token: Secret::new("token"),
        origin: TokenOrigin::Pasted,
        client_secret: None,
        made_by: MARK,
        made_at: Timestamp(1),
        rights: Rights::without(lacking),
        checked_at: Timestamp(1),
        standing: Standing::Accepted,
        version: 1,
    }
}

fn posted(guild: GuildId, message: u64) -> PostedMessage {
    let event = EventId::lead_created(&ada());
    PostedMessage { guild, channel: ChannelId(message / 10), message: MessageId(message), event }
}

fn lead() -> Entry {
    let contact = Contact { name: Some("Ada".to_owned()), ..Contact::bare(ada(), Role::Lead) };
    let record = Record::Lead { contact: Box::new(contact) };
    let event = Event { id: EventId::lead_created(&ada()), at: Timestamp(1), record, actor: None };
    Entry { number: JournalNumber(1), event }
}

/// An audit that is written without an error, and about nobody.
fn audit() -> MockAudit {
    let mut audit = MockAudit::new();
    audit.expect_begin_deed().returning(|_, deed| {
        assert_eq!(deed.contact, None, "it is kept that it was done, not who it was");
        Ok(Begun { seq: 1, deed })
    });
    audit.expect_end_deed().returning(|_, _, _| Ok(()));
    audit.expect_note_deed().returning(|_, _| Ok(()));
    audit
}

/// A store in which Ada stands, and what was done there.
struct World {
    erasure: MockErasure,
    audit: MockAudit,
    deletions: MockDeletions,
    connections: MockConnections,
    subscriptions: MockSubscriptions,
    remover: MockRemover,
    outbox: MockOutbox,
}

impl World {
    fn new(own: Option<Connection>, others: Vec<Subscription>, messages: Vec<PostedMessage>) -> Self {
        let (mut erasure, mut connections) = (MockErasure::new(), MockConnections::new());
        erasure.expect_kept_of().returning(move |_, _| {
            let with_others = vec![MessageId(201)];
            Ok(KeptOf { events: vec![lead()], messages: messages.clone(), with_others, ..KeptOf::default() })
        });
        erasure.expect_erase_contact().returning(|_, _| Ok(Erased { events: 1, dropped: 0, in_flight: 0 }));
        connections.expect_connection().returning(move |_| Ok(own.clone()));
        connections.expect_connections().returning(|| Ok(Vec::new()));
        let mut subscriptions = MockSubscriptions::new();
        subscriptions.expect_workspace_subscriptions().returning(move |_| Ok(others.clone()));
        subscriptions.expect_guild_subscriptions().returning(|_| Ok(vec![subscription(1)]));
        let (deletions, mut remover) = (MockDeletions::new(), MockRemover::new());
        remover.expect_leave_out().returning(|_, message, who, _| {
            let theirs = Reference::of(&EventId::lead_created(&ada()), subscription(1).id);
            let is_told = message == MessageId(201) && who.references.contains(&theirs);
            if is_told && who.records.contains("ada") { Leaving::Done } else { Leaving::NotDone }
        });
        Self {
            erasure,
            audit: audit(),
            deletions,
            connections,
            subscriptions,
            remover,
            outbox: MockOutbox::new(),
        }
    }

    /// How messages of these channels end.
    fn remove(mut self, outcome: fn(ChannelId) -> Removal) -> Self {
        self.remover.expect_remove().returning(move |channel, _| outcome(channel));
        self.deletions.expect_settled_deletion().returning(|_| Ok(()));
        self
    }

    fn begins(mut self, extent: Extent) -> Self {
        let begun = move |_: &Home, _: &ContactId, found: &Extent| *found == extent;
        self.erasure.expect_begin_erasure().withf(begun).times(1).returning(|_, _, _| Ok(()));
        self
    }

    fn request(&self) -> Request<'_> {
        Request {
            home: Home::new(&workspace(), GUILD),
            member: MARK,
            erasure: &self.erasure,
            audit: &self.audit,
            deletions: &self.deletions,
            connections: &self.connections,
            subscriptions: &self.subscriptions,
            remover: &self.remover,
            outbox: &self.outbox,
            notice: |standing| Message::say(standing.to_string()),
            note: "left out",
        }
    }
}

fn elsewhere() -> Vec<Subscription> {
    vec![subscription(1), Subscription { guild: ELSEWHERE, ..subscription(2) }]
}

#[tokio::test]
async fn a_server_is_shown_its_own_messages_and_no_others() {
    let messages = vec![posted(GUILD, 200), posted(GUILD, 201), posted(GUILD, 201), posted(ELSEWHERE, 300)];
    let world = World::new(None, elsewhere(), messages);
    let picture = world.request().look(&ada(), None).await.unwrap();
    assert_eq!((picture.messages().len(), picture.with_others(), picture.others), (2, 1, 1));
    assert_eq!((picture.channels(), picture.name.as_deref()), (vec![SALES], Some("Ada")));
    let file = String::from_utf8(world.request().export(&ada()).await.unwrap()).unwrap();
    assert!(file.contains("\"Ada\"") && !file.contains("300"), "{file}");
}

#[tokio::test]
async fn a_server_whose_token_may_not_read_conversations_is_shown_none() {
    let mut conversation = lead();
    let record = json!({"kind": "conversation", "conversation": {"id": "215", "contact": "ada"}});
    conversation.event.record = serde_json::from_value(record).unwrap();
    let kept = KeptOf { events: vec![lead(), conversation], ..KeptOf::default() };
    let own = connection(GUILD, Some(Right::ReadConversations));
    let nobody = BTreeSet::new();
    assert_eq!(seen_by(GUILD, Some(&own), &nobody, kept.clone()).events, [lead()]);
    assert_eq!(seen_by(GUILD, None, &nobody, kept).events.len(), 2);
}

/// A user with a tag, as an event, as one that could not be posted, and as what changes are compared with.
fn tagged(actor: Actor) -> KeptOf {
    let mut contact = Contact::bare(ada(), Role::User);
    let tag = Named { id: TagId::new("t"), name: Some("churning".to_owned()) };
    contact.tags = PartialList { items: vec![tag], total: 1 };
    let snapshot = StoredSnapshot { contact: ada(), revision: 1, snapshot: Snapshot::of(&contact) };
    let record = Record::User { contact: Box::new(contact), origin: UserOrigin::New };
    let event = Event { record, actor: Some(actor.clone()), ..lead().event };
    let letter = DeadLetter {
        id: DeadLetterId(1),
        guild: GUILD,
        subscription: subscription(1).id,
        number: JournalNumber(1),
        event: event.clone(),
        reason: String::new(),
        since: Timestamp(1),
        retry: false,
        may_stand: None,
    };
    let events = vec![Entry { number: JournalNumber(1), event }];
    KeptOf {
        events,
        failed: vec![letter],
        snapshots: vec![snapshot],
        actor: Some(actor),
        ..KeptOf::default()
    }
}

#[test]
fn a_server_is_shown_no_names_that_its_token_may_not_read_and_nobody_of_another_server() {
    let kept = tagged(Actor { member: MARK, command: "/user create".to_owned() });
    let told = |lacking, acted: &BTreeSet<MemberId>| {
        let own = connection(GUILD, lacking);
        let kept = seen_by(GUILD, Some(&own), acted, kept.clone());
        let picture = Picture { contact: ada(), name: None, kept, extent: Extent::Workspace, others: 1 };
        let text = written(&picture).to_string();
        (text.matches("churning").count(), text.matches("/user create").count())
    };
    let (mark, nobody) = (BTreeSet::from([MARK]), BTreeSet::new());
    assert_eq!(told(None, &mark), (3, 3));
    assert_eq!(told(Some(Right::ReadTags), &nobody), (0, 0));
    assert_eq!(told(Some(Right::ReadContacts), &mark), (0, 1), "neither events nor snapshots");
}

#[tokio::test]
async fn who_acted_in_a_server_its_own_audit_tells() {
    let own = connection(GUILD, None);
    let mut world = World::new(Some(own), elsewhere(), Vec::new());
    let (mark, command) = (MARK, "/lead create".to_owned());
    let kept = KeptOf { actor: Some(Actor { member: mark, command }), ..KeptOf::default() };
    world.erasure = MockErasure::new();
    world.erasure.expect_kept_of().returning(move |_, _| Ok(kept.clone()));
    let targets = [(3, ada()), (4, ContactId::new("bea"))];
    world.audit.expect_audit_targets().times(1).return_once(|_, _| Ok(targets.into()));
    world.audit.expect_audit_links().withf(|_, numbers| *numbers == (3..4)).returning(|guild, _| {
        let (action, outcome) = (Action::Created, Outcome::Done);
        let (target, began) = (None, None);
        let entry =
            audit::Entry { seq: 3, at: UnixMillis(1), guild, member: MARK, action, outcome, target, began };
        let key = AuditKey::new([0; 32]).of_entry(3);
        Ok(vec![Link::after(&Code::NONE, &key, entry.to_value())])
    });
    assert!(world.request().look(&ada(), None).await.unwrap().kept.actor.is_some());
    world.audit.expect_audit_targets().returning(|_, _| Ok(std::collections::BTreeMap::new()));
    assert_eq!(world.request().look(&ada(), None).await.unwrap().kept.actor, None, "it was elsewhere");
}

#[tokio::test]
async fn nobody_is_left_out_of_a_message_while_a_worker_may_still_edit_it() {
    let mut world = World::new(None, vec![subscription(1)], vec![posted(GUILD, 201)]);
    let mut order = mockall::Sequence::new();
    world.remover = MockRemover::new();
    world.erasure.expect_begin_erasure().times(1).in_sequence(&mut order).returning(|_, _, _| Ok(()));
    let left = |_, _, _: &LeftOut, _: &str| Leaving::Done;
    world.remover.expect_leave_out().times(1).in_sequence(&mut order).returning(left);
    let world = world.remove(|_| Removal::Gone);
    assert_eq!(world.request().erase(&ada()).await.unwrap().left_out, 1);
}

#[tokio::test]
async fn what_could_not_be_deleted_is_told_with_its_channel() {
    let messages = vec![posted(GUILD, 200), posted(GUILD, 201), posted(GUILD, 210)];
    let world = World::new(None, vec![subscription(1)], messages).begins(Extent::Workspace);
    let world = world.remove(|channel| if channel == SALES { Removal::Gone } else { Removal::Impossible });
    let done = world.request().erase(&ada()).await.unwrap();
    assert_eq!((done.deleted, done.left_out, done.undeletable, done.following), (1, 1, 1, 0));
    assert_eq!(done.channels, BTreeSet::from([ChannelId(21)]));
}

#[tokio::test]
async fn what_discord_does_not_take_now_follows() {
    let messages = (200..240).map(|message| posted(GUILD, message)).collect();
    let world = World::new(None, vec![subscription(1)], messages).begins(Extent::Workspace);
    let world = world.remove(|channel| if channel.0 < 22 { Removal::Gone } else { Removal::Later(None) });
    let done = world.request().erase(&ada()).await.unwrap();
    assert_eq!((done.deleted, done.left_out, done.following), (19, 1, 20));
}

#[tokio::test]
async fn another_server_is_told_without_a_name_how_much_stands_there() {
    let messages = vec![posted(GUILD, 200), posted(ELSEWHERE, 300), posted(ELSEWHERE, 301)];
    let own = connection(GUILD, None);
    let mut world = World::new(Some(own), elsewhere(), messages).begins(Extent::Workspace);
    let told = std::sync::Arc::new(Mutex::new(Vec::new()));
    let noted = told.clone();
    world.outbox.expect_post_once().returning(move |_, message| {
        noted.lock().unwrap().push(message);
        PostOutcome::Unknown
    });
    let world = world.remove(|_| Removal::Gone);
    assert_eq!(world.request().erase(&ada()).await.unwrap().deleted, 1);
    assert_eq!(*told.lock().unwrap(), [Message::say("2")]);
}

#[tokio::test]
async fn a_server_whose_token_may_not_write_erases_its_own_messages_and_tells_nobody() {
    let messages = vec![posted(GUILD, 200), posted(ELSEWHERE, 300)];
    let own = connection(GUILD, Some(Right::WriteContacts));
    let world = World::new(Some(own.clone()), elsewhere(), messages.clone()).begins(Extent::Server);
    let world = world.remove(|_| Removal::Gone);
    let done = world.request().erase(&ada()).await.unwrap();
    assert_eq!((done.deleted, done.extent), (1, Some(Extent::Server)));
    let refused = world.request().take_back(&ada(), None).await.unwrap();
    assert_eq!(refused, TakenBack::NotTheirs { others: 1 }, "what others had erased stays so");
    let mut alone = World::new(Some(own), vec![subscription(1)], messages);
    let picture = alone.request().look(&ada(), None).await.unwrap();
    assert_eq!(picture.extent, Extent::Workspace, "nobody else has the workspace");
    alone.erasure.expect_take_erasure_back().returning(|_, _, _| Ok(true));
    assert_eq!(alone.request().take_back(&ada(), None).await.unwrap(), TakenBack::Done);
}

#[tokio::test]
async fn an_erasure_that_the_store_breaks_off_has_an_end_in_the_audit() {
    for (begins, outcome) in [(false, Outcome::Failed), (true, Outcome::Unknown)] {
        let mut world = World::new(None, Vec::new(), Vec::new());
        let (mut erasure, mut audit) = (MockErasure::new(), MockAudit::new());
        erasure.expect_kept_of().returning(|_, _| Ok(KeptOf::default()));
        erasure
            .expect_begin_erasure()
            .returning(move |_, _, _| if begins { Ok(()) } else { Err(StoreError::Closed) });
        erasure.expect_erase_contact().returning(move |_, _| Err(StoreError::Closed));
        audit.expect_begin_deed().returning(|_, deed| Ok(Begun { seq: 1, deed }));
        let ends = move |_: &Home, _: &Begun, ended: &Outcome| *ended == outcome;
        audit.expect_end_deed().once().withf(ends).returning(|_, _, _| Ok(()));
        (world.erasure, world.audit) = (erasure, audit);
        assert!(world.request().erase(&ada()).await.is_err());
    }
}
