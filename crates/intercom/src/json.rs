//! JSON as it comes, read while it comes: record by record, strings cut, memory bounded whatever is sent.
//!
//! The crates that read JSON from a stream hold a string whole, and give a text up at a number, a depth or a character
//! that they cannot take. Here each of these costs the value that it is in, so that a record never costs its
//! neighbours: a number out of range becomes its digits, what lies too deep becomes null, half a surrogate pair becomes
//! the replacement character, a long string loses markup that shows nothing, and then its end. For a text in which nothing of this happens the values are
//! those of `serde_json`. What is no JSON, or stopped in the middle, is no answer at all.

mod builder;
mod lexer;
mod skimmer;
mod text;

use std::{
    collections::BTreeMap,
    hash::{DefaultHasher, Hash as _, Hasher as _},
};

use serde_json::Value;

pub(crate) use self::builder::Shape;
use self::{builder::Builder, lexer::Lexer};

/// The most records that one answer may hold.
const MOST_RECORDS: usize = 20_000;
/// How many records of one answer that cannot be read are told apart.
const MOST_UNREADABLE: usize = 1_000;

/// An answer, read.
pub(crate) struct Listed<T> {
    /// All but the records.
    pub(crate) rest: Value,
    /// The records that could be read; none where there was no list of them.
    pub(crate) records: Option<Vec<T>>,
    /// One mark for each of the others, the same whenever the same record comes.
    pub(crate) unreadable: Vec<u64>,
}

/// An answer while it is read.
pub(crate) struct Reading<'a, T, F> {
    lexer: Lexer,
    builder: Builder<'a>,
    records: Records<T, F>,
}

struct Records<T, F> {
    read: F,
    kept: Vec<T>,
    too_many: bool,
    unreadable: BTreeMap<u64, u32>,
}

impl<'a, T, F: Fn(&Value) -> Option<T>> Reading<'a, T, F> {
    /// Of an answer of this shape, whose listed records are read by `read`.
    pub(crate) fn new(shape: Shape<'a>, read: F) -> Self {
        let records = Records { read, kept: Vec::new(), too_many: false, unreadable: BTreeMap::new() };
        Self { lexer: Lexer::default(), builder: Builder::new(shape), records }
    }

    pub(crate) fn push(&mut self, part: &[u8]) {
        let Self { lexer, builder, records } = self;
        lexer.push(part, &mut |token| builder.take(token, &mut |record| records.take(&record)));
    }

    /// `None` where it was no JSON, or only a part.
    pub(crate) fn finish(self) -> Option<Listed<T>> {
        let Self { mut lexer, mut builder, mut records } = self;
        lexer.finish(&mut |token| builder.take(token, &mut |record| records.take(&record)));
        let built = builder.finish().filter(|_| !lexer.is_within_text() && !records.too_many)?;
        let unreadable = records
            .unreadable
            .into_iter()
            .flat_map(|(mark, times)| (0..times).map(move |nth| mark.wrapping_add(u64::from(nth))));
        Some(Listed {
            rest: built.rest,
            unreadable: unreadable.take(MOST_UNREADABLE).collect(),
            records: built.listed.then_some(records.kept),
        })
    }
}

impl<T, F: Fn(&Value) -> Option<T>> Records<T, F> {
    fn take(&mut self, record: &Value) {
        match (self.read)(record) {
            Some(_) if self.kept.len() == MOST_RECORDS => self.too_many = true,
            Some(record) => self.kept.push(record),
            None => self.pass_over(record),
        }
    }

    fn pass_over(&mut self, record: &Value) {
        let mut hasher = DefaultHasher::new();
        record.to_string().hash(&mut hasher);
        let mark = hasher.finish();
        if self.unreadable.len() < MOST_UNREADABLE || self.unreadable.contains_key(&mark) {
            let times = self.unreadable.entry(mark).or_default();
            *times = times.saturating_add(1);
        }
    }
}

/// Reads a whole body that is one record; `None` where it is no JSON at all, such as a load balancer's page.
pub(crate) fn read(body: &[u8]) -> Option<Value> {
    read_as(Shape::Record, body, |_| None::<()>).map(|listed| listed.rest)
}

/// Reads a whole body that may hold a list.
pub(crate) fn list<T>(body: &[u8], lists: &[&str], read: impl Fn(&Value) -> Option<T>) -> Option<Listed<T>> {
    read_as(Shape::ListOf(lists), body, read)
}

/// Reads a whole body of a shape.
pub(crate) fn read_as<T>(
    shape: Shape<'_>,
    body: &[u8],
    read: impl Fn(&Value) -> Option<T>,
) -> Option<Listed<T>> {
    let mut reading = Reading::new(shape, read);
    reading.push(body);
    reading.finish()
}

#[cfg(test)]
mod tests;
