use deskbell_domain::ids::{MemberId, RoleId};
use deskbell_domain::mention::Called;
use deskbell_domain::port::store::Unwanted;
use proptest::prelude::*;

use super::*;

fn key(text: &str, number: u64, signed: i64, other: &str) -> Key {
    Key::new(b'w').text(text).number(number).signed(signed).text(other)
}

/// Texts in which what could confuse the writing of keys is frequent.
fn any_text() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(vec!['\0', '\u{1}', 'a', 'b', 'ÿ', '\u{10FFFF}']), 0..5)
        .prop_map(String::from_iter)
}

fn any_tuple() -> impl Strategy<Value = (String, u64, i64, String)> {
    let number = prop_oneof![0..3_u64, any::<u64>()];
    let signed = prop_oneof![-2..3_i64, any::<i64>()];
    (any_text(), number, signed, any_text())
}

proptest! {
    #[test]
    fn the_order_of_keys_is_the_order_of_tuples_and_none_collide(one in any_tuple(), other in any_tuple()) {
        let written = |(text, number, signed, last): &(String, u64, i64, String)| {
            key(text, *number, *signed, last)
        };
        prop_assert_eq!(written(&one).cmp(&written(&other)), one.cmp(&other));
    }

    #[test]
    fn what_is_below_a_text_begins_with_exactly_this_text(one in any_text(), other in any_text()) {
        let (above, below) = (Key::new(b'w').text(&one), Key::new(b'w').text(&other).number(1));
        let range = above.below();
        let within = range.start <= below.0 && below.0 < range.end;
        prop_assert_eq!(within, one == other);
    }

    #[test]
    fn a_number_and_a_time_are_read_back_from_their_key(number in any::<u64>(), at in any::<i64>()) {
        let workspace = WorkspaceId::new("w\0rk");
        let page = page(&workspace, JournalNumber(number));
        prop_assert_eq!(last_number(page.as_bytes()), number);
        let event = EventId::lead_created(&ContactId::new("a"));
        let left = left_over_seen(&workspace, Timestamp(at), &event);
        prop_assert_eq!(left_over_time(&workspace, left.as_bytes()), Timestamp(at));
    }

    #[test]
    fn a_message_is_read_back_from_its_key(contact in any_text(), message in 1_u64.., channel in 1_u64..) {
        let workspace = WorkspaceId::new("w\0rk");
        let contact = ContactId::new(contact);
        let event = EventId::lead_created(&contact);
        let key = posted(&workspace, &contact, ChannelId(channel), MessageId(message), &event);
        prop_assert_eq!(posted_message(&workspace, key.as_bytes()), Some(MessageId(message)));
        prop_assert_eq!(posted_message(&workspace, posted_about(&workspace, &contact).as_bytes()), None);
    }
}

/// Every key of the store.
fn every_key() -> Vec<Key> {
    let mut all = keys_of_events_and_their_delivery();
    all.extend(keys_of_what_is_done_about_people());
    all
}

fn keys_of_events_and_their_delivery() -> Vec<Key> {
    let (workspace, contact) = (WorkspaceId::new("w1"), ContactId::new("c1"));
    let event = EventId::lead_created(&contact);
    let (server, channel, id) = (GuildId(7), ChannelId(8), SubscriptionId(9));
    let number = JournalNumber(2);
    vec![
        schema(),
        former_subscription_counter(),
        probe(),
        converted(),
        head(&workspace),
        page(&workspace, number),
        kind_list(&workspace, EventKind::NewLead, number),
        kind_list(&workspace, EventKind::NewUser, number),
        kind_list(&workspace, EventKind::UserUpdated, number),
        kind_list(&workspace, EventKind::NewConversation, number),
        newest(&workspace, EventKind::NewLead),
        seen(&workspace, &event),
        left_over_seen(&workspace, Timestamp(1), &event),
        snapshot(&workspace, 3, &contact),
        baseline(&workspace),
        stream(&workspace, Stream::Contacts),
        stream(&workspace, Stream::Conversations),
        stream(&workspace, Stream::UserUpdates),
        actor(&workspace, &contact),
        posted(&workspace, &contact, channel, MessageId(5), &event),
        amendment(&workspace, number),
        last_amendment(&workspace),
        unnamed(&workspace, number),
        edit::shape(&workspace, (channel, MessageId(5))),
        edit::showing(&workspace, number, (channel, MessageId(5))),
        edit::wanted(&workspace, (channel, MessageId(5))),
        roll_up::roll_up(&workspace, deskbell_domain::roll_up::Day(19_000)),
        inbox::hint(&workspace, b'c', "c1"),
        subscriber(&workspace, id),
        subscription(server, id),
        progress(server, id),
        dead_letter(&Home::new(&workspace, server), DeadLetterId(4)),
        kept_in(&workspace, "k"),
        dead_letter_counter(server),
        day(server, "2026-11-23"),
        access(server),
        super::channel::own_messages(channel),
        super::channel::call(channel, Called::Role(RoleId(5))),
        super::channel::call(channel, Called::Member(MemberId(5))),
        registered_commands(ApplicationId(6)),
        kept("k"),
        kept_until(UnixMillis(1), "k"),
        kept_in_until(UnixMillis(1), &workspace, "k"),
    ]
}

