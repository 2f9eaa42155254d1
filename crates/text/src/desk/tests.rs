use deskbell_domain::port::intercom::InboxSeat;
use insta::assert_snapshot;

use super::*;

fn talk() -> ConversationId {
    ConversationId::new("215470")
}

fn read(message: &Message) -> String {
    deskbell_discord::testing::read(message)
}

fn teammates(count: usize) -> Vec<Admin> {
    let admin = |number: usize| Admin {
        id: number.to_string(),
        name: Some(format!("Teammate {number}")),
        seat: InboxSeat::Has,
    };
    (0..count).map(admin).collect()
}

#[test]
fn whoever_does_something_first_is_asked_who_they_are() {
    let then = Then::Do(DeskAct::Take, talk());
    let asked = |count, page| read(&who_are_you(&teammates(count), page, Asking::Unsaid, &then));
    assert_snapshot!(asked(2, 0), @r"
    Who are you in Intercom? I answer in that name.
    {I am… Teammate 0 | Teammate 1}
    ");
    assert_snapshot!(read(&who_are_you(&teammates(1), 0, Asking::Gone, &then)), @"
    It was not done: whoever you said to be has no seat in Intercom's inbox any more. Who are you in Intercom? I answer in that name.
    {I am… Teammate 0}
    ");
    assert!(asked(0, 0).starts_with("Nobody has a seat in Intercom's inbox"));
    let (first, last) = (asked(60, 0), asked(60, 2));
    assert!(first.contains("Teammate 24") && !first.contains("Teammate 25"), "{first}");
    assert!(last.contains("Teammate 59") && !last.contains("Teammate 49"), "{last}");
}

#[test]
fn who_has_it_is_said_and_the_next_one_is_asked() {
    assert_snapshot!(read(&taken("Grace Hopper", false, &talk())), @r"
    ✅ You have it, as **Grace Hopper**.
    [I am somebody else v1:teammates:0:take:215470]
    ");
    assert_snapshot!(read(&taken("Grace Hopper", true, &talk())), @r"
    ✅ You have it, as **Grace Hopper**. It was closed and is reopened.
    [I am somebody else v1:teammates:0:take:215470]
    ");
    assert_snapshot!(read(&had_it("Grace Hopper", &talk())), @r"
    You have it already, as **Grace Hopper**.
    [I am somebody else v1:teammates:0:take:215470]
    ");
    assert_snapshot!(read(&nobodys(&talk())), @r"
    Nobody has it: in Intercom it was taken away from you in the same moment.
    [I take it v1:take:215470]
    ");
    assert_snapshot!(read(&held("Grace *Hopper*", Some(Timestamp(1_763_889_600)), &talk())), @r"
    **Grace \*Hopper\*** has it since <t:1763889600:R>.
    [Take over v1:take-over:215470]
    ");
    assert_snapshot!(read(&held(nameless(), None, &talk())), @r"
    **A teammate** has it.
    [Take over v1:take-over:215470]
    ");
}

#[test]
fn a_conversation_is_closed_and_opened_again() {
    assert_snapshot!(read(&closed("Grace Hopper", &talk())), @r"
    ✅ Closed, as **Grace Hopper**.
    [Reopen v1:reopen:215470]
    ");
    assert_snapshot!(read(&was_closed(&talk())), @r"
    It is closed already.
    [Reopen v1:reopen:215470]
    ");
    assert_snapshot!(read(&unanswered(&talk())), @r"
    The last words are the customer's, and nobody of your team has answered them.
    [Close it anyway v1:close-now:215470]
    ");
    assert_snapshot!(read(&is_closed(&ConversationId::new("215470"))), @"
    This conversation is closed.
    [Reopen it and take it v1:take-over:215470]
    ");
    assert_snapshot!(read(&reopened("Grace Hopper")), @"✅ Reopened, as **Grace Hopper**.");
    assert_snapshot!(read(&was_open()), @"It is open already.");
}

#[test]
fn no_more_is_said_than_how_the_conversation_stands_afterwards() {
    assert_snapshot!(read(&unread("Grace Hopper")), @"Intercom took it, as **Grace Hopper**. It did not show me afterwards how the conversation stands, so look at it once more.");
    assert_snapshot!(read(&opened_while_closed(&talk())), @r"
    It is not closed: somebody opened it, or the customer wrote, while I closed it.
    [Close v1:close:215470]
    ");
    assert_snapshot!(read(&not_open(&talk())), @r"
    It is not open: somebody closed or snoozed it while I reopened it.
    [Reopen v1:reopen:215470]
    ");
}
