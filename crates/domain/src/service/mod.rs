//! What the slash commands do, over the ports: each service is a few functions from a request to an outcome type.
//!
//! A service decides and calls; it never says a sentence. Nothing that changes Intercom is repeated here: what may be
//! repeated is known to the client alone.

pub mod access;
mod as_before;
pub mod audience;
pub mod audit;
pub mod authorization;
pub mod companies;
pub mod connection;
pub mod conversations;
pub mod dates;
pub mod desk;
pub mod draft;
pub mod export;
pub mod find;
#[cfg(test)]
mod fixture;
pub mod input;
pub mod lead;
pub mod list;
pub mod look_up;
pub mod member;
pub mod merge;
pub mod notify;
pub mod posting;
pub mod privacy;
pub mod request;
pub mod rights;
pub mod setup;
pub mod share;
pub mod status;
pub mod suggest;
pub mod user;
