use serde_json::{Value, json};

use super::{
    commands,
    message::{Use, check},
};

/// The codes of the refusal with their places, as `embeds.0.title BASE_TYPE_MAX_LENGTH`; empty if it is taken.
fn mistakes(body: &Value) -> Vec<String> {
    match check(body, Use::Post, 0) {
        Ok(()) => Vec::new(),
        Err(refusal) => flat(&refusal.errors.unwrap_or_else(|| json!({"_errors": [{"code": refusal.code}]}))),
    }
}

fn flat(tree: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for (key, inner) in tree.as_object().into_iter().flatten() {
        if key == "_errors" {
            found.extend(inner.as_array().unwrap().iter().map(|it| it["code"].to_string().replace('"', "")));
        } else {
            let dot = |rest: String| {
                if rest.contains(' ') { format!("{key}.{rest}") } else { format!("{key} {rest}") }
            };
            found.extend(flat(inner).into_iter().map(dot));
        }
    }
    found
}

fn embed(embed: &Value) -> Value {
    json!({"embeds": [embed]})
}

fn button(button: &Value) -> Value {
    json!({"content": "x", "components": [{"type": 1, "components": [button]}]})
}

#[test]
fn lengths_count_code_points_after_trimming() {
    let content = format!("  {}\n", "🌱".repeat(2000));
    assert_eq!(mistakes(&json!({"content": content})), Vec::<String>::new());
    let content = "🌱".repeat(2001);
    assert_eq!(mistakes(&json!({"content": content})), ["content BASE_TYPE_MAX_LENGTH"]);
    assert_eq!(mistakes(&embed(&json!({"title": "é".repeat(256)}))), Vec::<String>::new());
    let long = embed(&json!({"title": "é".repeat(257)}));
    assert_eq!(mistakes(&long), ["embeds.0.title BASE_TYPE_MAX_LENGTH"]);
}

#[test]
fn every_limit_of_an_embed_has_its_place() {
    let field = |name: &str, value: &str| json!({"name": name, "value": value});
    let cases = [
        (json!({"description": "x".repeat(4097)}), "embeds.0.description BASE_TYPE_MAX_LENGTH"),
        (json!({"title": "x", "color": 0x100_0000}), "embeds.0.color NUMBER_TYPE_MAX"),
        (json!({"title": "x", "url": "ftp://x.io"}), "embeds.0.url URL_TYPE_INVALID_SCHEME"),
        (json!({"title": "x", "url": "nonsense"}), "embeds.0.url URL_TYPE_INVALID_URL"),
        (json!({"title": "x", "timestamp": "yesterday"}), "embeds.0.timestamp DATE_TIME_TYPE_PARSE"),
        (json!({"fields": [field("a", "  ")]}), "embeds.0.fields.0.value BASE_TYPE_REQUIRED"),
        (json!({"fields": [field("a", &"x".repeat(1025))]}), "embeds.0.fields.0.value BASE_TYPE_MAX_LENGTH"),
        (json!({"fields": vec![field("a", "b"); 26]}), "embeds.0.fields BASE_TYPE_MAX_LENGTH"),
        (json!({"footer": {"text": "x".repeat(2049)}}), "embeds.0.footer.text BASE_TYPE_MAX_LENGTH"),
        (json!({"color": 1}), "embeds.0.description BASE_TYPE_REQUIRED"),
    ];
    for (body, expected) in cases {
        assert_eq!(mistakes(&embed(&body)), [expected]);
    }
}

#[test]
fn all_embeds_of_a_message_share_six_thousand_characters() {
    let ten = |length: usize| json!({"embeds": vec![json!({"description": "x".repeat(length)}); 10]});
    assert_eq!(mistakes(&ten(600)), Vec::<String>::new());
    assert_eq!(mistakes(&ten(601)), ["embeds MAX_EMBED_SIZE_EXCEEDED"]);
    let eleven = json!({"embeds": vec![json!({"description": "x"}); 11]});
    assert_eq!(mistakes(&eleven), ["embeds BASE_TYPE_MAX_LENGTH"]);
}

