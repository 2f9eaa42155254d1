//! Pages of a search, which go on where a cursor says.

use deskbell_domain::port::intercom::{Page, PageCursor};
use serde_json::Value;

use super::lenient::{at, count};
use crate::json::Listed;

/// Reads a page; an answer without any list is none.
pub(crate) fn read<T>(answer: Listed<T>) -> Option<Page<T>> {
    let rest = &answer.rest;
    Some(Page { items: answer.records?, total: count(at(rest, "/total_count")), next: next(rest).ok()? })
}

/// A longer one is none of Intercom's, and would be too much to send back.
const LONGEST_CURSOR: usize = 4_000;

/// A cursor that is there and cannot be read: such an answer must not pass for the last page.
struct Unreadable;

/// The cursor of the next page, which is an object today and was text once.
fn next(answer: &Value) -> Result<Option<PageCursor>, Unreadable> {
    match at(answer, "/pages/next") {
        Value::Object(next) => match next.get("starting_after") {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(cursor)) => whole(cursor.trim()).map(Some),
            Some(Value::Number(cursor)) => whole(&cursor.to_string()).map(Some),
            Some(_) => Err(Unreadable),
        },
        Value::String(address) => cursor_in(address.trim()).map(|cursor| whole(&cursor)).transpose(),
        _ => Ok(None),
    }
}

/// A cursor goes back as it came: a part of one leads anywhere, and none at all to the first page.
fn whole(cursor: &str) -> Result<PageCursor, Unreadable> {
    let fits = (1..=LONGEST_CURSOR).contains(&cursor.len());
    fits.then(|| PageCursor(cursor.to_owned())).ok_or(Unreadable)
}

/// The cursor in the address of a next page.
fn cursor_in(address: &str) -> Option<String> {
    let (_, query) = address.split_once('?')?;
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    pairs.find(|(name, _)| name == "starting_after").map(|(_, value)| value.into_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{json, wire::lenient::text};

    fn ids(answer: &Value) -> Option<Page<String>> {
        read(json::list(answer.to_string().as_bytes(), &["data"], |record| text(at(record, "/id")))?)
    }

    #[test]
    fn one_bad_record_costs_that_record_only() {
        let page = ids(
            &json!({"data": [{"id": "a"}, null, {"name": "no id"}, "text", {"id": 7}], "total_count": 5}),
        );
        let page = page.unwrap();
        assert_eq!(page.items, ["a", "7"]);
        assert_eq!(page.total, Some(5));
    }

    #[test]
    fn the_next_page_is_where_the_cursor_says() {
        let next =
            |pages: Value| ids(&json!({"data": [], "pages": pages})).unwrap().next.map(|cursor| cursor.0);
        assert_eq!(next(json!({"next": {"page": 2, "starting_after": "WzE3"}})).as_deref(), Some("WzE3"));
        assert_eq!(
            next(json!({"next": "https://x.example/c?per_page=5&starting_after=W%3D"})).as_deref(),
            Some("W=")
        );
        assert_eq!(next(json!({"next": null})), None);
        assert_eq!(next(json!({"next": {"page": 2, "starting_after": null}})), None);
        assert_eq!(next(json!(null)), None);
    }

    #[test]
    fn a_cursor_that_cannot_be_read_is_not_the_end() {
        let answer = json!({"data": [], "pages": {"next": {"starting_after": ["odd"]}}});
        assert_eq!(ids(&answer), None);
    }

    #[test]
    fn a_cursor_is_whole_or_unread() {
        let next = |next: Value| ids(&json!({"data": [], "pages": {"next": next}}));
        let long = "W".repeat(2_000);
        for told in
            [json!({"starting_after": long}), json!(format!("https://x.example/c?a=b&starting_after={long}"))]
        {
            assert_eq!(next(told).unwrap().next.unwrap().0, long);
        }
        let endless = "W".repeat(LONGEST_CURSOR + 1);
        for told in
            [json!({"starting_after": endless}), json!({"starting_after": ""}), json!("?starting_after=")]
        {
            assert_eq!(next(told), None);
        }
    }

    #[test]
    fn an_answer_without_a_list_is_no_empty_page() {
        assert_eq!(ids(&json!({"type": "list", "data": null})), None);
        assert_eq!(ids(&json!(null)), None);
    }
}
