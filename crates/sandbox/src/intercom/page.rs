//! Sorted pages with opaque cursors.
//!
//! A cursor names the last record of its page by sort value and id, as Intercom's seem to: what is created or changed
//! between two pages can appear twice or be missed, but nothing shifts merely because something else was added.

use std::collections::BTreeMap;

use data_encoding::BASE64;
use serde_json::{Map, Value, json};

use super::{
    refusal::Refusal,
    search::{FieldKind, FieldValue, Searchable},
};

/// The most records that a page may hold.
const LARGEST: usize = 150;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Direction {
    Ascending,
    Descending,
}

/// The value by which a record is sorted; absent values come first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum SortValue {
    Number(Option<i64>),
    Text(Option<String>),
}

/// Which page is wanted, in which order.
#[derive(Clone, Debug)]
pub(super) struct PageRequest {
    field: String,
    direction: Direction,
    size: usize,
    after: Option<Cursor>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Cursor {
    value: SortValue,
    id: String,
    page: usize,
}

/// A page of records.
pub(super) struct Page<'a, R> {
    pub(super) records: Vec<&'a R>,
    pub(super) total_count: usize,
    size: usize,
    number: usize,
    next: Option<Cursor>,
}

impl PageRequest {
    /// Reads `sort` and `pagination` of a search.
    pub(super) fn parse<R: Searchable>(body: &Map<String, Value>, usual: usize) -> Result<Self, Refusal> {
        let sort = body.get("sort").filter(|sort| !sort.is_null());
        let field = sort.and_then(|sort| sort.get("field")).and_then(Value::as_str).unwrap_or("created_at");
        if R::kind(field).is_none_or(|kind| kind == FieldKind::Set) {
            return Err(invalid(format!("cannot sort by {field}")));
        }
        let direction = match sort.and_then(|sort| sort.get("order")).map(|order| order.as_str()) {
            None | Some(Some("descending")) => Direction::Descending,
            Some(Some("ascending")) => Direction::Ascending,
            Some(order) => return Err(invalid_order(order.unwrap_or_default())),
        };
        let pagination = body.get("pagination").unwrap_or(&Value::Null);
        Ok(Self {
            field: field.to_owned(),
            direction,
            size: read_size(&pagination["per_page"], usual)?,
            after: read_cursor(&pagination["starting_after"])?,
        })
    }

    /// Reads `per_page` and `starting_after` of a query; the order is that of creation, latest first.
    pub(super) fn from_query<R: Searchable>(
        query: &BTreeMap<String, String>,
        usual: usize,
    ) -> Result<Self, Refusal> {
        let per_page = query.get("per_page").map(|text| text.parse::<u64>().unwrap_or_default());
        let pagination = json!({"per_page": per_page, "starting_after": query.get("starting_after")});
        Self::parse::<R>(&Map::from_iter([("pagination".to_owned(), pagination)]), usual)
    }

    /// Cuts the wanted page out of all records that match.
    pub(super) fn cut<'a, R: Searchable>(&self, matching: Vec<&'a R>) -> Page<'a, R> {
        let total_count = matching.len();
        let mut rest: Vec<_> = matching.into_iter().map(|record| (self.value(record), record)).collect();
        if let Some(after) = &self.after {
            rest.retain(|(value, record)| self.is_before((&after.value, &after.id), (value, record.id())));
        }
        rest.sort_by(|(left_value, left), (right_value, right)| {
            let order = (left_value, left.id()).cmp(&(right_value, right.id()));
            if self.direction == Direction::Ascending { order } else { order.reverse() }
        });
        let number = self.after.as_ref().map_or(1, |after| after.page);
        let more = rest.len() > self.size;
        rest.truncate(self.size);
        let next = rest.last().filter(|_| more).map(|(value, record)| Cursor {
            value: value.clone(),
            id: record.id().to_owned(),
            page: number + 1,
        });
        let records = rest.into_iter().map(|(_, record)| record).collect();
        Page { records, total_count, size: self.size, number, next }
    }

    fn value(&self, record: &impl Searchable) -> SortValue {
        match record.value(&self.field) {
            FieldValue::Number(number) => SortValue::Number(number),
            FieldValue::Text(text) => SortValue::Text(text.map(std::borrow::Cow::into_owned)),
            FieldValue::Flag(flag) => SortValue::Number(Some(i64::from(flag))),
            FieldValue::Set(_) => SortValue::Number(None),
        }
    }

    fn is_before(&self, first: (&SortValue, &str), second: (&SortValue, &str)) -> bool {
        match self.direction {
            Direction::Ascending => first < second,
            Direction::Descending => first > second,
        }
    }
}

impl<R> Page<'_, R> {
    /// The `pages` object of the answer.
    pub(super) fn pages(&self) -> Value {
        let mut pages = json!({
            "type": "pages",
            "page": self.number,
            "per_page": self.size,
            "total_pages": self.total_count.div_ceil(self.size),
        });
        if let Some(next) = &self.next {
            pages["next"] =
                json!({"page": next.page, "per_page": self.size, "starting_after": next.encode()});
        }
        pages
    }
}

impl Cursor {
    fn encode(&self) -> String {
        let value = match &self.value {
            SortValue::Number(number) => json!(number),
            SortValue::Text(text) => json!([text]),
        };
        BASE64.encode(json!([value, self.id, self.page]).to_string().as_bytes())
    }

    fn decode(text: &str) -> Option<Self> {
        let bytes = BASE64.decode(text.as_bytes()).ok()?;
        let (value, id, page): (Value, String, usize) = serde_json::from_slice(&bytes).ok()?;
        let value = match &value {
            Value::Array(text) => SortValue::Text(text.first()?.as_str().map(str::to_owned)),
            number => SortValue::Number(number.as_i64()),
        };
        Some(Self { value, id, page })
    }
}

fn read_size(value: &Value, usual: usize) -> Result<usize, Refusal> {
    if value.is_null() {
        return Ok(usual);
    }
    let wanted = value.as_u64().and_then(|wanted| usize::try_from(wanted).ok()).filter(|wanted| *wanted > 0);
    wanted.map(|wanted| wanted.min(LARGEST)).ok_or_else(|| invalid("per_page must be a positive number"))
}

fn read_cursor(value: &Value) -> Result<Option<Cursor>, Refusal> {
    if value.is_null() {
        return Ok(None);
    }
    let cursor = value.as_str().and_then(Cursor::decode);
    cursor.map(Some).ok_or_else(|| invalid("Invalid starting_after param"))
}

fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::bad_request("parameter_invalid", message)
}

fn invalid_order(order: &str) -> Refusal {
    let message = format!("Invalid sort order '{order}'. Must be one of: ascending, descending");
    Refusal::bad_request("invalid_sort_order", message)
}
