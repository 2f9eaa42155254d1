use axum::{Router, body::Bytes, extract::State, http::StatusCode, routing::post};

use serde_json::json;
use tokio::sync::mpsc::UnboundedSender;

use super::*;
use crate::{
    clock::Clock,
    fault::Faults,
    http::{Server, Site},
    intercom::{Assignee, NewContact, NewConversation, NewTicket, TicketCategory},
    recorder::{Recorder, Service},
};

/// Who listens: what came, and what is answered.
#[derive(Clone)]
struct Ear {
    heard: UnboundedSender<Value>,
    answer: StatusCode,
}

async fn take(State(ear): State<Ear>, body: Bytes) -> StatusCode {
    let _heard = ear.heard.send(serde_json::from_slice(&body).expect("it is JSON"));
    ear.answer
}

async fn listening(answer: StatusCode) -> (WebhookAddress, UnboundedReceiver<Value>, Server) {
    let (heard, hears) = unbounded_channel();
    let site = Site {
        router: Router::new().route("/intercom/webhooks", post(take)).with_state(Ear { heard, answer }),
        clock: Clock::system(),
        faults: Faults::seeded(7),
        recorder: Recorder::in_memory(),
        service_of: |_, _| Service::Intercom,
    };
    let server = Server::start(site).await.expect("there is a free port");
    let address = WebhookAddress::new(server.addr(), "secret");
    (address, hears, server)
}

fn workspace() -> Intercom {
    Intercom::new(Clock::system(), Recorder::in_memory(), 7)
}

#[tokio::test]
async fn what_happens_is_told_in_its_order_with_the_record() {
    let (address, mut hears, _server) = listening(StatusCode::OK).await;
    let intercom = workspace();
    let before = intercom.contacts().create(NewContact::lead());
    intercom.webhooks().send_to(address, Mischief::default());
    let lead = intercom.contacts().create(NewContact::lead().name("Ada"));
    intercom.contacts().convert_to_user(&lead).expect("the lead is there");
    intercom.contacts().update(&lead, |user| user.name = None).expect("the user is there");
    let talk = intercom.conversations().start(NewConversation::from_contact(&before, "Hello"));
    intercom.conversations().reply(&talk, Author::Contact(before), "Anybody?").expect("it is there");
    for (topic, id) in [
        ("contact.lead.created", lead.as_str()),
        ("contact.lead.signed_up", lead.as_str()),
        ("contact.user.updated", lead.as_str()),
        ("conversation.user.created", talk.as_str()),
        ("conversation.user.replied", talk.as_str()),
    ] {
        let told = hears.recv().await.expect("it is told");
        assert_eq!((&told["topic"], &told["data"]["item"]["id"]), (&json!(topic), &json!(id)));
    }
    intercom.webhooks().stop();
    intercom.contacts().create(NewContact::lead());
    assert!(hears.try_recv().is_err(), "nothing is told any more");
}

/// The next notification's topic, and the part that it tells.
async fn next(hears: &mut UnboundedReceiver<Value>) -> (String, Value) {
    let told = hears.recv().await.expect("it is told");
    let parts = told["data"]["item"]["conversation_parts"]["conversation_parts"].clone();
    let part = parts.as_array().expect("there is a list").first().cloned().unwrap_or_default();
    (told["topic"].as_str().expect("it has a topic").to_owned(), part)
}

#[tokio::test]
async fn what_is_done_in_a_conversation_is_told_with_the_one_part_that_did_it() {
    let (address, mut hears, _server) = listening(StatusCode::OK).await;
    let intercom = workspace();
    let (ada, grace) = (intercom.contacts().create(NewContact::lead()), intercom.workspace().admins()[0].id);
    intercom.webhooks().send_to(address, Mischief::default());
    let (talks, to_grace) = (intercom.conversations(), Assignee::Admin(grace));
    let id = talks.start(NewConversation::from_contact(&ada, "<p>Hello</p>"));
    let begun = hears.recv().await.expect("it is told");
    assert_eq!(begun["data"]["item"]["conversation_parts"]["total_count"], 0);
    assert_eq!(begun["data"]["item"]["source"]["body"], "Hello");
    let team = talks.teammate(grace);
    let answered = team.reply_and_assign(&id, to_grace, "<p>a &lt; b</p>").expect("it is there");
    for topic in ["conversation.admin.assigned", "conversation.admin.replied"] {
        let (told, part) = next(&mut hears).await;
        assert_eq!((told.as_str(), &part["id"]), (topic, &json!(answered.to_string())));
        assert_eq!((&part["body"], &part["part_type"]), (&json!("a < b"), &json!("assignment")));
    }
    let (vip, until) = (intercom.tags().create("VIP"), intercom.now() + 60);
    team.tag(&id, &vip).expect("it is there");
    talks.update(&id, |conversation| conversation.read = true).expect("it is there");
    let acts = [
        (team.note(&id, "<p>Hm</p>"), "conversation.admin.noted"),
        (team.snooze(&id, until), "conversation.admin.snoozed"),
        (team.unsnooze(&id), "conversation.admin.unsnoozed"),
        (team.close(&id), "conversation.admin.closed"),
        (team.reopen(&id), "conversation.admin.opened"),
        (talks.fin().say(&id, "<p>Hi</p>"), "conversation.operator.replied"),
        (talks.customer(&ada).reply(&id, "<p>No</p>"), "conversation.user.replied"),
        (talks.customer(&ada).rate(&id, 2), "conversation.rating.added"),
    ];
    for (part, topic) in acts {
        let (told, shown) = next(&mut hears).await;
        let part = part.expect("it is there").to_string();
        assert_eq!(
            (told.as_str(), &shown["id"]),
            (topic, &json!(part)),
            "the tag told nobody, nor did the look"
        );
    }
}

