//! Records as JSON, shaped as the published description says, and oddly shaped where a test wants it.

mod admin;
mod author;
mod company;
mod contact;
mod conversation;
mod legacy;
mod odd;
mod part;
mod statistics;
mod tag;
mod ticket;
mod told;

pub(super) use self::{
    admin::admin,
    company::company,
    contact::contact,
    conversation::{conversation, conversation_with_part, conversation_with_parts},
    legacy::legacy_user,
    tag::applied as applied_tag,
    ticket::{ticket, ticket_type},
    told::told_conversation,
};
