//! Whoever asks to be forgotten: what is kept of them goes, their cards too, and nothing of them comes again.

use std::time::Duration;

use deskbell_sandbox::discord::Message;
use deskbell_sandbox::discord::actors::Reply;
use deskbell_sandbox::discord::ids::ChannelId;
use deskbell_sandbox::discord::permissions::Permissions;
use deskbell_sandbox::intercom::{ContactId, NewContact, NewConversation};

use crate::connections::{ACME_TOKEN, GLOBEX_TOKEN, Scene};
use crate::stage::{Guild, MovedClock, PATIENCE, Stage, subscribe};

/// The messages with cards that still stand in a channel.
fn standing(stage: &Stage, channel: ChannelId) -> Vec<Message> {
    let visible = stage.discord.messages(channel).visible();
    visible.into_iter().filter(|message| !message.embeds.is_empty()).collect()
}

/// What the manager of the first server is answered.
async fn asked(stage: &Stage, command: &str) -> Message {
    let mark = stage.discord.guild(stage.guild.id).member("mark");
    let asked = mark.slash(stage.guild.support, command).expect("the command is registered");
    asked.message().await.expect("the bot answers")
}

fn pressed(stage: &Stage, message: &Message, button: &str) -> Reply {
    let mark = stage.discord.guild(stage.guild.id).member("mark");
    mark.press(message, button).unwrap_or_else(|failure| panic!("{failure}"))
}

/// Presses, and waits until the message that was pressed says this.
async fn press(stage: &Stage, message: &Message, button: &str, says: &str) -> Message {
    let reply = pressed(stage, message, button);
    let answer = reply.message_where(says, |message| message.content.contains(says)).await;
    answer.unwrap_or_else(|failure| panic!("{failure}"))
}

async fn erase(stage: &Stage, typed: &str) -> Message {
    let shown = asked(stage, &format!("/privacy contact:{typed}")).await;
    let asks = press(stage, &shown, "Erase here", "This cannot be undone").await;
    press(stage, &asks, "Erase", "✅ Erased.").await
}

