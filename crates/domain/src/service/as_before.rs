//! What was taken away within a day comes back as it was: a notification with its settings and its pause, a role with its
//! rights. A tap in a select is easily a mistake, and the second tap, which undoes it, cannot say what was there.
//!
//! What a person decided about a crowd does not come back: that is said in so many words each time.

use serde::{Deserialize, Serialize};

use crate::access::Grant;
use crate::event::EventKind;
use crate::ids::{ChannelId, RoleId};
use crate::mention::Mention;
use crate::port::store::ShortLivedKey;
use crate::service::request::Request;
use crate::subscription::{Alert, Detail, Subscription, SubscriptionState};
use crate::threshold::Threshold;
use crate::time::UnixMillis;

/// How long it is remembered.
const REMEMBERED_MS: i64 = 24 * 3600 * 1000;

/// The settings of a notification that was removed. Stored as JSON: fields may only be added, with a default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Settings {
    pub(super) detail: Detail,
    pub(super) alert: Alert,
    /// Of which step it was, of waits.
    #[serde(default)]
    pub(super) waits: Option<Threshold>,
    /// Whom it called.
    #[serde(default)]
    pub(super) mention: Option<Mention>,
    /// Paused, or active.
    #[serde(default)]
    pub(super) state: SubscriptionState,
}

/// Remembers how a notification was that was just removed.
pub(super) async fn remember_notification(request: &Request<'_>, removed: &Subscription) {
    let Subscription { detail, alert, waits, mention, .. } = *removed;
    let settings = Settings { detail, alert, waits, mention, state: removed.state_of_successor() };
    keep(request, notification_key(request, removed.kind, removed.channel), &settings).await;
}

/// The settings of a notification that was removed lately.
pub(super) async fn settings(
    request: &Request<'_>,
    (kind, waits): (EventKind, Option<Threshold>),
    channel: ChannelId,
) -> Option<Settings> {
    let settings: Settings = kept(request, notification_key(request, kind, channel)).await?;
    (settings.waits == waits).then_some(settings)
}

/// Remembers what a role might do whose access was just taken.
pub(super) async fn remember_grant(request: &Request<'_>, role: RoleId, grant: Grant) {
    keep(request, grant_key(request, role), &grant).await;
}

/// What a role might do whose access was taken lately.
pub(super) async fn grant(request: &Request<'_>, role: RoleId) -> Option<Grant> {
    kept(request, grant_key(request, role)).await
}

fn notification_key(request: &Request<'_>, kind: EventKind, channel: ChannelId) -> ShortLivedKey {
    ShortLivedKey::RemovedNotification { home: request.home.clone(), kind, channel }
}

fn grant_key(request: &Request<'_>, role: RoleId) -> ShortLivedKey {
    ShortLivedKey::TakenAccess { home: request.home.clone(), role }
}

/// What cannot be remembered comes back with its defaults, which the answer tells.
async fn keep(request: &Request<'_>, key: ShortLivedKey, what: &(impl Serialize + Sync)) {
    let Ok(text) = serde_json::to_string(what) else { return };
    let until = UnixMillis(request.time.local().0 + REMEMBERED_MS);
    if let Err(cause) = request.short_lived.keep(&key, &text, until).await {
        tracing::warn!(%cause, "how it was before could not be remembered");
    }
}

async fn kept<T: for<'de> Deserialize<'de>>(request: &Request<'_>, key: ShortLivedKey) -> Option<T> {
    let text = request.short_lived.kept(&key, request.time.local()).await.ok()??;
    serde_json::from_str(&text).ok()
}
