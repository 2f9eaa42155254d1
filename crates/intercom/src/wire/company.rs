//! Companies, tags and teammates.

use deskbell_domain::{
    contact::{Company, Named, Tag},
    ids::{CompanyId, TagId},
    port::intercom::{Admin, CompanyPage},
};
use serde_json::Value;

use super::lenient::{at, count, id, text};
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
    Some(Admin { id: id(at(record, "/id"))?, name: text(at(record, "/name")) })
}

/// The list of companies, under both of its names.
pub(crate) const LIST_KEYS: [&str; 2] = ["data", "companies"];
/// The list of tags.
pub(crate) const TAG_KEYS: [&str; 2] = ["data", "tags"];
/// The list of teammates.
pub(crate) const ADMIN_KEYS: [&str; 2] = ["admins", "data"];

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
