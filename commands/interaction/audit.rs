//! Who did what at Intercom: what services do not write down themselves. It is written down before it is done, and again
//! with how it ended.

pub(crate) use deskbell_domain::audit::Action;
use deskbell_domain::audit::Deed;
pub(crate) use deskbell_domain::audit::entry::{Begun, Outcome};
use deskbell_domain::ids::ContactId;

use crate::interaction::error::CommandError;
use crate::interaction::session::Session;

/// Writes down what is about to be done. Where that cannot be written it is not to be done.
pub(crate) async fn begin(session: &Session<'_>, action: Action) -> Result<Begun, CommandError> {
    let home = session.context.home(session.asker.guild);
    Ok(session.context.store().begin_deed(&home, Deed::of(session.asker.member, action)).await?)
}

/// The same of what is done to a contact.
pub(crate) async fn begin_about(
    session: &Session<'_>,
    action: Action,
    contact: &ContactId,
) -> Result<Begun, CommandError> {
    let home = session.context.home(session.asker.guild);
    let deed = Deed::about(session.asker.member, action, contact);
    Ok(session.context.store().begin_deed(&home, deed).await?)
}

/// Writes down how it ended. It has happened: where that cannot be written the next start says that nobody knows.
pub(crate) async fn end(session: &Session<'_>, begun: Begun, outcome: Outcome) {
    let home = session.context.home(session.asker.guild);
    if outcome == Outcome::Done {
        deskbell_domain::audit::log(home.guild, &begun.deed);
    }
    if let Err(cause) = session.context.store().end_deed(&home, begun, outcome).await {
        tracing::warn!(%cause, "it could not be written down how something ended");
    }
}
