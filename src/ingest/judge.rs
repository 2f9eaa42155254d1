//! From records to what is written: events that were not seen yet, and snapshots. It asks nobody but the store, and
//! Intercom for names; whoever read the records, the verdict is the same.

mod attributes;
mod conversations;
mod identified;
mod openings;
mod rule;
mod writers;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use deskbell_domain::bounds::EVENTS_A_WRITE;
use deskbell_domain::card::chosen::CardFields;
use deskbell_domain::contact::{Contact, Role};
use deskbell_domain::creations::Creations;
use deskbell_domain::difference::{Change, Field, Snapshot, StoredSnapshot, UpdateFields};
use deskbell_domain::event::{Actor, Event, EventId, EventKind, Record, UserOrigin};
use deskbell_domain::ids::{ContactId, WorkspaceId};
use deskbell_domain::port::store::{
    Alias, Baseline, Inbox, Journal, Naming, SnapshotMode, SnapshotWrite, StoreError, Stored, Stream,
};
use deskbell_domain::time::Timestamp;
use tokio::time::timeout;

pub(super) use self::conversations::Conversations;
pub(super) use self::openings::Openings;
use self::rule::{KnownUser, Rule, UserVerdict};
pub(super) use self::writers::Writers;
use super::demand::{Demand, Recent};
use super::heard::HeardOf;
use super::names::{LookUps, NameResolver};
use super::waits::Waits;

/// How many members of a list stand in an event.
const MEMBERS: usize = 10;
/// How long an event waits at most until it is remembered who makes its record.
const HELD_FOR_ACTOR: Duration = Duration::from_secs(10);

/// What one record comes to: an event with the snapshot that must be written with it, a snapshot alone, or that an event
/// that was seen has another id.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Finding {
    /// The event.
    pub(super) event: Option<Event>,
    /// Another id of an event that was seen.
    pub(super) alias: Option<Alias>,
    /// The snapshot.
    pub(super) snapshot: Option<SnapshotWrite>,
    /// Whether the event's record lacks a name that may be learnt later.
    pub(super) naming: Naming,
}

impl Finding {
    /// An event, named as far as Intercom tells by now.
    async fn named(mut event: Event, snapshot: Option<SnapshotWrite>, look_ups: &mut LookUps<'_>) -> Self {
        let naming = look_ups.record(&mut event.record).await;
        Self { event: Some(event), alias: None, snapshot, naming }
    }

    fn silent(snapshot: SnapshotWrite) -> Self {
        Self { event: None, alias: None, snapshot: Some(snapshot), naming: Naming::Done }
    }

    fn known(alias: Alias) -> Self {
        Self { event: None, alias: Some(alias), snapshot: None, naming: Naming::Done }
    }
}

/// Judges what was read of one workspace.
pub(super) struct Judge {
    pub(super) journal: Arc<dyn Journal>,
    pub(super) workspace: WorkspaceId,
    pub(super) names: Arc<NameResolver>,
    /// Which changes are announced.
    pub(super) fields: UpdateFields,
    pub(super) openings: Openings,
    /// For what is to be looked at again.
    pub(super) inbox: Arc<dyn Inbox>,
    /// Told that something stands there.
    pub(super) heard: Arc<HeardOf>,
    /// Who waits for an answer.
    pub(super) waits: Waits,
    /// Who wrote.
    pub(super) writers: Writers,
    /// Which custom attributes cards show.
    pub(super) card_fields: CardFields,
    /// What commands are making.
    pub(super) creations: Creations,
}

impl Judge {
    /// What the walk over contacts by `created_at` found.
    pub(super) async fn find_contacts(
        &self,
        contacts: Vec<Contact>,
        recent: &Recent<'_>,
        look_ups: &mut LookUps<'_>,
    ) -> Stored<Vec<Finding>> {
        let (leads, users): (Vec<_>, Vec<_>) =
            contacts.into_iter().partition(|contact| contact.role == Role::Lead);
        let mut findings = self.find_leads(leads, recent, look_ups).await?;
        findings.extend(self.find_users(users, recent.demand, look_ups).await?);
        Ok(findings)
    }

