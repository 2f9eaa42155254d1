//! What the team does with a conversation by the select "More…" below its card: puts it off, tags it, gives it away.

use deskbell_sandbox::discord::Message;
use deskbell_sandbox::discord::actors::Reply;
use deskbell_sandbox::fault::{Effect, Fault};
use deskbell_sandbox::intercom::{Conversation, ConversationState};
use reqwest::Method;

use crate::desk_scene::{Scene, says};

const TAGS: &str = "Put a tag on, or take it off…";

impl Scene {
    async fn more(&self, who: &str, option: &str) -> Reply {
        let card = self.card().await;
        self.person(who).select(&card, "More…", &[option]).expect("it is offered")
    }

    fn chooses(&self, who: &str, from: &Message, list: &str, option: &str) -> Reply {
        self.person(who).select(from, list, &[option]).expect("it is offered")
    }

    fn stands(&self) -> Conversation {
        self.stage.intercom.conversations().get(&self.talk).expect("it is there")
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_conversation_is_put_off_tagged_and_given_to_a_team_from_its_card() {
    let mut scene = Scene::set().await;
    let intercom = scene.stage.intercom.clone();
    let support = intercom.workspace().add_team("Support");
    let vip = intercom.tags().create("vip");
    intercom.tags().create("billing");

    let asked = scene.more("ana", "Snooze for a day").await;
    let asked = says(asked, "Who are you in Intercom?").await;
    let put_off = scene.chooses("ana", &asked, "I am…", "Grace Hopper");
    let put_off = says(put_off, "✅ Snoozed until <t:").await;
    assert_eq!(scene.stands().state, ConversationState::Snoozed);
    scene.card_says("snoozed").await;
    let opened = scene.person("ana").press(&put_off, "Reopen").expect("it is offered");
    says(opened, "✅ Reopened, as **Grace Hopper**.").await;
    assert_eq!(scene.stands().state, ConversationState::Open);

    let which = says(scene.more("ana", "Tag…").await, "Which tag?").await;
    let tagged = says(scene.chooses("ana", &which, TAGS, "vip"), "✅ Tagged **vip**.").await;
    assert_eq!(scene.stands().tags.iter().map(|tag| tag.id.clone()).collect::<Vec<_>>(), [vip]);
    let another = scene.person("ana").press(&tagged, "Another tag…").expect("it is offered");
    let which = says(another, "Which tag?").await;
    // The answer is lost, and what stands in Intercom tells that it was done.
    let lost = Fault::new(Effect::LoseAnswer).method(Method::DELETE).path_containing("/tags/").once();
    intercom.faults().add(lost);
    says(scene.chooses("ana", &which, TAGS, "vip"), "✅ The tag **vip** is off.").await;
    assert!(scene.stands().tags.is_empty());

    let asked = says(scene.more("ben", "Give to somebody…").await, "Who are you in Intercom?").await;
    let whom = says(scene.chooses("ben", &asked, "I am…", "Alan Turing"), "To whom?").await;
    let shown = whom.render();
    assert!(shown.contains("Alan Turing") && !shown.contains("Operator"), "{shown}");
    says(scene.chooses("ben", &whom, "Give it to…", "Support"), "✅ **Support** has it now.").await;
    assert_eq!((scene.stands().team, scene.stands().assignee), (Some(support), None));
    let whom = says(scene.more("ben", "Give to somebody…").await, "To whom?").await;
    says(scene.chooses("ben", &whom, "Give it to…", "Grace Hopper"), "✅ **Grace Hopper** has it now.").await;
    assert_eq!(scene.holder(), Some(scene.grace));
    scene.card_says("Grace Hopper has it").await;

    let read = scene.person("mark").slash(scene.stage.guild.support, "/audit").expect("it is registered");
    let audit = read.text().await.expect("the bot answers");
    for done in ["snoozed conversation", "put a tag on", "took a tag off", "to team", "gave conversation"] {
        assert!(audit.contains(done), "{done}: {audit}");
    }
    scene.stage.stop().await;
}
