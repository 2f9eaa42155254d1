//! What poise hands around.

use std::sync::Arc;

use crate::desk::Desk;
use crate::error::CommandError;

/// What poise hands to a command; only slash commands exist.
pub(crate) type Ctx<'a> = poise::ApplicationContext<'a, Arc<Desk>, CommandError>;

/// A command as poise keeps it.
pub type Command = poise::Command<Arc<Desk>, CommandError>;
