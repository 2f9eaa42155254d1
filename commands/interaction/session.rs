//! One interaction: who asks, what they can reach, and how they are answered. Commands and presses are the same to
//! everything behind it.

use std::sync::Arc;

use deskbell_domain::connection::Sight;
use deskbell_domain::port::intercom::{Intercom, OnBehalfOf};
use deskbell_domain::service::find::Places;

use crate::interaction::answer::Answer;
use crate::interaction::asker::Asker;
use crate::interaction::at_work::AtWork;
use crate::interaction::context::{CommandContext, Ctx};
use crate::interaction::error::CommandError;
use crate::interaction::guard;

/// One interaction, from its acknowledgement to its answer.
pub(crate) struct Session<'a> {
    pub(crate) context: CommandContext,
    pub(crate) asker: Asker,
    /// Intercom, on behalf of the asker.
    pub(crate) intercom: Arc<dyn Intercom>,
    /// The same, for looking what became of what the asker did.
    pub(crate) looks: Arc<dyn Intercom>,
    pub(crate) answer: Answer<'a>,
    /// Held while it is worked on.
    pub(crate) at_work: AtWork,
}

impl<'a> Session<'a> {
    /// The session of a slash command.
    pub(crate) fn of_command(ctx: Ctx<'a>) -> Result<Self, CommandError> {
        let asker = Asker::of_command(ctx.interaction)?;
        let context = guard::connected(ctx.framework.user_data, &asker)?;
        let at_work = context.bot.work.begin(asker.member)?;
        Ok(Self::new(context, asker, Answer::of_command(ctx), at_work))
    }

    /// Somebody who asked for something, in a server that is connected to a workspace.
    pub(crate) fn new(context: CommandContext, asker: Asker, answer: Answer<'a>, at_work: AtWork) -> Self {
        let (guild, member) = (asker.guild, asker.member);
        let intercom = context.workspace.intercom_for(OnBehalfOf::Command(guild, member));
        let looks = context.workspace.intercom_for(OnBehalfOf::Look(guild, member));
        Self { context, asker, intercom, looks, answer, at_work }
    }

    /// From now on it is this Intercom that is asked.
    #[cfg(test)]
    pub(crate) fn ask(&mut self, intercom: impl Intercom + 'static) {
        self.intercom = Arc::new(intercom);
        self.looks = Arc::clone(&self.intercom);
    }

    /// What the asker's server sees of the workspace.
    pub(crate) fn sight(&self) -> Sight {
        self.context.workspace.ports.sights.of(self.asker.guild)
    }

    /// Where somebody or a company is looked for, on behalf of the asker.
    pub(crate) fn places(&self) -> Places<'_> {
        self.context.workspace.places(&*self.intercom)
    }
}
