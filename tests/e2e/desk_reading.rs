//! What the team reads of conversations by a command, and does with them from there.

use deskbell_sandbox::discord::actors::Reply;
use deskbell_sandbox::intercom::NewConversation;

use crate::desk_scene::{Scene, says};

impl Scene {
    fn types(&self, who: &str, command: &str) -> Reply {
        self.person(who).slash(self.stage.guild.support, command).expect("it is registered")
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_conversation_is_read_and_acted_in_however_it_is_named() {
    let mut scene = Scene::set().await;
    let intercom = scene.stage.intercom.clone();
    intercom.conversations().teammate(scene.grace).reply(&scene.talk, "Which door?").expect("it is there");
    scene.stage.next_second().await;
    let other = NewConversation::from_contact(&scene.ada, "An invoice please.");
    intercom.conversations().start(other);

    let support = scene.stage.guild.support;
    let typed = "/conversation get conversation:not open";
    let offered =
        scene.person("ana").autocomplete(support, typed, "conversation").await.expect("it suggests");
    let labels: Vec<_> = offered.iter().map(|choice| choice.name.as_str()).collect();
    assert_eq!(labels, ["Ada Lovelace: It does not open."]);
    let link = format!("https://app.intercom.com/a/inbox/x/inbox/conversation/{}", scene.talk);
    for named in [scene.talk.to_string(), link, "not open".to_owned()] {
        let read = scene.types("ana", &format!("/conversation get conversation:{named}"));
        let read = read.render().await.expect("the bot answers");
        assert!(read.contains("It does not open.") && read.contains("Which door?"), "{named}: {read}");
        assert!(read.contains("Grace Hopper") && read.contains("[I take it]"), "{named}: {read}");
    }
    let several = scene.types("ana", "/conversation get conversation:ada");
    let several = says(several, "2 conversations fit this.").await;
    let picked = scene.person("ana").select(&several, "Pick one…", &["An invoice please."]);
    let read = picked.expect("it is offered").render().await.expect("the bot answers");
    assert!(read.contains("An invoice please."), "{read}");
    let unknown = scene.types("ana", "/conversation get conversation:nobody said this");
    says(unknown, "I found no conversation by").await;

    let read = scene.types("ana", &format!("/conversation get conversation:{}", scene.talk));
    let read = read.message().await.expect("the bot answers");
    let asked = scene.person("ana").press(&read, "I take it").expect("it is there");
    scene.says_who("ana", asked, "Grace Hopper", "✅ You have it, as **Grace Hopper**.").await;
    assert_eq!(scene.holder(), Some(scene.grace));

    scene.stage.discord.guild(scene.stage.guild.id).create_member("eve", &[]);
    let command = format!("/conversation get conversation:{}", scene.talk);
    let refused = scene.person("eve").slash(scene.stage.guild.general, &command).expect("it is registered");
    let refused = refused.render().await.expect("the bot answers");
    assert!(!refused.contains("open."), "a stranger reads nothing: {refused}");
    scene.stage.stop().await;
}
