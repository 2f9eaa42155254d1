use mockall::Sequence;

use super::*;
use crate::contact::{Role, Tag};
use crate::home::Home;
use crate::ids::{GuildId, MemberId, WorkspaceId};
use crate::port::intercom::MockIntercom;
use crate::port::store::{MockAudit, MockInbox};
use crate::rich_text::RichText;

const GRACE: &str = "814";
const ALAN: &str = "815";
const NOW: Timestamp = Timestamp(1_000);

fn ada() -> ContactId {
    ContactId::new("ada")
}

fn owned_by(admin: Option<&str>) -> Contact {
    Contact { owner_id: admin.map(str::to_owned), ..Contact::bare(ada(), Role::Lead) }
}

fn found(contact: Contact) -> Found {
    Found::Contact(Box::new(contact))
}

/// Intercom, read before and after the owner is set once.
fn intercom(
    before: Option<&str>,
    set: Result<(), IntercomError>,
    after: Result<Found, IntercomError>,
) -> MockIntercom {
    let (mut intercom, mut order) = (MockIntercom::new(), Sequence::new());
    let before = owned_by(before);
    intercom.expect_contact().times(1).in_sequence(&mut order).return_once(move |_| Ok(found(before)));
    let set = set.map(|()| owned_by(Some(GRACE)));
    intercom.expect_set_owner().times(1).in_sequence(&mut order).return_once(move |_, _| set);
    intercom.expect_contact().times(1).in_sequence(&mut order).return_once(move |_| after);
    intercom
}

fn read_only(found: Result<Found, IntercomError>) -> MockIntercom {
    let mut intercom = MockIntercom::new();
    intercom.expect_contact().times(1).return_once(move |_| found);
    intercom
}

