//! From what went wrong to the sentence for it: the only place that knows both.

use deskbell_domain::delivery::Reference;
use deskbell_domain::message::Message;
use deskbell_text::around::Around;
use deskbell_text::failure::{self, Effect};
use deskbell_text::{channel, contact, refusal};

use crate::interaction::error::{CommandError, Refusal};

/// Any failure of a command; with the reference where the log tells more.
pub(crate) fn failure(
    around: Around<'_>,
    failed: &CommandError,
    effect: &Effect,
    reference: &Reference,
) -> Message {
    let reply = match failed {
        CommandError::Refused(refusal) => refused(around, refusal, effect),
        CommandError::Intercom(error) => failure::intercom(around, error, effect),
        CommandError::Store(_) => failure::store(effect),
        CommandError::Discord(_) => return failure::bug(reference),
    };
    let reference = failed.is_for_the_log().then_some(reference);
    failure::with_sign(reply, reference)
}

fn refused(around: Around<'_>, refusal: &Refusal, effect: &Effect) -> Message {
    match refusal {
        Refusal::NotInServer => refusal::not_in_server(),
        Refusal::NotLinked { guild, manage } => refusal::not_linked(*guild, *manage),
        Refusal::NotConnected { manage } => refusal::not_connected(around, *manage),
        Refusal::WorkspaceUnknown(waiting) => {
            refusal::waiting_for_intercom(waiting.since, waiting.cause, effect)
        }
        Refusal::NoAccess { what, team } => refusal::no_access(around, *what, team),
        Refusal::NotManager { what } => refusal::not_manager(*what),
        Refusal::Mistakes { mistakes, mend } => contact::draft::mistaken(mistakes, mend.as_deref()),
        Refusal::Gone => refusal::gone(),
        Refusal::Unknown { role, text } => refusal::unknown(*role, text),
        Refusal::WrongRole { found, id } => refusal::wrong_role(*found, id),
        Refusal::IsLead(id) => refusal::is_lead(id),
        Refusal::NoEmailInMessage => refusal::no_email_in_message(),
        Refusal::UnknownCompany(text) => refusal::unknown_company(text, effect),
        Refusal::LeadUnclear => refusal::lead_unclear(around),
        Refusal::ListExpired { role } => refusal::list_expired(*role),
        Refusal::ChoiceExpired { command } => refusal::choice_expired(around, *command, effect),
        Refusal::LeadExists(id) => refusal::lead_exists(id.as_ref()),
        Refusal::OldCommand => refusal::old_command(),
        Refusal::OldButton => refusal::old_button(around),
        Refusal::NothingTyped => refusal::nothing_typed(),
        Refusal::NoSuchConversation(typed) => refusal::no_such_conversation(typed),
        Refusal::UnknownConversation => refusal::unknown_conversation(),
        Refusal::NoLongerKept => refusal::no_longer_kept(),
        Refusal::Channel(closed) => channel::closed(around, closed),
        Refusal::PublicChannel(channel, audience) => channel::public(*channel, *audience),
        Refusal::MayNotPost { channel, lacking } => channel::may_not_post(*channel, lacking),
        Refusal::NotPosted(why) => channel::not_posted(*why, around.now),
        Refusal::Busy => refusal::busy(),
        Refusal::Contended => refusal::contended(),
        Refusal::OwnExportRuns => refusal::own_export_runs(),
        Refusal::TooMuchAtOnce => refusal::too_much_at_once(),
        Refusal::ExportRuns => refusal::export_runs(),
        Refusal::Said { reply, .. } => (**reply).clone(),
    }
}

#[cfg(test)]
mod tests;
