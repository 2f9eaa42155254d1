//! `/notify list` as the place to manage: what a manager chooses and presses there, and what the channels see of it.

use deskbell_sandbox::discord::actors::{Person, Reply};
use deskbell_sandbox::discord::{ChannelKind, Message};
use deskbell_sandbox::intercom::NewContact;

use crate::stage::{PATIENCE, Stage, cards_in};

fn person(stage: &Stage, who: &str) -> Person {
    stage.discord.guild(stage.guild.id).member(who)
}

/// What a manager reads after a command.
async fn read(stage: &Stage, command: &str) -> Message {
    let reply = person(stage, "mark").slash(stage.guild.support, command).expect("the command is registered");
    reply.message().await.expect("the bot answers")
}

/// The message once it says this.
async fn says(reply: Reply, text: &str) -> Message {
    let said = reply.message_where(text, |message| message.content.contains(text)).await;
    said.unwrap_or_else(|failure| panic!("{failure}"))
}

/// Chooses in a select, and reads what the message then says.
async fn choose(stage: &Stage, message: &Message, list: &str, value: &str, text: &str) -> Message {
    let reply = person(stage, "mark").select(message, list, &[value]).expect("it can be chosen");
    says(reply, text).await
}

/// Presses a button, and reads what the message then says.
async fn press(stage: &Stage, message: &Message, button: &str, text: &str) -> Message {
    let reply = person(stage, "mark").press(message, button).expect("the button is there");
    says(reply, text).await
}

