//! What Intercom tells by itself: soon or late, twice or never, in any order, and once more a minute after nobody took it;
//! and what others tell in its name.

use std::sync::Arc;

use deskbell::metrics::Webhook;
use deskbell_domain::ids::GuildId;
use deskbell_domain::port::store::Hinted;
use deskbell_domain::time::UnixMillis;
use deskbell_domain::topic::Topic;

use crate::ledger::Promise;
use crate::notice::{Notice, Signer, notice};
use crate::process::Process;
use crate::script::{Action, Script};
use crate::tenant::Tenant;
use crate::time::{HOUR, MINUTE, SECOND};
use crate::world::World;

/// Intercom tells of a record, if the bot has a door.
pub(crate) fn send(world: &World, script: &mut Script, topic: &'static str, of: &Hinted) {
    let chance = &world.chance;
    if !world.has_door {
        return;
    }
    if !chance.per_mille(world.lost_webhooks) {
        let signer = signer(world);
        let notice = Arc::new(notice(world, signer, topic, of));
        let mut delays = vec![chance.between(0, 2 * SECOND)];
        if chance.per_mille(100) {
            delays.push(chance.between(0, MINUTE));
        }
        if chance.per_mille(50) {
            delays.push(chance.between(0, 2 * HOUR));
        }
        for delay in delays {
            put(world, script, &notice, delay);
        }
    }
    if chance.per_mille(30) {
        let notice = Arc::new(notice(world, Signer::Nobody, topic, of));
        put(world, script, &notice, chance.between(0, MINUTE));
    }
    if chance.per_mille(30) {
        // A server's app may say what it likes, of the operator's workspace too.
        let (family, signer) = (topic.split('.').next(), Signer::Server(GuildId(4)));
        let alike = Topic::ALL.map(Topic::name).into_iter().filter(|name| name.split('.').next() == family);
        let topic = chance.one_of(&alike.collect::<Vec<_>>()).copied().unwrap_or(topic);
        let notice = Arc::new(notice(world, signer, topic, of));
        put(world, script, &notice, chance.between(0, MINUTE));
    }
}

fn put(world: &World, script: &mut Script, notice: &Arc<Notice>, delay: i64) {
    let at = UnixMillis(world.time.true_now().0 + delay);
    script.at(at, Action::Webhook(notice.clone(), 0));
}

/// Servers with tokens that they pasted have apps of their own.
fn signer(world: &World) -> Signer {
    match world.tenant {
        Tenant::Acme => Signer::App,
        other => Signer::Server(*world.chance.one_of(other.guilds()).unwrap_or(&GuildId(4))),
    }
}

/// A webhook reaches a process that lives.
pub(crate) async fn arrive(process: &Process, script: &mut Script, notice: Arc<Notice>, tries: u32) {
    let world = process.world.at(notice.tenant);
    if notice.signer == Signer::App {
        process.world.ledger().webhooks.told_by(Topic::named(notice.topic));
    }
    world.ledger().webhooks.told(&notice.of);
    let (status, outcome) = process.door.judge(Some(notice.signature.as_bytes()), &notice.body).await;
    world.note(format_args!("{} of {:?} by {:?}: {status}", notice.topic, notice.of, notice.signer));
    if outcome == Webhook::Taken {
        world.ledger().webhooks.took(&notice.of);
    }
    if outcome == Webhook::NotKept {
        nobody_took(&world, script, notice.clone(), tries);
    }
    judge(process, &world, &notice, outcome);
}

/// What nobody may sign is not taken; what a server signs is worth a look, and no more.
fn judge(process: &Process, world: &World, notice: &Notice, outcome: Webhook) {
    let breach = |what: String| world.ledger().breach(Promise::Forged, what, vec!["webhook".to_owned()]);
    let is_known = match notice.signer {
        Signer::App => true,
        Signer::Server(guild) => world.was_linked(guild, world.time.true_now(), MINUTE),
        Signer::Nobody => false,
    };
    let is_refused = outcome == Webhook::Unsigned;
    if !is_known && !is_refused {
        breach(format!("a webhook by {:?} of {} is taken: {outcome:?}", notice.signer, world.tenant.name()));
    }
    if notice.signer == Signer::App && is_refused {
        breach("a webhook of the operator's app is refused".to_owned());
    }
    let running = process.workspaces.running();
    let runtime = running.iter().find(|runtime| *runtime.id() == world.workspace().id);
    let told = runtime.and_then(|runtime| runtime.told_by_webhook());
    if let Some(topic) = told.and_then(|told| world.ledger().webhooks.untold(&told.heard)) {
        breach(format!("{topic:?} counts as told by the operator's app, which did not tell it"));
    }
}

/// Nobody took it.
pub(crate) fn nobody_took(world: &World, script: &mut Script, notice: Arc<Notice>, tries: u32) {
    if tries == 0 {
        let later = UnixMillis(world.time.true_now().0 + MINUTE);
        script.at(later, Action::Webhook(notice, tries + 1));
    }
}
