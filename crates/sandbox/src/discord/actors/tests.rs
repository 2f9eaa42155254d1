use reqwest::Method;
use serde_json::{Value, json};

use super::Failure;
use crate::discord::{
    AckKind, ChannelKind,
    permissions::Permissions,
    tests::bot::{Scene, Socket},
};

async fn scene() -> (Scene, Socket) {
    let scene = Scene::new().await;
    scene
        .register(json!([
            {"name": "lead", "description": "Work with leads", "options": [
                {"type": 1, "name": "create", "description": "Create", "options": [
                    {"type": 3, "name": "email", "description": "E-mail", "required": true},
                    {"type": 3, "name": "name", "description": "Name"}]},
                {"type": 1, "name": "get", "description": "Show", "options": [
                    {"type": 3, "name": "lead", "description": "Who", "required": true, "autocomplete": true}]}]},
            {"name": "notify", "description": "Set up", "default_member_permissions": "32", "options": [
                {"type": 1, "name": "add", "description": "Add", "options": [
                    {"type": 4, "name": "event", "description": "What", "required": true,
                     "choices": [{"name": "New lead", "value": 0}, {"name": "New user", "value": 1}]},
                    {"type": 7, "name": "channel", "description": "Where", "required": true, "channel_types": [0]},
                    {"type": 8, "name": "role", "description": "Who"},
                    {"type": 6, "name": "person", "description": "Person"},
                    {"type": 5, "name": "loud", "description": "Loud"}]}]},
        ]))
        .await;
    let mut socket = scene.connect().await;
    socket.event("GUILD_CREATE").await;
    (scene, socket)
}

fn options(interaction: &Value) -> &Value {
    &interaction["data"]["options"][0]["options"]
}

#[tokio::test]
async fn a_value_reaches_to_the_next_name_and_quotes_may_hold_anything() {
    let (scene, mut socket) = scene().await;
    let mark = scene.discord.guild(scene.guild).member("mark");
    for (text, name) in [
        ("/lead create email:ada@acme.io name:\"Ada: Lovelace name:x\"", "Ada: Lovelace name:x"),
        ("/lead create email:ada@acme.io name:Ada Lovelace", "Ada Lovelace"),
    ] {
        mark.slash(scene.sales, text).unwrap();
        let interaction = socket.event("INTERACTION_CREATE").await;
        assert_eq!(
            *options(&interaction),
            json!([{"name": "email", "type": 3, "value": "ada@acme.io"}, {"name": "name", "type": 3, "value": name}])
        );
    }
}

#[tokio::test]
async fn names_become_ids_with_what_they_stand_for() {
    let (scene, mut socket) = scene().await;
    let role = scene.discord.guild(scene.guild).create_role("@Sales", Permissions::NONE);
    let ada = scene.discord.guild(scene.guild).create_member("ada", &[role]);
    let owner = scene.discord.guild(scene.guild).member("owner");
    let text = "/notify add event:New user channel:#sales role:@Sales person:@ada loud:True";
    owner.slash(scene.sales, text).unwrap();
    let interaction = socket.event("INTERACTION_CREATE").await;
    let values: Vec<&Value> =
        options(&interaction).as_array().unwrap().iter().map(|it| &it["value"]).collect();
    assert_eq!(values, [&json!(1), &json!(scene.sales), &json!(role), &json!(ada), &json!(true)]);
    let resolved = &interaction["data"]["resolved"];
    assert_eq!(resolved["channels"][scene.sales.to_string()]["name"], "sales");
    assert_eq!(resolved["roles"][role.to_string()]["name"], "Sales");
    assert_eq!(resolved["users"][ada.to_string()]["username"], "ada");
    assert_eq!(resolved["members"][ada.to_string()]["roles"], json!([role]));
    assert_eq!(interaction["member"]["permissions"], json!(Permissions::ALL));
}

