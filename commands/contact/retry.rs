//! [Try again] below what could not be shown: what was asked for is kept, so that the same is asked again.

use deskbell_domain::contact::Role;
use deskbell_domain::ids::MemberId;
use deskbell_domain::port::intercom::IntercomError;
use deskbell_domain::press::look::LookPress;
use deskbell_domain::service::list::ListQuery;
use deskbell_text::failure::Effect;
use serde::{Deserialize, Serialize};

use crate::contact::export_file::Format;
use crate::interaction::error::CommandError;
use crate::interaction::keep::{keep, new_key};
use crate::interaction::session::Session;

/// What was asked for: no `Debug`, it may hold what a person typed. Told apart by the names of the fields, since those
/// who looked for one person are the older form.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Asked {
    /// One person.
    Get { role: Role, text: String },
    /// The first page of a list.
    List { of: Role, company: Option<String>, search: Option<String> },
    /// A file.
    Export { query: ListQuery, format: Format },
    /// A conversation.
    Conversation { conversation: String },
    /// Who a member of the server is.
    Member { member: MemberId },
    /// Whose the addresses in a message are.
    Message { emails: Vec<String> },
}

/// What a read that failed may be told with: with [Try again] where that may help and what was asked for could be kept.
pub(crate) async fn effect(session: &Session<'_>, asked: &Asked, failure: &CommandError) -> Effect {
    if !may_be_repeated(failure) {
        return Effect::Read { again: None };
    }
    let key = new_key(&session.context);
    let kept = keep(&session.context, &session.asker, &key, asked).await;
    Effect::Read { again: kept.ok().map(|()| LookPress::LookAgain(key).to_custom_id()) }
}

/// Whether [Try again] may help. Whoever asked too much is told when more is allowed instead: to keep something for each
/// of such commands would let one person fill the store.
pub(crate) fn may_be_repeated(failure: &CommandError) -> bool {
    matches!(
        failure,
        CommandError::Intercom(IntercomError::Unavailable(_) | IntercomError::RateLimited { .. })
    )
}
