//! The cards beside that of a conversation itself which say who has it: of what happened last in it. When it stands
//! otherwise than they say it is learnt beside their events. Those of what happened before are history.

use std::collections::BTreeSet;

use deskbell_domain::conversation::{Activity, Happening, Now, Thread};
use deskbell_domain::event::{Event, EventId};
use deskbell_domain::port::store::{Naming, Stored};
use deskbell_domain::threshold::Threshold;

use super::names::LookUps;
use super::recorder::Recorder;
use super::standing::learn_of;

/// What happened last in a conversation, and how that stands.
pub(super) struct Latest {
    now: Now,
    /// Each by all ids that it may be known by.
    events: Vec<Vec<EventId>>,
}

impl Latest {
    /// Of one that was read, where these steps of a wait are told; none where it is not known how it stands.
    pub(super) fn of(thread: &Thread, steps: &BTreeSet<Threshold>) -> Option<Self> {
        let now = thread.conversation.now.as_deref().cloned()?;
        let happenings = thread.happenings();
        let last = |what: Activity| happenings.iter().rev().find(|one| one.activity == what);
        let happened = [Activity::HandedOver, Activity::Replied].into_iter().filter_map(last).map(ids);
        let wait = thread.wait();
        let waits =
            wait.iter().flat_map(|wait| steps.iter().map(|step| vec![EventId::unanswered(&wait.id, *step)]));
        Some(Self { now, events: happened.chain(waits).collect() })
    }

    /// Learns that it stands so; tells whether a name is to be looked for.
    pub(super) async fn learn(self, recorder: &Recorder, look_ups: &mut LookUps<'_>) -> Stored<Naming> {
        let mut naming = Naming::Done;
        for ids in &self.events {
            let Some(event) = first_of(ids, recorder).await? else { continue };
            if learn_of(&event, self.now.clone(), recorder, look_ups).await? == Naming::Open {
                naming = Naming::Open;
            }
        }
        Ok(naming)
    }
}

fn ids(happening: &Happening) -> Vec<EventId> {
    std::iter::once(&happening.id).chain(&happening.twins).cloned().collect()
}

async fn first_of(ids: &[EventId], recorder: &Recorder) -> Stored<Option<Event>> {
    for id in ids {
        if let Some(event) = recorder.journal.event(&recorder.workspace, id).await? {
            return Ok(Some(event));
        }
    }
    Ok(None)
}