#[test]
fn every_rule_of_a_button_has_its_place() {
    let at = |rest: &str| format!("components.0.components.0{rest}");
    let cases = [
        (json!({"type": 2, "style": 1, "custom_id": "a"}), at(" BUTTON_COMPONENT_CONTENT_REQUIRED")),
        (json!({"type": 2, "style": 1, "label": "A"}), at(".custom_id BASE_TYPE_REQUIRED")),
        (
            json!({"type": 2, "style": 1, "label": "x".repeat(81), "custom_id": "a"}),
            at(".label BASE_TYPE_MAX_LENGTH"),
        ),
        (
            json!({"type": 2, "style": 1, "label": "A", "custom_id": "x".repeat(101)}),
            at(".custom_id BASE_TYPE_BAD_LENGTH"),
        ),
        (json!({"type": 2, "style": 5, "label": "A"}), at(".url BASE_TYPE_REQUIRED")),
    ];
    for (body, expected) in cases {
        assert_eq!(mistakes(&button(&body)), [expected]);
    }
}

#[test]
fn a_message_has_five_rows_of_five_buttons_or_one_select_with_unique_ids() {
    let button = |id: usize| json!({"type": 2, "style": 1, "label": "A", "custom_id": id.to_string()});
    let row = |range: std::ops::Range<usize>| json!({"type": 1, "components": range.map(button).collect::<Vec<_>>()});
    let rows = |rows: Vec<Value>| mistakes(&json!({"content": "x", "components": rows}));
    assert_eq!(rows((0..5).map(|at| row(at * 5..at * 5 + 5)).collect()), Vec::<String>::new());
    assert_eq!(rows((0..6).map(|at| row(at..at + 1)).collect()), ["components BASE_TYPE_MAX_LENGTH"]);
    assert_eq!(rows(vec![row(0..6)]), ["components.0.components BASE_TYPE_BAD_LENGTH"]);
    assert_eq!(
        rows(vec![row(0..1), row(0..1)]),
        ["components.1.components.0.custom_id COMPONENT_CUSTOM_ID_DUPLICATED"]
    );
    let option = |id: usize| json!({"label": "A", "value": id.to_string()});
    let select = |many: usize| {
        let options: Vec<Value> = (0..many).map(option).collect();
        json!({"type": 1, "components": [{"type": 3, "custom_id": "s", "options": options}]})
    };
    assert_eq!(rows(vec![select(25)]), Vec::<String>::new());
    assert_eq!(rows(vec![select(26)]), ["components.0.components.0.options BASE_TYPE_BAD_LENGTH"]);
}

#[test]
fn nonces_flags_and_empty_messages_are_judged() {
    assert_eq!(mistakes(&json!({"content": "x", "nonce": "n".repeat(26)})), ["nonce BASE_TYPE_MAX_LENGTH"]);
    assert_eq!(mistakes(&json!({"content": "x", "flags": 64})), ["flags MESSAGE_FLAGS_NOT_ALLOWED"]);
    assert_eq!(mistakes(&json!({"content": "x", "flags": 4096})), Vec::<String>::new());
    assert_eq!(mistakes(&json!({"embeds": []})), ["50006"]);
}

#[test]
fn commands_are_judged_by_name_order_and_size() {
    let with = |options: Value| json!([{"name": "a", "description": "A", "options": options}]);
    let option = |name: &str, required: bool| json!({"type": 3, "name": name, "description": "D", "required": required});
    let codes = |body: Value| match commands::check(&body) {
        Ok(()) => Vec::new(),
        Err(refusal) => flat(&refusal.errors.unwrap()),
    };
    assert_eq!(codes(with(json!([option("a", true), option("b", false)]))), Vec::<String>::new());
    assert_eq!(
        codes(with(json!([option("a", false), option("b", true)]))),
        ["0.options.1 APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID"]
    );
    assert_eq!(
        codes(with(json!([option("a", false), option("a", false)]))),
        ["0.options.1.name APPLICATION_COMMAND_OPTIONS_NAME_DUPLICATE"]
    );
    let mixed = with(json!([option("a", false), {"type": 1, "name": "s", "description": "S"}]));
    assert_eq!(codes(mixed), ["0.options APPLICATION_COMMAND_OPTIONS_TYPE_INVALID"]);
}
