//! Many events in one message.

use deskbell_desk::announcement;
use deskbell_desk::contact::Role;
use deskbell_desk::delivery::{Backlog, Layout};
use deskbell_desk::event::{EventKind, UserOrigin};
use deskbell_desk::ids::{ChannelId, MemberId};
use deskbell_desk::subscription::{Alert, Detail, SuspendReason};
use insta::assert_snapshot;

use super::fixture::{AT, Posting, ada, alan, changes, conversation, lead, started, update, user};
use super::picture::picture;
use crate::message::message_body;

fn posted(posting: &Posting, events: Vec<deskbell_desk::event::Event>) -> String {
    picture(&message_body(&posting.announce(events), None))
}

#[test]
fn three_leads_are_three_cards_with_one_select() {
    let events = vec![lead(alan(1)), lead(alan(2)), lead(alan(3))];
    assert_snapshot!(posted(&Posting::of(Detail::Short, Layout::Cards), events), @"");
}

#[test]
fn many_leads_are_brief_and_say_since_when_they_wait() {
    let mut posting = Posting::of(Detail::Full, Layout::Brief);
    posting.backlog = Some(Backlog { waiting: 263, since: AT });
    let events = vec![lead(ada(Role::Lead)), lead(alan(1)), lead(alan(2)), lead(alan(3))];
    assert_snapshot!(posted(&posting, events), @"");
}

#[test]
fn many_leads_without_personal_data_are_told_apart_by_their_references() {
    let mut posting = Posting::of(Detail::Full, Layout::Brief);
    posting.private = true;
    let events = vec![lead(ada(Role::Lead)), lead(alan(1))];
    assert_snapshot!(posted(&posting, events), @"");
}

#[test]
fn many_conversations_are_brief() {
    let mut other = conversation();
    other.subject = None;
    other.contact = None;
    other.author = deskbell_desk::conversation::Author::default();
    other.id = deskbell_desk::ids::ConversationId::new("215471");
    let events = vec![started(conversation()), started(other)];
    assert_snapshot!(posted(&Posting::of(Detail::Full, Layout::Brief), events), @"");
}

#[test]
fn many_updates_are_lines_of_one_card() {
    let events = vec![update(ada(Role::User), changes()), update(alan(1), changes()[..1].to_vec())];
    assert_snapshot!(posted(&Posting::of(Detail::Full, Layout::Lines), events), @"");
}

#[test]
fn many_updates_without_personal_data_are_counted() {
    let events = vec![update(ada(Role::User), changes()), update(alan(1), changes()[..1].to_vec())];
    assert_snapshot!(posted(&Posting::of(Detail::Private, Layout::Lines), events), @"");
}

#[test]
fn two_updates_of_one_user_share_neither_link_nor_option() {
    let events = vec![update(ada(Role::User), changes()), update(ada(Role::User), changes()[..1].to_vec())];
    assert_snapshot!(posted(&Posting::of(Detail::Short, Layout::Brief), events), @"");
}

#[test]
fn a_batch_looks_the_same_however_often_it_is_sent() {
    let posting = Posting::of(Detail::Full, Layout::Cards);
    let events = || vec![user(ada(Role::User), UserOrigin::New), user(alan(1), UserOrigin::WasLead)];
    assert_eq!(
        message_body(&posting.announce(events()), None).to_string(),
        message_body(&posting.announce(events()), None).to_string()
    );
}

#[test]
fn samples_show_each_kind_and_nobody_real() {
    let all: Vec<_> = EventKind::ALL
        .into_iter()
        .map(|kind| {
            picture(&message_body(&announcement::sample(kind, Detail::Full, Alert::Silent, "Acme"), None))
        })
        .collect();
    assert_snapshot!(all.join("\n\n"), @"");
}

#[test]
fn a_private_sample_is_as_private_as_the_notification() {
    let sample = announcement::sample(EventKind::NewLead, Detail::Private, Alert::Loud, "Acme");
    assert_snapshot!(picture(&message_body(&sample, None)), @"");
}

#[test]
fn notices_are_short_and_silent() {
    let list = "</notify list:5>";
    let lacks = SuspendReason::MissingPermissions(Vec::new());
    let notices = [
        announcement::set_up_notice(EventKind::NewLead, "Acme", MemberId(42)),
        announcement::on_hold_notice(EventKind::NewConversation, ChannelId(9), &lacks, 14, list),
        announcement::on_hold_notice(EventKind::NewLead, ChannelId(9), &SuspendReason::ChannelGone, 1, list),
        announcement::back_notice(EventKind::NewConversation, 14, AT),
        announcement::back_notice(EventKind::NewLead, 1, AT),
        announcement::became_public_notice("</notify add:5>"),
        announcement::intercom_down_notice("Acme", AT),
        announcement::intercom_back_notice("Acme", AT),
    ];
    let all: Vec<_> = notices.iter().map(|notice| picture(&message_body(notice, None))).collect();
    assert_snapshot!(all.join("\n"), @"");
}
