//! What is posted of what happens in conversations.

use deskbell_domain::conversation::{Activity, Closing, Ended, Unanswered};
use deskbell_domain::delivery::Layout;
use deskbell_domain::event::Event;
use deskbell_domain::subscription::Detail;
use deskbell_domain::threshold::Threshold;
use insta::assert_snapshot;

use super::fixture::{AT, Posting, happened, rated};
use super::picture::picture;
use crate::message::new_message;

fn posted(detail: Detail, layout: Layout, events: Vec<Event>) -> String {
    picture(&new_message(&Posting::of(detail, layout).announce(events)))
}

fn alone(detail: Detail) -> String {
    [needs(detail), ratings(detail)].join("\n\n")
}

fn needs(detail: Detail) -> String {
    each(detail, vec![happened(Activity::Replied), happened(Activity::HandedOver)])
}

fn ratings(detail: Detail) -> String {
    each(detail, vec![rated(Some("slow")), rated(None)])
}

fn each(detail: Detail, events: Vec<Event>) -> String {
    let all: Vec<_> = events.into_iter().map(|event| posted(detail, Layout::Cards, vec![event])).collect();
    all.join("\n\n")
}

#[test]
fn a_message_says_who_needs_what() {
    assert_snapshot!(needs(Detail::Short), @r"
    ↩️ Ada Lovelace (Acme Ltd): Hi, I was charged twice on Monday and would like one of them back. # not a heading, see htt…
    ┃ #CC79A7
    ┃ Refund for order 1042 -> https://app.intercom.com/a/inbox/acme1234/inbox/conversation/215470
    ┃ > Hi, I was charged **twice** on Monday and
    ┃ > would like one of them back.
    ┃ >
    ┃ > \# not a heading, see https://acme.io/my_orders?…
    ┃ 📎 invoice.pdf, photo.png
    ┃ | Email: <ada@acme.io>
    ┃ | Company Name: Acme Ltd
    ┃ Customer replied · Acme · qo6r5ogf at 2025-11-23T09:30:00Z
    [I take it -> v1:take:215470:qo6r5ogf] [Reply -> v1:reply:215470] [Note -> v1:note:215470] [Close -> v1:close:215470]
    <More… (v1:more:215470)>
      Snooze for an hour = snooze-hour
      Snooze for 4 hours = snooze-four-hours
      Snooze for a day = snooze-day
      Snooze for a week = snooze-week
      Tag… = tag
      Give to somebody… = give
    [Open in Intercom -> https://app.intercom.com/a/inbox/acme1234/inbox/conversation/215470] [Show person -> v1:show:6762f0dd1bb69f9f2193bb83]

    🙋 Ada Lovelace (Acme Ltd) needs a person: Hi, I was charged twice on Monday and would like one of them back. # not a he…
    ┃ #CC79A7
    ┃ Refund for order 1042 -> https://app.intercom.com/a/inbox/acme1234/inbox/conversation/215470
    ┃ > Hi, I was charged **twice** on Monday and
    ┃ > would like one of them back.
    ┃ >
    ┃ > \# not a heading, see https://acme.io/my_orders?…
    ┃ 📎 invoice.pdf, photo.png
    ┃ | Email: <ada@acme.io>
    ┃ | Company Name: Acme Ltd
    ┃ | Assigned to: Grace Hopper
    ┃ Needs a person · Acme · qo6r5ogf at 2025-11-23T09:30:00Z
    [I take it -> v1:take:215470:qo6r5ogf] [Reply -> v1:reply:215470] [Note -> v1:note:215470] [Close -> v1:close:215470]
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
fn a_message_says_what_a_customer_thinks() {
    assert_snapshot!(ratings(Detail::Short), @r"
    ⭐ Ada Lovelace (Acme Ltd): ★★☆☆☆ 2 of 5 · slow
    ┃ #CC79A7
    ┃ Refund for order 1042 -> https://app.intercom.com/a/inbox/acme1234/inbox/conversation/215470
    ┃ ★★☆☆☆ 2 of 5
    ┃ > slow
    ┃ | Email: <ada@acme.io>
    ┃ | Company Name: Acme Ltd
    ┃ Rated · Acme · qo6r5ogf at 2025-11-23T09:30:00Z
    [Open in Intercom -> https://app.intercom.com/a/inbox/acme1234/inbox/conversation/215470] [Show person -> v1:show:6762f0dd1bb69f9f2193bb83:qo6r5ogf]

    ⭐ Ada Lovelace (Acme Ltd): ★★☆☆☆ 2 of 5
    ┃ #CC79A7
    ┃ Refund for order 1042 -> https://app.intercom.com/a/inbox/acme1234/inbox/conversation/215470
    ┃ ★★☆☆☆ 2 of 5
    ┃ | Email: <ada@acme.io>
    ┃ | Company Name: Acme Ltd
    ┃ Rated · Acme · qo6r5ogf at 2025-11-23T09:30:00Z
    [Open in Intercom -> https://app.intercom.com/a/inbox/acme1234/inbox/conversation/215470] [Show person -> v1:show:6762f0dd1bb69f9f2193bb83:qo6r5ogf]
    ");
}

#[test]
fn a_private_message_says_only_what_happened() {
    assert_snapshot!(alone(Detail::Private), @"
    ↩️ Customer replied
    ┃ #CC79A7
    ┃ A customer replied.
    ┃ Customer replied · Acme · qo6r5ogf at 2025-11-23T09:30:00Z
    [Show -> v1:show-event:7:1:qo6r5ogf]

    🙋 Needs a person
    ┃ #CC79A7
    ┃ A customer needs a person.
    ┃ Needs a person · Acme · qo6r5ogf at 2025-11-23T09:30:00Z
    [Show -> v1:show-event:7:1:qo6r5ogf]

    ⭐ Rated
    ┃ #CC79A7
    ┃ A customer rated a conversation: ★★☆☆☆ 2 of 5.
    ┃ Rated · Acme · qo6r5ogf at 2025-11-23T09:30:00Z
    [Show -> v1:show-event:7:1:qo6r5ogf]

    ⭐ Rated
    ┃ #CC79A7
    ┃ A customer rated a conversation: ★★☆☆☆ 2 of 5.
    ┃ Rated · Acme · qo6r5ogf at 2025-11-23T09:30:00Z
    [Show -> v1:show-event:7:1:qo6r5ogf]
    ");
}

#[test]
fn many_at_once_are_told_in_a_line_each() {
    let events = vec![happened(Activity::Replied), happened(Activity::Replied)];
    assert_snapshot!(posted(Detail::Full, Layout::Brief, events), @"
    ↩️ 2 customer replies
    ┃ #CC79A7
    ┃ Refund for order 1042 -> https://app.intercom.com/a/inbox/acme1234/inbox/conversation/215470
    ┃ Ada Lovelace · Hi, I was charged twice on Monday and would like one of them back. # not a heading, see… · <t:1763890200:R>
    ┃ Customer replied · Acme · qo6r5ogf at no time
    ┃ #CC79A7
    ┃ Refund for order 1042 -> nowhere
    ┃ Ada Lovelace · Hi, I was charged twice on Monday and would like one of them back. # not a heading, see… · <t:1763890200:R>
    ┃ Customer replied · Acme · qo6r5ogf at no time
    <Show one in full… (v1:show-one-conversation:qo6r5ogf)>
      Refund for order 1042 · Hi, I was charged twice on Monday and would like one of them back. # not a… (Ada Lovelace · Acme Ltd) = 215470
    ");
    assert_snapshot!(posted(Detail::Private, Layout::Brief, vec![rated(None), rated(Some("slow"))]), @"
    ⭐ 2 ratings
    ┃ #CC79A7
    ┃ 2 ratings came in at <t:1763890200:t>.
    ┃ Rated · Acme · qo6r5ogf +1 at no time
    <Show one in full… (v1:show-one-event:7:qo6r5ogf)>
      Rated · qo6r5ogf = 1:qo6r5ogf
      Rated · qo6r5ogf = 2:qo6r5ogf
    ");
}

fn waits(ended: Option<Ended>) -> Event {
    happened(Activity::Unanswered(Unanswered { threshold: Threshold::USUAL, since: AT, ended }))
}

fn answered() -> Ended {
    Ended { how: Closing::Answered, seconds: 23 * 60, by: Some("Grace *Hopper*".to_owned()) }
}

#[test]
fn a_wait_says_for_what_and_once_it_is_over_who_answered() {
    assert_snapshot!(posted(Detail::Short, Layout::Cards, vec![waits(None)]), @r"
    ⏳ Ada Lovelace (Acme Ltd) waits for 15 min: Hi, I was charged twice on Monday and would like one of them back. # not a …
    ┃ #CC79A7
    ┃ Refund for order 1042 -> https://app.intercom.com/a/inbox/acme1234/inbox/conversation/215470
    ┃ > Hi, I was charged **twice** on Monday and
    ┃ > would like one of them back.
    ┃ >
    ┃ > \# not a heading, see https://acme.io/my_orders?…
    ┃ 📎 invoice.pdf, photo.png
    ┃ | Email: <ada@acme.io>
    ┃ | Company Name: Acme Ltd
    ┃ Unanswered · Acme · qo6r5ogf at 2025-11-23T09:30:00Z
    [I take it -> v1:take:215470:qo6r5ogf] [Reply -> v1:reply:215470] [Note -> v1:note:215470] [Close -> v1:close:215470]
    <More… (v1:more:215470)>
      Snooze for an hour = snooze-hour
      Snooze for 4 hours = snooze-four-hours
      Snooze for a day = snooze-day
      Snooze for a week = snooze-week
      Tag… = tag
      Give to somebody… = give
    [Open in Intercom -> https://app.intercom.com/a/inbox/acme1234/inbox/conversation/215470] [Show person -> v1:show:6762f0dd1bb69f9f2193bb83]
    ");
    let over = posted(Detail::Short, Layout::Cards, vec![waits(Some(answered()))]);
    assert!(over.contains("┃ #99AAB5"), "{over}");
    assert!(over.contains(r"┃ ✅ Answered after 23 min by Grace \*Hopper\*"), "{over}");
    assert!(over.contains("┃ > Hi, I was charged **twice**"), "what was asked stays: {over}");
}

#[test]
fn whatever_the_detail_and_however_many_a_wait_that_is_over_says_so() {
    for detail in [Detail::Card, Detail::Short, Detail::Full, Detail::Private] {
        let shown = posted(detail, Layout::Cards, vec![waits(Some(answered()))]);
        assert!(shown.contains("✅ Answered after 23 min"), "{detail:?}: {shown}");
    }
    for layout in [Layout::Brief, Layout::Lines] {
        let shown = posted(Detail::Card, layout, vec![waits(Some(answered())), waits(None)]);
        assert!(shown.contains("✅ Answered after 23 min by Grace"), "{layout:?}: {shown}");
    }
}

#[test]
fn a_private_wait_names_nobody() {
    let closed = Some(Ended { how: Closing::Closed, ..answered() });
    let all = [waits(None), waits(Some(answered())), waits(closed)];
    let all = all.map(|event| posted(Detail::Private, Layout::Cards, vec![event]));
    assert_snapshot!(all.join("\n\n"), @"
    ⏳ Unanswered
    ┃ #CC79A7
    ┃ A customer waits for 15 min.
    ┃ Unanswered · Acme · qo6r5ogf at 2025-11-23T09:30:00Z
    [Show -> v1:show-event:7:1:qo6r5ogf]

    ⏳ Unanswered
    ┃ #99AAB5
    ┃ ✅ Answered after 23 min
    ┃ Unanswered · Acme · qo6r5ogf at 2025-11-23T09:30:00Z
    [Show -> v1:show-event:7:1:qo6r5ogf]

    ⏳ Unanswered
    ┃ #99AAB5
    ┃ ✅ Closed after 23 min
    ┃ Unanswered · Acme · qo6r5ogf at 2025-11-23T09:30:00Z
    [Show -> v1:show-event:7:1:qo6r5ogf]
    ");
}
