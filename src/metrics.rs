//! What is counted for Prometheus: numbers by a closed set of labels, no id and nothing of a customer.
//!
//! What the process does is counted as it happens, in [`Metrics`]; how it stands is looked up when somebody asks, in
//! [`Standings`].

mod page;
mod standings;

use deskbell_domain::delivery::Verdict;
use deskbell_domain::event::EventKind;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;

pub use self::page::{Page, TYPE_OF_PAGE};
pub use self::standings::Standings;

/// A label and its value. Both are words of ours.
type Label = (&'static str, &'static str);

/// What the process has done since its start.
pub struct Metrics {
    events: Family<[Label; 1], Counter>,
    posts: Family<[Label; 2], Counter>,
    webhooks: Family<[Label; 1], Counter>,
}

/// Every number is there from the start, so that the first of a kind shows as a step from zero.
impl Default for Metrics {
    fn default() -> Self {
        let (events, posts, webhooks) = Default::default();
        let metrics = Self { events, posts, webhooks };
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

    /// A webhook came.
    pub fn webhook(&self, outcome: Webhook) {
        self.count(outcome, 1);
    }

    fn count(&self, outcome: Webhook, times: u64) {
        self.webhooks.get_or_create(&[("outcome", outcome.name())]).inc_by(times);
    }
}

#[cfg(test)]
mod tests;
