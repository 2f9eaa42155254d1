//! Forms within Discord's limits, which it calls modals.

use deskbell_domain::message::{Form, FormField, Lines, Need};
use serde_json::{Value, json};

use crate::component::label;
use crate::escape::plain;
use crate::limits::discord;

const ROW: u8 = 1;
const TEXT_INPUT: u8 = 4;
const ONE_LINE: u8 = 1;
const PARAGRAPHS: u8 = 2;

/// The form as Discord takes it.
pub(crate) fn form(form: &Form) -> Value {
    let rows: Vec<_> = form
        .fields
        .iter()
        .take(discord::ROWS)
        .map(|field| json!({"type": ROW, "components": [input(field)]}))
        .collect();
    json!({"custom_id": form.custom_id, "title": label(&form.title, discord::FORM_TITLE), "components": rows})
}

/// What stands in a field is left out where it is empty: Discord takes no empty value.
fn input(field: &FormField) -> Value {
    let most = usize::from(field.most).min(discord::FORM_TEXT);
    let mut input = json!({
        "type": TEXT_INPUT,
        "style": style(field.lines),
        "custom_id": field.id,
        "label": label(&field.label, discord::FORM_TITLE),
        "required": field.need == Need::Required,
        "max_length": most,
    });
    let text = plain(&field.text, most);
    if !text.is_empty() {
        input["value"] = text.into();
    }
    input
}

fn style(lines: Lines) -> u8 {
    match lines {
        Lines::One => ONE_LINE,
        Lines::Several => PARAGRAPHS,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_holds_what_was_typed_and_says_what_is_needed() {
        let field = |id, text: &str, need, lines| FormField {
            id,
            label: id.to_uppercase(),
            text: text.to_owned(),
            most: 20,
            need,
            lines,
        };
        let made = form(&Form {
            custom_id: "v1:filled:abcdefgh23456".to_owned(),
            title: "Create a lead".to_owned(),
            fields: vec![
                field("email", "bad", Need::Required, Lines::One),
                field("name", "", Need::Optional, Lines::Several),
            ],
        });
        insta::assert_snapshot!(made, @r#"{"components":[{"components":[{"custom_id":"email","label":"EMAIL","max_length":20,"required":true,"style":1,"type":4,"value":"bad"}],"type":1},{"components":[{"custom_id":"name","label":"NAME","max_length":20,"required":false,"style":2,"type":4}],"type":1}],"custom_id":"v1:filled:abcdefgh23456","title":"Create a lead"}"#);
    }
}
