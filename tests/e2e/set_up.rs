//! Setting the bot up: what a manager types, presses and chooses, and what the others see of it.

use deskbell_sandbox::discord::Message;
use deskbell_sandbox::intercom::NewContact;

use crate::stage::{PATIENCE, Stage, cards_in};

/// What somebody reads after a command.
async fn read(stage: &Stage, who: &str, command: &str) -> Message {
    let person = stage.discord.guild(stage.guild.id).member(who);
    let reply = person.slash(stage.guild.support, command).expect("the command is registered");
    reply.message().await.expect("the bot answers")
}

/// What somebody reads after a press.
async fn press(stage: &Stage, who: &str, message: &Message, button: &str) -> Message {
    let person = stage.discord.guild(stage.guild.id).member(who);
    let reply = person.press(message, button).expect("the button is there");
    reply.message().await.expect("the bot answers")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_whole_set_up_is_done_in_one_message() {
    let mut stage = Stage::with_bot().await;
    let mark = stage.discord.guild(stage.guild.id).member("mark");
    let reply = mark.slash(stage.guild.support, "/setup").expect("the command is registered");
    let first = reply.message().await.expect("the bot answers");
    let chosen = mark.select(&first, "New leads go to …", &["#sales"]).expect("a select for leads");
    let sales = format!("🌱 New leads: <#{}> ✅", stage.guild.sales);
    let shown = chosen.message_where("sales", |message| message.content.contains(&sales)).await;
    let shown = shown.expect("the choice is shown");
    let chosen = mark.select(&shown, "New conversations go to …", &["#general"]).expect("a select");
    let public = "everyone can read it, so without personal data";
    let shown = chosen.message_where("general", |message| message.content.contains(public)).await;
    let shown = shown.expect("the choice is shown with a warning");
    let chosen = mark.select(&shown, "Who may see customers", &["@Sales"]).expect("a select of roles");
    let role = format!("May see customers: <@&{}>", stage.guild.team);
    let shown = chosen.message_where("the role", |message| message.content.contains(&role)).await;
    let shown = shown.expect("the role is shown");
    stage.stop().await;
    stage.start().await;
    let mark = stage.discord.guild(stage.guild.id).member("mark");
    let chosen = mark.select(&shown, "New leads go to …", &[]).expect("a select that takes none");
    let none = chosen.message_where("none", |message| message.content.contains("🌱 New leads: –")).await;
    none.expect("after a restart the same message still works");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_public_channel_asks_first_and_another_one_is_a_choice_away() {
    let mut stage = Stage::with_bot().await;
    let question = read(&stage, "mark", "/notify add event:New lead channel:#general").await;
    assert!(question.content.starts_with("⚠️ Everyone in this server can read"), "{}", question.content);
    assert!(stage.discord.messages(stage.guild.general).posted().is_empty());
    let mark = stage.discord.guild(stage.guild.id).member("mark");
    let elsewhere = mark.press(&question, "Choose another channel").expect("the button is there");
    let choice = elsewhere.message_where("a choice", |message| message.content.starts_with("Choose")).await;
    let choice = choice.expect("the bot offers channels");
    let added = mark.select(&choice, "New leads go to …", &["#sales"]).expect("a select");
    let added = added.message_where("done", |message| message.content.starts_with('✅')).await;
    let sample = press(&stage, "mark", &added.expect("it is added"), "Try it").await;
    assert!(sample.content.starts_with("✅ A sample is posted"), "{}", sample.content);
    assert_eq!(stage.cards(stage.guild.sales, 1).await.len(), 1);
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pause_holds_back_and_a_resume_posts() {
    let mut stage = Stage::with_bot().await;
    stage.subscribe("New lead", "#sales").await;
    let mark = stage.discord.guild(stage.guild.id).member("mark");
    let typed =
        mark.autocomplete(stage.guild.support, "/notify pause notification:lead", "notification").await;
    let offered = typed.expect("the picker answers");
    assert_eq!(offered[0].name, "New lead → #sales");
    let paused = read(&stage, "mark", "/notify pause").await;
    assert!(paused.content.contains("are paused"), "{}", paused.content);
    stage.next_second().await;
    stage.intercom.contacts().create(NewContact::lead().name("Ada Lovelace"));
    let waits = async {
        loop {
            let list = read(&stage, "mark", "/notify list").await.content;
            if list.contains("1 waiting") {
                return list;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    };
    let list = tokio::time::timeout(PATIENCE, waits).await.expect("the lead is read and waits");
    assert!(list.contains("paused by <@"), "{list}");
    assert!(cards_in(&stage.discord, stage.guild.sales).is_empty());
    let resumed = read(&stage, "mark", "/notify resume").await;
    assert!(resumed.content.ends_with("1 that waited follows."), "{}", resumed.content);
    assert_eq!(stage.cards(stage.guild.sales, 1).await.len(), 1);
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_team_sees_customers_and_only_managers_set_up() {
    let mut stage = Stage::with_bot().await;
    let status = read(&stage, "ana", "/status").await;
    assert_eq!(status.content, "Deskbell is running. Ask someone with **Manage Server** for the rest.");
    let allowed = read(&stage, "mark", "/access add role:@Sales").await;
    assert!(allowed.content.contains("may use /lead and /user"), "{}", allowed.content);
    assert!(allowed.content.contains("(1 member)"), "{}", allowed.content);
    let status = read(&stage, "ana", "/status").await;
    assert!(status.content.starts_with("**Acme** (US)"), "{}", status.content);
    let help = read(&stage, "ana", "/help").await.render();
    assert!(help.contains("lead get") && !help.contains("notify add"), "{help}");
    let ana = stage.discord.guild(stage.guild.id).member("ana");
    assert!(ana.slash(stage.guild.support, "/notify list").is_err(), "the picker does not show it");
    let everyone = read(&stage, "mark", "/access add role:@everyone").await;
    assert!(everyone.content.starts_with("❌ @everyone would show"), "{}", everyone.content);
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_may_only_look_finds_customers_and_creates_none() {
    let mut stage = Stage::with_bot().await;
    read(&stage, "mark", "/access add role:@Sales level:Look").await;
    let list = read(&stage, "ana", "/lead list").await.content;
    assert!(list.starts_with("No leads yet."), "{list}");
    for command in ["/lead create email:ada@acme.io", "/user create email:ada@acme.io"] {
        let refused = read(&stage, "ana", command).await.content;
        let said = "Only people with **Manage Server** may create or update leads and users.";
        assert!(refused.contains(said), "{refused}");
    }
    assert!(stage.intercom.contacts().all().is_empty());
    let listed = read(&stage, "mark", "/access list").await.content;
    assert!(listed.contains("May only look, and create and update nobody: <@&"), "{listed}");
    read(&stage, "mark", "/access add role:@Sales level:Act").await;
    let created = read(&stage, "ana", "/lead create email:ada@acme.io").await.content;
    assert!(created.contains("Lead created"), "{created}");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_role_that_manages_the_server_is_not_said_to_have_no_access() {
    let mut stage = Stage::with_bot().await;
    let told = read(&stage, "mark", "/access remove role:@Boss").await.content;
    assert!(
        told.contains("was not given access here. It has **Manage Server**, which always may."),
        "{told}"
    );
    let told = read(&stage, "mark", "/access remove role:@Sales").await.content;
    assert!(told.contains("had no access. Nothing was changed."), "{told}");
    stage.stop().await;
}
