//! What stands in the channels against the journal: each event once, in order, where it belongs.

use std::collections::{BTreeMap, BTreeSet};

use deskbell_domain::ids::{JournalNumber, MessageId};
use deskbell_domain::port::store::Leftover;
use deskbell_domain::time::UnixMillis;

use super::verdict::Verdict;
use crate::ledger::{Breach, Ledger, Post, Promise, Wish};
use crate::links;
use crate::time::SECOND;
use crate::world::World;

/// How much earlier than it was asked for a notification may begin: Intercom tells its time in whole seconds, and a
/// floor is taken early rather than late.
const EARLY: i64 = 3;

/// What the store still has of a notification.
#[derive(Debug, Default)]
pub(super) struct Left {
    pub(super) cursor: u64,
    pub(super) active: bool,
    pub(super) letters: Vec<u64>,
    pub(super) dropped: Leftover,
}

/// One notification, what was posted for it, and what the store still has.
pub(super) struct Channel<'a> {
    pub(super) world: &'a World,
    pub(super) wish: &'a Wish,
    pub(super) left: Left,
}

impl Channel<'_> {
    fn breach(&self, promise: Promise, number: Option<u64>, what: &str) -> Breach {
        let id = self.wish.made.id;
        let (shown, mut about) = match number {
            Some(number) => (format!(" {number}"), vec![format!("journal {number}:")]),
            None => (String::new(), Vec::new()),
        };
        about.extend([format!("notification {id} "), format!("#{}", self.wish.made.channel)]);
        let what = format!("notification {id} in #{}:{shown} {what}", self.wish.made.channel);
        Breach { promise, what, about }
    }

    fn posts(&self) -> Vec<Post> {
        let ledger = self.world.ledger();
        let mut posts: Vec<_> =
            ledger.posts.iter().filter(|post| post.of == self.wish.made.id).cloned().collect();
        posts.sort_by_key(|post| (post.at, post.message));
        posts
    }

    /// What was posted belongs there, and stands there once, in order.
    pub(super) fn check_posts(&self, verdict: &mut Verdict) {
        let posts = self.posts();
        let mut first: BTreeMap<JournalNumber, &Post> = BTreeMap::new();
        let mut last = JournalNumber(0);
        let mut again = BTreeSet::new();
        for post in &posts {
            for number in &post.numbers {
                if let Some(before) = first.get(number) {
                    if self.is_excused(before, post) {
                        again.insert(post.message);
                    } else {
                        let what = format!("is shown twice, by {} and {}", before.message, post.message);
                        verdict.breaches.push(self.breach(Promise::Doubled, Some(number.0), &what));
                    }
                    continue;
                }
                first.insert(*number, post);
                self.check_one(*number, verdict);
                if !self.was_set_aside(*number) {
                    if *number < last {
                        let what = format!("comes after {}", last.0);
                        verdict.breaches.push(self.breach(Promise::OutOfOrder, Some(number.0), &what));
                    }
                    last = last.max(*number);
                }
            }
        }
        verdict.exceptions.sent_again += again.len() as u64;
    }

    fn check_one(&self, number: JournalNumber, verdict: &mut Verdict) {
        let ledger = self.world.ledger();
        let Some(entry) = ledger.entry(number) else { return };
        let made = &self.wish.made;
        if !made.is_for(number, &entry.event) {
            verdict.breaches.push(self.breach(Promise::WrongPlace, Some(number.0), "is not for it"));
        }
        if entry.event.at < self.wish.asked.seconds().minus(EARLY) {
            let what = "happened before it was asked for";
            verdict.breaches.push(self.breach(Promise::WrongPlace, Some(number.0), what));
        }
    }

    /// Exception (a).
    fn is_excused(&self, before: &Post, again: &Post) -> bool {
        let servers = self.world.discord.servers();
        servers.is_gone(before, again.at)
            || servers.has_only_its_line(before, again.at)
            || servers.was_unreadable(before, UnixMillis(again.at.0 + SECOND))
    }

    /// Whether it waits for what nobody gives it: its channel, its server's connection, or a token that may.
    fn is_held(&self) -> bool {
        let (made, now) = (&self.wish.made, self.world.time.true_now());
        self.has_no_channel()
            || !self.world.linked().contains(&made.guild)
            || links::bar(self.world, made.guild, made.kind, now, 0).is_some()
    }

    fn has_no_channel(&self) -> bool {
        let servers = self.world.discord.servers();
        servers.channels.get(&self.wish.made.channel).is_none_or(|one| one.deleted)
    }

    /// What a person tries again comes when the person says so.
    fn was_set_aside(&self, number: JournalNumber) -> bool {
        self.world.ledger().set_aside.contains_key(&(self.wish.made.id, number))
    }

    /// What the journal has for it and nobody posted is accounted for.
    pub(super) fn check_missing(&self, verdict: &mut Verdict) {
        let shown: BTreeSet<_> = self.posts().into_iter().flat_map(|post| post.numbers).collect();
        let ledger = self.world.ledger();
        let wanted = ledger.wanted(self.wish).map(|entry| entry.number);
        let missing: Vec<_> = wanted.filter(|number| !shown.contains(number)).collect();
        drop(ledger);
        let mut unexplained = Vec::new();
        for number in missing {
            let skipped = |(after, to): &(JournalNumber, JournalNumber)| number > *after && number <= *to;
            if self.left.letters.contains(&number.0) {
                verdict.letters += 1;
            } else if self.wish.skips.iter().any(skipped) || self.wish.dropped_letters.contains(&number) {
                verdict.skipped += 1;
            } else if number.0 > self.left.cursor && !self.left.active && self.is_held() {
                verdict.held += 1;
            } else {
                unexplained.push(number);
            }
        }
        self.excuse_old_letters(&mut unexplained, verdict);
        // Exception (b): dropped, and told.
        if unexplained.len() as u64 <= self.left.dropped.waiting {
            verdict.exceptions.dropped += unexplained.len() as u64;
            return;
        }
        for number in unexplained {
            let still = if number.0 > self.left.cursor { "still waits" } else { "was never posted" };
            verdict.breaches.push(self.breach(Promise::Lost, Some(number.0), still));
        }
    }

    /// Exception (e), of which nothing is kept for longer than `RETENTION`, and its number told.
    fn excuse_old_letters(&self, missing: &mut Vec<JournalNumber>, verdict: &mut Verdict) {
        let ledger = self.world.ledger();
        let is_old = |number: &JournalNumber| ledger.was_set_aside_too_long_ago(self.wish.made.id, *number);
        let old = missing.iter().filter(|number| is_old(number)).count() as u64;
        if old <= self.left.dropped.failed {
            missing.retain(|number| !is_old(number));
            verdict.letters += old;
        }
    }
}

