//! Which part of a workspace is given what.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use deskbell_commands::{DayOf, WorkspaceContext, WorkspacePorts};
use deskbell_domain::being_made::InTheMaking;
use deskbell_domain::card::chosen::CardFields;
use deskbell_domain::creations::Creations;
use deskbell_domain::difference::UpdateFields;
use deskbell_domain::event::EventKind;
use deskbell_domain::ids::WorkspaceId;
use deskbell_domain::links::Links;
use deskbell_domain::names::{NameCache, Names};
use deskbell_domain::port::channels::Channels;
use deskbell_domain::port::intercom::{IntercomHandles, OnBehalfOf};
use deskbell_domain::port::messenger::Messenger;
use deskbell_domain::port::outbox::Outbox;
use deskbell_domain::port::random::Random;
use deskbell_domain::port::store::Store;
use deskbell_domain::sight::Sights;
use deskbell_domain::status::{Acceptance, StatusBoard};
use deskbell_domain::time::{Clock, ServerTime, UnixMillis};
use deskbell_domain::topic::HeardTopics;
use deskbell_domain::webhook::{Door, Webhooks};
use deskbell_domain::workspace::{Region, Workspace};
use deskbell_text::command::CommandIds;
use jiff::tz::TimeZone;

use super::outbox::CommandOutbox;
use crate::deliver::{Delivery, DeliveryParts, GlobalPace};
use crate::ingest::poll::{Intervals, Source, WorkspacePoll};
use crate::ingest::{HintedRecords, Ingest, IngestParts, JournalListener, Retention};
use crate::metrics::Metrics;

/// What all workspaces of a process share.
#[derive(Clone)]
pub struct Shared {
    /// The store.
    pub store: Arc<dyn Store>,
    /// Discord's messages.
    pub messenger: Arc<dyn Messenger>,
    /// Discord's channels.
    pub channels: Arc<dyn Channels>,
    /// The wall clock.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub random: Arc<dyn Random>,
    /// The bot's own pace at Discord.
    pub pace: Arc<GlobalPace>,
    /// The ids of the commands, which make a command in a message clickable.
    pub command_ids: Arc<CommandIds>,
    /// What things are called, in all workspaces.
    pub names: Arc<NameCache>,
    /// The topics that webhooks were heard of, in all workspaces.
    pub topics: Arc<HeardTopics>,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// How each workspace is polled and how long its events are kept.
    pub settings: WorkspaceSettings,
}

/// How a workspace is polled and how long its events are kept.
#[derive(Clone)]
pub struct WorkspaceSettings {
    /// How often it is polled.
    pub intervals: Intervals,
    /// Which changes of a user are announced.
    pub update_fields: UpdateFields,
    /// What cards of leads and users show beside the fields that always stand there.
    pub card_fields: CardFields,
    /// How long the journal is kept.
    pub retention: Duration,
    /// Whether Intercom tells of records by itself.
    pub is_told: bool,
}

/// One workspace, and the way to its Intercom.
#[derive(Clone)]
pub struct Link {
    /// The workspace.
    pub workspace: Workspace,
    /// Where it lives, if it does not say so itself.
    pub region: Region,
    /// Intercom, under one throttle.
    pub intercom: Arc<dyn IntercomHandles>,
    /// Where it is told that Intercom took the token.
    pub accepted: Arc<Acceptance>,
    /// Intercom's clock.
    pub server_time: Arc<ServerTime>,
}

/// The parts of one workspace, tied to each other.
pub(super) struct Parts {
    pub(super) context: Arc<WorkspaceContext>,
    pub(super) board: Arc<StatusBoard>,
    pub(super) outbox: Arc<dyn Outbox>,
    pub(super) delivery: Arc<Delivery>,
    pub(super) poll: Arc<WorkspacePoll>,
    pub(super) hints: Arc<HintedRecords>,
    pub(super) webhooks: Arc<Webhooks>,
    pub(super) retention: Arc<Retention>,
}

