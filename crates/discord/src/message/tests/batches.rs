//! Many events in one message.

use deskbell_domain::contact::Role;
use deskbell_domain::delivery::{Backlog, Layout};
use deskbell_domain::event::UserOrigin;
use deskbell_domain::subscription::Detail;
use insta::assert_snapshot;

use super::fixture::{AT, Posting, ada, alan, changes, conversation, lead, started, update, user};
use super::picture::picture;
use crate::message::new_message;

fn posted(posting: &Posting, events: Vec<deskbell_domain::event::Event>) -> String {
    picture(&new_message(&posting.announce(events)))
}

#[test]
fn three_leads_are_three_cards_with_one_select() {
    let events = vec![lead(alan(1)), lead(alan(2)), lead(alan(3))];
    assert_snapshot!(posted(&Posting::of(Detail::Short, Layout::Cards), events), @"
    🌱 3 new leads: alan1@example.org, alan2@example.org, alan3@example.org
    ┃ #E69F00
    ┃ alan1@example.org -> https://app.intercom.com/a/apps/acme1234/users/6762f0dd1bb69f9f00000001
    ┃ | Email: <alan1@example.org>
    ┃ New lead · Acme · yedr57ua at 2025-11-23T09:20:01Z
    ┃ #E69F00
    ┃ alan2@example.org -> https://app.intercom.com/a/apps/acme1234/users/6762f0dd1bb69f9f00000002
    ┃ | Email: <alan2@example.org>
    ┃ New lead · Acme · cj2pj4sg at 2025-11-23T09:20:02Z
    ┃ #E69F00
    ┃ alan3@example.org -> https://app.intercom.com/a/apps/acme1234/users/6762f0dd1bb69f9f00000003
    ┃ | Email: <alan3@example.org>
    ┃ New lead · Acme · q5pxegiv at 2025-11-23T09:20:03Z
    <Show one in full… (v1:show-one:yedr57ua)>
      alan1@example.org = 6762f0dd1bb69f9f00000001
      alan2@example.org = 6762f0dd1bb69f9f00000002
      alan3@example.org = 6762f0dd1bb69f9f00000003
    ");
}

#[test]
fn many_leads_are_brief_and_say_since_when_they_wait() {
    let mut posting = Posting::of(Detail::Full, Layout::Brief);
    posting.backlog = Some(Backlog { waiting: 263, since: AT });
    let events = vec![lead(ada(Role::Lead)), lead(alan(1)), lead(alan(2)), lead(alan(3))];
    assert_snapshot!(posted(&posting, events), @r"
    -# Catching up: 263 leads since <t:1763889600:f>.
    🌱 4 new leads
    ┃ #E69F00
    ┃ Ada Lovelace -> https://app.intercom.com/a/apps/acme1234/users/6762f0dd1bb69f9f2193bb83
    ┃ <ada@acme.io> · Acme Ltd, Acme Labs +1 · vip, webinar · Berlin · <t:1763889600:R>
    ┃ New lead · Acme · 45a6czv6 at no time
    ┃ #E69F00
    ┃ alan1@example.org -> https://app.intercom.com/a/apps/acme1234/users/6762f0dd1bb69f9f00000001
    ┃ <alan1@example.org> · <t:1763889601:R>
    ┃ New lead · Acme · yedr57ua at no time
    ┃ #E69F00
    ┃ alan2@example.org -> https://app.intercom.com/a/apps/acme1234/users/6762f0dd1bb69f9f00000002
    ┃ <alan2@example.org> · <t:1763889602:R>
    ┃ New lead · Acme · cj2pj4sg at no time
    ┃ #E69F00
    ┃ alan3@example.org -> https://app.intercom.com/a/apps/acme1234/users/6762f0dd1bb69f9f00000003
    ┃ <alan3@example.org> · <t:1763889603:R>
    ┃ New lead · Acme · q5pxegiv at no time
    <Show one in full… (v1:show-one:45a6czv6)>
      Ada Lovelace (ada@acme.io · Acme Ltd) = 6762f0dd1bb69f9f2193bb83
      alan1@example.org = 6762f0dd1bb69f9f00000001
      alan2@example.org = 6762f0dd1bb69f9f00000002
      alan3@example.org = 6762f0dd1bb69f9f00000003
    [Skip to now -> v1:skip:7]
    ");
}

#[test]
fn many_leads_without_personal_data_are_told_apart_by_their_references() {
    let mut posting = Posting::of(Detail::Full, Layout::Brief);
    posting.private = true;
    let events = vec![lead(ada(Role::Lead)), lead(alan(1))];
    assert_snapshot!(posted(&posting, events), @r"
    🌱 2 new leads
    ┃ #E69F00
    ┃ 2 new leads came in between <t:1763889600:t> and <t:1763889601:t>.
    ┃ New lead · Acme · 45a6czv6 +1 at no time
    <Show one in full… (v1:show-one-event:7:45a6czv6)>
      New lead · 45a6czv6 = 1:45a6czv6
      New lead · yedr57ua = 2:yedr57ua
    ");
}

#[test]
fn many_conversations_are_brief() {
    let mut other = conversation();
    other.subject = None;
    other.contact = None;
    other.author = deskbell_domain::conversation::Author::default();
    other.id = deskbell_domain::ids::ConversationId::new("215471");
    let events = vec![started(conversation()), started(other)];
    assert_snapshot!(posted(&Posting::of(Detail::Full, Layout::Brief), events), @r"
    💬 2 new conversations
    ┃ #CC79A7
    ┃ Refund for order 1042 -> https://app.intercom.com/a/inbox/acme1234/inbox/conversation/215470
    ┃ Ada Lovelace · Hi, I was charged twice on Monday and would like one of them back. # not a heading, see… · <t:1763889600:R>
    ┃ New conversation · Acme · mx5rveaq at no time
    ┃ #CC79A7
    ┃ A visitor -> https://app.intercom.com/a/inbox/acme1234/inbox/conversation/215471
    ┃ Hi, I was charged twice on Monday and would like one of them back. # not a heading, see… · <t:1763889600:R>
    ┃ New conversation · Acme · arhvhj6z at no time
    <Show one in full… (v1:show-one-conversation:mx5rveaq)>
      Refund for order 1042 · Hi, I was charged twice on Monday and would like one of them back. # not a… (Ada Lovelace · Acme Ltd) = 215470
      Hi, I was charged twice on Monday and would like one of them back. # not a heading, see… (A visitor · Acme Ltd) = 215471
    ");
}

#[test]
fn many_updates_are_lines_of_one_card() {
    let events = vec![update(ada(Role::User), changes()), update(alan(1), changes()[..1].to_vec())];
    assert_snapshot!(posted(&Posting::of(Detail::Full, Layout::Lines), events), @r"
    (silent)
    ✏️ 2 users updated
    ┃ #56B4E9
    ┃ **[Ada Lovelace](https://app.intercom.com/a/apps/acme1234/users/6762f0dd1bb69f9f2193bb83)** Email ada@old.io → ada@acme.io · Phone → +49 30 1234567 (before: not known) · Image URL changed · User Id crm-1 → (empty) · Tag Name + vip and 1 more − trial
    ┃ **[alan1@example.org](https://app.intercom.com/a/apps/acme1234/users/6762f0dd1bb69f9f00000001)** Email ada@old.io → ada@acme.io
    ┃ User updated · Acme · jc6zi5ia +1 at no time
    <Show one in full… (v1:show-one:jc6zi5ia)>
      Ada Lovelace (ada@acme.io · Acme Ltd) = 6762f0dd1bb69f9f2193bb83
      alan1@example.org = 6762f0dd1bb69f9f00000001
    ");
}

#[test]
fn many_updates_without_personal_data_are_counted() {
    let events = vec![update(ada(Role::User), changes()), update(alan(1), changes()[..1].to_vec())];
    assert_snapshot!(posted(&Posting::of(Detail::Private, Layout::Lines), events), @"
    (silent)
    ✏️ 2 users updated
    ┃ #56B4E9
    ┃ 2 users changed: Email (2), Phone (1), User Id (1), Image URL (1), Tag Name (1).
    ┃ User updated · Acme · jc6zi5ia +1 at no time
    <Show one in full… (v1:show-one-event:7:jc6zi5ia)>
      User updated · jc6zi5ia = 1:jc6zi5ia
      User updated · yv3bcl7u = 2:yv3bcl7u
    ");
}

#[test]
fn two_updates_of_one_user_share_neither_link_nor_option() {
    let events = vec![update(ada(Role::User), changes()), update(ada(Role::User), changes()[..1].to_vec())];
    assert_snapshot!(posted(&Posting::of(Detail::Short, Layout::Brief), events), @r"
    (silent)
    ✏️ 1 user updated 2 times
    ┃ #56B4E9
    ┃ Ada Lovelace -> https://app.intercom.com/a/apps/acme1234/users/6762f0dd1bb69f9f2193bb83
    ┃ Email ada@old.io → ada@acme.io · Phone → +49 30 1234567 (before: not known) · Image URL changed · User Id crm-1 → (empty) · Tag Name + vip and 1 more − trial
    ┃ User updated · Acme · jc6zi5ia at no time
    ┃ #56B4E9
    ┃ Ada Lovelace -> nowhere
    ┃ Email ada@old.io → ada@acme.io
    ┃ User updated · Acme · jc6zi5ia at no time
    <Show one in full… (v1:show-one:jc6zi5ia)>
      Ada Lovelace (ada@acme.io · Acme Ltd) = 6762f0dd1bb69f9f2193bb83
    ");
}

#[test]
fn a_batch_looks_the_same_however_often_it_is_sent() {
    let posting = Posting::of(Detail::Full, Layout::Cards);
    let events = || vec![user(ada(Role::User), UserOrigin::New), user(alan(1), UserOrigin::WasLead)];
    assert_eq!(
        new_message(&posting.announce(events())).to_string(),
        new_message(&posting.announce(events())).to_string()
    );
}
