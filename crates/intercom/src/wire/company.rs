//! Companies, tags and teammates.

use deskbell_desk::{
    contact::{Company, Tag},
    ids::{CompanyId, TagId},
    port::intercom::{Admin, CompanyPage},
};
use serde_json::Value;

use super::lenient::{at, count, id, list, text};

/// Reads a company; `None` without an id.
pub(crate) fn read(record: &Value) -> Option<Company> {
    Some(Company {
        id: CompanyId::new(id(at(record, "/id"))?),
        company_id: text(at(record, "/company_id")),
        name: text(at(record, "/name")),
    })
}

/// A list of companies; `None` where the answer holds none.
pub(crate) fn read_list(answer: &Value) -> Option<Vec<Company>> {
    Some(list(answer, &["data", "companies"])?.iter().filter_map(read).collect())
}

/// A page of the companies list, which is paged by number.
pub(crate) fn read_page(answer: &Value) -> Option<CompanyPage> {
    let more = match (count(at(answer, "/pages/page")), count(at(answer, "/pages/total_pages"))) {
        (Some(page), Some(of)) => page < of,
        _ => !at(answer, "/pages/next").is_null(),
    };
    Some(CompanyPage { items: read_list(answer)?, more })
}

/// A list of tags; one without a name cannot be shown and is left out.
pub(crate) fn read_tags(answer: &Value) -> Option<Vec<Tag>> {
    let tag = |record: &Value| {
        Some(Tag { id: TagId::new(id(at(record, "/id"))?), name: text(at(record, "/name"))? })
    };
    Some(list(answer, &["data", "tags"])?.iter().filter_map(tag).collect())
}

/// A list of teammates.
pub(crate) fn read_admins(answer: &Value) -> Option<Vec<Admin>> {
    let admin = |record: &Value| Some(Admin { id: id(at(record, "/id"))?, name: text(at(record, "/name")) });
    Some(list(answer, &["admins", "data"])?.iter().filter_map(admin).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_and_ids_that_are_missing_or_numbers_are_read() {
        let page = json!({"type": "list", "data": [
            {"type": "company", "id": 12, "company_id": "", "name": null},
            {"type": "company", "id": "6762", "company_id": 7, "name": " Acme "},
            {"type": "company", "name": "No id"}, null, "text"],
            "pages": {"page": 1, "total_pages": 2}});
        let page = read_page(&page).unwrap();
        let read: Vec<_> =
            page.items.iter().map(|c| (c.id.as_str(), c.company_id.as_deref(), c.name.as_deref())).collect();
        assert_eq!(read, [("12", None, None), ("6762", Some("7"), Some("Acme"))]);
        assert!(page.more);
    }

    #[test]
    fn the_last_page_is_known_by_its_number_or_by_a_missing_next() {
        let more = |pages: Value| read_page(&json!({"data": [], "pages": pages})).unwrap().more;
        assert!(!more(json!({"page": 2, "total_pages": 2, "next": null})));
        assert!(!more(json!({"page": 1, "total_pages": 0})));
        assert!(!more(json!({"next": null})));
        assert!(more(json!({"next": "https://api.intercom.io/companies/list?page=2"})));
        assert!(!more(json!(null)));
    }

    #[test]
    fn an_answer_that_is_no_list_is_not_an_empty_list() {
        assert!(read_list(&json!({"type": "error.list"})).is_none());
        assert!(read_tags(&json!(null)).is_none());
        assert!(read_admins(&json!({"admins": null})).is_none());
    }

    #[test]
    fn a_tag_without_a_name_is_left_out() {
        let tags =
            read_tags(&json!({"data": [{"id": 1, "name": "VIP"}, {"id": "2"}, {"name": "x"}]})).unwrap();
        assert_eq!(
            tags.iter().map(|tag| (tag.id.as_str(), tag.name.as_str())).collect::<Vec<_>>(),
            [("1", "VIP")]
        );
    }
}
