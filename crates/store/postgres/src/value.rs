//! What stands in the place of a statement's parameters, each of a known type, so that a statement needs no trip to ask for
//! them.

use std::error::Error;
use std::fmt;

use deskbell_domain::event::{EventId, EventKind};
use deskbell_domain::ids::{
    AmendmentNumber, ApplicationId, ChannelId, ContactId, ConversationId, GuildId, JournalNumber, MessageId,
    SubscriptionId, WorkspaceId,
};
use deskbell_domain::roll_up::Day;
use deskbell_domain::threshold::Threshold;
use deskbell_domain::time::{Timestamp, UnixMillis};
use serde::Serialize;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use crate::text::stored;

/// A parameter. It is never printed: it may tell of somebody.
#[derive(Clone, PartialEq)]
pub(crate) enum Value {
    Number(Option<i64>),
    Small(i16),
    Flag(bool),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
    Json(Option<String>),
    Numbers(Vec<i64>),
    NumbersOrNone(Vec<Option<i64>>),
    Smalls(Vec<i16>),
    Flags(Vec<bool>),
    Texts(Vec<String>),
    TextsOrNone(Vec<Option<String>>),
    Blobs(Vec<Vec<u8>>),
}

impl Value {
    pub(crate) fn kind(&self) -> Type {
        match self {
            Self::Number(_) => Type::INT8,
            Self::Small(_) => Type::INT2,
            Self::Flag(_) => Type::BOOL,
            Self::Text(_) => Type::TEXT,
            Self::Bytes(_) => Type::BYTEA,
            Self::Json(_) => Type::JSONB,
            Self::Numbers(_) | Self::NumbersOrNone(_) => Type::INT8_ARRAY,
            Self::Smalls(_) => Type::INT2_ARRAY,
            Self::Flags(_) => Type::BOOL_ARRAY,
            Self::Texts(_) | Self::TextsOrNone(_) => Type::TEXT_ARRAY,
            Self::Blobs(_) => Type::BYTEA_ARRAY,
        }
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.kind().name())
    }
}