fn writes(stage: &Stage, who: &ContactId, text: &str) {
    stage.intercom.conversations().start(NewConversation::from_contact(who, &format!("<p>{text}</p>")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_erased_is_gone_from_the_channel_and_does_not_come_again() {
    let mut stage = Stage::with_bot().await;
    let (sales, support) = (stage.guild.sales, stage.guild.support);
    stage.subscribe("New lead", "#sales").await;
    stage.subscribe("New conversation", "#support").await;
    stage.next_second().await;
    let contacts = stage.intercom.contacts();
    let ada = contacts.create(NewContact::lead().name("Ada Lovelace").email("ada@acme.io"));
    stage.cards(sales, 1).await;
    let bea = contacts.create(NewContact::lead().name("Bea").email("bea@acme.io"));
    stage.cards(sales, 2).await;

    let shown = asked(&stage, "/privacy contact:ada@acme.io").await.content;
    assert_eq!(
        shown,
        format!(
            "**Ada Lovelace**: 1 event, 0 snapshots, 1 message in <#{sales}>. Intercom itself is not changed."
        )
    );
    let done = erase(&stage, "ada@acme.io").await.content;
    assert!(done.starts_with("✅ Erased. 1 message deleted."), "{done}");
    let left = format!("{:?}", standing(&stage, sales));
    assert!(left.contains("bea@acme.io") && !left.contains("Ada"), "{left}");

    writes(&stage, &ada, "Still me");
    stage.next_second().await;
    writes(&stage, &bea, "Hello");
    let cards = stage.cards(support, 1).await;
    assert_eq!(cards[0].content, "💬 Bea: Hello", "Ada is seen silently");
    let again = asked(&stage, &format!("/privacy contact:{ada}")).await;
    assert!(again.content.contains("**Ada Lovelace** was erased <t:"), "{}", again.content);
    press(&stage, &again, "Take back", "from now on is announced again").await;
    stage.next_second().await;
    writes(&stage, &ada, "Back again");
    assert_eq!(stage.cards(support, 2).await[1].content, "💬 Ada Lovelace: Back again");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_deleted_is_named_and_what_is_kept_can_be_had_as_a_file() {
    let mut stage = Stage::with_bot().await;
    let (sales, support) = (stage.guild.sales, stage.guild.support);
    stage.subscribe("New lead", "#sales").await;
    stage.subscribe("New lead", "#support").await;
    stage.next_second().await;
    stage.intercom.contacts().create(NewContact::lead().name("Ada").email("ada@acme.io"));
    stage.cards(sales, 1).await;
    stage.cards(support, 1).await;
    let shown = asked(&stage, "/privacy contact:Ada").await;
    let file = pressed(&stage, &shown, "Export").message().await.expect("a file");
    assert!(file.content.starts_with("✅ All that I keep of **Ada**"), "{}", file.content);
    stage.discord.permissions(sales).deny_bot(Permissions::VIEW_CHANNEL);
    let done = erase(&stage, "Ada").await.content;
    let expected = format!("1 message deleted; 1 could not be: I can no longer delete in <#{sales}>.");
    assert!(done.contains(&expected), "{done}");
    assert!(standing(&stage, support).is_empty());
    let nobody = asked(&stage, "/privacy contact:zoe@acme.io").await.content;
    assert!(nobody.starts_with("I found nobody by `zoe@acme.io`"), "{nobody}");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_shows_others_too_stays_with_those() {
    let mut stage = Stage::with_bot().await;
    let sales = stage.guild.sales;
    stage.subscribe("New lead", "#sales").await;
    stage.next_second().await;
    asked(&stage, "/notify pause").await;
    for name in ["Ada", "Bea", "Cid"] {
        let lead = NewContact::lead().name(name).email(&format!("{name}@acme.io"));
        stage.intercom.contacts().create(lead);
    }
    let waiting = async { while !asked(&stage, "/notify list").await.content.contains("3 waiting") {} };
    tokio::time::timeout(PATIENCE, waiting).await.expect("all three are found");
    asked(&stage, "/notify resume").await;
    let cards = stage.cards(sales, 1).await;
    assert_eq!(cards[0].embeds.len(), 3, "{}", cards[0].content);
    assert!(cards[0].content.starts_with("🌱 3 new leads: "), "{}", cards[0].content);
    let done = erase(&stage, "Ada@acme.io").await.content;
    assert!(done.contains("1 message stays, with the others in it alone."), "{done}");
    let left = standing(&stage, sales);
    assert_eq!((left.len(), left[0].embeds.len()), (1, 2));
    assert_eq!(left[0].content, "🌱 3 new leads\n-# Whoever was erased is left out.");
    assert!(!format!("{left:?}").contains("Ada"), "{left:?}");
    let done = erase(&stage, "Bea@acme.io").await.content;
    assert!(done.contains("1 message stays"), "{done}");
    let done = erase(&stage, "Cid@acme.io").await.content;
    assert!(done.starts_with("✅ Erased. 1 message deleted."), "the last one takes it along: {done}");
    assert!(standing(&stage, sales).is_empty());
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_who_manages_the_server_can_erase() {
    let mut stage = Stage::with_bot().await;
    let ana = stage.discord.guild(stage.guild.id).member("ana");
    if let Ok(asked) = ana.slash(stage.guild.support, "/privacy contact:Ada") {
        let refused = asked.text().await.expect("the bot answers");
        assert!(refused.contains("Only people with **Manage Server**"), "{refused}");
    }
    stage.stop().await;
}

/// Two servers with one workspace, of which the second may write nothing.
async fn neighbours(scene: &mut Scene) -> (Guild, Guild) {
    use deskbell_sandbox::intercom::Permission;
    const READER: &str = "dG9rOmFjbWUtcmVhZGVyLTc4OToxOjA=";
    scene.stage.intercom.access().add_token(READER, &[Permission::WriteContacts]);
    scene.stage.start_process().await;
    let (writer, reader) = (scene.acme, scene.globex);
    assert!(scene.connect(writer, ACME_TOKEN).await.contains("**Acme**"));
    assert!(scene.connect(reader, READER).await.contains("Not: write contacts"));
    for guild in [writer, reader] {
        subscribe(&scene.stage.discord, guild, "New lead", "#sales").await;
    }
    scene.stage.next_second().await;
    (writer, reader)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_neighbour_without_the_right_deletes_its_own_cards_and_one_with_it_erases_for_all() {
    let mut scene = Scene::set().await;
    let (writer, reader) = neighbours(&mut scene).await;
    scene.stage.intercom.contacts().create(NewContact::lead().name("Ada").email("ada@acme.io"));
    scene.stage.cards(writer.sales, 1).await;
    scene.stage.cards(reader.sales, 1).await;
    let press = async |guild: Guild, message: &Message, button: &str, says: &str| {
        let reply = scene.press(guild, message, button);
        reply.message_where(says, |message| message.content.contains(says)).await.expect("the bot answers")
    };
    let shown = scene.ask(reader, "/privacy contact:ada@acme.io").await;
    assert!(shown.content.contains("may not write contacts"), "{}", shown.content);
    let asks = press(reader, &shown, "Erase here", "in this server?").await;
    let done = press(reader, &asks, "Erase", "✅ Erased. 1 message deleted.").await;
    assert!(done.content.contains("other servers of this workspace stays"), "{}", done.content);
    assert_eq!(standing(&scene.stage, writer.sales).len(), 1);

    let shown = scene.ask(writer, "/privacy contact:ada@acme.io").await;
    assert!(shown.content.contains("1 event"), "{}", shown.content);
    let asks = press(writer, &shown, "Erase here", "This cannot be undone").await;
    press(writer, &asks, "Erase", "✅ Erased. 1 message deleted.").await;
    let told = |discord: &deskbell_sandbox::discord::Discord| {
        let messages = discord.messages(reader.sales).visible();
        messages
            .iter()
            .any(|message| message.content.starts_with("Another server of this Intercom workspace"))
    };
    scene.stage.discord.wait_for("the neighbour's line", PATIENCE, told).await.expect("it is told");
    assert!(scene.ask(writer, "/privacy contact:ada@acme.io").await.content.contains("was erased"));
    scene.stage.terminate().await;
}

async fn waits_until(scene: &Scene, what: &str, holds: impl Fn(&Scene) -> bool) {
    let waiting = async {
        while !holds(scene) {
            scene.stage.next_second().await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.unwrap_or_else(|_| panic!("{what}"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cards_of_a_server_that_disconnects_are_deleted_although_the_bot_is_killed_meanwhile() {
    let mut scene = Scene::set().await;
    scene.stage.start_process().await;
    let acme = scene.acme;
    scene.connect(acme, ACME_TOKEN).await;
    subscribe(&scene.stage.discord, acme, "New lead", "#sales").await;
    scene.stage.next_second().await;
    for count in 1..=3 {
        let name = format!("Lead {count}");
        scene.stage.intercom.contacts().create(NewContact::lead().name(&name).email("lead@acme.io"));
        scene.stage.cards(acme.sales, count).await;
    }
    let shown = scene.ask(acme, "/connection").await;
    let asked = scene.press(acme, &shown, "Disconnect").message().await.expect("the bot answers");
    assert!(
        asked.content.contains("3 messages with cards still stand in your channels"),
        "{}",
        asked.content
    );
    let done = scene.press(acme, &asked, "Disconnect and delete the cards");
    let done = done.text().await.expect("the bot answers");
    assert!(done.starts_with("✅ Disconnected from **Acme**. What I stored is erased."), "{done}");
    scene.stage.kill().await;
    scene.stage.start_process().await;
    waits_until(&scene, "the cards go", |scene| standing(&scene.stage, acme.sales).is_empty()).await;
    scene.stage.terminate().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_workspace_that_its_last_server_left_is_erased_with_the_last_notification_and_its_cards_in_the_end()
{
    let mut scene = Scene::set().await;
    scene.stage.start_process().await;
    let acme = scene.acme;
    scene.connect(acme, ACME_TOKEN).await;
    subscribe(&scene.stage.discord, acme, "New lead", "#sales").await;
    scene.stage.next_second().await;
    scene.stage.intercom.contacts().create(NewContact::lead().name("Ada").email("ada@acme.io"));
    scene.stage.cards(acme.sales, 1).await;
    let asks = scene.paste(acme, "Renew the token", &[("token", GLOBEX_TOKEN)]).await;
    let moved = scene.press(acme, &asks, "Connect").text().await.expect("the bot answers");
    assert!(moved.contains("**Globex**"), "{moved}");
    let keeps_acme = |scene: &Scene| {
        let keys = std::fs::read(scene.stage.folder.path().join("data/keys")).expect("there are keys");
        String::from_utf8_lossy(&keys).contains("acme1")
    };
    for _ in 0..2 {
        scene.stage.kill().await;
        scene.stage.start_process().await;
        scene.stage.next_second().await;
        assert!(keeps_acme(&scene), "the old notification is there");
    }
    let mark = scene.stage.discord.guild(acme.id).member("mark");
    let typed = "/notify remove notification:";
    let offered = mark.autocomplete(acme.support, typed, "notification").await.expect("the picker answers");
    let old = offered[0].value.as_str().expect("ids are text");
    let asks = scene.ask(acme, &format!("{typed}{old}")).await;
    scene.press(acme, &asks, "Remove").message().await.expect("the bot answers");
    scene.stage.next_second().await;
    scene.stage.kill().await;
    scene.stage.start_process().await;
    waits_until(&scene, "the key goes", |scene| !keeps_acme(scene)).await;
    let shown = scene.ask(acme, "/connection").await;
    let asked = scene.press(acme, &shown, "Disconnect").message().await.expect("the bot answers");
    assert!(
        asked.content.contains("1 message with cards still stands in your channels"),
        "{}",
        asked.content
    );
    let done = scene.press(acme, &asked, "Disconnect and delete the cards");
    done.text().await.expect("the bot answers");
    waits_until(&scene, "the card goes", |scene| standing(&scene.stage, acme.sales).is_empty()).await;
    scene.stage.terminate().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thirty_days_after_the_bot_was_removed_nothing_of_the_server_is_left() {
    let mut stage = Stage::with_bot().await;
    stage.subscribe("New lead", "#sales").await;
    stage.discord.guild(stage.guild.id).kick_bot();
    stage.next_second().await;
    stage.next_second().await;
    stage.stop().await;
    let now = stage.clock.clone();
    stage.clock = MovedClock::default();
    stage.clock.advance(Duration::from_hours(31 * 24));
    stage.start().await;
    stage.next_second().await;
    stage.next_second().await;
    stage.stop().await;
    stage.clock = now;
    stage.discord.guild(stage.guild.id).invite_bot();
    stage.discord.permissions(stage.guild.support).allow_bot();
    stage.start().await;
    let list = asked(&stage, "/notify list").await.content;
    assert!(list.starts_with("Nothing is posted yet."), "{list}");
    stage.stop().await;
}
