//! How often a channel may get a notice of the bot's own: of the same thing once an hour. Notices of different things take
//! none each other's place: a person who reads of one must not miss the other.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use deskbell_domain::ids::ChannelId;
use tokio::time::Instant;

/// At most one notice of a thing in a channel within it.
const NOTICE_EVERY: Duration = Duration::from_hours(1);

/// What a notice speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Subject {
    /// The notifications of another channel are on hold.
    OnHold(ChannelId),
    /// The channel itself works again.
    Back,
    /// A crowd reads the channel.
    Audience,
    /// An event could not be posted there.
    SetAside,
}

/// When a channel last got a notice of each thing.
#[derive(Debug, Default)]
pub(crate) struct NoticeAllowance(Mutex<BTreeMap<Subject, Instant>>);

/// Whether a notice may be posted now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub(crate) enum NoticeRight {
    /// The notice may be posted now.
    Granted,
    /// One was posted within the hour.
    Spent,
}

impl NoticeAllowance {
    /// Takes the right to post a notice, once an hour.
    pub(crate) fn claim(&self, subject: Subject) -> NoticeRight {
        let now = Instant::now();
        let mut last = self.last();
        last.retain(|_, at| now < *at + NOTICE_EVERY);
        if last.contains_key(&subject) {
            return NoticeRight::Spent;
        }
        last.insert(subject, now);
        NoticeRight::Granted
    }

    /// Gives the right back where the notice was not posted.
    pub(crate) fn give_back(&self, subject: Subject) {
        self.last().remove(&subject);
    }

    fn last(&self) -> MutexGuard<'_, BTreeMap<Subject, Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_notice_of_one_thing_takes_no_other_its_place() {
        let allowance = NoticeAllowance::default();
        let (one, other) = (Subject::OnHold(ChannelId(1)), Subject::OnHold(ChannelId(2)));
        assert_eq!(allowance.claim(one), NoticeRight::Granted);
        assert_eq!(allowance.claim(one), NoticeRight::Spent);
        assert_eq!(allowance.claim(other), NoticeRight::Granted);
        assert_eq!(allowance.claim(Subject::Audience), NoticeRight::Granted);
        allowance.give_back(other);
        assert_eq!(allowance.claim(other), NoticeRight::Granted);
        tokio::time::advance(NOTICE_EVERY).await;
        assert_eq!(allowance.claim(one), NoticeRight::Granted);
    }
}
