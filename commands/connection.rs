//! `/connection`: which workspace the server is connected to. It works in every server, connected or not.

use std::sync::Arc;

use deskbell_domain::connection::{Connection, Right, Standing, TokenOrigin};
use deskbell_domain::ids::GuildId;
use deskbell_domain::message::Message;
use deskbell_domain::port::intercom::OnBehalfOf;
use deskbell_domain::port::store::Cards;
use deskbell_domain::press::connection::ConnectionPress;
use deskbell_domain::service::authorization::{self, AnswerTo, Authorization};
use deskbell_domain::service::connection::{Connecting, Filled, NotConnected, Request, View};
use deskbell_text as text;
use deskbell_text::connection::{Operators, Own, field};
use deskbell_text::refusal::Settings;
use secrecy::ExposeSecret as _;

use crate::interaction::answer::Answer;
use crate::interaction::asker::Asker;
use crate::interaction::bot::BotContext;
use crate::interaction::context::Ctx;
use crate::interaction::error::{CommandError, Refusal};
use crate::interaction::guard;
use crate::interaction::refusal::Said;
use crate::interaction::workspace::{Connected, WorkspaceContext};
use crate::press::given::Given;

/// Connect this server with your Intercom workspace
#[poise::command(slash_command, guild_only, default_member_permissions = "MANAGE_GUILD")]
pub(crate) async fn connection(ctx: Ctx<'_>) -> Result<(), CommandError> {
    let (bot, asker) = (ctx.framework.user_data, Asker::of_command(ctx.interaction)?);
    guard::may_set_up(&asker, Settings::All)?;
    let _at_work = bot.work.begin(asker.member)?;
    let answer = Answer::of_command(ctx);
    answer.begin().await?;
    let view = answer.patiently(view(bot, &asker, &answer)).await?;
    answer.give(view).await
}

/// Answers a press below it, or the form that was filled in.
pub(crate) async fn pressed(
    bot: &Arc<BotContext>,
    asker: &Asker,
    answer: &Answer<'_>,
    press: ConnectionPress,
    given: &Given,
) -> Result<(), CommandError> {
    guard::may_set_up(asker, Settings::All)?;
    if press == ConnectionPress::Token {
        return answer.open(text::connection::form()).await;
    }
    answer.begin().await?;
    let reply = answer.patiently(answered(bot, asker, answer, press, given)).await?;
    answer.give(reply).await
}

async fn answered(
    bot: &Arc<BotContext>,
    asker: &Asker,
    answer: &Answer<'_>,
    press: ConnectionPress,
    given: &Given,
) -> Result<Message, CommandError> {
    let request = request(bot, asker);
    let failed = |failure| refused(bot, failure);
    Ok(match press {
        ConnectionPress::Token | ConnectionPress::Cancel => text::connection::cancelled(),
        ConnectionPress::Filled => told(bot, request.connect(&filled(given)).await.map_err(failed)?),
        ConnectionPress::Other(workspace, key) => {
            let connection = request.connect_other(&workspace, &key).await.map_err(failed)?;
            text::connection::connected(bot.around(), &connection, None)
        }
        ConnectionPress::Refuse(workspace, key) => {
            request.refuse_other(&workspace, &key).await.map_err(failed)?;
            text::connection::cancelled()
        }
        ConnectionPress::Teammate => match page(bot, asker, answer).await? {
            Some(page) => text::connection::for_teammate(&page),
            None => text::connection::none(true, None),
        },
        ConnectionPress::Disconnect => {
            text::connection::ask_before_disconnecting(&request.at_stake().await.map_err(failed)?)
        }
        ConnectionPress::DisconnectNow => disconnect(bot, &request, Cards::Stay).await?,
        ConnectionPress::DisconnectAndDelete => disconnect(bot, &request, Cards::Go).await?,
    })
}

async fn disconnect(bot: &BotContext, request: &Request<'_>, cards: Cards) -> Result<Message, CommandError> {
    let former = request.disconnect(cards).await.map_err(|failure| refused(bot, failure))?;
    Ok(text::connection::disconnected(bot.around(), &former, cards))
}

