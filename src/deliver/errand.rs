//! Messages that belong to no batch: what commands hand over, and the bot's own notices. Posted once, between the
//! batches and at their pace; an unknown outcome is told, never repeated.

use deskbell_desk::announcement::Announcement;
use deskbell_desk::channel::Audience;
use deskbell_desk::delivery::Nonce;
use deskbell_desk::ids::ChannelId;
use deskbell_desk::port::messenger::PostOutcome;
use deskbell_desk::port::store::Stored;
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::door::Order;
use super::lane::{Lane, LaneStep};
use super::pace::WayState;

/// A message that belongs to no batch.
#[derive(Debug)]
pub(super) struct Errand {
    pub(super) message: Announcement,
    pub(super) nonce: Nonce,
    pub(super) purpose: Purpose,
}

/// Who wants to know what became of it.
#[derive(Debug)]
pub(super) enum Purpose {
    /// A command.
    Command(oneshot::Sender<PostOutcome>),
    /// Who watches what goes wrong at Intercom.
    Trouble(oneshot::Sender<PostOutcome>),
    /// The lane's own memory of who reads its channel.
    AudienceTold(Audience),
    /// The lane of this channel, which is on hold.
    OnHold {
        /// That channel.
        about: ChannelId,
    },
}

impl Errand {
    /// Whether the command does not wait for it any more.
    pub(super) fn is_forgotten(&self) -> bool {
        matches!(&self.purpose, Purpose::Command(answer) if answer.is_closed())
    }

    /// Whether it is posted after a pause. A pause before the wall is long, so a command is rather told of it.
    fn waits_after(&self, outcome: &PostOutcome) -> bool {
        match outcome {
            PostOutcome::RateLimited { .. } => true,
            PostOutcome::Walled { .. } => !matches!(self.purpose, Purpose::Command(_)),
            _ => false,
        }
    }
}

impl Lane {
    /// Posts the next errand.
    pub(super) async fn run_errand(&mut self) -> Stored<LaneStep> {
        let Some(errand) = self.door.next_errand() else { return Ok(LaneStep::Again) };
        let outcome = self.post(&errand.message, &errand.nonce).await;
        if errand.waits_after(&outcome) {
            // What keeps every channel back ends for all of them at once.
            if let Some(blocked) = self.blocked.filter(|blocked| blocked.way.state == WayState::Open) {
                self.pace.hold(Instant::now() + blocked.pause);
                self.door.hold(Instant::now() + blocked.pause);
            }
            self.door.put_back(errand);
            return Ok(LaneStep::Again);
        }
        if let PostOutcome::Posted { message: Some(message), .. } = outcome {
            self.remember(message).await;
        }
        if let Purpose::AudienceTold(audience) = errand.purpose {
            self.audience.notice_ended(&self.shared, &self.door, audience, &outcome).await;
            return Ok(LaneStep::Again);
        }
        self.tell_errand(errand.purpose, outcome);
        Ok(LaneStep::Again)
    }

    fn tell_errand(&self, purpose: Purpose, outcome: PostOutcome) {
        let posted = matches!(outcome, PostOutcome::Posted { .. });
        match purpose {
            // Whoever asked may have given up waiting: then nobody needs the answer.
            Purpose::Command(answer) | Purpose::Trouble(answer) => {
                let _nobody = answer.send(outcome);
            }
            Purpose::OnHold { about } if posted => {
                if let Some(door) = self.shared.registry.find(about) {
                    door.order(Order::Told);
                }
            }
            Purpose::OnHold { .. } if !posted => self.door.return_notice(),
            Purpose::OnHold { .. } | Purpose::AudienceTold(_) => {}
        }
    }
}
