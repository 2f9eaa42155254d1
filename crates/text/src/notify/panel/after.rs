//! After how long a notification tells waits: the select, and what is said of a choice.

use deskbell_domain::message::{Message, Row, SelectOption};
use deskbell_domain::press::panel::{Drawn, PanelPress};
use deskbell_domain::service::notify::Standing;
use deskbell_domain::subscription::{Subscription, SubscriptionState};
use deskbell_domain::threshold::Threshold;

use crate::card::{after, exactly};
use crate::number::number;

/// Of waits alone. What was typed once is offered on.
pub(super) fn select(subscription: &Subscription, drawn: Drawn) -> Option<Row> {
    let waits = subscription.waits?;
    let mut offered = Threshold::OFFERED.to_vec();
    if !offered.contains(&waits) {
        offered.push(waits);
        offered.sort_unstable();
    }
    Some(Row::Select {
        custom_id: PanelPress::After(subscription.id, drawn).to_custom_id(),
        placeholder: format!("After: {}", exactly(waits)),
        options: offered.into_iter().map(option).collect(),
    })
}

fn option(step: Threshold) -> SelectOption {
    SelectOption { label: exactly(step), description: None, value: step.to_string() }
}

/// After how long, in a sentence that follows another.
pub(super) fn told(waits: Threshold) -> String {
    format!(" They are told {} without an answer.", after(waits))
}

/// It is so from now on.
pub fn told_from_now_on(waits: Threshold) -> Message {
    Message::say(format!("✅ They are told {} without an answer from now on.", after(waits)))
}

/// It was so already.
pub fn told_so_already(waits: Threshold) -> Message {
    Message::say(format!("They are told {} without an answer already.", after(waits)))
}

/// Another notification of the channel does it.
pub fn another_tells_them(there: &Subscription) -> Message {
    Message::say(format!("{} are told already, so nothing was changed.", super::super::subject(there)))
}

/// Some wait that were to be told before.
pub fn unposted_before(standing: &Standing) -> Message {
    let channel = standing.subscription.channel;
    let is_paused = matches!(standing.subscription.state, SubscriptionState::Paused { .. });
    let (some, them) = match standing.waiting.count {
        1 => ("1 waits".to_owned(), "it"),
        count => (format!("{} wait", number(count)), "them"),
    };
    let what_first = match (is_paused, them) {
        (true, _) => format!("Resume or skip {them} first."),
        (false, "it") => "Try again once it is posted.".to_owned(),
        (false, _) => "Try again once they are posted.".to_owned(),
    };
    Message::say(format!("{some} for <#{channel}>, so nothing was changed. {what_first}"))
}
