//! From Intercom into the journal, whichever way it is heard of: what is new, what changed, what things are called, and
//! one atomic write. [`poll`] says what to read and when, and hands over the records that it read; another source that
//! hands over the same records comes to the same events with the same ids, and each is journaled once.

mod demand;
mod heard;
mod hints;
mod judge;
mod late;
mod latest;
mod names;
mod past_waits;
mod pause;
mod people;
pub mod poll;
mod recorder;
mod retention;
mod standing;
mod waits;

use std::collections::BTreeSet;
use std::sync::Arc;

use deskbell_domain::card::chosen::CardFields;
use deskbell_domain::contact::{Contact, Role};
use deskbell_domain::conversation::{Conversation, Thread};
use deskbell_domain::creations::Creations;
use deskbell_domain::difference::UpdateFields;
use deskbell_domain::ids::{ContactId, WorkspaceId};
use deskbell_domain::names::Names;
use deskbell_domain::person::Fate;
use deskbell_domain::port::store::{Baseline, Hinted, Inbox, Journal, Naming, Stored, Stream, StreamMove};
use deskbell_domain::threshold::Threshold;
use deskbell_domain::time::{ServerTime, Timestamp};
use tokio::sync::Mutex;

pub use self::hints::{HintedRecords, Looked};
pub use self::recorder::{Appended, JournalListener, RecordError};
pub use self::retention::Retention;

use self::demand::{Demand, Recent};
use self::heard::HeardOf;
use self::judge::{Conversations, Finding, Judge, Openings, Writers, is_begun};
use self::late::LateNames;
use self::latest::Latest;
use self::names::{LookUps, NameResolver};
use self::past_waits::PastWaits;
use self::people::People;
use self::recorder::{Closing, Recorder};
use self::standing::Standings;
use self::waits::Waits;

/// What ingesting works with.
pub struct IngestParts {
    /// The journal.
    pub journal: Arc<dyn Journal>,
    /// What is worth a look.
    pub inbox: Arc<dyn Inbox>,
    /// Whose.
    pub workspace: WorkspaceId,
    /// Intercom's clock and ours.
    pub server_time: Arc<ServerTime>,
    /// The workspace's names, shared with commands.
    pub names: Arc<Names>,
    /// Which changes of a user are announced.
    pub fields: UpdateFields,
    /// Which custom attributes cards show: the journal keeps no others.
    pub card_fields: CardFields,
    /// The leads and users that commands are making.
    pub creations: Creations,
    /// Who is told of new events.
    pub listener: Arc<dyn JournalListener>,
}

/// Records as Intercom gave them, by what they are to be judged as.
pub(crate) enum Records {
    /// Leads and users, by when they were made.
    Contacts(Vec<Contact>),
    /// Users, by when they changed.
    Updates(Vec<Contact>),
    /// Conversations as a search gives them, without what was said in them.
    Conversations(Vec<Conversation>),
    /// A conversation that was read by itself, with what was said in it.
    Thread(Box<Thread>),
}

impl Records {
    fn stream(&self) -> Stream {
        match self {
            Self::Contacts(_) => Stream::Contacts,
            Self::Updates(_) => Stream::UserUpdates,
            Self::Conversations(_) | Self::Thread(_) => Stream::Conversations,
        }
    }

    /// The leads and users of whom it tells how they stand.
    fn people(&self) -> Vec<Contact> {
        match self {
            Self::Contacts(contacts) | Self::Updates(contacts) => contacts.clone(),
            Self::Conversations(_) | Self::Thread(_) => Vec::new(),
        }
    }

    /// The conversations of which it tells how they stand.
    fn conversations(&self) -> Vec<Conversation> {
        match self {
            Self::Conversations(conversations) => conversations.clone(),
            Self::Thread(thread) => vec![thread.conversation.clone()],
            Self::Contacts(_) | Self::Updates(_) => Vec::new(),
        }
    }

    /// What happened last in it.
    fn latest(&self, steps: &BTreeSet<Threshold>) -> Option<Latest> {
        match self {
            Self::Thread(thread) => Latest::of(thread, steps),
            _ => None,
        }
    }

    /// The waits in it that are over.
    fn past_waits(&self) -> Option<PastWaits> {
        match self {
            Self::Thread(thread) => Some(PastWaits::of(thread)),
            _ => None,
        }
    }
}

/// A step of the walk over all users: where it stood, and where it stands afterwards.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    pub(crate) baseline: Baseline,
    pub(crate) next: Baseline,
}

/// What became of a page of the walk over all users.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Taken {
    /// It is written.
    Written,
    /// Another walk was begun meanwhile, or the walk was ended; nothing of the page counts.
    Superseded,
}

