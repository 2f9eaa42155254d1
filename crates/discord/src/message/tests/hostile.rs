//! Whatever customers type, Discord accepts the message and nobody is harmed.

use std::collections::BTreeSet;

use deskbell_domain::card::Size;
use deskbell_domain::contact::{Contact, Named, PartialList, Role};
use deskbell_domain::conversation::{Author, Conversation};
use deskbell_domain::delivery::Layout;
use deskbell_domain::difference::{Change, Field, Old};
use deskbell_domain::event::{Event, UserOrigin};
use deskbell_domain::ids::{CompanyId, ContactId, TagId};
use deskbell_domain::rich_text::{RichText, Span, Style};
use deskbell_domain::subscription::Detail;
use proptest::prelude::*;
use serde_json::Value;

use super::fixture::{AT, Posting, ada, conversation, lead, started, update, user};
use crate::limits::{self, code_points, discord};
use crate::message::new_message;
use crate::text::scan;

/// A contact every field of which is this text.
fn filled(id: &str, text: &str) -> Contact {
    let mut contact = ada(Role::Lead);
    contact.id = ContactId::new(id);
    for field in [&mut contact.external_id, &mut contact.email, &mut contact.phone, &mut contact.name] {
        *field = Some(text.to_owned());
    }
    contact.image_url = Some(format!("https://{text}"));
    contact.location.city = Some(text.to_owned());
    contact.location.region = Some(text.to_owned());
    contact.location.country = Some(text.to_owned());
    contact.legacy.postal_code = Some(text.to_owned());
    contact.legacy.time_zone = Some(text.to_owned());
    contact.legacy.pseudonym = Some(text.to_owned());
    contact.created_at = AT;
    let named = || Some(text.to_owned());
    contact.companies = PartialList {
        items: (0..10).map(|n| Named { id: CompanyId::new(format!("{n}")), name: named() }).collect(),
        total: 4_000_000_000,
    };
    contact.tags = PartialList {
        items: (0..10).map(|n| Named { id: TagId::new(format!("{n}")), name: named() }).collect(),
        total: 10,
    };
    contact
}

fn filled_conversation(id: &str, text: &str) -> Conversation {
    let mut filled = conversation();
    let field = || Some(text.to_owned());
    filled.contact = Some(ContactId::new(id));
    filled.subject = field();
    filled.message_url = field();
    filled.admin_id = field();
    filled.admin_name = field();
    filled.attachments = vec![text.to_owned(); 3];
    filled.company_names = vec![text.to_owned(); 3];
    filled.author = Author { kind: field(), id: field(), name: field(), email: field() };
    let styles = [Style::Plain, Style::Bold, Style::Italic, Style::Struck, Style::Code, Style::Link];
    filled.text = RichText(styles.map(|style| Span { text: text.to_owned(), style }).to_vec());
    filled
}

fn filled_changes(text: &str) -> Vec<Change> {
    let value =
        |field| Change::Value { field, old: Old::Known(Some(text.to_owned())), new: Some(text.to_owned()) };
    let members = || vec![Named { id: "1".to_owned(), name: Some(text.to_owned()) }; 5];
    vec![
        value(Field::Email),
        value(Field::Name),
        value(Field::Custom(text.to_owned())),
        Change::List { field: Field::Tags, added: members(), removed: members() },
        Change::Unspecified,
    ]
}

pub(super) fn events(kind: usize, count: usize, text: &str) -> Vec<Event> {
    (0..count)
        .map(|number| {
            let id = format!("6762f0dd1bb69f9f{number:08x}");
            match kind {
                0 => lead(filled(&id, text)),
                1 => user(filled(&id, text), UserOrigin::WasLead),
                2 => update(filled(&id, text), filled_changes(text)),
                _ => started(filled_conversation(&id, text)),
            }
        })
        .collect()
}

fn strings<'a>(value: &'a Value, name: &str) -> Vec<&'a str> {
    value[name].as_array().into_iter().flatten().filter_map(|item| item["value"].as_str()).collect()
}

fn check(body: &Value) {
    let content = body["content"].as_str().unwrap_or_default();
    assert!(code_points(content) <= 2 * limits::CONTENT_LINE + 1, "{content}");
    assert_eq!(scan::harm(content), None, "{content}");
    assert_eq!(body["allowed_mentions"], serde_json::json!({"parse": []}));
    let embeds = body["embeds"].as_array().expect("a message has embeds");
    assert!((1..=discord::EMBEDS).contains(&embeds.len()));
    let sum: usize = embeds.iter().map(check_embed).sum();
    assert!(sum <= limits::MESSAGE, "{sum}");
    let urls: Vec<_> = embeds.iter().filter_map(|embed| embed["url"].as_str()).collect();
    assert_eq!(urls.iter().collect::<BTreeSet<_>>().len(), urls.len(), "two embeds share an address");
    check_rows(body);
}

