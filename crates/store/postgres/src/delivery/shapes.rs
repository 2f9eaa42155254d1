//! In which shape messages were posted that live on, as rows.

use deskbell_domain::delivery::{MessageShape, Settlement};
use deskbell_domain::ids::{AmendmentNumber, ChannelId, MessageId, WorkspaceId};

use crate::sql::statements;
use crate::value::{Call, call, json};

statements!("delivery.sql": LIVES SHOWS FORGET_SHAPE FORGET_SHOWING);

/// A message lives on from its settlement. `last` is what was learnt last of what it shows.
pub(crate) fn remember(settlement: &Settlement, message: MessageId, last: AmendmentNumber) -> [Call; 2] {
    let (home, batch) = (&settlement.home, &settlement.in_flight);
    let shape = MessageShape { guild: home.guild, detail: settlement.detail, batch: batch.clone() };
    let wanted = Some(last).filter(|last| *last > batch.amended);
    [
        call!(
            LIVES,
            home.workspace,
            message,
            batch.channel,
            home.guild,
            batch.subscription,
            batch.first_attempt,
            json(&shape),
            wanted,
        ),
        call!(SHOWS, home.workspace, batch.numbers, batch.channel, message),
    ]
}

/// A message is edited no more, whatever is learnt of what it shows.
pub(crate) fn forget(workspace: &WorkspaceId, channel: ChannelId, message: MessageId) -> [Call; 2] {
    [call!(FORGET_SHOWING, workspace, channel, message), call!(FORGET_SHAPE, workspace, channel, message)]
}
