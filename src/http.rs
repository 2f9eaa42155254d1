//! The HTTP door: what Intercom tells by itself, and whether the bot is well.
//!
//! There is none unless `HTTP_LISTEN` names an address. It stands behind a proxy that ends TLS. Everything that comes in is
//! bounded: connections, headers, bodies, and the time for each.

mod connect;
mod door;
mod notification;
mod pages;
mod routes;
mod server;
mod signature;
mod uninstall;
mod webhooks;

pub use self::connect::{ConnectPages, below};
pub use self::door::{Apps, Door, Listeners, Overview};
pub use self::server::{Server, Taken};

#[cfg(test)]
mod tests;
