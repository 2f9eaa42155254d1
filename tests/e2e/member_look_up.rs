//! Who a member of the server is in Intercom: looked up by a right click, and linked.

use deskbell_sandbox::discord::Message;
use deskbell_sandbox::discord::actors::{Person, Reply};
use deskbell_sandbox::intercom::{Contact, NewContact, Undeclared};

use crate::desk_scene::says;
use crate::stage::Stage;

const COMMAND: &str = "Show in Intercom";
const LINK: &str = "Link to a contact…";

fn person(stage: &Stage, who: &str) -> Person {
    stage.discord.guild(stage.guild.id).member(who)
}

fn right_click(stage: &Stage, who: &str, on: &str) -> Reply {
    let reply = person(stage, who).use_on_member(stage.guild.support, &person(stage, on), COMMAND);
    reply.expect("the command is registered")
}

async fn links(stage: &Stage, asked: &Message, button: &str, typed: &str, text: &str) -> Message {
    let form = person(stage, "mark").press(asked, button).expect("it is offered");
    let fields = [("A name, an e-mail, a phone number or an id", typed)];
    let answer = person(stage, "mark").submit_modal(&form, &fields).await.expect("the form is open");
    says(answer, text).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_member_is_looked_up_by_a_right_click_once_somebody_linked_them() {
    let mut stage = Stage::with_bot().await;
    stage.intercom.workspace().declare_text("discord_id");
    let ada = stage.intercom.contacts().create(NewContact::lead().name("Ada Lovelace").email("ada@acme.io"));
    stage.intercom.contacts().create(NewContact::lead().name("Ada Byron").email("byron@acme.io"));
    let asked = says(right_click(&stage, "mark", "ben"), "is linked to no lead and no user").await;
    let none = "I found no lead and no user by that.";
    let asked = links(&stage, &asked, LINK, "nobody at all", none).await;
    let several = links(&stage, &asked, "Try again", "ada", "2 people fit this.").await;
    let linked =
        person(&stage, "mark").select(&several, "Pick one…", &["Ada Lovelace"]).expect("she is offered");
    says(linked, "is linked to **Ada Lovelace**.").await;
    let kept = stage.intercom.contacts().get(&ada).expect("she is there").custom_attributes;
    let id = person(&stage, "ben").id().to_string();
    assert_eq!(kept.get("discord_id").and_then(|value| value.as_str()), Some(id.as_str()));

    let looked_up = right_click(&stage, "mark", "ben");
    let shown = looked_up.message_where("her card", |said| !said.embeds.is_empty()).await;
    let shown = shown.expect("the bot answers").render();
    assert!(shown.contains("Ada Lovelace") && shown.contains("ada@acme.io"), "{shown}");

    let read = person(&stage, "mark").slash(stage.guild.support, "/audit").expect("it is registered");
    let audit = read.text().await.expect("the bot answers");
    assert!(audit.contains("linked somebody to"), "{audit}");
    let refused = right_click(&stage, "eve", "ben").render().await.expect("the bot answers");
    assert!(!refused.contains("Ada"), "a stranger learns nothing: {refused}");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_contact_who_is_somebody_else_is_linked_after_one_more_question() {
    let mut stage = Stage::with_bot().await;
    let ada = stage.intercom.contacts().create(NewContact::lead().name("Ada Lovelace").email("ada@acme.io"));
    let link = |contact: &mut Contact| {
        contact.custom_attributes.insert("discord_id".to_owned(), "841200000000000009".into());
    };
    stage.intercom.contacts().update(&ada, link).expect("she is there");
    let asked = says(right_click(&stage, "mark", "eve"), "is linked to no lead and no user").await;
    let is_it = links(&stage, &asked, LINK, "ada@acme.io", "Ada Lovelace").await;
    let taken = person(&stage, "mark").press(&is_it, "Yes, link them").expect("it is offered");
    let taken = says(taken, "is linked to <@841200000000000009> already.").await;
    let over = person(&stage, "mark").press(&taken, "Link them all the same").expect("it is offered");
    says(over, "is linked to **Ada Lovelace**.").await;
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_workspace_without_the_attribute_is_told_what_to_make() {
    let mut stage = Stage::with_bot().await;
    stage.intercom.workspace().set_undeclared(Undeclared::Refused);
    stage.intercom.contacts().create(NewContact::lead().name("Ada Lovelace"));
    let asked = says(right_click(&stage, "mark", "ben"), "is linked to no lead and no user").await;
    let is_it = links(&stage, &asked, LINK, "ada lovelace", "Ada Lovelace").await;
    let refused = person(&stage, "mark").press(&is_it, "Yes, link them").expect("it is offered");
    let refused = refused.followup(0).await.expect("it is told");
    assert!(refused.content.contains("`discord_id`"), "{}", refused.content);
    stage.stop().await;
}
