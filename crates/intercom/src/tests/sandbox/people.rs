//! Finding people, and making a lead a user.

use super::*;
use deskbell_domain::ids::{AdminId, TagId};
use deskbell_domain::port::intercom::Tagging;

#[tokio::test]
async fn people_are_found_by_words_in_any_order_and_by_numbers_however_they_are_written() {
    let bench = Bench::start().await;
    let grace =
        stand_in::NewContact::lead().name("Grace Hopper").phone("+49 30 123-4567").external_id("emp-42");
    bench.workspace.contacts().create(grace.email("Grace@Navy.mil"));
    bench.workspace.contacts().create(stand_in::NewContact::lead().name("Grace Kelly").phone("+1 4567 000"));
    let found = async |text: &str| {
        let filter = ContactFilter::Text(text.to_owned());
        names(&bench.all(&newest(Some(Role::Lead), filter), 100).await.0).join(", ")
    };
    for text in ["hopper grace", "HÓPPER", "emp-42", "+49301234567", "030 1234567", "navy grace"] {
        assert_eq!(found(text).await, "Grace Hopper", "{text}");
    }
    let by_email = ContactFilter::Email("grace@NAVY.mil".to_owned());
    assert_eq!(bench.all(&newest(None, by_email), 100).await.0.len(), 1);
}

#[tokio::test]
async fn a_name_with_an_accent_is_found_by_half_of_each_word_and_not_by_the_word() {
    let bench = Bench::start().await;
    for name in ["Anna Müller", "Anna Kovács", "Karl Mulder"] {
        bench.workspace.contacts().create(stand_in::NewContact::lead().name(name));
    }
    let found = async |filter: ContactFilter| {
        let (all, ..) = bench.all(&newest(Some(Role::Lead), filter), 100).await;
        let mut found = names(&all);
        found.sort_unstable();
        found.join(", ")
    };
    assert_eq!(found(ContactFilter::Text("muller".to_owned())).await, "");
    assert_eq!(found(ContactFilter::MayBearAccents("muller".to_owned())).await, "Anna Müller, Karl Mulder");
    assert_eq!(found(ContactFilter::MayBearAccents("anna muller".to_owned())).await, "Anna Müller");
}

#[tokio::test]
async fn a_lead_that_becomes_a_user_keeps_its_id() {
    let bench = Bench::start().await;
    let lead = made(bench.create(Role::Lead, "ada@example.com").await);
    let fields = ContactFields { name: Some("Ada".to_owned()), ..ContactFields::default() };
    let user = bench.client.convert_lead(&lead.id, &fields).await.unwrap();
    assert_eq!((user.id, user.role, user.name.as_deref()), (lead.id, Role::User, Some("Ada")));
}

#[tokio::test]
async fn somebody_is_owned_and_tagged_and_a_note_is_written_once_in_the_name_of_its_writer() {
    let bench = Bench::start().await;
    let grace = bench.workspace.workspace().add_admin("Grace Hopper", "grace@acme.test");
    let grace = AdminId::new(grace.to_string());
    let vip = TagId::new(bench.workspace.tags().create("VIP").as_str());
    let ada = made(bench.create(Role::Lead, "ada@example.com").await).id;
    let owned = bench.client.set_owner(&ada, &grace).await.unwrap();
    assert_eq!(owned.owner_id.as_deref(), Some(grace.as_str()));

    let tags = async || bench.client.tags_of(&ada).await.unwrap();
    for _ in 0..2 {
        bench.client.tag_contact(&ada, &vip, Tagging::On).await.unwrap();
    }
    assert_eq!(tags().await.iter().map(|tag| tag.name.as_str()).collect::<Vec<_>>(), ["VIP"]);
    bench.client.tag_contact(&ada, &vip, Tagging::Off).await.unwrap();
    assert!(tags().await.is_empty());
    let again = bench.client.tag_contact(&ada, &vip, Tagging::Off).await;
    assert_eq!(again, Err(IntercomError::Missing));

    let lost = fault::Fault::new(Effect::LoseAnswer).method(Method::POST).path_containing("/notes");
    bench.workspace.faults().add(lost.once());
    let lost = bench.client.write_note(&ada, &grace, "Call <her>.\nSoon.").await;
    assert_eq!(lost, Err(IntercomError::OutcomeUnknown));
    let notes = bench.client.notes_on(&ada).await.unwrap();
    let [note] = notes.as_slice() else { panic!("it is written once: {notes:?}") };
    assert_eq!((note.author.as_ref(), note.at), (Some(&grace), Timestamp(WEDNESDAY)));
    assert_eq!(note.text.to_plain(), "Call <her>.\nSoon.", "it says what was typed");
    assert_eq!(bench.client.read_again("Call <her>.\nSoon.").to_plain(), note.text.to_plain());
    let nobody = bench.client.write_note(&ada, &AdminId::new("7"), "x").await;
    assert_eq!(nobody, Err(IntercomError::Missing), "a teammate who is gone");
}
