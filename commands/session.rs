//! One interaction: who asks, what they can reach, and how they are answered. Commands and presses are the same to
//! everything behind it.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use deskbell_desk::port::intercom::{Intercom, OnBehalfOf};
use poise::serenity_prelude as serenity;

use crate::answer::Answer;
use crate::asker::Asker;
use crate::at_work::AtWork;
use crate::context::Ctx;
use crate::desk::Desk;
use crate::error::CommandError;
use crate::press::place::Place;

/// One interaction.
pub(crate) struct Session<'a> {
    pub(crate) desk: &'a Arc<Desk>,
    pub(crate) asker: Asker,
    /// Intercom, on behalf of the asker.
    pub(crate) intercom: Arc<dyn Intercom>,
    pub(crate) answer: Answer<'a>,
    /// Held while a command is worked on; a press holds its own.
    _at_work: Option<AtWork>,
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
        let at_work = desk.work.begin(asker.member)?;
        Ok(Self::new(desk, asker, answer, Some(at_work)))
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
        Ok(Self::new(desk, asker, answer, None))
    }

    fn new(desk: &'a Arc<Desk>, asker: Asker, answer: Answer<'a>, at_work: Option<AtWork>) -> Self {
        let intercom = desk.ports.intercom_for.handle(OnBehalfOf::Command(asker.member));
        Self { desk, asker, intercom, answer, _at_work: at_work }
    }
}
