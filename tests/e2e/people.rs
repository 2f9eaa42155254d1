//! Finding, making and changing people: what is typed is as good as what is picked, and nothing typed is lost.

use deskbell_sandbox::discord::actors::{Person, Reply};
use deskbell_sandbox::discord::ids::ChannelId;
use deskbell_sandbox::discord::permissions::Permissions;
use deskbell_sandbox::discord::{ChannelKind, Message};
use deskbell_sandbox::fault::{CannedAnswer, Effect, Fault};
use deskbell_sandbox::intercom::{Contact, NewCompany, NewContact, NewConversation, Role};
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::stage::{PATIENCE, Stage};

/// Types a command in #support as the manager.
fn types(stage: &Stage, command: &str) -> Reply {
    let mark = stage.discord.guild(stage.guild.id).member("mark");
    mark.slash(stage.guild.support, command).expect("the command is registered")
}

/// Another manager: one person has so many calls a minute, which a story would use up.
fn manager(stage: &Stage, name: &str) -> Person {
    let guild = stage.discord.guild(stage.guild.id);
    let role = guild.create_role(name, Permissions::MANAGE_GUILD);
    stage.discord.guild(stage.guild.id).create_member(name, &[role]);
    stage.discord.guild(stage.guild.id).member(name)
}

/// What the bot answers, as a person sees it.
async fn read(stage: &Stage, command: &str) -> String {
    types(stage, command).render().await.expect("the bot answers")
}

async fn message(stage: &Stage, command: &str) -> Message {
    types(stage, command).message().await.expect("the bot answers")
}

