//! The client of Intercom's REST API: the one place that knows its paths, its shapes and its moods.
//!
//! [`IntercomClient`] is the port [`deskbell_domain::port::intercom::Intercom`] over HTTP. It promises that a workspace
//! never sees more calls in any 60 s than the settings allow, that commands go first, that nothing is repeated which
//! could happen twice, and that one odd record never costs more than that record. It keeps no state but the throttle,
//! and it speaks to no other address than the one it was given.

pub mod answers;
mod app_calls;
mod call;
mod client;
mod companies;
mod contacts;
mod conversations;
mod headers;
mod html;
mod json;
mod legacy;
mod members;
pub mod oauth;
mod observe;
mod port;
mod refusal;
mod retry;
mod search;
mod tags;
mod throttle;
mod tokens;
mod transport;
mod typed;
mod wire;
mod workspaces;

pub use app_calls::AppCalls;
pub use client::{IntercomClient, Settings, SettingsError};
pub use throttle::{Caller, Denied, Permit, Purpose, Throttle, Urgency};
pub use tokens::{NoToken, TokenNews, Tokens};
pub use transport::{Answered, Asked, Connections, Exchanges};

#[cfg(test)]
mod tests;
