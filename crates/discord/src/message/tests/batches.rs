//! Many events in one message.

use std::collections::BTreeSet;

use deskbell_domain::card::chosen::CardFields;
use deskbell_domain::channel::{Audience, Obstacle};
use deskbell_domain::contact::Role;
use deskbell_domain::delivery::{Backlog, Layout};
use deskbell_domain::event::{EventKind, UserOrigin};
use deskbell_domain::ids::ChannelId;
use deskbell_domain::message::Message;
use deskbell_domain::port::intercom::{Lack, TokenPermission};
use deskbell_domain::service::request::SampleOf;
use deskbell_domain::subscription::{Alert, Detail, SuspendReason};
use deskbell_domain::trouble::{Cause, Part};
use deskbell_text::announcement::{self, Opened};
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

fn sample(kind: EventKind, detail: Detail, alert: Alert) -> Message {
    let fields = &CardFields::default();
    announcement::sample(&SampleOf { kind, detail, alert, mention: None, workspace_name: "Acme", fields })
}

/// Samples of these kinds, one below the other.
fn samples(kinds: impl IntoIterator<Item = EventKind>) -> String {
    let sample = |kind| sample(kind, Detail::Full, Alert::Silent);
    let all: Vec<_> = kinds.into_iter().map(|kind| picture(&new_message(&sample(kind)))).collect();
    all.join("\n\n")
}

