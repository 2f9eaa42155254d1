//! A scripted Intercom for the tests of retries and readers, and the tests over real connections.

mod sandbox;
mod scripted;
mod settings;
mod times;
mod tokens;

pub(crate) use self::scripted::{Script, Step};