fn check_embed(embed: &Value) -> usize {
    let part = |value: &Value, most: usize| {
        let text = value.as_str().unwrap_or_default();
        assert!(code_points(text) <= most, "{} > {most}: {text}", code_points(text));
        code_points(text)
    };
    let mut sum = part(&embed["title"], limits::TITLE);
    sum += part(&embed["description"], discord::DESCRIPTION);
    sum += part(&embed["footer"]["text"], discord::FOOTER);
    for field in embed["fields"].as_array().into_iter().flatten() {
        assert!(!field["value"].as_str().unwrap().trim().is_empty(), "an empty field");
        sum += part(&field["name"], discord::FIELD_NAME) + part(&field["value"], discord::FIELD_VALUE);
        assert_eq!(scan::harm(field["value"].as_str().unwrap()), None);
    }
    assert!(embed["fields"].as_array().is_none_or(|fields| fields.len() <= discord::FIELDS));
    for name in ["title", "description"] {
        assert_eq!(scan::harm(embed[name].as_str().unwrap_or_default()), None, "{embed}");
    }
    assert!(!scan::calls_everybody(&embed.to_string()));
    let url = embed["url"].as_str();
    assert!(url.is_none_or(|url| url.starts_with("https://app.intercom.com/")), "{url:?}");
    sum
}

fn check_rows(body: &Value) {
    let rows = body["components"].as_array().cloned().unwrap_or_default();
    assert!(rows.len() <= discord::ROWS);
    let mut ids = BTreeSet::new();
    for control in rows.iter().flat_map(|row| row["components"].as_array().cloned().unwrap_or_default()) {
        if let Some(id) = control["custom_id"].as_str() {
            assert!((1..=discord::CUSTOM_ID).contains(&code_points(id)) && ids.insert(id.to_owned()), "{id}");
        }
        let options = control["options"].as_array().cloned().unwrap_or_default();
        assert!(options.len() <= discord::OPTIONS);
        for option in &options {
            let label = option["label"].as_str().unwrap();
            assert!(!label.trim().is_empty() && code_points(label) <= discord::OPTION, "{label}");
            let description = option["description"].as_str().unwrap_or("…");
            assert!(!description.trim().is_empty() && code_points(description) <= discord::OPTION);
        }
        let values = strings(&control, "options");
        assert_eq!(values.iter().collect::<BTreeSet<_>>().len(), values.len(), "two options share a value");
    }
}

#[test]
fn every_field_at_its_longest_still_sends_ten_brief_cards_in_one_message() {
    for longest in ["W".repeat(1_500), "*".repeat(1_500), "ä😀 ".repeat(500), "\\".repeat(1_500)] {
        for kind in 0..4 {
            for detail in Detail::ALL {
                let posting = Posting::of(detail, Layout::Brief);
                let announcement = posting.announce(events(kind, 10, &longest));
                let body = new_message(&announcement);
                check(&body);
                let cards = if detail == Detail::Private { 1 } else { 10 };
                assert_eq!(body["embeds"].as_array().unwrap().len(), cards);
                for card in announcement.cards.iter().filter(|card| card.size == Size::Brief) {
                    assert!(crate::embed::rendered_length(card) <= limits::BRIEF_CARD);
                }
            }
        }
    }
}

#[test]
fn every_field_at_its_longest_still_sends_fifty_lines_in_one_message() {
    for longest in ["W".repeat(1_500), "*".repeat(1_500), "ä😀 ".repeat(500), "\\".repeat(1_500)] {
        for kind in 0..4 {
            for detail in Detail::ALL {
                let body =
                    new_message(&Posting::of(detail, Layout::Lines).announce(events(kind, 50, &longest)));
                check(&body);
                assert_eq!(body["embeds"].as_array().unwrap().len(), 1);
            }
        }
    }
}

#[test]
fn a_flooded_card_still_names_the_person_and_the_reference() {
    let body =
        new_message(&Posting::of(Detail::Full, Layout::Cards).announce(events(0, 3, &"*W".repeat(1_000))));
    check(&body);
    for embed in body["embeds"].as_array().unwrap() {
        assert!(embed["title"].as_str().unwrap().starts_with(r"\*W"));
        assert_eq!(embed["fields"].as_array().unwrap().len(), 7);
        let footer = embed["footer"]["text"].as_str().unwrap();
        assert_eq!(footer.split_whitespace().last().unwrap().len(), 8);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn every_message_keeps_to_discords_limits_and_does_no_harm(
        text in prop_oneof![crate::text::tests::nasty(), any::<String>()],
        times in 1..40_usize,
        kind in 0..4_usize,
        count in 1..=20_usize,
        detail in prop::sample::select(Detail::ALL.to_vec()),
    ) {
        let text = text.repeat(times);
        let (layout, count) = match (kind, count) {
            (_, 1..=3) => (Layout::Cards, count),
            (2, _) => (Layout::Lines, count),
            _ => (Layout::Brief, count.min(10)),
        };
        check(&new_message(&Posting::of(detail, layout).announce(events(kind, count, &text))));
    }
}