    async fn find_leads(
        &self,
        mut leads: Vec<Contact>,
        recent: &Recent<'_>,
        look_ups: &mut LookUps<'_>,
    ) -> Stored<Vec<Finding>> {
        leads.retain(|lead| recent.wants(EventKind::NewLead, lead.created_at));
        leads.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
        let ids: Vec<_> = leads.iter().map(|lead| EventId::lead_created(&lead.id)).collect();
        let mut findings = Vec::new();
        for (mut lead, id) in self.unseen(leads, ids).await? {
            self.keep_shown(&mut lead, &[], look_ups).await;
            self.keep_when_it_wrote(&mut lead, recent);
            let at = lead.created_at;
            let event = self.event(id, at, lead, |contact| Record::Lead { contact }).await?;
            findings.push(Finding::named(event, None, look_ups).await);
        }
        Ok(findings)
    }

    /// Where conversations are told to nobody, a lead that one made is told of as any other.
    fn keep_when_it_wrote(&self, lead: &mut Contact, recent: &Recent<'_>) {
        let told = self.writers.first_words(&lead.id).or(lead.wrote_at);
        lead.wrote_at = told.filter(|at| recent.demand.wants(EventKind::NewConversation, *at));
    }

    /// What any walk found that saw users, by the one rule. Each may be in `users` once. To be called, and its outcome
    /// written, under the lock on users: the rule reads what the last write left.
    pub(super) async fn find_users(
        &self,
        mut users: Vec<Contact>,
        demand: &Demand,
        look_ups: &mut LookUps<'_>,
    ) -> Stored<Vec<Finding>> {
        if demand.users_since().is_none() {
            return Ok(Vec::new());
        }
        // Judging without it would pass users over for good, so the walk fails instead and is done again.
        let missing = || StoreError::Unreadable { key: "baseline".to_owned() };
        let baseline = self.begun_baseline().await?.ok_or_else(missing)?;
        let settled = self.settled(demand).await?;
        let rule = Rule { demand, baseline: &baseline, settled, fields: &self.fields };
        users.sort_by(|a, b| (a.updated_at, &a.id).cmp(&(b.updated_at, &b.id)));
        let mut findings = Vec::new();
        let mut users = users.into_iter();
        loop {
            let piece: Vec<_> = users.by_ref().take(EVENTS_A_WRITE).collect();
            if piece.is_empty() {
                return Ok(findings);
            }
            let known = self.known(baseline.epoch, &piece).await?;
            for (user, known) in piece.into_iter().zip(known) {
                findings.extend(self.find_user(user, &known, &rule, look_ups).await?);
            }
        }
    }

    async fn find_user(
        &self,
        mut user: Contact,
        known: &KnownUser,
        rule: &Rule<'_>,
        look_ups: &mut LookUps<'_>,
    ) -> Stored<Option<Finding>> {
        user.wrote_at = None;
        if let Some(known) = &known.snapshot {
            complete_lists(&mut user, &known.snapshot, look_ups).await;
        }
        self.names.fill_contact(&mut user);
        let verdict = rule.judge(&user, known);
        match verdict {
            UserVerdict::Pass => Ok(None),
            UserVerdict::Remember { revision } => Ok(remember(&user, revision, rule.baseline)),
            UserVerdict::Created { origin, at, revision } => {
                look_ups.contact(&mut user).await;
                let snapshot = snapshot(&user, revision, rule.baseline);
                self.keep_shown(&mut user, &[], look_ups).await;
                let event = self.new_user(user, origin, at).await?;
                Ok(Some(Finding::named(event, snapshot, look_ups).await))
            }
            UserVerdict::Updated { changes, at, revision } => {
                look_ups.contact(&mut user).await;
                let revision = self.next_revision(&user.id, revision).await?;
                let snapshot = snapshot(&user, revision, rule.baseline);
                self.keep_shown(&mut user, &changes, look_ups).await;
                let event = self.changed_user(user, changes, at, revision).await?;
                Ok(Some(Finding::named(event, snapshot, look_ups).await))
            }
        }
    }

