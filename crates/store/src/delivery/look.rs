//! What waits for a subscription.

use deskbell_domain::ids::JournalNumber;
use deskbell_domain::port::store::{Backlogged, Look, Stored, Waiting};
use deskbell_domain::subscription::Subscription;

use crate::journal::{amendments, edits, head, kinds, pages};
use crate::reader::{Reader, Scan};
use crate::records::{Beside, Listed};

/// The head is read first: what is appended meanwhile lies beyond it, and no cursor is moved over it. So is the last
/// amendment: no event shows a later one.
pub(super) fn look(
    reader: &(impl Reader + ?Sized),
    subscription: &Subscription,
    cursor: JournalNumber,
    limit: usize,
) -> Stored<Look> {
    let head = head(reader, &subscription.workspace)?;
    let amended = amendments::last(reader, &subscription.workspace)?;
    let mut found = Vec::new();
    each_waiting(reader, subscription, cursor, |listed| {
        if found.len() < limit {
            found.push(listed);
        }
        if found.len() < limit { Scan::Continue } else { Scan::Stop }
    })?;
    let mut waiting = Vec::with_capacity(found.len());
    let mut pages = pages::PagesInOrder::of(reader, &subscription.workspace, amended);
    for Listed(number, at, _) in found {
        waiting.push(Waiting { number, at, event: pages.event(number)? });
    }
    Ok(Look { head, amended, waiting })
}

/// How many events wait for a subscription after `cursor`.
pub(crate) fn backlog(
    reader: &(impl Reader + ?Sized),
    subscription: &Subscription,
    cursor: JournalNumber,
) -> Stored<Backlogged> {
    let mut backlog = Backlogged::default();
    each_waiting(reader, subscription, cursor, |Listed(_, at, _)| {
        backlog.count += 1;
        backlog.since = backlog.since.or(Some(at));
        Scan::Continue
    })?;
    Ok(backlog)
}

/// Goes over the events for a subscription after `cursor`, ascending.
fn each_waiting(
    reader: &(impl Reader + ?Sized),
    subscription: &Subscription,
    cursor: JournalNumber,
    mut visit: impl FnMut(Listed) -> Scan,
) -> Stored<()> {
    let after = cursor.max(subscription.after);
    let mut failed = None;
    kinds::each_after(reader, &subscription.workspace, subscription.kind, after, |listed| {
        match is_meant(reader, subscription, listed) {
            Ok(true) => visit(listed),
            Ok(false) => Scan::Continue,
            Err(error) => {
                failed = Some(error);
                Scan::Stop
            }
        }
    })?;
    failed.map_or(Ok(()), Err)
}

fn is_meant(
    reader: &(impl Reader + ?Sized),
    subscription: &Subscription,
    Listed(number, at, beside): Listed,
) -> Stored<bool> {
    let threshold = beside.and_then(Beside::threshold);
    if !subscription.takes(subscription.kind, threshold) || !subscription.wants(number, at) {
        return Ok(false);
    }
    match beside {
        // What was posted afterwards says that already.
        Some(Beside::More { of, since }) => Ok(!edits::was_posted_since(reader, subscription, of, since)?),
        _ => Ok(true),
    }
}
