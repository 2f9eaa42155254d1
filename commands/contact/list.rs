//! Lists and their pages: `/lead list` and the buttons below it.

use deskbell_domain::access::Needed;
use deskbell_domain::contact::{Company, Role};
use deskbell_domain::press::look::LookPress;
use deskbell_domain::service::input;
use deskbell_domain::service::list::{List, ListQuery};
use deskbell_text as text;
use deskbell_text::command::CommandName;
use deskbell_text::contact::list::ExportButton;
use deskbell_text::failure::Effect;

use crate::contact::retry::{self, Asked, may_be_repeated};
use crate::contact::shown;
use crate::contact::which_company::{ForCompany, the_company};
use crate::interaction::error::{CommandError, Refusal};
use crate::interaction::guard;
use crate::interaction::keep::{keep, kept, new_key};
use crate::interaction::session::Session;
use crate::interaction::tell::tell;

/// Shows the first page of what somebody typed. The asker was checked already.
pub(crate) async fn ask(
    session: &Session<'_>,
    role: Role,
    company: Option<String>,
    search: Option<String>,
) -> Result<(), CommandError> {
    session.answer.begin().await?;
    match wanted(session, role, company.as_deref(), search.as_deref()).await {
        Ok(query) => begin(session, query).await,
        Err(failure) => {
            let asked = Asked::List { of: role, company, search };
            let effect = retry::effect(session, &asked, &failure).await;
            tell(session, "list", &failure, &effect).await;
            Ok(())
        }
    }
}

async fn wanted(
    session: &Session<'_>,
    role: Role,
    company: Option<&str>,
    search: Option<&str>,
) -> Result<ListQuery, CommandError> {
    let Some(typed) = company.map(str::trim).filter(|text| !text.is_empty()) else {
        return Ok(query(session, role, None, search));
    };
    let for_list = ForCompany::List { role, search: search.map(str::to_owned) };
    match the_company(session, typed, for_list).await? {
        Some(company) => Ok(query(session, role, Some(company), search)),
        None => Err(Refusal::UnknownCompany(typed.to_owned()).into()),
    }
}

/// A list of those in a company, with this in their name or address.
pub(crate) fn query(
    session: &Session<'_>,
    role: Role,
    company: Option<Company>,
    search: Option<&str>,
) -> ListQuery {
    ListQuery {
        role,
        company_name: company.as_ref().map(|company| label(session, company)),
        company: company.map(|company| company.id),
        search: search.and_then(input::line),
    }
}

fn label(session: &Session<'_>, company: &Company) -> String {
    let known = company.name.clone().or_else(|| session.context.workspace.ports.names.company(&company.id));
    known.or_else(|| company.company_id.clone()).unwrap_or_else(|| company.id.to_string())
}

/// Shows the first page of a list. The asker was checked already.
pub(crate) async fn begin(session: &Session<'_>, query: ListQuery) -> Result<(), CommandError> {
    session.answer.begin().await?;
    let (key, list) = (new_key(&session.context), List::new(query));
    let Err(failure) = show(session, list.clone(), &key, 1).await else { return Ok(()) };
    let can_go_on =
        may_be_repeated(&failure) && keep(&session.context, &session.asker, &key, &list).await.is_ok();
    let again = can_go_on.then(|| LookPress::Page(key, 1).to_custom_id());
    tell(session, "list", &failure, &Effect::Read { again }).await;
    Ok(())
}

/// Shows another page of a list.
pub(crate) async fn turn(session: &Session<'_>, key: &str, number: u32) -> Result<(), CommandError> {
    session.answer.begin().await?;
    match kept::<List>(&session.context, session.asker.guild, key).await? {
        Some(list) => show(session, list, key, number).await,
        None => Err(Refusal::ListExpired { role: Role::Lead }.into()),
    }
}

/// What a list shows: its query; everybody, where its day is over.
pub(crate) async fn query_of(session: &Session<'_>, key: &str) -> Result<ListQuery, CommandError> {
    let list = kept::<List>(&session.context, session.asker.guild, key).await?;
    list.map(|list| list.query).ok_or_else(|| Refusal::ListExpired { role: Role::Lead }.into())
}

async fn show(session: &Session<'_>, mut list: List, key: &str, number: u32) -> Result<(), CommandError> {
    let context = &session.context;
    let shown = shown(context);
    let mut page = session.answer.patiently(list.page(&*session.intercom, number)).await?;
    if let Err(cause) = keep(context, &session.asker, key, &list).await {
        // The page is there; only its buttons will call it expired.
        tracing::warn!(%cause, "a list could not be kept");
    }
    learn_names(session).await;
    for contact in &mut page.contacts {
        context.workspace.ports.names.resolve(contact);
    }
    let create = context.bot.command_ids.mention(match list.query.role {
        Role::Lead => CommandName::LeadCreate,
        Role::User => CommandName::UserCreate,
    });
    let export = export_button(session).await;
    session.answer.give(text::contact::list::page(shown, &list.query, &page, key, &create, export)).await
}

/// A button that would only refuse is not shown.
async fn export_button(session: &Session<'_>) -> ExportButton {
    match guard::may(&session.context, &session.asker, Needed::Export).await {
        Ok(()) => ExportButton::Shown,
        Err(_) => ExportButton::Hidden,
    }
}

/// Company names for the lines, from the list that the picker uses as well; a list without them is a list too.
async fn learn_names(session: &Session<'_>) {
    let context = &session.context;
    if context.workspace.companies.is_stale() {
        let fetch = context
            .workspace
            .companies
            .fetch(&*context.workspace.ports.intercom, &context.workspace.ports.names);
        let within = tokio::time::timeout(std::time::Duration::from_secs(5), fetch);
        if !matches!(within.await, Ok(Ok(()))) {
            tracing::debug!("the names of companies could not be fetched for a list");
        }
    }
}
