use std::collections::BTreeSet;

use deskbell_domain::calls::CallClass;
use deskbell_domain::contact::{Contact, Role};
use deskbell_domain::event::{EventId, Record};
use deskbell_domain::ids::ContactId;
use deskbell_domain::time::Timestamp;

use super::*;

fn file(name: &str) -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn counted() -> Metrics {
    let metrics = Metrics::default();
    metrics.journaled(EventKind::NewLead, 3);
    metrics.settled(EventKind::NewLead, &Verdict::Posted(None), 2);
    metrics.settled(EventKind::NewConversation, &Verdict::Vanished, 1);
    metrics.webhook(Webhook::Taken, Duration::from_millis(3));
    metrics.webhook(Webhook::Unsigned, Duration::from_millis(1));
    metrics
}

fn stood() -> Standings {
    let standings =
        Standings { waiting: 4, oldest_waiting_s: 61, resident_bytes: Some(1), ..Standings::default() };
    standings.intercom.count(CallClass::Success);
    standings
}

#[test]
fn a_page_tells_what_was_counted_and_how_it_stands() {
    let text = Page::of(&counted(), &stood()).text();
    let samples = text.lines().filter(|line| !line.starts_with('#') && !line.contains("_bucket{"));
    let mut lines: Vec<_> = samples.filter(|line| !line.ends_with(" 0") && !line.ends_with(" 0.0")).collect();
    lines.sort_unstable();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    deskbell_build_info{version="0.1.0"} 1
    deskbell_events_total{kind="lead"} 3
    deskbell_intercom_calls_total{class="success"} 1
    deskbell_oldest_waiting_seconds 61
    deskbell_posts_total{kind="conversation",outcome="gone"} 1
    deskbell_posts_total{kind="lead",outcome="posted"} 2
    deskbell_waiting_events 4
    deskbell_webhook_ack_seconds_count 2
    deskbell_webhook_ack_seconds_sum 0.004
    deskbell_webhooks_total{outcome="taken"} 1
    deskbell_webhooks_total{outcome="unsigned"} 1
    process_resident_memory_bytes 1
    "#);
    assert!(text.ends_with("# EOF\n"));
}

#[test]
fn the_first_of_a_kind_shows_as_a_step_from_zero() {
    let text = Page::of(&Metrics::default(), &Standings::default()).text();
    for line in [
        "deskbell_events_total{kind=\"update\"} 0",
        "deskbell_posts_total{kind=\"lead\",outcome=\"dead\"} 0",
        "deskbell_webhooks_total{outcome=\"not_kept\"} 0",
        "deskbell_discord_calls_total{class=\"limited\"} 0",
        "deskbell_webhook_to_post_seconds_count 0",
        "deskbell_event_to_post_seconds_count{kind=\"conversation\"} 0",
        "deskbell_poll_late_seconds_count{stream=\"updates\"} 0",
    ] {
        assert!(text.lines().any(|one| one == line), "{line}: {text}");
    }
}

fn lead(id: &str, at: i64) -> Event {
    let contact = Contact::bare(ContactId::new(id), Role::Lead);
    Event {
        id: EventId::lead_created(&contact.id),
        at: Timestamp(at),
        record: Record::Lead { contact: Box::new(contact) },
        actor: None,
    }
}

#[test]
fn what_a_webhook_told_is_measured_until_its_first_message_and_only_then() {
    let (metrics, workspace) = (Metrics::default(), WorkspaceId::new("acme"));
    let of = |id: &str| Hinted::Contact(ContactId::new(id));
    metrics.told(&workspace, &of("told"), UnixMillis(100_400));
    metrics.told(&workspace, &of("nothing"), UnixMillis(100_400));
    metrics.came_to_nothing(&workspace, &of("nothing"));
    for id in ["told", "told", "nothing", "found"] {
        metrics.posted(&workspace, EventKind::NewLead, &lead(id, 100), UnixMillis(100_600));
    }
    let text = Page::of(&metrics, &Standings::default()).text();
    for line in [
        "deskbell_webhook_to_post_seconds_sum 0.2",
        "deskbell_webhook_to_post_seconds_count 1",
        "deskbell_event_to_post_seconds_count{kind=\"lead\"} 4",
        "deskbell_event_to_post_seconds_bucket{le=\"1.0\",kind=\"lead\"} 4",
        "deskbell_event_to_post_seconds_bucket{le=\"0.5\",kind=\"lead\"} 0",
    ] {
        assert!(text.lines().any(|one| one == line), "{line}: {text}");
    }
}

/// Every name that a page has, as a query may write it.
fn names() -> BTreeSet<String> {
    let text = Page::of(&counted(), &stood()).text();
    let samples = text.lines().filter(|line| !line.starts_with('#'));
    samples.map(|line| line.split(['{', ' ']).next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn the_dashboard_and_the_alerts_ask_for_what_there_is() {
    let names = names();
    for page in ["dashboards/deskbell.json", "alerts.yml"] {
        let text = file(page);
        let words = text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
        let asked: BTreeSet<_> =
            words.filter(|word| word.starts_with("deskbell_") || word.starts_with("process_")).collect();
        assert!(!asked.is_empty(), "{page}");
        for name in asked {
            assert!(names.contains(name), "{page} asks for {name}, and there is {names:?}");
        }
    }
    serde_json::from_str::<serde_json::Value>(&file("dashboards/deskbell.json")).expect("it is JSON");
}
