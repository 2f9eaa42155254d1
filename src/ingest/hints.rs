//! What is worth a look: each record that a webhook named, or that a poll could not read, is read by itself and taken like
//! what a poll read. It comes to the same events with the same ids, so that whichever is first is the only one; and what
//! nobody told, the next poll finds.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use deskbell_domain::ids::{ContactId, ConversationId};
use deskbell_domain::port::intercom::{Found, IntercomError};
use deskbell_domain::port::store::{Hint, Hinted, Inbox, Stream};
use deskbell_domain::status::StoreState;
use deskbell_domain::webhook::Unread;
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

use super::Records;
use super::demand::Demand;
use super::names::{LookUps, LookedUpFor};
use super::pause::{FOR_RECORDS, Pause};
use super::poll::Source;
use super::recorder::{Appended, RecordError};
use crate::supervisor::Pulse;

/// How many hints are looked at together.
const MOST: usize = 500;
/// So many records in a row that do not come are an Intercom that is down.
const FAILURES: u32 = 3;
/// How often it is seen to whether something may be asked for again.
const RETRY: Duration = Duration::from_secs(30);
/// How old a hint may be, in milliseconds: what Intercom did not give by then it never does.
const OLDEST_MS: i64 = 3 * 24 * 3600 * 1000;

/// What came of a look at the inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Looked {
    /// Nothing is left.
    AtAll,
    /// Something is left for later: Intercom or the store did not do its part.
    InPart,
}

/// Looks at the hints of a workspace.
pub struct HintedRecords {
    source: Arc<Source>,
    inbox: Arc<dyn Inbox>,
    /// When what did not come is asked for again.
    pauses: Mutex<BTreeMap<Hinted, Pause>>,
}

/// Why a hint is kept for later.
enum Later {
    /// Intercom does not give the record now.
    Intercom,
    Record(RecordError),
}

impl From<RecordError> for Later {
    fn from(error: RecordError) -> Self {
        match error {
            RecordError::Intercom(_) => Self::Intercom,
            other => Self::Record(other),
        }
    }
}

impl HintedRecords {
    /// Over what a workspace is read from.
    pub fn new(source: Arc<Source>, inbox: Arc<dyn Inbox>) -> Self {
        Self { source, inbox, pauses: Mutex::default() }
    }

    /// Something stands in the inbox.
    pub fn nudge(&self) {
        self.source.ingest.heard().notify_one();
    }

    /// Looks at what stands in the inbox, first at once, whenever something comes, until shutdown. Being dropped does no
    /// harm: a hint is thrown away only after what it led to was written.
    pub async fn run(&self, shutdown: &CancellationToken, pulse: Pulse) {
        loop {
            pulse.beat();
            let looked = tokio::select! {
                biased;
                () = shutdown.cancelled() => return,
                // Boxed, so that the many workspaces that wait do not each keep room for a look.
                looked = Box::pin(self.tick()) => looked,
            };
            pulse.rest();
            tokio::select! {
                biased;
                () = shutdown.cancelled() => return,
                () = self.source.ingest.heard().notified() => {}
                () = tokio::time::sleep(RETRY), if looked == Looked::InPart => {}
            }
        }
    }

    /// Looks at what stands in the inbox.
    pub async fn tick(&self) -> Looked {
        let looked = self.look_at_all().await.unwrap_or_else(|error| {
            let error = &error as &dyn std::error::Error;
            tracing::debug!(workspace = %self.source.workspace, error, "what is worth a look is looked at later");
            Looked::InPart
        });
        self.source.webhooks.note_unread(match looked {
            Looked::AtAll => Unread::Nothing,
            Looked::InPart => Unread::Something,
        });
        looked
    }

