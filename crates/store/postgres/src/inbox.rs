//! Hints, one row for each record that is worth a look; and up to where conversations were read by themselves.

use std::collections::BTreeMap;

use async_trait::async_trait;
use deskbell_domain::ids::{ContactId, ConversationId, WorkspaceId};
use deskbell_domain::port::store::{Hint, Hinted, HintedKind, Inbox, Reading, Stored};
use deskbell_domain::time::{Timestamp, UnixMillis};

use crate::cells::Cells as _;
use crate::sql::statements;
use crate::store::PostgresStore;
use crate::value::call;
use crate::workspace;

statements!("inbox.sql": HINT HINTS READ LOOKED_AT READ_UP_TO);

#[async_trait]
impl Inbox for PostgresStore {
    async fn hint(&self, workspace: &WorkspaceId, of: &Hinted) -> Stored<()> {
        let heard_at = self.clock.now();
        let work = |transaction| async move {
            let (held, []) = workspace::lock(self, &transaction, workspace, []).await?;
            if let Hinted::Contact(contact) = of {
                let hidden = held.hidden.as_ref();
                if !workspace::erased(&transaction, workspace, hidden, [contact]).await?.is_empty() {
                    return Ok(());
                }
            }
            transaction.write(call!(HINT, workspace, name(of.kind()), id(of), heard_at));
            Ok(())
        };
        self.write_once(workspace, work).await
    }

    async fn hints(&self, workspace: &WorkspaceId, of: HintedKind, limit: usize) -> Stored<Vec<Hint>> {
        self.read_rows(call!(HINTS, workspace, name(of), limit as u64), |rows| {
            let hint = |row: &tokio_postgres::Row| {
                let id = row.text("id")?;
                let of = match of {
                    HintedKind::Contact => Hinted::Contact(ContactId::new(id)),
                    HintedKind::Conversation => Hinted::Conversation(ConversationId::new(id)),
                };
                Ok(Hint { of, heard_at: UnixMillis(row.signed("heard_at")?), times: row.number("times")? })
            };
            rows.iter().map(hint).collect()
        })
        .await
    }

    async fn looked_at(&self, workspace: &WorkspaceId, hints: &[Hint], readings: &[Reading]) -> Stored<()> {
        self.write(|transaction| async move {
            // One that is read twice is read up to the last that is told here.
            let read: BTreeMap<_, _> = readings.iter().map(|one| (&one.conversation, one.up_to)).collect();
            if !read.is_empty() {
                let (of, up_to): (Vec<ConversationId>, Vec<Timestamp>) =
                    read.into_iter().map(|(of, up_to)| (of.clone(), up_to)).unzip();
                transaction.write(call!(READ, workspace, of, up_to));
            }
            for hint in hints {
                let (kind, id) = (name(hint.of.kind()), id(&hint.of));
                transaction.write(call!(LOOKED_AT, workspace, kind, id, hint.times));
            }
            Ok(())
        })
        .await
    }

    async fn read_up_to(
        &self,
        workspace: &WorkspaceId,
        conversations: &[ConversationId],
    ) -> Stored<Vec<Option<Timestamp>>> {
        self.read_rows(call!(READ_UP_TO, workspace, conversations), |rows| {
            let mut found = BTreeMap::new();
            for row in rows {
                found.insert(row.text("conversation")?, Timestamp(row.signed("up_to")?));
            }
            Ok(conversations.iter().map(|id| found.get(id.as_str()).copied()).collect())
        })
        .await
    }
}

/// The id of a record, as it stands in the database.
pub(crate) fn id(of: &Hinted) -> &str {
    match of {
        Hinted::Contact(id) => id.as_str(),
        Hinted::Conversation(id) => id.as_str(),
    }
}

/// The kind of a record, as it stands in the database.
pub(crate) const fn name(of: HintedKind) -> &'static str {
    match of {
        HintedKind::Contact => "contact",
        HintedKind::Conversation => "conversation",
    }
}