fn press(stage: &Stage, message: &Message, button: &str) -> Reply {
    let mark = stage.discord.guild(stage.guild.id).member("mark");
    mark.press(message, button).unwrap_or_else(|failure| panic!("{failure}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_is_found_in_capital_and_small_letters() {
    let mut stage = Stage::with_bot().await;
    let created = read(&stage, "/lead create email:Ada@Acme.io name:Ada").await;
    assert!(created.contains("Lead created"), "{created}");
    for typed in ["ada@acme.io", "ADA@ACME.IO"] {
        let shown = read(&stage, &format!("/lead get lead:{typed}")).await;
        assert!(shown.contains("Ada") && !shown.contains("found no lead"), "{shown}");
    }
    stage.intercom.contacts().create(NewContact::lead().name("Grace").email("Grace@Navy.MIL"));
    let shown = read(&stage, "/lead get lead:grace@navy.mil").await;
    assert!(shown.contains("Grace@Navy.MIL"), "as the customer wrote it: {shown}");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_user_is_updated_whatever_letters_the_address_is_typed_in() {
    let mut stage = Stage::with_bot().await;
    for stored in ["user1@acme.io", "User2@Acme.io"] {
        stage.intercom.contacts().create(NewContact::user().email(stored).name("Old"));
    }
    for typed in ["USER1@Acme.IO", "user2@acme.io"] {
        let saved = read(&stage, &format!("/user create email:{typed} name:New")).await;
        assert!(saved.contains("User updated"), "{saved}");
    }
    let users = stage.intercom.contacts().all();
    assert!(users.len() == 2 && users.iter().all(|user| user.name.as_deref() == Some("New")), "{users:?}");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_typed_is_as_good_as_what_is_picked() {
    let mut stage = Stage::with_bot().await;
    let globex = stage.intercom.companies().create(NewCompany::named("Globex Corp"));
    let contacts = stage.intercom.contacts();
    contacts.create(NewContact::lead().name("Ádá Lovelace").email("ada@acme.io"));
    contacts.create(NewContact::lead().name("Grace Hopper").phone("+49 30 1234567").external_id("emp-42"));
    contacts.create(NewContact::lead().name("Alan Turing").email("alan@acme.io").company(&globex));
    let cases = [
        ("hopper grace", "Grace Hopper"),
        ("ada", "Ádá Lovelace"),
        ("ádá", "Ádá Lovelace"),
        ("030 1234567", "Grace Hopper"),
        ("+49301234567", "Grace Hopper"),
        ("emp-42", "Grace Hopper"),
        ("globex", "Alan Turing"),
        ("TURING", "Alan Turing"),
    ];
    for (number, (typed, name)) in cases.into_iter().enumerate() {
        let who = manager(&stage, &format!("m{number}"));
        let command = format!("/lead get lead:{typed}");
        let shown = who.slash(stage.guild.general, &command).expect("the command is registered");
        let shown = shown.render().await.expect("the bot answers");
        assert!(shown.contains(name) && shown.contains("Share here"), "{typed}: {shown}");
        let offered = who.autocomplete(stage.guild.general, &command, "lead").await.expect("choices");
        assert!(offered.iter().any(|choice| choice.name.contains(name)), "{typed}: {offered:?}");
    }
    let several = read(&stage, "/lead get lead:acme").await;
    assert!(several.contains("2 leads fit this. Pick one:"), "{several}");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_company_is_taken_as_it_is_typed_and_one_of_several_is_picked() {
    let mut stage = Stage::with_bot().await;
    let globex = stage.intercom.companies().create(NewCompany::named("Globex Corp"));
    for name in ["Acme East", "Acme West"] {
        let company = stage.intercom.companies().create(NewCompany::named(name));
        stage.intercom.contacts().create(NewContact::user().email("u@acme.io").company(&company));
    }
    stage.intercom.contacts().create(NewContact::user().email("v@globex.io").company(&globex));
    let created = read(&stage, "/lead create email:ada@globex.io company:globex corp").await;
    assert!(created.contains("Lead created") && created.contains("Globex Corp"), "{created}");
    let list = read(&stage, "/lead list company:GLOBEX CORP").await;
    assert!(list.contains("1 lead** in Globex Corp"), "{list}");
    let asked = message(&stage, "/lead create email:bob@acme.io company:acme").await;
    assert!(asked.content.contains("2 companies fit `acme`"), "{}", asked.content);
    let mark = stage.discord.guild(stage.guild.id).member("mark");
    let picked = mark.select(&asked, "Pick one…", &["Acme West · acme-west"]).expect("it can be picked");
    let made = picked.render().await.expect("the bot answers");
    assert!(made.contains("Lead created") && made.contains("Acme West"), "{made}");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_mistakes_are_told_at_once_and_mended_in_a_form_that_holds_what_was_typed() {
    let mut stage = Stage::with_bot().await;
    let told = message(&stage, "/lead create email:bad phone:bad image_url:bad name:Ada").await;
    for mistake in ["e-mail address", "phone number", "address of a picture"] {
        assert!(told.content.contains(mistake), "{}", told.content);
    }
    assert!(!told.content.contains("Reference"), "a slip is nothing for the log: {}", told.content);
    let form = press(&stage, &told, "Mend it");
    let fields = form.modal().await.expect("a form");
    assert!(fields.to_string().contains("\"value\":\"Ada\""), "{fields}");
    let mark = stage.discord.guild(stage.guild.id).member("mark");
    let mended = [("email", "ada@acme.io"), ("phone", "+49 30 1234567"), ("image_url", "")];
    let sent = mark.submit_modal(&form, &mended).await.expect("it can be sent");
    let made = sent.render().await.expect("the bot answers");
    assert!(made.contains("Lead created"), "{made}");
    let lead = &stage.intercom.contacts().all()[0];
    assert_eq!((lead.name.as_deref(), lead.phone.as_deref()), (Some("Ada"), Some("+49301234567")));
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_may_not_write_is_told_as_such_with_where_to_change_it() {
    let mut stage = Stage::with_bot().await;
    let refusal = json!({"type": "error.list", "errors": [{"code": "forbidden", "message": "no"}]});
    let forbidden = Effect::Status(CannedAnswer::new(StatusCode::FORBIDDEN, refusal));
    stage.intercom.faults().add(Fault::new(forbidden).method(Method::POST).path("/contacts"));
    let told = read(&stage, "/lead create email:ada@acme.io").await;
    assert!(told.contains("lacks **Write users and companies**"), "{told}");
    assert!(told.contains("Developer Hub → your app → Authentication"), "{told}");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_is_refused_only_where_it_writes_is_no_revoked_token_and_leads_still_come() {
    let mut stage = Stage::with_bot().await;
    stage.subscribe("New lead", "#sales").await;
    let refusal = json!({"type": "error.list", "errors": [{"code": "unauthorized", "message": "no"}]});
    let refused = Effect::Status(CannedAnswer::new(StatusCode::UNAUTHORIZED, refusal));
    for method in [Method::POST, Method::PUT] {
        let writes = Fault::new(refused.clone())
            .method(method)
            .when(|asked| asked.path.starts_with("/contacts") && !asked.path.ends_with("/search"));
        stage.intercom.faults().add(writes);
    }
    let told = read(&stage, "/lead create email:ada@acme.io").await;
    assert!(told.contains("lacks **Write users and companies**"), "{told}");
    assert!(told.contains("Developer Hub → your app → Authentication"), "{told}");
    stage.next_second().await;
    stage.intercom.contacts().create(NewContact::lead().name("Grace"));
    stage.cards(stage.guild.sales, 1).await;
    let status = read(&stage, "/status").await;
    assert!(status.contains("· connected ·") && !status.contains("refuses the token"), "{status}");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_has_the_address_already_is_named_and_a_lead_becomes_a_user_by_a_press() {
    let mut stage = Stage::with_bot().await;
    let contacts = stage.intercom.contacts();
    contacts.create(NewContact::user().name("Ada").email("ada@acme.io"));
    let hinted = types(&stage, "/lead create email:ADA@acme.io");
    let hinted =
        hinted.message_where("the hint", |message| message.content.contains("A user has this e-mail"));
    let hinted = hinted.await.expect("the hint comes");
    assert!(hinted.content.contains("[Ada](<https://"), "{}", hinted.content);

    let lead = contacts.create(NewContact::lead().name("Grace").email("grace@navy.mil"));
    let asked = message(&stage, "/user create email:grace@navy.mil name:Grace Hopper").await;
    assert!(asked.content.contains("A lead has this e-mail: [Grace](<https://"), "{}", asked.content);
    assert_eq!(contacts.get(&lead).expect("it is there").role, Role::Lead, "nothing before a press");
    let made = press(&stage, &asked, "Make that lead a user").render().await.expect("it answers");
    assert!(made.contains("That lead is a user now"), "{made}");
    let grace = contacts.get(&lead).expect("it is there");
    assert_eq!((grace.role, grace.name.as_deref()), (Role::User, Some("Grace Hopper")));
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_address_in_a_message_is_looked_up_and_whoever_is_unknown_can_be_made_a_lead() {
    let mut stage = Stage::with_bot().await;
    for (name, email) in [("Ada", "ada@acme.io"), ("Grace", "grace@navy.mil")] {
        stage.intercom.contacts().create(NewContact::lead().name(name).email(email));
    }
    let mark = stage.discord.guild(stage.guild.id).member("mark");
    let text = "ADA@acme.io, grace@navy.mil and eve@acme.io wrote";
    let written = stage.discord.messages(stage.guild.support).write(mark.id(), text);
    let asked = mark.use_on(&written, "Look up in Intercom").expect("the command is registered");
    let found = asked.message().await.expect("the bot answers");
    assert!(found.content.contains("I found 2 people. Pick one:"), "{}", found.content);
    assert!(found.content.contains("`eve@acme.io` belongs to no lead and no user."), "{}", found.content);
    let made = press(&stage, &found, "Create the lead").render().await.expect("it answers");
    assert!(made.contains("Lead created") && made.contains("eve@acme.io"), "{made}");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_addresses_in_a_message_the_rest_is_one_press_away() {
    let mut stage = Stage::with_bot().await;
    let contacts = stage.intercom.contacts();
    for number in 1..=7 {
        contacts
            .create(NewContact::lead().name(&format!("Lead {number}")).email(&format!("l{number}@acme.io")));
    }
    let mark = stage.discord.guild(stage.guild.id).member("mark");
    let text: Vec<_> = (1..=7).map(|number| format!("l{number}@acme.io")).collect();
    let written = stage.discord.messages(stage.guild.support).write(mark.id(), &text.join(", "));
    let asked = mark.use_on(&written, "Look up in Intercom").expect("the command is registered");
    let first = asked.message().await.expect("the bot answers");
    assert!(first.content.contains("I found 5 people. Pick one:"), "{}", first.content);
    assert!(first.content.contains("2 more addresses stand in that message."), "{}", first.content);
    let rest = press(&stage, &first, "Look up the next ones").render().await.expect("it answers");
    assert!(
        rest.contains("I found 2 people.") && rest.contains("Lead 7") && !rest.contains("Lead 5"),
        "{rest}"
    );
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_read_that_fails_can_be_tried_again_by_a_press() {
    let mut stage = Stage::with_bot().await;
    let lead = stage.intercom.contacts().create(NewContact::lead().name("Ada").email("ada@acme.io"));
    let list = message(&stage, "/lead list").await;
    let shown = message(&stage, &format!("/lead get lead:{lead}")).await;
    stage.intercom.faults().add(Fault::new(Effect::Html(StatusCode::SERVICE_UNAVAILABLE)));
    let mut failed = Vec::new();
    for (number, command) in
        ["/lead get lead:ada", "/lead list", "/lead list company:acme"].iter().enumerate()
    {
        let who = manager(&stage, &format!("m{number}"));
        let reply = who.slash(stage.guild.general, command).expect("the command is registered");
        let told = failure(&reply).await;
        failed.push((who, told));
    }
    let mark = stage.discord.guild(stage.guild.id).member("mark");
    let picked = mark.select(&list, "Show one of these…", &["Ada"]).expect("it can be picked");
    failed.push((mark.clone(), failure(&picked).await));
    failed.push((mark, failure(&press(&stage, &shown, "Share here")).await));
    stage.intercom.faults().turn_all_off();
    for (who, told) in failed {
        let again = who.press(&told, "Try again").unwrap_or_else(|failure| panic!("{failure}"));
        let answered =
            again.message_where("an answer", |message| !message.content.contains("that it failed"));
        let answered = answered.await.unwrap_or_else(|failure| panic!("{failure}")).render();
        assert!(
            answered.contains("Ada") || answered.contains("found no company") || answered.contains("Shared")
        );
    }
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_export_says_that_intercom_is_slow_instead_of_nothing() {
    let mut stage = Stage::set().await;
    stage.start_process().await;
    stage.intercom.contacts().create(NewContact::lead().name("Ada"));
    stage.intercom.faults().add(Fault::new(Effect::Hang).path("/contacts/search"));
    let exporting = types(&stage, "/lead export").within(PATIENCE * 2);
    let slow = exporting.message_where("the word", |message| message.content.contains("Intercom is slow"));
    slow.await.unwrap_or_else(|failure| panic!("{failure}"));
    stage.kill().await;
}

/// The answer that tells a failure.
async fn failure(reply: &Reply) -> Message {
    let failed = reply.message_where("a failure", |message| message.content.starts_with('❌'));
    failed.await.unwrap_or_else(|failure| panic!("{failure}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lead_whose_answer_is_lost_is_found_by_itself() {
    let mut stage = Stage::with_bot().await;
    stage.intercom.faults().add(Fault::new(Effect::LoseAnswer).method(Method::POST).path("/contacts").once());
    let reply = types(&stage, "/lead create email:ada@acme.io name:Ada");
    let unclear = reply.text().await.expect("the bot answers");
    assert!(unclear.contains("I look for it myself"), "{unclear}");
    let patient = reply.within(PATIENCE * 3);
    let found = patient.message_where("the lead", |message| message.content.contains("Lead created"));
    found.await.unwrap_or_else(|failure| panic!("{failure}"));
    assert_eq!(stage.intercom.contacts().all().len(), 1);
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn export_is_offered_only_to_whoever_may_export() {
    let mut stage = Stage::with_bot().await;
    stage.intercom.contacts().create(NewContact::lead().name("Ada"));
    let guild = stage.discord.guild(stage.guild.id);
    let readers = guild.create_role("Readers", Permissions::NONE);
    guild.create_member("eve", &[readers]);
    read(&stage, "/access add role:@Readers").await;
    let list_of = async |who: &str| {
        let person = stage.discord.guild(stage.guild.id).member(who);
        let reply = person.slash(stage.guild.general, "/lead list").expect("the command is registered");
        reply.render().await.expect("the bot answers")
    };
    assert!(list_of("mark").await.contains("Export"));
    let without = list_of("eve").await;
    assert!(without.contains("1 lead") && !without.contains("Export"), "{without}");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deleted_lead_is_told_as_such_and_shown_as_it_was_announced() {
    let mut stage = Stage::with_bot().await;
    stage.subscribe("New lead", "#sales").await;
    stage.next_second().await;
    let lead = stage.intercom.contacts().create(NewContact::lead().name("Ada").email("ada@acme.io"));
    let card = stage.cards(stage.guild.sales, 1).await.remove(0);
    stage.intercom.contacts().delete(&lead).expect("it was there");
    let gone = press(&stage, &card, "Show").render().await.expect("the bot answers");
    assert!(gone.contains("This lead was deleted in Intercom."), "{gone}");
    assert!(gone.contains("ada@acme.io"), "{gone}");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deleted_conversation_and_a_user_who_was_only_seen_to_change_are_shown_as_they_were_announced() {
    let mut stage = Stage::with_bot().await;
    let grace = stage.intercom.contacts().create(NewContact::user().name("Grace").email("grace@navy.mil"));
    stage.subscribe("User updated", "#sales").await;
    stage.next_second().await;
    let renamed = |user: &mut Contact| user.name = Some("Grace Hopper".to_owned());
    stage.intercom.contacts().update(&grace, renamed).expect("she exists");
    let card = stage.cards(stage.guild.sales, 1).await.remove(0);
    stage.intercom.contacts().delete(&grace).expect("she was there");
    let gone = press(&stage, &card, "Show").render().await.expect("the bot answers");
    assert!(gone.contains("This user was deleted in Intercom.") && gone.contains("Grace Hopper"), "{gone}");

    read(&stage, "/notify add event:New conversation channel:#support detail:Private").await;
    stage.next_second().await;
    let ada = stage.intercom.contacts().create(NewContact::user().name("Ada"));
    let talk =
        stage.intercom.conversations().start(NewConversation::from_contact(&ada, "I was charged twice"));
    let card = stage.cards(stage.guild.support, 1).await.remove(0);
    stage.intercom.conversations().delete(&talk).expect("it was there");
    let gone = press(&stage, &card, "Show").render().await.expect("the bot answers");
    assert!(
        gone.contains("This conversation was deleted in Intercom.") && gone.contains("charged twice"),
        "{gone}"
    );
    stage.stop().await;
}

/// What a guest hears who asks for a customer there.
async fn as_a_guest(stage: &Stage, channel: ChannelId) -> Message {
    let guest = stage.discord.guild(stage.guild.id).member("guest");
    let reply = guest.slash(channel, "/lead list").expect("the command is registered");
    let said = reply.message().await.expect("the bot answers");
    assert!(said.is_ephemeral() && said.pings.is_empty(), "{said:?}");
    said
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_may_not_look_hears_whom_to_ask_and_who_may_be_a_stranger_hears_no_role() {
    let mut stage = Stage::with_bot().await;
    read(&stage, "/access add role:@Sales").await;
    let for_strangers =
        "❌ Customers are for the team here. If you belong to it, ask whoever manages this server.";
    assert_eq!(as_a_guest(&stage, stage.guild.general).await.content, for_strangers);
    let guild = stage.discord.guild(stage.guild.id);
    let partners = guild.create_role("Partners", Permissions::NONE);
    let private = guild.create_channel("partners", ChannelKind::Text);
    stage.discord.permissions(private).make_private(&[partners]);
    guild.set_member_roles(guild.member("guest").id(), &[partners]);
    let named = as_a_guest(&stage, private).await.content;
    assert!(named.contains(&format!("You need <@&{}> to see customers.", stage.guild.team)), "{named}");
    let question = message(&stage, "/notify add event:New lead channel:#general").await;
    press(&stage, &question, "Post without personal data").text().await.expect("it is made");
    assert_eq!(as_a_guest(&stage, private).await.content, for_strangers);
    stage.stop().await;
}
