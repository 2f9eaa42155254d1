use std::sync::LazyLock;

use deskbell_domain::card::Width;
use deskbell_domain::card::chosen::CardFields;
use deskbell_domain::card::text::{Piece, shorten};
use deskbell_domain::contact::{Contact, Legacy, Location, Named, PartialList, Role};
use deskbell_domain::conversation::{Author, Conversation, Start};
use deskbell_domain::difference::{Change, Field, Old};
use deskbell_domain::event::EventId;
use deskbell_domain::ids::{CompanyId, ContactId, ConversationId, TagId, WorkspaceId};
use deskbell_domain::links::Links;
use deskbell_domain::message::Message;
use deskbell_domain::rich_text::RichText;
use deskbell_domain::workspace::Region;

use super::*;

fn ada() -> Contact {
    let mut ada = Contact::bare(ContactId::new("6762f0dd1bb69f9f2193bb83"), Role::Lead);
    ada.name = Some("Ada Lovelace".to_owned());
    ada.email = Some("ada@acme.io".to_owned());
    ada.external_id = Some("crm-991".to_owned());
    ada.image_url = Some("https://acme.io/ada.png?token=secret#x".to_owned());
    ada
}

fn links() -> Links {
    Links::new(Region::Us, WorkspaceId::new("acme1234"))
}

fn usual() -> &'static CardFields {
    static USUAL: LazyLock<CardFields> = LazyLock::new(CardFields::default);
    &USUAL
}

fn showing(links: &Links, placement: Placement) -> Showing<'_> {
    Showing {
        detail: Detail::Full,
        size: Size::Normal,
        shown: Shown { workspace_name: "Acme", links, fields: usual() },
        reference: None,
        placement,
    }
}

fn names_in_more(card: &Card) -> Vec<String> {
    let more = &card.fields.last().expect("a full card has fields").value;
    let ours = more.0.iter().filter_map(|piece| match piece {
        Piece::Ours(text) => Some(text.replace(" · ", "").replace("**", "").trim().to_owned()),
        _ => None,
    });
    ours.collect()
}

#[test]
fn a_leads_external_id_is_its_lead_id_in_a_reply_and_its_user_id_in_a_channel() {
    let links = links();
    let reply = for_contact(&ada(), &showing(&links, Placement::Reply));
    assert_eq!(names_in_more(&reply), ["Id", "Lead Id", "Image URL"]);
    let shared = for_contact(&ada(), &showing(&links, Placement::Channel));
    assert_eq!(names_in_more(&shared), ["Id", "User Id"]);
}

#[test]
fn a_user_has_a_user_id_everywhere() {
    let links = links();
    let mut user = ada();
    user.role = Role::User;
    let reply = for_contact(&user, &showing(&links, Placement::Reply));
    assert_eq!(names_in_more(&reply), ["Id", "User Id", "Image URL"]);
    assert_eq!(reply.footer.expect("a reply has small print").word, "User");
}

#[test]
fn a_pictures_address_is_whole_for_discord_to_fetch_and_none_unless_it_is_secure() {
    let links = links();
    let card = for_contact(&ada(), &showing(&links, Placement::Reply));
    assert_eq!(card.thumbnail.as_deref(), Some("https://acme.io/ada.png?token=secret#x"));
    let mut insecure = ada();
    insecure.image_url = Some("http://acme.io/ada.png".to_owned());
    assert_eq!(for_contact(&insecure, &showing(&links, Placement::Reply)).thumbnail, None);
}

fn conversation(subject: Option<&str>, text: &str) -> Conversation {
    Conversation {
        now: None,
        id: ConversationId::new("215470"),
        created_at: Timestamp(1_763_889_600),
        updated_at: Timestamp(1_763_889_600),
        subject: subject.map(str::to_owned),
        text: RichText::plain(text),
        attachments: Vec::new(),
        message_url: None,
        author: Author {
            kind: Some("lead".to_owned()),
            id: Some("6762f0dd1bb69f9f2193bb83".to_owned()),
            name: Some("Ada Lovelace".to_owned()),
            email: Some("ada@acme.io".to_owned()),
        },
        contact: Some(ContactId::new("6762f0dd1bb69f9f2193bb83")),
        admin_id: None,
        admin_name: None,
        team_id: None,
        team_name: None,
        company_names: Vec::new(),
        start: Start::Customer,
    }
}

