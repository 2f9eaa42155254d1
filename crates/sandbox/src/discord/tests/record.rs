//! A tour of every route, for the check against Discord's official description.
//!
//! `SANDBOX_RECORD=/tmp/record.jsonl cargo test -p deskbell-sandbox tour` writes the exchanges where `validate.py` can read
//! them; without the variable they stay in memory.

use reqwest::Method;
use serde_json::{Value, json};

use super::bot::Scene;
use crate::{
    discord::{ChannelKind, Setup},
    recorder::Recorder,
};

fn recorder() -> Recorder {
    match option_env!("SANDBOX_RECORD") {
        Some(path) => Recorder::appending_to(std::path::Path::new(path)).unwrap(),
        None => Recorder::in_memory(),
    }
}

fn card() -> Value {
    json!({
        "content": "🌱 New lead: <@7>", "nonce": "abc", "enforce_nonce": true, "flags": 4096,
        "allowed_mentions": {"parse": []},
        "embeds": [{"title": "Ada", "url": "https://x.io/1", "color": 0xE6_9F00, "timestamp": "2026-11-23T09:20:00Z",
            "fields": [{"name": "Email", "value": "ada@acme.io"}], "footer": {"text": "New lead · Acme · k7f2q"}}],
        "components": [{"type": 1, "components": [{"type": 2, "style": 2, "label": "Show", "custom_id": "show"}]},
            {"type": 1, "components": [{"type": 3, "custom_id": "p", "options": [{"label": "A", "value": "a"}]}]},
            {"type": 1, "components": [{"type": 6, "custom_id": "role", "placeholder": "Who may see customers"}]}],
    })
}

#[tokio::test]
async fn a_tour_of_every_route_is_answered() {
    let scene = Scene::set_up(Setup { recorder: recorder(), ..Setup::default() }).await;
    let discord = &scene.discord;
    let thread = discord.channel(scene.sales).create_thread("thread", ChannelKind::PublicThread);
    for kind in [ChannelKind::Announcement, ChannelKind::Voice, ChannelKind::Category, ChannelKind::Forum] {
        discord.guild(scene.guild).create_channel("other", kind);
    }
    read_everything(&scene, thread).await;
    write_messages(&scene).await;
    register(&scene).await;
    interact(&scene).await;
    let refused = discord.recorder().select(|it| it.status.is_none_or(|status| status >= 400));
    assert_eq!(refused, []);
    refuse(&scene).await;
    assert!(discord.recorder().count(|_| true) > 40);
}

async fn read_everything(scene: &Scene, thread: crate::discord::ids::ChannelId) {
    let guild = scene.guild;
    let bot = scene.discord.application().bot();
    for path in [
        "/gateway".to_owned(),
        "/gateway/bot".to_owned(),
        "/users/@me".to_owned(),
        "/users/@me/guilds".to_owned(),
        "/applications/@me".to_owned(),
        "/oauth2/applications/@me".to_owned(),
        format!("/guilds/{guild}"),
        format!("/guilds/{guild}/channels"),
        format!("/guilds/{guild}/roles"),
        format!("/guilds/{guild}/roles/member-counts"),
        format!("/guilds/{guild}/members/{bot}"),
        format!("/channels/{}", scene.sales),
        format!("/channels/{thread}"),
    ] {
        scene.get(&path).await;
    }
    for channel in scene.get(&format!("/guilds/{guild}/channels")).await.1.as_array().unwrap() {
        scene.get(&format!("/channels/{}", channel["id"].as_str().unwrap())).await;
    }
}

async fn write_messages(scene: &Scene) {
    let path = format!("/channels/{}/messages", scene.sales);
    scene.send(Method::POST, &format!("/channels/{}/typing", scene.sales), json!({})).await;
    let (_, message) = scene.post(scene.sales, card()).await;
    let one = format!("{path}/{}", message["id"].as_str().unwrap());
    scene.get(&path).await;
    scene.get(&one).await;
    scene.send(Method::PATCH, &one, json!({"content": "edited", "components": []})).await;
    scene.send(Method::DELETE, &one, Value::Null).await;
}

