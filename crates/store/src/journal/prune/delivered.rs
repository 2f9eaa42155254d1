//! The ends of what delivery leaves behind: dead letters, and the ids of posted messages.
//!
//! Dead letters lie in the order in which they were set aside, so that a call looks at the oldest. The ids of messages do
//! not lie in the order of time: a call looks at some and goes on from there the next time. It asks to be called again
//! only where it found something to throw away.

use std::collections::BTreeMap;

use deskbell_domain::delivery::{DeadLetter, Source};
use deskbell_domain::home::Home;
use deskbell_domain::ids::{GuildId, SubscriptionId};
use deskbell_domain::port::store::Stored;
use deskbell_domain::time::UnixMillis;

use super::order::Order;
use crate::codec;
use crate::engine::Direction;
use crate::keys;
use crate::pruned_to::PrunedTo;
use crate::reader::{Reader, load_or_skip};
use crate::records::ProgressRecord;
use crate::write_batch::WriteBatch;

/// How many rows a call looks at, of a server's dead letters and of the index of messages.
const ROWS: usize = 500;

/// What a call threw away.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Ended {
    pub(super) letters: u64,
    pub(super) messages: u64,
    /// Whether more may be found.
    pub(super) more: bool,
}

pub(super) fn end(writes: &mut WriteBatch<'_>, order: &Order, pruned_to: &PrunedTo) -> Stored<Ended> {
    let mut ended = Ended::default();
    let mut next = GuildId(0);
    while let Some(guild) = first_with_letters(writes, order, next)? {
        letters(writes, &Home::new(&order.workspace, guild), order, &mut ended)?;
        let Some(number) = guild.0.checked_add(1) else { break };
        next = GuildId(number);
    }
    messages(writes, order, pruned_to, &mut ended)?;
    Ok(ended)
}

/// The first server that has dead letters, from this one on.
fn first_with_letters(writes: &WriteBatch<'_>, order: &Order, from: GuildId) -> Stored<Option<GuildId>> {
    let range = keys::dead_letters_from(&order.workspace, from);
    let first = writes.range(&range, 1, Direction::Ascending)?.into_iter().next();
    Ok(first.and_then(|(key, _)| keys::server_of_dead_letter(&order.workspace, &key)))
}

/// Throws away the dead letters of a server that were set aside too long ago.
fn letters(writes: &mut WriteBatch<'_>, home: &Home, order: &Order, ended: &mut Ended) -> Stored<()> {
    let rows = writes.range(&keys::dead_letters(home).below(), ROWS, Direction::Ascending)?;
    let is_full = rows.len() == ROWS;
    let mut gone: BTreeMap<SubscriptionId, u64> = BTreeMap::new();
    for (key, value) in rows {
        let Some(letter) = codec::decode_or_skip::<DeadLetter>(&key, &value) else { continue };
        if set_aside_at(&letter, order) < order.keep_from && !is_in_flight(writes, &letter)? {
            writes.delete_raw(key);
            *gone.entry(letter.subscription).or_default() += 1;
        }
    }
    ended.more |= is_full && !gone.is_empty();
    for (subscription, count) in gone {
        ended.letters += count;
        count_letters(writes, home.guild, subscription, count)?;
    }
    Ok(())
}

/// When it was set aside, which was not before the event happened, whatever the clock was then.
fn set_aside_at(letter: &DeadLetter, order: &Order) -> UnixMillis {
    let since = letter.since.max(letter.event.at);
    order.written_at(UnixMillis(since.0.saturating_mul(1000)), letter.event.at)
}

/// Whether it is just being posted again.
fn is_in_flight(writes: &WriteBatch<'_>, letter: &DeadLetter) -> Stored<bool> {
    let key = keys::progress(letter.guild, letter.subscription);
    let progress: Option<ProgressRecord> = load_or_skip(writes, &key)?;
    let source = progress.and_then(|progress| progress.in_flight).map(|batch| batch.source);
    Ok(source == Some(Source::DeadLetter(letter.id)))
}

/// Counts what went where people look for it. A notification that was removed has no count any more.
fn count_letters(
    writes: &mut WriteBatch<'_>,
    guild: GuildId,
    subscription: SubscriptionId,
    count: u64,
) -> Stored<()> {
    let key = keys::progress(guild, subscription);
    let Some(mut progress) = load_or_skip::<ProgressRecord>(writes, &key)? else { return Ok(()) };
    progress.dropped_failed = progress.dropped_failed.saturating_add(count);
    writes.put(key, &progress);
    Ok(())
}

/// Throws away the ids of messages that were posted too long ago; when that was, an id says by Discord's clock.
fn messages(
    writes: &mut WriteBatch<'_>,
    order: &Order,
    pruned_to: &PrunedTo,
    ended: &mut Ended,
) -> Stored<()> {
    let all = keys::posted_messages(&order.workspace).below();
    let last = pruned_to.messages.take(&order.workspace);
    let range = match last {
        Some(last) => all.after(&last),
        None => all,
    };
    let rows = writes.range(&range, ROWS, Direction::Ascending)?;
    let last = rows.last().filter(|_| rows.len() == ROWS);
    let is_full = last.is_some();
    if let Some((key, _)) = last {
        pruned_to.messages.set(&order.workspace, key.clone());
    }
    let is_old = |key: &[u8]| {
        let message = keys::posted_message(&order.workspace, key);
        message.is_some_and(|message| message.made_at() < order.keep_from)
    };
    let mut gone = 0;
    for (key, _) in rows.into_iter().filter(|(key, _)| is_old(key)) {
        writes.delete_raw(key);
        gone += 1;
    }
    ended.messages += gone;
    ended.more |= is_full && gone > 0;
    Ok(())
}
