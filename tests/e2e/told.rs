//! What people are told is true: how much goes, what was done before something failed, and who gets a turn.

use deskbell_sandbox::discord::permissions::Permissions;
use deskbell_sandbox::intercom::NewContact;

use crate::stage::Stage;

async fn ask(stage: &Stage, who: &str, command: &str) -> String {
    let person = stage.discord.member(stage.guild.id, who);
    let reply = person.slash(stage.guild.general, command).expect("the command is registered");
    reply.render().await.expect("the bot answers")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn four_members_who_flood_leave_calls_to_a_fifth() {
    let mut stage = Stage::set().await;
    stage.set_variable("INTERCOM_CALLS_PER_MINUTE", "50");
    stage.set_variable("POLL_INTERVAL", "30s");
    let boss = stage.discord.create_role(stage.guild.id, "Second boss", Permissions::MANAGE_GUILD);
    let flooding = ["eve", "mallory", "trudy", "oscar"];
    for name in flooding.into_iter().chain(["grace"]) {
        stage.discord.create_member(stage.guild.id, name, &[boss]);
    }
    let lead = stage.intercom.create(NewContact::lead().name("Ada Lovelace"));
    stage.start_process().await;
    stage.subscribe("New lead", "#sales").await;
    let get = format!("/lead get lead:{lead}");
    for _ in 0..10 {
        for name in flooding {
            ask(&stage, name, &get).await;
        }
    }
    let refused = ask(&stage, "eve", &get).await;
    assert!(refused.contains("as much as one person may"), "{refused}");
    let served = ask(&stage, "grace", &get).await;
    assert!(served.contains("Ada Lovelace"), "{served}");
    stage.kill().await;
}
