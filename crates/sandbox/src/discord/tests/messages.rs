//! Posting and reading as Discord judges them.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::bot::Scene;
use crate::{
    clock::Clock,
    discord::{
        ChannelKind, Lock, Pace, Setup,
        outage::{CloudflareBan, GatewayDuringOutage, Outage},
        permissions::Permissions,
    },
};

fn nonced(nonce: &str) -> Value {
    json!({"content": "🌱 New lead", "nonce": nonce, "enforce_nonce": true})
}

#[tokio::test]
async fn the_same_nonce_within_the_window_gives_the_first_message_back() {
    let clock = Clock::standing_at(1_800_000_000);
    let scene = Scene::set_up(Setup { clock: clock.clone(), ..Setup::default() }).await;
    let (_, first) = scene.post(scene.sales, nonced("a")).await;
    clock.advance(Duration::from_secs(170));
    let (status, again) = scene.post(scene.sales, nonced("a")).await;
    assert_eq!((status, &again["id"]), (StatusCode::OK, &first["id"]));
    assert_eq!(again["nonce"], "a");
    let (_, other) = scene.post(scene.sales, nonced("b")).await;
    assert_ne!(other["id"], first["id"]);
    clock.advance(Duration::from_secs(30));
    let (_, late) = scene.post(scene.sales, nonced("a")).await;
    assert_ne!(late["id"], first["id"], "the window is over");
    assert_eq!(scene.discord.messages(scene.sales).visible().len(), 3);
}

#[tokio::test]
async fn the_nonce_of_a_deleted_message_is_unknown_and_nothing_is_posted() {
    let scene = Scene::new().await;
    scene.post(scene.sales, nonced("a")).await;
    let posted = scene.discord.messages(scene.sales).next().await.unwrap();
    scene.discord.messages(scene.sales).delete(posted.id);
    let (status, body) = scene.post(scene.sales, nonced("a")).await;
    assert_eq!((status, &body["code"]), (StatusCode::NOT_FOUND, &json!(10008)));
    assert_eq!(scene.discord.messages(scene.sales).visible(), []);
    assert_eq!(scene.discord.messages(scene.sales).posted().len(), 1);
}

#[tokio::test]
async fn a_missing_permission_has_discords_own_code() {
    let scene = Scene::new().await;
    let discord = &scene.discord;
    let embed = json!({"embeds": [{"title": "Ada"}]});
    let cases = [
        (Permissions::VIEW_CHANNEL, 50001),
        (Permissions::SEND_MESSAGES, 50013),
        (Permissions::EMBED_LINKS, 50013),
    ];
    for (missing, code) in cases {
        discord.permissions(scene.sales).deny_bot(missing);
        let (status, body) = scene.post(scene.sales, embed.clone()).await;
        assert_eq!((status, &body["code"]), (StatusCode::FORBIDDEN, &json!(code)), "{missing:?}");
    }
    discord.permissions(scene.sales).allow_bot();
    assert_eq!(scene.post(scene.sales, embed).await.0, StatusCode::OK);
}

#[tokio::test]
async fn channels_that_take_no_messages_say_which_kind_they_are() {
    let scene = Scene::new().await;
    let discord = &scene.discord;
    let thread = discord.channel(scene.sales).create_thread("old", ChannelKind::PublicThread);
    discord.channel(thread).set_lock(Lock::Locked);
    let private = discord.channel(scene.sales).create_thread("secret", ChannelKind::PrivateThread);
    let gone = discord.guild(scene.guild).create_channel("gone", ChannelKind::Text);
    discord.channel(gone).delete();
    let cases = [
        (discord.guild(scene.guild).create_channel("ideas", ChannelKind::Forum), 40058),
        (discord.guild(scene.guild).create_channel("group", ChannelKind::Category), 50008),
        (thread, 160_005),
        (private, 50001),
        (gone, 10003),
    ];
    for (channel, code) in cases {
        let (_, body) = scene.post(channel, json!({"content": "x"})).await;
        assert_eq!(body["code"], code, "{body}");
    }
    discord.channel(private).add_bot();
    assert_eq!(scene.post(private, json!({"content": "x"})).await.0, StatusCode::OK);
    discord.guild(scene.guild).kick_bot();
    assert_eq!(scene.post(scene.sales, json!({"content": "x"})).await.1["code"], 50001);
    discord.guild(scene.guild).invite_bot();
    assert_eq!(scene.post(scene.sales, json!({"content": "x"})).await.0, StatusCode::OK);
}

