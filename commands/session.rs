//! One interaction: who asks, what they can reach, and how they are answered. Commands and presses are the same to
//! everything behind it.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use poise::serenity_prelude as serenity;

use crate::Ctx;
use crate::answer::{Answer, Place};
use crate::desk::Desk;
use crate::error::CommandError;
use crate::guard::Asker;

/// One interaction.
pub(crate) struct Session<'a> {
    pub(crate) desk: &'a Arc<Desk>,
    pub(crate) http: &'a Arc<serenity::Http>,
    pub(crate) asker: Asker,
    pub(crate) answer: Answer<'a>,
}

impl<'a> Session<'a> {
    /// A slash command.
    pub(crate) fn of_command(ctx: Ctx<'a>) -> Result<Self, CommandError> {
        let (desk, http) = (ctx.framework.user_data, &ctx.framework.serenity_context.http);
        let answer = Answer::new(
            http,
            ctx.interaction.id,
            &ctx.interaction.token,
            ctx.has_sent_initial_response,
            Place::New,
            desk.in_progress.token(),
        );
        let asker = Asker::of_command(ctx.interaction)?;
        Ok(Self { desk, http, asker, answer })
    }

    /// A press of a button or a choice in a select. `place` says whether the message that was pressed is replaced.
    pub(crate) fn of_press(
        desk: &'a Arc<Desk>,
        http: &'a Arc<serenity::Http>,
        press: &'a serenity::ComponentInteraction,
        acknowledged: &'a AtomicBool,
        place: Place,
    ) -> Result<Self, CommandError> {
        let asker = Asker::of_press(press)?;
        let token = desk.in_progress.token();
        let answer = Answer::new(http, press.id, &press.token, acknowledged, place, token);
        Ok(Self { desk, http, asker, answer })
    }
}
