//! The search language: filters, and what they mean in each version.
//!
//! Dates of contacts match by calendar day in the workspace's time zone up to version 2.16: `=` is the whole day, `>` begins
//! with the next day, `<` ends before the day. From 2.17 on they match by second. Conversations always match by second. A
//! filter is checked whole before any record is looked at, so that a mistake is refused even by an empty workspace.

mod days;

use std::borrow::Cow;

use jiff::tz::TimeZone;
use serde_json::Value;

use super::refusal::Refusal;

/// How deep groups may be nested.
const DEEPEST: usize = 2;
/// How many filters a group may hold.
const LARGEST: usize = 15;

/// What kind of value a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FieldKind {
    Date,
    Number,
    Text,
    Flag,
    /// Several identifiers.
    Set,
}

/// What a record has under a field.
pub(super) enum FieldValue<'a> {
    Number(Option<i64>),
    Text(Option<Cow<'a, str>>),
    Flag(bool),
    Set(Vec<&'a str>),
}

/// A record that can be searched.
pub(super) trait Searchable {
    /// What kind of field this is, or none if there is no such field.
    fn kind(field: &str) -> Option<FieldKind>;
    /// The record's value; asked only for fields that have a kind.
    fn value(&self, field: &str) -> FieldValue<'_>;
    /// The record's id.
    fn id(&self) -> &str;
}

/// How dates are matched.
#[derive(Clone, Debug)]
pub(super) enum Dates {
    /// By calendar day; only `=`, `>` and `<`.
    Days(TimeZone),
    /// By second; only `=`, `>` and `<`.
    Seconds,
    /// By second, with every operator, as for conversations.
    SecondsWithAllOperators,
}

/// A checked filter.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Filter {
    All(Vec<Filter>),
    Any(Vec<Filter>),
    Not(Box<Filter>),
    Field(String, Test),
}

/// What is asked of one field.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Test {
    /// From a second to before another.
    Within {
        from: i64,
        until: i64,
    },
    Missing,
    Flag(bool),
    Member(String),
    Equal(String),
    Containing(String),
    StartingWith(String),
    EndingWith(String),
}

impl Filter {
    /// Checks a query for one kind of record.
    pub(super) fn parse<R: Searchable>(query: &Value, dates: &Dates) -> Result<Self, Refusal> {
        Self::parse_at::<R>(query, dates, 0)
    }

    fn parse_at<R: Searchable>(query: &Value, dates: &Dates, depth: usize) -> Result<Self, Refusal> {
        let operator = query.get("operator").and_then(Value::as_str);
        let operator = operator.ok_or_else(|| invalid("a filter needs an operator"))?;
        let value = query.get("value").unwrap_or(&Value::Null);
        match (operator, value) {
            ("AND" | "OR", Value::Array(filters)) => Self::group::<R>(operator, filters, dates, depth),
            ("AND" | "OR", _) => Err(invalid("a group needs an array of filters")),
            _ => {
                let field = query.get("field").and_then(Value::as_str);
                let field = field.ok_or_else(|| invalid("a filter needs a field"))?;
                let kind = R::kind(field).ok_or_else(|| invalid(format!("{field} is not a valid field")))?;
                Self::leaf(field, kind, operator, value, dates)
            }
        }
    }

    fn group<R: Searchable>(
        operator: &str,
        filters: &[Value],
        dates: &Dates,
        depth: usize,
    ) -> Result<Self, Refusal> {
        if depth == DEEPEST {
            return Err(invalid(format!("filters may be nested {DEEPEST} deep")));
        }
        if filters.len() > LARGEST {
            return Err(invalid(format!("a group may hold {LARGEST} filters")));
        }
        let filters = filters.iter().map(|filter| Self::parse_at::<R>(filter, dates, depth + 1));
        let filters = filters.collect::<Result<Vec<_>, _>>()?;
        Ok(if operator == "AND" { Self::All(filters) } else { Self::Any(filters) })
    }

    fn leaf(
        field: &str,
        kind: FieldKind,
        operator: &str,
        value: &Value,
        dates: &Dates,
    ) -> Result<Self, Refusal> {
        let dates_are_strict = !matches!(dates, Dates::SecondsWithAllOperators);
        if kind == FieldKind::Date && dates_are_strict && !matches!(operator, "=" | ">" | "<") {
            return Err(invalid(format!("operator {operator} is not supported on the date field {field}")));
        }
        if kind == FieldKind::Set && !matches!(operator, "=" | "!=") {
            return Err(invalid(format!("operator {operator} is not supported on {field}")));
        }
        let test = |operator, value| {
            Ok(Self::Field(field.to_owned(), Test::parse(field, kind, operator, value, dates)?))
        };
        match operator {
            "!=" => Ok(test("=", value)?.negated()),
            "!~" => Ok(test("~", value)?.negated()),
            "IN" | "NIN" => {
                let values = value.as_array().ok_or_else(|| invalid(format!("{operator} needs an array")))?;
                let tests = values.iter().map(|value| test("=", value)).collect::<Result<Vec<_>, _>>()?;
                let any = Self::Any(tests);
                Ok(if operator == "IN" { any } else { any.negated() })
            }
            _ => test(operator, value),
        }
    }

