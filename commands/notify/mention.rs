//! Whom a notification is to mention, as somebody typed or picked it.

use deskbell_domain::event::EventKind;
use deskbell_domain::ids::{GuildId, RoleId};
use deskbell_domain::mention::{Every, Mention, Whom};
use deskbell_domain::message::Message;
use deskbell_text::notify::mention::{self as sentences, WHOEVER_HAS_IT};

use crate::interaction::context::CommandContext;
use crate::interaction::error::{CommandError, Refusal};
use crate::interaction::refusal::Said;

/// Words of Discord's that mean all members, or all who are there.
const EVERYBODY: [&str; 4] = ["@everyone", "everyone", "@here", "here"];

/// Whom `mention` and `every` of `/notify add` mean.
pub(crate) async fn typed(
    context: &CommandContext,
    guild: GuildId,
    kind: EventKind,
    (mention, every): (Option<&str>, Option<&str>),
) -> Result<Option<Mention>, CommandError> {
    let Some(mention) = mention.map(str::trim).filter(|mention| !mention.is_empty()) else {
        return if every.is_some() { Err(refused(sentences::whom_first())) } else { Ok(None) };
    };
    let whom = whom(context, guild, mention).await?;
    if !whom.fits(kind) {
        return Err(refused(sentences::nobody_has(kind)));
    }
    let every = match every {
        Some(every) => Every::parse(every).ok_or_else(|| refused(sentences::no_such_time(every)))?,
        None => Every::USUAL,
    };
    Ok(Some(Mention { whom, every }))
}

/// A role that somebody chose, unless everybody has it.
pub(crate) fn role(guild: GuildId, role: RoleId) -> Result<Whom, CommandError> {
    if role == guild.everyone() { Err(refused(sentences::never_everybody())) } else { Ok(Whom::Role(role)) }
}

async fn whom(context: &CommandContext, guild: GuildId, typed: &str) -> Result<Whom, CommandError> {
    let lower = typed.to_lowercase();
    if lower == WHOEVER_HAS_IT.to_lowercase() {
        return Ok(Whom::WhoeverHasIt);
    }
    if EVERYBODY.contains(&lower.as_str()) {
        return Err(refused(sentences::never_everybody()));
    }
    let id = typed.strip_prefix("<@&").and_then(|rest| rest.strip_suffix('>')).unwrap_or(typed);
    let (id, name) = (id.parse::<RoleId>().ok(), bare(&lower));
    if let Some(id) = id {
        role(guild, id)?;
    }
    let found = match context.channels().named_roles(guild).await {
        Ok(roles) => roles
            .iter()
            .find(|one| Some(one.id) == id || bare(&one.name.to_lowercase()) == name)
            .map(|one| one.id),
        // It was picked from the list: Discord answered then.
        Err(_) => id,
    };
    role(guild, found.ok_or_else(|| refused(sentences::no_such_role(typed)))?)
}

fn bare(name: &str) -> &str {
    name.trim_start_matches('@')
}

fn refused(reply: Message) -> CommandError {
    Refusal::Said { kind: Said::NoMention, reply: Box::new(reply) }.into()
}

#[cfg(test)]
mod tests;
