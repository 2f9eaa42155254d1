//! A bot of the simplest kind, over the wire, and stories about what Discord makes of it.

pub(crate) mod bot;
mod commands;
mod messages;
mod record;
mod serenity;