/// The card of a conversation as people read it.
fn read(conversation: Conversation, placement: Placement) -> String {
    let links = links();
    let (id, at) = (EventId::conversation_created(&conversation.id), conversation.created_at);
    let record = Record::started(conversation);
    let card = for_event(&Event { id, at, record, actor: None }, &showing(&links, placement));
    deskbell_discord::testing::read(&Message::default().card(card))
}

#[test]
fn a_conversation_without_a_subject_is_called_by_its_person_and_says_nothing_twice() {
    let card = read(conversation(None, "How do I reset my password?"), Placement::Channel);
    insta::assert_snapshot!(card, @r"
    ┃ Ada Lovelace
    ┃ > How do I reset my password?
    ┃ From: <ada@acme.io>
    ┃ More: **Id** `215470` · **User Type** lead · **User Id** `6762f0dd1bb69f9f2193bb83` · **Created Date Time** <t:1763889600:f>
    ┃ New conversation · Acme
    ");
}

#[test]
fn a_conversation_with_a_subject_says_who_writes() {
    let card = read(conversation(Some("Refund"), "I was charged twice"), Placement::Channel);
    insta::assert_snapshot!(card, @r"
    ┃ Refund
    ┃ > I was charged twice
    ┃ From: Ada Lovelace
    ┃   <ada@acme.io>
    ┃ More: **Id** `215470` · **User Type** lead · **User Id** `6762f0dd1bb69f9f2193bb83` · **Created Date Time** <t:1763889600:f>
    ┃ New conversation · Acme
    ");
}

#[test]
fn whoever_asks_for_a_conversation_sees_every_field() {
    let card = read(conversation(None, "How do I reset my password?"), Placement::Reply);
    insta::assert_snapshot!(card, @r"
    ┃ Ada Lovelace
    ┃ > How do I reset my password?
    ┃ From: <ada@acme.io>
    ┃ More: **Id** `215470` · **Author Type** lead · **Author Id** `6762f0dd1bb69f9f2193bb83` · **User Type** lead · **User Id** `6762f0dd1bb69f9f2193bb83` · **Created Date Time** <t:1763889600:f> · **Updated Date Time** <t:1763889600:f>
    ┃ New conversation · Acme
    ");
}

#[test]
fn what_a_conversation_is_about_is_its_subject_and_first_words_or_what_is_attached() {
    let about = |subject, text: &str| conversation::what_it_is_about(&conversation(subject, text));
    assert_eq!(about(None, "How do I\nreset it?").as_deref(), Some("How do I reset it?"));
    assert_eq!(about(Some("Refund"), "Charged twice").as_deref(), Some("Refund · Charged twice"));
    assert_eq!(about(Some("How do I"), "How do I reset it?").as_deref(), Some("How do I reset it?"));
    assert_eq!(about(Some(" "), ""), None);
    let mut attached = conversation(None, "");
    attached.attachments = vec!["invoice.pdf".to_owned(), "photo.png".to_owned()];
    assert_eq!(conversation::what_it_is_about(&attached).as_deref(), Some("📎 invoice.pdf, photo.png"));
    let with_link = about(None, "My cart:\nhttps://acme.io/cart?token=secret#x is empty");
    assert_eq!(with_link.as_deref(), Some("My cart: https://acme.io/cart?… is empty"));
}

#[test]
fn somebody_of_whom_nothing_is_known_is_a_visitor() {
    let unknown = Conversation { author: Author::default(), ..conversation(None, "Hello") };
    assert_eq!(conversation::title(&unknown), "A visitor");
}

#[test]
fn a_full_card_in_a_channel_leaves_out_what_only_repeats() {
    let links = links();
    let mut ada = ada();
    ada.external_id = Some(ada.id.as_str().to_owned());
    ada.location.city = Some("Berlin".to_owned());
    ada.location.region = Some("Berlin".to_owned());
    let channel = for_contact(&ada, &showing(&links, Placement::Channel));
    assert_eq!(names_in_more(&channel), ["Id"]);
    let reply = for_contact(&ada, &showing(&links, Placement::Reply));
    assert_eq!(names_in_more(&reply), ["Id", "Lead Id", "Region Name", "Image URL"]);
}

fn chosen(choice: &str) -> CardFields {
    CardFields::parse(choice).expect("it names fields")
}

/// The names and values that stand in rows on the card of a lead.
fn rows(lead: &Contact, detail: Detail, fields: &CardFields) -> Vec<String> {
    let links = links();
    let shown = Shown { workspace_name: "Acme", links: &links, fields };
    let card = for_contact(lead, &Showing { detail, shown, ..showing(&links, Placement::Channel) });
    card.fields.iter().filter(|field| field.width == Width::Inline).map(|field| field.name.clone()).collect()
}

#[test]
fn the_chosen_fields_stand_on_every_card_that_shows_anything() {
    let mut ada = ada();
    ada.created_at = Timestamp(1_763_889_600);
    ada.location.city = Some("Berlin".to_owned());
    ada.custom.insert("plan".to_owned(), "pro".to_owned());
    let plan = chosen("custom:plan,user_id");
    assert_eq!(rows(&ada, Detail::Full, &plan), ["Email", "plan", "User Id", "Created Date-Time"]);
    assert_eq!(rows(&ada, Detail::Short, &plan), ["Email", "plan", "User Id"]);
    assert!(rows(&ada, Detail::Private, &plan).is_empty());
    assert_eq!(rows(&ada, Detail::Full, usual()), ["Email", "City Name", "Created Date-Time"]);
    assert_eq!(rows(&ada, Detail::Full, &chosen("email,phone")), ["Email", "Created Date-Time"]);
}

#[test]
fn a_chosen_attribute_that_is_a_moment_is_shown_as_one() {
    let mut ada = ada();
    ada.custom.insert("trial_ends_at".to_owned(), "1764547200".to_owned());
    ada.custom.insert("renewal".to_owned(), "1767225600000".to_owned());
    ada.dates.insert("renewal".to_owned());
    ada.custom.insert("seats".to_owned(), "1767225600".to_owned());
    let card = card_of_attributes(&ada).expect("there are some");
    insta::assert_snapshot!(deskbell_discord::testing::read(&Message::default().card(card)), @r"
    ┃ Custom attributes
    ┃ **renewal** <t:1767225600:f>
    ┃   **seats** 1767225600
    ┃   **trial\_ends\_at** <t:1764547200:f>
    ┃
    ");
}

#[test]
fn a_moment_that_moved_is_told_as_two_moments() {
    let change = Change::Value {
        field: Field::Custom("trial_ends_at".to_owned()),
        old: Old::Known(Some("1764547200".to_owned())),
        new: Some("1767225600".to_owned()),
    };
    let links = links();
    let contact = Box::new(Contact { role: Role::User, ..ada() });
    let id = EventId::user_updated(&contact.id, 1);
    let record = Record::Update { contact, changes: vec![change] };
    let event = Event { id, at: Timestamp(1_763_889_600), record, actor: None };
    let card = for_event(&event, &showing(&links, Placement::Channel));
    let message = Message { cards: vec![card], ..Message::default() };
    let told = deskbell_discord::testing::read(&message);
    assert!(told.contains("**trial\\_ends\\_at** <t:1764547200:f> → <t:1767225600:f>"), "{told}");
}

#[test]
fn a_value_that_differs_only_in_what_is_not_shown_is_told_as_changed() {
    let value = |text: String| Change::Value {
        field: Field::Custom("link".to_owned()),
        old: Old::Known(Some(format!("{text}1"))),
        new: Some(text),
    };
    let same = Change::Value {
        field: Field::Custom("link".to_owned()),
        old: Old::Known(Some("https://a.test/p?…".to_owned())),
        new: Some("https://a.test/p?…".to_owned()),
    };
    let told =
        |change| deskbell_discord::text::text(&update::of_changes(&ada(), &[change], "\n"), usize::MAX);
    assert_eq!(told(same), "**link** changed");
    assert_eq!(told(value("x".repeat(90))), "**link** changed");
    assert_eq!(told(value("x".to_owned())), "**link** x1 → x");
}

#[test]
fn long_attributes_are_shortened_on_a_card_and_whole_in_a_file() {
    let mut ada = ada();
    ada.custom.insert("note".to_owned(), "x".repeat(255));
    let card = card_of_attributes(&ada).expect("there is one");
    let shown = deskbell_discord::testing::read(&Message::default().card(card));
    assert!(shown.contains(&format!("**note** {}…", "x".repeat(99))), "{shown}");
    assert!(attributes_need_a_file(&ada));
    ada.custom.insert("note".to_owned(), "x".repeat(100));
    assert!(!attributes_need_a_file(&ada));
    ada.custom = (0..25).map(|n| (format!("a{n}"), "x".repeat(90))).collect();
    assert!(attributes_need_a_file(&ada), "all of them are too much");
}

#[test]
fn empty_fields_are_named_as_the_seed_names_them() {
    assert_eq!(
        empty_fields(&ada()),
        ["Phone", "Is Unsubscribed", "Company Name", "Tag Name", "City Name", "Country Name", "Region Name"]
    );
}

#[test]
fn fields_of_the_old_api_are_told_as_not_given_until_it_gives_one() {
    let mut ada = ada();
    let gone = ["Session Count", "Latitude", "Longitude", "Postal Code", "Time Zone", "Pseudonym"];
    assert_eq!(not_given(&ada), gone);
    ada.legacy = Legacy { session_count: Some(3), ..Legacy::default() };
    assert!(not_given(&ada).is_empty());
    let empty = empty_fields(&ada);
    assert!(empty.contains(&"Postal Code") && !empty.contains(&"Session Count"), "{empty:?}");
}

#[test]
fn a_contact_that_has_everything_leaves_nothing_empty() {
    let mut ada = ada();
    let some = |text: &str| Some(text.to_owned());
    ada.phone = some("+49 30 1234567");
    ada.unsubscribed = Some(false);
    ada.location = Location { city: some("Berlin"), region: some("Berlin"), country: some("Germany") };
    ada.companies = PartialList { items: vec![Named { id: CompanyId::new("1"), name: None }], total: 1 };
    ada.tags = PartialList { items: Vec::<Named<TagId>>::new(), total: 2 };
    assert!(empty_fields(&ada).is_empty());
}

#[test]
fn a_list_whose_names_are_not_known_is_counted() {
    let list = |known: usize, total: u32| PartialList {
        items: (0..4).map(|id| Named { id, name: (id < known).then(|| format!("c{id}")) }).collect(),
        total,
    };
    let names = |known, total, placement| value::names(&list(known, total), value::COMPANIES, placement);
    let shown = |known, total| names(known, total, Placement::Channel);
    assert_eq!(shown(0, 12), Some(Text::ours("12 companies")));
    assert_eq!(shown(2, 4), Some(Text::theirs("c0, c1").and(" +2")));
    assert_eq!(shown(4, 12), Some(Text::theirs("c0, c1, c2").and(" +9")));
    assert_eq!(names(4, 12, Placement::Reply), Some(Text::theirs("c0, c1, c2, c3").and(" +8")));
    let none = PartialList::<u8>::default();
    assert_eq!(value::names(&none, value::TAGS, Placement::Reply), None);
}

#[test]
fn a_private_card_of_a_contact_has_neither_name_nor_link() {
    let links = links();
    let card =
        for_contact(&ada(), &Showing { detail: Detail::Private, ..showing(&links, Placement::Channel) });
    assert_eq!((card.title, card.url, card.thumbnail, card.fields.len()), (None, None, None, 0));
}

#[test]
fn a_text_is_cut_at_the_end_of_a_word() {
    assert_eq!(shorten("Hi, I was charged twice", 15), "Hi, I was…");
    assert_eq!(shorten("Hi, I was charged", 17), "Hi, I was charged");
    assert_eq!(shorten(&"x".repeat(50), 5), "xxxx…");
    assert_eq!(shorten("x y", 0), "…");
}

#[test]
fn a_name_of_characters_without_width_is_no_name() {
    let nameless = Contact { name: Some("\u{3164}\u{200b}".to_owned()), ..ada() };
    assert_eq!(nameless.display_name(), ada().email.unwrap());
}
