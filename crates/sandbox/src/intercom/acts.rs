//! What happens in a workspace without the API: what its customers and teammates do.
//!
//! Which times an act moves is Intercom's: a page visit moves `updated_at`, a tag does not. Every act takes effect at
//! once; only searches lag, where a lag was set.

mod companies;
mod contacts;
mod conversations;
mod people;
mod tags;
mod tickets;

use std::fmt;

pub(super) use self::tickets::convert as convert_to_ticket;

pub use self::{
    companies::CompaniesHandle,
    contacts::ContactsHandle,
    conversations::ConversationsHandle,
    people::{BotHandle, CustomerHandle, TeammateHandle},
    tags::TagsHandle,
    tickets::TicketsHandle,
};

/// A record that the workspace does not have, or no longer has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownRecord;

impl fmt::Display for UnknownRecord {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the workspace has no such record")
    }
}

impl std::error::Error for UnknownRecord {}