/// Does something as Grace. The audit says how it ended, where anything was begun; `hints` is how often it is told that
/// the person moved.
async fn as_grace<T>(
    intercom: MockIntercom,
    outcome: Option<Outcome>,
    hints: usize,
    act: impl AsyncFnOnce(Desk<'_>) -> Result<T, DeskError>,
) -> Result<T, IntercomError> {
    let (mut audit, mut inbox) = (MockAudit::new(), MockInbox::new());
    if let Some(outcome) = outcome {
        let is_about_her = |_: &Home, deed: &Deed| deed.contact == Some(ada());
        let begun = |_: &Home, deed| Ok(Begun { seq: 1, deed });
        audit.expect_begin_deed().times(1).withf(is_about_her).returning(begun);
        let ended = move |_: &Home, _: &Begun, ended: &Outcome| *ended == outcome;
        audit.expect_end_deed().times(1).withf(ended).returning(|_, _, _| Ok(()));
    }
    inbox.expect_hint().times(hints).returning(|_, _| Ok(()));
    let desk = Desk {
        intercom: &intercom,
        looks: &intercom,
        audit: &audit,
        inbox: &inbox,
        home: Home::new(&WorkspaceId::new("w1"), GuildId(7)),
        member: MemberId(9),
        admin: AdminId::new(GRACE),
    };
    act(desk).await.map_err(|error| match error {
        DeskError::Intercom(error) => error,
        DeskError::Store(error) => panic!("the store: {error}"),
    })
}

async fn own(
    intercom: MockIntercom,
    outcome: Option<Outcome>,
    taking: Taking,
) -> Result<Option<Owned>, IntercomError> {
    let hints = usize::from(outcome == Some(Outcome::Done));
    let owned = as_grace(intercom, outcome, hints, async |desk| desk.own(&ada(), taking).await).await;
    owned.map(ended_here)
}

fn ended_here<T>(done: OfPerson<T>) -> Option<T> {
    match done {
        OfPerson::Here(_, ended) => Some(ended),
        OfPerson::Merged(_) | OfPerson::Gone => None,
    }
}

#[tokio::test]
async fn whom_nobody_owns_is_taken_and_whom_another_owns_only_when_that_was_asked() {
    let done = Some(Outcome::Done);
    let free = intercom(None, Ok(()), Ok(found(owned_by(Some(GRACE)))));
    assert_eq!(own(free, done, Taking::IfFree).await, Ok(Some(Owned::Now)));
    let held = || read_only(Ok(found(owned_by(Some(ALAN)))));
    assert_eq!(own(held(), None, Taking::IfFree).await, Ok(Some(Owned::By(AdminId::new(ALAN)))));
    let over = intercom(Some(ALAN), Ok(()), Ok(found(owned_by(Some(GRACE)))));
    assert_eq!(own(over, done, Taking::Over).await, Ok(Some(Owned::Now)));
    let mine = read_only(Ok(found(owned_by(Some(GRACE)))));
    assert_eq!(own(mine, None, Taking::Over).await, Ok(Some(Owned::Before)));
}

#[tokio::test]
async fn who_owns_somebody_afterwards_is_told_as_it_stands() {
    let done = Some(Outcome::Done);
    let lost = intercom(None, Ok(()), Ok(found(owned_by(Some(ALAN)))));
    assert_eq!(own(lost, done, Taking::IfFree).await, Ok(Some(Owned::By(AdminId::new(ALAN)))));
    let undone = intercom(None, Ok(()), Ok(found(owned_by(None))));
    assert_eq!(own(undone, done, Taking::IfFree).await, Ok(Some(Owned::Nobody)));
    let unread = intercom(None, Ok(()), Err(IntercomError::OutcomeUnknown));
    assert_eq!(own(unread, done, Taking::IfFree).await, Ok(Some(Owned::Unread)));
}

#[tokio::test]
async fn an_owner_whose_answer_is_lost_is_looked_for() {
    let lost = || Err(IntercomError::OutcomeUnknown);
    let there = intercom(None, lost(), Ok(found(owned_by(Some(GRACE)))));
    assert_eq!(own(there, Some(Outcome::Done), Taking::IfFree).await, Ok(Some(Owned::Now)));
    let not_there = intercom(None, lost(), Ok(found(owned_by(None))));
    let ended = own(not_there, Some(Outcome::Failed), Taking::IfFree).await;
    assert_eq!(ended, Err(IntercomError::OutcomeUnknown));
    let silent = intercom(None, lost(), Err(IntercomError::OutcomeUnknown));
    let ended = own(silent, Some(Outcome::Unknown), Taking::IfFree).await;
    assert_eq!(ended, Err(IntercomError::OutcomeUnknown));
}

#[tokio::test]
async fn nothing_is_done_with_whoever_was_merged_or_deleted() {
    let merged = || Ok(Found::Merged(Box::new(owned_by(None))));
    let done = as_grace(read_only(merged()), None, 0, async |desk| desk.own(&ada(), Taking::Over).await);
    assert_eq!(done.await, Ok(OfPerson::Merged(Box::new(owned_by(None)))));
    let note = async |desk: Desk<'_>| desk.note_on(&ada(), "Call her.", NOW).await;
    assert_eq!(as_grace(read_only(Ok(Found::Missing)), None, 0, note).await, Ok(OfPerson::Gone));
    let tag = async |desk: Desk<'_>| desk.tag_person(&ada(), &TagId::new("7"), Tagging::On).await;
    assert_eq!(as_grace(read_only(Ok(Found::Missing)), None, 0, tag).await, Ok(OfPerson::Gone));
}

/// Intercom with a person who has these tags before and afterwards.
fn tagged(before: &[&str], changed: Option<Result<(), IntercomError>>, after: &[&str]) -> MockIntercom {
    let (mut intercom, mut order) = (read_only(Ok(found(owned_by(None)))), Sequence::new());
    let tag = |id: &&str| Tag { id: TagId::new(*id), name: (*id).to_owned() };
    let (before, after): (Vec<_>, Vec<_>) =
        (before.iter().map(tag).collect(), after.iter().map(tag).collect());
    intercom.expect_tags_of().times(1).in_sequence(&mut order).return_once(move |_| Ok(before));
    if let Some(changed) = changed {
        intercom.expect_tag_contact().times(1).return_once(move |_, _, _| changed);
    }
    intercom.expect_tags_of().times(0..=1).in_sequence(&mut order).return_once(move |_| Ok(after));
    intercom
}

#[tokio::test]
async fn a_tag_is_put_on_somebody_or_taken_off_as_was_chosen_whatever_somebody_else_did_since() {
    let tag = async |intercom, outcome, tagging| {
        let hints = usize::from(outcome == Some(Outcome::Done));
        let act = async |desk: Desk<'_>| desk.tag_person(&ada(), &TagId::new("7"), tagging).await;
        as_grace(intercom, outcome, hints, act).await.map(ended_here)
    };
    let (done, failed) = (Some(Outcome::Done), Some(Outcome::Failed));
    let (on, off) = (Tagging::On, Tagging::Off);
    assert_eq!(tag(tagged(&[], Some(Ok(())), &[]), done, on).await, Ok(Some(Tagged::Now(on))));
    assert_eq!(tag(tagged(&["7"], Some(Ok(())), &[]), done, off).await, Ok(Some(Tagged::Now(off))));
    assert_eq!(tag(tagged(&["7"], None, &[]), None, on).await, Ok(Some(Tagged::Before(on))));
    assert_eq!(tag(tagged(&[], None, &[]), None, off).await, Ok(Some(Tagged::Before(off))));
    let missing = || Some(Err(IntercomError::Missing));
    assert_eq!(tag(tagged(&[], missing(), &[]), failed, on).await, Ok(Some(Tagged::NoSuchTag)));
    let twice = tag(tagged(&["7"], missing(), &[]), done, off).await;
    assert_eq!(twice, Ok(Some(Tagged::Now(off))), "a second try finds it off already");
    let lost = tag(tagged(&[], Some(Err(IntercomError::OutcomeUnknown)), &["7"]), done, on).await;
    assert_eq!(lost, Ok(Some(Tagged::Now(on))));
}

fn note(author: &str, at: i64, text: &str) -> Note {
    Note { at: Timestamp(at), author: Some(AdminId::new(author)), text: RichText::plain(text) }
}

#[tokio::test]
async fn a_note_is_written_once_and_one_whose_answer_is_lost_is_looked_for_once() {
    let write = async |written, notes: Option<Vec<Note>>, outcome| {
        let mut intercom = read_only(Ok(found(owned_by(None))));
        intercom.expect_write_note().times(1).return_once(move |_, _, _| written);
        if let Some(notes) = notes {
            intercom.expect_notes_on().times(1).return_once(move |_| Ok(notes));
        }
        let act = async |desk: Desk<'_>| desk.note_on(&ada(), "Call her.", NOW).await;
        as_grace(intercom, Some(outcome), 0, act).await.map(ended_here)
    };
    assert_eq!(write(Ok(()), None, Outcome::Done).await, Ok(Some(Noted::Now)));
    let lost = || Err(IntercomError::OutcomeUnknown);
    let there = vec![note(ALAN, 1_001, "Call her."), note(GRACE, 999, "Call her.")];
    assert_eq!(write(lost(), Some(there), Outcome::Done).await, Ok(Some(Noted::Now)));
    let others =
        [note(GRACE, 900, "Call her."), note(ALAN, 1_001, "Call her."), note(GRACE, 1_001, "Not her.")];
    for other in others {
        let unknown = write(lost(), Some(vec![other]), Outcome::Unknown).await;
        assert_eq!(unknown, Ok(Some(Noted::Unknown)));
    }
    let refused = write(Err(IntercomError::Missing), None, Outcome::Failed).await;
    assert_eq!(refused, Err(IntercomError::Missing));
}
