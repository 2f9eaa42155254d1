//! `/connection`, and what becomes of tokens at Intercom.

use std::collections::BTreeSet;

use deskbell_commands::{Connected, Workspaces as _};
use deskbell_domain::connection::Right;
use deskbell_domain::contact::Contact;
use deskbell_domain::ids::{GuildId, MemberId};
use deskbell_domain::port::intercom::{ContactFilter, ContactSearch, ContactSort, OnBehalfOf, PageRequest};
use deskbell_domain::port::store::Cards;
use deskbell_domain::service::connection::{Connecting, Filled, NotConnected, Request};
use deskbell_domain::service::request::NotDone;
use deskbell_domain::time::Timestamp;

use crate::aftermath;
use crate::intercom::LOOK_UP;
use crate::ledger::Promise;
use crate::links;
use crate::notice::secret_of;
use crate::process::Process;
use crate::script::TokenChange;
use crate::tenant::Tenant;
use crate::world::World;

/// Who manages the server.
const MANAGER: MemberId = MemberId(7);

fn request(process: &Process, guild: GuildId) -> Request<'_> {
    Request {
        guild,
        member: MANAGER,
        connections: &process.store,
        subscriptions: &process.store,
        deliveries: &process.store,
        deletions: &process.store,
        short_lived: &process.store,
        connector: &*process.connector,
        clock: &*process.world.time,
        random: &*process.world.process_chance,
    }
}

/// Connects a server to a workspace, its own where none is named; says yes where it had another.
pub(super) async fn connect(process: &Process, guild: GuildId, to: Option<Tenant>) -> Result<(), NotDone> {
    let tenant = to.unwrap_or_else(|| Tenant::of_guild(guild));
    let token = process.world.tokens.give(tenant, guild, lacking(&process.world, guild));
    let secret = secret_of(guild);
    let request = request(process, guild);
    let filled = Filled { token: &token, region: "", client_secret: &secret };
    let done = match request.connect(&filled).await {
        Ok(Connecting::OtherWorkspace { new, key, .. }) => {
            request.connect_other(&new.id, &key).await.map(drop)
        }
        other => other.map(drop),
    };
    told(process, "connect", guild, done);
    Ok(())
}

pub(super) async fn connect_other(process: &Process, guild: GuildId) -> Result<(), NotDone> {
    let other = Tenant::OWN.into_iter().find(|tenant| *tenant != Tenant::of_guild(guild));
    connect(process, guild, other).await
}

/// The token before is taken back first, or only then.
pub(super) async fn renew(process: &Process, guild: GuildId) -> Result<(), NotDone> {
    let Some(world) = process.world.of_guild(guild) else { return Ok(()) };
    if process.world.chance.per_mille(700) {
        change_token(&process.world, guild, &TokenChange::Revoked);
    }
    connect(process, guild, Some(world.tenant)).await
}

pub(super) async fn disconnect(process: &Process, guild: GuildId) -> Result<(), NotDone> {
    let Some(world) = process.world.of_guild(guild) else { return Ok(()) };
    aftermath::may_leave(&world, guild);
    let done = request(process, guild).disconnect(Cards::Stay).await.map(drop);
    told(process, "disconnect", guild, done);
    Ok(())
}

/// Somebody looks for the newest customers: they are those of their own server's workspace.
pub(super) async fn look_up(process: &Process, guild: GuildId) -> Result<(), NotDone> {
    let Some(world) = process.world.of_guild(guild) else { return Ok(()) };
    let Connected::To(context) = process.workspaces.of(guild) else { return Ok(()) };
    let newest = ContactSearch {
        role: None,
        filter: ContactFilter::CreatedAfter(Timestamp(0)),
        endings: Vec::new(),
        sort: ContactSort::CreatedDescending,
    };
    process.world.tokens.who_looked_up();
    let intercom = context.intercom_for(OnBehalfOf::Command(guild, MANAGER));
    let page = intercom.search_contacts(&newest, &PageRequest { size: LOOK_UP, cursor: None }).await;
    if let Some(other) = process.world.tokens.who_looked_up().iter().find(|other| **other != guild) {
        let what = format!("a command of server {guild} asks with the token of server {other}");
        world.ledger().breach(Promise::Leaked, what, vec![format!("server {guild}")]);
    }
    let is_foreign = |one: &Contact| !world.intercom.truth().places.contains_key(&one.id);
    if page.is_ok_and(|page| page.items.iter().any(is_foreign)) {
        let what = format!("server {guild} looks up somebody of another workspace");
        world.ledger().breach(Promise::Leaked, what, vec![format!("server {guild}")]);
    }
    Ok(())
}

/// Somebody changes what tokens may do, where nobody of the bot hears of it.
pub(crate) fn change_token(world: &World, guild: GuildId, change: &TokenChange) {
    world.tell(format_args!("tokens of server {guild}: {change:?}"));
    match change {
        TokenChange::Revoked => drop(world.tokens.revoke(guild)),
        TokenChange::Lacks(rights) => world.tokens.limit(guild, rights),
    }
    for one in world.worlds() {
        links::look_at_tokens(&one);
    }
}

/// One server's tokens may do everything, the others' not always.
fn lacking(world: &World, guild: GuildId) -> BTreeSet<Right> {
    let few: [&[Right]; 5] = [
        &[],
        &[Right::ReadConversations],
        &[Right::ReadContacts],
        &[Right::ReadTags, Right::ReadAdmins],
        &[Right::WriteContacts],
    ];
    let lacking = if guild == GuildId(5) { world.chance.one_of(&few).copied() } else { None };
    lacking.unwrap_or_default().iter().copied().collect()
}

fn told(process: &Process, what: &str, guild: GuildId, done: Result<(), NotConnected>) {
    match done {
        Ok(()) => process.world.tell(format_args!("{what}: server {guild}")),
        Err(error) => process.world.tell(format_args!("{what}: server {guild}: {error}")),
    }
}
