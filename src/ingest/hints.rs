//! What is worth a look: each record that a webhook named, or that a poll could not read, is read by itself and taken like
//! what a poll read. It comes to the same events with the same ids, so that whichever is first is the only one; and what
//! nobody told, the next poll finds.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use deskbell_domain::ids::{ContactId, ConversationId};
use deskbell_domain::person::Fate;
use deskbell_domain::port::intercom::{Found, IntercomError};
use deskbell_domain::port::store::{Hint, Hinted, HintedKind, Inbox, Reading, Stream};
use deskbell_domain::status::StoreState;
use deskbell_domain::webhook::Unread;
use tokio::sync::Mutex;
use tokio::time::Instant;
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
/// How long a conversation that was read is not read again, whatever is told of it: what is said in one comes in bursts.
const REST: Duration = Duration::from_secs(30);
/// A reading that comes so soon, in seconds, may miss what happens in the same second.
const SAME_SECOND: i64 = 5;
/// How old a hint may be, in milliseconds: what Intercom did not give by then it never does.
const OLDEST_MS: i64 = 3 * 24 * 3600 * 1000;

/// What came of a look at the inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Looked {
    /// Nothing is left.
    AtAll,
    /// Conversations that were just read are left until then.
    Until(Instant),
    /// Something is left for later: Intercom or the store did not do its part.
    InPart,
}

/// Looks at the hints of a workspace. Contacts and conversations are read by different calls, and each kind has a loop of
/// its own: calls of one that hang do not hold up the other.
pub struct HintedRecords {
    source: Arc<Source>,
    inbox: Arc<dyn Inbox>,
    contacts: Mutex<Pace>,
    conversations: Mutex<Pace>,
}

/// What is left for later of what stands in the inbox.
#[derive(Default)]
struct Pace {
    /// When what did not come is asked for again.
    pauses: BTreeMap<Hinted, Pause>,
    /// Until when conversations rest that were just read.
    rests: BTreeMap<Hinted, Instant>,
}

impl Pace {
    /// Until when a conversation rests; none where it does not.
    fn rests_until(&self, of: &Hinted) -> Option<Instant> {
        self.rests.get(of).copied()
    }

    fn forget_what_is_over(&mut self, hints: &[Hint]) {
        let now = Instant::now();
        self.rests.retain(|_, until| *until > now);
        self.pauses.retain(|of, _| hints.iter().any(|hint| hint.of == *of));
    }

    fn did_not_come(&mut self, of: &Hinted) {
        let pause = self.pauses.entry(of.clone()).and_modify(Pause::again);
        pause.or_insert_with(|| Pause::first(FOR_RECORDS));
    }

    /// None where it did not fail yet.
    fn asks_again_at(&self, of: &Hinted) -> Option<Instant> {
        self.pauses.get(of).map(Pause::until)
    }

