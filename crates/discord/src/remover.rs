//! Deletes messages of ours, one call each. It never repeats a call by itself.

use async_trait::async_trait;
use deskbell_domain::channel::Obstacle;
use deskbell_domain::ids::{ChannelId, MessageId};
use deskbell_domain::port::remover::{Leaving, LeftOut, Removal, Remover};

use crate::leaving_out;
use crate::refusal::Refusal;
use crate::rest::{Answer, Reply, Rest};

/// Deletes over Discord's REST API.
pub struct RestRemover(Rest);

impl RestRemover {
    /// With the client of a bot.
    pub fn new(rest: Rest) -> Self {
        Self(rest)
    }
}

#[async_trait]
impl Remover for RestRemover {
    async fn remove(&self, channel: ChannelId, message: MessageId) -> Removal {
        match self.0.delete(&format!("/channels/{channel}/messages/{message}")).await {
            Answer::Status(reply) => outcome(&reply),
            Answer::None(_) => Removal::Later(None),
        }
    }

    async fn leave_out(&self, channel: ChannelId, message: MessageId, who: &LeftOut, note: &str) -> Leaving {
        let path = format!("/channels/{channel}/messages/{message}");
        let Answer::Status(Reply { status: 200, body: Some(known), .. }) = self.0.get(&path).await else {
            return Leaving::NotDone;
        };
        let Some(edited) = leaving_out::without(&known, who, note) else { return Leaving::NotDone };
        match self.0.patch_with_files(&path, &edited, &[]).await {
            Answer::Status(reply) if reply.is_success() => Leaving::Done,
            Answer::Status(_) | Answer::None(_) => Leaving::NotDone,
        }
    }
}

/// With a channel its messages are gone.
fn outcome(reply: &Reply) -> Removal {
    if reply.is_success() {
        return Removal::Gone;
    }
    match Refusal::of(reply) {
        Refusal::MessageGone | Refusal::Channel(Obstacle::ChannelGone) => Removal::Gone,
        Refusal::Channel(_) | Refusal::Content | Refusal::Unexplained => Removal::Impossible,
        Refusal::Token | Refusal::Limit | Refusal::TurnedAway(_) | Refusal::Failure => {
            Removal::Later(reply.limits.retry_after)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::*;
    use crate::rest::Limits;

    fn answered(status: u16, code: u64) -> Removal {
        let limits = Limits { retry_after: Some(Duration::from_secs(3)), ..Limits::default() };
        outcome(&Reply { status, limits, body: (code > 0).then(|| json!({"code": code})) })
    }

    #[test]
    fn a_message_that_is_not_there_is_gone_and_one_behind_a_lock_stays() {
        assert_eq!(answered(204, 0), Removal::Gone);
        assert_eq!((answered(404, 10_008), answered(404, 10_003)), (Removal::Gone, Removal::Gone));
        for code in [50_001, 50_013, 50_083, 10_004] {
            assert_eq!(answered(403, code), Removal::Impossible, "{code}");
        }
    }

    #[test]
    fn what_says_nothing_of_the_message_is_tried_again() {
        for (status, code) in [(429, 20_028), (500, 0), (503, 0), (403, 0), (401, 40_001)] {
            assert_eq!(answered(status, code), Removal::Later(Some(Duration::from_secs(3))), "{status}");
        }
    }
}
