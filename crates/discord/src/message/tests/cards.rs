//! Every kind of card in every detail, as a person reads it.

use deskbell_desk::contact::{Contact, Role};
use deskbell_desk::delivery::Layout;
use deskbell_desk::difference::Change;
use deskbell_desk::event::{Event, UserOrigin};
use deskbell_desk::ids::ContactId;
use deskbell_desk::subscription::Detail;
use insta::assert_snapshot;

use super::fixture::{Posting, ada, alan, by_command, changes, conversation, lead, started, update, user};
use super::picture::picture;
use crate::message::message_body;

fn single(detail: Detail, event: Event) -> String {
    picture(&message_body(&Posting::of(detail, Layout::Cards).announce(vec![event]), None))
}

#[test]
fn a_full_card_of_a_lead_shows_every_field() {
    assert_snapshot!(single(Detail::Full, lead(ada(Role::Lead))), @"");
}

#[test]
fn a_short_card_of_a_lead_shows_how_to_reach_them_and_why() {
    assert_snapshot!(single(Detail::Short, lead(ada(Role::Lead))), @"");
}

#[test]
fn a_private_card_of_a_lead_says_only_that_there_is_one() {
    assert_snapshot!(single(Detail::Private, lead(ada(Role::Lead))), @"");
}

#[test]
fn a_lead_of_whom_little_is_known_has_a_small_card() {
    assert_snapshot!(single(Detail::Full, lead(alan(1))), @"");
}

#[test]
fn a_lead_of_whom_nothing_is_known_is_named_by_its_id() {
    let nobody = Contact::bare(ContactId::new("6762f0dd1bb69f9f2193bb83"), Role::Lead);
    assert_snapshot!(single(Detail::Full, lead(nobody)), @"");
}

#[test]
fn a_full_card_of_a_user_who_was_a_lead_says_so() {
    assert_snapshot!(single(Detail::Full, user(ada(Role::User), UserOrigin::WasLead)), @"");
}

#[test]
fn a_short_card_of_a_user_made_by_a_command_names_who_typed_it() {
    assert_snapshot!(single(Detail::Short, by_command(user(ada(Role::User), UserOrigin::New))), @"");
}

#[test]
fn a_full_card_of_a_user_made_by_a_command_ends_with_who_typed_it() {
    let card = single(Detail::Full, by_command(user(ada(Role::User), UserOrigin::New)));
    assert!(card.contains(" ⏎ Added by <@42> with /lead create\n"), "{card}");
}

#[test]
fn a_private_card_of_a_user_says_only_that_there_is_one() {
    assert_snapshot!(single(Detail::Private, by_command(user(ada(Role::User), UserOrigin::New))), @"");
}

#[test]
fn a_full_card_of_an_update_shows_old_and_new_above_the_fields() {
    assert_snapshot!(single(Detail::Full, update(ada(Role::User), changes())), @"");
}

#[test]
fn a_short_card_of_an_update_shows_old_and_new() {
    assert_snapshot!(single(Detail::Short, update(ada(Role::User), changes())), @"");
}

#[test]
fn a_private_card_of_an_update_names_the_fields_alone() {
    assert_snapshot!(single(Detail::Private, update(ada(Role::User), changes())), @"");
}

#[test]
fn a_change_of_which_nobody_knows_what_it_was_says_so() {
    let card = single(Detail::Short, update(alan(1), vec![Change::Unspecified]));
    assert_snapshot!(card, @"");
}

#[test]
fn a_full_card_of_a_conversation_quotes_it_and_shows_every_field() {
    assert_snapshot!(single(Detail::Full, started(conversation())), @"");
}

#[test]
fn a_short_card_of_a_conversation_quotes_a_little() {
    assert_snapshot!(single(Detail::Short, started(conversation())), @"");
}

#[test]
fn a_private_card_of_a_conversation_says_only_that_there_is_one() {
    assert_snapshot!(single(Detail::Private, started(conversation())), @"");
}

#[test]
fn a_conversation_without_subject_or_author_is_named_by_its_words() {
    let mut bare = conversation();
    bare.subject = None;
    bare.author = deskbell_desk::conversation::Author::default();
    bare.admin_name = None;
    bare.message_url = None;
    bare.attachments.clear();
    assert_snapshot!(single(Detail::Full, started(bare)), @"");
}
