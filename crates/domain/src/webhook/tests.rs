use std::sync::atomic::{AtomicI64, Ordering};

use super::*;
use crate::ids::ContactId;

const MINUTE_MS: i64 = 60 * 1000;

/// A clock that stands where it is set.
struct Set(AtomicI64);

impl Clock for Set {
    fn now(&self) -> UnixMillis {
        UnixMillis(self.0.load(Ordering::Relaxed))
    }
}

struct World {
    clock: Arc<Set>,
    webhooks: Webhooks,
}

impl World {
    fn with(door: Door) -> Self {
        let clock = Arc::new(Set(AtomicI64::new(1_795_000_000_000)));
        Self { webhooks: Webhooks::new(door, clock.clone(), Arc::default()), clock }
    }

    fn pass(&self, minutes: i64) {
        self.clock.0.fetch_add(minutes * MINUTE_MS, Ordering::Relaxed);
    }

    fn hear(&self, topic: Topic, id: &str) {
        self.webhooks.heard(&Heard { topic: Some(topic), of: contact(id) });
    }

    fn covers(&self, topics: &[Topic]) -> Coverage {
        self.webhooks.covers(Stream::Contacts, &topics.iter().copied().collect())
    }
}

fn contact(id: &str) -> Hinted {
    Hinted::Contact(ContactId::new(id))
}

#[test]
fn a_stream_is_covered_while_all_its_topics_are_live() {
    let world = World::with(Door::Open);
    let both = [Topic::LeadCreated, Topic::UserCreated];
    assert_eq!(world.covers(&both), Coverage::Uncovered);
    world.hear(Topic::LeadCreated, "1");
    assert_eq!((world.covers(&both), world.covers(&both[..1])), (Coverage::Uncovered, Coverage::Covered));
    world.pass(23 * 60);
    world.hear(Topic::UserCreated, "2");
    assert_eq!(world.covers(&both), Coverage::Covered);
    world.pass(60);
    assert_eq!(world.covers(&both), Coverage::Uncovered, "no lead was told for a day");
    assert_eq!(world.covers(&[]), Coverage::Uncovered, "nothing tells of such a stream");
}

#[test]
fn nothing_is_covered_where_nobody_listens() {
    let world = World::with(Door::Closed);
    world.hear(Topic::LeadCreated, "1");
    assert_eq!((world.covers(&[Topic::LeadCreated]), world.webhooks.told()), (Coverage::Uncovered, None));
}

#[test]
fn the_share_that_webhooks_told_first_is_counted_over_both_sources() {
    let world = World::with(Door::Open);
    assert_eq!(world.webhooks.told(), Some(ToldByWebhook::default()));
    for id in ["1", "2"] {
        world.hear(Topic::LeadCreated, id);
    }
    world.webhooks.brought(&[contact("1")]);
    world.webhooks.found(Stream::Contacts, &[contact("2"), contact("3")]);
    let told = world.webhooks.told().expect("the door is open");
    assert_eq!((told.first, told.events, told.per_cent()), (2, 3, Some(66)));
    assert_eq!((told.last, told.heard), (Some(world.clock.now()), BTreeSet::from([Topic::LeadCreated])));
    world.pass(25 * 60);
    assert_eq!(world.webhooks.told().and_then(|told| told.per_cent()), None);
}

#[tokio::test]
async fn whoever_waits_hears_once_that_something_cannot_be_read() {
    let world = World::with(Door::Open);
    let doubted = world.webhooks.doubted();
    let mut doubted = std::pin::pin!(doubted);
    doubted.as_mut().enable();
    world.hear(Topic::LeadCreated, "1");
    world.webhooks.note_unread(HintedKind::Contact, Unread::Something);
    doubted.await;
    assert_eq!(world.covers(&[Topic::LeadCreated]), Coverage::Uncovered);
}
