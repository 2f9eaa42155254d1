//! A lead becomes a user, or is merged into one, from the card that a command shows.

use deskbell_sandbox::discord::Message;
use deskbell_sandbox::discord::actors::{Person, Reply};
use deskbell_sandbox::discord::permissions::Permissions;
use deskbell_sandbox::fault::{Effect, Fault};
use deskbell_sandbox::intercom::{NewContact, Role};
use reqwest::Method;

use crate::desk_scene::says;
use crate::stage::Stage;

fn person(stage: &Stage, who: &str) -> Person {
    stage.discord.guild(stage.guild.id).member(who)
}

fn types(stage: &Stage, who: &str, command: &str) -> Reply {
    person(stage, who).slash(stage.guild.general, command).expect("it is registered")
}

fn press(stage: &Stage, message: &Message, button: &str) -> Reply {
    person(stage, "mark").press(message, button).expect("it is offered")
}

async fn card(reply: Reply) -> Message {
    reply.message_where("the card", |said| !said.embeds.is_empty()).await.expect("the bot answers")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lead_is_made_a_user_once_and_whoever_comes_second_hears_so() {
    let mut stage = Stage::with_bot().await;
    let ada = stage.intercom.contacts().create(NewContact::lead().name("Ada Lovelace").email("ada@acme.io"));
    let shown = card(types(&stage, "mark", "/lead get lead:ada@acme.io")).await;
    let first = says(press(&stage, &shown, "Make it a user"), "does not become a lead again").await;
    let second = says(press(&stage, &shown, "Make it a user"), "does not become a lead again").await;
    says(press(&stage, &first, "Yes, make it a user"), "is a user now.").await;
    assert_eq!(stage.intercom.contacts().get(&ada).map(|ada| ada.role), Some(Role::User));
    says(press(&stage, &second, "Yes, make it a user"), "is a user already.").await;

    let guild = stage.discord.guild(stage.guild.id);
    let lookers = guild.create_role("Lookers", Permissions::NONE);
    guild.create_member("leo", &[lookers]);
    types(&stage, "mark", "/access add role:@Lookers level:Look").text().await.expect("the bot answers");
    let seen = types(&stage, "leo", "/user get user:ada@acme.io").render().await.expect("the bot answers");
    assert!(!seen.contains("Merge"), "who may only look is offered nothing else: {seen}");
    let audit = types(&stage, "mark", "/audit").text().await.expect("the bot answers");
    assert!(audit.contains("made a lead a user"), "{audit}");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lead_is_merged_into_a_user_after_one_more_question_even_where_the_answer_is_lost() {
    let mut stage = Stage::with_bot().await;
    let lead = stage.intercom.contacts().create(NewContact::lead().name("Ada L.").email("ada@acme.io"));
    stage.intercom.contacts().create(NewContact::user().name("Ada Lovelace").email("ada.l@acme.io"));
    let shown = card(types(&stage, "mark", "/lead get lead:ada@acme.io")).await;
    let form = press(&stage, &shown, "Merge…");
    let fields = [("A name, an e-mail, a phone number or an id", "ada.l@acme.io")];
    let asked = person(&stage, "mark").submit_modal(&form, &fields).await.expect("the form is open");
    let asked = says(asked, "They share neither an e-mail address nor a phone number.").await;
    let lost = Fault::new(Effect::LoseAnswer).method(Method::POST).path_containing("/contacts/merge");
    stage.intercom.faults().add(lost);
    says(press(&stage, &asked, "Yes, merge them"), "✅ Merged into").await;
    assert!(stage.intercom.contacts().all().iter().all(|one| one.id != lead), "the lead is gone");
    let audit = types(&stage, "mark", "/audit").text().await.expect("the bot answers");
    assert!(audit.contains("merged a lead into a user"), "{audit}");
    stage.stop().await;
}