    /// A record that Intercom does not give holds up no other; where several in a row do not come, Intercom is down.
    async fn look_at_all(&self) -> Result<Looked, RecordError> {
        if self.source.board.store() != StoreState::Writable {
            return Ok(Looked::InPart);
        }
        let mut hints = self.inbox.hints(&self.source.workspace, MOST).await?;
        let mut pauses = self.pauses.lock().await;
        pauses.retain(|of, _| hints.iter().any(|hint| hint.of == *of));
        // What did not come before has the last turn, or many such records would hold up all that are behind them.
        hints.sort_by_key(|hint| pauses.contains_key(&hint.of));
        if hints.is_empty() {
            return Ok(Looked::AtAll);
        }
        let demand = self.source.demand().await?;
        let mut look_ups =
            LookUps::of(LookedUpFor::Hints, self.source.ingest.names(), &*self.source.intercom);
        let (mut left, mut in_a_row) = (hints.len(), 0);
        for hint in &hints {
            if in_a_row == FAILURES || pauses.get(&hint.of).is_some_and(|pause| !pause.is_over()) {
                continue;
            }
            match self.look(hint, &demand, &mut look_ups).await {
                Ok(()) => in_a_row = 0,
                Err(Later::Intercom) => {
                    in_a_row += 1;
                    let pause = pauses.entry(hint.of.clone()).and_modify(Pause::again);
                    pause.or_insert_with(|| Pause::first(FOR_RECORDS));
                    continue;
                }
                Err(Later::Record(error)) => return Err(error),
            }
            self.inbox.looked_at(&self.source.workspace, std::slice::from_ref(hint)).await?;
            left -= 1;
        }
        Ok(if left == 0 && hints.len() < MOST { Looked::AtAll } else { Looked::InPart })
    }

    async fn look(&self, hint: &Hint, demand: &Demand, look_ups: &mut LookUps<'_>) -> Result<(), Later> {
        if self.source.server_time.local().since(hint.heard_at) > OLDEST_MS {
            return Ok(());
        }
        let appended = self.take(hint, demand, look_ups).await?;
        if appended.records.is_empty() {
            self.source.metrics.came_to_nothing(&self.source.workspace, &hint.of);
        }
        self.source.count(&appended);
        self.source.webhooks.brought(&appended.records);
        Ok(())
    }

    async fn take(
        &self,
        hint: &Hint,
        demand: &Demand,
        look_ups: &mut LookUps<'_>,
    ) -> Result<Appended, Later> {
        Ok(match &hint.of {
            Hinted::Contact(id) => {
                let Some(records) = self.contact(id, demand).await? else { return Ok(Appended::default()) };
                let demand = self.source.demand_of_users().await?;
                self.source.ingest.take_hinted(records, &demand, look_ups).await?
            }
            Hinted::Conversation(id) => {
                let Some(records) = self.conversation(id, demand).await? else {
                    return Ok(Appended::default());
                };
                self.source.ingest.take_hinted(records, demand, look_ups).await?
            }
        })
    }

    async fn contact(&self, id: &ContactId, demand: &Demand) -> Result<Option<Records>, Later> {
        if demand.since(Stream::Contacts).is_none() && demand.users_since().is_none() {
            return Ok(None);
        }
        match read(self.source.intercom.contact(id).await)? {
            Some(Found::Contact(contact) | Found::Merged(contact)) => {
                Ok(Some(Records::Contacts(vec![*contact])))
            }
            Some(Found::Missing) | None => Ok(None),
        }
    }

    async fn conversation(&self, id: &ConversationId, demand: &Demand) -> Result<Option<Records>, Later> {
        if demand.since(Stream::Conversations).is_none() {
            return Ok(None);
        }
        let found = read(self.source.intercom.conversation(id).await)?.flatten();
        Ok(found.map(|conversation| Records::Conversations(vec![conversation])))
    }
}

/// What Intercom gave; none where it never will, which the poll tells of if it lasts.
fn read<T>(answer: Result<T, IntercomError>) -> Result<Option<T>, Later> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(
            IntercomError::Refused { .. } | IntercomError::RateLimited { .. } | IntercomError::Unavailable(_),
        ) => Err(Later::Intercom),
        Err(_) => Ok(None),
    }
}
