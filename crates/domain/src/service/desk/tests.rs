use mockall::Sequence;

use super::*;
use crate::conversation::{Author, Extent, Holder, Now, Part, Readers, Speaker};
use crate::ids::{GuildId, PartId, TagId, WorkspaceId};
use crate::port::intercom::{MockIntercom, Recipient, Tagging};
use crate::port::store::{MockAudit, MockInbox};
use crate::rich_text::RichText;

const GRACE: &str = "814";
const ALAN: &str = "815";

fn talk() -> ConversationId {
    ConversationId::new("215470")
}

/// As it stands: who has it, whether it is open, and who spoke last.
fn thread(admin: Option<&str>, state: State, last: Speaker) -> Thread {
    let admin = admin.map(|id| Assignee::unnamed(id.to_owned()));
    let record = serde_json::from_str(r#"{"id": "215470"}"#).expect("all but the id may be missing");
    let mut thread = Thread::whole(record, Vec::new());
    thread.conversation.now = Some(Box::new(Now { state, admin, ..Now::default() }));
    thread.extent = Extent::Whole;
    thread.parts.push(Part {
        id: PartId::new("1"),
        at: Timestamp(100),
        author: Author::default(),
        speaker: last,
        readers: Readers::Everybody,
        text: RichText::plain("Hello?"),
        attachments: Vec::new(),
        assigned: Some(Holder::People),
        stands: None,
    });
    thread
}

fn free() -> Thread {
    thread(None, State::Open, Speaker::Customer)
}

fn held_by(admin: &str) -> Thread {
    thread(Some(admin), State::Open, Speaker::Customer)
}

/// Intercom, read twice, and asked to move the conversation once between the two.
fn intercom(before: Thread, moved: Result<Moved, IntercomError>, after: Thread) -> MockIntercom {
    let (mut intercom, mut order) = (MockIntercom::new(), Sequence::new());
    intercom.expect_conversation().times(1).in_sequence(&mut order).return_once(move |_| Ok(Some(before)));
    intercom.expect_move_conversation().times(1).in_sequence(&mut order).return_once(move |_, _, _| moved);
    intercom.expect_conversation().times(1).in_sequence(&mut order).return_once(move |_| Ok(Some(after)));
    intercom
}

/// Intercom that is only read.
fn read_only(thread: Option<Thread>) -> MockIntercom {
    let mut intercom = MockIntercom::new();
    intercom.expect_conversation().times(1).return_once(move |_| Ok(thread));
    intercom
}

/// The audit, in which this is written down with how it ended.
fn audit(outcome: Option<Outcome>) -> MockAudit {
    let mut audit = MockAudit::new();
    if let Some(outcome) = outcome {
        audit.expect_begin_deed().times(1).returning(|_, deed| Ok(Begun { seq: 1, deed }));
        audit
            .expect_end_deed()
            .times(1)
            .withf(move |_, _, ended| *ended == outcome)
            .returning(|_, _, _| Ok(()));
    }
    audit
}

/// Does something as Grace; `hints` is how often it is told that the conversation moved.
async fn as_grace<T>(
    intercom: MockIntercom,
    audit: MockAudit,
    hints: usize,
    act: impl AsyncFnOnce(Desk<'_>) -> T,
) -> T {
    let mut inbox = MockInbox::new();
    inbox.expect_hint().times(hints).returning(|_, _| Ok(()));
    act(Desk {
        intercom: &intercom,
        looks: &intercom,
        audit: &audit,
        inbox: &inbox,
        home: Home::new(&WorkspaceId::new("w1"), GuildId(7)),
        member: MemberId(9),
        admin: AdminId::new(GRACE),
    })
    .await
}

fn of_intercom(error: DeskError) -> IntercomError {
    match error {
        DeskError::Intercom(error) => error,
        DeskError::Store(error) => panic!("the store: {error}"),
    }
}

async fn take(
    intercom: MockIntercom,
    audit: MockAudit,
    hints: usize,
    taking: Taking,
) -> Result<Taken, IntercomError> {
    as_grace(intercom, audit, hints, async |desk| desk.take(&talk(), taking).await).await.map_err(of_intercom)
}

#[tokio::test]
async fn what_nobody_has_is_taken_and_read_again() {
    let intercom = intercom(free(), Ok(Moved::Now), held_by(GRACE));
    let taken = take(intercom, audit(Some(Outcome::Done)), 1, Taking::IfFree).await;
    assert_eq!(taken, Ok(Taken::Now { reopened: false }));
}

#[tokio::test]
async fn what_another_has_is_left_and_it_is_told_who_and_since_when() {
    let taken = take(read_only(Some(held_by(ALAN))), audit(None), 0, Taking::IfFree).await;
    assert_eq!(taken, Ok(Taken::By(Assignee::unnamed(ALAN.to_owned()), Some(Timestamp(100)))));
    let intercom = intercom(held_by(ALAN), Ok(Moved::Now), held_by(GRACE));
    let taken = take(intercom, audit(Some(Outcome::Done)), 1, Taking::Over).await;
    assert_eq!(taken, Ok(Taken::Now { reopened: false }), "whoever asks again takes it over");
}

#[tokio::test]
async fn what_is_closed_is_opened_again_only_by_whoever_says_so() {
    let closed = || thread(None, State::Closed, Speaker::Customer);
    let taken = take(read_only(Some(closed())), audit(None), 0, Taking::IfFree).await;
    assert_eq!(taken, Ok(Taken::Closed), "a colleague may have closed it a moment ago");
    let intercom = intercom(closed(), Ok(Moved::Now), held_by(GRACE));
    let taken = take(intercom, audit(Some(Outcome::Done)), 1, Taking::Over).await;
    assert_eq!(taken, Ok(Taken::Now { reopened: true }));
}

#[tokio::test]
async fn of_two_who_take_at_once_the_one_who_lost_hears_who_has_it() {
    let intercom = intercom(free(), Ok(Moved::Now), held_by(ALAN));
    let taken = take(intercom, audit(Some(Outcome::Done)), 1, Taking::IfFree).await;
    assert_eq!(taken, Ok(Taken::By(Assignee::unnamed(ALAN.to_owned()), Some(Timestamp(100)))));
}

#[tokio::test]
async fn whoever_loses_it_to_nobody_in_the_same_moment_is_not_told_to_have_it() {
    let intercom = intercom(free(), Ok(Moved::Now), free());
    let taken = take(intercom, audit(Some(Outcome::Done)), 1, Taking::IfFree).await;
    assert_eq!(taken, Ok(Taken::Nobody));
}

#[tokio::test]
async fn what_intercom_refuses_because_it_is_so_counts_as_done() {
    let intercom = intercom(free(), Ok(Moved::Before), held_by(GRACE));
    let taken = take(intercom, audit(Some(Outcome::Done)), 1, Taking::IfFree).await;
    assert_eq!(taken, Ok(Taken::Now { reopened: false }));
    let taken = take(read_only(Some(held_by(GRACE))), audit(None), 0, Taking::IfFree).await;
    assert_eq!(taken, Ok(Taken::Before));
}

#[tokio::test]
async fn an_answer_that_did_not_come_is_looked_for_in_how_it_stands() {
    let lost = || Err(IntercomError::OutcomeUnknown);
    let found = intercom(free(), lost(), held_by(GRACE));
    let taken = take(found, audit(Some(Outcome::Done)), 1, Taking::IfFree).await;
    assert_eq!(taken, Ok(Taken::Now { reopened: false }));
    let not_found = intercom(free(), lost(), free());
    let taken = take(not_found, audit(Some(Outcome::Failed)), 0, Taking::IfFree).await;
    assert_eq!(taken, Err(IntercomError::OutcomeUnknown));
}

#[tokio::test]
async fn a_conversation_is_closed_at_once_only_where_the_customer_was_answered() {
    let close = async |intercom, audit, hints, closing| {
        as_grace(intercom, audit, hints, async |desk: Desk<'_>| desk.close(&talk(), closing).await)
            .await
            .map_err(of_intercom)
    };
    let asked = close(read_only(Some(free())), audit(None), 0, Closing::IfAnswered).await;
    assert_eq!(asked, Ok(Closed::Unanswered));
    let closed = || thread(None, State::Closed, Speaker::Customer);
    let anyway = intercom(free(), Ok(Moved::Now), closed());
    assert_eq!(close(anyway, audit(Some(Outcome::Done)), 1, Closing::Anyway).await, Ok(Closed::Now));
    let answered = intercom(thread(None, State::Open, Speaker::Teammate), Ok(Moved::Now), closed());
    assert_eq!(close(answered, audit(Some(Outcome::Done)), 1, Closing::IfAnswered).await, Ok(Closed::Now));
    let before = close(read_only(Some(closed())), audit(None), 0, Closing::IfAnswered).await;
    assert_eq!(before, Ok(Closed::Before));
    assert_eq!(close(read_only(None), audit(None), 0, Closing::Anyway).await, Ok(Closed::Gone));
    let opened = intercom(free(), Ok(Moved::Now), free());
    let opened = close(opened, audit(Some(Outcome::Done)), 1, Closing::Anyway).await;
    assert_eq!(opened, Ok(Closed::OpenedMeanwhile), "somebody opened it at once");
}

/// Intercom, which takes a move and does not show afterwards how the conversation stands.
fn unread(before: Thread, moved: Moved) -> MockIntercom {
    let (mut intercom, mut order) = (MockIntercom::new(), Sequence::new());
    intercom.expect_conversation().times(1).in_sequence(&mut order).return_once(move |_| Ok(Some(before)));
    intercom.expect_move_conversation().times(1).returning(move |_, _, _| Ok(moved));
    let silent = |_: &ConversationId| Err(IntercomError::OutcomeUnknown);
    intercom.expect_conversation().times(1).in_sequence(&mut order).returning(silent);
    intercom
}

#[tokio::test]
async fn of_what_was_not_read_again_no_more_is_told_than_what_intercom_said() {
    let (now, id) = (|| unread(free(), Moved::Now), talk());
    let done = || audit(Some(Outcome::Done));
    let taken = take(now(), done(), 1, Taking::IfFree).await;
    assert_eq!(taken, Ok(Taken::Unread));
    let before = take(unread(free(), Moved::Before), audit(Some(Outcome::Failed)), 1, Taking::IfFree).await;
    assert_eq!(before, Ok(Taken::Before));
    let closed = as_grace(now(), done(), 1, async |desk| desk.close(&id, Closing::Anyway).await).await;
    assert_eq!(closed.map_err(of_intercom), Ok(Closed::Unread));
    let shut = unread(thread(None, State::Closed, Speaker::Customer), Moved::Now);
    let opened = as_grace(shut, done(), 1, async |desk| desk.reopen(&id).await).await;
    assert_eq!(opened.map_err(of_intercom), Ok(Reopened::Unread));
    let snoozed = as_grace(now(), done(), 1, async |desk| desk.snooze(&id, Timestamp(9)).await).await;
    assert_eq!(snoozed.map_err(of_intercom), Ok(Snoozed::Unread));
    let given = as_grace(now(), done(), 1, async |desk| desk.give(&id, &team("3")).await).await;
    assert_eq!(given.map_err(of_intercom), Ok(Given::Unread));
}

#[tokio::test]
async fn a_closed_conversation_is_opened_again_and_an_open_one_is_left() {
    let reopen = async |intercom, audit, hints| {
        as_grace(intercom, audit, hints, async |desk: Desk<'_>| desk.reopen(&talk()).await)
            .await
            .map_err(of_intercom)
    };
    let closed = intercom(thread(None, State::Closed, Speaker::Customer), Ok(Moved::Now), free());
    assert_eq!(reopen(closed, audit(Some(Outcome::Done)), 1).await, Ok(Reopened::Now));
    let closed = || thread(None, State::Closed, Speaker::Customer);
    let undone = intercom(closed(), Ok(Moved::Now), closed());
    let undone = reopen(undone, audit(Some(Outcome::Done)), 1).await;
    assert_eq!(undone, Ok(Reopened::UndoneMeanwhile), "somebody closed it at once");
    assert_eq!(reopen(read_only(Some(free())), audit(None), 0).await, Ok(Reopened::Before));
}

fn team(id: &str) -> Recipient {
    Recipient::Team(id.to_owned())
}

#[tokio::test]
async fn what_is_put_off_is_read_again_and_the_truth_is_told() {
    let until = Timestamp(1_000);
    let snooze = async |intercom, audit, hints| {
        as_grace(intercom, audit, hints, async |desk: Desk<'_>| desk.snooze(&talk(), until).await)
            .await
            .map_err(of_intercom)
    };
    let snoozed = || thread(None, State::Snoozed, Speaker::Customer);
    let done = intercom(free(), Ok(Moved::Now), snoozed());
    assert_eq!(snooze(done, audit(Some(Outcome::Done)), 1).await, Ok(Snoozed::Until(until)));
    let opened = intercom(free(), Ok(Moved::Now), free());
    assert_eq!(snooze(opened, audit(Some(Outcome::Done)), 1).await, Ok(Snoozed::OpenedMeanwhile));
    assert_eq!(snooze(read_only(None), audit(None), 0).await, Ok(Snoozed::Gone));
}

#[tokio::test]
async fn a_tag_is_put_on_or_taken_off_as_was_chosen_whatever_somebody_else_did_since() {
    let vip = TagId::new("7");
    let tagged = || Thread { tags: vec![TagId::new("7")], ..free() };
    let tag = async |intercom, audit, tagging| {
        as_grace(intercom, audit, 0, async |desk: Desk<'_>| desk.tag(&talk(), &vip, tagging).await)
            .await
            .map_err(of_intercom)
    };
    let answering = |before: Thread, wanted: Tagging, answer| {
        let mut intercom = MockIntercom::new();
        intercom.expect_conversation().returning(move |_| Ok(Some(before.clone())));
        intercom
            .expect_tag_conversation()
            .times(1)
            .withf(move |_, _, _, tagging| *tagging == wanted)
            .return_once(move |_, _, _, _| answer);
        intercom
    };
    let on = tag(answering(free(), Tagging::On, Ok(())), audit(Some(Outcome::Done)), Tagging::On).await;
    assert_eq!(on, Ok(Tagged::Now(Tagging::On)));
    let off = tag(answering(tagged(), Tagging::Off, Ok(())), audit(Some(Outcome::Done)), Tagging::Off).await;
    assert_eq!(off, Ok(Tagged::Now(Tagging::Off)));
    let missing = answering(free(), Tagging::On, Err(IntercomError::Missing));
    for (thread, tagging) in [(tagged(), Tagging::On), (free(), Tagging::Off)] {
        assert_eq!(tag(read_only(Some(thread)), audit(None), tagging).await, Ok(Tagged::Before(tagging)));
    }
    assert_eq!(tag(missing, audit(Some(Outcome::Failed)), Tagging::On).await, Ok(Tagged::NoSuchTag));
    let (mut twice, mut order) = (MockIntercom::new(), Sequence::new());
    for thread in [tagged(), free()] {
        twice.expect_conversation().times(1).in_sequence(&mut order).return_once(move |_| Ok(Some(thread)));
    }
    twice.expect_tag_conversation().returning(|_, _, _, _| Err(IntercomError::Missing));
    let off = tag(twice, audit(Some(Outcome::Done)), Tagging::Off).await;
    assert_eq!(off, Ok(Tagged::Now(Tagging::Off)), "a second try finds it off already");
}

#[tokio::test]
async fn a_conversation_is_given_away_and_whoever_was_quicker_is_told() {
    let give = async |intercom, audit, hints, to: Recipient| {
        as_grace(intercom, audit, hints, async |desk: Desk<'_>| desk.give(&talk(), &to).await)
            .await
            .map_err(of_intercom)
    };
    let alan = || Recipient::Admin(AdminId::new(ALAN));
    let done = intercom(held_by(GRACE), Ok(Moved::Now), held_by(ALAN));
    assert_eq!(give(done, audit(Some(Outcome::Done)), 1, alan()).await, Ok(Given::Now { reopened: false }));
    let closed = thread(None, State::Closed, Speaker::Customer);
    let opened = intercom(closed, Ok(Moved::Now), held_by(ALAN));
    let opened = give(opened, audit(Some(Outcome::Done)), 1, alan()).await;
    assert_eq!(opened, Ok(Given::Now { reopened: true }));
    let undone = give(intercom(free(), Ok(Moved::Now), free()), audit(Some(Outcome::Done)), 1, alan()).await;
    assert_eq!(undone, Ok(Given::UndoneMeanwhile));
    let quicker = intercom(free(), Ok(Moved::Now), held_by(GRACE));
    let given = give(quicker, audit(Some(Outcome::Done)), 1, team("3")).await;
    assert_eq!(given, Ok(Given::By(Assignee::unnamed(GRACE.to_owned()), Some(Timestamp(100)))));
    let before = give(read_only(Some(held_by(ALAN))), audit(None), 0, alan()).await;
    assert_eq!(before, Ok(Given::Before));
}
