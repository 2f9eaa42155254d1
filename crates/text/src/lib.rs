//! What people read in Discord: every sentence, whole, as a function of what it tells.
//!
//! Arguments go in, a text, a card or a message comes out, which know nothing of Discord's types and are not escaped yet.
//! No sentence is put together from halves of others, since another language has another order of words: where a word
//! changes, a `match` has the whole sentence twice. What may be put into a sentence is a value (a name, a number, a
//! moment, a list of names), the nouns of a kind of event, which stand in the domain's table of kinds, and after a colon
//! a reason, which is a whole sentence without its full stop.

pub mod access;
pub mod announcement;
pub mod around;
pub mod audience;
pub mod audit;
mod candidate;
pub mod card;
pub mod channel;
pub mod choice;
pub mod command;
pub mod connection;
pub mod contact;
pub mod conversation;
pub mod delivery;
pub mod desk;
pub mod failure;
pub mod field;
pub mod help;
pub mod join;
pub mod member;
mod mention;
pub mod notify;
pub mod number;
pub mod page;
pub mod plain;
pub mod privacy;
pub mod readers;
pub mod refusal;
pub mod setup;
pub mod status;
pub mod transcript;
pub mod trouble;
pub mod webhook;

#[cfg(test)]
mod tests;
