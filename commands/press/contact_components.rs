//! Answers the controls below what `/lead` and `/user` show.

use deskbell_domain::access::Grant;
use deskbell_domain::ids::ContactId;
use deskbell_domain::press::look::LookPress;
use deskbell_domain::press::parse_contact;
use deskbell_domain::service::list::ListQuery;
use deskbell_domain::service::share::ShareDecision;

use crate::contact;
use crate::contact::export;
use crate::contact::export_file::Format;
use crate::contact::list;
use crate::contact::share::share;
use crate::interaction::error::{CommandError, Refusal};
use crate::interaction::guard;
use crate::interaction::session::Session;
use crate::user;

/// Answers a press.
pub(crate) async fn answer(
    session: &Session<'_>,
    press: LookPress,
    chosen: &[String],
) -> Result<(), CommandError> {
    let needed = if matches!(press, LookPress::Export(_)) { Grant::LookAndExport } else { Grant::Look };
    guard::may_look(&session.context, &session.asker, needed).await?;
    match press {
        LookPress::Open(id) => contact::open(session, &id).await,
        LookPress::OpenOne => contact::open(session, &one(chosen)?).await,
        LookPress::Share(id) => share(session, &id, ShareDecision::Open).await,
        LookPress::ShareAnyway(id) => share(session, &id, ShareDecision::Anyway).await,
        LookPress::Page(key, page) => list::turn(session, &key, page).await,
        LookPress::List(role) => list::begin(session, ListQuery::all(role)).await,
        LookPress::Export(key) => {
            let query = list::query_of(session, &key).await?;
            export::export(session, query, Format::Csv).await
        }
        LookPress::LookAgain(key) => contact::get_again(session, &key).await,
        LookPress::Update(key) => user::picked(session, &key, &one(chosen)?).await,
    }
}

/// The contact that was chosen in a select.
pub(crate) fn one(chosen: &[String]) -> Result<ContactId, CommandError> {
    let id = chosen.first().and_then(|id| parse_contact(id));
    id.ok_or_else(|| Refusal::OldButton.into())
}

#[cfg(test)]
mod tests;
