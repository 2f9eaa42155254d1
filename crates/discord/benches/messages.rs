//! How fast a batch of events becomes the body of a message: the announcement, its cards as embeds, escaping.
//!
//! `cargo bench -p deskbell-discord`.

use std::collections::BTreeSet;
use std::hint::black_box;

use deskbell_discord::{embed, escape, message};
use deskbell_domain::card::chosen::CardFields;
use deskbell_domain::contact::{Contact, Named, PartialList, Role};
use deskbell_domain::delivery::{InFlight, Layout, Nonce, Phrasing, Source};
use deskbell_domain::event::{Entry, Event, EventId, EventKind, Record};
use deskbell_domain::ids::{
    AmendmentNumber, ChannelId, CompanyId, ContactId, GuildId, JournalNumber, MemberId, SubscriptionId,
    WorkspaceId,
};
use deskbell_domain::links::Links;
use deskbell_domain::message::Message;
use deskbell_domain::subscription::{Alert, Detail, PublicChoice, Subscription, SubscriptionState};
use deskbell_domain::time::{Timestamp, UnixMillis};
use deskbell_domain::workspace::Region;
use deskbell_text::announcement::for_batch;
use deskbell_text::card::Shown;

const AT: Timestamp = Timestamp(1_763_889_600);
const SUBSCRIPTION: SubscriptionId = SubscriptionId(7);
const CHANNEL: ChannelId = ChannelId(9);

fn main() {
    divan::main();
}

#[divan::bench]
fn announce_ten_brief_cards(bencher: divan::Bencher<'_, '_>) {
    let batch = Batch::of(10, Layout::Brief);
    bencher.bench(|| black_box(&batch).announce());
}

#[divan::bench]
fn body_of_ten_brief_cards(bencher: divan::Bencher<'_, '_>) {
    let announcement = Batch::of(10, Layout::Brief).announce();
    bencher.bench(|| message::new_message(black_box(&announcement)).to_string());
}

#[divan::bench]
fn embed_of_a_full_card(bencher: divan::Bencher<'_, '_>) {
    let card = Batch::of(1, Layout::Cards).announce().cards.remove(0);
    bencher.bench(|| embed::embed(black_box(&card)));
}

/// Two thousand characters, as a form on a website may send them.
#[divan::bench(args = ["words", "markdown"])]
fn escape(bencher: divan::Bencher<'_, '_>, kind: &str) {
    let text = match kind {
        "words" => "Hello, I was charged twice. ".repeat(72),
        _ => "*_[x](y)_* @everyone <@1> `~|".repeat(70),
    };
    bencher.bench(|| escape::markdown(black_box(&text), 2000));
}

struct Batch {
    subscription: Subscription,
    in_flight: InFlight,
    entries: Vec<Entry>,
    links: Links,
}

impl Batch {
    fn of(count: u64, layout: Layout) -> Self {
        let entries: Vec<_> =
            (1..=count).map(|number| Entry { number: JournalNumber(number), event: lead(number) }).collect();
        Self {
            subscription: subscription(),
            in_flight: in_flight(count, layout),
            entries,
            links: Links::new(Region::Us, WorkspaceId::new("acme1234")),
        }
    }

    fn announce(&self) -> Message {
        let fields = CardFields::default();
        let shown = Shown { workspace_name: "Acme", links: &self.links, fields: &fields };
        for_batch(&self.subscription, &self.in_flight, &self.entries, shown)
    }
}

/// A lead of whom much is known.
fn lead(number: u64) -> Event {
    let mut lead = Contact::bare(ContactId::new(format!("6762f0dd1bb69f9f{number:08x}")), Role::Lead);
    lead.email = Some(format!("ada_{number}@acme.io"));
    lead.phone = Some("+49 30 1234567".to_owned());
    lead.name = Some(format!("Ada *Lovelace* [{number}]"));
    lead.created_at = AT;
    lead.location.city = Some("Berlin".to_owned());
    lead.location.country = Some("Germany".to_owned());
    lead.companies = PartialList {
        items: vec![Named { id: CompanyId::new("c1"), name: Some("Acme Ltd".to_owned()) }],
        total: 1,
    };
    let id = EventId::lead_created(&lead.id);
    Event { id, at: AT, record: Record::Lead { contact: Box::new(lead) }, actor: None }
}

fn in_flight(count: u64, layout: Layout) -> InFlight {
    InFlight {
        subscription: SUBSCRIPTION,
        channel: CHANNEL,
        numbers: (1..=count).map(JournalNumber).collect(),
        cursor_after: JournalNumber(count),
        source: Source::Journal,
        layout,
        private: false,
        backlog: None,
        generation: 0,
        nonce: Nonce::of(SUBSCRIPTION, JournalNumber(1), JournalNumber(count), 0),
        first_attempt: UnixMillis(0),
        attempts: 1,
        crowd_until: None,
        phrasing: Phrasing::LATEST,
        may_stand: None,
        amended: AmendmentNumber::NONE,
        without_picture: BTreeSet::new(),
        ring: None,
        mention: None,
    }
}

fn subscription() -> Subscription {
    Subscription {
        waits: None,
        steps_before: Vec::new(),
        mention: None,
        id: SUBSCRIPTION,
        guild: GuildId(8),
        workspace: WorkspaceId::new("acme1234"),
        channel: CHANNEL,
        kind: EventKind::NewLead,
        detail: Detail::Full,
        alert: Alert::Loud,
        floor: Timestamp(0),
        after: JournalNumber(0),
        made_by: MemberId(42),
        public: PublicChoice::default(),
        state: SubscriptionState::Active,
        version: 0,
    }
}
