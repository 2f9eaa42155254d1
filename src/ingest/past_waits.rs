//! What became of waits that were told: when one is over it is learnt beside its event, so that its card says so.

use std::collections::BTreeSet;

use deskbell_domain::amendment::Amendment;
use deskbell_domain::bounds::CARDS_LIVE;
use deskbell_domain::conversation::{Activity, Closing, Ended, Now, PastWait, Thread, Unanswered};
use deskbell_domain::event::{Event, EventId, Record};
use deskbell_domain::office_hours::OpenTime;
use deskbell_domain::port::intercom::IntercomError;
use deskbell_domain::port::unanswered;
use deskbell_domain::threshold::Threshold;

use super::names::LookUps;
use super::recorder::{RecordError, Recorder};

/// The waits of a conversation that are over.
pub(super) struct PastWaits {
    waits: Vec<PastWait>,
    /// Who closed it.
    now: Option<Now>,
}

impl PastWaits {
    /// Of one that was read.
    pub(super) fn of(thread: &Thread) -> Self {
        Self { waits: thread.past_waits(), now: thread.conversation.now.as_deref().cloned() }
    }

    /// Learns how those ended that were told after these steps.
    ///
    /// # Errors
    /// Where one was told and it is not known yet when the workspace is open: it is to be read again then.
    pub(super) async fn learn(
        self,
        steps: &BTreeSet<Threshold>,
        open: Option<&OpenTime>,
        recorder: &Recorder,
        look_ups: &mut LookUps<'_>,
    ) -> Result<(), RecordError> {
        let Self { waits, mut now } = self;
        let lives = recorder.server_time.now().seconds().minus(CARDS_LIVE);
        for past in waits.into_iter().filter(|past| past.at >= lives) {
            for step in steps {
                let id = EventId::unanswered(&past.id, *step);
                let Some(event) = recorder.journal.event(&recorder.workspace, &id).await? else { continue };
                let Some(told) = told(&event).filter(|told| told.ended.is_none()) else { continue };
                let open = open.ok_or(IntercomError::Unavailable(unanswered::Unanswered::Silent))?;
                let by = match (past.how, &past.by) {
                    (Closing::Closed, None) => closed_by(&mut now, look_ups).await,
                    (_, by) => by.clone(),
                };
                let ended = Ended { how: past.how, seconds: open.open_seconds(told.since, past.at), by };
                recorder.learn(&event, &Amendment::of_end(ended)).await?;
            }
        }
        Ok(())
    }
}

fn told(event: &Event) -> Option<&Unanswered> {
    match &event.record {
        Record::Conversation { what: Activity::Unanswered(told), .. } => Some(told),
        _ => None,
    }
}

async fn closed_by(now: &mut Option<Now>, look_ups: &mut LookUps<'_>) -> Option<String> {
    let now = now.as_mut()?;
    look_ups.standing(now).await;
    now.closed_by.as_ref()?.name.clone()
}
