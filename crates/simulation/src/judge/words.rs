//! Words that members typed: none stands at Intercom twice, and whoever typed them was told what became of them.

use super::verdict::Verdict;
use crate::ledger::{Breach, Promise};
use crate::people::{Told, Words};
use crate::world::World;

/// Checks all words that were ever typed.
pub(super) fn check(world: &World, verdict: &mut Verdict) {
    for words in world.people.all_words() {
        verdict.words += 1;
        verdict.arrived += u64::from(words.stand > 0);
        if let Some((promise, how)) = fault(&words) {
            let (first, last) = (&words.texts[0], words.told.last());
            let what = format!("words {first:?} {how}; stands {} times, told last {last:?}", words.stand);
            verdict.breaches.push(Breach { promise, what, about: words.about() });
        }
    }
}

fn fault(words: &Words) -> Option<(Promise, &'static str)> {
    if words.stand > 1 {
        return Some((Promise::Doubled, "were sent again"));
    }
    let was_told = words.nowhere || words.told.contains(&Told::InChannel);
    match (words.stand, words.believed()) {
        (1, Some(Told::Sent)) => None,
        (1, Some(Told::NotSent)) => {
            Some((Promise::Lost, "arrived, and their writer is told that they did not"))
        }
        (1, Some(Told::Discarded)) => {
            Some((Promise::Lost, "arrived, and their writer is told that they are gone"))
        }
        (0, Some(Told::Sent)) => {
            Some((Promise::Lost, "did not arrive, and their writer is told that they did"))
        }
        (1, _) if !was_told => Some((Promise::Untold, "arrived, and their writer was never told")),
        (_, None | Some(Told::Unknown)) if words.was_sending && !was_told => {
            Some((Promise::Untold, "did not arrive, and their writer was never told"))
        }
        _ => None,
    }
}
