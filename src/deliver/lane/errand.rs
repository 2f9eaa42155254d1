//! Posts what belongs to no batch.

use deskbell_desk::port::messenger::PostOutcome;
use deskbell_desk::port::store::Stored;
use tokio::time::Instant;

use super::{Lane, LaneStep};
use crate::deliver::door::Order;
use crate::deliver::errand::Purpose;
use crate::deliver::pace::WayState;

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
