//! The legacy API, which still knows a few fields that today's API dropped (`docs/intercom.md`, "What was dropped
//! with 1.x").
//!
//! A favour, never a need: it is asked once and not again after an answer that is no 200, and whatever goes wrong is the
//! same as knowing nothing.

use std::sync::atomic::Ordering;

use deskbell_domain::{contact::Legacy, ids::ContactId};
use reqwest::StatusCode;

use crate::{call::Call, client::IntercomClient, wire};

const LEGACY_VERSION: &str = "1.4";

/// None where it does not know the contact, or is not there.
pub(crate) async fn ask(client: &IntercomClient, id: &ContactId) -> Option<Legacy> {
    let off = &client.shared.legacy_is_off;
    if off.load(Ordering::Relaxed) {
        return None;
    }
    let (head, body) = client.send_once(&Call::get("users/{id}").with(id.as_str()), LEGACY_VERSION).await?;
    if head.status != StatusCode::OK {
        tracing::info!(
            status = head.status.as_u16(),
            "the legacy API is not available and is not asked again"
        );
        off.store(true, Ordering::Relaxed);
        return None;
    }
    Some(wire::contact::legacy(&body?))
}