/// Takes what was read of one workspace into its journal.
pub struct Ingest {
    judge: Judge,
    recorder: Recorder,
    /// Held from judging users to writing the verdicts: the rule reads what the last write left.
    users: Mutex<()>,
    late: LateNames,
    standings: Standings,
    heard: Arc<HeardOf>,
    people: People,
}

impl Ingest {
    /// Over these parts.
    pub fn new(parts: IngestParts) -> Self {
        let IngestParts { journal, inbox, workspace, server_time, names, fields, .. } = parts;
        let heard = Arc::<HeardOf>::default();
        let names = Arc::new(NameResolver::new(names));
        Self {
            judge: Judge {
                journal: journal.clone(),
                workspace: workspace.clone(),
                names,
                fields,
                openings: Openings::default(),
                inbox,
                heard: heard.clone(),
                waits: Waits::new(server_time.clone()),
                writers: Writers::default(),
                card_fields: parts.card_fields,
                creations: parts.creations,
            },
            recorder: Recorder { journal, workspace, server_time, listener: parts.listener },
            users: Mutex::new(()),
            late: LateNames::new(),
            standings: Standings::default(),
            people: People::default(),
            heard,
        }
    }

    /// Told whenever something stands in the inbox.
    pub(crate) fn heard(&self) -> &HeardOf {
        &self.heard
    }

    /// Who waits in the workspace.
    pub(crate) fn waits(&self) -> &Waits {
        &self.judge.waits
    }

    /// Keeps that a record is worth a look.
    pub(crate) async fn have_read(&self, of: &Hinted) -> Stored<()> {
        self.judge.inbox.hint(&self.judge.workspace, of).await?;
        self.heard.tell(of.kind());
        Ok(())
    }

    /// What things are called in the workspace.
    pub(crate) fn names(&self) -> &NameResolver {
        &self.judge.names
    }

    /// Journals what is new and what changed. The closing stands in the last write, so that it counts only if all the
    /// others do.
    pub(crate) async fn take(
        &self,
        records: Records,
        closing: Closing,
        demand: &Demand,
        look_ups: &mut LookUps<'_>,
        appended: &mut Appended,
    ) -> Result<(), RecordError> {
        let mark = closing.stream.and_then(|moved| moved.expected).map(|state| state.mark);
        self.take_recent(records, closing, &Recent::over(demand, mark), look_ups, appended).await
    }

    /// Journals what is new or has changed among records that were read because Intercom named them. Users are left to the
    /// polls until all of them were seen once: before that nobody can tell who signed up from who only moved, and the later
    /// one is seen, the less is taken for a change.
    pub(crate) async fn take_hinted(
        &self,
        mut records: Records,
        demand: &Demand,
        look_ups: &mut LookUps<'_>,
    ) -> Result<Appended, RecordError> {
        if let Records::Contacts(contacts) = &mut records
            && self.baseline().await?.is_some_and(|baseline| !baseline.finished)
        {
            contacts.retain(|contact| contact.role == Role::Lead);
        }
        let state = self.judge.journal.stream(&self.judge.workspace, records.stream()).await?;
        let recent = Recent::over(demand, state.map(|state| state.mark));
        let mut appended = Appended::default();
        self.take_recent(records, Closing::default(), &recent, look_ups, &mut appended).await?;
        Ok(appended)
    }

    async fn take_recent(
        &self,
        records: Records,
        closing: Closing,
        recent: &Recent<'_>,
        look_ups: &mut LookUps<'_>,
        appended: &mut Appended,
    ) -> Result<(), RecordError> {
        // Conversations touch no user, and their look-ups may take minutes where Intercom hangs.
        let _users = match &records {
            Records::Conversations(_) | Records::Thread(_) => None,
            Records::Contacts(_) | Records::Updates(_) => Some(self.users.lock().await),
        };
        let (conversations, people) = (records.conversations(), records.people());
        let steps = recent.demand.told_steps();
        let (latest, past) = (records.latest(&steps), records.past_waits());
        self.judge.writers.learn(&conversations);
        let mut findings = match records {
            Records::Contacts(contacts) => self.judge.find_contacts(contacts, recent, look_ups).await?,
            Records::Updates(users) => self.judge.find_users(users, recent.demand, look_ups).await?,
            Records::Conversations(records) => {
                Conversations(&self.judge).find_conversations(records, recent, look_ups).await?
            }
            Records::Thread(thread) => {
                Conversations(&self.judge).find_in_thread(*thread, recent, look_ups).await?
            }
        };
        let changed = self.people.news(&people).await;
        findings.extend(self.judge.find_identified(changed, recent, look_ups).await?);
        self.write(findings, closing, appended).await?;
        // Only now: of what was just journaled nothing is to be learnt.
        let mut naming = vec![self.standings.learn(conversations, &self.recorder, look_ups).await?];
        if let Some(latest) = latest {
            naming.push(latest.learn(&self.recorder, look_ups).await?);
        }
        if naming.contains(&Naming::Open) {
            self.late.expect();
        }
        if let Some(past) = past {
            past.learn(&steps, self.judge.waits.open_time().as_ref(), &self.recorder, look_ups).await?;
        }
        self.people.learn(&people, &self.recorder).await?;
        Ok(())
    }

