//! Who did what: shown, verified, exported, and posted where the machine does not reach.

use std::fs;
use std::time::Duration;

use deskbell_sandbox::discord::Message;
use deskbell_sandbox::fault::{Effect, Fault};
use deskbell_sandbox::intercom::{NewCompany, NewContact};

use crate::connections::{ACME_TOKEN, Scene};
use crate::operators::until;
use crate::program::deskbell;
use crate::stage::{PATIENCE, Stage};

async fn read(stage: &Stage, command: &str) -> Message {
    let mark = stage.discord.guild(stage.guild.id).member("mark");
    let reply = mark.slash(stage.guild.support, command).expect("the command is registered");
    reply.message().await.expect("the bot answers")
}

async fn press(stage: &Stage, message: &Message, button: &str) -> Message {
    let mark = stage.discord.guild(stage.guild.id).member("mark");
    let reply = mark.press(message, button).expect("the button is there");
    reply.message().await.expect("the bot answers")
}

/// What is posted in #sales of the audit, from the oldest on.
fn proofs(stage: &Stage) -> Vec<String> {
    let posted = stage.discord.messages(stage.guild.sales).posted();
    let content = posted.into_iter().map(|message| message.content);
    content.filter(|content| content.starts_with("🔒")).collect()
}

/// The head in such a message.
fn head(proof: &str) -> String {
    proof.split('`').nth(1).expect("a head in backticks").to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_manager_sees_who_did_what_and_nobody_else_does() {
    let mut stage = Stage::with_bot().await;
    let ada = stage.intercom.contacts().create(NewContact::lead().name("Ada Lovelace"));
    read(&stage, "/access add role:@Sales level:Look").await;
    stage.subscribe("New lead", "#sales").await;
    read(&stage, "/user create email:grace@acme.example").await;
    let card = read(&stage, &format!("/lead get lead:{ada}")).await;
    press(&stage, &card, "Share here").await;
    let shown = read(&stage, "/audit").await;
    let lines: Vec<_> = shown.content.lines().collect();
    let expected = [
        "looked at this list".to_owned(),
        format!("shared `{ada}` in <#{}>", stage.guild.support),
        "created `".to_owned(),
        format!("added New lead → <#{}>", stage.guild.sales),
        format!("let <@&{}> look at leads and users", stage.guild.team),
    ];
    for (line, expected) in lines.iter().zip(&expected) {
        assert!(line.contains(expected), "{expected}: {}", shown.content);
    }
    assert!(!shown.content.contains("Ada") && !shown.content.contains("grace"), "{}", shown.content);
    let mark = stage.discord.guild(stage.guild.id).member("mark");
    let chosen = mark.select(&shown, "Everything", &["Access"]).expect("a select");
    let only = chosen.message_where("one line", |message| message.content.lines().count() == 2).await;
    assert!(only.expect("what is not asked for is left out").content.contains("let <@&"));
    let ana = stage.discord.guild(stage.guild.id).member("ana");
    assert!(ana.slash(stage.guild.support, "/audit").is_err(), "the picker does not show it");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_user_who_is_only_put_into_a_company_was_changed() {
    let mut stage = Stage::with_bot().await;
    let globex = stage.intercom.companies().create(NewCompany::named("Globex Corp"));
    stage.intercom.contacts().create(NewContact::user().email("bea@globex.example").company(&globex));
    let ada = stage.intercom.contacts().create(NewContact::user().name("Ada").email("ada@acme.example"));
    let saved = read(&stage, "/user create email:ada@acme.example company:globex corp").await;
    assert!(format!("{saved:?}").contains("Globex Corp"), "{saved:?}");
    let shown = read(&stage, "/audit").await.content;
    assert!(shown.contains(&format!("updated `{ada}`")) && !shown.contains("not done"), "{shown}");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_exported_is_verified_off_the_machine_against_what_was_posted() {
    let mut stage = Stage::with_bot().await;
    read(&stage, "/access add role:@Sales").await;
    let shown = read(&stage, "/audit").await;
    let held = press(&stage, &shown, "Verify").await.content;
    assert!(held.starts_with("✅ 2 entries since") && held.contains("unbroken up to `"), "{held}");
    let mark = stage.discord.guild(stage.guild.id).member("mark");
    let chosen = mark.select(&shown, "Post in a channel…", &["#sales"]).expect("a select");
    let chosen = chosen.text().await.expect("the bot answers");
    assert!(chosen.starts_with("✅ Posted in <#"), "{chosen}");
    assert_eq!(proofs(&stage).len(), 1);
    read(&stage, "/access remove role:@Sales").await;
    let exported = press(&stage, &shown, "Export").await;
    let file = stage.folder.path().join("audit.jsonl");
    fs::write(&file, &exported.attachments[0].bytes).expect("it can be written");
    let path = file.to_str().expect("it is a text").to_owned();
    let posted: Vec<_> = proofs(&stage).iter().map(|proof| head(proof)).collect();
    assert_eq!(posted.len(), 2, "an export posts its head, too");
    let verify = async |head: &str| {
        deskbell(&["audit", "verify", &path, "--head", head], &stage.variables, stage.folder.path()).await
    };
    for head in &posted {
        let ran = verify(head).await;
        assert!(
            ran.code == Some(0) && ran.out.contains("agrees with what was posted"),
            "{} {}",
            ran.out,
            ran.err
        );
    }
    let whole = fs::read_to_string(&file).expect("it is a text");
    fs::write(&file, whole.replacen("\"role\":", "\"rolf\":", 1)).expect("it can be written");
    let changed = verify(&posted[0]).await;
    assert!(changed.code == Some(1) && changed.err.contains("entry 1 was changed"), "{}", changed.err);
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_head_is_posted_by_itself_a_day_later() {
    let mut stage = Stage::with_bot().await;
    let shown = read(&stage, "/audit").await;
    let mark = stage.discord.guild(stage.guild.id).member("mark");
    let chosen = mark.select(&shown, "Post in a channel…", &["#sales"]).expect("a select");
    chosen.text().await.expect("the bot answers");
    read(&stage, "/access add role:@Sales").await;
    stage.stop().await;
    stage.clock.advance(Duration::from_hours(25));
    stage.start().await;
    until("the next proof", || proofs(&stage).len() == 2).await;
    let both = proofs(&stage);
    assert_ne!(head(&both[0]), head(&both[1]));
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_proof_that_cannot_be_posted_any_more_is_told_and_can_be_ended() {
    let mut stage = Stage::with_bot().await;
    let shown = read(&stage, "/audit").await;
    let mark = stage.discord.guild(stage.guild.id).member("mark");
    let chosen = mark.select(&shown, "Post in a channel…", &["#sales"]).expect("a select");
    chosen.text().await.expect("the bot answers");
    stage.discord.channel(stage.guild.sales).delete();
    press(&stage, &shown, "Export").await;
    let told = read(&stage, "/audit").await;
    let says = "I cannot post the daily proof in <#";
    assert!(told.content.contains(says) && told.content.contains("the channel is gone"), "{}", told.content);
    assert!(read(&stage, "/status").await.content.contains(says));
    let ended = press(&stage, &told, "Stop posting").await.content;
    assert!(ended.starts_with("✅ The daily proof is posted no more."), "{ended}");
    let after = read(&stage, "/audit").await.content;
    assert!(!after.contains(says) && after.contains("had the daily proof posted no more"), "{after}");
    assert!(!read(&stage, "/status").await.content.contains(says));
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_knows_how_it_ended_where_the_bot_was_killed_meanwhile() {
    let mut stage = Stage::set().await;
    stage.start_process().await;
    let hanging = Fault::new(Effect::Hang).method(reqwest::Method::POST).path("/contacts");
    stage.intercom.faults().add(hanging);
    let mark = stage.discord.guild(stage.guild.id).member("mark");
    let asked =
        mark.slash(stage.guild.support, "/lead create email:ada@acme.example").expect("it is registered");
    let patient = asked.within(PATIENCE * 3);
    let waits = patient.message_where("that it waits", |message| message.content.contains("slow")).await;
    waits.expect("the bot says that it waits for Intercom");
    stage.kill().await;
    stage.start_process().await;
    let shown = read(&stage, "/audit").await.content;
    assert!(shown.contains("created somebody · nobody knows whether it was done"), "{shown}");
    stage.terminate().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_connected_and_who_disconnected_is_known_after_a_disconnection() {
    let mut scene = Scene::start().await;
    let acme = scene.acme;
    scene.connect(acme, ACME_TOKEN).await;
    scene.read(acme, "/lead create email:ada@acme.example").await;
    let shown = scene.ask(acme, "/audit").await;
    let mark = scene.stage.discord.guild(acme.id).member("mark");
    let chosen = mark.select(&shown, "Post in a channel…", &["#sales"]).expect("a select");
    chosen.text().await.expect("the bot answers");
    let shown = scene.ask(acme, "/connection").await;
    let asked = scene.press(acme, &shown, "Disconnect").message().await.expect("the bot answers");
    scene.press(acme, &asked, "Disconnect").text().await.expect("the bot answers");
    let shown = scene.ask(acme, "/audit").await;
    for line in [
        "disconnected this server from workspace `acme1`",
        "created somebody who was erased since",
        "connected this server with workspace `acme1`",
        "until it is the daily proof is not posted in <#",
    ] {
        assert!(shown.content.contains(line), "{line}: {}", shown.content);
    }
    let held = scene.press(acme, &shown, "Verify").text().await.expect("the bot answers");
    assert!(held.starts_with("✅ ") && held.contains("unbroken"), "{held}");
    scene.stage.terminate().await;
}
