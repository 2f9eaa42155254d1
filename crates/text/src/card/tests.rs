use deskbell_domain::card::text::{Piece, shorten};
use deskbell_domain::contact::{Contact, Legacy, Location, Named, PartialList, Role};
use deskbell_domain::conversation::{Author, Conversation, Start};
use deskbell_domain::ids::{CompanyId, ContactId, ConversationId, TagId, WorkspaceId};
use deskbell_domain::links::Links;
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

fn showing(links: &Links, placement: Placement) -> Showing<'_> {
    Showing {
        detail: Detail::Full,
        size: Size::Normal,
        workspace_name: "Acme",
        links,
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
fn a_pictures_address_loses_what_may_hold_a_token() {
    let links = links();
    let card = for_contact(&ada(), &showing(&links, Placement::Reply));
    assert_eq!(card.thumbnail.as_deref(), Some("https://acme.io/ada.png"));
    let mut insecure = ada();
    insecure.image_url = Some("http://acme.io/ada.png".to_owned());
    assert_eq!(for_contact(&insecure, &showing(&links, Placement::Reply)).thumbnail, None);
}

#[test]
fn a_headline_made_of_first_words_shows_no_token() {
    let with_link = Conversation {
        id: ConversationId::new("1"),
        created_at: Timestamp(1),
        updated_at: Timestamp(1),
        subject: None,
        text: RichText::plain("My cart:\nhttps://acme.io/cart?token=secret#x is empty"),
        attachments: Vec::new(),
        message_url: None,
        author: Author::default(),
        contact: None,
        admin_id: None,
        admin_name: None,
        company_names: Vec::new(),
        start: Start::Customer,
    };
    assert_eq!(conversation::title(&with_link), "My cart: https://acme.io/cart?… is empty");
    assert_eq!(conversation::person(&with_link), None);
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
    let shown = |known, total| contact::names(&list(known, total), "company", "companies");
    assert_eq!(shown(0, 12), Some(Text::ours("12 companies")));
    assert_eq!(shown(2, 4), Some(Text::theirs("c0, c1").and(" +2")));
    assert_eq!(shown(4, 12), Some(Text::theirs("c0, c1, c2").and(" +9")));
    assert_eq!(contact::names(&PartialList::<u8>::default(), "tag", "tags"), None);
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
