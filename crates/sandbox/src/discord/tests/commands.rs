//! Registering commands, and answering those who use them.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::bot::Scene;
use crate::{clock::Clock, discord::Setup};

#[tokio::test]
async fn the_same_list_put_twice_is_read_back_the_same() {
    let scene = Scene::new().await;
    let list = json!([{"name": "help", "description": "Help"}, {"name": "status", "description": "Status"}]);
    let first = scene.register(list.clone()).await;
    let second = scene.register(list).await;
    assert_eq!(first, second);
    let (_, read) = scene.get(&format!("/applications/{}/commands", scene.discord.application().id())).await;
    assert_eq!(read[0]["id"], first[0]["id"]);
    assert_eq!(scene.discord.application().command_puts(), 2);
}

#[tokio::test]
async fn a_wrong_command_is_refused_with_the_place_of_each_mistake() {
    let scene = Scene::new().await;
    let path = format!("/applications/{}/commands", scene.discord.application().id());
    let long = "x".repeat(101);
    let list = json!([{"name": "Lead", "description": ""}, {"name": "user", "description": long}]);
    let (status, body) = scene.send(Method::PUT, &path, list).await;
    assert_eq!((status, &body["code"]), (StatusCode::BAD_REQUEST, &json!(50035)));
    assert_eq!(body["errors"]["0"]["name"]["_errors"][0]["code"], "APPLICATION_COMMAND_INVALID_NAME");
    assert_eq!(body["errors"]["0"]["description"]["_errors"][0]["code"], "BASE_TYPE_REQUIRED");
    assert_eq!(body["errors"]["1"]["description"]["_errors"][0]["code"], "BASE_TYPE_BAD_LENGTH");
    assert_eq!(scene.discord.application().command_puts(), 0);
}

async fn used(scene: &Scene) -> (crate::discord::actors::Reply, Value) {
    scene.register(json!([{"name": "help", "description": "Help"}])).await;
    let mut socket = scene.connect().await;
    let reply = scene.discord.guild(scene.guild).member("mark").slash(scene.sales, "/help").unwrap();
    let interaction = socket.event("INTERACTION_CREATE").await;
    (reply, interaction)
}

#[tokio::test]
async fn a_deferred_answer_is_thinking_until_it_is_edited() {
    let scene = Scene::new().await;
    let (reply, interaction) = used(&scene).await;
    let (status, _) = scene.answer(&interaction, json!({"type": 5, "data": {"flags": 64}})).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert!(reply.current().is_none());
    let edit = json!({"content": "Here is help."});
    let (status, body) = scene.with_token(Method::PATCH, &interaction, "/messages/@original", edit).await;
    assert_eq!((status, &body["flags"]), (StatusCode::OK, &json!(64)));
    assert_eq!(reply.text().await.unwrap(), "Here is help.");
    assert!(reply.message().await.unwrap().is_ephemeral());
    assert_eq!(scene.discord.messages(scene.sales).visible(), [], "an ephemeral reply is nobody else's");
}

#[tokio::test]
async fn the_first_further_message_takes_the_place_of_thinking() {
    let scene = Scene::new().await;
    let (reply, interaction) = used(&scene).await;
    scene.answer(&interaction, json!({"type": 5})).await;
    scene.with_token(Method::POST, &interaction, "", json!({"content": "first"})).await;
    scene.with_token(Method::POST, &interaction, "", json!({"content": "second", "flags": 64})).await;
    assert_eq!(reply.text().await.unwrap(), "first");
    assert_eq!(reply.followup(0).await.unwrap().content, "second");
}

#[tokio::test]
async fn a_second_first_answer_and_unknown_tokens_have_discords_codes() {
    let scene = Scene::new().await;
    let (_, interaction) = used(&scene).await;
    let before = scene.with_token(Method::GET, &interaction, "/messages/@original", Value::Null).await;
    assert_eq!(before.1["code"], 10015);
    scene.answer(&interaction, json!({"type": 4, "data": {"content": "x"}})).await;
    let again = scene.answer(&interaction, json!({"type": 4, "data": {"content": "x"}})).await;
    assert_eq!((again.0, &again.1["code"]), (StatusCode::BAD_REQUEST, &json!(40060)));
    let strange = json!({"id": interaction["id"], "token": "strange"});
    assert_eq!(scene.answer(&strange, json!({"type": 5})).await.1["code"], 10062);
    let (_, body) = scene.with_token(Method::GET, &strange, "/messages/@original", Value::Null).await;
    assert_eq!(body["code"], 10015);
}

#[tokio::test]
async fn files_of_a_reply_can_be_read_by_the_one_who_asked() {
    let scene = Scene::new().await;
    let (reply, interaction) = used(&scene).await;
    scene.answer(&interaction, json!({"type": 5, "data": {"flags": 64}})).await;
    let file = reqwest::multipart::Part::bytes(b"Id,Email\r\n".to_vec()).file_name("leads.csv");
    let form = reqwest::multipart::Form::new()
        .part("files[0]", file.mime_str("text/csv").unwrap())
        .text("payload_json", json!({"content": "✅ 1 lead."}).to_string());
    let token = interaction["token"].as_str().unwrap();
    let url = format!(
        "{}/api/v10/webhooks/{}/{token}/messages/@original",
        scene.discord.url(),
        scene.discord.application().id()
    );
    let response = reqwest::Client::new().patch(url).multipart(form).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let message = reply.message().await.unwrap();
    assert_eq!(message.attachments[0].bytes, "Id,Email\r\n");
    insta::assert_snapshot!(message.render(), @r"
    ✅ 1 lead.
    📎 leads.csv (10 bytes)
    ");
}

#[tokio::test]
async fn after_three_seconds_the_application_did_not_respond_and_its_answer_is_unknown() {
    let scene = Scene::new().await;
    let (reply, interaction) = used(&scene).await;
    tokio::time::pause();
    let failure = reply.acknowledged().await.unwrap_err();
    assert_eq!(failure.to_string(), "The application did not respond (nothing came within 3 s)");
    tokio::time::advance(std::time::Duration::from_millis(1)).await;
    tokio::time::resume();
    let (status, body) = scene.answer(&interaction, json!({"type": 5})).await;
    assert_eq!((status, &body["code"]), (StatusCode::NOT_FOUND, &json!(10062)));
}

#[tokio::test]
async fn a_token_lives_for_fifteen_minutes() {
    let clock = Clock::standing_at(1_800_000_000);
    let scene = Scene::set_up(Setup { clock: clock.clone(), ..Setup::default() }).await;
    let (_, interaction) = used(&scene).await;
    scene.answer(&interaction, json!({"type": 5})).await;
    clock.advance(std::time::Duration::from_secs(15 * 60 + 1));
    let edit = json!({"content": "late"});
    let (status, body) = scene.with_token(Method::PATCH, &interaction, "/messages/@original", edit).await;
    assert_eq!((status, &body["code"]), (StatusCode::UNAUTHORIZED, &json!(50027)));
}

#[tokio::test]
async fn a_use_that_nobody_hears_did_not_respond() {
    let scene = Scene::new().await;
    scene.register(json!([{"name": "help", "description": "Help"}])).await;
    let reply = scene.discord.guild(scene.guild).member("mark").slash(scene.sales, "/help").unwrap();
    let failure = reply.text().await.unwrap_err();
    assert_eq!(failure.to_string(), "The application did not respond (no session was connected)");
}
