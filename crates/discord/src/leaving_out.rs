//! Leaving somebody out of a message that shows others, too: an edit of what stands in the channel.
//!
//! It can be done where each event has an embed of its own, which is known by the reference in its footer. Where several
//! share one, nothing tells whose line is whose, and the message cannot be written anew.

use deskbell_domain::delivery::Reference;
use deskbell_domain::port::remover::LeftOut;
use deskbell_domain::press::CardControl;
use serde_json::{Map, Value, json};

/// What of an embed is sent again: the rest is Discord's own.
const OURS: [&str; 9] =
    ["title", "description", "url", "timestamp", "color", "footer", "thumbnail", "author", "fields"];

/// The message as it is to be; none where that cannot be told.
pub(crate) fn without(message: &Value, who: &LeftOut, note: &str) -> Option<Value> {
    let embeds = message["embeds"].as_array()?;
    let left: Vec<_> = embeds.iter().filter(|embed| !shows(embed, who)).map(ours).collect();
    if left.is_empty() || left.len() == embeds.len() {
        return None;
    }
    let mut content = nameless(message["content"].as_str().unwrap_or_default());
    if !content.contains(note) {
        content = format!("{content}\n-# {note}");
    }
    Some(json!({
        "content": content,
        "embeds": left,
        "components": rows(&message["components"], who),
        "allowed_mentions": {"parse": []},
    }))
}

fn shows(embed: &Value, who: &LeftOut) -> bool {
    let footer = embed["footer"]["text"].as_str().unwrap_or_default();
    let last = footer.split_whitespace().last().and_then(Reference::parse);
    last.is_some_and(|reference| who.references.contains(&reference))
}

fn ours(embed: &Value) -> Value {
    let kept = OURS.into_iter().filter_map(|key| Some((key.to_owned(), embed.get(key)?.clone())));
    let mut embed: Map<_, _> = kept.collect();
    for (key, inner) in [("footer", "text"), ("thumbnail", "url")] {
        if let Some(known) = embed.get_mut(key) {
            *known = json!({inner: known[inner]});
        }
    }
    Value::Object(embed)
}

/// The lines without the names that stand behind a colon. Small print names nobody.
fn nameless(content: &str) -> String {
    let lines = content.lines().map(|line| match line.split_once(": ") {
        Some((kind, _)) if !line.starts_with("-# ") => kind,
        _ => line,
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Controls without the options that lead to somebody, and without a reference of theirs.
fn rows(rows: &Value, who: &LeftOut) -> Value {
    let rows = rows.as_array().map(Vec::as_slice).unwrap_or_default();
    let left = rows.iter().filter_map(|row| {
        let controls = row["components"].as_array().map(Vec::as_slice).unwrap_or_default();
        let left: Vec<_> = controls.iter().filter_map(|one| control(one, who)).collect();
        (!left.is_empty()).then(|| json!({"type": row["type"], "components": left}))
    });
    left.collect()
}

fn control(control: &Value, who: &LeftOut) -> Option<Value> {
    let mut control = control.as_object()?.clone();
    if let Some(options) = control.get("options").and_then(Value::as_array) {
        let leads_to = |option: &Value| {
            let value = option["value"].as_str().unwrap_or_default();
            who.records.contains(value)
                || who.references.iter().any(|reference| value.contains(reference.as_str()))
        };
        let left: Vec<_> = options.iter().filter(|option| !leads_to(option)).cloned().collect();
        if left.is_empty() {
            return None;
        }
        control.insert("options".to_owned(), Value::Array(left));
    }
    if let Some(custom_id) = control.get("custom_id").and_then(Value::as_str) {
        let bears = CardControl::parse(custom_id)
            .filter(|one| one.reference.as_ref().is_some_and(|borne| who.references.contains(borne)));
        if let Some(bears) = bears {
            let freed = CardControl { reference: None, ..bears }.to_custom_id();
            control.insert("custom_id".to_owned(), Value::String(freed));
        }
    }
    Some(Value::Object(control))
}

#[cfg(test)]
mod tests {
    use deskbell_domain::delivery::Reference;
    use deskbell_domain::event::EventId;
    use deskbell_domain::ids::{ContactId, SubscriptionId};

    use super::*;

    fn reference(id: &str) -> Reference {
        Reference::of(&EventId::lead_created(&ContactId::new(id)), SubscriptionId(1))
    }

    fn left_out(id: &str) -> LeftOut {
        LeftOut { references: [reference(id)].into(), records: [id.to_owned()].into() }
    }

    fn embed(id: &str) -> Value {
        let footer = format!("New lead · Acme · {}", reference(id));
        json!({"type": "rich", "title": id, "footer": {"text": footer, "proxy_icon_url": "x"}})
    }

    fn message(ids: &[&str]) -> Value {
        let options: Vec<_> = ids.iter().map(|id| json!({"label": id, "value": id})).collect();
        let custom_id = format!("v1:show-one:{}", reference(ids[0]));
        let select = json!({"type": 3, "custom_id": custom_id, "options": options});
        json!({
            "content": format!("-# Catching up: 3 leads since 9:00.\n🌱 3 new leads: {}", ids.join(", ")),
            "embeds": ids.iter().map(|id| embed(id)).collect::<Vec<_>>(),
            "components": [{"type": 1, "id": 1, "components": [select]}],
        })
    }

    #[test]
    fn one_of_several_is_left_out_and_nothing_names_them_any_more() {
        let left = without(&message(&["ada", "bea", "cid"]), &left_out("ada"), "Left out.").unwrap();
        assert_eq!(left["content"], "-# Catching up: 3 leads since 9:00.\n🌱 3 new leads\n-# Left out.");
        let titles: Vec<_> = left["embeds"].as_array().unwrap().iter().map(|one| &one["title"]).collect();
        assert_eq!(titles, ["bea", "cid"]);
        let text = left.to_string();
        assert!(!text.contains("ada") && !text.contains(reference("ada").as_str()), "{text}");
        assert!(text.contains("\"v1:show-one\"") && !text.contains("proxy_icon_url"), "{text}");
    }

    #[test]
    fn what_shares_a_card_or_is_alone_cannot_be_left_out() {
        assert_eq!(without(&message(&["ada"]), &left_out("ada"), ""), None, "nothing would be left");
        assert_eq!(without(&message(&["bea", "cid"]), &left_out("ada"), ""), None, "no card is theirs");
        assert_eq!(without(&json!({"embeds": []}), &left_out("ada"), ""), None);
    }
}
