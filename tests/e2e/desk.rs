//! What the team does with conversations from their cards, and what Intercom, the channel and the audit say then.

use deskbell_sandbox::discord::permissions::Permissions;
use deskbell_sandbox::fault::{CannedAnswer, Effect, Fault};
use deskbell_sandbox::intercom::NewConversation;
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::desk_scene::{Scene, says};
use crate::stage::{PATIENCE, Stage};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_conversation_is_taken_by_one_of_two_who_press_at_once() {
    let mut scene = Scene::set().await;
    let asked = scene.press("ana", "I take it").await;
    let offered = says(asked, "Who are you in Intercom?").await;
    let shown = offered.render();
    assert!(shown.contains("Grace Hopper") && shown.contains("Alan Turing"), "{shown}");
    assert!(!shown.contains("Operator") && !shown.contains("Without Seat"), "{shown}");
    let chosen = scene.person("ana").select(&offered, "I am…", &["Grace Hopper"]).expect("she is offered");
    says(chosen, "✅ You have it, as **Grace Hopper**.").await;
    assert_eq!(scene.holder(), Some(scene.grace));
    scene.card_says("Grace Hopper has it").await;

    let asked = scene.press("ben", "I take it").await;
    scene.says_who("ben", asked, "Alan Turing", "**Grace Hopper** has it since <t:").await;
    assert_eq!(scene.holder(), Some(scene.grace), "nobody loses what they have");

    let second = NewConversation::from_contact(&scene.ada, "And the other one?");
    scene.stage.next_second().await;
    let second = scene.stage.intercom.conversations().start(second);
    let card = scene.stage.cards_within(scene.stage.guild.support, 2, PATIENCE * 3).await.remove(1);
    let replies = ["ana", "ben"].map(|who| scene.person(who).press(&card, "I take it").expect("it is there"));
    let mut answers = Vec::new();
    for reply in replies {
        answers.push(
            reply.message_where("an answer", |said| said.content.contains("it")).await.unwrap().content,
        );
    }
    let has_it: Vec<_> = answers.iter().filter(|said| said.starts_with("✅ You have it, as ")).collect();
    let holder = scene.stage.intercom.conversations().get(&second).and_then(|talk| talk.assignee);
    let name = if holder == Some(scene.grace) { "Grace Hopper" } else { "Alan Turing" };
    assert_eq!(has_it, [&format!("✅ You have it, as **{name}**.")], "{answers:?}");
    assert!(answers.iter().any(|said| said.starts_with(&format!("**{name}** has it since"))), "{answers:?}");
    scene.stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_conversation_is_taken_over_closed_and_opened_again_and_all_of_it_is_written_down() {
    let mut scene = Scene::set().await;
    let intercom = scene.stage.intercom.clone();
    let talks = intercom.conversations();
    talks.assign(&scene.talk, scene.alan).expect("it is there");
    let asked = scene.press("ana", "I take it").await;
    let held = scene.says_who("ana", asked, "Grace Hopper", "**Alan Turing** has it since").await;
    let over = scene.person("ana").press(&held, "Take over").expect("it is offered");
    says(over, "✅ You have it, as **Grace Hopper**.").await;
    assert_eq!(scene.holder(), Some(scene.grace));

    let asked = says(scene.press("ana", "Close").await, "nobody of your team has answered them").await;
    let closed = scene.person("ana").press(&asked, "Close it anyway").expect("it is offered");
    says(closed, "✅ Closed, as **Grace Hopper**.").await;
    assert!(talks.sent_to_customer(&scene.talk).is_empty(), "a close says nothing to the customer");
    scene.card_says("Reopen").await;
    says(scene.press("ana", "Reopen").await, "✅ Open again, as **Grace Hopper**.").await;
    scene.card_says("[Close]").await;

    let read = scene.person("mark").slash(scene.stage.guild.support, "/audit").expect("it is registered");
    let audit = read.text().await.expect("the bot answers");
    for done in
        ["said to be teammate", "over from another teammate", "closed conversation", "opened conversation"]
    {
        assert!(audit.contains(done), "{done}: {audit}");
    }
    let read =
        scene.person("mark").slash(scene.stage.guild.support, "/access list").expect("it is registered");
    let list = read.message().await.expect("the bot answers");
    assert!(list.content.contains("is **Grace Hopper**"), "{}", list.content);
    let change = "Change who somebody is…";
    let asked = scene.person("mark").select(&list, change, &["Grace Hopper"]).expect("she is listed");
    let asked = says(asked, "in Intercom? I answer for them in that name.").await;
    let alan = scene.person("mark").select(&asked, "They are…", &["Alan Turing"]).expect("he is offered");
    let list = says(alan, "is **Alan Turing**").await;
    says(scene.press("ana", "Close").await, "nobody of your team has answered them").await;
    let asked = scene.person("mark").select(&list, change, &["Alan Turing"]).expect("she is listed");
    let asked = says(asked, "in Intercom?").await;
    let forgotten = scene.person("mark").press(&asked, "Ask them again").expect("it is offered");
    says(forgotten, "May see customers").await;
    says(scene.press("ana", "Close").await, "Who are you in Intercom?").await;
    scene.stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_is_lost_is_looked_for_and_who_may_only_look_does_nothing() {
    let mut scene = Scene::set().await;
    let lost = Fault::new(Effect::LoseAnswer).method(Method::POST).path_containing("/parts");
    scene.stage.intercom.faults().add(lost);
    let asked = scene.press("ana", "I take it").await;
    scene.says_who("ana", asked, "Grace Hopper", "✅ You have it, as **Grace Hopper**.").await;
    assert_eq!(scene.holder(), Some(scene.grace));

    let guild = scene.stage.discord.guild(scene.stage.guild.id);
    let lookers = guild.create_role("Lookers", Permissions::NONE);
    guild.create_member("leo", &[lookers]);
    scene
        .stage
        .discord
        .permissions(scene.stage.guild.support)
        .make_private(&[scene.stage.guild.team, lookers]);
    scene.stage.discord.permissions(scene.stage.guild.support).allow_bot();
    let command = "/access add role:@Lookers level:Look";
    let added = scene.person("mark").slash(scene.stage.guild.general, command).expect("it is registered");
    added.text().await.expect("the bot answers");
    says(scene.press("leo", "Close").await, "to act in conversations").await;
    assert_eq!(scene.holder(), Some(scene.grace));
    scene.stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reply_is_shown_once_more_and_a_note_is_seen_by_no_customer() {
    let mut scene = Scene::set().await;
    scene.ana_is_grace().await;
    let preview = scene.writes("ana", "Reply", "Try the <other> dor.").await;
    let preview = says(preview, "To **Ada Lovelace**, as **Grace Hopper**:").await;
    assert!(scene.got().is_empty(), "nothing is sent before somebody says so");
    let form = scene.person("ana").press(&preview, "Edit").expect("it is offered");
    let fields = [("What the customer reads", "Try the <other> door.")];
    let edited = scene.person("ana").submit_modal(&form, &fields).await.expect("the form is open");
    let preview = says(edited, "door.").await;
    let sent = scene.person("ana").press(&preview, "Send to Ada").expect("it is offered");
    let again = scene.person("ana").press(&preview, "Send to Ada").expect("it is offered");
    says(sent, "ent").await;
    says(again, "ent").await;
    assert_eq!(scene.got(), ["<p>Try the &lt;other&gt; door.</p>"], "two presses send once");

    let note = scene.writes("ana", "Note", "She is a friend of mine.").await;
    says(note, "✅ Note added. Only your team sees it.").await;
    assert_eq!(scene.got().len(), 1);
    let parts = scene.stage.intercom.conversations().get(&scene.talk).expect("it is there").parts;
    assert!(parts.iter().any(|part| part.body.as_deref() == Some("<p>She is a friend of mine.</p>")));

    let preview = scene.writes("ana", "Reply", "Never mind.").await;
    let preview = says(preview, "To **Ada Lovelace**").await;
    let discarded = scene.person("ana").press(&preview, "Discard").expect("it is offered");
    says(discarded, "Nothing was sent.").await;
    assert_eq!(scene.got().len(), 1);
    let read = scene.person("mark").slash(scene.stage.guild.support, "/audit").expect("it is registered");
    let audit = read.text().await.expect("the bot answers");
    assert!(audit.contains("replied in conversation") && audit.contains("added a note"), "{audit}");
    assert!(!audit.contains("door"), "no word of it is written down: {audit}");
    scene.stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_typed_is_there_again_where_intercom_does_not_show_the_conversation() {
    let mut scene = Scene::set().await;
    scene.ana_is_grace().await;
    let body = json!({"type": "error.list", "errors": [{"code": "api_plan_restricted", "message": "no"}]});
    let refused = Effect::Status(CannedAnswer::new(StatusCode::FORBIDDEN, body));
    let hidden = Fault::new(refused).method(Method::GET).path_containing("/conversations/");
    let hidden = scene.stage.intercom.faults().add(hidden);
    let told =
        says(scene.writes("ana", "Reply", "It is open now.").await, "❌ It was not sent: Intercom").await;
    assert!(told.content.contains("> It is open now."), "{}", told.content);
    scene.stage.intercom.faults().turn_off(hidden);
    let again = scene.person("ana").press(&told, "Try again").expect("it is offered");
    let preview = says(again, "To **Ada Lovelace**, as **Grace Hopper**:").await;
    assert!(scene.got().is_empty(), "nothing is sent before somebody says so");
    let sent = scene.person("ana").press(&preview, "Send to Ada").expect("it is offered");
    says(sent, "✅ Sent.").await;
    assert_eq!(scene.got(), ["<p>It is open now.</p>"]);
    scene.stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_typed_is_given_back_where_nothing_may_be_done_with_it_any_more() {
    let mut scene = Scene::set().await;
    scene.ana_is_grace().await;
    let field = |text| [("What the customer reads", text)];
    let preview = says(scene.writes("ana", "Reply", "It is open.").await, "To **Ada Lovelace**").await;
    let edit = scene.person("ana").press(&preview, "Edit").expect("it is offered");
    let discard = scene.person("ana").press(&preview, "Discard").expect("it is offered");
    says(discard, "Discarded. Nothing was sent.").await;
    let edited = scene.person("ana").submit_modal(&edit, &field("It is open now.")).await;
    let told = says(edited.expect("the form is open"), "I no longer have these words").await;
    assert!(told.content.ends_with("What you typed:\n> It is open now."), "{}", told.content);

    let form = scene.press("ana", "Reply").await;
    let command = "/access add role:@Sales level:Look";
    let changed = scene.person("mark").slash(scene.stage.guild.general, command).expect("it is registered");
    changed.text().await.expect("the bot answers");
    let written = scene.person("ana").submit_modal(&form, &field("Try the green one.")).await;
    let told = says(written.expect("the form is open"), "may act in conversations").await;
    assert!(told.content.ends_with("What you typed:\n> Try the green one."), "{}", told.content);
    assert!(scene.got().is_empty(), "nothing was sent");
    scene.stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reply_whose_answer_is_lost_is_found_and_the_customer_gets_it_once() {
    let mut scene = Scene::set().await;
    scene.ana_is_grace().await;
    let lost = Fault::new(Effect::LoseAnswer).method(Method::POST).path_containing("/reply").once();
    scene.stage.intercom.faults().add(lost);
    let preview = says(scene.writes("ana", "Reply", "It is open now.").await, "To **Ada Lovelace**").await;
    let sent = scene.person("ana").press(&preview, "Send to Ada").expect("it is offered");
    says(sent, "✅ It was sent.").await;
    assert_eq!(scene.got(), ["<p>It is open now.</p>"]);
    scene.stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reply_is_found_after_the_bot_was_killed_before_its_answer_came() {
    let mut stage = Stage::set().await;
    stage.start_process().await;
    let mut scene = Scene::set_with(stage).await;
    scene.ana_is_grace().await;
    let hanging = Fault::new(Effect::ProcessThenHang).method(Method::POST).path_containing("/reply");
    let hanging = scene.stage.intercom.faults().add(hanging);
    let preview = says(scene.writes("ana", "Reply", "It is open now.").await, "To **Ada Lovelace**").await;
    let sent = scene.person("ana").press(&preview, "Send to Ada").expect("it is offered");
    let arrived = async {
        while scene.got().is_empty() {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, arrived).await.expect("it arrives");
    scene.stage.kill().await;
    scene.stage.intercom.faults().turn_off(hanging);
    scene.stage.start_process().await;
    says(sent.within(PATIENCE * 3), "✅ It was sent.").await;
    assert_eq!(scene.got(), ["<p>It is open now.</p>"], "it is looked for, and not sent again");
    scene.stage.stop().await;
}
