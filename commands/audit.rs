//! `/audit`: who did what in this server. It works in every server, connected or not: what was done outlives a connection.

use std::sync::Arc;

use deskbell_domain::audit::subject::Subject;
use deskbell_domain::ids::ChannelId;
use deskbell_domain::message::Message;
use deskbell_domain::press::audit::{AuditPress, From, read_subject};
use deskbell_domain::service::audit::{AuditOf, Page, Verification, post_anchor, post_in};
use deskbell_text as text;
use deskbell_text::command::CommandName;
use deskbell_text::refusal::Settings;

use crate::interaction::answer::Answer;
use crate::interaction::asker::Asker;
use crate::interaction::bot::BotContext;
use crate::interaction::context::Ctx;
use crate::interaction::error::{CommandError, Refusal};
use crate::interaction::workspace::Connected;
use crate::interaction::{guard, request};
use crate::press::given::Given;

/// Discord takes about ten.
const MOST_BYTES: usize = 9 * 1024 * 1024;

/// Show who did what in this server
#[poise::command(slash_command, guild_only, default_member_permissions = "MANAGE_GUILD")]
pub(crate) async fn audit(ctx: Ctx<'_>) -> Result<(), CommandError> {
    let (bot, asker) = (ctx.framework.user_data, Asker::of_command(ctx.interaction)?);
    guard::may_set_up(&asker, Settings::Audit)?;
    let _at_work = bot.work.begin(asker.member)?;
    let answer = Answer::of_command(ctx);
    answer.begin().await?;
    let page = of(bot, &asker).look().await?;
    answer.give(shown(bot, &asker, &page)).await
}

/// Answers a press below it.
pub(crate) async fn pressed(
    bot: &Arc<BotContext>,
    asker: &Asker,
    answer: &Answer<'_>,
    press: AuditPress,
    given: &Given,
) -> Result<(), CommandError> {
    guard::may_set_up(asker, Settings::Audit)?;
    answer.begin().await?;
    let reply = match press {
        AuditPress::Page(subject, from) => page(bot, asker, subject, from).await?,
        AuditPress::Filter => {
            let chosen = given.chosen.first().and_then(|code| read_subject(code));
            page(bot, asker, chosen.ok_or(Refusal::OldButton)?, From::Newest).await?
        }
        AuditPress::Verify => text::audit::verified(&of(bot, asker).verify().await?),
        AuditPress::Export => export(bot, asker).await?,
        AuditPress::Stop => {
            of(bot, asker).stop_posting().await?;
            text::audit::posted_no_more()
        }
        AuditPress::Channel => {
            let chosen = given.chosen.first().and_then(|id| id.parse().ok());
            choose(bot, asker, chosen.ok_or(Refusal::OldButton)?).await?
        }
    };
    answer.give(reply).await
}

fn of<'a>(bot: &'a BotContext, asker: &Asker) -> AuditOf<'a> {
    AuditOf { guild: asker.guild, member: asker.member, audit: &*bot.dependencies.store }
}

async fn page(
    bot: &BotContext,
    asker: &Asker,
    subject: Option<Subject>,
    from: From,
) -> Result<Message, CommandError> {
    Ok(shown(bot, asker, &of(bot, asker).page(subject, from).await?))
}

/// A page; and that the proof is posted nowhere while the server is not connected.
fn shown(bot: &BotContext, asker: &Asker, page: &Page) -> Message {
    let reply = text::audit::page(page);
    match (page.channel, bot.dependencies.workspaces.of(asker.guild)) {
        (Some(channel), Connected::No) => text::audit::without_connection(reply, channel),
        _ => reply,
    }
}

/// The file; and its head in the channel, where one was chosen.
async fn export(bot: &Arc<BotContext>, asker: &Asker) -> Result<Message, CommandError> {
    let Some(file) = of(bot, asker).export().await? else {
        return Ok(text::audit::verified(&Verification::Empty));
    };
    if file.len() > MOST_BYTES {
        return Ok(text::audit::too_large());
    }
    let now = bot.dependencies.clock.now();
    let store = &*bot.dependencies.store;
    if let (Ok(context), Some((book, _))) =
        (guard::connected(bot, asker), store.audit_book(asker.guild).await?)
    {
        let outbox = &*context.workspace.ports.outbox;
        let posting = post_anchor(store, outbox, (asker.guild, &book), now, text::audit::anchor);
        if let Err(cause) = posting.await {
            tracing::warn!(%cause, guild.id = %asker.guild, "the head of an audit could not be posted");
        }
    }
    Ok(text::audit::exported(&now.seconds().0.to_string(), file))
}

async fn choose(bot: &Arc<BotContext>, asker: &Asker, channel: ChannelId) -> Result<Message, CommandError> {
    let context = guard::connected(bot, asker)?;
    let now = bot.dependencies.clock.now();
    let posted = post_in(&request::of(&context, asker), channel, now, text::audit::anchor).await;
    let anchor = posted.map_err(|not_done| request::refused(&context, CommandName::Audit, not_done))?;
    Ok(text::audit::posted_in(anchor.channel))
}
