//! Every kind of card in every detail, as a person reads it.

use deskbell_domain::card::Size;
use deskbell_domain::card::chosen::CardFields;
use deskbell_domain::contact::{Contact, Role};
use deskbell_domain::delivery::Layout;
use deskbell_domain::difference::Change;
use deskbell_domain::event::{Event, UserOrigin};
use deskbell_domain::ids::ContactId;
use deskbell_domain::subscription::Detail;
use deskbell_text::card::{self, Placement, Showing, Shown};
use insta::assert_snapshot;

use super::fixture::{
    Posting, ada, alan, by_command, changes, conversation, lead, links, started, update, user,
};
use super::picture::picture;
use crate::message::new_message;

fn single(detail: Detail, event: Event) -> String {
    picture(&new_message(&Posting::of(detail, Layout::Cards).announce(vec![event])))
}

#[test]
fn a_full_card_of_a_lead_shows_every_field() {
    assert_snapshot!(single(Detail::Full, lead(ada(Role::Lead))), @"
    🌱 New lead: Ada Lovelace (Acme Ltd)
    ┃ #E69F00
    ┃ Ada Lovelace -> https://app.intercom.com/a/apps/acme1234/users/6762f0dd1bb69f9f2193bb83
    ┃ [picture https://static.intercomassets.com/ada.png?token=secret]
    ┃ | Email: <ada@acme.io>
    ┃ | Phone: <+49301234567>
    ┃ | Company Name: Acme Ltd, Acme Labs +1
    ┃ | Tag Name: vip, webinar
    ┃ | City Name: Berlin
    ┃ | Created Date-Time: <t:1763889600:R>
    ┃ = More: **Id** `6762f0dd1bb69f9f2193bb83` · **User Id** `crm-991` · **Is Unsubscribed** no · **Country Name** Germany · **Region Name** Land Berlin · **Postal Code** 10115 · **Latitude** 52.52 · **Longitude** 13.41 · **Time Zone** Europe/Berlin · **Session Count** 17 · **Pseudonym** Violet Fox
    ┃ New lead · Acme · 45a6czv6 at 2025-11-23T09:20:00Z
    [I take it -> v1:own:6762f0dd1bb69f9f2193bb83:45a6czv6] [Note -> v1:note-on:6762f0dd1bb69f9f2193bb83] [Tag… -> v1:tag-on:6762f0dd1bb69f9f2193bb83]
    [Show -> v1:show:6762f0dd1bb69f9f2193bb83] [Open in Intercom -> https://app.intercom.com/a/apps/acme1234/users/6762f0dd1bb69f9f2193bb83]
    ");
}

#[test]
fn a_short_card_of_a_lead_shows_how_to_reach_them_and_why() {
    assert_snapshot!(single(Detail::Short, lead(ada(Role::Lead))), @"
    🌱 New lead: Ada Lovelace (Acme Ltd)
    ┃ #E69F00
    ┃ Ada Lovelace -> https://app.intercom.com/a/apps/acme1234/users/6762f0dd1bb69f9f2193bb83
    ┃ | Email: <ada@acme.io>
    ┃ | Company Name: Acme Ltd, Acme Labs +1
    ┃ | Tag Name: vip, webinar
    ┃ | City Name: Berlin
    ┃ New lead · Acme · 45a6czv6 at 2025-11-23T09:20:00Z
    [I take it -> v1:own:6762f0dd1bb69f9f2193bb83:45a6czv6] [Note -> v1:note-on:6762f0dd1bb69f9f2193bb83] [Tag… -> v1:tag-on:6762f0dd1bb69f9f2193bb83]
    [Show -> v1:show:6762f0dd1bb69f9f2193bb83] [Open in Intercom -> https://app.intercom.com/a/apps/acme1234/users/6762f0dd1bb69f9f2193bb83]
    ");
}

#[test]
fn a_private_card_of_a_lead_says_only_that_there_is_one() {
    assert_snapshot!(single(Detail::Private, lead(ada(Role::Lead))), @"
    🌱 New lead
    ┃ #E69F00
    ┃ A new lead came in <t:1763889600:R>.
    ┃ New lead · Acme · 45a6czv6 at 2025-11-23T09:20:00Z
    [Show -> v1:show-event:7:1:45a6czv6]
    ");
}

#[test]
fn a_lead_of_whom_little_is_known_has_a_small_card() {
    assert_snapshot!(single(Detail::Full, lead(alan(1))), @"
    🌱 New lead: alan1@example.org
    ┃ #E69F00
    ┃ alan1@example.org -> https://app.intercom.com/a/apps/acme1234/users/6762f0dd1bb69f9f00000001
    ┃ | Email: <alan1@example.org>
    ┃ | Created Date-Time: <t:1763889601:R>
    ┃ = More: **Id** `6762f0dd1bb69f9f00000001`
    ┃ New lead · Acme · yedr57ua at 2025-11-23T09:20:01Z
    [I take it -> v1:own:6762f0dd1bb69f9f00000001:yedr57ua] [Note -> v1:note-on:6762f0dd1bb69f9f00000001] [Tag… -> v1:tag-on:6762f0dd1bb69f9f00000001]
    [Show -> v1:show:6762f0dd1bb69f9f00000001] [Open in Intercom -> https://app.intercom.com/a/apps/acme1234/users/6762f0dd1bb69f9f00000001]
    ");
}

#[test]
fn a_lead_of_whom_nothing_is_known_is_named_by_its_id() {
    let nobody = Contact::bare(ContactId::new("6762f0dd1bb69f9f2193bb83"), Role::Lead);
    assert_snapshot!(single(Detail::Full, lead(nobody)), @"
    (silent)
    🌱 New lead: Lead …93bb83
    ┃ #E69F00
    ┃ Lead …93bb83 -> https://app.intercom.com/a/apps/acme1234/users/6762f0dd1bb69f9f2193bb83
    ┃ = More: **Id** `6762f0dd1bb69f9f2193bb83`
    ┃ New lead · Acme · 45a6czv6 at no time
    [I take it -> v1:own:6762f0dd1bb69f9f2193bb83:45a6czv6] [Note -> v1:note-on:6762f0dd1bb69f9f2193bb83] [Tag… -> v1:tag-on:6762f0dd1bb69f9f2193bb83]
    [Show -> v1:show:6762f0dd1bb69f9f2193bb83] [Open in Intercom -> https://app.intercom.com/a/apps/acme1234/users/6762f0dd1bb69f9f2193bb83]
    ");
}

#[test]
fn a_full_card_of_a_user_who_was_a_lead_says_so() {
    assert_snapshot!(single(Detail::Full, user(ada(Role::User), UserOrigin::WasLead)), @"
    (silent)
    👤 New user: Ada Lovelace (was a lead)
    ┃ #009E73
    ┃ Ada Lovelace -> https://app.intercom.com/a/apps/acme1234/users/6762f0dd1bb69f9f2193bb83
    ┃ [picture https://static.intercomassets.com/ada.png?token=secret]
    ┃ | Email: <ada@acme.io>
    ┃ | Phone: <+49301234567>
    ┃ | Company Name: Acme Ltd, Acme Labs +1
    ┃ | Tag Name: vip, webinar
    ┃ | City Name: Berlin
    ┃ | Created Date-Time: <t:1763889600:R>
    ┃ = More: **Id** `6762f0dd1bb69f9f2193bb83` · **User Id** `crm-991` · **Is Unsubscribed** no · **Country Name** Germany · **Region Name** Land Berlin · **Postal Code** 10115 · **Latitude** 52.52 · **Longitude** 13.41 · **Time Zone** Europe/Berlin · **Session Count** 17 · **Pseudonym** Violet Fox
    ┃ New user · Acme · ukibhash at 2025-11-23T09:20:00Z
    [I take it -> v1:own:6762f0dd1bb69f9f2193bb83:ukibhash] [Note -> v1:note-on:6762f0dd1bb69f9f2193bb83] [Tag… -> v1:tag-on:6762f0dd1bb69f9f2193bb83]
    [Show -> v1:show:6762f0dd1bb69f9f2193bb83] [Open in Intercom -> https://app.intercom.com/a/apps/acme1234/users/6762f0dd1bb69f9f2193bb83]
    ");
}

#[test]
fn a_short_card_of_a_user_made_by_a_command_names_who_typed_it() {
    assert_snapshot!(single(Detail::Short, by_command(user(ada(Role::User), UserOrigin::New))), @"
    (silent)
    👤 New user: Ada Lovelace (Acme Ltd)
    ┃ #009E73
    ┃ Ada Lovelace -> https://app.intercom.com/a/apps/acme1234/users/6762f0dd1bb69f9f2193bb83
    ┃ Added by <@42> with /lead create
    ┃ | Email: <ada@acme.io>
    ┃ | Company Name: Acme Ltd, Acme Labs +1
    ┃ | Tag Name: vip, webinar
    ┃ | City Name: Berlin
    ┃ New user · Acme · ukibhash at 2025-11-23T09:20:00Z
    [I take it -> v1:own:6762f0dd1bb69f9f2193bb83:ukibhash] [Note -> v1:note-on:6762f0dd1bb69f9f2193bb83] [Tag… -> v1:tag-on:6762f0dd1bb69f9f2193bb83]
    [Show -> v1:show:6762f0dd1bb69f9f2193bb83] [Open in Intercom -> https://app.intercom.com/a/apps/acme1234/users/6762f0dd1bb69f9f2193bb83]
    ");
}

#[test]
fn a_full_card_of_a_user_made_by_a_command_ends_with_who_typed_it() {
    let card = single(Detail::Full, by_command(user(ada(Role::User), UserOrigin::New)));
    assert!(card.contains(" ⏎ Added by <@42> with /lead create\n"), "{card}");
}

#[test]
fn a_private_card_of_a_user_says_only_that_there_is_one() {
    assert_snapshot!(single(Detail::Private, by_command(user(ada(Role::User), UserOrigin::New))), @"
    (silent)
    👤 New user
    ┃ #009E73
    ┃ A new user came in <t:1763889600:R>.
    ┃ New user · Acme · ukibhash at 2025-11-23T09:20:00Z
    [Show -> v1:show-event:7:1:ukibhash]
    ");
}

#[test]
fn a_full_card_of_an_update_shows_old_and_new_above_the_fields() {
    assert_snapshot!(single(Detail::Full, update(ada(Role::User), changes())), @"
    (silent)
    ✏️ User updated: Ada Lovelace: Email, Phone, Image URL, User Id, Tag Name
    ┃ #56B4E9
    ┃ Ada Lovelace -> https://app.intercom.com/a/apps/acme1234/users/6762f0dd1bb69f9f2193bb83
    ┃ [picture https://static.intercomassets.com/ada.png?token=secret]
    ┃ **Email** ada@old.io → ada@acme.io
    ┃ **Phone** → +49 30 1234567 (before: not known)
    ┃ **Image URL** changed
    ┃ **User Id** crm-1 → (empty)
    ┃ **Tag Name** + vip and 1 more − trial
    ┃ | Email: <ada@acme.io>
    ┃ | Phone: <+49301234567>
    ┃ | Company Name: Acme Ltd, Acme Labs +1
    ┃ | Tag Name: vip, webinar
    ┃ | City Name: Berlin
    ┃ | Created Date-Time: <t:1763889600:R>
    ┃ = More: **Id** `6762f0dd1bb69f9f2193bb83` · **User Id** `crm-991` · **Is Unsubscribed** no · **Country Name** Germany · **Region Name** Land Berlin · **Postal Code** 10115 · **Latitude** 52.52 · **Longitude** 13.41 · **Time Zone** Europe/Berlin · **Session Count** 17 · **Pseudonym** Violet Fox
    ┃ User updated · Acme · jc6zi5ia at 2025-11-23T09:20:00Z
    [I take it -> v1:own:6762f0dd1bb69f9f2193bb83:jc6zi5ia] [Note -> v1:note-on:6762f0dd1bb69f9f2193bb83] [Tag… -> v1:tag-on:6762f0dd1bb69f9f2193bb83]
    [Show -> v1:show:6762f0dd1bb69f9f2193bb83] [Open in Intercom -> https://app.intercom.com/a/apps/acme1234/users/6762f0dd1bb69f9f2193bb83]
    ");
}

#[test]
fn a_short_card_of_an_update_shows_old_and_new() {
    assert_snapshot!(single(Detail::Short, update(ada(Role::User), changes())), @"
    (silent)
    ✏️ User updated: Ada Lovelace: Email, Phone, Image URL, User Id, Tag Name
    ┃ #56B4E9
    ┃ Ada Lovelace -> https://app.intercom.com/a/apps/acme1234/users/6762f0dd1bb69f9f2193bb83
    ┃ **Email** ada@old.io → ada@acme.io
    ┃ **Phone** → +49 30 1234567 (before: not known)
    ┃ **Image URL** changed
    ┃ **User Id** crm-1 → (empty)
    ┃ **Tag Name** + vip and 1 more − trial
    ┃ | Email: <ada@acme.io>
    ┃ | Company Name: Acme Ltd, Acme Labs +1
    ┃ | Tag Name: vip, webinar
    ┃ | City Name: Berlin
    ┃ User updated · Acme · jc6zi5ia at 2025-11-23T09:20:00Z
    [I take it -> v1:own:6762f0dd1bb69f9f2193bb83:jc6zi5ia] [Note -> v1:note-on:6762f0dd1bb69f9f2193bb83] [Tag… -> v1:tag-on:6762f0dd1bb69f9f2193bb83]
    [Show -> v1:show:6762f0dd1bb69f9f2193bb83] [Open in Intercom -> https://app.intercom.com/a/apps/acme1234/users/6762f0dd1bb69f9f2193bb83]
    ");
}

#[test]
fn a_private_card_of_an_update_names_the_fields_alone() {
    assert_snapshot!(single(Detail::Private, update(ada(Role::User), changes())), @"
    (silent)
    ✏️ User updated
    ┃ #56B4E9
    ┃ A user changed: Email, Phone, Image URL, User Id, Tag Name.
    ┃ User updated · Acme · jc6zi5ia at 2025-11-23T09:20:00Z
    [Show -> v1:show-event:7:1:jc6zi5ia]
    ");
}

#[test]
fn a_change_of_which_nobody_knows_what_it_was_says_so() {
    let card = single(Detail::Short, update(alan(1), vec![Change::Unspecified]));
    assert_snapshot!(card, @"
    (silent)
    ✏️ User updated: alan1@example.org
    ┃ #56B4E9
    ┃ alan1@example.org -> https://app.intercom.com/a/apps/acme1234/users/6762f0dd1bb69f9f00000001
    ┃ Something changed that I had not seen before, so I cannot say what.
    ┃ | Email: <alan1@example.org>
    ┃ User updated · Acme · yv3bcl7u at no time
    [I take it -> v1:own:6762f0dd1bb69f9f00000001:yv3bcl7u] [Note -> v1:note-on:6762f0dd1bb69f9f00000001] [Tag… -> v1:tag-on:6762f0dd1bb69f9f00000001]
    [Show -> v1:show:6762f0dd1bb69f9f00000001] [Open in Intercom -> https://app.intercom.com/a/apps/acme1234/users/6762f0dd1bb69f9f00000001]
    ");
}

#[test]
fn a_full_card_of_a_conversation_quotes_it_and_shows_every_field() {
    assert_snapshot!(single(Detail::Full, started(conversation())), @r"
    💬 Ada Lovelace (Acme Ltd): Refund for order 1042 · Hi, I was charged twice on Monday and would like one of them back. #…
    ┃ #CC79A7
    ┃ Refund for order 1042 -> https://app.intercom.com/a/inbox/acme1234/inbox/conversation/215470
    ┃ > Hi, I was charged **twice** on Monday and
    ┃ > would like one of them back.
    ┃ >
    ┃ > \# not a heading, see https://acme.io/my_orders?…
    ┃ 📎 invoice.pdf, photo.png
    ┃ | From: Ada Lovelace ⏎ <ada@acme.io>
    ┃ | Assigned to: Grace Hopper
    ┃ | Started on: acme.io/pricing?…
    ┃ = More: **Id** `215470` · **User Type** user · **User Id** `6762f0dd1bb69f9f2193bb83` · **Admin Id** `991267459` · **Created Date Time** <t:1763889600:f> · **Updated Date Time** <t:1763889660:f>
    ┃ New conversation · Acme · mx5rveaq at 2025-11-23T09:20:00Z
    [I take it -> v1:take:215470:mx5rveaq] [Reply -> v1:reply:215470] [Note -> v1:note:215470] [Close -> v1:close:215470]
    <More… (v1:more:215470)>
      Snooze for an hour = snooze-hour
      Snooze for 4 hours = snooze-four-hours
      Snooze for a day = snooze-day
      Snooze for a week = snooze-week
      Tag… = tag
      Give to somebody… = give
    [Open in Intercom -> https://app.intercom.com/a/inbox/acme1234/inbox/conversation/215470] [Show person -> v1:show:6762f0dd1bb69f9f2193bb83]
    ");
}

#[test]
fn a_short_card_of_a_conversation_quotes_a_little() {
    assert_snapshot!(single(Detail::Short, started(conversation())), @r"
    💬 Ada Lovelace (Acme Ltd): Refund for order 1042 · Hi, I was charged twice on Monday and would like one of them back. #…
    ┃ #CC79A7
    ┃ Refund for order 1042 -> https://app.intercom.com/a/inbox/acme1234/inbox/conversation/215470
    ┃ > Hi, I was charged **twice** on Monday and
    ┃ > would like one of them back.
    ┃ >
    ┃ > \# not a heading, see https://acme.io/my_orders?…
    ┃ 📎 invoice.pdf, photo.png
    ┃ | Email: <ada@acme.io>
    ┃ | Company Name: Acme Ltd
    ┃ New conversation · Acme · mx5rveaq at 2025-11-23T09:20:00Z
    [I take it -> v1:take:215470:mx5rveaq] [Reply -> v1:reply:215470] [Note -> v1:note:215470] [Close -> v1:close:215470]
    <More… (v1:more:215470)>
      Snooze for an hour = snooze-hour
      Snooze for 4 hours = snooze-four-hours
      Snooze for a day = snooze-day
      Snooze for a week = snooze-week
      Tag… = tag
      Give to somebody… = give
    [Open in Intercom -> https://app.intercom.com/a/inbox/acme1234/inbox/conversation/215470] [Show person -> v1:show:6762f0dd1bb69f9f2193bb83]
    ");
}

#[test]
fn a_private_card_of_a_conversation_says_only_that_there_is_one() {
    assert_snapshot!(single(Detail::Private, started(conversation())), @"
    💬 New conversation
    ┃ #CC79A7
    ┃ A user started a conversation.
    ┃ New conversation · Acme · mx5rveaq at 2025-11-23T09:20:00Z
    [Show -> v1:show-event:7:1:mx5rveaq]
    ");
}

#[test]
fn a_conversation_without_subject_or_author_is_a_visitors() {
    let mut bare = conversation();
    bare.subject = None;
    bare.author = deskbell_domain::conversation::Author::default();
    bare.admin_name = None;
    bare.message_url = None;
    bare.attachments.clear();
    assert_snapshot!(single(Detail::Full, started(bare)), @r"
    💬 A visitor (Acme Ltd): Hi, I was charged twice on Monday and would like one of them back. # not a heading, see https:/…
    ┃ #CC79A7
    ┃ A visitor -> https://app.intercom.com/a/inbox/acme1234/inbox/conversation/215470
    ┃ > Hi, I was charged **twice** on Monday and
    ┃ > would like one of them back.
    ┃ >
    ┃ > \# not a heading, see https://acme.io/my_orders?…
    ┃ = More: **Id** `215470` · **User Type** contact · **User Id** `6762f0dd1bb69f9f2193bb83` · **Admin Id** `991267459` · **Created Date Time** <t:1763889600:f> · **Updated Date Time** <t:1763889660:f>
    ┃ New conversation · Acme · mx5rveaq at 2025-11-23T09:20:00Z
    [I take it -> v1:take:215470:mx5rveaq] [Reply -> v1:reply:215470] [Note -> v1:note:215470] [Close -> v1:close:215470]
    <More… (v1:more:215470)>
      Snooze for an hour = snooze-hour
      Snooze for 4 hours = snooze-four-hours
      Snooze for a day = snooze-day
      Snooze for a week = snooze-week
      Tag… = tag
      Give to somebody… = give
    [Open in Intercom -> https://app.intercom.com/a/inbox/acme1234/inbox/conversation/215470] [Show person -> v1:show:6762f0dd1bb69f9f2193bb83]
    ");
}

#[test]
fn a_reply_shows_a_lead_with_the_address_of_its_picture() {
    let links = links();
    let showing = Showing {
        detail: Detail::Full,
        size: Size::Normal,
        shown: Shown { workspace_name: "Acme", links: &links, fields: &CardFields::default() },
        reference: None,
        placement: Placement::Reply,
    };
    let card = crate::embed::embed(&card::for_contact(&ada(Role::Lead), &showing));
    let body = serde_json::json!({"content": "", "embeds": [card]});
    assert_snapshot!(picture(&body), @r"
    ┃ #5865F2
    ┃ Ada Lovelace -> https://app.intercom.com/a/apps/acme1234/users/6762f0dd1bb69f9f2193bb83
    ┃ [picture https://static.intercomassets.com/ada.png?token=secret]
    ┃ | Email: <ada@acme.io>
    ┃ | Phone: <+49301234567>
    ┃ | Company Name: Acme Ltd, Acme Labs +1
    ┃ | Tag Name: vip, webinar
    ┃ | City Name: Berlin
    ┃ | Created Date-Time: <t:1763889600:R>
    ┃ = More: **Id** `6762f0dd1bb69f9f2193bb83` · **Lead Id** `crm-991` · **Is Unsubscribed** no · **Country Name** Germany · **Region Name** Land Berlin · **Postal Code** 10115 · **Latitude** 52.52 · **Longitude** 13.41 · **Time Zone** Europe/Berlin · **Session Count** 17 · **Pseudonym** Violet Fox · **Image URL** https://static.intercomassets.com/ada.png?…
    ┃ Lead · Acme at 2025-11-23T09:20:00Z
    ");
}

#[test]
fn a_name_that_holds_addresses_makes_no_preview_below_the_message() {
    let name = "See https://evil.example/x discord.gg/abc";
    let contact = Contact { name: Some(name.to_owned()), ..ada(Role::Lead) };
    let body = new_message(&Posting::of(Detail::Full, Layout::Cards).announce(vec![lead(contact)]));
    let content = body["content"].as_str().unwrap();
    assert_eq!(
        content.replace('\u{2060}', "|"),
        "🌱 New lead: See https:/|/evil.example/x discord.gg|/abc (Acme Ltd)"
    );
}
