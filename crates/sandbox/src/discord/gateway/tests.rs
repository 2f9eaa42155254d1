use axum::http::StatusCode;
use serde_json::{Value, json};
use tokio_tungstenite::connect_async;

use crate::discord::{
    ChannelKind,
    outage::{GatewayDuringOutage, Heartbeats, Outage, Resumable},
    tests::bot::{Scene, Socket},
};

async fn resume(scene: &Scene, old: &Socket) -> Socket {
    let mut socket = Socket::open(&scene.discord.gateway().url()).await;
    let token = scene.discord.application().token();
    socket.say(json!({"op": 6, "d": {"token": token, "session_id": old.session, "seq": old.sequence}})).await;
    socket
}

#[tokio::test]
async fn a_client_identifies_and_gets_its_servers_with_everything_in_them() {
    let scene = Scene::new().await;
    let mut socket = Socket::open(&scene.discord.gateway().url()).await;
    socket.say(json!({"op": 2, "d": {"token": scene.discord.application().token(), "intents": 1}})).await;
    let ready = socket.event("READY").await;
    assert_eq!(ready["guilds"], json!([{"id": scene.guild, "unavailable": true}]));
    assert_eq!(ready["application"]["id"], json!(scene.discord.application().id()));
    let guild = socket.event("GUILD_CREATE").await;
    assert_eq!(guild["channels"][0]["name"], "sales");
    socket.say(json!({"op": 1, "d": null})).await;
    assert_eq!(socket.frame().await["op"], 11);
}

#[tokio::test]
async fn without_the_intent_for_servers_only_interactions_come() {
    let scene = Scene::new().await;
    scene.register(json!([{"name": "help", "description": "Help"}])).await;
    let mut socket = Socket::open(&scene.discord.gateway().url()).await;
    socket.say(json!({"op": 2, "d": {"token": scene.discord.application().token(), "intents": 0}})).await;
    socket.event("READY").await;
    scene.discord.guild(scene.guild).create_channel("quiet", ChannelKind::Text);
    scene.discord.guild(scene.guild).member("mark").slash(scene.sales, "/help").unwrap();
    assert_eq!(socket.frame().await["t"], "INTERACTION_CREATE");
}

#[tokio::test]
async fn a_wrong_token_closes_the_socket_with_4004() {
    let scene = Scene::new().await;
    let mut socket = Socket::open(&scene.discord.gateway().url()).await;
    socket.say(json!({"op": 2, "d": {"token": "wrong", "intents": 1}})).await;
    assert_eq!(socket.closing().await, Some(4004));
}

#[tokio::test]
async fn what_happens_while_the_socket_is_lost_is_played_back_on_resume() {
    let scene = Scene::new().await;
    let mut socket = scene.connect().await;
    socket.event("GUILD_CREATE").await;
    scene.discord.gateway().drop_socket();
    assert_eq!(socket.closing().await, None);
    scene.discord.guild(scene.guild).create_channel("missed", ChannelKind::Text);
    let mut resumed = resume(&scene, &socket).await;
    assert_eq!(resumed.event("CHANNEL_CREATE").await["name"], "missed");
    resumed.event("RESUMED").await;
    let starts = scene.discord.gateway().session_starts();
    assert_eq!((starts.identified, starts.resumed), (1, 1));
}

#[tokio::test]
async fn a_session_that_was_called_invalid_or_left_cannot_be_resumed() {
    let scene = Scene::new().await;
    let mut socket = scene.connect().await;
    socket.event("GUILD_CREATE").await;
    scene.discord.gateway().invalidate_session(Resumable::No);
    assert_eq!(socket.frame().await, json!({"op": 9, "t": null, "s": null, "d": false}));
    let mut refused = resume(&scene, &socket).await;
    assert_eq!(refused.frame().await["op"], 9);
    let mut left = scene.connect().await;
    left.event("GUILD_CREATE").await;
    left.close().await;
    let gone = |discord: &crate::discord::Discord| discord.gateway().connected_sessions() == 0;
    scene.discord.wait_for("the goodbye", crate::discord::watch::PATIENCE, gone).await.unwrap();
    let mut refused = resume(&scene, &left).await;
    assert_eq!(refused.frame().await["d"], Value::Bool(false));
}

