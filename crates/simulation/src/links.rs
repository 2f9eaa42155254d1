//! Which servers are connected to a workspace, with which tokens, and what can be read with them: as the store has it.

use deskbell_domain::connection::{Connection, Right};
use deskbell_domain::event::EventKind;
use deskbell_domain::ids::GuildId;
use deskbell_domain::port::store::{Connections as _, HintedKind, Inbox as _, Stored};
use deskbell_domain::subscription::SuspendReason;
use deskbell_domain::time::UnixMillis;
use deskbell_store::KvStore;

use crate::aftermath;
use crate::intercom::Route;
use crate::ledger::{Disturbance, Promise};
use crate::sights::Link;
use crate::tenant::Tenant;
use crate::time::{HOUR, MINUTE};
use crate::world::World;

/// How long after a token can read again a poll may not have come.
const AFTERMATH: i64 = 4 * MINUTE;
/// What has not ended.
const ENDLESS: UnixMillis = UnixMillis(i64::MAX);

/// A server is connected to this workspace, or something of its connection changed.
pub(crate) fn connected(world: &World, connection: &Connection) {
    let (guild, now) = (connection.guild, world.time.true_now());
    for other in world.worlds().filter(|other| other.tenant != world.tenant) {
        disconnected(&other, guild);
    }
    let (token, sight) = (connection.token.expose().to_owned(), connection.sight());
    let mut links = world.links();
    let known = links.of_guilds.get(&guild).filter(|known| known.sight == sight);
    let since = known.map_or(now, |known| known.since);
    if known.is_none() {
        world.tell(format_args!("server {guild} sees of {}: {sight:?}", world.tenant.name()));
    }
    links.of_guilds.insert(guild, Link { token, sight, since });
    drop(links);
    relink(world);
}

/// A server is not connected to this workspace any more.
pub(crate) fn disconnected(world: &World, guild: GuildId) {
    if world.links().of_guilds.remove(&guild).is_some() {
        world.tell(format_args!("server {guild} is connected to {} no more", world.tenant.name()));
        relink(world);
    }
}

fn relink(world: &World) {
    let linked: Vec<_> = world.links().of_guilds.keys().copied().collect();
    world.set_linked(&linked);
    look_at_tokens(world);
}

/// Why a server's token may not show a kind, if that has been so for longer than a moment.
pub(crate) fn bar(
    world: &World,
    guild: GuildId,
    kind: EventKind,
    now: UnixMillis,
    grace_ms: i64,
) -> Option<SuspendReason> {
    let links = world.links();
    let link = links.of_guilds.get(&guild).filter(|link| now.since(link.since) > grace_ms)?;
    link.sight.bar(kind)
}

/// Takes what the tokens of the connected servers can read by now: what none can is no fault of the bot's.
pub(crate) fn look_at_tokens(world: &World) {
    if world.tenant == Tenant::Acme {
        return;
    }
    let texts: Vec<_> = world.links().of_guilds.values().map(|link| link.token.clone()).collect();
    let good = world.tokens.good(&texts);
    for route in Route::ALL {
        let needed =
            if route == Route::Conversations { Right::ReadConversations } else { Right::ReadContacts };
        let is_read = good.iter().any(|token| token.tenant == world.tenant && token.rights().has(needed));
        can_be_read(world, route, is_read);
    }
}

/// After a refusal the next try comes as late again as the refusal lasted, at most an hour.
fn can_be_read(world: &World, route: Route, is_read: bool) {
    let now = world.time.true_now();
    let disturbed = &mut world.ledger().disturbed;
    let mut open = disturbed.iter_mut().filter(|span| span.of == Some(route) && span.to == ENDLESS);
    match (open.next(), is_read) {
        (Some(open), true) => {
            open.to = UnixMillis(now.0 + now.since(open.from).min(HOUR) + MINUTE + AFTERMATH);
        }
        (None, false) => disturbed.push(Disturbance { of: Some(route), from: now, to: ENDLESS }),
        _ => {}
    }
}

/// Finds out which servers are connected after a process died without a word.
pub(crate) async fn learn_connections(world: &World, store: &KvStore) -> Stored<()> {
    // What is learnt of names is not synced by itself: a process that died may have taken it along.
    world.ledger().late_names.kept.clear();
    if world.tenant == Tenant::Acme {
        return learn_inbox(world, store).await;
    }
    let workspace = world.workspace().id;
    let connections = store.connections().await?;
    for gone in world.linked() {
        if !connections.iter().any(|one| one.guild == gone && one.workspace.id == workspace) {
            disconnected(world, gone);
        }
    }
    connections.iter().filter(|one| one.workspace.id == workspace).for_each(|one| connected(world, one));
    look_at_tokens(world);
    aftermath::learn_erasure(world, store).await?;
    learn_inbox(world, store).await
}

/// What was acknowledged, and not looked at, is there.
async fn learn_inbox(world: &World, store: &KvStore) -> Stored<()> {
    if world.linked().is_empty() {
        world.ledger().webhooks.forget();
        return Ok(());
    }
    let mut there = Vec::new();
    for of in HintedKind::ALL {
        there.extend(
            store.hints(&world.workspace().id, of, usize::MAX).await?.into_iter().map(|hint| hint.of),
        );
    }
    let lost = world.ledger().webhooks.missing(&there);
    for of in lost {
        let what = format!("a webhook of {of:?} was acknowledged, and is not in the inbox");
        world.ledger().breach(Promise::Lost, what, vec!["killed".to_owned()]);
    }
    Ok(())
}
