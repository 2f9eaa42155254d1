//! The card that a notification posts where nobody chose how much it shows: short enough for a phone.

use deskbell_domain::contact::{Contact, Role};
use deskbell_domain::conversation::{Activity, Assignee, Closing, Ended, Now, Unanswered};
use deskbell_domain::delivery::Layout;
use deskbell_domain::event::{Event, Record, UserOrigin};
use deskbell_domain::ids::ContactId;
use deskbell_domain::subscription::Detail;
use deskbell_domain::threshold::Threshold;
use insta::assert_snapshot;
use proptest::prelude::*;
use serde_json::Value;

use super::fixture::{
    AT, Posting, ada, alan, by_command, changes, conversation, happened, lead, rated, started, update, user,
};
use super::hostile::events;
use super::picture::picture;
use crate::message::new_message;

fn posted(event: Event) -> Value {
    new_message(&Posting::of(Detail::USUAL, Layout::Cards).announce(vec![event]))
}

/// The embeds of these, one below the other.
fn cards(events: impl IntoIterator<Item = Event>) -> String {
    let card = |event| {
        let whole = picture(&posted(event));
        whole
            .lines()
            .filter(|line| line.starts_with('┃') && !line.contains("┃ #"))
            .collect::<Vec<_>>()
            .join("\n")
    };
    events.into_iter().map(card).collect::<Vec<_>>().join("\n\n")
}

/// As many lines as a phone shows of the message's card, without the small print.
fn lines(body: &Value) -> usize {
    let embed = &body["embeds"][0];
    let description = embed["description"].as_str().map_or(0, |text| text.lines().count());
    let fields = embed["fields"].as_array().map_or(0, Vec::len);
    usize::from(embed["title"].is_string()) + description + fields
}

fn nobody() -> Contact {
    Contact::bare(ContactId::new("6762f0dd1bb69f9f2193bb83"), Role::Lead)
}

/// The record's conversation, held, answered and with everybody's name.
fn held(mut event: Event) -> Event {
    if let Record::Conversation { conversation, .. } = &mut event.record {
        let grace = Assignee { id: "7".to_owned(), name: Some("Grace".to_owned()) };
        conversation.stands(&Now { admin: Some(grace), ..Now::default() });
    }
    event
}

