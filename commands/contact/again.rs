//! [Try again] was pressed: what was asked for is asked again.

use deskbell_domain::access::Needed;
use deskbell_text::command::CommandName;

use crate::contact::retry::Asked;
use crate::contact::{export, get, list};
use crate::conversation;
use crate::interaction::error::{CommandError, Refusal};
use crate::interaction::guard;
use crate::interaction::keep::kept;
use crate::interaction::session::Session;
use crate::{look_up_message, show_member};

/// Asks again. The asker was checked already.
pub(crate) async fn ask_again(session: &Session<'_>, key: &str) -> Result<(), CommandError> {
    match kept::<Asked>(&session.context, session.asker.guild, key).await? {
        Some(Asked::Get { role, text }) => get(session, role, &text).await,
        Some(Asked::List { of, company, search }) => list::ask(session, of, company, search).await,
        Some(Asked::Export { query, format }) => {
            guard::may(&session.context, &session.asker, Needed::Export).await?;
            export::export(session, query, format).await
        }
        Some(Asked::Conversation { conversation }) => conversation::look_up(session, &conversation).await,
        Some(Asked::Member { member }) => show_member::show(session, member).await,
        Some(Asked::Message { emails }) => look_up_message::look_up(session, emails).await,
        None => Err(Refusal::ChoiceExpired { command: CommandName::LeadGet }.into()),
    }
}
