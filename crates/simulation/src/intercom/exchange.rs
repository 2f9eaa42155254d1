//! Intercom as the product's own client asks it, with the tokens that servers brought: nothing is between the two but a
//! network that is none.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use deskbell_domain::connection::Right;
use deskbell_domain::ids::{ContactId, ConversationId};
use deskbell_intercom::{Answered, Asked, Exchanges};
use serde_json::{Value, json};
use tokio::time::sleep;

use super::tokens::{Known, Token};
use super::wire;
use crate::power::Operation;
use crate::tenant::Tenant;
use crate::world::World;

/// By so many on a page a search is known that somebody makes by hand.
pub(crate) const LOOK_UP: u32 = 5;

/// Intercom's API for all workspaces that servers connect.
pub(crate) struct WithinTheRun {
    pub(crate) world: Arc<World>,
}

#[async_trait]
impl Exchanges for WithinTheRun {
    async fn answer(&self, asked: Asked<'_>) -> Option<Answered> {
        self.world.power.around(Operation::Exchange, self.exchange(asked)).await
    }
}

impl WithinTheRun {
    async fn exchange(&self, asked: Asked<'_>) -> Option<Answered> {
        let known = self.world.tokens.known(asked.token);
        let world = match &known {
            Known::Good(token) => self.world.at(token.tenant),
            Known::Unknown => self.world.at(Tenant::Acme),
        };
        let chance = &world.intercom.chance;
        sleep(Duration::from_millis(chance.between(20, 900).unsigned_abs())).await;
        let answer = match known {
            Known::Unknown => refusal(401, "token_not_found"),
            Known::Good(_) if chance.per_mille(4) => refusal(500, "server_error"),
            Known::Good(token) => answer(&world, &token, &asked),
        };
        world.note(format_args!("{} {}: {}", asked.method, asked.path, answer.status));
        Some(answer)
    }
}

fn answer(world: &World, token: &Token, asked: &Asked<'_>) -> Answered {
    let path: Vec<_> = asked.path.trim_matches('/').split('/').collect();
    if let Some(right) = needed(asked.method, &path)
        && !token.rights().has(right)
    {
        return refusal(403, "unauthorized");
    }
    let body: Value = serde_json::from_slice(asked.body).unwrap_or_default();
    if body["pagination"]["per_page"] == LOOK_UP {
        world.tokens.looked_up(token.guild);
    }
    found(world, asked.method, &path, &body)
        .map_or_else(|| refusal(404, "not_found"), |body| told(200, &body))
}

/// What a token needs for a call.
fn needed(method: &str, path: &[&str]) -> Option<Right> {
    match (method, path) {
        ("PUT", ["contacts", ..]) => Some(Right::WriteContacts),
        (_, ["companies", ..] | ["contacts", _, "companies"]) => Some(Right::ReadCompanies),
        (_, ["tags", ..] | ["contacts", _, "tags"]) => Some(Right::ReadTags),
        (_, ["contacts", ..]) => Some(Right::ReadContacts),
        (_, ["conversations", _, "tags", ..]) => Some(Right::WriteTags),
        (_, ["conversations", _, "parts" | "reply"]) => Some(Right::WriteConversations),
        (_, ["conversations", ..]) => Some(Right::ReadConversations),
        (_, ["admins" | "teams", ..]) => Some(Right::ReadAdmins),
        _ => None,
    }
}

fn found(world: &World, method: &str, path: &[&str], body: &Value) -> Option<Value> {
    let (mut truth, now) = (world.intercom.truth(), world.time.true_now());
    let named =
        |what: &str, id: &str| json!({"id": id, "name": format!("{} {what} {id}", world.tenant.mark())});
    let all = |what: &str, ids: &[&str]| ids.iter().map(|id| named(what, id)).collect::<Vec<_>>();
    match (method, path) {
        (_, ["me"]) => {
            let workspace = world.workspace();
            Some(
                json!({"type": "admin", "app": {"id_code": workspace.id.as_str(), "name": workspace.name, "region": "US"}}),
            )
        }
        ("POST", ["contacts", "search"]) => {
            let (search, request) = wire::contact_search(body);
            truth.poll_began(&request, now);
            Some(wire::page("data", &truth.contacts(&search, &request, now).ok()?, wire::contact))
        }
        ("GET", ["contacts", id]) => truth.one(&ContactId::new(*id)).ok()?.as_ref().map(wire::contact),
        ("POST", ["conversations", "search"]) => {
            let (search, request) = wire::conversation_search(body);
            let page = truth.conversations(&search, &request, now).ok()?;
            Some(wire::page("conversations", &page, wire::conversation))
        }
        ("GET", ["conversations", id]) => {
            let talk = truth.talks.get(&ConversationId::new(*id))?;
            Some(wire::thread(&talk.thread(now)))
        }
        (_, ["companies", "list"]) => Some(json!({"data": all("company", &["c1", "c2", "c3", "c4", "c5"])})),
        (_, ["companies", id]) => Some(named("company", id)),
        (_, ["contacts", _, "companies"]) => Some(json!({"data": all("company", &["c1"])})),
        (_, ["tags"]) => Some(json!({"data": all("tag", &["1", "2", "3", "4", "5"])})),
        (_, ["tags", id]) => Some(named("tag", id)),
        (_, ["admins"]) => Some(json!({"admins": all("teammate", &["1", "2", "3"])})),
        (_, ["teams"]) => Some(json!({"teams": all("team", &["1", "2", "3"])})),
        _ => None,
    }
}

fn refusal(status: u16, code: &str) -> Answered {
    told(status, &json!({"type": "error.list", "errors": [{"code": code, "message": code}]}))
}

fn told(status: u16, body: &Value) -> Answered {
    Answered { status, body: body.to_string().into_bytes() }
}