#[test]
fn samples_of_leads_and_users_show_nobody_real() {
    let of_people = |kind: &EventKind| !kind.is_of_conversations() && kind.told_by() == *kind;
    assert_snapshot!(samples(EventKind::ALL.into_iter().filter(of_people)), @"
    (silent)
    🧪 Sample: new lead
    ┃ #99AAB5
    ┃ Example Person -> nowhere
    ┃ | Email: <person@example.com>
    ┃ | Phone: <+15550100123>
    ┃ | Company Name: Example Company
    ┃ | Tag Name: sample
    ┃ | City Name: Exampleville
    ┃ = More: **Id** `000000000000000000000000` · **Is Unsubscribed** no
    ┃ Sample: new lead · Acme at no time
    [I take it -> v1:own:000000000000000000000000] [Note -> v1:note-on:000000000000000000000000] [Tag… -> v1:tag-on:000000000000000000000000]
    [Show -> v1:show:000000000000000000000000] [Open in Intercom -> https://app.intercom.com/a/apps/sample/users/000000000000000000000000]

    (silent)
    🧪 Sample: new user
    ┃ #99AAB5
    ┃ Example Person -> nowhere
    ┃ | Email: <person@example.com>
    ┃ | Phone: <+15550100123>
    ┃ | Company Name: Example Company
    ┃ | Tag Name: sample
    ┃ | City Name: Exampleville
    ┃ = More: **Id** `000000000000000000000000` · **Is Unsubscribed** no
    ┃ Sample: new user · Acme at no time
    [I take it -> v1:own:000000000000000000000000] [Note -> v1:note-on:000000000000000000000000] [Tag… -> v1:tag-on:000000000000000000000000]
    [Show -> v1:show:000000000000000000000000] [Open in Intercom -> https://app.intercom.com/a/apps/sample/users/000000000000000000000000]

    (silent)
    🧪 Sample: user updated
    ┃ #99AAB5
    ┃ Example Person -> nowhere
    ┃ **Email** old@example.com → person@example.com
    ┃ **Tag Name** + sample
    ┃ | Email: <person@example.com>
    ┃ | Phone: <+15550100123>
    ┃ | Company Name: Example Company
    ┃ | Tag Name: sample
    ┃ | City Name: Exampleville
    ┃ = More: **Id** `000000000000000000000000` · **Is Unsubscribed** no
    ┃ Sample: user updated · Acme at no time
    [I take it -> v1:own:000000000000000000000000] [Note -> v1:note-on:000000000000000000000000] [Tag… -> v1:tag-on:000000000000000000000000]
    [Show -> v1:show:000000000000000000000000] [Open in Intercom -> https://app.intercom.com/a/apps/sample/users/000000000000000000000000]
    ");
}

#[test]
fn a_sample_of_a_conversation_shows_nobody_real() {
    let in_conversations = EventKind::ALL.into_iter().filter(|kind| kind.is_of_conversations());
    assert_snapshot!(samples(in_conversations.filter(|kind| !kind.has_thresholds())), @r"
    (silent)
    🧪 Sample: new conversation
    ┃ #99AAB5
    ┃ A sample conversation -> nowhere
    ┃ > Hello, this is how the first words of a conversation look.
    ┃ | From: Example Person ⏎ <person@example.com>
    ┃ | Started on: example.com/pricing
    ┃ = More: **Id** `0` · **User Type** user · **User Id** `000000000000000000000000`
    ┃ Sample: new conversation · Acme at no time
    [I take it -> v1:take:0] [Reply -> v1:reply:0] [Note -> v1:note:0] [Close -> v1:close:0]
    [Open in Intercom -> https://app.intercom.com/a/inbox/sample/inbox/conversation/0] [Show person -> v1:show:000000000000000000000000]

    (silent)
    🧪 Sample: customer replied
    ┃ #99AAB5
    ┃ A sample conversation -> nowhere
    ┃ > This is how a reply of a customer looks.
    ┃ | From: Example Person ⏎ <person@example.com>
    ┃ | Started on: example.com/pricing
    ┃ = More: **Id** `0` · **User Type** user · **User Id** `000000000000000000000000`
    ┃ Sample: customer replied · Acme at no time
    [I take it -> v1:take:0] [Reply -> v1:reply:0] [Note -> v1:note:0] [Close -> v1:close:0]
    [Open in Intercom -> https://app.intercom.com/a/inbox/sample/inbox/conversation/0] [Show person -> v1:show:000000000000000000000000]

    (silent)
    🧪 Sample: needs a person
    ┃ #99AAB5
    ┃ A sample conversation -> nowhere
    ┃ > This is what the customer wants from a person.
    ┃ | From: Example Person ⏎ <person@example.com>
    ┃ | Started on: example.com/pricing
    ┃ = More: **Id** `0` · **User Type** user · **User Id** `000000000000000000000000`
    ┃ Sample: needs a person · Acme at no time
    [I take it -> v1:take:0] [Reply -> v1:reply:0] [Note -> v1:note:0] [Close -> v1:close:0]
    [Open in Intercom -> https://app.intercom.com/a/inbox/sample/inbox/conversation/0] [Show person -> v1:show:000000000000000000000000]

    (silent)
    🧪 Sample: rated
    ┃ #99AAB5
    ┃ A sample conversation -> nowhere
    ┃ ★★★★★ 5 of 5
    ┃ > This is how a remark looks.
    ┃ | From: Example Person ⏎ <person@example.com>
    ┃ | Started on: example.com/pricing
    ┃ = More: **Id** `0` · **User Type** user · **User Id** `000000000000000000000000`
    ┃ Sample: rated · Acme at no time
    [Open in Intercom -> https://app.intercom.com/a/inbox/sample/inbox/conversation/0] [Show person -> v1:show:000000000000000000000000]
    ");
}

#[test]
fn a_sample_of_a_wait_shows_nobody_real() {
    assert_snapshot!(samples([EventKind::Unanswered]), @"
    (silent)
    🧪 Sample: unanswered
    ┃ #99AAB5
    ┃ A sample conversation -> nowhere
    ┃ > This is what the customer waits for.
    ┃ | From: Example Person ⏎ <person@example.com>
    ┃ | Started on: example.com/pricing
    ┃ = More: **Id** `0` · **User Type** user · **User Id** `000000000000000000000000`
    ┃ Sample: unanswered · Acme at no time
    [I take it -> v1:take:0] [Reply -> v1:reply:0] [Note -> v1:note:0] [Close -> v1:close:0]
    [Open in Intercom -> https://app.intercom.com/a/inbox/sample/inbox/conversation/0] [Show person -> v1:show:000000000000000000000000]
    ");
}

#[test]
fn a_private_sample_is_as_private_as_the_notification() {
    let sample = sample(EventKind::NewLead, Detail::Private, Alert::Loud);
    assert_snapshot!(picture(&new_message(&sample)), @"
    🧪 Sample: new lead
    ┃ #99AAB5
    ┃ A new lead came in.
    ┃ Sample: new lead · Acme at no time
    [Show -> v1:show-event:0:0:7taj5omr]
    ");
}

/// Notices, one below the other.
fn notices(all: &[Message]) -> String {
    let all: Vec<_> = all.iter().map(|notice| picture(&new_message(notice))).collect();
    all.join("\n")
}

#[test]
fn notices_of_a_notification_are_short_and_silent() {
    let list = "</notify list:5>";
    let lacks = SuspendReason::Channel(Obstacle::MissingPermissions(Vec::new()));
    assert_snapshot!(notices(&[
        announcement::on_hold_notice(EventKind::NewConversation, ChannelId(9), &lacks, 14, list),
        announcement::on_hold_notice(
            EventKind::NewLead,
            ChannelId(9),
            &SuspendReason::Channel(Obstacle::ChannelGone),
            1,
            list,
        ),
        announcement::back_notice(EventKind::NewConversation, 14, AT),
        announcement::back_notice(EventKind::NewLead, 1, AT),
    ]), @"
    (silent)
    ⚠️ New conversations are on hold: I can no longer post in <#9>. 14 are waiting, none is lost. </notify list:5>
    (silent)
    ⚠️ New leads are on hold: their channel is gone. 1 is waiting, none is lost. </notify list:5>
    (silent)
    -# Back. 14 conversations since <t:1763889600:t> follow.
    (silent)
    -# Back. 1 lead since <t:1763889600:t> follows.
    ");
}

#[test]
fn notices_of_a_crowd_offer_what_can_be_done() {
    assert_snapshot!(notices(&[
        announcement::became_public_notice(ChannelId(9), Audience::Everyone, Opened::ByItsReaders),
        announcement::became_public_notice(ChannelId(9), Audience::Everyone, Opened::ByTheServersGrowth),
        announcement::became_public_notice(ChannelId(9), Audience::Crowd(Some(4990)), Opened::ByItsReaders),
        announcement::became_public_notice(ChannelId(9), Audience::Crowd(None), Opened::ByItsReaders),
    ]), @"
    (silent)
    ⚠️ Everyone in this server can read <#9>, so from here on I leave personal data out. Someone with **Manage Server** can choose otherwise.
    [Post without personal data -> v1:audience:in-9:private] [Choose another channel -> v1:audience:in-9:elsewhere] [Post everything anyway -> v1:audience:in-9:everything]
    (silent)
    ⚠️ This server has more than 50 members now, so I no longer take everybody for the team. Everyone in this server can read <#9>, so from here on I leave personal data out. Someone with **Manage Server** can choose otherwise.
    [Post without personal data -> v1:audience:in-9:private] [Choose another channel -> v1:audience:in-9:elsewhere] [Post everything anyway -> v1:audience:in-9:everything]
    (silent)
    ⚠️ About 4,990 people can read <#9>, so from here on I leave personal data out. Someone with **Manage Server** can choose otherwise.
    [Post without personal data -> v1:audience:in-9:private] [Choose another channel -> v1:audience:in-9:elsewhere] [Post everything anyway -> v1:audience:in-9:everything]
    (silent)
    ⚠️ I can't find out how many people can read <#9>, so from here on I leave personal data out. Someone with **Manage Server** can choose otherwise.
    [Post without personal data -> v1:audience:in-9:private] [Choose another channel -> v1:audience:in-9:elsewhere] [Post everything anyway -> v1:audience:in-9:everything]
    ");
}

#[test]
fn notices_of_what_intercom_refuses_say_who_can_mend_it() {
    let lack = Lack::Permission(TokenPermission::ReadConversations);
    let everything = BTreeSet::from([Part::Everything]);
    let streams = BTreeSet::from([Part::Contacts, Part::Conversations, Part::UserUpdates]);
    assert_snapshot!(notices(&[
        announcement::trouble_notice("Acme", &everything, Cause::TokenRefused, AT),
        announcement::trouble_notice("Acme", &[Part::Conversations].into(), Cause::Lacks(lack), AT),
        announcement::trouble_notice("Acme", &streams, Cause::NotAccepted, AT),
        announcement::trouble_notice("Acme", &[Part::CompanyNames].into(), Cause::Lacks(Lack::Plan), AT),
        announcement::trouble_over_notice("Acme", &everything, AT),
        announcement::trouble_over_notice("Acme", &streams, AT),
        announcement::trouble_over_notice("Acme", &[Part::CompanyNames].into(), AT),
    ]), @"
    (silent)
    ⚠️ Since <t:1763889600:t> I cannot read anything from **Acme**: Intercom refuses the token. Whoever runs this bot must renew it: Developer Hub → your app → Authentication. Nothing is lost: I catch up then.
    (silent)
    ⚠️ Since <t:1763889600:t> I cannot read new conversations from **Acme**: the token lacks **Read conversations**. Whoever manages your Intercom can give it: Developer Hub → your app → Authentication. Nothing is lost: I catch up then.
    (silent)
    ⚠️ Since <t:1763889600:t> I cannot read new leads and users, new conversations and changes of users from **Acme**: Intercom does not accept the way I ask. I keep trying; whoever runs this bot finds more in the log. Nothing is lost: I catch up then.
    (silent)
    ⚠️ Since <t:1763889600:t> I cannot read names of companies from **Acme**: Intercom says that your plan does not include it. Ask Intercom which plan does. Cards show less until then.
    (silent)
    -# Back: I can read **Acme** again. What happened since <t:1763889600:t> follows.
    (silent)
    -# Back: I can read new leads and users, new conversations and changes of users from **Acme** again. What happened since <t:1763889600:t> follows.
    (silent)
    -# Back: I can read names of companies from **Acme** again.
    ");
}
