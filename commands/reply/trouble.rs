//! What cannot be read from Intercom, as replies tell it.

use std::collections::BTreeMap;

use deskbell_domain::card::text::{Piece, Text, WhenStyle};
use deskbell_domain::event::EventKind;
use deskbell_domain::trouble::{Cause, Part, Trouble, in_words};

/// A sentence for each cause: what, why, what to do, since when.
pub(super) fn sentences(troubles: &[Trouble]) -> Vec<Text> {
    let mut alike: BTreeMap<Cause, Vec<Trouble>> = BTreeMap::new();
    for trouble in troubles {
        alike.entry(trouble.cause).or_default().push(*trouble);
    }
    alike.into_iter().map(|(cause, troubles)| sentence(cause, &troubles)).collect()
}

fn sentence(cause: Cause, troubles: &[Trouble]) -> Text {
    let parts = in_words(troubles.iter().map(|trouble| trouble.part));
    let text = Text::ours(format!("I cannot read {parts}: "))
        .joined(cause.reason())
        .and(format!(". {}", cause.remedy()));
    let since = troubles.iter().map(|trouble| trouble.since.seconds()).min();
    match since {
        Some(since) => text.and(" That began ").with(Piece::When(since, WhenStyle::Relative)).and("."),
        None => text,
    }
}

/// Above everything else where the token is refused: nothing below is up to date then.
pub(super) fn refused_token(troubles: &[Trouble]) -> Option<Text> {
    let refused: Vec<_> =
        troubles.iter().filter(|trouble| trouble.cause == Cause::TokenRefused).copied().collect();
    let sentence = sentences(&refused).into_iter().next()?;
    Some(Text::ours("⚠️ ").joined(sentence).and("\n"))
}

/// Why notifications of a kind get nothing, or less than they should.
pub(super) fn at_kind(kind: EventKind, troubles: &[Trouble]) -> Option<Text> {
    let concerns = |trouble: &&Trouble| trouble.part != Part::Everything && trouble.part.concerns(kind);
    let worst = troubles.iter().filter(concerns).min_by_key(|trouble| !trouble.part.brings_events())?;
    let what = if worst.part.brings_events() {
        "nothing comes".to_owned()
    } else {
        format!("without {}", worst.part.words())
    };
    Some(Text::ours(format!("⚠️ {what}: ")).joined(worst.cause.reason()))
}

/// What to do about the troubles that [`at_kind`] names, each once.
pub(super) fn remedies(troubles: &[Trouble]) -> Option<Text> {
    let named = troubles.iter().filter(|trouble| trouble.part != Part::Everything);
    let mut remedies: Vec<_> = named.map(|trouble| trouble.cause.remedy()).collect();
    remedies.sort_unstable();
    remedies.dedup();
    (!remedies.is_empty()).then(|| Text::ours(remedies.join(" ")))
}
