//! Companies, tags and teammates.

use deskbell_domain::{
    contact::{Company, Named, Tag},
    ids::{CompanyId, TagId},
    port::intercom::{Admin, CompanyPage, InboxSeat, Team},
};
use serde_json::Value;

use super::lenient::{at, count, flag, id, text};
use crate::json::Listed;

/// Reads a company; `None` without an id.
pub(crate) fn read(record: &Value) -> Option<Company> {
    Some(Company {
        id: CompanyId::new(id(at(record, "/id"))?),
        company_id: text(at(record, "/company_id")),
        name: text(at(record, "/name")),
    })
}

/// A page of the companies list, which is paged by number.
pub(crate) fn read_page(answer: Listed<Company>) -> Option<CompanyPage> {
    let (items, answer) = (answer.records?, &answer.rest);
    let more = match (count(at(answer, "/pages/page")), count(at(answer, "/pages/total_pages"))) {
        (Some(page), Some(of)) => page < of,
        _ => !at(answer, "/pages/next").is_null(),
    };
    Some(CompanyPage { items, more })
}

/// A page of the companies of a contact.
pub(crate) struct MembersPage {
    pub(crate) items: Vec<Company>,
    /// What asks for the next page; nothing where this is the last.
    pub(crate) next: Vec<(&'static str, String)>,
}

/// A page of the companies of a contact. The next one is told as a link, of which only the query counts: the path is
/// known, and a token goes to no address that an answer names.
pub(crate) fn read_members(answer: Listed<Company>) -> Option<MembersPage> {
    let (items, answer) = (answer.records?, &answer.rest);
    let link = at(answer, "/pages/next");
    let of_link = |name: &'static str| {
        let query = link.as_str()?.split_once('?')?.1;
        let value = url::form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name)?.1;
        Some((name, value.into_owned()))
    };
    let of_record = |name: &'static str| Some((name, id(link.get(name)?)?));
    let told = ["page", "per_page", "starting_after"].map(|name| of_link(name).or_else(|| of_record(name)));
    let mut next: Vec<_> = told.into_iter().flatten().collect();
    let (page, of) = (count(at(answer, "/pages/page")), count(at(answer, "/pages/total_pages")));
    if let (true, Some(page), Some(of)) = (next.is_empty(), page, of)
        && page < of
    {
        next.push(("page", (page + 1).to_string()));
    }
    Some(MembersPage { items, next })
}

/// Reads a tag; `None` without an id.
pub(crate) fn read_tag(record: &Value) -> Option<Named<TagId>> {
    Some(Named { id: TagId::new(id(at(record, "/id"))?), name: text(at(record, "/name")) })
}

/// A list of tags; one without a name cannot be shown and is left out.
pub(crate) fn read_tags(answer: Listed<Named<TagId>>) -> Option<Vec<Tag>> {
    let tags = answer.records?.into_iter();
    Some(tags.filter_map(|tag| Some(Tag { id: tag.id, name: tag.name? })).collect())
}

/// Reads a teammate; `None` without an id.
pub(crate) fn read_admin(record: &Value) -> Option<Admin> {
    let seat = match flag(at(record, "/has_inbox_seat")) {
        Some(false) => InboxSeat::Lacks,
        Some(true) | None => InboxSeat::Has,
    };
    Some(Admin { id: id(at(record, "/id"))?, name: text(at(record, "/name")), seat })
}

/// Reads a team; `None` without an id.
pub(crate) fn read_team(record: &Value) -> Option<Team> {
    Some(Team { id: id(at(record, "/id"))?, name: text(at(record, "/name")) })
}

/// What something is called, if it has a name.
pub(crate) struct Called(pub(crate) Option<String>);

/// Reads what something is called; `None` where the answer is nothing that could be called.
pub(crate) fn read_name(record: &Value) -> Option<Called> {
    record.is_object().then(|| Called(text(at(record, "/name"))))
}

/// The list of companies, under both of its names.
pub(crate) const LIST_KEYS: [&str; 2] = ["data", "companies"];
/// The list of tags.
pub(crate) const TAG_KEYS: [&str; 2] = ["data", "tags"];
/// The list of teammates.
pub(crate) const ADMIN_KEYS: [&str; 2] = ["admins", "data"];
/// The list of teams.
pub(crate) const TEAM_KEYS: [&str; 2] = ["teams", "data"];

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{answers, json};

    fn page(answer: &Value) -> Option<CompanyPage> {
        read_page(json::list(answer.to_string().as_bytes(), &LIST_KEYS, read)?)
    }

    #[test]
    fn names_and_ids_that_are_missing_or_numbers_are_read() {
        let answer = json!({"type": "list", "data": [
            {"type": "company", "id": 12, "company_id": "", "name": null},
            {"type": "company", "id": "6762", "company_id": 7, "name": " Acme "},
            {"type": "company", "name": "No id"}, null, "text"],
            "pages": {"page": 1, "total_pages": 2}});
        let page = page(&answer).unwrap();
        let read: Vec<_> =
            page.items.iter().map(|c| (c.id.as_str(), c.company_id.as_deref(), c.name.as_deref())).collect();
        assert_eq!(read, [("12", None, None), ("6762", Some("7"), Some("Acme"))]);
        assert!(page.more);
    }

    #[test]
    fn the_last_page_is_known_by_its_number_or_by_a_missing_next() {
        let more = |pages: Value| page(&json!({"data": [], "pages": pages})).unwrap().more;
        assert!(!more(json!({"page": 2, "total_pages": 2, "next": null})));
        assert!(!more(json!({"page": 1, "total_pages": 0})));
        assert!(!more(json!({"next": null})));
        assert!(more(json!({"next": "https://api.intercom.io/companies/list?page=2"})));
        assert!(!more(json!(null)));
    }

    fn next(pages: &Value) -> Vec<(&'static str, String)> {
        let answer = json!({"data": [], "pages": pages});
        let listed = json::list(answer.to_string().as_bytes(), &LIST_KEYS, read).unwrap();
        read_members(listed).unwrap().next
    }

    #[test]
    fn the_next_page_of_a_contacts_companies_is_asked_for_as_its_link_says() {
        let link = "https://elsewhere.example/contacts/1/companies?per_page=50&page=2&admin=1";
        let query = |name, value: &str| (name, value.to_owned());
        let asked = [query("page", "2"), query("per_page", "50")];
        assert_eq!(next(&json!({"page": 1, "total_pages": 3, "next": link})), asked);
        assert_eq!(
            next(&json!({"next": {"page": 2, "starting_after": "a"}})),
            [query("page", "2"), query("starting_after", "a")]
        );
        assert_eq!(next(&json!({"page": 1, "total_pages": 2, "next": null})), [query("page", "2")]);
        assert_eq!(next(&json!({"page": 2, "total_pages": 2, "next": null})), []);
        assert_eq!(next(&json!(null)), []);
    }

    #[test]
    fn an_answer_that_is_no_list_is_not_an_empty_list() {
        assert!(page(&json!({"type": "error.list"})).is_none());
        assert!(answers::tags(b"null").is_none());
        assert!(answers::admins(br#"{"admins": null}"#).is_none());
    }

    #[test]
    fn a_tag_without_a_name_is_left_out() {
        let tags =
            answers::tags(br#"{"data": [{"id": 1, "name": "VIP"}, {"id": "2"}, {"name": "x"}]}"#).unwrap();
        assert_eq!(
            tags.iter().map(|tag| (tag.id.as_str(), tag.name.as_str())).collect::<Vec<_>>(),
            [("1", "VIP")]
        );
    }
}
