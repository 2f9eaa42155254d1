//! Intercom's records, read as they really come.
//!
//! Nothing here is a struct to deserialise into: every field is looked for by itself, where today's API has it and where
//! the 1.x API had it, and a field of an unexpected type is an absent field. So one odd field costs that field, and only
//! a record without an id costs the record. Text is trimmed and cut to [`lenient::LONGEST_TEXT`] code points, empty
//! text is absent, addresses are checked.

mod attribute;
pub(crate) mod company;
pub(crate) mod contact;
pub(crate) mod conversation;
pub(crate) mod lenient;
pub(crate) mod note;
pub(crate) mod office_hours;
pub(crate) mod page;
pub(crate) mod workspace;