async fn register(scene: &Scene) {
    let global = format!("/applications/{}/commands", scene.discord.application().id());
    let own = format!("/applications/{}/guilds/{}/commands", scene.discord.application().id(), scene.guild);
    let lead = json!({"name": "lead", "description": "Work with leads", "contexts": [0], "integration_types": [0],
        "default_member_permissions": "32", "options": [{"type": 2, "name": "group", "description": "G", "options": [
            {"type": 1, "name": "get", "description": "Show", "options": [
                {"type": 3, "name": "lead", "description": "Who", "required": true, "autocomplete": true, "max_length": 100},
                {"type": 4, "name": "kind", "description": "K", "choices": [{"name": "One", "value": 1}]},
                {"type": 7, "name": "channel", "description": "C", "channel_types": [0]},
                {"type": 5, "name": "export", "description": "E"}, {"type": 8, "name": "role", "description": "R"}]}]}]});
    for path in [global, own] {
        let (_, made) = scene.send(Method::POST, &path, lead.clone()).await;
        let one = format!("{path}/{}", made["id"].as_str().unwrap());
        scene.get(&one).await;
        scene.send(Method::PATCH, &one, json!({"description": "Changed"})).await;
        scene.get(&path).await;
        scene.send(Method::DELETE, &one, Value::Null).await;
        scene.send(Method::PUT, &path, json!([lead, {"name": "help", "description": "Help"}])).await;
    }
}

async fn interact(scene: &Scene) {
    let mut socket = scene.connect().await;
    let mark = scene.discord.guild(scene.guild).member("mark");
    let used = mark.slash(scene.sales, "/help").unwrap();
    let command = socket.event("INTERACTION_CREATE").await;
    let path = |it: &Value, query: &str| {
        format!(
            "/interactions/{}/{}/callback{query}",
            it["id"].as_str().unwrap(),
            it["token"].as_str().unwrap()
        )
    };
    let answer =
        json!({"type": 4, "data": {"content": "Here.", "flags": 64, "components": card()["components"]}});
    scene.send(Method::POST, &path(&command, "?with_response=true"), answer).await;
    scene.with_token(Method::GET, &command, "/messages/@original", Value::Null).await;
    let (_, further) = scene.with_token(Method::POST, &command, "", json!({"content": "More."})).await;
    let further = format!("/messages/{}", further["id"].as_str().unwrap());
    scene.with_token(Method::GET, &command, &further, Value::Null).await;
    scene.with_token(Method::PATCH, &command, &further, json!({"content": "Changed."})).await;
    let message = used.message().await.unwrap();
    mark.press(&message, "Show").unwrap();
    let press = socket.event("INTERACTION_CREATE").await;
    let changed = json!({"type": 7, "data": {"content": "Pressed."}});
    scene.send(Method::POST, &path(&press, "?with_response=true"), changed).await;
    mark.select(&message, "Who may see customers", &["@Deskbell"]).unwrap();
    let choice = socket.event("INTERACTION_CREATE").await;
    scene.answer(&choice, json!({"type": 6})).await;
    scene.with_token(Method::PATCH, &choice, "/messages/@original", json!({"content": "Chosen."})).await;
    scene.with_token(Method::POST, &choice, "", json!({"content": "Further.", "flags": 64})).await;
    scene.with_token(Method::DELETE, &command, &further, Value::Null).await;
    scene.with_token(Method::DELETE, &command, "/messages/@original", Value::Null).await;
}

/// Refusals are in the record too; those of forms without their answers.
async fn refuse(scene: &Scene) {
    scene.get("/channels/1").await;
    scene.get("/guilds/1").await;
    scene.discord.channel(scene.sales).delete();
    scene.post(scene.sales, json!({"content": "x"})).await;
    let recorded = scene.discord.recorder().exchanges();
    assert_eq!(recorded.last().unwrap().status, Some(404));
}
