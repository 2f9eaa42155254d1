//! The messages of ours that are remembered in a channel.

use deskbell_domain::ids::{ChannelId, MessageId, WorkspaceId};
use deskbell_store::rules::delivery::with_own_message;
use tokio_postgres::Row;

use crate::cells::Cells as _;
use crate::failure::Attempt;
use crate::sql::statements;
use crate::transaction::Transaction;
use crate::value::{Call, call};

statements!("delivery.sql": OWN_MESSAGES REMEMBER_OWN FORGET_OWN);

/// Looks for them.
pub(crate) fn asked(workspace: &WorkspaceId, channel: ChannelId) -> Call {
    call!(OWN_MESSAGES, workspace, channel)
}

/// Those of rows, newest first.
pub(crate) fn read(rows: &[Row]) -> Attempt<Vec<MessageId>> {
    rows.iter().map(|row| row.number("message").map(MessageId)).collect()
}

/// Remembers one more, where these are known.
pub(crate) fn remember(
    transaction: &Transaction,
    workspace: &WorkspaceId,
    (channel, message): (ChannelId, MessageId),
    known: &[Row],
) -> Attempt<()> {
    let known = read(known)?;
    let kept = with_own_message(known.clone(), message);
    let forgotten: Vec<_> = known.into_iter().filter(|one| !kept.contains(one)).collect();
    if kept.contains(&message) {
        transaction.write(call!(REMEMBER_OWN, workspace, channel, message));
    }
    if !forgotten.is_empty() {
        transaction.write(call!(FORGET_OWN, workspace, channel, forgotten));
    }
    Ok(())
}
