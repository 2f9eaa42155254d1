//! What people type, and what they read.

use crate::stage::Stage;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lead_is_created_from_discord() {
    let mut stage = Stage::with_bot().await;
    let mark = stage.discord.guild(stage.guild.id).member("mark");
    let reply = mark
        .slash(stage.guild.sales, "/lead create email:ada@acme.io name:\"Ada Lovelace\"")
        .expect("the command is registered");
    let text = reply.text().await.expect("the bot answers");
    assert!(text.starts_with("✅ Lead created."), "{text}");
    assert_eq!(stage.intercom.contacts().all().len(), 1);
    stage.stop().await;
}
