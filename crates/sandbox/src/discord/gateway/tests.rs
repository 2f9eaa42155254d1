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
