//! The stand-in for Discord: REST and gateway over state that tests and the demo can see and change.
//!
//! [`Discord`] is a cheap handle. The bot is given [`Discord::url`] in place of `https://discord.com` and gets everything else
//! from there, the gateway's address too. Tests make servers, channels, roles and people ([`world`]), act as people
//! ([`actors`]), read what was posted ([`watch`]), and break things: faults of the HTTP layer, outages, lost sockets, invalid
//! sessions (see `controls`). Bodies, permissions, nonces and pace are judged by Discord's rules; answers satisfy both
//! Discord's official description and serenity's models. Not there: direct messages, reactions, uploads by people,
//! Components V2, and gateway events about messages (the bot never asks for them).

pub mod actors;
mod commands;
mod compose;
mod controls;
mod error;
mod existence;
mod gateway;
mod handle;
pub mod ids;
mod interaction;
mod message;
pub mod outage;
pub mod permissions;
mod ratelimit;
mod render;
mod rest;
mod sessions;
mod setup;
mod shared;
mod state;
mod validate;
pub mod watch;
mod wire;
pub mod world;

pub use self::{
    existence::Existence,
    handle::Discord,
    interaction::{Ack, AckKind, Choice},
    message::{Attachment, Message, Pings},
    ratelimit::Pace,
    setup::Setup,
    state::{ChannelKind, Lock, RoleSize},
};

#[cfg(test)]
mod tests;