#[tokio::test]
async fn a_wrong_use_is_refused_before_the_bot_hears_of_it() {
    let (scene, _socket) = scene().await;
    let voice = scene.discord.guild(scene.guild).create_channel("voice", ChannelKind::Voice);
    let secret = scene.discord.guild(scene.guild).create_channel("secret", ChannelKind::Text);
    scene.discord.permissions(secret).make_private(&[]);
    let owner = scene.discord.guild(scene.guild).member("owner");
    let mark = scene.discord.guild(scene.guild).member("mark");
    let said = |result: Result<super::Reply, Failure>| result.unwrap_err().to_string();
    insta::assert_snapshot!(said(mark.slash(scene.sales, "/nothing")), @"there is no command /nothing");
    insta::assert_snapshot!(
        said(mark.slash(scene.sales, "/notify add event:New lead channel:#sales")),
        @"/notify is hidden from this person"
    );
    insta::assert_snapshot!(said(mark.slash(secret, "/lead get lead:x")), @"this person cannot see that");
    insta::assert_snapshot!(said(owner.slash(scene.sales, "/lead create name:x")), @r#""email" is required"#);
    insta::assert_snapshot!(
        said(owner.slash(scene.sales, "/lead create email:x phone:y")),
        @"`phone` is not an option; there are: email, name"
    );
    insta::assert_snapshot!(
        said(owner.slash(voice, "/notify add event:New lead channel:#voice")),
        @"#voice is of a kind that is not shown here"
    );
    insta::assert_snapshot!(
        said(owner.slash(voice, "/notify add event:Old lead channel:#sales")),
        @"`Old lead` is none of New lead, New user"
    );
}

#[tokio::test]
async fn suggestions_are_asked_for_the_option_that_is_being_typed() {
    let (scene, mut socket) = scene().await;
    let mark = scene.discord.guild(scene.guild).member("mark");
    let asked = mark.autocomplete(scene.sales, "/lead get lead:ad", "lead");
    let answering = async {
        let interaction = socket.event("INTERACTION_CREATE").await;
        let choices = json!({"type": 8, "data": {"choices": [{"name": "Ada Lovelace", "value": "6762"}]}});
        scene.answer(&interaction, choices).await;
        interaction
    };
    let (choices, interaction) = tokio::join!(asked, answering);
    let choices = choices.unwrap();
    assert_eq!(interaction["type"], 4);
    assert_eq!(*options(&interaction), json!([{"name": "lead", "type": 3, "value": "ad", "focused": true}]));
    assert_eq!((choices[0].name.as_str(), &choices[0].value), ("Ada Lovelace", &json!("6762")));
}

async fn answered(scene: &Scene, socket: &mut Socket, body: Value) -> Value {
    let interaction = socket.event("INTERACTION_CREATE").await;
    let (status, body) = scene.answer(&interaction, body).await;
    assert!(status.is_success(), "{body}");
    interaction
}

#[tokio::test]
async fn a_press_that_is_only_acknowledged_is_answered_by_the_edit_of_its_message() {
    let (scene, mut socket) = scene().await;
    let mark = scene.discord.guild(scene.guild).member("mark");
    let used = mark.slash(scene.sales, "/lead get lead:x").unwrap();
    let row = json!([{"type": 1, "components": [
        {"type": 2, "style": 1, "label": "Older ▶", "custom_id": "older"},
        {"type": 2, "style": 1, "label": "Newer", "custom_id": "newer", "disabled": true}]}]);
    let page = json!({"type": 4, "data": {"content": "page 1", "flags": 64, "components": row}});
    answered(&scene, &mut socket, page).await;
    let message = used.message().await.unwrap();
    assert!(matches!(mark.press(&message, "Newer"), Err(Failure::NoSuchComponent(_))));
    let other = scene.discord.guild(scene.guild).member("eve");
    assert_eq!(other.press(&message, "Older ▶").unwrap_err(), Failure::Hidden);
    let pressed = mark.press(&message, "Older ▶").unwrap();
    let press = answered(&scene, &mut socket, json!({"type": 6})).await;
    assert_eq!(press["message"]["content"], "page 1");
    assert_eq!(pressed.acknowledged().await.unwrap().kind, AckKind::DeferredUpdate);
    assert_eq!(pressed.current(), None, "nothing has changed yet");
    scene.with_token(Method::PATCH, &press, "/messages/@original", json!({"content": "page 2"})).await;
    assert_eq!(pressed.text().await.unwrap(), "page 2");
}

#[tokio::test]
async fn a_form_is_filled_in_by_its_labels() {
    let (scene, mut socket) = scene().await;
    let mark = scene.discord.guild(scene.guild).member("mark");
    let used = mark.slash(scene.sales, "/lead get lead:x").unwrap();
    let input = json!({"type": 4, "custom_id": "note", "label": "Note", "style": 2});
    let form = json!({"title": "Add a note", "custom_id": "note:1", "components": [{"type": 1, "components": [input]}]});
    answered(&scene, &mut socket, json!({"type": 9, "data": form})).await;
    let filled = mark.submit_modal(&used, &[("Note", "Call back")]).await.unwrap();
    let answer = json!({"type": 4, "data": {"content": "Kept."}});
    let submitted = answered(&scene, &mut socket, answer).await;
    assert_eq!(submitted["data"]["components"][0]["components"][0]["value"], "Call back");
    assert_eq!(filled.text().await.unwrap(), "Kept.");
}

#[tokio::test]
async fn lists_of_channels_take_what_they_show() {
    let (scene, mut socket) = scene().await;
    scene.discord.guild(scene.guild).create_channel("voice", ChannelKind::Voice);
    let list = json!([{"type": 1, "components": [
        {"type": 8, "custom_id": "where", "placeholder": "New leads go to …", "channel_types": [0]}]}]);
    scene.post(scene.sales, json!({"content": "Set up", "components": list})).await;
    let message = scene.discord.messages(scene.sales).next().await.unwrap();
    let mark = scene.discord.guild(scene.guild).member("mark");
    assert!(matches!(mark.select(&message, "where", &["#voice"]), Err(Failure::BadText(_))));
    mark.select(&message, "New leads go to …", &["#sales"]).unwrap();
    let interaction = socket.event("INTERACTION_CREATE").await;
    assert_eq!(interaction["data"]["values"], json!([scene.sales]));
    assert_eq!(interaction["data"]["resolved"]["channels"][scene.sales.to_string()]["name"], "sales");
}
