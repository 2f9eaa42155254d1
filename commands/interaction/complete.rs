//! What is offered while somebody types: companies, leads, users and subscriptions, within a second or not at all.
//!
//! Of one person only what was typed last waits for an answer; what was typed before is answered with an empty list,
//! which Discord shows to nobody. Who has used up their calls is offered what earlier answers tell.
//!
//! poise runs the checks of a command before its autocomplete, but ours stand in its body, so that each function here
//! asks the guard itself; who may not see customers is offered nothing.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use deskbell_domain::access::ManageServer;
use deskbell_domain::contact::{Company, Role};
use deskbell_domain::port::intercom::OnBehalfOf;
use deskbell_domain::service::companies::CompanyBook;
use deskbell_domain::service::conversations::Recent;
use deskbell_domain::service::suggest::Suggestion;
use deskbell_domain::subscription::Subscription;
use deskbell_text::choice;
use deskbell_text::notify::mention::role_choice;
use poise::serenity_prelude as serenity;

use crate::interaction::asker::Asker;
use crate::interaction::context::{CommandContext, Ctx};
use crate::interaction::guard;
use crate::interaction::newest::Typed;

/// How long an answer may wait for Intercom or Discord.
const PATIENCE: Duration = Duration::from_millis(900);
/// How many choices Discord takes, and how long each may be.
const MOST_CHOICES: usize = 25;
const LABEL_LIMIT: usize = 100;

/// A choice: what is read, and what is sent.
type Choice = (String, String);

/// An empty list for an autocomplete that is refused.
pub(crate) async fn no_choices(ctx: Ctx<'_>) {
    let response =
        serenity::CreateInteractionResponse::Autocomplete(serenity::CreateAutocompleteResponse::new());
    if ctx.interaction.create_response(ctx.framework.serenity_context, response).await.is_err() {
        tracing::debug!("an empty list of choices could not be sent");
    }
}

/// Companies: name · `company_id`.
pub(crate) async fn complete_company(ctx: Ctx<'_>, typed: &str) -> serenity::CreateAutocompleteResponse {
    let Some((context, asker)) = looker(ctx).await else { return answer(Vec::new()) };
    let newest = context.bot.newest.begin(asker.member);
    if context.workspace.companies.is_stale() {
        let fetching = Arc::clone(&context.workspace);
        // Everybody's list, for which nobody's calls are used; it is fetched to its end whoever types on.
        let fetch =
            async move { fetching.companies.fetch(&*fetching.ports.intercom, &fetching.ports.names).await };
        if newest.unless_superseded(in_background(&context, fetch)).await.is_none() {
            return answer(Vec::new());
        }
    }
    let kept = context.workspace.companies.kept().unwrap_or_default();
    answer(CompanyBook::matching(&kept, typed, MOST_CHOICES).iter().map(company_choice).collect())
}

/// Leads: name · e-mail.
pub(crate) async fn complete_lead(ctx: Ctx<'_>, typed: &str) -> serenity::CreateAutocompleteResponse {
    complete_contact(ctx, Role::Lead, typed).await
}

/// Users: name · e-mail.
pub(crate) async fn complete_user(ctx: Ctx<'_>, typed: &str) -> serenity::CreateAutocompleteResponse {
    complete_contact(ctx, Role::User, typed).await
}

/// The conversations that moved last: who · what about.
pub(crate) async fn complete_conversation(ctx: Ctx<'_>, typed: &str) -> serenity::CreateAutocompleteResponse {
    let Some((context, asker)) = looker(ctx).await else { return answer(Vec::new()) };
    let newest = context.bot.newest.begin(asker.member);
    if context.workspace.recent.is_stale() {
        let asking = Arc::clone(&context.workspace);
        let intercom = context.workspace.intercom_for(OnBehalfOf::Suggestion(asker.guild, asker.member));
        let ask = async move { newest.unless_superseded(asking.recent.ask(&*intercom)).await };
        if matches!(in_background(&context, ask).await, Some(None)) {
            return answer(Vec::new());
        }
    }
    answer(context.workspace.recent.matching(typed).iter().map(conversation_choice).collect())
}

/// Leads and users, for whoever manages the server.
pub(crate) async fn complete_anybody(ctx: Ctx<'_>, typed: &str) -> serenity::CreateAutocompleteResponse {
    let Some((context, asker)) = somebody(ctx) else { return answer(Vec::new()) };
    if asker.manage == ManageServer::Lacks {
        return answer(Vec::new());
    }
    let leads = suggested(&context, &asker, Role::Lead, typed).await;
    let users = suggested(&context, &asker, Role::User, typed).await;
    let of_each = MOST_CHOICES - users.len().min(MOST_CHOICES / 2);
    answer(leads.iter().take(of_each).chain(&users).map(contact_choice).collect())
}

