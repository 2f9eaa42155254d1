//! `/status`: how the bot is, for whoever may see customers; one sentence for everybody else.

use std::collections::BTreeMap;

use deskbell_desk::access::Grant;
use deskbell_desk::service::notify as service;

use crate::asker::Asker;
use crate::context::Ctx;
use crate::desk::Desk;
use crate::error::{CommandError, Refusal};
use crate::guard;
use crate::notify_run;
use crate::reply::delivery::Undelivered;
use crate::reply::status::Picture;
use crate::reply::{self, Reply};
use crate::session::Session;

/// Show how the bot is
#[poise::command(slash_command, guild_only)]
pub(crate) async fn status(ctx: Ctx<'_>) -> Result<(), CommandError> {
    let session = Session::of_command(ctx)?;
    // Counting what waits behind a long pause takes a while.
    session.answer.begin().await?;
    let reply = status_for(session.desk, &session.asker).await?;
    session.answer.give(reply).await
}

/// What the asker may know.
pub(crate) async fn status_for(desk: &Desk, asker: &Asker) -> Result<Reply, CommandError> {
    match guard::may_look(desk, asker, Grant::Look).await {
        Ok(()) => draw(desk, asker).await,
        Err(CommandError::Refused(Refusal::NoAccess { .. })) => Ok(reply::status::without_access()),
        Err(other) => Err(other),
    }
}

async fn draw(desk: &Desk, asker: &Asker) -> Result<Reply, CommandError> {
    let store = &*desk.ports.store;
    let workspace = desk.connection.workspace()?;
    let standings = service::standings(store, store, asker.guild).await?;
    let day = (desk.facts.day)(desk.now());
    let mut audiences = BTreeMap::new();
    for standing in standings.iter().filter(|one| one.subscription.shows_to_a_crowd()) {
        let one = &standing.subscription;
        audiences.insert(one.id, notify_run::audience(desk, one).await);
    }
    Ok(reply::status::status(
        desk.around(),
        &Picture {
            workspace_name: &workspace.name,
            region: desk.connection.region(),
            poll: desk.ports.board.poll(),
            store: desk.ports.board.store(),
            undelivered: Undelivered::at(&desk.ports.board, desk.now()),
            possible_duplicates: desk.ports.board.possible_duplicates(),
            unreadable: desk.ports.board.unreadable() + desk.ports.intercom.usage().unreadable,
            newest: store.newest(&workspace.id).await?,
            posted: store.posted_on(asker.guild, &day).await?,
            failed: store.dead_letters(asker.guild).await?.len() as u64,
            standings: &standings,
            audiences: &audiences,
            usage: desk.ports.intercom.usage(),
            version: desk.facts.version,
            started_at: desk.facts.started_at,
        },
    ))
}

#[cfg(test)]
mod tests;