    fn negated(self) -> Self {
        Self::Not(Box::new(self))
    }

    /// Whether a record passes.
    pub(super) fn passes(&self, record: &impl Searchable) -> bool {
        match self {
            Self::All(filters) => filters.iter().all(|filter| filter.passes(record)),
            Self::Any(filters) => filters.iter().any(|filter| filter.passes(record)),
            Self::Not(filter) => !filter.passes(record),
            Self::Field(field, test) => test.passes(&record.value(field)),
        }
    }
}

impl Test {
    fn parse(
        field: &str,
        kind: FieldKind,
        operator: &str,
        value: &Value,
        dates: &Dates,
    ) -> Result<Self, Refusal> {
        let mismatch = || invalid(format!("{field} does not take this value with {operator}"));
        match (kind, value) {
            (FieldKind::Date, _) => {
                Self::date(operator, seconds(value).ok_or_else(mismatch)?, dates).ok_or_else(mismatch)
            }
            (_, Value::Null) if operator == "=" => Ok(Self::Missing),
            (FieldKind::Number, _) => {
                Self::range(operator, seconds(value).ok_or_else(mismatch)?).ok_or_else(mismatch)
            }
            (FieldKind::Flag, Value::Bool(flag)) if operator == "=" => Ok(Self::Flag(*flag)),
            (FieldKind::Set, _) => Ok(Self::Member(text(value).ok_or_else(mismatch)?)),
            (FieldKind::Text, _) => {
                Self::wording(operator, text(value).ok_or_else(mismatch)?).ok_or_else(mismatch)
            }
            (FieldKind::Flag, _) => Err(mismatch()),
        }
    }

    fn date(operator: &str, second: i64, dates: &Dates) -> Option<Self> {
        let Dates::Days(time_zone) = dates else { return Self::range(operator, second) };
        let day = days::around(second, time_zone)?;
        match operator {
            "=" => Some(Self::Within { from: day.start, until: day.end }),
            ">" => Some(Self::Within { from: day.end, until: i64::MAX }),
            "<" => Some(Self::Within { from: i64::MIN, until: day.start }),
            _ => None,
        }
    }

    fn range(operator: &str, value: i64) -> Option<Self> {
        let next = value.saturating_add(1);
        let (from, until) = match operator {
            "=" => (value, next),
            ">" => (next, i64::MAX),
            ">=" => (value, i64::MAX),
            "<" => (i64::MIN, value),
            "<=" => (i64::MIN, next),
            _ => return None,
        };
        Some(Self::Within { from, until })
    }

    /// Whether `=` minds capital letters is not said, so that it does: whoever relies on either finds less.
    fn wording(operator: &str, text: String) -> Option<Self> {
        match operator {
            "=" => Some(Self::Equal(text)),
            "~" => Some(Self::Containing(text.to_lowercase())),
            "^" => Some(Self::StartingWith(text.to_lowercase())),
            "$" => Some(Self::EndingWith(text.to_lowercase())),
            _ => None,
        }
    }

    fn passes(&self, value: &FieldValue<'_>) -> bool {
        match value {
            FieldValue::Number(number) => self.passes_number(*number),
            FieldValue::Text(text) => self.passes_text(text.as_deref()),
            FieldValue::Flag(flag) => *self == Self::Flag(*flag),
            FieldValue::Set(members) => {
                matches!(self, Self::Member(wanted) if members.contains(&wanted.as_str()))
            }
        }
    }

    fn passes_number(&self, number: Option<i64>) -> bool {
        match (self, number) {
            (Self::Within { from, until }, Some(number)) => (*from..*until).contains(&number),
            (Self::Missing, None) => true,
            _ => false,
        }
    }

    fn passes_text(&self, text: Option<&str>) -> bool {
        let Some(text) = text else { return *self == Self::Missing };
        match self {
            Self::Equal(wanted) => text == wanted,
            Self::Containing(part) => text.to_lowercase().contains(part),
            Self::StartingWith(part) => text.to_lowercase().starts_with(part),
            Self::EndingWith(part) => text.to_lowercase().ends_with(part),
            Self::Within { .. } | Self::Missing | Self::Flag(_) | Self::Member(_) => false,
        }
    }
}

fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::bad_request("parameter_invalid", message)
}

/// A number, which Intercom takes as a number or as text.
fn seconds(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
