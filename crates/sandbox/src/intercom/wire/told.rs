//! Records as webhooks show them.

use serde_json::{Value, json};

use super::{
    super::{ApiVersion, Conversation, PartId, state::State},
    conversation::conversation_with_part,
};

/// A conversation as it is now, with only the part that is told, if any; its words are plain text from 2.15 on.
pub(in super::super) fn told_conversation(
    state: &State,
    conversation: &Conversation,
    part: Option<PartId>,
    version: ApiVersion,
) -> Value {
    let mut item = conversation_with_part(state, conversation, part, version);
    let (workspace, id) = (&state.settings.workspace_id, &conversation.id);
    item["links"] = json!({"conversation_web": format!("https://app.intercom.com/a/apps/{workspace}/conversations/{id}")});
    if version.tells_plain_text() {
        strip(&mut item["source"]);
        let parts = item["conversation_parts"]["conversation_parts"].as_array_mut();
        parts.into_iter().flatten().for_each(strip);
    }
    item
}

fn strip(message: &mut Value) {
    for field in ["subject", "body"] {
        if let Some(html) = message[field].as_str() {
            message[field] = plain(html).into();
        }
    }
}

/// What is left of HTML without its tags.
fn plain(html: &str) -> String {
    let mut text = String::new();
    let mut within_tag = false;
    for letter in html.chars() {
        match letter {
            '<' => within_tag = true,
            '>' => within_tag = false,
            _ if !within_tag => text.push(letter),
            _ => {}
        }
    }
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}
