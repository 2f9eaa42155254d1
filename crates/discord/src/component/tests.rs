use deskbell_domain::ids::{ChannelId, RoleId};
use serde_json::{Value, json};

use super::*;

fn press(label: &str, custom_id: &str) -> Button {
    Button::secondary(label, custom_id)
}

fn shown(all: &[Row]) -> Value {
    serde_json::to_value(rows(all)).unwrap()
}

#[test]
fn a_button_that_discord_would_refuse_is_left_out_and_the_others_stay() {
    let long = "x".repeat(101);
    let buttons =
        [press("One", "a"), press("Two", "a"), press("Three", ""), press("Four", &long), press("", "b")];
    let shown = shown(&[Row::Buttons(buttons.to_vec())]);
    let kept: Vec<_> =
        shown[0]["components"].as_array().unwrap().iter().map(|it| it["label"].clone()).collect();
    assert_eq!(kept, [json!("One"), json!("–")]);
}

#[test]
fn a_button_never_leads_to_something_that_is_no_web_address() {
    let open = |url: &str| Button::link("Open", url);
    let buttons = vec![open("javascript:x"), open("https://app.intercom.com/a")];
    let shown = shown(&[Row::Buttons(buttons)]);
    assert_eq!(shown[0]["components"].as_array().unwrap().len(), 1);
    assert_eq!(shown[0]["components"][0]["url"], "https://app.intercom.com/a");
}

#[test]
fn a_select_keeps_twenty_five_different_options() {
    let options = (0..60).map(|number| SelectOption {
        label: format!("*Number* {number}"),
        description: None,
        value: format!("{}", number / 2),
    });
    let select =
        Row::Select { custom_id: "s".to_owned(), placeholder: String::new(), options: options.collect() };
    let shown = shown(&[select]);
    let options = shown[0]["components"][0]["options"].as_array().unwrap().clone();
    assert_eq!(options.len(), 25);
    assert_eq!(options[1]["label"], "*Number* 2");
}

#[test]
fn a_row_in_which_nothing_is_left_is_left_out() {
    assert_eq!(
        shown(&[Row::Buttons(Vec::new()), Row::Buttons(vec![press("A", "a")])]).as_array().unwrap().len(),
        1
    );
}

#[test]
fn the_ids_of_chosen_channels_and_roles_are_sent_as_text() {
    let (custom_id, placeholder) = ("v1:x".to_owned(), "New leads go to …".to_owned());
    let channels = Row::SelectChannels {
        custom_id: custom_id.clone(),
        placeholder: placeholder.clone(),
        chosen: vec![ChannelId(841_200_000_000_000_001)],
        count: 0..=25,
    };
    let chosen = vec![RoleId(841_200_000_000_000_002)];
    let roles = Row::SelectRoles { custom_id: "v1:y".to_owned(), placeholder, chosen, most: 25 };
    let shown = shown(&[channels, roles]);
    let first = &shown[0]["components"][0];
    assert_eq!(first["default_values"], json!([{"id": "841200000000000001", "type": "channel"}]));
    assert_eq!((first["min_values"].clone(), first["max_values"].clone()), (json!(0), json!(25)));
    let second = &shown[1]["components"][0];
    assert_eq!(second["default_values"], json!([{"id": "841200000000000002", "type": "role"}]));
}

#[test]
fn a_button_that_cannot_be_pressed_is_grey() {
    let buttons = vec![press("Newer", "a").greyed_if(true), press("Older", "b")];
    let shown = shown(&[Row::Buttons(buttons)]);
    assert_eq!(shown[0]["components"][0]["disabled"], true);
    assert!(shown[0]["components"][1].get("disabled").is_none());
}
