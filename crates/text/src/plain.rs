//! The same words for a log and a terminal, where nothing is bold.

use deskbell_domain::card::text::{Piece, Text};
use deskbell_domain::subscription::{SubscriptionState, SuspendReason};
use deskbell_domain::trouble::Cause;

use crate::notify::reason;
use crate::trouble;

/// A sentence without markup: what is bold in Discord stands in quotation marks.
pub fn sentence(text: &Text) -> String {
    let pieces = text.0.iter().map(|piece| match piece {
        Piece::Ours(text) => text.replace("**", ""),
        Piece::Bold(text) => format!("\"{text}\""),
        _ => String::new(),
    });
    pieces.collect()
}

/// Why something cannot be read from Intercom.
pub fn cause(cause: Cause) -> String {
    sentence(&trouble::reason(cause))
}

/// Why notifications are on hold.
pub fn hold(why: &SuspendReason) -> String {
    reason(why).replace("**", "")
}

/// How a notification stands.
pub fn state(state: &SubscriptionState) -> String {
    match state {
        SubscriptionState::Active => "active".to_owned(),
        SubscriptionState::Paused { .. } => "paused".to_owned(),
        SubscriptionState::Suspended(suspension) => format!("on hold: {}", hold(&suspension.reason)),
    }
}

#[cfg(test)]
mod tests {
    use deskbell_domain::channel::{Obstacle, Permission};
    use deskbell_domain::port::intercom::{Lack, TokenPermission};
    use deskbell_domain::subscription::Suspension;
    use deskbell_domain::time::Timestamp;

    use super::*;

    #[test]
    fn a_log_has_words_and_no_markup() {
        let lacking = vec![Permission::ViewChannel, Permission::SendMessages];
        let reason = SuspendReason::Channel(Obstacle::MissingPermissions(lacking));
        let at = Timestamp(0);
        let suspension = Suspension { reason, since: at, probes: 0, next_probe: at, told: false };
        insta::assert_snapshot!(state(&SubscriptionState::Suspended(suspension)), @"on hold: I lack View Channel and Send Messages there");
        let unsaid = SuspendReason::Channel(Obstacle::MissingPermissions(Vec::new()));
        insta::assert_snapshot!(hold(&unsaid), @"Discord does not let me post there");
        let lacks = Cause::Lacks(Lack::Permission(TokenPermission::ReadTags));
        insta::assert_snapshot!(cause(lacks), @r#"the token lacks "Read tags""#);
    }
}
