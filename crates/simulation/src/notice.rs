//! Webhooks as they are sent: signed over their bytes, by the operator's app, by that of a server, or by nobody who may.

use data_encoding::HEXLOWER;
use deskbell_domain::ids::GuildId;
use deskbell_domain::port::store::Hinted;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::json;
use sha1::Sha1;

use crate::intercom::item;
use crate::tenant::Tenant;
use crate::world::World;

/// What the operator's app signs with.
pub(crate) const APP_SECRET: &str = "the-secret-of-the-operators-app";

/// Who signs a webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signer {
    /// The operator's app.
    App,
    /// The app of a server, whose item may say anything.
    Server(GuildId),
    /// Nobody who may.
    Nobody,
}

/// A webhook, as it was sent.
#[derive(Debug)]
pub(crate) struct Notice {
    pub(crate) tenant: Tenant,
    pub(crate) of: Hinted,
    pub(crate) topic: &'static str,
    pub(crate) signer: Signer,
    pub(crate) body: Vec<u8>,
    pub(crate) signature: String,
}

/// What the app of a server signs with.
pub(crate) fn secret_of(guild: GuildId) -> String {
    format!("the-own-secret-of-server-{guild}")
}

/// A webhook of a record, as it is now.
pub(crate) fn notice(world: &World, signer: Signer, topic: &'static str, of: &Hinted) -> Notice {
    let mut item = item(&world.intercom.truth(), of);
    if signer != Signer::App
        && let Some(name) = item.get_mut("name")
    {
        *name = json!(format!("{} is forged", world.tenant.mark()));
    }
    let body = json!({
        "type": "notification_event",
        // Not the order in which a parser would write it again.
        "topic": topic,
        "id": format!("notif_{}", world.chance.between(0, i64::MAX)),
        "app_id": world.tenant.name(),
        "data": {"type": "notification_event_data", "item": item},
    });
    let body = format!(" {body}\n").into_bytes();
    let secret = match signer {
        Signer::App => APP_SECRET.to_owned(),
        Signer::Server(guild) => secret_of(guild),
        Signer::Nobody => "guessed".to_owned(),
    };
    let signature = signature(&secret, &body);
    Notice { tenant: world.tenant, of: of.clone(), topic, signer, body, signature }
}

fn signature(secret: &str, body: &[u8]) -> String {
    let mut code = Hmac::<Sha1>::new_from_slice(secret.as_bytes()).expect("a secret of any length is a key");
    code.update(body);
    format!("sha1={}", HEXLOWER.encode(&code.finalize().into_bytes()))
}
