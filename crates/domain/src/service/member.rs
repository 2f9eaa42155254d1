//! Who a member of a server is in Intercom, as the attribute of [`MemberField`] says.

use crate::contact::Contact;
use crate::ids::{ContactId, MemberId};
use crate::member_field::MemberField;
use crate::port::intercom::{
    ContactFilter, ContactSearch, ContactSort, Found, Intercom, IntercomError, PageRequest,
};
use crate::service::find::MOST_OFFERED;
use crate::service::look_up::{LookUp, Shared};

/// Who is linked to a member.
pub async fn linked_to(
    intercom: &dyn Intercom,
    field: &MemberField,
    member: MemberId,
) -> Result<LookUp, IntercomError> {
    let filter = ContactFilter::Attribute(field.attribute().to_owned(), member.to_string());
    let search =
        ContactSearch { role: None, filter, endings: Vec::new(), sort: ContactSort::UpdatedDescending };
    let page = PageRequest { size: MOST_OFFERED, cursor: None };
    let mut found = intercom.search_contacts(&search, &page).await?.items;
    Ok(match found.len() {
        0 => LookUp::Unknown,
        1 => LookUp::Found(Box::new(found.remove(0))),
        _ => LookUp::Several(found, Shared::Text),
    })
}

/// Whether whoever else a contact is linked to loses them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Linking {
    /// Then it is asked first.
    IfFree,
    /// It was asked.
    Over,
}

/// What is to be done before a contact is linked.
#[derive(Debug, Clone, PartialEq)]
pub enum Readiness {
    /// Nothing.
    Ready(Box<Contact>),
    /// It is that member already.
    Linked(Box<Contact>),
    /// It is somebody else, and whoever asked decides.
    SomebodyElse(Box<Contact>, String),
    /// Intercom does not know it any more.
    Gone,
}

/// Reads a contact that is to be linked. One that was merged is the one it was merged into.
pub async fn ready(
    intercom: &dyn Intercom,
    field: &MemberField,
    (member, contact): (MemberId, &ContactId),
    linking: Linking,
) -> Result<Readiness, IntercomError> {
    let contact = match intercom.contact(contact).await? {
        Found::Contact(contact) | Found::Merged(contact) => contact,
        Found::Missing => return Ok(Readiness::Gone),
    };
    let linked = contact.custom.get(field.attribute()).map(|id| id.trim().to_owned());
    Ok(match linked.filter(|id| !id.is_empty()) {
        Some(id) if id == member.to_string() => Readiness::Linked(contact),
        Some(other) if linking == Linking::IfFree => Readiness::SomebodyElse(contact, other),
        _ => Readiness::Ready(contact),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contact::Role;
    use crate::port::intercom::{MockIntercom, Page};

    const BEN: MemberId = MemberId(9);

    fn ada(linked: Option<&str>) -> Contact {
        let mut ada = Contact::bare(ContactId::new("ada"), Role::Lead);
        ada.custom.extend(linked.map(|id| ("discord_id".to_owned(), id.to_owned())));
        ada
    }

    async fn readiness(linked: Option<&str>, linking: Linking) -> Readiness {
        let (mut intercom, ada) = (MockIntercom::new(), ada(linked));
        intercom.expect_contact().returning(move |_| Ok(Found::Contact(Box::new(ada.clone()))));
        let id = ContactId::new("ada");
        ready(&intercom, &MemberField::default(), (BEN, &id), linking).await.expect("it answers")
    }

    #[tokio::test]
    async fn nobody_loses_a_link_unasked() {
        assert!(matches!(readiness(None, Linking::IfFree).await, Readiness::Ready(_)));
        assert!(matches!(readiness(Some(""), Linking::IfFree).await, Readiness::Ready(_)));
        assert!(matches!(readiness(Some("9"), Linking::IfFree).await, Readiness::Linked(_)));
        let other = readiness(Some("8"), Linking::IfFree).await;
        assert!(matches!(other, Readiness::SomebodyElse(_, who) if who == "8"));
        assert!(matches!(readiness(Some("8"), Linking::Over).await, Readiness::Ready(_)));
    }

    #[tokio::test]
    async fn a_member_is_looked_for_by_the_attribute_of_the_settings() {
        let mut intercom = MockIntercom::new();
        intercom
            .expect_search_contacts()
            .withf(|search, _| {
                search.filter == ContactFilter::Attribute("Discord".to_owned(), "9".to_owned())
            })
            .returning(|_, _| Ok(Page { items: vec![ada(Some("9"))], total: None, next: None }));
        let field = MemberField::parse("custom:Discord").expect("it is one");
        let found = linked_to(&intercom, &field, BEN).await.expect("it answers");
        assert!(matches!(found, LookUp::Found(contact) if contact.id.as_str() == "ada"));
    }
}
