use deskbell_domain::card::text::Text;
use deskbell_domain::event::EventId;
use deskbell_domain::ids::{ContactId, SubscriptionId};
use deskbell_domain::press::ChannelPress;
use deskbell_domain::time::UnixMillis;
use deskbell_text::announcement::notice::notice;
use serde_json::json;

use super::*;

fn reference(contact: &str) -> Reference {
    Reference::of(&EventId::lead_created(&ContactId::new(contact)), SubscriptionId(1))
}

/// What is looked for: the message of a lead whose plain line is "🌱 New lead", younger than message 10.
fn sought() -> Sought {
    Sought {
        reference: reference("1"),
        since: UnixMillis(0),
        forms: vec![notice(Text::ours("🌱 New lead"))],
        line_after: MessageId(10),
        known: vec![MessageId(15)],
    }
}

fn with_footer(id: u64, footer: &str) -> Value {
    json!({"id": id.to_string(), "content": "🌱 New lead", "embeds": [{"footer": {"text": footer}}]})
}

fn with_control(id: u64, reference: Option<Reference>) -> Value {
    let control = CardControl { press: ChannelPress::ShowOne, reference };
    let row = json!({"type": 1, "components": [
        {"type": 2, "style": 5, "url": "https://app.intercom.com/a"},
        {"type": 2, "custom_id": control.to_custom_id()},
    ]});
    json!({"id": id.to_string(), "content": "🌱 New lead", "embeds": [], "components": [row]})
}

fn bare(id: u64, content: &str) -> Value {
    json!({"id": id.to_string(), "content": content, "embeds": [], "components": []})
}

fn found(history: &[Value]) -> String {
    let sought = sought();
    let mut recognition = Recognition::of(&sought);
    let by_reference = history.iter().find_map(|message| recognition.look_at(message));
    match by_reference.map_or_else(|| recognition.end(), History::Found) {
        History::Found(id) => id.to_string(),
        History::Without => "not there".to_owned(),
        History::Empty | History::Unclear => "unclear".to_owned(),
    }
}

#[test]
fn a_reference_is_found_in_a_footer_only_as_a_whole_word() {
    let reference = reference("1");
    assert_eq!(found(&[with_footer(20, &format!("New lead · Acme · {reference}"))]), "20");
    assert_eq!(found(&[with_footer(20, &format!("User updated · Acme · {reference} +13"))]), "20");
    assert_eq!(found(&[with_footer(20, &format!("New lead · Acme · x{reference}"))]), "not there");
}

#[test]
fn a_message_whose_cards_a_moderator_removed_is_found_by_its_first_control() {
    let history = [with_control(20, Some(reference("2"))), with_control(21, Some(reference("1")))];
    assert_eq!(found(&history), "21");
}

#[test]
fn a_message_of_which_only_its_line_is_left_is_found_by_that() {
    assert_eq!(found(&[bare(20, "🌱 New lead")]), "20");
    // Its controls are of a version that put no reference there.
    assert_eq!(found(&[with_control(20, None)]), "20");
    assert_eq!(found(&[bare(20, "🌱 2 new leads")]), "not there");
}

#[test]
fn another_message_with_the_same_line_is_not_taken_for_it() {
    let footer = format!("New lead · Acme · {}", reference("2"));
    assert_eq!(found(&[with_footer(20, &footer)]), "not there");
    assert_eq!(found(&[with_control(20, Some(reference("2")))]), "not there");
    assert_eq!(found(&[bare(10, "🌱 New lead")]), "not there", "it was posted before");
    assert_eq!(found(&[bare(15, "🌱 New lead")]), "not there", "it is known to show another");
}

#[test]
fn of_two_bare_messages_with_the_same_line_nobody_can_tell_which_it_is() {
    assert_eq!(found(&[bare(20, "🌱 New lead"), bare(21, "🌱 New lead")]), "unclear");
    assert_eq!(found(&[bare(20, "🌱 New lead"), with_control(21, Some(reference("1")))]), "21");
}
