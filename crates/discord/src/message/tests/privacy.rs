//! A Private message holds nothing personal in any part of its JSON, not even in what a press sends.

use deskbell_domain::contact::Role;
use deskbell_domain::conversation::Activity;
use deskbell_domain::delivery::{Backlog, Layout};
use deskbell_domain::event::{Event, UserOrigin};
use deskbell_domain::subscription::Detail;

use super::fixture::{
    AT, Posting, ada, by_command, changes, conversation, happened, lead, rated, started, update, user,
};
use crate::message::new_message;

/// Everything that is told of Ada or her conversation, with the ids of both.
const PERSONAL: [&str; 32] = [
    "6762f0dd1bb69f9f2193bb83",
    "ada",
    "lovelace",
    "acme.io",
    "old.io",
    "49",
    "1234567",
    "crm-",
    "static.intercomassets",
    ".png",
    "berlin",
    "germany",
    "10115",
    "52.52",
    "13.41",
    "violet",
    "fox",
    "acme ltd",
    "acme labs",
    "vip",
    "webinar",
    "trial",
    "refund",
    "1042",
    "charged",
    "invoice",
    "pricing",
    "grace",
    "hopper",
    "991267459",
    "215470",
    "app.intercom.com",
];

fn private_bodies() -> Vec<String> {
    let kinds: [fn() -> Event; 8] = [
        || lead(ada(Role::Lead)),
        || user(ada(Role::User), UserOrigin::WasLead),
        || by_command(user(ada(Role::User), UserOrigin::New)),
        || update(ada(Role::User), changes()),
        || started(conversation()),
        || happened(Activity::Replied),
        || happened(Activity::HandedOver),
        || rated(Some("Ada Lovelace was charged twice")),
    ];
    let mut bodies = Vec::new();
    for event in kinds {
        for layout in [Layout::Cards, Layout::Brief, Layout::Lines, Layout::Plain] {
            for count in [1, 2] {
                for detail in Detail::ALL {
                    let private = detail != Detail::Private;
                    let backlog = Some(Backlog { waiting: 263, since: AT });
                    let posting = Posting { detail, layout, private, backlog };
                    let events = (0..count).map(|_| event()).collect();
                    bodies.push(new_message(&posting.announce(events)).to_string());
                }
            }
        }
    }
    bodies
}

#[test]
fn a_private_message_holds_no_personal_datum_in_any_part() {
    for body in private_bodies() {
        let searched = body
            .to_lowercase()
            .replace(&AT.0.to_string(), "")
            // Silent messages carry this flag.
            .replace("\"flags\":4096", "");
        for personal in PERSONAL {
            assert!(!searched.contains(personal), "{personal} in {body}");
        }
    }
}