#[tokio::test]
async fn history_comes_newest_first_and_in_pages() {
    let scene = Scene::new().await;
    for number in 0..7 {
        scene.post(scene.sales, json!({"content": number.to_string()})).await;
    }
    let posted = scene.discord.messages(scene.sales).visible();
    let contents = async |query: String| -> Vec<String> {
        let (_, body) = scene.get(&format!("/channels/{}/messages?{query}", scene.sales)).await;
        let contents = body.as_array().unwrap().iter().map(|it| it["content"].as_str().unwrap().to_owned());
        contents.collect()
    };
    assert_eq!(contents("limit=3".into()).await, ["6", "5", "4"]);
    assert_eq!(contents(format!("limit=2&after={}", posted[2].id)).await, ["4", "3"]);
    assert_eq!(contents(format!("limit=2&before={}", posted[2].id)).await, ["1", "0"]);
    assert_eq!(contents(format!("limit=3&around={}", posted[3].id)).await, ["4", "3", "2"]);
    let (status, body) = scene.get(&format!("/channels/{}/messages?limit=101", scene.sales)).await;
    assert_eq!((status, &body["code"]), (StatusCode::BAD_REQUEST, &json!(50035)));
}

#[tokio::test]
async fn without_read_message_history_the_list_is_empty_and_one_message_is_refused() {
    let scene = Scene::new().await;
    let (_, message) = scene.post(scene.sales, json!({"content": "x"})).await;
    scene.discord.permissions(scene.sales).deny_bot(Permissions::READ_MESSAGE_HISTORY);
    let path = format!("/channels/{}/messages", scene.sales);
    assert_eq!(scene.get(&path).await, (StatusCode::OK, json!([])));
    let (status, body) = scene.get(&format!("{path}/{}", message["id"].as_str().unwrap())).await;
    assert_eq!((status, &body["code"]), (StatusCode::FORBIDDEN, &json!(50001)));
}

#[tokio::test]
async fn edits_and_deletions_touch_only_what_they_name() {
    let scene = Scene::new().await;
    let body = json!({"content": "old", "embeds": [{"title": "Ada"}], "flags": 4096});
    let (_, message) = scene.post(scene.sales, body).await;
    let path = format!("/channels/{}/messages/{}", scene.sales, message["id"].as_str().unwrap());
    let (_, edited) = scene.send(Method::PATCH, &path, json!({"content": "new"})).await;
    assert_eq!((&edited["content"], &edited["embeds"][0]["title"]), (&json!("new"), &json!("Ada")));
    assert!(edited["edited_timestamp"].is_string());
    assert!(scene.discord.messages(scene.sales).visible()[0].is_silent());
    assert_eq!(scene.send(Method::DELETE, &path, Value::Null).await.0, StatusCode::NO_CONTENT);
    assert_eq!(scene.get(&path).await.1["code"], 10008);
}

