//! Discord, outward: messages as bodies, escaping, limits, the Messenger and what is known of channels.
//!
//! It turns the domain's messages into what Discord accepts, whatever stands in them, and Discord's
//! answers into outcomes that have one reaction each.

mod address;
pub mod component;
pub mod directory;
pub mod embed;
pub mod escape;
mod form;
pub mod interaction;
mod leaving_out;
pub mod limits;
pub mod message;
pub mod messenger;
pub mod permission;
mod recognition;
mod refusal;
pub mod remover;
pub mod rest;
#[cfg(feature = "testing")]
pub mod testing;
pub mod text;
