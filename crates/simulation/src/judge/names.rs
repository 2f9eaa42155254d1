//! The names in the journal: what Intercom could tell in the end stands there, however late it came.

use deskbell_domain::ids::{AmendmentNumber, JournalNumber};
use deskbell_domain::port::store::{Deliveries as _, Journal as _};

use super::verdict::Verdict;
use crate::amended::lacks_a_name;
use crate::ledger::{Breach, Promise};
use crate::process::Process;

/// Nothing of the journal lacks a name, and none is looked for any more. Only a poll looks for names, so somebody must
/// want one.
pub(super) async fn check(process: &Process, verdict: &mut Verdict) {
    let whole = "the judge reads the engine itself, in which no fault is planned";
    let (world, workspace) = (&process.world, process.world.workspace().id);
    verdict.named_late = world.ledger().late_names.learnt;
    if world.ledger().wishes.values().all(|wish| wish.removed.is_some()) {
        return;
    }
    let open = process.raw.unnamed(&workspace, JournalNumber(0), 1).await.expect(whole);
    let head = process.raw.head(&workspace).await.expect(whole);
    let numbers: Vec<_> = (1..=head.0).map(JournalNumber).collect();
    let entries = process.raw.entries(&workspace, &numbers, AmendmentNumber::LATEST).await.expect(whole);
    let nameless = entries.iter().filter(|entry| lacks_a_name(&entry.event.record));
    for number in nameless.chain(&open).map(|entry| entry.number.0) {
        let what = format!("journal {number} lacks a name that Intercom gives");
        let about = vec![format!("journal {number}:"), "Intercom's names".to_owned()];
        verdict.breaches.push(Breach { promise: Promise::Nameless, what, about });
    }
}
