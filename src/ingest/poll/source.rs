//! What a workspace is read from, and what is needed to do so.

use std::sync::Arc;

use deskbell_domain::being_made::InTheMaking;
use deskbell_domain::ids::WorkspaceId;
use deskbell_domain::port::intercom::Intercom;
use deskbell_domain::port::store::{Journal, StoreHealth, Stored, Subscriptions};
use deskbell_domain::status::{Acceptance, StatusBoard};
use deskbell_domain::time::ServerTime;
use deskbell_domain::webhook::Webhooks;

use crate::ingest::demand::Demand;
use crate::ingest::recorder::Appended;
use crate::ingest::{Ingest, RecordError};
use crate::metrics::Metrics;

/// What polling works with.
pub struct Source {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// What becomes of the records.
    pub ingest: Arc<Ingest>,
    /// The journal, for how far each stream was read.
    pub journal: Arc<dyn Journal>,
    /// The subscriptions.
    pub subscriptions: Arc<dyn Subscriptions>,
    /// Those that are being made.
    pub in_the_making: InTheMaking,
    /// Whether the store can be written.
    pub health: Arc<dyn StoreHealth>,
    /// Intercom, with the urgency of polls.
    pub intercom: Arc<dyn Intercom>,
    /// Intercom, with the urgency of the walk over all users: at most a third of the throttle.
    pub background: Arc<dyn Intercom>,
    /// Where it is told whether Intercom took the token, by commands too.
    pub accepted: Arc<Acceptance>,
    /// Intercom's clock.
    pub server_time: Arc<ServerTime>,
    /// Where it is told how polling stands.
    pub board: Arc<StatusBoard>,
    /// What webhooks told of the workspace.
    pub webhooks: Arc<Webhooks>,
    /// What is counted.
    pub metrics: Arc<Metrics>,
}

impl Source {
    /// Counts new events.
    pub(in crate::ingest) fn count(&self, appended: &Appended) {
        appended.kinds.iter().for_each(|(kind, events)| self.metrics.journaled(*kind, *events));
    }

    /// What somebody subscribed to, or is about to.
    pub(in crate::ingest) async fn demand(&self) -> Stored<Demand> {
        let in_the_making = self.in_the_making.earliest();
        let subscriptions = self.subscriptions.workspace_subscriptions(&self.workspace).await?;
        Ok(Demand::of(&subscriptions).with_those_in_the_making(in_the_making))
    }

    /// What somebody subscribed to by the time at which something was read: a change of a user that is remembered without
    /// those who subscribed before it is lost for them. Whoever judges users has to know whether the walk over all of them
    /// has begun.
    pub(in crate::ingest) async fn demand_of_users(&self) -> Result<Demand, RecordError> {
        self.ingest.follow_demand_for_users(self.demand()).await
    }
}
