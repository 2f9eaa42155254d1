//! The limits of the domain, as its types promise them.

use deskbell_domain::contact::{Company, Contact, Named, PartialList, Tag};
use deskbell_domain::conversation::Conversation;
use deskbell_domain::port::intercom::Admin;
use deskbell_domain::rich_text::KEPT_CODE_POINTS;
use deskbell_domain::workspace::Workspace;

const ID: usize = 200;
const TEXT: usize = 1_000;
const CUSTOMS: usize = 300;
const SUBJECT: usize = 256;
const ATTACHMENTS: usize = 20;

/// Not empty, no white space before it, not endless.
fn check_text(text: &str, most: usize) {
    assert!(!text.is_empty() && text.trim_start() == text, "empty or padded: {text:?}");
    assert!(text.chars().count() <= most, "over {most}: {text:?}");
}

fn check_texts<'a>(texts: impl IntoIterator<Item = &'a Option<String>>, most: usize) {
    texts.into_iter().flatten().for_each(|text| check_text(text, most));
}

pub(super) fn check_contact(contact: &Contact) {
    check_text(contact.id.as_str(), ID);
    check_texts([&contact.external_id, &contact.owner_id], ID);
    check_texts([&contact.email, &contact.phone, &contact.name, &contact.image_url], TEXT);
    check_texts([&contact.location.city, &contact.location.region, &contact.location.country], TEXT);
    let legacy = &contact.legacy;
    check_texts([&legacy.postal_code, &legacy.time_zone, &legacy.pseudonym], TEXT);
    let degrees = [legacy.latitude, legacy.longitude];
    assert!(degrees.into_iter().flatten().all(|degrees| degrees.abs() <= 180.0), "{degrees:?}");
    assert!(contact.image_url.as_deref().is_none_or(|url| url.to_ascii_lowercase().starts_with("https:")));
    assert!(contact.owner_id.as_deref() != Some("0"), "nobody owns it");
    check_list(&contact.companies);
    check_list(&contact.tags);
    assert!(contact.custom.len() <= CUSTOMS, "{} attributes", contact.custom.len());
    for (name, value) in &contact.custom {
        check_text(name, ID);
        check_text(value, TEXT);
    }
    assert!(!contact.display_name().trim().is_empty(), "nobody");
}

fn check_list<Id>(list: &PartialList<Id>) {
    assert!(usize::try_from(list.total).is_ok_and(|total| total >= list.items.len()), "fewer than it has");
    check_texts(list.items.iter().map(|Named { name, .. }| name), TEXT);
}

pub(super) fn check_conversation(conversation: &Conversation) {
    check_text(conversation.id.as_str(), ID);
    check_texts([&conversation.subject], SUBJECT);
    assert!(conversation.subject.as_deref().is_none_or(|subject| !subject.contains('\n')));
    assert!(conversation.text.to_plain().chars().count() <= KEPT_CODE_POINTS);
    assert!(conversation.attachments.len() <= ATTACHMENTS);
    for name in &conversation.attachments {
        check_text(name, ID);
    }
    check_texts([&conversation.message_url], TEXT);
    let page = conversation.message_url.as_deref().unwrap_or("https://");
    let told = page.split_once(['?', '#']).map_or("…", |(_, query)| query);
    assert!(page.starts_with("http") && told == "…", "a page that tells too much: {page:?}");
    let author = &conversation.author;
    check_texts([&author.kind, &author.name, &author.email], TEXT);
    check_texts([&author.id, &conversation.admin_id], ID);
    if let Some(contact) = &conversation.contact {
        check_text(contact.as_str(), ID);
    }
}

pub(super) fn check_company(company: &Company) {
    check_text(company.id.as_str(), ID);
    check_texts([&company.company_id, &company.name], TEXT);
}

pub(super) fn check_tag(tag: &Tag) {
    check_text(tag.id.as_str(), ID);
    check_text(&tag.name, TEXT);
}

pub(super) fn check_admin(admin: &Admin) {
    check_text(&admin.id, ID);
    check_texts([&admin.name], TEXT);
}

pub(super) fn check_workspace(workspace: &Workspace) {
    check_text(workspace.id.as_str(), ID);
    check_text(&workspace.name, TEXT);
    check_texts([&workspace.time_zone], TEXT);
}
