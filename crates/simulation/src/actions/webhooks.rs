//! What Intercom tells by itself: soon or late, twice or never, and once more a minute after nobody took it.

use deskbell_domain::port::store::{Hinted, Inbox as _};
use deskbell_domain::time::UnixMillis;
use deskbell_domain::webhook::Heard;

use crate::process::Process;
use crate::script::{Action, Script};
use crate::time::{HOUR, MINUTE, SECOND};
use crate::world::World;

/// Intercom tells of a record, if the bot has a door.
pub(crate) fn send(world: &World, script: &mut Script, of: &Hinted) {
    let chance = &world.chance;
    if !world.has_door || chance.per_mille(100) {
        return;
    }
    let now = world.time.true_now().0;
    let mut delays = vec![chance.between(0, 2 * SECOND)];
    if chance.per_mille(100) {
        delays.push(chance.between(0, MINUTE));
    }
    if chance.per_mille(50) {
        delays.push(chance.between(0, 2 * HOUR));
    }
    for delay in delays {
        script.at(UnixMillis(now + delay), Action::Webhook(of.clone(), 0));
    }
}

/// A webhook reaches a process that lives.
pub(crate) async fn arrive(process: &Process, script: &mut Script, of: Hinted, tries: u32) {
    let kept = process.store.hint(process.runtime.id(), &of).await;
    process.world.note(format_args!("a webhook tells of {of:?}: {kept:?}"));
    match kept {
        Ok(()) => process.runtime.heard(&Heard { topic: None, of }),
        Err(_) => nobody_took(&process.world, script, of, tries),
    }
}

/// Nobody took it.
pub(crate) fn nobody_took(world: &World, script: &mut Script, of: Hinted, tries: u32) {
    if tries == 0 {
        let later = UnixMillis(world.time.true_now().0 + MINUTE);
        script.at(later, Action::Webhook(of, tries + 1));
    }
}
