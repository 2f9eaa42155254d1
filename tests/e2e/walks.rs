//! What is read of Intercom as it really is: who speaks in a conversation, when a customer has spoken, and whose names
//! are known.

use deskbell_sandbox::discord::Message;
use deskbell_sandbox::intercom::{Author, ContactId, NewCompany, NewContact, NewConversation};

use crate::notifications::shown_ids;
use crate::stage::{self, Stage};

/// Everything that stands in these messages.
fn text(messages: &[Message]) -> String {
    let texts: Vec<_> = messages.iter().map(|one| format!("{}\n{:?}\n", one.content, one.embeds)).collect();
    texts.concat()
}

/// A user who is in a company.
fn employed(stage: &Stage, name: &str, company: &str) -> ContactId {
    let company = stage.intercom.companies().create(NewCompany::named(company));
    let email = format!("{}@example.com", name.to_lowercase());
    let user = NewContact::user().name(name).email(&email).external_id(&format!("crm-{name}"));
    stage.intercom.contacts().create(user.company(&company))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_card_of_a_conversation_is_that_of_who_wrote_and_not_of_the_first_who_takes_part() {
    let mut stage = Stage::with_bot().await;
    stage.subscribe("New conversation", "#support").await;
    stage.next_second().await;
    let (ada, bea) = (employed(&stage, "Ada", "Wrongco"), employed(&stage, "Bea", "Rightco"));
    let question = NewConversation::from_contact(&bea, "<p>Where is my invoice?</p>");
    let question = question.with(|one| one.contacts = vec![ada.clone(), bea.clone()]);
    stage.intercom.conversations().start(question);
    let shown = text(&stage.cards(stage.guild.support, 1).await);
    assert!(shown.contains("Bea") && shown.contains("Rightco") && shown.contains(bea.as_str()), "{shown}");
    assert!(!shown.contains("Wrongco") && !shown.contains(ada.as_str()), "{shown}");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_bot_began_is_announced_once_when_the_customer_has_written() {
    let mut stage = Stage::with_bot().await;
    stage.subscribe("New conversation", "#support").await;
    stage.next_second().await;
    let (ada, bea) = (employed(&stage, "Ada", "Wrongco"), employed(&stage, "Bea", "Rightco"));
    let greet = |who| NewConversation::from_bot(who, "Fin", "<p>How can we help?</p>");
    let silent = stage.intercom.conversations().start(greet(&ada));
    let answered = stage.intercom.conversations().start(greet(&bea));
    let say = |id, author, body| {
        stage.intercom.conversations().reply(id, author, body).expect("it exists");
    };
    stage.next_second().await;
    say(&silent, Author::Bot("Fin".to_owned()), "<p>Are you there?</p>");
    say(&answered, Author::Bot("Fin".to_owned()), "<p>Are you there?</p>");
    stage.next_second().await;
    stage.next_second().await;
    say(&answered, Author::Contact(bea.clone()), "<p>My invoice is wrong</p>");
    let cards = stage.cards(stage.guild.support, 1).await;
    let shown = text(&cards);
    assert!(shown.contains("Bea") && shown.contains("My invoice is wrong"), "{shown}");
    assert!(!shown.contains("How can we help") && !shown.contains("Fin"), "{shown}");
    stage.next_second().await;
    say(&answered, Author::Contact(bea.clone()), "<p>Hello?</p>");
    stage.next_second().await;
    let last = stage.intercom.conversations().start(NewConversation::from_contact(&ada, "<p>Another</p>"));
    let cards = stage.cards(stage.guild.support, 2).await;
    assert_eq!(shown_ids(&cards), [answered.to_string(), last.to_string()]);
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_conversation_that_goes_on_is_not_new() {
    let mut stage = Stage::with_bot().await;
    let ada = employed(&stage, "Ada", "Acme");
    let old = stage.intercom.conversations().start(NewConversation::from_contact(&ada, "<p>Long ago</p>"));
    stage.next_second().await;
    stage.next_second().await;
    stage.next_second().await;
    stage.subscribe("New conversation", "#support").await;
    stage.next_second().await;
    stage
        .intercom
        .conversations()
        .reply(&old, Author::Contact(ada.clone()), "<p>Still</p>")
        .expect("it is there");
    stage.next_second().await;
    let new = stage.intercom.conversations().start(NewConversation::from_contact(&ada, "<p>Now</p>"));
    let cards = stage.cards(stage.guild.support, 1).await;
    assert_eq!(shown_ids(&cards), [new.to_string()]);
    stage.stop().await;
}

/// The times that Discord would show in a text.
fn times(text: &str) -> Vec<i64> {
    let after = text.split("<t:").skip(1);
    after.filter_map(|rest| rest.split([':', '>']).next()?.parse().ok()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn milliseconds_are_told_as_times_and_absurd_times_not_at_all() {
    let mut stage = Stage::with_bot().await;
    for kind in ["New lead", "New user", "New conversation"] {
        stage.subscribe(kind, "#sales").await;
    }
    stage.next_second().await;
    let lead = stage.intercom.contacts().create(NewContact::lead().name("Ada"));
    let now = stage.intercom.contacts().get(&lead).expect("she is there").created_at;
    let absurd = [-1, 0, i64::MAX, now * 1000];
    for (number, time) in absurd.into_iter().enumerate() {
        let user = NewContact::user().name(&format!("User {number}")).with(|user| {
            user.last_seen_at = Some(time);
            user.signed_up_at = Some(time);
            user.last_replied_at = Some(time);
        });
        let user = stage.intercom.contacts().create(user);
        let question = NewConversation::from_contact(&user, "<p>Hi</p>");
        stage.intercom.conversations().start(question.created_at(now * 1000 + 7));
    }
    let in_milliseconds = NewContact::lead().name("Bea").created_at(now * 1000);
    stage.intercom.contacts().create(in_milliseconds);
    let everybody = |discord: &deskbell_sandbox::discord::Discord| {
        let shown = text(&stage::cards_in(discord, stage.guild.sales));
        let people = ["Ada", "Bea", "User 0", "User 1", "User 2", "User 3"];
        people.iter().all(|name| shown.contains(name)) && shown.matches("New conversation").count() >= 4
    };
    let came = stage.discord.wait_for("everybody", stage::PATIENCE, everybody).await;
    let shown = text(&stage::cards_in(&stage.discord, stage.guild.sales));
    came.unwrap_or_else(|waited| panic!("{waited}: {shown}"));
    for time in times(&shown) {
        assert!((now - 60..now + 60).contains(&time), "{time} is told as a time in {shown}");
    }
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_leads_of_twenty_companies_in_one_second_all_tell_their_company() {
    let mut stage = Stage::set().await;
    stage.set_variable("INTERCOM_CALLS_PER_MINUTE", "100");
    stage.start().await;
    stage.subscribe("New lead", "#sales").await;
    stage.next_second().await;
    for number in 0..20 {
        let company = stage.intercom.companies().create(NewCompany::named(&format!("Company {number:02}")));
        let lead = NewContact::lead().name(&format!("Lead {number:02}"));
        stage.intercom.contacts().create(lead.company(&company));
    }
    let all = |discord: &deskbell_sandbox::discord::Discord| {
        let shown = text(&stage::cards_in(discord, stage.guild.sales));
        (0..20).all(|number| shown.contains(&format!("Lead {number:02}")))
    };
    stage
        .discord
        .wait_for("every lead", 3 * stage::PATIENCE, all)
        .await
        .unwrap_or_else(|waited| panic!("{waited}"));
    let shown = text(&stage::cards_in(&stage.discord, stage.guild.sales));
    for number in 0..20 {
        assert!(shown.contains(&format!("Company {number:02}")), "{number} is not named: {shown}");
    }
    stage.stop().await;
}
