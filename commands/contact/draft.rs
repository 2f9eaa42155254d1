//! What was typed to make somebody: all that is wrong with it is told at once, and [Mend it] opens a form with it.

use std::collections::BTreeMap;

use deskbell_domain::contact::Company;
use deskbell_domain::ids::CompanyId;
use deskbell_domain::port::intercom::ContactFields;
use deskbell_domain::press::look::LookPress;
use deskbell_domain::service::draft::{Draft, Mistake};
use deskbell_text as text;
use deskbell_text::contact::draft::Field;

use crate::contact::which_company::{ForCompany, the_company};
use crate::interaction::error::{CommandError, Refusal};
use crate::interaction::keep::{keep, kept, new_key};
use crate::interaction::session::Session;

/// Reads a draft; the company is looked up even where something else is wrong, so that all is told. The interaction was
/// acknowledged before.
pub(crate) async fn read(
    session: &Session<'_>,
    draft: &Draft,
) -> Result<(ContactFields, Option<Company>), CommandError> {
    let fields = draft.read();
    let company = match draft.company() {
        None => Ok(None),
        Some(typed) => match the_company(session, typed, ForCompany::Create(draft.clone())).await {
            Err(CommandError::Refused(_)) if fields.is_err() => Ok(None),
            found => found?.map(Some).ok_or_else(|| Mistake::Company(typed.to_owned())),
        },
    };
    match (fields, company) {
        (Ok(fields), Ok(company)) => Ok((fields, company)),
        (fields, company) => {
            let mistakes = fields.err().unwrap_or_default().into_iter().chain(company.err()).collect();
            Err(mistaken(session, draft, mistakes).await)
        }
    }
}

/// What was typed is kept, so that it can be mended; where that fails it is only told.
async fn mistaken(session: &Session<'_>, draft: &Draft, mistakes: Vec<Mistake>) -> CommandError {
    let key = new_key(&session.context);
    let kept = keep(&session.context, &session.asker, &key, draft).await;
    let mend = kept.ok().map(|()| LookPress::Mend(key).to_custom_id());
    Refusal::Mistakes { mistakes, mend }.into()
}

/// [Mend it] was pressed: opens the form. The asker was checked already.
pub(crate) async fn mend(session: &Session<'_>, key: &str) -> Result<(), CommandError> {
    let mut draft = typed_before(session, key).await?;
    // Whoever picked a company reads its name rather than its id.
    let names = &session.context.workspace.ports.names;
    if let Some(name) = draft.company.as_deref().and_then(|id| names.company(&CompanyId::new(id))) {
        draft.company = Some(name);
    }
    session.answer.open(text::contact::draft::form(key.to_owned(), &draft)).await
}

/// The form was filled in: what was typed now. The asker was checked already.
pub(crate) async fn mended(
    session: &Session<'_>,
    key: &str,
    filled: &BTreeMap<String, String>,
) -> Result<Draft, CommandError> {
    let before = typed_before(session, key).await?;
    let typed = |field: Field| filled.get(field.id()).cloned().filter(|text| !text.trim().is_empty());
    if filled.is_empty() {
        return Err(Refusal::OldButton.into());
    }
    Ok(Draft {
        role: before.role,
        email: typed(Field::Email).unwrap_or_default(),
        name: typed(Field::Name),
        phone: typed(Field::Phone),
        image_url: typed(Field::ImageUrl),
        company: typed(Field::Company),
    })
}

/// What was typed before, behind a button.
pub(crate) async fn typed_before(session: &Session<'_>, key: &str) -> Result<Draft, CommandError> {
    let draft = kept(&session.context, session.asker.guild, key).await?;
    draft.ok_or_else(|| Refusal::ChoiceExpired { command: text::command::CommandName::LeadCreate }.into())
}
