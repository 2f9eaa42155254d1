//! Shapes outside the description that Intercom is known to send.

use serde_json::{Map, Value, json};

use super::{
    super::{
        Contact,
        settings::{
            AvatarShape, Blanks, IdShape, ListShape, Malformed, Oddities, OwnerShape, Paths, TimeShape,
        },
        state::State,
    },
    legacy,
};

/// Times whose names do not end in `_at`.
const OTHER_TIMES: [&str; 2] = ["waiting_since", "snoozed_until"];
/// The lists inside a contact.
const LISTS: [&str; 3] = ["tags", "companies", "notes"];
/// The text fields of a contact that may be absent.
const TEXTS: [&str; 4] = ["external_id", "email", "phone", "name"];

/// Gives a contact the odd shapes of the workspace.
pub(super) fn contact(state: &State, contact: &Contact, mut answer: Map<String, Value>) -> Value {
    let oddities = &state.settings.oddities;
    if *oddities == Oddities::default() {
        return Value::Object(answer);
    }
    shape_owner(oddities, contact, &mut answer);
    shape_avatar(oddities, contact, &mut answer);
    shape_lists(oddities, &mut answer);
    shape_blanks(oddities, &mut answer);
    if oddities.paths == Paths::Legacy {
        move_to_legacy_paths(state, contact, &mut answer);
    }
    let mut answer = Value::Object(answer);
    reshape(oddities, &mut answer);
    match oddities.malformed.get(&contact.id) {
        Some(malformed) => break_record(*malformed, answer),
        None => answer,
    }
}

/// Rewrites identifiers and times all through an answer and adds the extra fields.
pub(super) fn reshape(oddities: &Oddities, answer: &mut Value) {
    rewrite(oddities, answer);
    for field in &oddities.extra_fields {
        answer[field.as_str()] = json!({"type": "unheard_of", "values": [1, "two", null]});
    }
}

fn rewrite(oddities: &Oddities, value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                rewrite_scalar(oddities, name, value);
                rewrite(oddities, value);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| rewrite(oddities, item)),
        _ => {}
    }
}

fn rewrite_scalar(oddities: &Oddities, name: &str, value: &mut Value) {
    let is_time = name.ends_with("_at") || OTHER_TIMES.contains(&name);
    if oddities.times == TimeShape::Text && is_time && value.is_number() {
        *value = json!(value.to_string());
    }
    let number = value.as_str().and_then(|text| text.parse::<u64>().ok());
    if oddities.ids == IdShape::Number
        && (name == "id" || name.ends_with("_id"))
        && let Some(number) = number
    {
        *value = json!(number);
    }
}

fn shape_owner(oddities: &Oddities, contact: &Contact, answer: &mut Map<String, Value>) {
    let Some(owner) = contact.owner else { return };
    match oddities.owner {
        OwnerShape::ByVersion => {}
        OwnerShape::Number => set(answer, "owner_id", json!(owner.0)),
        OwnerShape::Text => set(answer, "owner_id", json!(owner.to_string())),
    }
}

fn shape_avatar(oddities: &Oddities, contact: &Contact, answer: &mut Map<String, Value>) {
    match oddities.avatar {
        AvatarShape::Object => {}
        AvatarShape::Text => set(answer, "avatar", json!(contact.avatar)),
        AvatarShape::Null => set(answer, "avatar", Value::Null),
    }
}

fn shape_lists(oddities: &Oddities, answer: &mut Map<String, Value>) {
    for list in LISTS {
        match oddities.lists {
            ListShape::Usual => {}
            ListShape::Null => set(answer, list, Value::Null),
            ListShape::Missing => drop(answer.remove(list)),
        }
    }
}

fn shape_blanks(oddities: &Oddities, answer: &mut Map<String, Value>) {
    let blank = match oddities.blanks {
        Blanks::Described => return,
        Blanks::Null => Value::Null,
        Blanks::Empty => json!(""),
    };
    for field in TEXTS {
        if matches!(answer.get(field), Some(value) if value.is_null() || value == "") {
            set(answer, field, blank.clone());
        }
    }
}

fn move_to_legacy_paths(state: &State, contact: &Contact, answer: &mut Map<String, Value>) {
    answer.remove("location");
    set(answer, "location_data", legacy::location_data(contact));
    set(answer, "user_id", json!(contact.external_id));
    set(answer, "session_count", json!(contact.past.session_count));
    set(answer, "pseudonym", json!(contact.past.pseudonym));
    set(answer, "tags", legacy::tags(state, contact));
    set(answer, "companies", legacy::companies(state, contact));
}

fn break_record(malformed: Malformed, mut answer: Value) -> Value {
    match malformed {
        Malformed::WrongTypes => {
            answer["email"] = json!({"address": 7});
            answer["name"] = json!(["not", "a", "name"]);
            answer["phone"] = json!(false);
            answer["tags"] = json!("none");
            answer["companies"] = json!({"data": [42, null], "has_more": "maybe"});
            answer["location"] = json!("somewhere");
            answer["custom_attributes"] = json!([1, 2, 3]);
        }
        Malformed::WithoutId => {
            answer["id"] = Value::Null;
            answer["created_at"] = json!("yesterday");
        }
        Malformed::NotAnObject => answer = json!("this is not a contact"),
    }
    answer
}

fn set(answer: &mut Map<String, Value>, field: &str, value: Value) {
    answer.insert(field.to_owned(), value);
}