    async fn new_user(&self, user: Contact, origin: UserOrigin, at: Timestamp) -> Stored<Event> {
        let id = EventId::user_created(&user.id);
        self.event(id, at, user, |contact| Record::User { contact, origin }).await
    }

    async fn changed_user(
        &self,
        user: Contact,
        changes: Vec<Change>,
        at: Timestamp,
        revision: u64,
    ) -> Stored<Event> {
        let id = EventId::user_updated(&user.id, revision);
        self.event(id, at, user, |contact| Record::Update { contact, changes }).await
    }

    /// Leaves on a contact the custom attributes that its cards show. After its snapshot was taken, which holds all.
    async fn keep_shown(&self, contact: &mut Contact, changes: &[Change], look_ups: &mut LookUps<'_>) {
        look_ups.dates(attributes::shown(contact, changes, &self.card_fields)).await;
        attributes::keep_shown(contact, changes, &self.card_fields, self.names.known());
    }

    /// The next revision whose event was never journaled. It is the very next one, unless the user's snapshot was lost
    /// and its revision with it.
    async fn next_revision(&self, user: &ContactId, last: u64) -> Stored<u64> {
        let mut revision = last + 1;
        while self.seen(&[EventId::user_updated(user, revision)]).await?.contains(&true) {
            revision += 1;
        }
        Ok(revision)
    }

    /// An event about a contact. Of its lists it holds no more than a record does: all of them are in the snapshot.
    async fn event(
        &self,
        id: EventId,
        at: Timestamp,
        mut contact: Contact,
        record: impl FnOnce(Box<Contact>) -> Record,
    ) -> Stored<Event> {
        let actor = actor(self, &contact).await?;
        contact.companies.items.truncate(MEMBERS);
        contact.tags.items.truncate(MEMBERS);
        Ok(Event { id, at, record: record(Box::new(contact)), actor })
    }

    /// What a page of the walk over all users comes to: a first snapshot of whoever rests, and a verdict on whoever
    /// moved since the walk began.
    pub(super) async fn find_all_users(
        &self,
        users: &[Contact],
        baseline: &Baseline,
        demand: &Demand,
        look_ups: &mut LookUps<'_>,
    ) -> Stored<Vec<Finding>> {
        let unread = Timestamp::default();
        let (mut resting, mut moved) = (Vec::new(), BTreeMap::new());
        for user in users.iter().filter(|user| user.updated_at != unread) {
            if user.updated_at < baseline.started {
                resting.push(self.first_snapshot(user.clone(), baseline));
            } else if user.created_at < baseline.started {
                moved.insert(user.id.clone(), user.clone());
            }
        }
        let moved = moved.into_values().collect();
        resting.extend(self.find_users(moved, demand, look_ups).await?);
        Ok(resting)
    }

    fn first_snapshot(&self, mut user: Contact, baseline: &Baseline) -> Finding {
        self.names.fill_contact(&mut user);
        let (contact, revision) = (user.id.clone(), baseline.first_revision());
        let snapshot = StoredSnapshot { contact, revision, snapshot: Snapshot::of(&user) };
        let mode = SnapshotMode::KeepExisting;
        Finding::silent(SnapshotWrite { epoch: baseline.epoch, snapshot, mode })
    }

    /// The walk over all users, if one was begun for the present subscribers.
    pub(super) async fn begun_baseline(&self) -> Stored<Option<Baseline>> {
        Ok(self.stored_baseline().await?.filter(is_begun))
    }

