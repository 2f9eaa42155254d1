//! What things are called: names come with the card where Intercom gives them, and reach what still waits where it gives
//! them late.

use deskbell_sandbox::discord::Message;
use deskbell_sandbox::fault::{CannedAnswer, Effect, Fault};
use deskbell_sandbox::intercom::{NewCompany, NewContact, NewConversation};
use reqwest::StatusCode;
use serde_json::json;

use crate::notifications::shown_ids;
use crate::stage::{self, PATIENCE, Stage};
use crate::talk::ask;

/// Everything that stands in these messages.
fn text(messages: &[Message]) -> String {
    let texts: Vec<_> = messages.iter().map(|one| format!("{}\n{:?}\n", one.content, one.embeds)).collect();
    texts.concat()
}

/// Waits until `/notify list` says this.
async fn wait_for_list(stage: &Stage, says: &str) {
    let asking = async {
        while !ask(stage, "/notify list").await.contains(says) {
            stage.next_second().await;
        }
    };
    tokio::time::timeout(3 * PATIENCE, asking).await.unwrap_or_else(|_| panic!("it never says {says}"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_that_came_late_stands_on_the_card_that_still_waits_and_there_is_no_second_card() {
    let mut stage = Stage::with_bot().await;
    stage.subscribe("New lead", "#sales").await;
    ask(&stage, "/notify pause").await;
    let silent = CannedAnswer::new(
        StatusCode::SERVICE_UNAVAILABLE,
        json!({"type": "error.list", "errors": [{"code": "service_unavailable", "message": "Try again"}]}),
    );
    let names = Fault::new(Effect::Status(silent)).path_containing("/companies");
    let fault = stage.intercom.faults().add(names);
    stage.next_second().await;
    let acme = stage.intercom.companies().create(NewCompany::named("Acme Ltd"));
    let lead = |name: &str| stage.intercom.contacts().create(NewContact::lead().name(name).company(&acme));
    lead("Ada");
    wait_for_list(&stage, "1 waiting").await;
    stage.intercom.faults().turn_off(fault);
    lead("Bea");
    wait_for_list(&stage, "2 waiting").await;
    // Whoever comes next is read by a later poll than the one that learnt the name.
    lead("Cleo");
    wait_for_list(&stage, "3 waiting").await;
    ask(&stage, "/notify resume").await;
    let cards = stage.cards(stage.guild.sales, 1).await;
    let shown = text(&cards);
    assert!(shown.contains("Acme Ltd") && !shown.contains("1 company"), "{shown}");
    assert_eq!(shown_ids(&cards).len(), 3, "each lead stands in the channel once: {shown}");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_conversation_names_its_teammate_and_its_team_and_a_lead_its_tag() {
    let mut stage = Stage::with_bot().await;
    stage.subscribe("New conversation", "#support").await;
    stage.subscribe("New lead", "#sales").await;
    stage.next_second().await;
    let grace = stage.intercom.workspace().add_admin("Grace Hopper", "grace@example.com");
    let sales = stage.intercom.workspace().add_team("First line");
    let ada = stage.intercom.contacts().create(NewContact::user().name("Ada"));
    let question = NewConversation::from_contact(&ada, "<p>Hello</p>").assigned_to(grace);
    stage.intercom.conversations().start(question.assigned_to_team(sales));
    let shown = text(&stage.cards(stage.guild.support, 1).await);
    assert!(shown.contains("Grace Hopper") && shown.contains("First line"), "{shown}");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_leads_of_twenty_tags_in_one_second_all_tell_their_tag() {
    let mut stage = Stage::with_bot().await;
    stage.subscribe("New lead", "#sales").await;
    stage.next_second().await;
    for number in 0..20 {
        let tag = stage.intercom.tags().create(&format!("Tag {number:02}"));
        let lead = NewContact::lead().name(&format!("Lead {number:02}"));
        stage.intercom.contacts().create(lead.tag(&tag));
    }
    let all = |discord: &deskbell_sandbox::discord::Discord| {
        let shown = text(&stage::cards_in(discord, stage.guild.sales));
        (0..20).all(|number| shown.contains(&format!("Lead {number:02}")))
    };
    let waited = stage.discord.wait_for("every lead", 3 * PATIENCE, all).await;
    waited.unwrap_or_else(|waited| panic!("{waited}"));
    let shown = text(&stage::cards_in(&stage.discord, stage.guild.sales));
    for number in 0..20 {
        assert!(shown.contains(&format!("Tag {number:02}")), "{number} is not named: {shown}");
    }
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_eleventh_company_of_a_user_is_told_by_name() {
    let mut stage = Stage::with_bot().await;
    let companies: Vec<_> = (1..=12)
        .map(|number| stage.intercom.companies().create(NewCompany::named(&format!("Company {number:02}"))))
        .collect();
    let user = companies[..10].iter().fold(NewContact::user().name("Ada"), NewContact::company);
    let ada = stage.intercom.contacts().create(user);
    stage.subscribe("User updated", "#sales").await;
    stage.next_second().await;
    // Whoever moves is seen once, and compared from then on.
    let call = |user: &mut deskbell_sandbox::intercom::Contact| user.phone = Some("+4930123456".to_owned());
    stage.intercom.contacts().update(&ada, call).expect("she exists");
    stage.cards(stage.guild.sales, 1).await;
    stage.next_second().await;
    stage.intercom.companies().attach(&ada, &companies[10]).expect("both exist");
    let cards = stage.cards(stage.guild.sales, 2).await;
    assert!(text(&cards[1..]).contains("Company 11"), "{}", text(&cards[1..]));
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn user_get_names_as_many_of_sixty_companies_as_fit_and_counts_the_rest() {
    let mut stage = Stage::with_bot().await;
    let companies: Vec<_> = (1..=60)
        .map(|number| stage.intercom.companies().create(NewCompany::named(&format!("Firm {number:02}"))))
        .collect();
    let user = NewContact::user().name("Ada").email("ada@example.com");
    stage.intercom.contacts().create(companies.iter().fold(user, NewContact::company));
    let mark = stage.discord.guild(stage.guild.id).member("mark");
    let reply = mark.slash(stage.guild.general, "/user get user:ada@example.com").expect("it is registered");
    let shown = reply.render().await.expect("it is answered");
    assert!(shown.contains("Firm 01, Firm 02") && shown.contains("Firm 30 +30"), "{shown}");
    stage.stop().await;
}
