//! Messages that live on, and the counts that outlive them.

use deskbell_domain::amendment::Amendment;
use deskbell_domain::conversation::{Assignee, Conversation, Now, State};
use deskbell_domain::delivery::{MessageShape, Verdict};
use deskbell_domain::event::{Event, EventId, EventKind, Record};
use deskbell_domain::ids::{AmendmentNumber, ChannelId, ConversationId, JournalNumber, MessageId};
use deskbell_domain::port::store::{EditEnd, Learnt, Naming, Store, WantedEdit};
use deskbell_domain::roll_up::Day;
use deskbell_domain::subscription::Subscription;
use deskbell_domain::time::{Timestamp, UnixMillis};

use super::{DAY_MS, Fixture, batch, lead, of_a_company, settlement};

/// A message that Discord made when the fixture's clock began.
fn message(number: u64) -> MessageId {
    MessageId(MessageId::earliest_at(super::START).0 + number)
}

async fn wanted(fixture: &Fixture<impl Store>, subscription: &Subscription) -> Vec<WantedEdit> {
    fixture.store.wanted_edits(&fixture.workspace, subscription.channel, 10).await.unwrap()
}

async fn wanted_up_to(fixture: &Fixture<impl Store>, subscription: &Subscription) -> Vec<(u64, u64)> {
    let wanted = wanted(fixture, subscription).await;
    wanted.iter().map(|edit| (edit.message.0 - message(0).0, edit.wanted.0)).collect()
}

async fn begin(fixture: &Fixture<impl Store>, subscription: &Subscription, numbers: &[u64]) {
    let _ = fixture.store.begin(&fixture.home, batch(subscription, numbers, 0), None).await.unwrap();
}

async fn settle(fixture: &Fixture<impl Store>, subscription: &Subscription, numbers: &[u64]) {
    let posted = Verdict::Posted(Some(message(numbers[0])));
    let _ = fixture.store.settle(settlement(subscription, batch(subscription, numbers, 0), posted)).await;
}

async fn post(fixture: &Fixture<impl Store>, subscription: &Subscription, numbers: &[u64]) {
    begin(fixture, subscription, numbers).await;
    settle(fixture, subscription, numbers).await;
}

async fn stands(fixture: &Fixture<impl Store>, event: &Event, now: &Now) -> Learnt {
    let learnt = Amendment::of_standing(now.clone());
    fixture.store.learn(&fixture.workspace, &event.id, &learnt).await.unwrap()
}

fn conversation(id: &str) -> Event {
    let conversation = Conversation {
        id: ConversationId::new(id),
        created_at: Timestamp(10),
        updated_at: Timestamp(10),
        subject: None,
        text: deskbell_domain::rich_text::RichText::default(),
        attachments: Vec::new(),
        message_url: None,
        author: deskbell_domain::conversation::Author::default(),
        contact: None,
        admin_id: None,
        admin_name: None,
        team_id: None,
        team_name: None,
        company_names: Vec::new(),
        start: deskbell_domain::conversation::Start::Customer,
        now: None,
    };
    Event {
        id: EventId::conversation_created(&conversation.id),
        at: Timestamp(10),
        record: Record::started(conversation),
        actor: None,
    }
}

async fn conversations(fixture: &Fixture<impl Store>, names: &[&str]) -> (Subscription, Vec<Event>) {
    let subscription = fixture.subscribe(fixture.wish(EventKind::NewConversation, 100)).await;
    let events: Vec<_> = names.iter().map(|name| conversation(name)).collect();
    fixture.journal(events.clone()).await;
    (subscription, events)
}

fn held_by(name: &str) -> Now {
    let admin = Some(Assignee { id: name.to_owned(), name: Some(name.to_owned()) });
    Now { admin, ..Now::default() }
}

fn closed() -> Now {
    Now { state: State::Closed, ..held_by("Grace") }
}