/// Subscriptions of the server: "New lead → #sales".
pub(crate) async fn complete_subscription(ctx: Ctx<'_>, typed: &str) -> serenity::CreateAutocompleteResponse {
    let Some((context, asker)) = somebody(ctx) else { return answer(Vec::new()) };
    if asker.manage == ManageServer::Lacks {
        return answer(Vec::new());
    }
    let subscriptions =
        context.store().guild_subscriptions(&context.home(asker.guild)).await.unwrap_or_default();
    let labelled = async {
        let mut choices = Vec::new();
        for subscription in &subscriptions {
            choices.push((subscription_label(&context, subscription).await, subscription.id.to_string()));
        }
        choices
    };
    let typed = typed.trim().to_lowercase();
    let newest = context.bot.newest.begin(asker.member);
    let labelled = newest.unless_superseded(tokio::time::timeout(PATIENCE, labelled));
    let choices = labelled.await.and_then(Result::ok).unwrap_or_default();
    answer(choices.into_iter().filter(|(label, _)| label.to_lowercase().contains(&typed)).collect())
}

/// Roles of the server by name, below what else can be chosen.
pub(crate) async fn complete_whom(
    ctx: Ctx<'_>,
    typed: &str,
    first: Option<&'static str>,
) -> serenity::CreateAutocompleteResponse {
    let Some((context, asker)) = somebody(ctx) else { return answer(Vec::new()) };
    if asker.manage == ManageServer::Lacks {
        return answer(Vec::new());
    }
    let newest = context.bot.newest.begin(asker.member);
    let asked = tokio::time::timeout(PATIENCE, context.channels().named_roles(asker.guild));
    let roles = newest.unless_superseded(asked).await.and_then(Result::ok).and_then(Result::ok);
    let roles = roles.unwrap_or_default();
    let first = first.map(|choice| (choice.to_owned(), choice.to_owned()));
    let named = roles.iter().map(|role| (role_choice(role), role.id.to_string()));
    let typed = typed.trim().to_lowercase();
    let all = first.into_iter().chain(named);
    answer(all.filter(|(label, _)| label.to_lowercase().contains(&typed)).collect())
}

/// "New lead → #sales"; a channel that cannot be looked up is named by its id.
pub(crate) async fn subscription_label(context: &CommandContext, subscription: &Subscription) -> String {
    let name = context.channels().name(subscription.guild, subscription.channel).await;
    let name = name.unwrap_or_else(|_| subscription.channel.to_string());
    choice::notification(subscription, &name)
}

async fn complete_contact(ctx: Ctx<'_>, role: Role, typed: &str) -> serenity::CreateAutocompleteResponse {
    let Some((context, asker)) = looker(ctx).await else { return answer(Vec::new()) };
    answer(suggested(&context, &asker, role, typed).await.iter().map(contact_choice).collect())
}

async fn suggested(context: &CommandContext, asker: &Asker, role: Role, typed: &str) -> Vec<Suggestion> {
    let newest = context.bot.newest.begin(asker.member);
    match context.workspace.suggestions.known(role, typed) {
        Some(suggested) => suggested,
        None => ask(context, newest, asker, role, typed).await,
    }
}

/// Asks, but no longer than a second; the answer is kept for the next keystroke either way, unless that comes first.
async fn ask(
    context: &CommandContext,
    newest: Typed,
    asker: &Asker,
    role: Role,
    typed: &str,
) -> Vec<Suggestion> {
    let (asking, text) = (Arc::clone(&context.workspace), typed.to_owned());
    let intercom = context.workspace.intercom_for(OnBehalfOf::Suggestion(asker.guild, asker.member));
    let question = async move {
        let places = asking.places(&*intercom);
        newest.unless_superseded(asking.suggestions.ask(&places, role, &text)).await
    };
    match in_background(context, question).await {
        Some(Some(Ok(suggested))) => suggested,
        Some(None) => Vec::new(),
        Some(Some(Err(_))) | None => context.workspace.suggestions.likely(role, typed),
    }
}

/// Runs something to its end, but waits for it only so long.
async fn in_background<T: Send + 'static>(
    context: &CommandContext,
    work: impl Future<Output = T> + Send + 'static,
) -> Option<T> {
    let running = context.bot.in_progress.spawn(work);
    tokio::time::timeout(PATIENCE, running).await.ok()?.ok()
}

/// Who types, in a server that is connected to a workspace.
fn somebody(ctx: Ctx<'_>) -> Option<(CommandContext, Asker)> {
    let asker = Asker::of_command(ctx.interaction).ok()?;
    Some((guard::connected(ctx.framework.user_data, &asker).ok()?, asker))
}

/// The same, if it is somebody who may see customers.
async fn looker(ctx: Ctx<'_>) -> Option<(CommandContext, Asker)> {
    let (context, asker) = somebody(ctx)?;
    guard::looks_allowed(&context, &asker).await.then_some((context, asker))
}

fn company_choice(company: &Company) -> Choice {
    (choice::company(company), company.id.to_string())
}

fn contact_choice(suggestion: &Suggestion) -> Choice {
    (choice::contact(suggestion), suggestion.id.to_string())
}

fn conversation_choice(recent: &Recent) -> Choice {
    (choice::conversation(recent), recent.id.to_string())
}

fn answer(choices: Vec<Choice>) -> serenity::CreateAutocompleteResponse {
    let fitting = choices
        .into_iter()
        .map(|(label, value)| (deskbell_discord::component::label(&label, LABEL_LIMIT), value))
        .filter(|(label, value)| !label.is_empty() && (1..=100).contains(&value.chars().count()))
        .take(MOST_CHOICES)
        .map(|(label, value)| serenity::AutocompleteChoice::new(label, value));
    serenity::CreateAutocompleteResponse::new().set_choices(fitting.collect())
}