/// What was posted before everything was erased stood there once, in order. What waited then went with it.
pub(super) fn check_closed(world: &World, closed: Ledger, verdict: &mut Verdict) {
    let present = std::mem::replace(&mut *world.ledger(), closed);
    let wishes: Vec<_> = world.ledger().wishes.values().cloned().collect();
    for wish in &wishes {
        Channel { world, wish, left: Left::default() }.check_posts(verdict);
    }
    *world.ledger() = present;
}

/// What was sent again because the history could not be read was counted, as `/status` tells it.
pub(super) fn check_count_of_duplicates(world: &World, verdict: &mut Verdict) {
    let posts = world.ledger().posts.clone();
    let mut first: BTreeMap<_, &Post> = BTreeMap::new();
    let mut again: BTreeSet<MessageId> = BTreeSet::new();
    for post in &posts {
        for number in &post.numbers {
            let before = *first.entry((post.of, *number)).or_insert(post);
            if before.message != post.message && !world.discord.servers().is_gone(before, post.at) {
                again.insert(post.message);
            }
        }
    }
    let counted = world.ledger().possible_duplicates;
    if again.len() as u64 > counted {
        let what = format!("{} messages were sent again, {counted} were counted", again.len());
        verdict.breaches.push(Breach { promise: Promise::Doubled, what, about: Vec::new() });
    }
}
