//! Messages that the bot posts in a channel, independent of Discord's types.
//!
//! A batch of events becomes a message by [`for_batch`], a pure function: however often a batch is sent, it looks the
//! same. What the bot says of itself is in [`notice`], what it shows to try out a notification in `sample`.

mod acts;
mod batch;
mod line;
pub mod notice;
mod sample;
mod together;

pub(crate) use acts::of_conversation;
pub use batch::for_batch;
pub use notice::{
    Opened, audience_buttons, back_notice, became_public_notice, on_hold_notice, set_aside_notice,
    set_up_notice, trouble_notice, trouble_over_notice,
};
pub use sample::sample;

use deskbell_domain::service::request::Messages;

/// What services post in channels.
pub const MESSAGES: Messages = Messages { first: set_up_notice, sample };

#[cfg(test)]
mod tests;
