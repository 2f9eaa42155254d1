//! When polls begin: the bot opens a span for each, which is seen here.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use deskbell_domain::stream::Stream;
use deskbell_text::trouble;
use tokio::time::Instant;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing_subscriber::layer::{Context, Layer};

/// The polls of one stream of each workspace, as their spans name it: each stream has the same interval.
fn stream() -> &'static str {
    trouble::part(Stream::Contacts.into())
}

/// When the polls of each workspace began.
#[derive(Clone, Default)]
pub(super) struct Watch(Arc<Mutex<BTreeMap<String, Vec<Instant>>>>);

impl Watch {
    /// By how much each poll but the first of a workspace began after its time.
    pub(super) fn late_us(&self, interval: Duration, end: Instant) -> Vec<u64> {
        let begun = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let pairs = begun.values().flat_map(|begun| begun.windows(2));
        let due = pairs.filter(|pair| pair[0] + interval < end);
        let late = due.map(|pair| pair[1].saturating_duration_since(pair[0] + interval));
        late.map(|late| u64::try_from(late.as_micros()).unwrap_or(u64::MAX)).collect()
    }
}

impl<S: tracing::Subscriber> Layer<S> for Watch {
    fn on_new_span(&self, attributes: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        if attributes.metadata().name() != "poll" {
            return;
        }
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if fields.reads == stream() {
            let mut begun = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            begun.entry(fields.workspace).or_default().push(Instant::now());
        }
    }
}

#[derive(Default)]
struct Fields {
    workspace: String,
    reads: String,
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "workspace" {
            self.workspace = format!("{value:?}");
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "reads" {
            value.clone_into(&mut self.reads);
        }
    }
}