/// Who did what, what is to be erased, and who is connected.
fn keys_of_what_is_done_about_people() -> Vec<Key> {
    let (workspace, contact) = (WorkspaceId::new("w1"), ContactId::new("c1"));
    let (server, channel) = (GuildId(7), ChannelId(8));
    vec![
        audit::book(server),
        audit::entry(server, 2),
        audit::begun(server, 2),
        audit::target(&workspace, server, 2),
        audit::secret(server),
        connection::unerased(&Home::new(&workspace, server)),
        connection::departure(server),
        former::former(&Home::new(&workspace, server)),
        former::card(Unwanted { guild: server, channel, message: MessageId(5) }),
        erasure::hider(&workspace),
        erasure::erased(&workspace, "0f"),
        erasure::seen_hidden(&workspace, "0f"),
        erasure::unfinished(&workspace, &contact),
        erasure::unwanted(Unwanted { guild: server, channel, message: MessageId(5) }),
    ]
}

/// With what an error calls each. A letter that changes would hide what is stored.
fn layout(keys: &[Key]) -> String {
    let line = |key: &Key| format!("{}: {}", kind_of(key.as_bytes()), key.as_bytes().escape_ascii());
    keys.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_layout_of_the_keys_of_events_is_pinned() {
    insta::assert_snapshot!(layout(&keys_of_events_and_their_delivery()), @r"
    store record: mv
    store record: ms
    store record: mp
    store record: me
    journal head: ww1\x00\x01h
    journal entry: ww1\x00\x01e\x00\x00\x00\x00\x00\x00\x00\x02
    journal entry: ww1\x00\x01kl\x00\x00\x00\x00\x00\x00\x00\x02
    journal entry: ww1\x00\x01ku\x00\x00\x00\x00\x00\x00\x00\x02
    journal entry: ww1\x00\x01kc\x00\x00\x00\x00\x00\x00\x00\x02
    journal entry: ww1\x00\x01km\x00\x00\x00\x00\x00\x00\x00\x02
    journal head: ww1\x00\x01nl
    seen-key: ww1\x00\x01slead_created:c1\x00\x01
    seen-key: ww1\x00\x01o\x80\x00\x00\x00\x00\x00\x00\x01lead_created:c1\x00\x01
    snapshot: ww1\x00\x01p\x00\x00\x00\x00\x00\x00\x00\x03c1\x00\x01
    baseline: ww1\x00\x01b
    stream state: ww1\x00\x01mp
    stream state: ww1\x00\x01mm
    stream state: ww1\x00\x01mc
    actor: ww1\x00\x01ac1\x00\x01
    posted message: ww1\x00\x01xc1\x00\x01\x00\x00\x00\x00\x00\x00\x00\x05\x00\x00\x00\x00\x00\x00\x00\x08lead_created:c1\x00\x01
    amendment: ww1\x00\x01r\x00\x00\x00\x00\x00\x00\x00\x02
    amendment: ww1\x00\x01v
    amendment: ww1\x00\x01q\x00\x00\x00\x00\x00\x00\x00\x02
    message that lives on: ww1\x00\x01f\x00\x00\x00\x00\x00\x00\x00\x05\x00\x00\x00\x00\x00\x00\x00\x08
    message that lives on: ww1\x00\x01g\x00\x00\x00\x00\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00\x08\x00\x00\x00\x00\x00\x00\x00\x05
    message that lives on: ww1\x00\x01l\x00\x00\x00\x00\x00\x00\x00\x08\x00\x00\x00\x00\x00\x00\x00\x05
    roll-up: ww1\x00\x01R\x80\x00\x00\x00\x00\x00J8
    hint: ww1\x00\x01jcc1\x00\x01
    subscription: ww1\x00\x01i\x00\x00\x00\x00\x00\x00\x00\t
    subscription: g\x00\x00\x00\x00\x00\x00\x00\x07s\x00\x00\x00\x00\x00\x00\x00\t
    progress: g\x00\x00\x00\x00\x00\x00\x00\x07p\x00\x00\x00\x00\x00\x00\x00\t
    dead letter: ww1\x00\x01d\x00\x00\x00\x00\x00\x00\x00\x07\x00\x00\x00\x00\x00\x00\x00\x04
    kept text: ww1\x00\x01tk\x00\x01
    dead letter: g\x00\x00\x00\x00\x00\x00\x00\x07c
    day's counters: g\x00\x00\x00\x00\x00\x00\x00\x07n2026-11-23\x00\x01
    access list: g\x00\x00\x00\x00\x00\x00\x00\x07a
    own messages: c\x00\x00\x00\x00\x00\x00\x00\x08o
    call: c\x00\x00\x00\x00\x00\x00\x00\x08qr\x00\x00\x00\x00\x00\x00\x00\x05
    call: c\x00\x00\x00\x00\x00\x00\x00\x08qm\x00\x00\x00\x00\x00\x00\x00\x05
    hash of the commands: a\x00\x00\x00\x00\x00\x00\x00\x06h
    kept text: ktk\x00\x01
    kept text: ku\x80\x00\x00\x00\x00\x00\x00\x01k\x00\x01
    kept text: ku\x80\x00\x00\x00\x00\x00\x00\x01w1\x00\x01k\x00\x01
    ");
}

#[test]
fn the_layout_of_the_keys_of_what_is_done_about_people_is_pinned() {
    insta::assert_snapshot!(layout(&keys_of_what_is_done_about_people()), @r"
audit: u\x00\x00\x00\x00\x00\x00\x00\x07b
audit: u\x00\x00\x00\x00\x00\x00\x00\x07e\x00\x00\x00\x00\x00\x00\x00\x02
audit: u\x00\x00\x00\x00\x00\x00\x00\x07o\x00\x00\x00\x00\x00\x00\x00\x02
audit: ww1\x00\x01y\x00\x00\x00\x00\x00\x00\x00\x07\x00\x00\x00\x00\x00\x00\x00\x02
audit: wdeskbell audit\x00\x01z\x00\x00\x00\x00\x00\x00\x00\x07
connection: x\x00\x00\x00\x00\x00\x00\x00\x07w1\x00\x01
connection: f\x00\x00\x00\x00\x00\x00\x00\x07
former workspace: g\x00\x00\x00\x00\x00\x00\x00\x07fw1\x00\x01
former workspace: g\x00\x00\x00\x00\x00\x00\x00\x07m\x00\x00\x00\x00\x00\x00\x00\x08\x00\x00\x00\x00\x00\x00\x00\x05
erasure: ww1\x00\x01Ek
erasure: ww1\x00\x01Ec0f\x00\x01
erasure: ww1\x00\x01Es0f\x00\x01
erasure: ww1\x00\x01Euc1\x00\x01
message to delete: d\x00\x00\x00\x00\x00\x00\x00\x07\x00\x00\x00\x00\x00\x00\x00\x08\x00\x00\x00\x00\x00\x00\x00\x05
");
}

/// A name that changes would make what was sealed unreadable.
#[test]
fn the_places_for_which_values_are_sealed_are_pinned() {
    let all = every_key();
    let places = all.iter().filter_map(|key| {
        sealed_place(key.as_bytes(), |place| {
            format!("{} of {}: {}", place.record, place.workspace, place.id.escape_ascii())
        })
    });
    insta::assert_snapshot!(places.collect::<Vec<_>>().join("\n"), @r"
journal entry of w1: \x00\x00\x00\x00\x00\x00\x00\x02
snapshot of w1: \x00\x00\x00\x00\x00\x00\x00\x03c1\x00\x01
actor of w1: c1\x00\x01
amendment of w1: \x00\x00\x00\x00\x00\x00\x00\x02
dead letter of w1: \x00\x00\x00\x00\x00\x00\x00\x07\x00\x00\x00\x00\x00\x00\x00\x04
kept text of w1: k\x00\x01
audit target of w1: \x00\x00\x00\x00\x00\x00\x00\x07\x00\x00\x00\x00\x00\x00\x00\x02
audit secret of deskbell audit: \x00\x00\x00\x00\x00\x00\x00\x07
erasure of w1: k
erasure of w1: c0f\x00\x01
erasure of w1: s0f\x00\x01
erasure of w1: uc1\x00\x01
");
    let strange = WorkspaceId::new("w\0\u{e9}");
    let place =
        sealed_place(actor(&strange, &ContactId::new("c1")).as_bytes(), |place| place.workspace.clone());
    assert_eq!(place, Some(strange));
}
