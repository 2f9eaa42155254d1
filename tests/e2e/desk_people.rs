//! What the team does with leads and users from their cards: owning, notes and tags.

use deskbell_sandbox::discord::Message;
use deskbell_sandbox::discord::actors::{Person, Reply};
use deskbell_sandbox::discord::permissions::Permissions;
use deskbell_sandbox::fault::{Effect, Fault};
use deskbell_sandbox::intercom::{AdminId, Contact, ContactId, NewContact};
use reqwest::Method;

use crate::desk_scene::{a_team, says};
use crate::stage::Stage;

const TAGS: &str = "Put a tag on, or take it off…";

/// A server whose team works with an Intercom of two teammates, and a lead who was posted.
struct Scene {
    stage: Stage,
    grace: AdminId,
    alan: AdminId,
    ada: ContactId,
    card: Message,
}

impl Scene {
    async fn set() -> Self {
        let stage = Stage::with_bot().await;
        let (grace, alan) = a_team(&stage).await;
        stage.subscribe("New lead", "#sales").await;
        stage.next_second().await;
        let ada = NewContact::lead().name("Ada Lovelace").email("ada@acme.io");
        let ada = stage.intercom.contacts().create(ada);
        let card = stage.cards(stage.guild.sales, 1).await.remove(0);
        Self { stage, grace, alan, ada, card }
    }

    fn person(&self, who: &str) -> Person {
        self.stage.discord.guild(self.stage.guild.id).member(who)
    }

    fn press(&self, who: &str, button: &str) -> Reply {
        self.person(who).press(&self.card, button).expect("it is there")
    }

    fn chooses(&self, who: &str, from: &Message, list: &str, option: &str) -> Reply {
        self.person(who).select(from, list, &[option]).expect("it is offered")
    }

    /// Somebody says who they are, and nothing else is done by it.
    async fn is(&self, who: &str, name: &str) {
        let asked = says(self.press(who, "Note"), "Who are you in Intercom?").await;
        says(self.chooses(who, &asked, "I am…", name), "From now on I answer for you as").await;
    }

    async fn writes(&self, who: &str, form: Reply, text: &str) -> Reply {
        let fields = [("What only your team reads", text)];
        self.person(who).submit_modal(&form, &fields).await.expect("the form is open")
    }

    fn stands(&self) -> Contact {
        self.stage.intercom.contacts().get(&self.ada).expect("she is there")
    }