    /// A record that cannot be read is as good as none: the walk begins anew, and revisions that were used are skipped.
    pub(super) async fn stored_baseline(&self) -> Stored<Option<Baseline>> {
        match self.journal.baseline(&self.workspace).await {
            Err(StoreError::Unreadable { key }) => {
                tracing::error!(workspace = %self.workspace, key, "the walk over all users begins anew");
                Ok(None)
            }
            known => known,
        }
    }

    async fn known(&self, epoch: u32, users: &[Contact]) -> Stored<Vec<KnownUser>> {
        let ids: Vec<_> = users.iter().map(|user| user.id.clone()).collect();
        let snapshots = self.journal.snapshots(&self.workspace, epoch, &ids).await?;
        let leads: Vec<_> = ids.iter().map(EventId::lead_created).collect();
        let created: Vec<_> = ids.iter().map(EventId::user_created).collect();
        let (leads, created) = (self.seen(&leads).await?, self.seen(&created).await?);
        let known = snapshots.into_iter().zip(leads).zip(created);
        Ok(known
            .map(|((snapshot, lead_seen), user_seen)| KnownUser { snapshot, lead_seen, user_seen })
            .collect())
    }

    async fn unseen<T>(&self, records: Vec<T>, ids: Vec<EventId>) -> Stored<Vec<(T, EventId)>> {
        let seen = self.seen(&ids).await?;
        let records = records.into_iter().zip(ids).zip(seen);
        Ok(records.filter(|(_, seen)| !seen).map(|(record, _)| record).collect())
    }

    async fn seen(&self, ids: &[EventId]) -> Stored<Vec<bool>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        self.journal.seen(&self.workspace, ids).await
    }

    /// Users made before it were seen by the walks by `created_at`, if the index did not lag.
    async fn settled(&self, demand: &Demand) -> Stored<Option<Timestamp>> {
        let Some(floor) = demand.floor(EventKind::NewUser) else { return Ok(None) };
        let state = self.journal.stream(&self.workspace, Stream::Contacts).await?;
        Ok(Some(state.map_or(floor, |state| state.mark)))
    }
}

/// Who made it with a command. Intercom may show it before it has answered the command.
async fn actor(judge: &Judge, contact: &Contact) -> Stored<Option<Actor>> {
    let email = contact.email.as_deref().unwrap_or_default();
    if timeout(HELD_FOR_ACTOR, judge.creations.settled(email)).await.is_err() {
        tracing::info!(workspace = %judge.workspace, "who made a record is not known in time");
    }
    match judge.journal.actor(&judge.workspace, &contact.id).await {
        // Who typed a command is no reason to hold an event back.
        Err(StoreError::Unreadable { .. }) => Ok(None),
        known => known,
    }
}

/// Reads a list whole of which the record holds only a part that is not as it was: what came and what went cannot be told
/// otherwise. Where that fails the list stays as it was seen last, and is asked for when the user is read again.
async fn complete_lists(user: &mut Contact, known: &Snapshot, look_ups: &mut LookUps<'_>) {
    let is_stale = user.updated_at < known.updated_at;
    for field in known.moved_parts(user).into_iter().filter(|_| !is_stale) {
        match field {
            Field::Companies => look_ups.all_companies(user).await,
            Field::Tags => look_ups.all_tags(user).await,
            _ => {}
        }
    }
    known.complete_parts(user);
}

fn remember(user: &Contact, revision: u64, baseline: &Baseline) -> Option<Finding> {
    snapshot(user, revision, baseline).map(Finding::silent)
}

/// None for a record that could not be read: compared with it, the next good one would look like a change.
fn snapshot(user: &Contact, revision: u64, baseline: &Baseline) -> Option<SnapshotWrite> {
    (user.updated_at != Timestamp::default()).then(|| SnapshotWrite {
        epoch: baseline.epoch,
        snapshot: StoredSnapshot { contact: user.id.clone(), revision, snapshot: Snapshot::of(user) },
        mode: SnapshotMode::Replace,
    })
}

pub(super) fn is_begun(baseline: &Baseline) -> bool {
    baseline.started > Timestamp::default()
}