    /// A lead or user that was announced is no longer there.
    pub(crate) async fn learn_fate(&self, id: &ContactId, fate: Fate) -> Stored<()> {
        self.people.learn_fate(id, fate, &self.recorder).await
    }

    /// Takes a page of the walk over all users.
    pub(crate) async fn take_all_users(
        &self,
        users: &[Contact],
        step: Step,
        demand: &Demand,
        look_ups: &mut LookUps<'_>,
    ) -> Result<Taken, RecordError> {
        let _users = self.users.lock().await;
        if self.baseline().await? != Some(step.baseline) {
            return Ok(Taken::Superseded);
        }
        let findings = self.judge.find_all_users(users, &step.baseline, demand, look_ups).await?;
        let closing = Closing { baseline: Some(step.next), stream: None };
        self.write(findings, closing, &mut Appended::default()).await?;
        Ok(Taken::Written)
    }

    async fn write(
        &self,
        findings: Vec<Finding>,
        closing: Closing,
        appended: &mut Appended,
    ) -> Result<(), RecordError> {
        let lacks_a_name = findings.iter().any(|finding| finding.naming == Naming::Open);
        let written = self.recorder.write(findings, closing, appended).await;
        // Only now: a look that ran meanwhile may have found nothing of it in the store. What failed may be there too.
        if lacks_a_name {
            self.late.expect();
        }
        written
    }

    /// Looks for names that events in the journal lack.
    ///
    /// # Errors
    /// Where the store does not do its part: what was learnt until then is kept.
    pub(crate) async fn name_late(&self, look_ups: &mut LookUps<'_>) -> Stored<()> {
        self.late.look(&self.recorder, look_ups).await
    }

    /// Moves a stream without events.
    pub(crate) async fn move_stream(&self, moved: StreamMove) -> Result<(), RecordError> {
        let closing = Closing { stream: Some(moved), baseline: None };
        self.recorder.write(Vec::new(), closing, &mut Appended::default()).await
    }

    /// The walk over all users, if one was begun for the present subscribers.
    pub(crate) async fn baseline(&self) -> Stored<Option<Baseline>> {
        self.judge.begun_baseline().await
    }

    /// Begins a walk over all users where somebody subscribed to them, and ends it where nobody does any more; answers what
    /// is asked for. That is read here, under the lock: whoever read it before a subscription was made would end the walk
    /// that another has begun for it.
    pub(crate) async fn follow_demand_for_users(
        &self,
        demand: impl Future<Output = Stored<Demand>>,
    ) -> Result<Demand, RecordError> {
        let _users = self.users.lock().await;
        let demand = demand.await?;
        let stored = self.judge.stored_baseline().await?;
        match demand.users_since() {
            Some(floor) if !stored.as_ref().is_some_and(is_begun) => {
                let epoch = stored.map_or(1, |known| known.epoch);
                self.write_baseline(Baseline { epoch, started: floor, ..unbegun(epoch) }, None).await?;
            }
            None if stored.as_ref().is_some_and(is_begun) => {
                let state = self.judge.journal.stream(&self.judge.workspace, Stream::UserUpdates).await?;
                let leave = StreamMove { stream: Stream::UserUpdates, expected: state, next: None };
                let next = unbegun(stored.map_or(0, |known| known.epoch) + 1);
                self.write_baseline(next, state.map(|_| leave)).await?;
            }
            _ => {}
        }
        Ok(demand)
    }

    async fn write_baseline(&self, next: Baseline, stream: Option<StreamMove>) -> Result<(), RecordError> {
        let closing = Closing { stream, baseline: Some(next) };
        self.recorder.write(Vec::new(), closing, &mut Appended::default()).await
    }
}

/// The next epoch, before anybody asks for it: the snapshots of the one before are as good as gone, and no event id can
/// come again.
fn unbegun(epoch: u32) -> Baseline {
    Baseline { epoch, started: Timestamp::default(), position: Timestamp::default(), finished: false }
}