#[test]
fn a_lead_or_user_is_who_it_is_and_how_to_reach_them_at_a_glance() {
    let all = [
        lead(ada(Role::Lead)),
        by_command(user(ada(Role::User), UserOrigin::New)),
        lead(alan(1)),
        lead(nobody()),
    ];
    assert_snapshot!(cards(all), @r"
    ┃ Ada Lovelace -> https://app.intercom.com/a/apps/acme1234/users/6762f0dd1bb69f9f2193bb83
    ┃ [picture https://static.intercomassets.com/ada.png?token=secret]
    ┃ <ada@acme.io>
    ┃ <+49301234567>
    ┃ Acme Ltd, Acme Labs +1
    ┃ vip, webinar
    ┃ Berlin
    ┃ New lead · Acme · 45a6czv6 at 2025-11-23T09:20:00Z

    ┃ Ada Lovelace -> https://app.intercom.com/a/apps/acme1234/users/6762f0dd1bb69f9f2193bb83
    ┃ [picture https://static.intercomassets.com/ada.png?token=secret]
    ┃ <ada@acme.io>
    ┃ <+49301234567>
    ┃ Acme Ltd, Acme Labs +1
    ┃ vip, webinar
    ┃ Berlin
    ┃ Added by <@42> with /lead create
    ┃ New user · Acme · ukibhash at 2025-11-23T09:20:00Z

    ┃ alan1@example.org -> https://app.intercom.com/a/apps/acme1234/users/6762f0dd1bb69f9f00000001
    ┃ <alan1@example.org>
    ┃ New lead · Acme · yedr57ua at 2025-11-23T09:20:01Z

    ┃ Lead …93bb83 -> https://app.intercom.com/a/apps/acme1234/users/6762f0dd1bb69f9f2193bb83
    ┃ New lead · Acme · 45a6czv6 at no time
    ");
}

#[test]
fn of_an_update_the_changes_come_first() {
    let few = changes()[..2].to_vec();
    assert_snapshot!(cards([update(ada(Role::User), changes()), update(alan(1), few)]), @r"
    ┃ Ada Lovelace -> https://app.intercom.com/a/apps/acme1234/users/6762f0dd1bb69f9f2193bb83
    ┃ [picture https://static.intercomassets.com/ada.png?token=secret]
    ┃ **Email** ada@old.io → ada@acme.io
    ┃ **Phone** → +49 30 1234567 (before: not known)
    ┃ **Image URL** changed
    ┃ and 2 more
    ┃ <ada@acme.io>
    ┃ <+49301234567>
    ┃ Acme Ltd, Acme Labs +1
    ┃ User updated · Acme · jc6zi5ia at 2025-11-23T09:20:00Z

    ┃ alan1@example.org -> https://app.intercom.com/a/apps/acme1234/users/6762f0dd1bb69f9f00000001
    ┃ **Email** ada@old.io → ada@acme.io
    ┃ **Phone** → +49 30 1234567 (before: not known)
    ┃ <alan1@example.org>
    ┃ User updated · Acme · yv3bcl7u at no time
    ");
}

#[test]
fn a_conversation_is_what_somebody_wants_who_it_is_and_who_has_it() {
    let all = [
        held(started(conversation())),
        happened(Activity::Replied),
        held(happened(Activity::HandedOver)),
        held(rated(Some("slow"))),
    ];
    assert_snapshot!(cards(all), @r"
    ┃ Refund for order 1042 -> https://app.intercom.com/a/inbox/acme1234/inbox/conversation/215470
    ┃ > Hi, I was charged twice on Monday and would like one of them back. # not a heading, see https://acme.io/my_orders?…
    ┃ 📎 invoice.pdf, photo.png
    ┃ Ada Lovelace · <ada@acme.io>
    ┃ Acme Ltd
    ┃ | Now: Grace has it
    ┃ New conversation · Acme · mx5rveaq at 2025-11-23T09:20:00Z

    ┃ Refund for order 1042 -> https://app.intercom.com/a/inbox/acme1234/inbox/conversation/215470
    ┃ > Hi, I was charged twice on Monday and would like one of them back. # not a heading, see https://acme.io/my_orders?…
    ┃ 📎 invoice.pdf, photo.png
    ┃ Ada Lovelace · <ada@acme.io>
    ┃ Acme Ltd
    ┃ Customer replied · Acme · qo6r5ogf at 2025-11-23T09:30:00Z

    ┃ Refund for order 1042 -> https://app.intercom.com/a/inbox/acme1234/inbox/conversation/215470
    ┃ > Hi, I was charged twice on Monday and would like one of them back. # not a heading, see https://acme.io/my_orders?…
    ┃ 📎 invoice.pdf, photo.png
    ┃ Ada Lovelace · <ada@acme.io>
    ┃ Acme Ltd
    ┃ | Now: Grace has it
    ┃ Needs a person · Acme · qo6r5ogf at 2025-11-23T09:30:00Z

    ┃ Refund for order 1042 -> https://app.intercom.com/a/inbox/acme1234/inbox/conversation/215470
    ┃ ★★☆☆☆ 2 of 5
    ┃ > slow
    ┃ Ada Lovelace · <ada@acme.io>
    ┃ Acme Ltd
    ┃ | Now: Grace has it
    ┃ Rated · Acme · qo6r5ogf at 2025-11-23T09:30:00Z
    ");
}

#[test]
fn the_card_of_a_wait_says_who_ended_it() {
    let ended = Ended { how: Closing::Answered, seconds: 960, by: Some("Grace".to_owned()) };
    let over =
        Activity::Unanswered(Unanswered { threshold: Threshold::USUAL, since: AT, ended: Some(ended) });
    assert_snapshot!(cards([held(happened(over))]), @"
    ┃ Refund for order 1042 -> https://app.intercom.com/a/inbox/acme1234/inbox/conversation/215470
    ┃ ✅ Answered after 16 min by Grace
    ┃ > Hi, I was charged twice on Monday and would like one of them back. # not a heading, see https://acme.io/my_orders?…
    ┃ 📎 invoice.pdf, photo.png
    ┃ Ada Lovelace · <ada@acme.io>
    ┃ Acme Ltd
    ┃ | Now: Grace has it
    ┃ Unanswered · Acme · qo6r5ogf at 2025-11-23T09:30:00Z
    ");
}

#[test]
fn whatever_is_known_of_a_record_its_card_has_at_most_eight_lines() {
    let most = [
        by_command(lead(ada(Role::Lead))),
        by_command(user(ada(Role::User), UserOrigin::WasLead)),
        by_command(update(ada(Role::User), changes())),
        held(started(conversation())),
        held(happened(Activity::Replied)),
        held(happened(Activity::HandedOver)),
        held(rated(Some("slow\nand\nunfriendly"))),
    ];
    for event in most.into_iter().chain([lead(nobody()), rated(None)]) {
        let body = posted(event);
        assert!((1..=8).contains(&lines(&body)), "{}: {body}", lines(&body));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn whatever_somebody_types_a_card_has_at_most_eight_lines(
        text in prop_oneof![crate::text::tests::nasty(), any::<String>()],
        times in 1..20_usize,
        kind in 0..4_usize,
    ) {
        for event in events(kind, 1, &text.repeat(times)) {
            let body = posted(held(by_command(event)));
            prop_assert!(lines(&body) <= 8, "{}: {body}", lines(&body));
        }
    }
}

/// The lines of so many leads as one message, each with as much as most leads have.
fn lines_of(count: u64) -> (Vec<String>, Value) {
    let leads = (0..count).map(|number| {
        let mut one = ada(Role::Lead);
        one.id = alan(number).id;
        one.email = Some(format!("ada.lovelace{number}@acme-industries.example"));
        lead(one)
    });
    let body = new_message(&Posting::of(Detail::USUAL, Layout::Lines).announce(leads.collect()));
    let lines = body["embeds"][0]["description"].as_str().unwrap_or_default().lines();
    (lines.map(str::to_owned).collect(), body)
}

#[test]
fn a_crowd_is_lines_that_lead_to_each_record() {
    let (lines, body) = lines_of(20);
    assert_snapshot!(lines[7], @"[Ada Lovelace](https://app.intercom.com/a/apps/acme1234/users/6762f0dd1bb69f9f00000007) <ada.lovelace7@acme-industries.example> · Acme Ltd");
    assert_eq!((lines.len(), body["components"].as_array().unwrap().len()), (20, 1));
}

#[test]
fn fifty_lines_say_who_and_how_to_reach_them_and_two_selects_lead_to_each() {
    let (lines, body) = lines_of(50);
    assert_snapshot!(lines[49], @"Ada Lovelace <ada.lovelace49@acme-industries.example> · Acme Ltd");
    assert_eq!(lines.len(), 50);
    let selects = body["components"].as_array().unwrap();
    let options: Vec<_> =
        selects.iter().map(|row| row["components"][0]["options"].as_array().unwrap().len()).collect();
    assert_eq!(options, [25, 25]);
}