pub(super) async fn a_message_is_to_be_edited_once_something_is_learnt_of_what_it_shows(
    fixture: Fixture<impl Store>,
) {
    let (subscription, events) = conversations(&fixture, &["a", "b", "c"]).await;
    post(&fixture, &subscription, &[1, 2]).await;
    post(&fixture, &subscription, &[3]).await;
    assert_eq!(wanted(&fixture, &subscription).await, []);
    assert_eq!(stands(&fixture, &events[1], &held_by("Grace")).await, Learnt::News);
    let [edit] = &wanted(&fixture, &subscription).await[..] else { panic!("one message shows it") };
    let shape = MessageShape {
        guild: fixture.home.guild,
        detail: subscription.detail,
        batch: batch(&subscription, &[1, 2], 0),
    };
    assert_eq!(
        *edit,
        WantedEdit {
            home: fixture.home.clone(),
            channel: subscription.channel,
            message: message(1),
            shape,
            wanted: AmendmentNumber(1),
        }
    );
    assert_eq!(fixture.store.wanted_edits(&fixture.workspace, ChannelId(101), 10).await.unwrap(), []);
    fixture.store.end_edit(edit, EditEnd::Done).await.unwrap();
    assert_eq!(wanted(&fixture, &subscription).await, []);
    assert_eq!(stands(&fixture, &events[1], &held_by("Grace")).await, Learnt::Nothing);
    assert_eq!(wanted(&fixture, &subscription).await, [], "it is shown already");
    let unknown = conversation("unknown");
    assert_eq!(stands(&fixture, &unknown, &held_by("Grace")).await, Learnt::Nothing);
}

pub(super) async fn what_is_learnt_while_a_message_is_on_its_way_wants_its_edit(
    fixture: Fixture<impl Store>,
) {
    let (subscription, events) = conversations(&fixture, &["a"]).await;
    begin(&fixture, &subscription, &[1]).await;
    assert_eq!(stands(&fixture, &events[0], &held_by("Grace")).await, Learnt::News);
    assert_eq!(wanted(&fixture, &subscription).await, []);
    settle(&fixture, &subscription, &[1]).await;
    assert_eq!(wanted_up_to(&fixture, &subscription).await, [(1, 1)]);
    settle(&fixture, &subscription, &[1]).await;
    assert_eq!(wanted_up_to(&fixture, &subscription).await, [(1, 1)]);
}

pub(super) async fn an_edit_that_is_wanted_anew_stays_wanted(fixture: Fixture<impl Store>) {
    let (subscription, events) = conversations(&fixture, &["a"]).await;
    post(&fixture, &subscription, &[1]).await;
    let _ = stands(&fixture, &events[0], &held_by("Grace")).await;
    let first = wanted(&fixture, &subscription).await.remove(0);
    let _ = stands(&fixture, &events[0], &closed()).await;
    for _ in 0..2 {
        fixture.store.end_edit(&first, EditEnd::Done).await.unwrap();
    }
    let second = wanted(&fixture, &subscription).await.remove(0);
    assert_eq!((second.wanted, second.shape.batch.amended), (AmendmentNumber(2), AmendmentNumber(1)));
    fixture.store.end_edit(&second, EditEnd::Done).await.unwrap();
    assert_eq!(wanted(&fixture, &subscription).await, []);
}

pub(super) async fn a_message_that_is_gone_is_edited_no_more(fixture: Fixture<impl Store>) {
    let (subscription, events) = conversations(&fixture, &["a"]).await;
    post(&fixture, &subscription, &[1]).await;
    let _ = stands(&fixture, &events[0], &held_by("Grace")).await;
    let edit = wanted(&fixture, &subscription).await.remove(0);
    fixture.store.end_edit(&edit, EditEnd::Gone).await.unwrap();
    let _ = stands(&fixture, &events[0], &closed()).await;
    assert_eq!(wanted(&fixture, &subscription).await, []);
}