#[tokio::test]
async fn reconnects_are_asked_for_and_heartbeats_can_go_unanswered() {
    let scene = Scene::new().await;
    let mut socket = scene.connect().await;
    socket.event("GUILD_CREATE").await;
    scene.discord.gateway().set_heartbeats(Heartbeats::Ignored);
    socket.say(json!({"op": 1, "d": null})).await;
    scene.discord.gateway().request_reconnect();
    assert_eq!(socket.frame().await["op"], 7);
}

#[tokio::test]
async fn an_outage_may_take_the_gateway_with_it_and_sessions_outlive_it() {
    let scene = Scene::new().await;
    let mut socket = scene.connect().await;
    socket.event("GUILD_CREATE").await;
    let gateway = GatewayDuringOutage::Down;
    scene.discord.set_outage(Outage::Rest { status: StatusCode::SERVICE_UNAVAILABLE, gateway });
    assert_eq!(socket.closing().await, None);
    assert!(connect_async(scene.discord.gateway().url()).await.is_err());
    scene.discord.set_outage(Outage::None);
    resume(&scene, &socket).await.event("RESUMED").await;
}

/// Connects as one shard of so many and says what came of it.
async fn identify_as(scene: &Scene, shard: u64, of: u64) -> Socket {
    let mut socket = Socket::open(&scene.discord.gateway().url()).await;
    let token = scene.discord.application().token();
    socket.say(json!({"op": 2, "d": {"token": token, "intents": 1, "shard": [shard, of]}})).await;
    socket
}

#[tokio::test]
async fn a_shard_is_told_of_its_own_servers_and_of_what_happens_there() {
    let scene = Scene::new().await;
    let ours = (scene.guild.get() >> 22) % 2;
    let (mut theirs, mut none) = (identify_as(&scene, ours, 2).await, identify_as(&scene, 1 - ours, 2).await);
    let ready = theirs.event("READY").await;
    assert_eq!((&ready["shard"], &ready["guilds"][0]["id"]), (&json!([ours, 2]), &json!(scene.guild)));
    assert_eq!(none.event("READY").await["guilds"], json!([]));
    scene.register(json!([{"name": "help", "description": "Help"}])).await;
    scene.discord.guild(scene.guild).member("mark").slash(scene.sales, "/help").unwrap();
    theirs.event("INTERACTION_CREATE").await;
    assert_eq!(scene.discord.gateway().connected_shards(), [0, 1].into());
    scene.discord.gateway().drop_shard(ours);
    assert_eq!(theirs.closing().await, None);
    assert_eq!(scene.discord.gateway().connected_shards(), [1 - ours].into());
}

#[tokio::test]
async fn a_shard_with_too_many_servers_and_one_that_there_is_not_are_closed() {
    let scene = Scene::new().await;
    scene.discord.gateway().set_most_guilds(0);
    assert_eq!(identify_as(&scene, 0, 1).await.closing().await, Some(4011));
    assert_eq!(identify_as(&scene, 2, 2).await.closing().await, Some(4010));
}

#[tokio::test]
async fn a_session_that_begins_too_soon_is_invalid_and_one_too_many_is_refused() {
    let scene = Scene::new().await;
    scene.discord.gateway().ask_for_shards(2, 1);
    identify_as(&scene, 0, 2).await.event("READY").await;
    let told = identify_as(&scene, 1, 2).await.frame().await;
    assert_eq!((&told["op"], &told["d"]), (&json!(9), &json!(false)));
    scene.discord.gateway().leave_session_starts(0, std::time::Duration::from_secs(60));
    assert_eq!(identify_as(&scene, 1, 2).await.closing().await, Some(4004));
    let (_, told) = scene.get("/gateway/bot").await;
    assert_eq!((&told["shards"], &told["session_start_limit"]["remaining"]), (&json!(2), &json!(0)));
}