impl ToSql for Value {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Self::Number(value) => value.to_sql(kind, out),
            Self::Small(value) => value.to_sql(kind, out),
            Self::Flag(value) => value.to_sql(kind, out),
            Self::Text(value) => value.as_deref().map(stored).to_sql(kind, out),
            Self::Bytes(value) => value.to_sql(kind, out),
            Self::Json(None) => Ok(IsNull::Yes),
            Self::Json(Some(text)) => {
                // The one version of the binary form, and then the text.
                out.extend_from_slice(&[1]);
                out.extend_from_slice(text.as_bytes());
                Ok(IsNull::No)
            }
            Self::Numbers(values) => values.to_sql(kind, out),
            Self::NumbersOrNone(values) => values.to_sql(kind, out),
            Self::Smalls(values) => values.to_sql(kind, out),
            Self::Flags(values) => values.to_sql(kind, out),
            Self::Texts(values) => {
                values.iter().map(|text| stored(text)).collect::<Vec<_>>().to_sql(kind, out)
            }
            Self::TextsOrNone(values) => {
                let values: Vec<_> = values.iter().map(|text| text.as_deref().map(stored)).collect();
                values.to_sql(kind, out)
            }
            Self::Blobs(values) => values.to_sql(kind, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// What can be a parameter.
pub(crate) trait Bind {
    fn bind(&self) -> Value;
}

impl<T: Bind + ?Sized> Bind for &T {
    fn bind(&self) -> Value {
        (**self).bind()
    }
}

impl Bind for Value {
    fn bind(&self) -> Value {
        self.clone()
    }
}

/// A number of 64 bits as the database has it: those without a sign keep their bits.
macro_rules! numbers {
    ($($kind:ty: $read:expr;)+) => {
        $(
            impl Bind for $kind {
                fn bind(&self) -> Value {
                    let read: fn(&$kind) -> i64 = $read;
                    Value::Number(Some(read(self)))
                }
            }

            impl Bind for Option<$kind> {
                fn bind(&self) -> Value {
                    let read: fn(&$kind) -> i64 = $read;
                    Value::Number(self.as_ref().map(read))
                }
            }

            impl Bind for [$kind] {
                fn bind(&self) -> Value {
                    let read: fn(&$kind) -> i64 = $read;
                    Value::Numbers(self.iter().map(read).collect())
                }
            }

            impl Bind for Vec<$kind> {
                fn bind(&self) -> Value {
                    self.as_slice().bind()
                }
            }
        )+
    };
}

numbers! {
    i64: |number| *number;
    u64: |number| number.cast_signed();
    u32: |number| i64::from(*number);
    GuildId: |id| id.0.cast_signed();
    ChannelId: |id| id.0.cast_signed();
    MessageId: |id| id.0.cast_signed();
    ApplicationId: |id| id.0.cast_signed();
    SubscriptionId: |id| id.0.cast_signed();
    deskbell_domain::delivery::DeadLetterId: |id| id.0.cast_signed();
    JournalNumber: |number| number.0.cast_signed();
    AmendmentNumber: |number| i64::try_from(number.0).unwrap_or(i64::MAX);
    Timestamp: |at| at.0;
    UnixMillis: |at| at.0;
    Day: |day| day.0;
    Threshold: |threshold| threshold.seconds();
}

/// Texts.
macro_rules! texts {
    ($($kind:ty: $read:expr;)+) => {
        $(
            impl Bind for $kind {
                fn bind(&self) -> Value {
                    let read: fn(&$kind) -> &str = $read;
                    Value::Text(Some(read(self).to_owned()))
                }
            }

            impl Bind for Option<$kind> {
                fn bind(&self) -> Value {
                    let read: fn(&$kind) -> &str = $read;
                    Value::Text(self.as_ref().map(|text| read(text).to_owned()))
                }
            }

            impl Bind for [$kind] {
                fn bind(&self) -> Value {
                    let read: fn(&$kind) -> &str = $read;
                    Value::Texts(self.iter().map(|text| read(text).to_owned()).collect())
                }
            }

            impl Bind for Vec<$kind> {
                fn bind(&self) -> Value {
                    self.as_slice().bind()
                }
            }
        )+
    };
}

texts! {
    String: |text| text;
    WorkspaceId: |id| id.as_str();
    ContactId: |id| id.as_str();
    ConversationId: |id| id.as_str();
    EventId: |id| id.as_str();
}

impl Bind for str {
    fn bind(&self) -> Value {
        Value::Text(Some(self.to_owned()))
    }
}

impl Bind for bool {
    fn bind(&self) -> Value {
        Value::Flag(*self)
    }
}

impl Bind for [u8] {
    fn bind(&self) -> Value {
        Value::Bytes(Some(self.to_vec()))
    }
}

impl Bind for Vec<u8> {
    fn bind(&self) -> Value {
        self.as_slice().bind()
    }
}

/// A kind of event, by the letter that stands for it wherever it is stored.
impl Bind for EventKind {
    fn bind(&self) -> Value {
        Value::Small(i16::from(self.spec().letter))
    }
}

/// A value that nobody needs to hide, as JSON.
pub(crate) fn json<T: Serialize>(value: &T) -> Value {
    Value::Json(Some(text_of(value)))
}

/// The same, or nothing.
pub(crate) fn json_or_none<T: Serialize>(value: Option<&T>) -> Value {
    Value::Json(value.map(text_of))
}

fn text_of<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("every stored type has keys that are text or numbers")
}

/// A statement with its parameters.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) statement: &'static str,
    pub(crate) values: Vec<Value>,
}

/// Makes a call: the statement, then its parameters.
macro_rules! call {
    ($statement:expr $(, $value:expr)* $(,)?) => {
        $crate::value::Call {
            statement: $statement,
            values: vec![$($crate::value::Bind::bind(&$value)),*],
        }
    };
}
pub(crate) use call;
