//! What is told to be wrong with Intercom against what was wrong: what lasts is told, and nothing else is.

use std::collections::BTreeSet;

use deskbell_domain::event::EventKind;
use deskbell_domain::time::UnixMillis;
use deskbell_domain::trouble::Part;

use super::verdict::Verdict;
use crate::intercom::{Route, Weather};
use crate::ledger::{Breach, Disturbance, Fault, Ledger, Promise, Told};
use crate::time::MINUTE;

/// How long a refusal stands before it is told, and everything else.
const PATIENCE: [i64; 2] = [2 * MINUTE, 15 * MINUTE];
/// How much later it may be told: a poll may just have begun and hang, and the next one has to fail first.
const NOTICED: i64 = 12 * MINUTE;

/// The time from one poll to the next.
const ONE_POLL: i64 = 2 * MINUTE;

/// Checks what `/status` showed in the course of the run. It may be shown so much later where webhooks let polls come
/// rarely.
///
/// Where a record that cannot be given is all that there is to be read, nobody can tell it from a search that fails.
pub(super) fn check(ledger: &Ledger, impossible: &BTreeSet<Route>, more_ms: i64, verdict: &mut Verdict) {
    let may_be_alone = |told: &Told| impossible.iter().any(|route| concerns(told.part, *route));
    let wrongly = ledger.told.iter().filter(|told| !has_cause(told, &ledger.faults) && !may_be_alone(told));
    for told in wrongly {
        let what = format!("{:?} is told to be unreadable since {}, and was not", told.part, told.since.0);
        verdict.breaches.push(breach(what));
    }
    for fault in ledger.faults.iter().filter(|fault| must_be_told(fault, ledger, more_ms)) {
        let until = fault.from.0 + patience(fault) + NOTICED + more_ms;
        let is_told = |told: &&Told| {
            told.at.0 <= until && told.last >= fault.from && fault.of.is_none_or(|of| concerns(told.part, of))
        };
        if !ledger.told.iter().any(|told| is_told(&told)) {
            verdict.breaches.push(breach(format!("{fault:?} was told nowhere")));
        }
    }
}

fn breach(what: String) -> Breach {
    Breach { promise: Promise::Untold, what, about: vec!["weather".to_owned()] }
}

fn patience(fault: &Fault) -> i64 {
    let refused = matches!(fault.weather, Weather::Refused | Weather::Forbidden);
    PATIENCE[usize::from(!refused)]
}

fn concerns(part: Part, route: Route) -> bool {
    match part {
        Part::Everything => true,
        Part::Contacts | Part::AllUsers => route == Route::Contacts,
        Part::UserUpdates => route == Route::Updates,
        Part::Conversations | Part::Waits => route == Route::Conversations,
        Part::CompanyNames | Part::TagNames | Part::TeammateNames => false,
    }
}

/// Something was wrong for at least half of the time, but for a poll that failed by chance before.
fn has_cause(told: &Told, faults: &[Fault]) -> bool {
    let of_part = faults.iter().filter(|fault| fault.of.is_none_or(|of| concerns(told.part, of)));
    let wrong: i64 = of_part
        .map(|fault| fault.to.0.min(told.at.0) - fault.from.0.max(told.since.0))
        .filter(|ms| *ms > 0)
        .sum();
    2 * (wrong + ONE_POLL) >= told.at.since(told.since)
}

/// It lasted, nothing else disturbed, and somebody asked for what did not come.
fn must_be_told(fault: &Fault, ledger: &Ledger, more_ms: i64) -> bool {
    let until = UnixMillis(fault.from.0 + patience(fault) + NOTICED + more_ms);
    let lasting = matches!(
        fault.weather,
        Weather::Refused | Weather::Forbidden | Weather::Invalid | Weather::Failing(1000) | Weather::Hanging
    );
    let disturbs = |span: &&Disturbance| {
        span.of.is_none()
            && span.from < until
            && span.to > UnixMillis(fault.from.0 - NOTICED)
            && span.from != fault.from
    };
    let set = |at: &&UnixMillis| **at < until && at.0 > fault.from.0 - NOTICED;
    lasting
        && fault.to >= until
        && !ledger.disturbed.iter().any(|span| disturbs(&span))
        && !ledger.clock_set.iter().any(|at| set(&at))
        && is_wanted(fault, until, ledger)
}

fn is_wanted(fault: &Fault, until: UnixMillis, ledger: &Ledger) -> bool {
    let kinds: &[EventKind] = match fault.of {
        Some(Route::Contacts) => &[EventKind::NewLead, EventKind::NewUser],
        Some(Route::Updates) => &[EventKind::NewUser, EventKind::UserUpdated],
        Some(Route::Conversations) => {
            &[EventKind::NewConversation, EventKind::CustomerReplied, EventKind::HandedOver, EventKind::Rated]
        }
        None => &EventKind::ALL,
    };
    ledger.wishes.values().any(|wish| {
        kinds.contains(&wish.made.kind)
            && wish.asked < fault.from
            && wish.removed.is_none_or(|removed| removed > until)
    })
}
