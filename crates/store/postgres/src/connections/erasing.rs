//! Erasing what was kept for a server, in steps of which each is one transaction and may be repeated.

use deskbell_domain::home::Home;
use deskbell_domain::ids::{GuildId, SubscriptionId, WorkspaceId};
use deskbell_domain::port::store::{Cards, Erasing, Stored};

use crate::cells::Cells as _;
use crate::failure::Attempt;
use crate::sql::statements;
use crate::store::PostgresStore;
use crate::subscriptions::removal;
use crate::transaction::Transaction;
use crate::value::call;
use crate::whole_workspace::{erase_rows, keep_cards, shred};

statements!("connection.sql":
    UNERASED_OF ERASED FORMERS CARDS_TO_GO FORGET_POSTED FORMER_CARDS_TO_GO FORGET_FORMER_CARDS SUBSCRIPTIONS_OF
    SUBSCRIPTIONS_OF_SERVER FORGET_OWN_MESSAGES FORGET_CALLS FORGET_LETTERS FORGET_TARGETS FORGET_SERVER FORGET_COUNTERS
    FORGET_DAYS FORGET_FORMERS
);

/// As it stands in the database what becomes of cards.
pub(crate) fn word(cards: Cards) -> &'static str {
    match cards {
        Cards::Stay => "stay",
        Cards::Go => "go",
    }
}

pub(super) async fn erase(store: &PostgresStore, home: &Home, what: Erasing) -> Stored<()> {
    if what == Erasing::Workspace {
        keep_cards(store, &home.workspace).await?;
        shred(store, &home.workspace).await?;
    }
    forget_messages(store, home).await?;
    while store.write(|transaction| async move { remove_one(store, &transaction, home, what).await }).await? {
    }
    if what == Erasing::Workspace {
        erase_rows(store, &home.workspace).await?;
    }
    store.write(|transaction| async move { forget_server(&transaction, home).await }).await
}

/// The workspace that a server has, and those that it had before.
async fn all_workspaces(transaction: &Transaction, home: &Home) -> Attempt<Vec<WorkspaceId>> {
    let rows = transaction.ask(call!(FORMERS, home.guild)).await?;
    let mut all = vec![home.workspace.clone()];
    for row in rows {
        all.push(WorkspaceId::new(row.text("workspace")?));
    }
    Ok(all)
}

/// Forgets where cards stand in a server, of the workspaces that it had before, too; those that are to go are remembered
/// as such, by their numbers alone.
async fn forget_messages(store: &PostgresStore, home: &Home) -> Stored<()> {
    store
        .write(|transaction| async move {
            let rows = transaction.ask(call!(UNERASED_OF, home.guild)).await?;
            let go = |row: &tokio_postgres::Row| {
                let is_meant = row.text("workspace").is_ok_and(|id| id == home.workspace.as_str());
                is_meant && row.text("cards").is_ok_and(|cards| cards == word(Cards::Go))
            };
            let go = rows.iter().any(go);
            for workspace in all_workspaces(&transaction, home).await? {
                if go {
                    transaction.write(call!(CARDS_TO_GO, workspace, home.guild));
                }
                transaction.write(call!(FORGET_POSTED, workspace, home.guild));
            }
            if go {
                transaction.write(call!(FORMER_CARDS_TO_GO, home.guild));
            }
            transaction.write(call!(FORGET_FORMER_CARDS, home.guild));
            Ok(())
        })
        .await
}

/// Removes one of the subscriptions: of the server; and where the workspace goes, those that servers which had it before
/// have on hold, since none of them could go on without its journal. Answers whether there was one.
async fn remove_one(
    store: &PostgresStore,
    transaction: &Transaction,
    home: &Home,
    what: Erasing,
) -> Attempt<bool> {
    let all = match what {
        Erasing::Server => call!(SUBSCRIPTIONS_OF_SERVER, home.guild),
        Erasing::Workspace => call!(SUBSCRIPTIONS_OF, home.workspace, home.guild),
    };
    let rows = transaction.ask(all).await?;
    let Some(row) = rows.first() else { return Ok(false) };
    let of = Home::new(&WorkspaceId::new(row.text("workspace")?), GuildId(row.number("guild")?));
    if of.guild == home.guild {
        let channel = row.number("channel")?;
        for workspace in [&of.workspace, &home.workspace] {
            transaction.write(call!(FORGET_OWN_MESSAGES, workspace, channel));
            transaction.write(call!(FORGET_CALLS, workspace, channel));
        }
    }
    let _ = removal::remove(store, transaction, &of, SubscriptionId(row.number("id")?)).await?;
    Ok(true)
}

/// What it had before is known until the last.
async fn forget_server(transaction: &Transaction, home: &Home) -> Attempt<()> {
    for workspace in all_workspaces(transaction, home).await? {
        transaction.write(call!(FORGET_LETTERS, workspace, home.guild));
        transaction.write(call!(FORGET_TARGETS, workspace, home.guild));
    }
    for statement in [FORGET_SERVER, FORGET_COUNTERS, FORGET_DAYS, FORGET_FORMERS] {
        transaction.write(call!(statement, home.guild));
    }
    transaction.write(call!(ERASED, home.guild, home.workspace));
    Ok(())
}