    fn notes(&self) -> Vec<(Option<AdminId>, String)> {
        self.stands().notes.into_iter().map(|note| (note.author, note.body)).collect()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lead_is_taken_by_one_of_two_who_press_at_once_noted_on_and_tagged() {
    let mut scene = Scene::set().await;
    scene.stage.intercom.tags().create("vip");
    for (who, name) in [("ana", "Grace Hopper"), ("ben", "Alan Turing")] {
        scene.is(who, name).await;
    }
    let mut said = Vec::new();
    for press in ["ana", "ben"].map(|who| scene.press(who, "I take it")) {
        said.push(says(press, "**Ada Lovelace**").await.content);
    }
    let owner = scene.stands().owner.expect("one has her");
    let (name, other) = if owner == scene.grace { ("Grace Hopper", "ben") } else { ("Alan Turing", "ana") };
    assert!(owner == scene.grace || owner == scene.alan);
    said.sort_by_key(|said| !said.starts_with('✅'));
    let told = [
        format!("✅ You have **Ada Lovelace**, as **{name}**."),
        format!("**{name}** has **Ada Lovelace**."),
    ];
    assert_eq!(said, told);

    // What stands in the channel is pressed after a restart, too.
    scene.stage.stop().await;
    scene.stage.start().await;
    let held = says(scene.press(other, "I take it"), "has **Ada Lovelace**.").await;
    let over = scene.person(other).press(&held, "Take over").expect("it is offered");
    says(over, "✅ You have **Ada Lovelace**").await;
    assert!(scene.stands().owner.is_some_and(|now| now != owner), "it was asked for");

    let form = scene.press("ana", "Note");
    says(scene.writes("ana", form, "Call <her>.").await, "✅ Note added. Only your team sees it.").await;
    assert_eq!(scene.notes(), [(Some(scene.grace), "<p>Call &lt;her&gt;.</p>".to_owned())]);

    let which = says(scene.press("ben", "Tag…"), "Which tag?").await;
    let tagged = says(scene.chooses("ben", &which, TAGS, "vip"), "✅ Tagged **vip**.").await;
    assert_eq!(scene.stands().tags.len(), 1);
    let another = scene.person("ben").press(&tagged, "Another tag…").expect("it is offered");
    let which = says(another, "Which tag?").await;
    says(scene.chooses("ben", &which, TAGS, "vip"), "✅ The tag **vip** is off.").await;
    assert!(scene.stands().tags.is_empty());

    let general = scene.stage.guild.general;
    let read = scene.person("mark").slash(general, "/audit").expect("it is registered");
    let audit = read.text().await.expect("the bot answers");
    for done in ["over from another teammate", "added a note to", "put a tag on", "took a tag off"] {
        assert!(audit.contains(done), "{done}: {audit}");
    }
    assert!(!audit.contains("Call"), "no word of the note is written down: {audit}");
    scene.stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_note_whose_answer_is_lost_is_there_once_and_one_that_is_refused_is_given_back() {
    let mut scene = Scene::set().await;
    scene.is("ana", "Grace Hopper").await;
    let faults = scene.stage.intercom.faults();
    faults.add(Fault::new(Effect::LoseAnswer).method(Method::POST).path_containing("/notes").once());
    let form = scene.press("ana", "Note");
    says(scene.writes("ana", form, "Call her.").await, "✅ Note added.").await;
    assert_eq!(scene.notes().len(), 1, "it is found, and not written again");

    let faults = scene.stage.intercom.faults();
    faults.add(Fault::new(Effect::CutBeforeAnswer).method(Method::POST).path_containing("/notes").once());
    let form = scene.press("ana", "Note");
    let unknown = says(scene.writes("ana", form, "Write to her.").await, "I do not know whether").await;
    assert_eq!(scene.notes().len(), 1, "it never came");
    let form = scene.person("ana").press(&unknown, "Write it again…").expect("it is offered");
    // The form holds what was typed, so that nothing has to be filled in.
    let again = scene.person("ana").submit_modal(&form, &[]).await.expect("the form is open");
    says(again, "✅ Note added.").await;
    assert_eq!(scene.notes()[1].1, "<p>Write to her.</p>");

    let guild = scene.stage.discord.guild(scene.stage.guild.id);
    let lookers = guild.create_role("Lookers", Permissions::NONE);
    guild.create_member("leo", &[lookers]);
    let sales = scene.stage.discord.permissions(scene.stage.guild.sales);
    sales.make_private(&[scene.stage.guild.team, lookers]);
    scene.stage.discord.permissions(scene.stage.guild.sales).allow_bot();
    let command = "/access add role:@Lookers level:Look";
    let added = scene.person("mark").slash(scene.stage.guild.general, command).expect("it is registered");
    added.text().await.expect("the bot answers");
    for button in ["I take it", "Note", "Tag…"] {
        says(scene.press("leo", button), "to take, note or tag leads and users.").await;
    }
    assert_eq!((scene.stands().owner, scene.notes().len()), (None, 2));

    let command = "/lead get lead:ada@acme.io";
    let shown = scene.person("ben").slash(scene.stage.guild.general, command).expect("it is registered");
    let shown = shown.message_where("the card", |said| !said.embeds.is_empty()).await.expect("it is shown");
    let asked = scene.person("ben").press(&shown, "I take it").expect("it is offered");
    let asked = says(asked, "Who are you in Intercom?").await;
    let taken = scene.chooses("ben", &asked, "I am…", "Alan Turing");
    says(taken, "✅ You have **Ada Lovelace**, as **Alan Turing**.").await;
    assert_eq!(scene.stands().owner, Some(scene.alan));
    scene.stage.intercom.contacts().delete(&scene.ada).expect("she is there");
    says(scene.press("ana", "I take it"), "This person was deleted in Intercom.").await;
    scene.stage.stop().await;
}