/// A lead comes in.
async fn lead(stage: &Stage, name: &str) {
    stage.next_second().await;
    stage.intercom.contacts().create(NewContact::lead().name(name).email("ada@acme.io"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_manager_changes_everything_of_a_notification_from_the_list() {
    let mut stage = Stage::with_bot().await;
    stage.subscribe("New lead", "#sales").await;
    let list = read(&stage, "/notify list").await;
    let panel = choose(&stage, &list, "Change one…", "New lead → #sales", "New leads go to").await;
    assert!(panel.content.contains("Cards show everything."), "{}", panel.content);

    let panel = choose(&stage, &panel, "Cards: Full", "Private", "✅ Cards show no personal data").await;
    let panel = choose(&stage, &panel, "Ring: Smart", "Silent", "✅ They no longer ring.").await;
    lead(&stage, "Ada Lovelace").await;
    let cards = stage.cards(stage.guild.sales, 1).await;
    assert!(cards[0].content == "🌱 New lead" && cards[0].is_silent(), "{}", cards[0].render());

    let panel = press(&stage, &panel, "Try it", "✅ A sample is posted in").await;
    let moved = format!("✅ New leads will be posted in <#{}>", stage.guild.support);
    let panel = choose(&stage, &panel, "Channel: #sales", "#support", &moved).await;
    lead(&stage, "Alan Turing").await;
    let cards = stage.cards(stage.guild.support, 1).await;
    assert_eq!(cards[0].content, "🌱 New lead", "it is as private there as it was");
    assert_eq!(cards_in(&stage.discord, stage.guild.sales).len(), 2, "one lead and the sample");

    let panel = press(&stage, &panel, "Pause", "✅ Paused.").await;
    lead(&stage, "Grace Hopper").await;
    let list = press(&stage, &panel, "Back", "**Notifications from Acme**").await;
    let waits = async {
        loop {
            let list = press(&stage, &list, "Refresh", "**Notifications from Acme**").await;
            if list.content.contains("1 waiting") {
                return list;
            }
        }
    };
    let list = tokio::time::timeout(PATIENCE, waits).await.expect("the lead is read and waits");
    let panel = choose(&stage, &list, "Change one…", "New lead → #support", "are paused").await;
    let asked = press(&stage, &panel, "Skip to now", "Skip the lead that waits").await;
    let panel = press(&stage, &asked, "Keep", "1 waiting").await;
    let panel = press(&stage, &panel, "Resume", "1 that waited follows.").await;
    stage.cards(stage.guild.support, 2).await;

    let removed = press(&stage, &panel, "Remove", "are no longer posted in").await;
    press(&stage, &removed, "Back", "Nothing is posted yet.").await;
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_answer_to_a_new_notification_tries_changes_and_removes_it() {
    let mut stage = Stage::with_bot().await;
    let added = read(&stage, "/notify add event:New lead channel:#sales").await;
    let sample = press(&stage, &added, "Try it", "✅ A sample is posted in").await;
    assert!(sample.id != added.id, "the answer stays with its buttons");
    let panel = press(&stage, &added, "Change", "New leads go to").await;
    let panel = choose(&stage, &panel, "Cards: Card", "Short", "✅ Cards are short from now on.").await;
    let list = press(&stage, &panel, "Back", "New lead → ").await;
    assert!(list.content.contains("· Short"), "{}", list.content);

    let added = read(&stage, "/notify add event:New user channel:#sales").await;
    press(&stage, &added, "Remove", "New users are no longer posted in").await;
    let list = read(&stage, "/notify list").await.content;
    assert!(!list.contains("New user"), "{list}");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crowd_sees_whole_cards_only_after_somebody_said_so_in_the_panel() {
    let mut stage = Stage::with_bot().await;
    read(&stage, "/notify add event:New lead channel:#general detail:Private").await;
    let list = read(&stage, "/notify list").await;
    let panel = choose(&stage, &list, "Change one…", "New lead → #general", "no personal data").await;
    let asked = choose(&stage, &panel, "Cards: Private", "Full", "⚠️ Everyone in this server can read").await;
    let panel = press(&stage, &asked, "Back", "Cards show no personal data.").await;
    lead(&stage, "Ada Lovelace").await;
    assert_eq!(stage.cards(stage.guild.general, 1).await[0].content, "🌱 New lead");

    let asked = choose(&stage, &panel, "Cards: Private", "Full", "⚠️ Everyone in this server can read").await;
    let panel = press(&stage, &asked, "Post everything anyway", "although everyone can read").await;
    lead(&stage, "Alan Turing").await;
    assert_eq!(stage.cards(stage.guild.general, 2).await[1].content, "🌱 New lead: Alan Turing");
    let list = press(&stage, &panel, "Back", "⚠️ everyone can read it, full cards").await;
    assert!(list.content.contains("🌱 New lead → "), "{}", list.content);
    let audit = read(&stage, "/audit").await.content;
    assert!(audit.contains("showed everything of New lead → "), "{audit}");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_managers_at_one_notification_both_see_what_is_true() {
    let mut stage = Stage::with_bot().await;
    stage.subscribe("New lead", "#sales").await;
    stage.subscribe("New user", "#support").await;
    let guild = stage.discord.guild(stage.guild.id);
    guild.set_member_roles(guild.member("ana").id(), &[guild.role_named("Boss").expect("the stage has it")]);
    let list = read(&stage, "/notify list").await;
    let marks = choose(&stage, &list, "Change one…", "New lead → #sales", "New leads go to").await;
    let ana = person(&stage, "ana");
    let list = ana.slash(stage.guild.support, "/notify list").expect("she manages the server");
    let list = list.message().await.expect("the bot answers");
    let anas = ana.select(&list, "Change one…", &["New lead → #sales"]).expect("it is there");
    let anas = says(anas, "New leads go to").await;

    let both = (
        person(&stage, "mark").select(&marks, "Cards: Full", &["Short"]).expect("it can be chosen"),
        ana.select(&anas, "Ring: Smart", &["Silent"]).expect("it can be chosen"),
    );
    let (marks, anas) =
        (says(both.0, "✅ Cards are short").await, says(both.1, "✅ They no longer ring.").await);
    let now = read(&stage, "/notify list").await.content;
    assert!(now.contains("· Short · Silent"), "neither undoes what the other did: {now}");

    press(&stage, &marks, "Remove", "are no longer posted in").await;
    let late = ana.press(&anas, "Pause").expect("the button stands there still");
    let late = says(late, "❌ That notification is not there any more").await;
    assert!(late.content.contains("New user → "), "she sees what is there: {}", late.content);
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_lost_the_right_meanwhile_changes_nothing_and_a_panel_works_after_a_restart() {
    let mut stage = Stage::with_bot().await;
    stage.subscribe("New lead", "#sales").await;
    let guild = stage.discord.guild(stage.guild.id);
    let boss = guild.role_named("Boss").expect("the stage has it");
    let ana = guild.member("ana");
    guild.set_member_roles(ana.id(), &[boss]);
    let list = ana.slash(stage.guild.support, "/notify list").expect("she manages the server");
    let list = list.message().await.expect("the bot answers");
    let panel = ana.select(&list, "Change one…", &["New lead → #sales"]).expect("it is there");
    let panel = says(panel, "New leads go to").await;
    stage.stop().await;
    stage.start().await;
    let ana = person(&stage, "ana");
    let paused = ana.press(&panel, "Pause").expect("the button is there");
    let panel = says(paused, "✅ Paused.").await;

    stage.discord.guild(stage.guild.id).set_member_roles(ana.id(), &[stage.guild.team]);
    for button in ["Resume", "Try it", "Remove", "Back"] {
        let refused = ana.press(&panel, button).expect("the button is there");
        says(refused, "Only people with **Manage Server** can change notifications.").await;
    }
    let list = read(&stage, "/notify list").await.content;
    assert!(list.contains("paused by"), "{list}");
    assert!(cards_in(&stage.discord, stage.guild.sales).is_empty(), "no sample was posted");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn buttons_of_messages_that_stand_already_do_what_they_did() {
    let mut stage = Stage::with_bot().await;
    stage.subscribe("New lead", "#sales").await;
    let list = read(&stage, "/notify list").await;
    let panel = choose(&stage, &list, "Change one…", "New lead → #sales", "New leads go to").await;
    let controls = format!("{:?}", panel.components);
    let id =
        controls.split_once("v1:panel-back:").map(|(_, rest)| rest.chars().take_while(char::is_ascii_digit));
    let id: String = id.expect("a way back").collect();
    let mark = person(&stage, "mark");
    let forge = |press: String| mark.press_forged(&panel, &press).expect("Discord sends it on");
    says(forge(format!("v1:pause:{id}")), "are paused.").await;
    says(forge(format!("v1:change:{id}:short:silent")), "have new settings. Detail: Short. Alert: silent.")
        .await;
    says(forge(format!("v1:remove:{id}")), "Remove New lead").await;
    says(forge(format!("v1:remove-now:{id}")), "are no longer posted in").await;
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_sixty_notifications_is_found_and_changed_by_a_few_taps() {
    let mut stage = Stage::with_bot().await;
    let guild = stage.discord.guild(stage.guild.id);
    for number in 10..25 {
        guild.create_channel(&format!("team-{number}"), ChannelKind::Text);
        for kind in ["New lead", "New user", "User updated", "New conversation"] {
            read(&stage, &format!("/notify add event:{kind} channel:#team-{number} detail:Private")).await;
        }
    }
    let mut page = read(&stage, "/notify list").await;
    let mut taps = 1;
    while !page.render().contains("New conversation → #team-24") {
        taps += 1;
        page = press(&stage, &page, "More ▶", &format!("Page {taps} of 6")).await;
    }
    assert_eq!(taps, 5, "the select reaches further than its page");
    let panel =
        choose(&stage, &page, "Change one…", "New conversation → #team-24", "conversations go to").await;
    let panel = choose(&stage, &panel, "Ring: Smart", "Silent", "✅ They no longer ring.").await;
    let page = press(&stage, &panel, "Back", "Page 6 of 6").await;
    assert!(page.content.contains("· Private · Silent"), "{}", page.content);
    stage.stop().await;
}
