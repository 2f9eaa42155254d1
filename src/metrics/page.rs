//! A page of metrics in the form of `OpenMetrics`.

use deskbell_domain::calls::{CallClass, CallCounts};
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use super::label::Label;
use super::{Metrics, Standings};

/// The `Content-Type` of a page.
pub const TYPE_OF_PAGE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// What a page is made of: a registry that lives as long as it takes to write it.
#[derive(Default)]
pub struct Page(Registry);

impl Page {
    /// All that is counted and looked up.
    pub fn of(metrics: &Metrics, standings: &Standings) -> Self {
        let mut page = Self::default();
        page.counted(metrics);
        page.calls("intercom_calls", "Calls to Intercom by how they were answered", &standings.intercom);
        page.calls("discord_calls", "Calls to Discord by how they were answered", &standings.discord);
        page.standings(standings);
        page
    }

    /// As text.
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing into a string does not fail.
        let _written = encode(&mut text, &self.0);
        text
    }

    fn counted(&mut self, metrics: &Metrics) {
        let ours = self.0.sub_registry_with_prefix("deskbell");
        ours.register("events", "New events by kind", metrics.events.clone());
        let help =
            "Events by kind and what became of them: posted, dead (set aside) or gone (no longer kept)";
        ours.register("posts", help, metrics.posts.clone());
        ours.register("webhooks", "Webhooks by what became of them", metrics.webhooks.clone());
        metrics.times.register(ours);
    }

    fn calls(&mut self, name: &str, help: &str, counts: &CallCounts) {
        let family = Family::<[Label; 1], Counter>::default();
        for class in CallClass::ALL {
            family.get_or_create(&[("class", class.name())]).inc_by(counts.of(class));
        }
        self.0.sub_registry_with_prefix("deskbell").register(name, help, family);
    }

    fn standings(&mut self, now: &Standings) {
        let duplicates = Counter::<u64>::default();
        duplicates.inc_by(now.possible_duplicates);
        let ours = self.0.sub_registry_with_prefix("deskbell");
        ours.register("possible_duplicates", "Messages that may have been posted twice", duplicates);
        let held_up = Counter::<u64>::default();
        held_up.inc_by(now.app_calls_held_up);
        let help = "Calls to Intercom that waited since the workspaces of the app had used theirs up";
        ours.register("app_calls_delayed", help, held_up);
        let version = Family::<[Label; 1], Gauge>::default();
        version.get_or_create(&[("version", env!("CARGO_PKG_VERSION"))]).set(1);
        ours.register("build_info", "The version that runs", version);
        for (name, help, value) in [
            ("workspaces", "Workspaces that are served", now.workspaces),
            ("waiting_events", "Events that wait to be posted", now.waiting),
            ("oldest_waiting_seconds", "Age of the oldest event that waits", now.oldest_waiting_s),
            ("channels_on_hold", "Channels in which nothing can be posted", now.channels_on_hold),
            ("poll_lateness_seconds", "How late the latest poll is", now.poll_lateness_s),
            ("store_writable", "1 while the store can be written", now.store_writable.into()),
            ("discord_connected", "1 while Discord is connected", now.discord_connected.into()),
        ] {
            ours.register(name, help, gauge(value));
        }
        if let Some(bytes) = now.resident_bytes {
            self.0.register("process_resident_memory_bytes", "Memory of the process", gauge(bytes));
        }
    }
}

fn gauge(value: u64) -> Gauge {
    let gauge = Gauge::<i64>::default();
    gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
    gauge
}
