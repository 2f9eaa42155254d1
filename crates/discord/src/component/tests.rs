use serde_json::{Value, json};

use super::*;

fn press(label: &str, custom_id: &str) -> Button {
    Button {
        label: label.to_owned(),
        action: ButtonAction::Press(custom_id.to_owned()),
        look: ButtonLook::Secondary,
    }
}

fn shown(all: &[ControlRow]) -> Value {
    serde_json::to_value(rows(all)).unwrap()
}

#[test]
fn a_button_that_discord_would_refuse_is_left_out_and_the_others_stay() {
    let long = "x".repeat(101);
    let buttons =
        [press("One", "a"), press("Two", "a"), press("Three", ""), press("Four", &long), press("", "b")];
    let shown = shown(&[ControlRow::Buttons(buttons.to_vec())]);
    let kept: Vec<_> =
        shown[0]["components"].as_array().unwrap().iter().map(|it| it["label"].clone()).collect();
    assert_eq!(kept, [json!("One"), json!("–")]);
}

#[test]
fn a_button_never_leads_to_something_that_is_no_web_address() {
    let open = |url: &str| Button {
        label: "Open".to_owned(),
        action: ButtonAction::Open(url.to_owned()),
        look: ButtonLook::Secondary,
    };
    let buttons = vec![open("javascript:x"), open("https://app.intercom.com/a")];
    let shown = shown(&[ControlRow::Buttons(buttons)]);
    assert_eq!(shown[0]["components"].as_array().unwrap().len(), 1);
    assert_eq!(shown[0]["components"][0]["url"], "https://app.intercom.com/a");
}

#[test]
fn a_select_keeps_twenty_five_different_options() {
    let options = (0..60)
        .map(|number| SelectOption { label: format!("*Number* {number}"), value: format!("{}", number / 2) });
    let select = ControlRow::Select {
        custom_id: "s".to_owned(),
        placeholder: String::new(),
        options: options.collect(),
    };
    let shown = shown(&[select]);
    let options = shown[0]["components"][0]["options"].as_array().unwrap().clone();
    assert_eq!(options.len(), 25);
    assert_eq!(options[1]["label"], "*Number* 2");
}

#[test]
fn a_row_in_which_nothing_is_left_is_left_out() {
    assert_eq!(
        shown(&[ControlRow::Buttons(Vec::new()), ControlRow::Buttons(vec![press("A", "a")])])
            .as_array()
            .unwrap()
            .len(),
        1
    );
}
