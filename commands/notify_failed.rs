//! `/notify failed`: events that could not be posted. A person looks at them, tries them again or drops them.

use std::collections::BTreeSet;

use deskbell_desk::delivery::{DeadLetter, DeadLetterId};
use deskbell_desk::ids::SubscriptionId;
use deskbell_desk::subscription::Subscription;

use crate::audit::{self, Action};
use crate::desk::Desk;
use crate::error::{CommandError, Refusal};
use crate::guard::Asker;
use crate::reply::Reply;
use crate::reply::notify::{self as sentences, FailedLine};
use crate::rights::lacking;
use crate::set_up_press::Letters;

/// A page of them.
pub(crate) async fn list(desk: &Desk, asker: &Asker, page: u32) -> Result<Reply, CommandError> {
    let lines = lines(desk, asker).await?;
    Ok(sentences::failed(&lines, page))
}

/// One of them.
pub(crate) async fn one(desk: &Desk, asker: &Asker, id: DeadLetterId) -> Result<Reply, CommandError> {
    let lines = lines(desk, asker).await?;
    let line = lines.iter().find(|line| line.letter.id == id);
    line.map(sentences::failed_one).ok_or_else(no_such_letter)
}

/// [Try again]: through the channel's own task. One whose notification is gone cannot be.
pub(crate) async fn try_again(desk: &Desk, asker: &Asker, letters: Letters) -> Result<Reply, CommandError> {
    let meant = meant(lines(desk, asker).await?, letters)?;
    let (mut asked, mut orphaned, mut forbidden) = (0, 0, BTreeSet::new());
    for line in &meant {
        let Some(subscription) = &line.subscription else {
            orphaned += 1;
            continue;
        };
        if !lacking(desk, asker, subscription.channel).await?.is_empty() {
            forbidden.insert(subscription.channel);
            continue;
        }
        if desk.ports.store.retry_dead_letter(asker.guild, line.letter.id).await? {
            desk.ports.courier.wake(subscription.channel);
            audit::log(asker, Action::TriedAgain(line.letter.id));
            asked += 1;
        }
    }
    Ok(sentences::tried_again(asked, orphaned, &forbidden))
}

/// [Drop]: at once where it is one, after a question where it is several.
pub(crate) async fn drop_letters(
    desk: &Desk,
    asker: &Asker,
    letters: Letters,
) -> Result<Reply, CommandError> {
    let meant = meant(lines(desk, asker).await?, letters)?;
    match meant.as_slice() {
        [only] => {
            let was_there = drop_one(desk, asker, only.letter.id).await?;
            Ok(sentences::dropped(u64::from(was_there)))
        }
        several => Ok(sentences::ask_before_dropping(several.len() as u64)),
    }
}

/// [Drop them].
pub(crate) async fn drop_all(desk: &Desk, asker: &Asker) -> Result<Reply, CommandError> {
    let mut dropped = 0;
    for letter in desk.ports.store.dead_letters(asker.guild).await? {
        dropped += u64::from(drop_one(desk, asker, letter.id).await?);
    }
    Ok(sentences::dropped(dropped))
}

/// Whether it was still there.
async fn drop_one(desk: &Desk, asker: &Asker, id: DeadLetterId) -> Result<bool, CommandError> {
    let was_there = desk.ports.store.drop_dead_letter(asker.guild, id).await?;
    if was_there {
        audit::log(asker, Action::Dropped(id));
    }
    Ok(was_there)
}

async fn lines(desk: &Desk, asker: &Asker) -> Result<Vec<FailedLine>, CommandError> {
    let letters = desk.ports.store.dead_letters(asker.guild).await?;
    let subscriptions = desk.ports.store.guild_subscriptions(asker.guild).await?;
    Ok(letters.into_iter().map(|letter| line(letter, &subscriptions)).collect())
}

fn line(letter: DeadLetter, subscriptions: &[Subscription]) -> FailedLine {
    let is_its = |id: SubscriptionId| id == letter.subscription;
    let subscription = subscriptions.iter().find(|one| is_its(one.id)).cloned();
    FailedLine { letter, subscription }
}

fn meant(lines: Vec<FailedLine>, letters: Letters) -> Result<Vec<FailedLine>, CommandError> {
    let is_meant = |line: &FailedLine| match letters {
        Letters::All => true,
        Letters::One(id) => line.letter.id == id,
    };
    let meant: Vec<_> = lines.into_iter().filter(is_meant).collect();
    if meant.is_empty() { Err(no_such_letter()) } else { Ok(meant) }
}

fn no_such_letter() -> CommandError {
    Refusal::Said { kind: "unknown dead letter", reply: Box::new(sentences::no_such_letter()) }.into()
}

#[cfg(test)]
mod tests;