#[tokio::test]
async fn an_empty_message_and_a_wrong_token_are_refused() {
    let scene = Scene::new().await;
    assert_eq!(scene.post(scene.sales, json!({"content": "  "})).await.1["code"], 50006);
    let token = scene.discord.application().token();
    scene.discord.application().reset_token("another");
    let url = format!("{}/api/v10/users/@me", scene.discord.url());
    let old = reqwest::Client::new().get(url).header("authorization", format!("Bot {token}"));
    assert_eq!(old.send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn of_embeds_with_the_same_url_a_person_sees_the_first() {
    let scene = Scene::new().await;
    let embed = |title: &str, url: &str| json!({"title": title, "url": url});
    let embeds = [embed("a", "https://x.io/1"), embed("b", "https://x.io/1"), embed("c", "https://x.io/2")];
    scene.post(scene.sales, json!({"embeds": embeds})).await;
    let message = scene.discord.messages(scene.sales).next().await.unwrap();
    assert_eq!(message.embeds.len(), 3);
    insta::assert_snapshot!(message.render(), @r"
    ┃ a -> https://x.io/1
    ┃ c -> https://x.io/2
    ");
}

#[tokio::test]
async fn too_fast_is_answered_429_with_headers_and_counted() {
    let scene = Scene::new().await;
    let path = format!("/channels/{}/messages", scene.sales);
    scene.discord.rate_limits().set_channel_pace(Some(Pace { requests: 2, window: Duration::from_mins(1) }));
    let first = scene.response(Method::POST, &path, json!({"content": "1"})).await;
    assert_eq!(first.headers()["x-ratelimit-limit"], "2");
    assert_eq!(first.headers()["x-ratelimit-remaining"], "1");
    scene.post(scene.sales, json!({"content": "2"})).await;
    let refused = scene.response(Method::POST, &path, json!({"content": "3"})).await;
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.headers()["x-ratelimit-scope"], "user");
    assert!(refused.headers().contains_key("retry-after"));
    let body: Value = refused.json().await.unwrap();
    assert!(body["retry_after"].as_f64().unwrap() > 50.0);
    assert_eq!(body["global"], false);
    assert_eq!(scene.discord.rate_limits().refused(), 1);
    assert_eq!(scene.discord.messages(scene.sales).visible().len(), 2);
    scene.discord.rate_limits().set_cloudflare_ban(CloudflareBan::On);
    let banned = scene.response(Method::GET, "/users/@me", Value::Null).await;
    assert_eq!(banned.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(banned.text().await.unwrap().starts_with("<html>"));
}

#[tokio::test]
async fn in_an_outage_every_request_gets_its_status_and_nothing_is_posted() {
    let scene = Scene::new().await;
    let gateway = GatewayDuringOutage::Up;
    scene.discord.set_outage(Outage::Rest { status: StatusCode::BAD_GATEWAY, gateway });
    assert_eq!(scene.post(scene.sales, json!({"content": "x"})).await.0, StatusCode::BAD_GATEWAY);
    scene.discord.set_outage(Outage::None);
    assert_eq!(scene.discord.messages(scene.sales).visible(), []);
    assert_eq!(scene.post(scene.sales, json!({"content": "x"})).await.0, StatusCode::OK);
}

#[tokio::test]
async fn a_wait_in_vain_tells_what_there_was() {
    let scene = Scene::new().await;
    scene.post(scene.sales, json!({"content": "🌱 New lead"})).await;
    scene.discord.messages(scene.sales).next().await.unwrap();
    let waited = scene.discord.messages(scene.sales).next_within(Duration::ZERO).await.unwrap_err();
    assert!(waited.to_string().contains("#sales"), "{waited}");
    assert!(waited.to_string().contains("🌱 New lead"), "{waited}");
}

#[tokio::test]
async fn who_can_read_a_channel_follows_its_overwrites() {
    let scene = Scene::new().await;
    let discord = &scene.discord;
    let role = discord.guild(scene.guild).create_role("@Sales", Permissions::NONE);
    let ada = discord.guild(scene.guild).create_member("ada", &[role]);
    let eve = discord.guild(scene.guild).create_member("eve", &[]);
    let reads = |user| discord.permissions(scene.sales).of(user).contains(Permissions::VIEW_CHANNEL);
    assert!(reads(ada) && reads(eve));
    discord.permissions(scene.sales).make_private(&[role]);
    assert!(reads(ada) && !reads(eve));
    assert_eq!(scene.post(scene.sales, json!({"content": "x"})).await.0, StatusCode::OK);
    let (_, channel) = scene.get(&format!("/channels/{}", scene.sales)).await;
    let everyone = channel["permission_overwrites"].as_array().unwrap().iter();
    let everyone: Vec<&Value> = everyone.filter(|it| it["id"] == json!(scene.guild)).collect();
    assert_eq!(everyone[0]["deny"], json!(Permissions::VIEW_CHANNEL));
    discord.permissions(scene.sales).make_public();
    assert!(reads(eve));
    discord.guild(scene.guild).set_member_roles(ada, &[]);
    let (_, counts) = scene.get(&format!("/guilds/{}/roles/member-counts", scene.guild)).await;
    assert_eq!(counts[role.to_string()], 0);
}
