//! Posts the messages that belong to no batch.

use deskbell_domain::port::messenger::PostOutcome;
use deskbell_domain::port::store::Stored;
use tokio::time::Instant;

use super::inbox::Control;
use super::notice_right::Subject;
use super::one_off::{OneOffMessage, Purpose};
use super::sender::Sender;
use crate::deliver::pace::Reach;

/// Posts the next one.
pub(crate) async fn post_next(sender: &mut Sender) -> Stored<()> {
    let Some(one) = sender.handle.inbox.next_message() else { return Ok(()) };
    let outcome = match sender.post_unrecorded(&one.message, &one.nonce).await {
        Ok(outcome) => outcome,
        Err(error) => {
            sender.handle.inbox.put_back_message(one);
            return Err(error);
        }
    };
    if one.waits_after(&outcome) {
        put_off(sender, one);
        return Ok(());
    }
    if let PostOutcome::Posted { message: Some(message), .. } = outcome {
        sender.remember(message).await;
    }
    if let Purpose::AudienceTold(audience) = one.purpose {
        sender.audience.notice_ended(&sender.shared, &sender.handle, audience, &outcome).await;
        return Ok(());
    }
    tell(sender, one.purpose, outcome);
    Ok(())
}

/// What keeps every channel back ends for all of them at once.
fn put_off(sender: &mut Sender, one: OneOffMessage) {
    if let Some(blocked) = sender.blocked.filter(|blocked| blocked.reachability.reach == Reach::Open) {
        let until = Instant::now() + blocked.pause;
        sender.pace.hold(until);
        sender.handle.pause(until);
    }
    sender.handle.inbox.put_back_message(one);
}

fn tell(sender: &Sender, purpose: Purpose, outcome: PostOutcome) {
    let posted = matches!(outcome, PostOutcome::Posted { .. });
    match purpose {
        // Whoever asked may have given up waiting: then nobody needs the answer.
        Purpose::Command(answer) | Purpose::Trouble(answer) => {
            let _nobody = answer.send(outcome);
        }
        Purpose::Suspended { about } if posted => {
            for handle in about.into_iter().filter_map(|about| sender.shared.registry.find(about)) {
                handle.control(Control::SuspensionTold);
            }
        }
        Purpose::Suspended { about } => {
            for about in about {
                sender.handle.notices.give_back(Subject::OnHold(about));
            }
        }
        Purpose::SetAside if !posted => sender.handle.notices.give_back(Subject::SetAside),
        Purpose::SetAside | Purpose::AudienceTold(_) => {}
    }
}