    fn waits(&self, of: &Hinted) -> bool {
        self.pauses.get(of).is_some_and(|pause| !pause.is_over())
    }
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
        Self { source, inbox, contacts: Mutex::default(), conversations: Mutex::default() }
    }

    /// Something stands in the inbox.
    pub fn nudge(&self) {
        for of in HintedKind::ALL {
            self.source.ingest.heard().tell(of);
        }
    }

    const fn pace(&self, of: HintedKind) -> &Mutex<Pace> {
        match of {
            HintedKind::Contact => &self.contacts,
            HintedKind::Conversation => &self.conversations,
        }
    }

    /// Looks at what of a kind stands in the inbox, first at once, whenever something comes, until shutdown. Being dropped does no
    /// harm: a hint is thrown away only after what it led to was written.
    pub async fn run(&self, of: HintedKind, shutdown: &CancellationToken, pulse: Pulse) {
        loop {
            pulse.beat();
            let looked = tokio::select! {
                biased;
                () = shutdown.cancelled() => return,
                // Boxed, so that the many workspaces that wait do not each keep room for a look.
                looked = Box::pin(self.tick(of)) => looked,
            };
            pulse.rest();
            let (is_left, again) = match looked {
                Looked::AtAll => (false, Instant::now()),
                Looked::Until(rested) => (true, rested),
                Looked::InPart => (true, Instant::now() + RETRY),
            };
            tokio::select! {
                biased;
                () = shutdown.cancelled() => return,
                () = self.source.ingest.heard().wait(of) => {}
                () = tokio::time::sleep_until(again), if is_left => {}
            }
        }
    }

    /// Looks at what of a kind stands in the inbox.
    pub async fn tick(&self, of: HintedKind) -> Looked {
        let looked = self.look_at_all(of).await.unwrap_or_else(|error| {
            let error = &error as &dyn std::error::Error;
            tracing::debug!(workspace = %self.source.workspace, error, "what is worth a look is looked at later");
            Looked::InPart
        });
        let unread = match looked {
            Looked::AtAll | Looked::Until(_) => Unread::Nothing,
            Looked::InPart => Unread::Something,
        };
        self.source.webhooks.note_unread(of, unread);
        looked
    }

    /// A record that Intercom does not give holds up no other; where several in a row do not come, Intercom is down.
    async fn look_at_all(&self, of: HintedKind) -> Result<Looked, RecordError> {
        if self.source.board.store() != StoreState::Writable {
            return Ok(Looked::InPart);
        }
        let mut hints = self.inbox.hints(&self.source.workspace, of, MOST).await?;
        let mut pace = self.pace(of).lock().await;
        pace.forget_what_is_over(&hints);
        // What did not come before has the last turn, and of such records the one that was asked for longest ago the
        // first of those, or many of them would hold up all that are behind them.
        hints.sort_by_key(|hint| pace.asks_again_at(&hint.of));
        if hints.is_empty() {
            return Ok(Looked::AtAll);
        }
        let (resting, others): (Vec<_>, Vec<_>) =
            hints.iter().partition(|hint| pace.rests_until(&hint.of).is_some());
        let rested = resting.iter().filter_map(|hint| pace.rests_until(&hint.of)).min();
        let left = self.look_at_each(&others, &mut pace).await?;
        Ok(match rested {
            _ if left > 0 || hints.len() == MOST => Looked::InPart,
            Some(rested) => Looked::Until(rested),
            None => Looked::AtAll,
        })
    }

    /// Answers how many are left because something did not come.
    async fn look_at_each(&self, hints: &[&Hint], pace: &mut Pace) -> Result<usize, RecordError> {
        let demand = self.source.demand().await?;
        let mut look_ups =
            LookUps::of(LookedUpFor::Hints, self.source.ingest.names(), &*self.source.intercom);
        let (mut left, mut in_a_row) = (0, 0);
        for hint in hints {
            if in_a_row == FAILURES || pace.waits(&hint.of) {
                left += 1;
                continue;
            }
            match self.look(hint, &demand, &mut look_ups).await {
                Ok(reading) => {
                    in_a_row = 0;
                    let readings: Vec<_> = reading.into_iter().collect();
                    let looked_at = std::slice::from_ref(*hint);
                    self.inbox.looked_at(&self.source.workspace, looked_at, &readings).await?;
                    if !readings.is_empty() {
                        pace.rests.insert(hint.of.clone(), Instant::now() + REST);
                    }
                }
                Err(Later::Intercom) => {
                    (left, in_a_row) = (left + 1, in_a_row + 1);
                    pace.did_not_come(&hint.of);
                }
                Err(Later::Record(error)) => return Err(error),
            }
        }
        Ok(left)
    }

    async fn look(
        &self,
        hint: &Hint,
        demand: &Demand,
        look_ups: &mut LookUps<'_>,
    ) -> Result<Option<Reading>, Later> {
        if self.source.server_time.local().since(hint.heard_at) > OLDEST_MS {
            return Ok(None);
        }
        let Some(records) = self.read(&hint.of, demand).await? else {
            self.source.metrics.came_to_nothing(&self.source.workspace, &hint.of);
            return Ok(None);
        };
        // Asked for after the reading: whoever wants what was read by then must not lose it.
        let demand = match &hint.of {
            Hinted::Contact(_) => self.source.demand_of_users().await?,
            Hinted::Conversation(_) => self.source.demand().await.map_err(RecordError::from)?,
        };
        let reading = self.reading(&records, &demand);
        let appended = self.source.ingest.take_hinted(records, &demand, look_ups).await?;
        self.count(hint, &appended);
        Ok(reading)
    }

    fn count(&self, hint: &Hint, appended: &Appended) {
        if appended.records.is_empty() {
            self.source.metrics.came_to_nothing(&self.source.workspace, &hint.of);
        }
        self.source.count(appended);
        match &hint.of {
            Hinted::Contact(_) => self.source.webhooks.brought(&appended.records),
            // It may be worth a look because a walk found that it moved.
            Hinted::Conversation(_) => self.source.webhooks.found(Stream::Conversations, &appended.records),
        }
    }

    /// Up to where a conversation was read: what happens in the second of the reading may not be in it yet, and what is
    /// for notifications that are being made is read again for them.
    fn reading(&self, records: &Records, demand: &Demand) -> Option<Reading> {
        let Records::Thread(thread) = records else { return None };
        let (conversation, moved) = (thread.conversation.id.clone(), thread.conversation.updated_at);
        let is_settled = moved.plus(SAME_SECOND) <= self.source.server_time.now().seconds();
        let up_to = if is_settled { moved } else { moved.minus(1) };
        let in_the_making = demand.in_the_making().map(|earliest| earliest.minus(1));
        Some(Reading { conversation, up_to: in_the_making.map_or(up_to, |before| before.min(up_to)) })
    }

    async fn read(&self, of: &Hinted, demand: &Demand) -> Result<Option<Records>, Later> {
        match of {
            Hinted::Contact(id) => self.contact(id, demand).await,
            Hinted::Conversation(id) => self.conversation(id, demand).await,
        }
    }

    async fn contact(&self, id: &ContactId, demand: &Demand) -> Result<Option<Records>, Later> {
        if demand.since(Stream::Contacts).is_none() && demand.users_since().is_none() {
            return Ok(None);
        }
        match read(self.source.intercom.contact(id).await)? {
            Some(Found::Contact(contact)) => Ok(Some(Records::Contacts(vec![*contact]))),
            Some(Found::Merged(contact)) => {
                let fate = Fate::Merged { into: contact.id.clone(), name: contact.display_name() };
                self.learn_fate(id, fate).await?;
                Ok(Some(Records::Contacts(vec![*contact])))
            }
            Some(Found::Missing) => {
                self.learn_fate(id, Fate::Deleted(self.source.server_time.now().seconds())).await?;
                Ok(None)
            }
            None => Ok(None),
        }
    }

    async fn learn_fate(&self, id: &ContactId, fate: Fate) -> Result<(), Later> {
        let learnt = self.source.ingest.learn_fate(id, fate).await;
        learnt.map_err(|error| Later::Record(error.into()))
    }

    async fn conversation(&self, id: &ConversationId, demand: &Demand) -> Result<Option<Records>, Later> {
        if demand.since(Stream::Conversations).is_none() {
            return Ok(None);
        }
        let found = read(self.source.intercom.conversation(id).await)?.flatten();
        Ok(found.map(|thread| Records::Thread(Box::new(thread))))
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
