//! Several companies are meant by what was typed: one of them is picked, and then what was asked for goes on.

use deskbell_domain::contact::{Company, Role};
use deskbell_domain::service::companies::Chosen;
use deskbell_domain::service::draft::Draft;
use deskbell_text as text;
use serde::{Deserialize, Serialize};

use crate::interaction::error::{CommandError, Refusal};
use crate::interaction::keep::{keep, new_key};
use crate::interaction::refusal::Said;
use crate::interaction::session::Session;

/// What goes on with the company that is picked: no `Debug`, it holds what a person typed.
#[derive(Serialize, Deserialize)]
pub(crate) enum ForCompany {
    /// A lead or user is made.
    Create(Draft),
    /// Those who are in it are listed.
    List { role: Role, search: Option<String> },
}

/// The company that was picked or typed; none where nobody knows it.
///
/// # Errors
/// Refuses where several are meant, with a choice.
pub(crate) async fn the_company(
    session: &Session<'_>,
    typed: &str,
    for_what: ForCompany,
) -> Result<Option<Company>, CommandError> {
    match session.answer.patiently(session.places().company(typed)).await? {
        Chosen::Company(company) => Ok(Some(company)),
        Chosen::Unknown => Ok(None),
        Chosen::Several(companies) => {
            let key = new_key(&session.context);
            keep(&session.context, &session.asker, &key, &for_what).await?;
            let reply = Box::new(text::contact::company::pick_company(typed, key, &companies));
            Err(Refusal::Said { kind: Said::SeveralCompanies, reply }.into())
        }
    }
}
