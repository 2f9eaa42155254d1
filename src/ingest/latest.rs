//! The cards beside that of a conversation itself which say who has it: of what happened last in it. When it stands
//! otherwise than they say it is learnt beside their events. Those of what happened before are history, and say nothing of
//! how it stands.

use std::collections::BTreeSet;

use deskbell_domain::conversation::{Activity, Happening, Now, Speaker, Thread, open_wait};
use deskbell_domain::event::{Event, EventId};
use deskbell_domain::port::store::{Naming, Stored};
use deskbell_domain::threshold::Threshold;
use deskbell_domain::time::Timestamp;

use super::names::LookUps;
use super::recorder::Recorder;
use super::standing::{learn_of, standing};

/// So many of what happened last are brought in line: of a long conversation the older cards are far up in the channel.
const MOST: usize = 50;

/// What happened last in a conversation, and how that stands.
pub(super) struct Latest {
    told: Vec<Told>,
}

/// What may have been told, by all ids that it may be known by, and what its card is to say.
struct Told {
    ids: Vec<EventId>,
    now: Now,
}

impl Latest {
    /// Of one that was read, where these steps of a wait are told; none where it is not known how it stands.
    pub(super) fn of(thread: &Thread, steps: &BTreeSet<Threshold>) -> Option<Self> {
        let now = thread.conversation.now.as_deref().cloned()?;
        let told = happened(thread, &now).into_iter().chain(waits(thread, &now, steps));
        Some(Self { told: told.collect() })
    }

    /// Learns that it stands so; tells whether a name is to be looked for.
    pub(super) async fn learn(self, recorder: &Recorder, look_ups: &mut LookUps<'_>) -> Stored<Naming> {
        let mut naming = Naming::Done;
        for Told { ids, now } in self.told {
            let Some(event) = first_of(&ids, recorder).await? else { continue };
            if now.says_nothing() && says_nothing(&event) {
                continue;
            }
            if learn_of(&event, now, recorder, look_ups).await? == Naming::Open {
                naming = Naming::Open;
            }
        }
        Ok(naming)
    }
}

/// The last of each kind stands as the conversation does; an answer before it is none of it.
fn happened(thread: &Thread, now: &Now) -> Vec<Told> {
    let happenings = thread.happenings();
    let mut all = Vec::new();
    for what in [Activity::HandedOver, Activity::Replied] {
        let of_kind = happenings.iter().rev().filter(|one| one.activity == what).take(MOST);
        all.extend(of_kind.enumerate().map(|(place, one)| {
            let history = Now { as_of: now.as_of, ..Now::default() };
            let stands = Now { answered_at: answered_after(thread, one.at), ..now.clone() };
            Told { ids: ids(one), now: if place == 0 { stands } else { history } }
        }));
    }
    all
}

/// The wait that nobody has ended stands as the conversation does, and so does the last one where there is none. Whoever
/// answered stands on its card anyway.
fn waits(thread: &Thread, now: &Now, steps: &BTreeSet<Threshold>) -> Vec<Told> {
    let stands = Now { answered_at: None, ..now.clone() };
    let open = open_wait(thread).or_else(|| thread.wait().map(|wait| wait.id));
    let past = thread.past_waits();
    let last = past.last().filter(|_| open.is_none()).map(|past| past.at);
    let past = past.into_iter().rev().filter(|past| Some(&past.id) != open.as_ref()).take(MOST);
    let past =
        past.map(|past| (past.id, if Some(past.at) == last { stands.clone() } else { Now::default() }));
    let all = open.iter().map(|id| (id.clone(), stands.clone())).chain(past);
    all.flat_map(|(id, now)| {
        let ids = steps.iter().map(move |step| vec![EventId::unanswered(&id, *step)]);
        ids.map(move |ids| Told { ids, now: now.clone() })
    })
    .collect()
}

fn answered_after(thread: &Thread, at: Timestamp) -> Option<Timestamp> {
    let mut answers = thread.parts.iter().filter(|part| part.is_said_by(Speaker::Teammate));
    answers.find(|part| part.at >= at).map(|part| part.at)
}

fn says_nothing(event: &Event) -> bool {
    standing(event).is_none_or(Now::says_nothing)
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