pub(super) async fn a_message_is_edited_for_seven_days(fixture: Fixture<impl Store>) {
    let (subscription, events) = conversations(&fixture, &["a", "b"]).await;
    post(&fixture, &subscription, &[1]).await;
    post(&fixture, &subscription, &[2]).await;
    let _ = stands(&fixture, &events[0], &held_by("Grace")).await;
    let keep_from = UnixMillis(0);
    for (days, left) in [(6, 1), (2, 0)] {
        fixture.pass(days * DAY_MS);
        let _ = fixture.store.prune(&fixture.workspace, keep_from).await.unwrap();
        assert_eq!(wanted(&fixture, &subscription).await.len(), left);
    }
    let _ = stands(&fixture, &events[1], &closed()).await;
    assert_eq!(wanted(&fixture, &subscription).await, []);
}

pub(super) async fn how_a_conversation_stands_is_replaced_by_how_it_stands_later(
    fixture: Fixture<impl Store>,
) {
    let (_, events) = conversations(&fixture, &["a"]).await;
    for now in [held_by("Grace"), closed(), held_by("Grace")] {
        assert_eq!(stands(&fixture, &events[0], &now).await, Learnt::News);
    }
    let shown = async |amended| {
        let read = fixture.store.entries(&fixture.workspace, &[JournalNumber(1)], AmendmentNumber(amended));
        match read.await.unwrap().remove(0).event.record {
            Record::Conversation { conversation, .. } => (conversation.now, conversation.admin_name),
            other => panic!("a conversation: {other:?}"),
        }
    };
    let grace = Some("Grace".to_owned());
    assert_eq!(shown(0).await, (None, None));
    assert_eq!(shown(1).await, (Some(Box::new(held_by("Grace"))), grace.clone()));
    assert_eq!(shown(2).await, (Some(Box::new(closed())), grace.clone()));
    assert_eq!(shown(3).await, (Some(Box::new(held_by("Grace"))), grace));
}

pub(super) async fn a_conversation_that_moves_for_years_keeps_a_short_row(fixture: Fixture<impl Store>) {
    let unnamed = of_a_company("a", None);
    let events = vec![unnamed.clone()];
    let open = [unnamed.id.clone()].into();
    fixture.append(deskbell_domain::port::store::Append { events, unnamed: open, ..fixture.nothing() }).await;
    let named = of_a_company("a", Some("Acme"));
    let learnt = Amendment::learnt(&unnamed.record, &named.record);
    fixture.store.amend(&fixture.workspace, JournalNumber(1), &learnt, Naming::Open).await.unwrap();
    for turn in 0..100 {
        let now = held_by(&turn.to_string());
        assert_eq!(stands(&fixture, &unnamed, &now).await, Learnt::News);
    }
    let read = fixture.store.entries(&fixture.workspace, &[JournalNumber(1)], AmendmentNumber::LATEST);
    assert_eq!(read.await.unwrap().remove(0).event, named, "what was learnt at first stays");
}

pub(super) async fn each_event_counts_once_in_its_hour(fixture: Fixture<impl Store>) {
    let now = fixture.now().seconds();
    let today = Day::of(now);
    for _ in 0..2 {
        fixture.journal(vec![lead("a", now.0), lead("b", now.0)]).await;
    }
    fixture.journal(vec![lead("later", now.0 + 9_000_000), lead("before", now.0 - 86_400)]).await;
    let days = fixture.store.rolled_up(&fixture.workspace, today.before(1)..=today).await.unwrap();
    let totals: Vec<_> = days.iter().map(|day| (day.day, day.counts.total(EventKind::NewLead))).collect();
    assert_eq!(totals, [(today.before(1), 1), (today, 3)], "what is dated later happened now");
    let hour = usize::try_from(now.0.rem_euclid(86_400) / 3_600).unwrap();
    assert_eq!(days[1].counts.of(EventKind::NewLead)[hour], 3);
}

pub(super) async fn counts_are_kept_for_400_days(fixture: Fixture<impl Store>) {
    let first = Day::of(fixture.now().seconds());
    fixture.journal(vec![lead("a", fixture.now().seconds().0)]).await;
    for (days, left) in [(400, 1), (1, 0)] {
        fixture.pass(days * DAY_MS);
        let _ = fixture.store.prune(&fixture.workspace, UnixMillis(0)).await.unwrap();
        let found = fixture.store.rolled_up(&fixture.workspace, first..=first).await.unwrap();
        assert_eq!(found.len(), left);
    }
}
