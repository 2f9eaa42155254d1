//! Answers the controls below what `/lead` and `/user` show.

use deskbell_domain::access::Needed;
use deskbell_domain::ids::{CompanyId, ContactId};
use deskbell_domain::press::look::LookPress;
use deskbell_domain::press::parse_contact;
use deskbell_domain::service::list::ListQuery;
use deskbell_domain::service::share::ShareDecision;

use crate::contact;
use crate::contact::create::create;
use crate::contact::export;
use crate::contact::export_file::Format;
use crate::contact::list;
use crate::contact::share::share;
use crate::contact::{again, draft, in_company, save_user};
use crate::interaction::error::{CommandError, Refusal};
use crate::interaction::guard;
use crate::interaction::session::Session;
use crate::press::given::Given;

/// Answers a press below what `/lead` and `/user` show.
pub(crate) async fn answer(
    session: &Session<'_>,
    press: LookPress,
    given: &Given,
) -> Result<(), CommandError> {
    guard::may(&session.context, &session.asker, needed_for(&press)).await?;
    match press {
        LookPress::Open(id) | LookPress::OpenAgain(id) => contact::open(session, &id).await,
        LookPress::OpenOne => contact::open(session, &one(&given.chosen)?).await,
        LookPress::Share(id) => share(session, &id, ShareDecision::Open).await,
        LookPress::ShareAnyway(id) => share(session, &id, ShareDecision::Anyway).await,
        LookPress::Page(key, page) => list::turn(session, &key, page).await,
        LookPress::List(role) => list::begin(session, ListQuery::all(role)).await,
        LookPress::Export(key) => {
            let query = list::query_of(session, &key).await?;
            export::export(session, query, Format::Csv).await
        }
        LookPress::LookAgain(key) => again::ask_again(session, &key).await,
        making => make(session, making, given).await,
    }
}

/// What a press asks for. A company may also be picked for a list: that press is looked at again once it is known.
fn needed_for(press: &LookPress) -> Needed {
    match press {
        LookPress::Open(_)
        | LookPress::OpenAgain(_)
        | LookPress::OpenOne
        | LookPress::Share(_)
        | LookPress::ShareAnyway(_)
        | LookPress::Page(..)
        | LookPress::List(_)
        | LookPress::LookAgain(_)
        | LookPress::InCompany(_) => Needed::Look,
        LookPress::Update(_)
        | LookPress::Mend(_)
        | LookPress::Filled(_)
        | LookPress::CreateLead(_)
        | LookPress::Convert(_)
        | LookPress::CreateBeside(_) => Needed::Act,
        LookPress::Export(_) => Needed::Export,
    }
}

/// What makes or changes somebody in Intercom.
async fn make(session: &Session<'_>, press: LookPress, given: &Given) -> Result<(), CommandError> {
    match press {
        LookPress::Update(key) => save_user::picked(session, &key, &one(&given.chosen)?).await,
        LookPress::Mend(key) => draft::mend(session, &key).await,
        LookPress::Filled(key) => create(session, draft::mended(session, &key, &given.filled).await?).await,
        LookPress::InCompany(key) => in_company::picked(session, &key, one_company(&given.chosen)?).await,
        LookPress::CreateLead(key) => create(session, draft::typed_before(session, &key).await?).await,
        LookPress::Convert(key) => {
            let picked = if given.chosen.is_empty() { None } else { Some(one(&given.chosen)?) };
            save_user::make_lead_a_user(session, &key, picked).await
        }
        LookPress::CreateBeside(key) => save_user::beside_leads(session, &key).await,
        _ => Err(Refusal::OldButton.into()),
    }
}

/// The contact that was chosen in a select.
pub(crate) fn one(chosen: &[String]) -> Result<ContactId, CommandError> {
    let id = chosen.first().and_then(|id| parse_contact(id));
    id.ok_or_else(|| Refusal::OldButton.into())
}

/// The company that was chosen in a select: its id is of the same form.
fn one_company(chosen: &[String]) -> Result<CompanyId, CommandError> {
    Ok(CompanyId::new(one(chosen)?.as_str()))
}

#[cfg(test)]
mod tests;
