//! How announced conversations stand by now: what a reading tells of one that is in the journal is learnt beside its
//! entry, so that posted cards stay true. It is never an event.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::{Mutex, MutexGuard, PoisonError};

use deskbell_domain::amendment::Amendment;
use deskbell_domain::bounds::CARDS_LIVE;
use deskbell_domain::conversation::{Activity, Conversation, Now};
use deskbell_domain::event::{Event, EventId, Record};
use deskbell_domain::ids::ConversationId;
use deskbell_domain::port::store::{Naming, Stored};
use deskbell_domain::time::Timestamp;

use super::names::LookUps;
use super::recorder::Recorder;

/// Beyond so many conversations it is forgotten which were compared, which costs readings and nothing else.
const MOST_KNOWN: usize = 5_000;

/// Which conversations were compared with the journal, and as of when.
#[derive(Default)]
pub(super) struct Standings {
    compared: Mutex<BTreeMap<ConversationId, Compared>>,
    /// Held from comparing a reading to writing what it says: an older one must not be written after it.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Compared {
    updated_at: Timestamp,
    /// Of how it stood.
    hash: u64,
}

impl Standings {
    /// Learns how these conversations stand; tells whether a name is to be looked for.
    pub(super) async fn learn(
        &self,
        conversations: Vec<Conversation>,
        recorder: &Recorder,
        look_ups: &mut LookUps<'_>,
    ) -> Stored<Naming> {
        let _turn = self.turn.lock().await;
        let mut naming = Naming::Done;
        for conversation in conversations {
            let Some(now) = &conversation.now else { continue };
            let compared = Compared { updated_at: conversation.updated_at, hash: hash(now) };
            if self.is_news(&conversation.id, compared) {
                if learn_one(&conversation.id, (**now).clone(), recorder, look_ups).await? == Naming::Open {
                    naming = Naming::Open;
                }
                learn_remark(&conversation.id, now, recorder).await?;
                self.note(conversation.id, compared);
            }
        }
        Ok(naming)
    }

    /// Whether a reading is no older than the last one that was compared, and tells something else.
    fn is_news(&self, id: &ConversationId, reading: Compared) -> bool {
        let known = self.known().get(id).copied();
        known.is_none_or(|known| reading.updated_at >= known.updated_at && reading != known)
    }

    fn note(&self, id: ConversationId, compared: Compared) {
        let mut known = self.known();
        if known.len() >= MOST_KNOWN {
            known.clear();
        }
        known.insert(id, compared);
    }

    fn known(&self) -> MutexGuard<'_, BTreeMap<ConversationId, Compared>> {
        self.compared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn hash(now: &Now) -> u64 {
    let mut hasher = DefaultHasher::new();
    now.hash(&mut hasher);
    hasher.finish()
}

async fn learn_one(
    id: &ConversationId,
    now: Now,
    recorder: &Recorder,
    look_ups: &mut LookUps<'_>,
) -> Stored<Naming> {
    let event = EventId::conversation_created(id);
    match recorder.journal.event(&recorder.workspace, &event).await? {
        Some(event) => learn_of(&event, now, recorder, look_ups).await,
        None => Ok(Naming::Done),
    }
}

/// Learns beside an event that its conversation stands so; tells whether a name is to be looked for.
pub(super) async fn learn_of(
    event: &Event,
    mut now: Now,
    recorder: &Recorder,
    look_ups: &mut LookUps<'_>,
) -> Stored<Naming> {
    let present = recorder.server_time.now().seconds();
    if event.at < present.minus(CARDS_LIVE) {
        return Ok(Naming::Done);
    }
    let known = standing(event);
    // After a start nobody remembers what was compared, so that what is kept has to tell whether a reading is older.
    if known.is_some_and(|known| known.stands_like(&now) || now.is_older_than(known)) {
        return Ok(Naming::Done);
    }
    if let Some(known) = known {
        now.keep_names_of(known);
    }
    look_ups.standing(&mut now).await;
    let learnt = Amendment::of_standing(now);
    recorder.learn(event, &learnt).await?;
    Ok(if learnt.lacks_a_name() { Naming::Open } else { Naming::Done })
}

/// A rating is announced as it comes; what the customer remarks later stands on its card, too.
async fn learn_remark(id: &ConversationId, now: &Now, recorder: &Recorder) -> Stored<()> {
    let Some(rating) = now.rating.clone().filter(|rating| rating.remark.is_some()) else { return Ok(()) };
    let event = EventId::rated(id, rating.at);
    let Some(event) = recorder.journal.event(&recorder.workspace, &event).await? else { return Ok(()) };
    let is_known = matches!(&event.record, Record::Conversation { what: Activity::Rated(known), .. } if *known == rating);
    if !is_known {
        let learnt = Amendment::of_standing(Now { rating: Some(rating), ..Now::default() });
        recorder.learn(&event, &learnt).await?;
    }
    Ok(())
}

/// What is known of how an event's conversation stands.
fn standing(event: &Event) -> Option<&Now> {
    match &event.record {
        Record::Conversation { conversation, .. } => conversation.now.as_deref(),
        _ => None,
    }
}