async fn view(bot: &Arc<BotContext>, asker: &Asker, answer: &Answer<'_>) -> Result<Message, CommandError> {
    let ports = &bot.dependencies;
    Ok(match request(bot, asker).view().await? {
        View::ByOperator => operators(bot, asker.guild),
        View::None { may_connect: false } => text::connection::none(false, None),
        View::None { may_connect: true } => {
            text::connection::none(true, page(bot, asker, answer).await?.as_deref())
        }
        View::Own(connection) => {
            let served = match ports.workspaces.of(asker.guild) {
                Connected::To(workspace) => Some(workspace),
                Connected::No | Connected::Waiting(_) => None,
            };
            let page = match connection.origin {
                TokenOrigin::Allowed => page(bot, asker, answer).await?,
                TokenOrigin::Pasted => None,
            };
            let served = served.as_deref();
            let shown = Own {
                connection: &connection,
                version: &bot.facts.api_version,
                teammates: teammates(served, asker, &connection).await,
                usage: served.map(|workspace| workspace.ports.intercom.usage()),
                told: served.and_then(|workspace| workspace.ports.webhooks.told()),
                interval: bot.facts.poll_interval,
                page: page.as_deref(),
            };
            text::connection::own(bot.around(), &shown)
        }
    })
}

fn operators(bot: &BotContext, guild: GuildId) -> Message {
    let Connected::To(served) = bot.dependencies.workspaces.of(guild) else {
        return text::connection::operators(bot.around(), guild, None);
    };
    let (workspace, region, usage) = (&served.workspace, served.region, served.ports.intercom.usage());
    text::connection::operators(bot.around(), guild, Some(&Operators { workspace, region, usage }))
}

/// How many there are, where the token may tell.
async fn teammates(
    served: Option<&WorkspaceContext>,
    asker: &Asker,
    connection: &Connection,
) -> Option<usize> {
    if connection.standing != Standing::Accepted || !connection.rights.has(Right::ReadAdmins) {
        return None;
    }
    let whom = OnBehalfOf::Command(asker.guild, asker.member);
    let admins = served?.ports.intercom_for.handle(whom).admins().await;
    admins.ok().map(|admins| admins.len())
}

/// A link of its own for the asker, whose answer becomes the question whether to connect; none where there is no app that
/// could be allowed.
async fn page(
    bot: &Arc<BotContext>,
    asker: &Asker,
    answer: &Answer<'_>,
) -> Result<Option<String>, CommandError> {
    let ports = &bot.dependencies;
    if ports.connector.page("").is_none() {
        return Ok(None);
    }
    let server = ports.connector.server_name(asker.guild).await;
    let address = answer.address();
    let request = authorization::Request {
        guild: asker.guild,
        server: server.unwrap_or_else(|| asker.guild.to_string()),
        member: asker.member,
        name: asker.name.0.clone(),
        answer: AnswerTo {
            application: address.application,
            interaction: address.id,
            token: address.token.expose_secret().to_owned(),
        },
    };
    let authorization = Authorization {
        short_lived: &*ports.store,
        connector: &*ports.connector,
        clock: &*ports.clock,
        random: &*ports.random,
    };
    let state = authorization.begin(request).await?;
    Ok(ports.connector.page(&state))
}

fn request<'a>(bot: &'a BotContext, asker: &Asker) -> Request<'a> {
    let ports = &bot.dependencies;
    Request {
        guild: asker.guild,
        member: asker.member,
        connections: &*ports.store,
        subscriptions: &*ports.store,
        deliveries: &*ports.store,
        deletions: &*ports.store,
        short_lived: &*ports.store,
        connector: &*ports.connector,
        clock: &*ports.clock,
        random: &*ports.random,
    }
}

fn filled(given: &Given) -> Filled<'_> {
    let text = |id: &str| given.filled.get(id).map_or("", String::as_str);
    Filled {
        token: text(field::TOKEN),
        region: text(field::REGION),
        client_secret: text(field::CLIENT_SECRET),
    }
}

fn told(bot: &BotContext, connecting: Connecting) -> Message {
    match connecting {
        Connecting::Connected(connection, teammates) => {
            text::connection::connected(bot.around(), &connection, teammates)
        }
        Connecting::OtherWorkspace { present, new, key } => {
            text::connection::another_workspace(&present, &new, &key)
        }
    }
}

fn refused(bot: &BotContext, failure: NotConnected) -> CommandError {
    let reply = match failure {
        NotConnected::OperatorDecides(linkage) => text::connection::operator_decides(linkage),
        NotConnected::NoToken(why) => text::connection::no_token(why),
        NotConnected::NoRegion => text::connection::no_region(),
        NotConnected::NoClientSecret => text::connection::no_client_secret(),
        NotConnected::Token(fault, region) => text::connection::token_fault(fault, region),
        NotConnected::MadeFor(member) => text::connection::made_for(member),
        NotConnected::Expired => text::connection::expired(bot.around()),
        NotConnected::Contended => return Refusal::Contended.into(),
        NotConnected::Store(error) => return error.into(),
    };
    Refusal::Said { kind: Said::NotConnected, reply: Box::new(reply) }.into()
}
