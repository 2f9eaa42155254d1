//! Reading the cells of a row.

use deskbell_domain::event::EventKind;
use serde::de::DeserializeOwned;
use tokio_postgres::Row;
use tokio_postgres::types::{FromSql, Type};

use crate::failure::{Attempt, Failure};
use crate::text;

/// The cells of a row, by the names of their columns.
pub(crate) trait Cells {
    /// A number with a sign.
    fn signed(&self, column: &str) -> Attempt<i64>;

    fn signed_or_none(&self, column: &str) -> Attempt<Option<i64>>;

    /// A number without one.
    fn number(&self, column: &str) -> Attempt<u64> {
        self.signed(column).map(i64::cast_unsigned)
    }

    fn number_or_none(&self, column: &str) -> Attempt<Option<u64>> {
        Ok(self.signed_or_none(column)?.map(i64::cast_unsigned))
    }

    fn text(&self, column: &str) -> Attempt<String>;

    fn text_or_none(&self, column: &str) -> Attempt<Option<String>>;

    fn bytes(&self, column: &str) -> Attempt<Vec<u8>>;

    fn bytes_or_none(&self, column: &str) -> Attempt<Option<Vec<u8>>>;

    fn flag(&self, column: &str) -> Attempt<bool>;

    /// A kind of event by its letter.
    fn kind(&self, column: &str) -> Attempt<EventKind>;

    /// A value that is kept as JSON; `what` says what it is, where it cannot be read.
    fn json<T: DeserializeOwned>(&self, column: &str, what: &'static str) -> Attempt<T> {
        self.json_or_none(column, what)?.ok_or_else(|| Failure::unreadable(what))
    }

    fn json_or_none<T: DeserializeOwned>(&self, column: &str, what: &'static str) -> Attempt<Option<T>>;
}

impl Cells for Row {
    fn signed(&self, column: &str) -> Attempt<i64> {
        Ok(self.try_get(column)?)
    }

    fn signed_or_none(&self, column: &str) -> Attempt<Option<i64>> {
        Ok(self.try_get(column)?)
    }

    fn text(&self, column: &str) -> Attempt<String> {
        Ok(text::read(self.try_get(column)?))
    }

    fn text_or_none(&self, column: &str) -> Attempt<Option<String>> {
        let stored: Option<String> = self.try_get(column)?;
        Ok(stored.map(text::read))
    }

    fn bytes(&self, column: &str) -> Attempt<Vec<u8>> {
        Ok(self.try_get(column)?)
    }

    fn bytes_or_none(&self, column: &str) -> Attempt<Option<Vec<u8>>> {
        Ok(self.try_get(column)?)
    }

    fn flag(&self, column: &str) -> Attempt<bool> {
        Ok(self.try_get(column)?)
    }

    fn kind(&self, column: &str) -> Attempt<EventKind> {
        let letter: i16 = self.try_get(column)?;
        let known = EventKind::ALL.into_iter().find(|kind| i16::from(kind.spec().letter) == letter);
        known.ok_or_else(|| Failure::unreadable("kind of event"))
    }

    fn json_or_none<T: DeserializeOwned>(&self, column: &str, what: &'static str) -> Attempt<Option<T>> {
        let text: Option<Json> = self.try_get(column)?;
        let read = |Json(text): Json| serde_json::from_slice(&text).map_err(|_| Failure::unreadable(what));
        text.map(read).transpose()
    }
}

/// The text of a value of JSON.
struct Json(Vec<u8>);

impl<'a> FromSql<'a> for Json {
    fn from_sql(_: &Type, bytes: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        // The one version of the binary form, and then the text.
        Ok(Self(bytes.get(1..).unwrap_or_default().to_vec()))
    }

    fn accepts(kind: &Type) -> bool {
        *kind == Type::JSONB
    }
}

/// Leaves a value out that cannot be read, with a warning, as lists do.
pub(crate) fn or_skip<T>(read: Attempt<T>) -> Attempt<Option<T>> {
    use deskbell_domain::port::store::StoreError;
    match read {
        Ok(value) => Ok(Some(value)),
        Err(Failure::Told(StoreError::Unreadable { key })) => {
            tracing::warn!(value = key, "a stored value cannot be read and is left out");
            Ok(None)
        }
        Err(other) => Err(other),
    }
}
