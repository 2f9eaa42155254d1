//! The stand-in for Discord: REST and gateway over state that tests and the demo can see and change.
//!
//! [`Discord`] is a cheap handle, and leads to one for each subject. The bot is given [`Discord::url`] in place of
//! `https://discord.com` and gets everything else from there, the gateway's address too. Tests make servers, channels,
//! roles and people ([`Discord::guild`], [`Discord::channel`], [`Discord::permissions`]; see [`world`]), act as people
//! ([`GuildHandle::member`](world::GuildHandle::member); see [`actors`]), read what was posted ([`Discord::messages`]; see
//! [`watch`]), and break things: faults of the HTTP layer ([`Discord::faults`]), outages, lost sockets and invalid sessions
//! ([`Discord::gateway`]), pace ([`Discord::rate_limits`]). Bodies, permissions, nonces and pace are judged by Discord's
//! rules; answers satisfy both Discord's official description and serenity's models. Not there: direct messages, reactions,
//! uploads by people, Components V2, and gateway events about messages (the bot never asks for them).

pub mod actors;
mod application;
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
    application::ApplicationHandle,
    controls::{GatewayHandle, RateLimitsHandle},
    existence::Existence,
    handle::Discord,
    interaction::{Ack, AckKind, Choice},
    message::{Attachment, Message, Pings},
    ratelimit::Pace,
    setup::Setup,
    state::{ChannelKind, InvitedBy, Lock, RoleMention, RoleSize},
};

#[cfg(test)]
mod tests;
