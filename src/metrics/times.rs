//! How long things take, in seconds: twelve steps each, over a closed set of labels.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use deskbell_domain::event::EventKind;
use deskbell_domain::ids::WorkspaceId;
use deskbell_domain::port::store::Hinted;
use deskbell_domain::stream::Stream;
use deskbell_domain::time::UnixMillis;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use super::label::Label;

/// For what a service waits for, or what waits for a service.
const SHORT: [f64; 12] = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0];
/// For what people wait for.
const LONG: [f64; 12] = [0.05, 0.1, 0.3, 0.5, 1.0, 2.0, 5.0, 15.0, 60.0, 150.0, 300.0, 600.0];
/// Of how many records it is remembered when a webhook told of them.
const MOST_TOLD: usize = 8_192;
/// How long, where there are more, in milliseconds: later than that it says nothing of the bot's own pace.
const TOLD_FOR_MS: i64 = 600_000;

/// How long things took since the start of the process.
pub(super) struct Times {
    webhook_ack: Histogram,
    webhook_to_post: Histogram,
    post: Histogram,
    event_to_post: Family<[Label; 1], Histogram>,
    poll_late: Family<[Label; 1], Histogram>,
    told: Mutex<BTreeMap<(WorkspaceId, Hinted), UnixMillis>>,
}

/// Every number is there from the start.
impl Default for Times {
    fn default() -> Self {
        let times = Self {
            webhook_ack: short(),
            webhook_to_post: long(),
            post: short(),
            event_to_post: Family::new_with_constructor(long),
            poll_late: Family::new_with_constructor(short),
            told: Mutex::default(),
        };
        for kind in EventKind::ALL {
            let _there = times.event_to_post.get_or_create(&[("kind", kind.spec().code)]);
        }
        for stream in Stream::ALL {
            let _there = times.poll_late.get_or_create(&[("stream", stream_name(stream))]);
        }
        times
    }
}

fn short() -> Histogram {
    Histogram::new(SHORT)
}

fn long() -> Histogram {
    Histogram::new(LONG)
}

impl Times {
    pub(super) fn register(&self, ours: &mut Registry) {
        let help = "From a webhook's arrival to its answer";
        ours.register("webhook_ack_seconds", help, self.webhook_ack.clone());
        let help = "From a webhook's arrival until Discord has taken the first message about it";
        ours.register("webhook_to_post_seconds", help, self.webhook_to_post.clone());
        ours.register("post_seconds", "From a post to Discord's answer", self.post.clone());
        let help = "From the time that Intercom gives an event, in whole seconds, until Discord has taken its message";
        ours.register("event_to_post_seconds", help, self.event_to_post.clone());
        let help = "How much later than planned polls began";
        ours.register("poll_late_seconds", help, self.poll_late.clone());
    }

    pub(super) fn webhook_answered(&self, after: Duration) {
        self.webhook_ack.observe(after.as_secs_f64());
    }

    pub(super) fn post_answered(&self, after: Duration) {
        self.post.observe(after.as_secs_f64());
    }

    pub(super) fn poll_began(&self, stream: Stream, late: Duration) {
        self.poll_late.get_or_create(&[("stream", stream_name(stream))]).observe(late.as_secs_f64());
    }

    pub(super) fn told(&self, workspace: &WorkspaceId, of: &Hinted, at: UnixMillis) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.len() >= MOST_TOLD {
            told.retain(|_, earlier| at.since(*earlier) < TOLD_FOR_MS);
        }
        if told.len() < MOST_TOLD {
            // What is told twice waits since the first time.
            let since = told.entry((workspace.clone(), of.clone())).or_insert(at);
            if at.since(*since) >= TOLD_FOR_MS {
                *since = at;
            }
        }
    }

    pub(super) fn forget(&self, workspace: &WorkspaceId, of: &Hinted) -> Option<UnixMillis> {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.remove(&(workspace.clone(), of.clone()))
    }

    pub(super) fn posted(&self, kind: EventKind, after: Duration, told_before: Option<Duration>) {
        self.event_to_post.get_or_create(&[("kind", kind.spec().code)]).observe(after.as_secs_f64());
        if let Some(told_before) = told_before {
            self.webhook_to_post.observe(told_before.as_secs_f64());
        }
    }
}

/// What a stream is called here.
fn stream_name(stream: Stream) -> &'static str {
    match stream {
        Stream::Contacts => "contacts",
        Stream::Conversations => "conversations",
        Stream::UserUpdates => "updates",
    }
}
