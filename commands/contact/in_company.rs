//! A company was picked among several that were meant.

use deskbell_domain::access::Needed;
use deskbell_domain::contact::Company;
use deskbell_domain::ids::CompanyId;
use deskbell_text::command::CommandName;

use crate::contact::which_company::ForCompany;
use crate::contact::{create, list};
use crate::interaction::error::{CommandError, Refusal};
use crate::interaction::guard;
use crate::interaction::keep::kept;
use crate::interaction::session::Session;

/// Goes on with it. That the asker may look was checked already.
pub(crate) async fn picked(session: &Session<'_>, key: &str, id: CompanyId) -> Result<(), CommandError> {
    session.answer.begin().await?;
    match kept::<ForCompany>(&session.context, session.asker.guild, key).await? {
        Some(ForCompany::Create(draft)) => {
            guard::may(&session.context, &session.asker, Needed::Act).await?;
            let mut draft = draft;
            draft.company = Some(id.to_string());
            create::create(session, draft).await
        }
        Some(ForCompany::List { role, search }) => {
            let company = Company { id, company_id: None, name: None };
            list::begin(session, list::query(session, role, Some(company), search.as_deref())).await
        }
        None => Err(Refusal::ChoiceExpired { command: CommandName::LeadList }.into()),
    }
}