#[tokio::test]
async fn a_leads_first_address_a_ticket_and_what_is_deleted_are_told_as_such() {
    let (address, mut hears, _server) = listening(StatusCode::OK).await;
    let intercom = workspace();
    let lead = intercom.contacts().create(NewContact::lead());
    let bug = intercom.tickets().add_type("Bug", TicketCategory::Customer);
    let talk = intercom.conversations().start(NewConversation::from_contact(&lead, "<p>Hello</p>"));
    intercom.webhooks().send_to(address, Mischief::default());
    for email in ["ada@example.com", "ada@example.org"] {
        intercom.contacts().update(&lead, |lead| lead.email = Some(email.to_owned())).expect("she is there");
    }
    let ticket = intercom.tickets().create(NewTicket::of(&lead, &bug, "It crashes"));
    intercom.conversations().delete(&talk).expect("it is there");
    // An item is made when it is sent: what is told of the lead must be heard before she is gone.
    let mut heard = Vec::new();
    for _ in 0..5 {
        heard.push(hears.recv().await.expect("it is told"));
    }
    intercom.contacts().delete(&lead).expect("she is there");
    heard.push(hears.recv().await.expect("it is told"));
    let expected = [
        ("contact.lead.updated", lead.as_str()),
        ("contact.lead.added_email", lead.as_str()),
        ("contact.lead.updated", lead.as_str()),
        ("ticket.created", ticket.as_str()),
        ("conversation.deleted", talk.as_str()),
        ("contact.deleted", lead.as_str()),
    ];
    for (told, (topic, id)) in heard.iter().zip(expected) {
        assert_eq!((&told["topic"], &told["data"]["item"]["id"]), (&json!(topic), &json!(id)));
    }
}

#[tokio::test]
async fn a_merge_is_told_with_the_user_who_stays_and_the_lead_who_went() {
    let (address, mut hears, _server) = listening(StatusCode::OK).await;
    let intercom = workspace();
    let (lead, user) =
        (intercom.contacts().create(NewContact::lead()), intercom.contacts().create(NewContact::user()));
    intercom.webhooks().send_to(address, Mischief::default());
    intercom.contacts().merge(&lead, &user).expect("both are there");
    let told = hears.recv().await.expect("it is told");
    let item = &told["data"]["item"];
    assert_eq!((&told["topic"], &item["id"]), (&json!("contact.merged"), &json!(user.as_str())));
    assert_eq!(item["merged_from"]["id"], lead.as_str());
}

#[tokio::test]
async fn with_mischief_they_come_twice_or_never() {
    let (address, mut hears, _server) = listening(StatusCode::OK).await;
    let intercom = workspace();
    intercom.webhooks().send_to(address.clone(), Mischief { doubled: 100, ..Mischief::default() });
    intercom.contacts().create(NewContact::lead());
    let (one, other) = (hears.recv().await, hears.recv().await);
    assert!(one.is_some() && one == other, "the same notification comes twice");
    intercom.webhooks().send_to(address.clone(), Mischief { lost: 100, ..Mischief::default() });
    intercom.contacts().create(NewContact::lead());
    intercom.webhooks().send_to(address, Mischief::default());
    let last = intercom.contacts().create(NewContact::lead());
    let told = hears.recv().await.expect("it is told");
    assert_eq!(told["data"]["item"]["id"], json!(last.as_str()));
}

#[tokio::test]
async fn one_that_nobody_takes_comes_once_more() {
    let (address, mut hears, _server) = listening(StatusCode::SERVICE_UNAVAILABLE).await;
    let intercom = workspace();
    let soon = Duration::from_millis(1);
    intercom.webhooks().send_to(WebhookAddress { again_after: soon, ..address }, Mischief::default());
    for _ in 0..2 {
        intercom.contacts().create(NewContact::lead());
    }
    let mut times = std::collections::BTreeMap::<_, u32>::new();
    for _ in 0..4 {
        let told = hears.recv().await.expect("it is told");
        *times.entry(told["id"].to_string()).or_default() += 1;
    }
    assert_eq!(times.into_values().collect::<Vec<_>>(), [2, 2]);
}
