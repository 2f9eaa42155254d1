//! Presses, choices and filled-in forms as the bot gets them.

use serde_json::{Value, json};

use super::{
    failure::Failure,
    names::{Names, Resolved},
};
use crate::discord::{Message, validate::list};

const BUTTON: u64 = 2;
const LINK_STYLE: u64 = 5;

pub(super) fn pressed(message: &Message, wanted: &str) -> Result<Value, Failure> {
    let is_meant = |button: &&Value| {
        let label = button["label"].as_str().unwrap_or_default();
        let with_emoji = format!("{} {label}", button["emoji"]["name"].as_str().unwrap_or_default());
        button["type"] == BUTTON
            && (label == wanted || with_emoji.trim() == wanted || button["custom_id"] == wanted)
    };
    let button = message.parts().find(is_meant).filter(|button| button["disabled"] != true);
    let button = button.filter(|button| button["style"] != LINK_STYLE).ok_or_else(|| missing(message))?;
    Ok(json!({"custom_id": button["custom_id"], "component_type": BUTTON, "id": button["id"]}))
}

/// A press of what no message of the bot holds.
pub(super) fn forged(custom_id: &str) -> Value {
    json!({"custom_id": custom_id, "component_type": BUTTON, "id": 1})
}

fn missing(message: &Message) -> Failure {
    Failure::NoSuchComponent(message.render())
}

pub(super) fn selected(
    names: &Names<'_>,
    message: &Message,
    wanted: &str,
    values: &[&str],
) -> Result<Value, Failure> {
    let is_meant = |part: &&Value| {
        part["type"] != BUTTON && (part["placeholder"] == wanted || part["custom_id"] == wanted)
    };
    let select = message.parts().find(is_meant).filter(|select| select["disabled"] != true);
    let select = select.ok_or_else(|| missing(message))?;
    let count = values.len() as u64;
    if select["min_values"].as_u64() > Some(count) || select["max_values"].as_u64() < Some(count) {
        return Err(Failure::BadText(format!("{count} values are too few or too many for `{wanted}`")));
    }
    let mut resolved = Resolved::default();
    let values: Result<Vec<Value>, Failure> =
        values.iter().map(|value| chosen(names, select, value, &mut resolved)).collect();
    let mut data = json!({
        "custom_id": select["custom_id"], "component_type": select["type"], "id": select["id"], "values": values?,
    });
    if let Some(resolved) = resolved.into_json() {
        data["resolved"] = resolved;
    }
    Ok(data)
}

fn chosen(names: &Names<'_>, select: &Value, value: &str, resolved: &mut Resolved) -> Result<Value, Failure> {
    match select["type"].as_u64() {
        Some(3) => option(select, value),
        Some(5) => names.user(value, resolved).map(|id| json!(id)),
        Some(6) => names.role(value, resolved).map(|id| json!(id)),
        Some(8) => names.channel_among(&select["channel_types"], value, resolved).map(|id| json!(id)),
        _ => names.user_or_role(value, resolved).map(|id| json!(id.to_string())),
    }
}

fn option(select: &Value, wanted: &str) -> Result<Value, Failure> {
    let options = list(&select["options"]);
    let found = options.iter().find(|option| option["label"] == wanted || option["value"] == wanted);
    let labels =
        || options.iter().filter_map(|option| option["label"].as_str()).collect::<Vec<_>>().join(" | ");
    let missing = || Failure::BadText(format!("`{wanted}` is none of: {}", labels()));
    Ok(found.ok_or_else(missing)?["value"].clone())
}

pub(super) fn filled_in(form: &Value, fields: &[(&str, &str)]) -> Result<Value, Failure> {
    let inputs: Vec<&Value> =
        list(&form["components"]).iter().flat_map(|row| list(&row["components"])).collect();
    let is_meant = |input: &Value, name: &str| input["label"] == name || input["custom_id"] == name;
    let strange = fields.iter().find(|(name, _)| !inputs.iter().any(|input| is_meant(input, name)));
    if let Some((name, _)) = strange {
        return Err(Failure::BadText(format!("the form has no field `{name}`")));
    }
    let rows = inputs.iter().map(|input| {
        let given = fields.iter().find(|(name, _)| is_meant(input, name)).map(|(_, value)| *value);
        let value = given.or(input["value"].as_str()).unwrap_or_default();
        json!({"type": 1, "components": [{"type": 4, "custom_id": input["custom_id"], "value": value}]})
    });
    Ok(json!({"custom_id": form["custom_id"], "components": rows.collect::<Vec<_>>()}))
}
