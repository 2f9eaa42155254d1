use super::*;
use crate::contact::{PartialList, Role};
use crate::event::EventId;
use crate::ids::CompanyId;
use crate::time::Timestamp;

fn lead(companies: &[(&str, Option<&str>)]) -> Event {
    let mut contact = Contact::bare(ContactId::new("ada"), Role::Lead);
    let named =
        |(id, name): &(&str, Option<&str>)| Named { id: CompanyId::new(*id), name: name.map(str::to_owned) };
    contact.companies = PartialList { items: companies.iter().map(named).collect(), total: 2 };
    let (id, record) = (EventId::lead_created(&contact.id), Record::Lead { contact: Box::new(contact) });
    Event { id, at: Timestamp(1), record, actor: None }
}

#[test]
fn what_was_learnt_stands_where_it_was_missing_and_nowhere_else() {
    let (before, now) = (lead(&[("1", None)]), lead(&[("1", Some("Acme"))]));
    let learnt = Amendment::learnt(&before.record, &now.record);
    let mut unnamed = before;
    unnamed.amend(&learnt);
    assert_eq!(unnamed, now);
    let mut named = lead(&[("1", Some("Globex"))]);
    named.amend(&learnt);
    assert_eq!(named, lead(&[("1", Some("Globex"))]));
}

#[test]
fn it_is_stored_as_the_names_that_are_new() {
    let (before, now) =
        (lead(&[("1", Some("Acme")), ("2", None)]), lead(&[("1", Some("Acme")), ("2", Some("Globex"))]));
    let learnt = Amendment::learnt(&before.record, &now.record);
    insta::assert_snapshot!(serde_json::to_string(&learnt).unwrap(), @r#"{"c":{"2":"Globex"}}"#);
    assert!(Amendment::learnt(&now.record, &now.record).is_empty());
}

fn held_by(id: &str, name: Option<&str>) -> Now {
    let admin = Some(Assignee { id: id.to_owned(), name: name.map(str::to_owned) });
    Now { admin, ..Now::default() }
}

fn named(id: &str, name: &str) -> Amendment {
    Amendment { admins: BTreeMap::from([(id.to_owned(), name.to_owned())]), ..Amendment::default() }
}

fn conversation_of(admin: &str) -> Event {
    let text = format!(r#"{{"id":"5","admin_id":"{admin}"}}"#);
    let conversation: Conversation = serde_json::from_str(&text).expect("every other field has a default");
    let id = EventId::conversation_created(&crate::ids::ConversationId::new("5"));
    Event { id, at: Timestamp(1), record: Record::started(conversation), actor: None }
}

fn admin_name(event: &Event) -> Option<&str> {
    let Record::Conversation { conversation, .. } = &event.record else { return None };
    conversation.admin_name.as_deref()
}

#[test]
fn a_name_that_comes_when_somebody_else_has_the_conversation_names_nobody() {
    let mut event = conversation_of("1");
    event.amend(&Amendment::of_standing(held_by("2", None)));
    event.amend(&named("1", "Ada"));
    assert_eq!(admin_name(&event), None);
    event.amend(&named("2", "Grace"));
    assert_eq!(admin_name(&event), Some("Grace"));
}

#[test]
fn a_name_that_was_kept_without_an_id_is_still_read() {
    let kept: Amendment = serde_json::from_str(r#"{"a":"Ada"}"#).unwrap();
    let mut event = conversation_of("1");
    event.amend(&kept);
    assert_eq!(admin_name(&event), Some("Ada"));
    insta::assert_snapshot!(serde_json::to_string(&named("1", "Ada")).unwrap(), @r#"{"a":{"1":"Ada"}}"#);
}

#[test]
fn the_name_of_whoever_had_it_before_says_nothing_of_who_has_it_now() {
    let passed_on = Amendment::of_standing(held_by("2", None));
    let mut second = named("2", "Grace");
    second.remove_known([&named("2", "Grace"), &passed_on]);
    assert_eq!(second, named("2", "Grace"));
    let mut again = named("2", "Grace");
    again.remove_known([&passed_on, &named("2", "Grace")]);
    assert!(again.is_empty());
}

#[test]
fn two_amendments_in_one_say_what_both_said_after_each_other() {
    let all = [
        named("1", "Ada"),
        named("4", "Mary"),
        Amendment::of_standing(held_by("2", None)),
        named("1", "Ada"),
        named("2", "Grace"),
        Amendment::of_standing(held_by("3", Some("Mark"))),
    ];
    for length in 1..=all.len() {
        let (mut after_each_other, mut at_once) = (conversation_of("1"), conversation_of("1"));
        let mut joined = all[0].clone();
        all[..length].iter().for_each(|one| after_each_other.amend(one));
        for next in &all[1..length] {
            let earlier = std::mem::replace(&mut joined, next.clone());
            joined.follow(&earlier);
        }
        at_once.amend(&joined);
        assert_eq!(at_once, after_each_other, "of the first {length}");
    }
}

fn person(name: &str, email: Option<&str>, fate: Option<Fate>) -> Amendment {
    let email = email.map(str::to_owned);
    Amendment::of_person(Person { name: Some(name.to_owned()), email, fate, ..Person::default() })
}

#[test]
fn two_readings_of_a_person_in_one_say_what_both_said_after_each_other() {
    let all = [
        person("Ada", Some("ada@acme.io"), None),
        person("Ada Lovelace", None, Some(Fate::BecameUser(Timestamp(5)))),
        person("Ada L.", None, None),
    ];
    let (mut after_each_other, mut at_once, mut joined) = (lead(&[]), lead(&[]), all[0].clone());
    for next in &all[1..] {
        let earlier = std::mem::replace(&mut joined, next.clone());
        joined.follow(&earlier);
    }
    for one in &all {
        after_each_other.amend(one);
    }
    at_once.amend(&joined);
    assert_eq!(at_once, after_each_other);
    let Record::Lead { contact } = at_once.record else { panic!("it is a lead") };
    assert_eq!(contact.email.as_deref(), Some("ada@acme.io"));
    insta::assert_snapshot!(serde_json::to_string(&joined).unwrap(), @r#"{"k":{"u":0,"n":"Ada L.","e":"ada@acme.io","f":{"became_user":5}}}"#);
}

#[test]
fn what_is_known_is_not_learnt_twice() {
    let (before, now) = (lead(&[("1", None)]), lead(&[("1", Some("Acme"))]));
    let mut again = Amendment::learnt(&before.record, &now.record);
    again.remove_known(&[again.clone()]);
    assert!(again.is_empty());
}
