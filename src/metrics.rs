//! What is counted for Prometheus: numbers by a closed set of labels, no id and nothing of a customer.
//!
//! What the process does is counted as it happens, in [`Metrics`]; how it stands is looked up when somebody asks, in
//! [`Standings`].

mod label;
mod page;
mod standings;
mod times;

use std::time::Duration;

use deskbell_domain::delivery::Verdict;
use deskbell_domain::event::{Event, EventKind};
use deskbell_domain::ids::WorkspaceId;
use deskbell_domain::port::store::Hinted;
use deskbell_domain::stream::Stream;
use deskbell_domain::time::UnixMillis;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;

use self::label::Label;
pub use self::page::{Page, TYPE_OF_PAGE};
pub use self::standings::Standings;
use self::times::Times;

/// What the process has done since its start.
pub struct Metrics {
    events: Family<[Label; 1], Counter>,
    posts: Family<[Label; 2], Counter>,
    webhooks: Family<[Label; 1], Counter>,
    times: Times,
}

/// Every number is there from the start, so that the first of a kind shows as a step from zero.
impl Default for Metrics {
    fn default() -> Self {
        let (events, posts, webhooks, times) = Default::default();
        let metrics = Self { events, posts, webhooks, times };
        for kind in EventKind::ALL {
            metrics.journaled(kind, 0);
            for outcome in OUTCOMES {
                metrics.post(kind, outcome, 0);
            }
        }
        for outcome in Webhook::ALL {
            metrics.count(outcome, 0);
        }
        metrics
    }
}

/// What may become of an event that was to be posted.
const OUTCOMES: [&str; 3] = [POSTED, DEAD, GONE];
const POSTED: &str = "posted";
const DEAD: &str = "dead";
const GONE: &str = "gone";

/// What became of a webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Webhook {
    /// It is kept, and looked at.
    Taken,
    /// It is about nothing that anybody here wants.
    Unwanted,
    /// Intercom signed it, and it is no notification.
    Unreadable,
    /// Intercom did not sign it.
    Unsigned,
    /// It was too long, too slow, or broke off.
    Broken,
    /// The store could not be written.
    NotKept,
}

impl Webhook {
    const ALL: [Self; 6] =
        [Self::Taken, Self::Unwanted, Self::Unreadable, Self::Unsigned, Self::Broken, Self::NotKept];

    fn name(self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::Unwanted => "unwanted",
            Self::Unreadable => "unreadable",
            Self::Unsigned => "unsigned",
            Self::Broken => "broken",
            Self::NotKept => "not_kept",
        }
    }
}

impl Metrics {
    /// New events stand in the journal.
    pub fn journaled(&self, kind: EventKind, events: u64) {
        self.events.get_or_create(&[("kind", kind.spec().code)]).inc_by(events);
    }

    /// It is written what became of so many events.
    pub fn settled(&self, kind: EventKind, verdict: &Verdict, events: u64) {
        let outcome = match verdict {
            Verdict::Posted(_) => POSTED,
            Verdict::Dead { .. } => DEAD,
            Verdict::Vanished => GONE,
        };
        self.post(kind, outcome, events);
    }

    fn post(&self, kind: EventKind, outcome: &'static str, events: u64) {
        self.posts.get_or_create(&[("kind", kind.spec().code), ("outcome", outcome)]).inc_by(events);
    }

    /// A webhook came, and was answered so long after.
    pub fn webhook(&self, outcome: Webhook, after: Duration) {
        self.count(outcome, 1);
        self.times.webhook_answered(after);
    }

    /// How often something became of a webhook.
    pub fn webhooks(&self, outcome: Webhook) -> u64 {
        self.webhooks.get_or_create(&[("outcome", outcome.name())]).get()
    }

    /// A webhook that came at a time told of a record, which is looked at next.
    pub fn told(&self, workspace: &WorkspaceId, of: &Hinted, at: UnixMillis) {
        self.times.told(workspace, of, at);
    }

    /// Nothing came of it.
    pub fn came_to_nothing(&self, workspace: &WorkspaceId, of: &Hinted) {
        let _at = self.times.forget(workspace, of);
    }

    /// Discord has answered a post.
    pub fn post_answered(&self, after: Duration) {
        self.times.post_answered(after);
    }

    /// Discord has taken the message with an event.
    pub fn posted(&self, workspace: &WorkspaceId, kind: EventKind, event: &Event, now: UnixMillis) {
        let told = self.times.forget(workspace, &Hinted::from(&event.record));
        let happened = now.since(UnixMillis(event.at.0.saturating_mul(1000)));
        self.times.posted(kind, passed(happened), told.map(|at| passed(now.since(at))));
    }

    /// A poll that was planned began, so much too late.
    pub fn poll_began(&self, stream: Stream, late: Duration) {
        self.times.poll_began(stream, late);
    }

    fn count(&self, outcome: Webhook, times: u64) {
        self.webhooks.get_or_create(&[("outcome", outcome.name())]).inc_by(times);
    }
}

/// A clock that was set back lets no time have passed.
fn passed(milliseconds: i64) -> Duration {
    Duration::from_millis(u64::try_from(milliseconds).unwrap_or(0))
}

#[cfg(test)]
mod tests;