impl Parts {
    pub(super) fn tied(shared: &Shared, link: Link) -> Self {
        let region = link.workspace.region.unwrap_or(link.region);
        let day = day_in(link.workspace.time_zone.as_deref());
        let board = Arc::new(StatusBoard::over(shared.store.state()));
        let names = Arc::new(Names::within(&shared.names));
        let sights = Arc::<Sights>::default();
        let delivery = delivery_parts(shared, &link, region, (&board, &sights), &day);
        let delivery = Arc::new(Delivery::new(delivery));
        let creations = Creations::default();
        let ingest = ingest(shared, &link, (&names, &creations), delivery.clone());
        let webhooks = Arc::new(webhooks(shared));
        let source = Arc::new(source(shared, &link, (&board, &webhooks), ingest));
        let hints = Arc::new(HintedRecords::new(source.clone(), shared.store.clone()));
        let in_the_making = source.in_the_making.clone();
        let poll = Arc::new(WorkspacePoll::new(source, shared.settings.intervals));
        let retention = Arc::new(Retention::new(
            shared.store.clone(),
            shared.store.clone(),
            link.server_time.clone(),
            link.workspace.id.clone(),
            board.clone(),
            shared.settings.retention,
        ));
        let outbox = Arc::new(CommandOutbox {
            delivery: delivery.clone(),
            poll: poll.clone(),
            hints: hints.clone(),
            in_the_making,
        });
        let ports = WorkspacePorts {
            intercom: link.intercom.handle(OnBehalfOf::Everybody),
            intercom_for: link.intercom,
            outbox: outbox.clone(),
            time: link.server_time,
            names,
            creations,
            sights,
            board: board.clone(),
            webhooks: webhooks.clone(),
            day,
        };
        let context = Arc::new(WorkspaceContext::new(link.workspace, region, ports));
        Self { context, board, outbox, delivery, poll, hints, webhooks, retention }
    }
}

fn delivery_parts(
    shared: &Shared,
    link: &Link,
    region: Region,
    (board, sights): (&Arc<StatusBoard>, &Arc<Sights>),
    day: &DayOf,
) -> DeliveryParts {
    DeliveryParts {
        deliveries: shared.store.clone(),
        edits: shared.store.clone(),
        subscriptions: shared.store.clone(),
        access: shared.store.clone(),
        short_lived: shared.store.clone(),
        cluster: shared.store.clone(),
        journal: shared.store.clone(),
        messenger: shared.messenger.clone(),
        channels: shared.channels.clone(),
        clock: shared.clock.clone(),
        time: link.server_time.clone(),
        random: shared.random.clone(),
        status: board.clone(),
        pace: shared.pace.clone(),
        workspace: link.workspace.clone(),
        links: Links::new(region, link.workspace.id.clone()),
        card_fields: shared.settings.card_fields.clone(),
        day: day.clone(),
        command_ids: shared.command_ids.clone(),
        metrics: shared.metrics.clone(),
        sights: sights.clone(),
    }
}

fn ingest(
    shared: &Shared,
    link: &Link,
    (names, creations): (&Arc<Names>, &Creations),
    listener: Arc<Delivery>,
) -> Arc<Ingest> {
    Arc::new(Ingest::new(IngestParts {
        journal: shared.store.clone(),
        inbox: shared.store.clone(),
        workspace: link.workspace.id.clone(),
        server_time: link.server_time.clone(),
        names: names.clone(),
        fields: shared.settings.update_fields.clone(),
        card_fields: shared.settings.card_fields.clone(),
        creations: creations.clone(),
        listener,
    }))
}

fn webhooks(shared: &Shared) -> Webhooks {
    let door = if shared.settings.is_told { Door::Open } else { Door::Closed };
    Webhooks::new(door, shared.clock.clone(), shared.topics.clone())
}

fn source(
    shared: &Shared,
    link: &Link,
    (board, webhooks): (&Arc<StatusBoard>, &Arc<Webhooks>),
    ingest: Arc<Ingest>,
) -> Source {
    Source {
        workspace: link.workspace.id.clone(),
        ingest,
        journal: shared.store.clone(),
        subscriptions: shared.store.clone(),
        in_the_making: InTheMaking::default(),
        health: shared.store.clone(),
        intercom: link.intercom.handle(OnBehalfOf::Poll),
        background: link.intercom.handle(OnBehalfOf::AllUsers),
        accepted: link.accepted.clone(),
        server_time: link.server_time.clone(),
        board: board.clone(),
        webhooks: webhooks.clone(),
        metrics: shared.metrics.clone(),
    }
}

impl JournalListener for Delivery {
    fn appended(&self, workspace: &WorkspaceId, kinds: &BTreeSet<EventKind>) {
        self.journal_grew(workspace, kinds);
    }
}

/// The calendar day in a zone, or in UTC where the zone is not known.
fn day_in(zone: Option<&str>) -> DayOf {
    let zone = zone.and_then(|name| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC);
    Arc::new(move |at: UnixMillis| {
        let moment = jiff::Timestamp::from_millisecond(at.0).unwrap_or_default();
        zone.to_datetime(moment).date().to_string()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_is_the_workspaces_own() {
        let evening = UnixMillis(1_763_865_000_000);
        assert_eq!(day_in(Some("America/Los_Angeles"))(evening), "2025-11-22");
        assert_eq!(day_in(None)(evening), "2025-11-23");
        assert_eq!(day_in(Some("Nowhere/Land"))(evening), "2025-11-23");
    }
}
