//! Making leads and users out of what was typed, be it in a command, a form, or a message.

use deskbell_domain::contact::Role;
use deskbell_domain::service::draft::Draft;

use crate::contact::{create_lead, draft, save_user};
use crate::interaction::error::CommandError;
use crate::interaction::session::Session;

/// Makes whoever was typed. The asker was checked already.
pub(crate) async fn create(session: &Session<'_>, typed: Draft) -> Result<(), CommandError> {
    // What was mistyped is kept for [Mend it], and a disk may take longer than Discord waits.
    session.answer.begin().await?;
    let (fields, company) = draft::read(session, &typed).await?;
    match typed.role {
        Role::Lead => create_lead::create(session, &fields, company).await,
        Role::User => save_user::save(session, typed, &fields, company).await,
    }
}
