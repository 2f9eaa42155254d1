//! `/audit`: what was done in a server, page by page, whether its chain holds, and as a file; and the head that is posted
//! in a channel once a day.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::audit::chain::{AuditKey, Broken, Link, Unbroken, Verifier};
use crate::audit::entry::{Anchor, Book, Entry, Outcome, Unposted};
use crate::audit::subject::Subject;
use crate::audit::{Action, Deed, export, log};
use crate::channel::Obstacle;
use crate::ids::{ChannelId, ContactId, GuildId, MemberId};
use crate::message::Message;
use crate::port::channels::ChannelError;
use crate::port::outbox::Outbox;
use crate::port::store::{Audit, Stored};
use crate::press::audit::From;
use crate::service::posting::{fit_channel, may_post, posted};
use crate::service::request::{NotDone, Request};
use crate::time::UnixMillis;

/// How many entries are shown at once.
const PAGE: usize = 10;
/// How many are read at once.
const CHUNK: u64 = 500;
/// How often the head is posted.
const ANCHOR_EVERY_MS: i64 = 24 * 3600 * 1000;

/// A server's audit, and who looks at it.
pub struct AuditOf<'a> {
    /// The server.
    pub guild: GuildId,
    /// Who.
    pub member: MemberId,
    /// The store.
    pub audit: &'a dyn Audit,
}

/// An entry, and what is known of whom it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The entry.
    pub entry: Entry,
    /// The contact, where it is about one that was not erased.
    pub contact: Option<ContactId>,
}

/// A page of what was done, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// What is looked for.
    pub subject: Option<Subject>,
    /// The entries.
    pub entries: Vec<Shown>,
    /// Whether there are newer ones, and older ones.
    pub beyond: Beyond,
    /// Since when there are entries.
    pub since: Option<UnixMillis>,
    /// Where the head is posted.
    pub channel: Option<ChannelId>,
    /// That it cannot be.
    pub unposted: Option<Unposted>,
}

/// What lies beyond a page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Beyond {
    /// The newest on the page, where there are newer ones.
    pub newer: Option<u64>,
    /// The oldest on the page, where there are older ones.
    pub older: Option<u64>,
}

/// Whether a chain holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verification {
    /// Nothing was ever written down.
    Empty,
    /// It does; and what was posted of it last.
    Unbroken(Unbroken, Option<Anchor>),
    /// It does not.
    Broken(Broken),
}

impl AuditOf<'_> {
    /// The newest page. That somebody looked is written down, and stands on it.
    ///
    /// # Errors
    /// Where the store cannot be read or written.
    pub async fn look(&self) -> Stored<Page> {
        self.audit.note_deed(self.guild, Deed::of(self.member, Action::AuditRead)).await?;
        self.page(None, From::Newest).await
    }

    /// A page.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn page(&self, subject: Option<Subject>, from: From) -> Stored<Page> {
        let book = self.audit.audit_book(self.guild).await?.map_or(Book::EMPTY, |(book, _)| book);
        let all = first(&book)..book.head.seq + 1;
        let entries = match from {
            From::Newest => self.before(&all, subject, PAGE).await?,
            From::Before(seq) => self.before(&(all.start..seq.min(all.end)), subject, PAGE).await?,
            From::After(seq) => self.after(&(seq.saturating_add(1)..all.end), subject, PAGE).await?,
        };
        let beyond = self.beyond(&all, subject, &entries).await?;
        let oldest = self.audit.audit_links(self.guild, all.start..all.start + 1).await?;
        let since = oldest.first().and_then(Link::at);
        let (entries, Book { channel, unposted, .. }) = (self.shown(entries).await?, book);
        Ok(Page { subject, entries, beyond, since, channel, unposted })
    }

    async fn beyond(&self, all: &Range<u64>, subject: Option<Subject>, entries: &[Entry]) -> Stored<Beyond> {
        let Some((newest, oldest)) = entries.first().zip(entries.last()) else {
            return Ok(Beyond::default());
        };
        let newer = self.after(&(newest.seq + 1..all.end), subject, 1).await?;
        let older = self.before(&(all.start..oldest.seq), subject, 1).await?;
        Ok(Beyond {
            newer: (!newer.is_empty()).then_some(newest.seq),
            older: (!older.is_empty()).then_some(oldest.seq),
        })
    }

    /// The last entries of a range that are to be shown, newest first.
    async fn before(&self, range: &Range<u64>, subject: Option<Subject>, most: usize) -> Stored<Vec<Entry>> {
        let (mut found, mut end) = (Vec::new(), range.end);
        while end > range.start && found.len() < most {
            let start = end.saturating_sub(CHUNK).max(range.start);
            let links = self.audit.audit_links(self.guild, start..end).await?;
            let left = most - found.len();
            found.extend(links.iter().rev().filter_map(|link| to_be_shown(link, subject)).take(left));
            end = start;
        }
        Ok(found)
    }

    /// The first entries of a range that are to be shown, newest first.
    async fn after(&self, range: &Range<u64>, subject: Option<Subject>, most: usize) -> Stored<Vec<Entry>> {
        let (mut found, mut start) = (Vec::new(), range.start);
        while start < range.end && found.len() < most {
            let end = (start + CHUNK).min(range.end);
            let links = self.audit.audit_links(self.guild, start..end).await?;
            let left = most - found.len();
            found.extend(links.iter().filter_map(|link| to_be_shown(link, subject)).take(left));
            start = end;
        }
        found.reverse();
        Ok(found)
    }

    async fn shown(&self, entries: Vec<Entry>) -> Stored<Vec<Shown>> {
        let newest = entries.first().map_or(0, |entry| entry.seq);
        let oldest = entries.last().map_or(0, |entry| entry.began.unwrap_or(entry.seq));
        let targets = self.audit.audit_targets(self.guild, oldest..newest + 1).await?;
        let contact = |entry: &Entry, targets: &BTreeMap<u64, ContactId>| {
            let of_beginning = entry.began.and_then(|began| targets.get(&began));
            targets.get(&entry.seq).or(of_beginning).cloned()
        };
        let shown = entries.into_iter().map(|entry| Shown { contact: contact(&entry, &targets), entry });
        Ok(shown.collect())
    }

    /// Has the head posted nowhere any more.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub async fn stop_posting(&self) -> Stored<()> {
        let deed = Deed::of(self.member, Action::AnchorsEnd);
        self.audit.post_anchors_in(self.guild, None, deed.clone()).await?;
        log(self.guild, &deed);
        Ok(())
    }

    /// Whether the chain holds, from what was thrown away last to its end, and with what was posted of it.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn verify(&self) -> Stored<Verification> {
        let Some((book, key)) = self.audit.audit_book(self.guild).await? else {
            return Ok(Verification::Empty);
        };
        let mut links = BTreeMap::new();
        let verified = match Verifier::from(book.checkpoint.as_ref(), |seq| key.of_checkpoint(seq)) {
            Ok(verifier) => self.follow(&book, &key, verifier, &mut links).await?,
            Err(broken) => Err(broken),
        };
        Ok(match verified {
            Ok(unbroken) => Verification::Unbroken(unbroken, book.anchor),
            Err(broken) => Verification::Broken(broken),
        })
    }

    async fn follow(
        &self,
        book: &Book,
        key: &AuditKey,
        mut verifier: Verifier,
        posted: &mut BTreeMap<u64, Link>,
    ) -> Stored<Result<Unbroken, Broken>> {
        let mut start = first(book);
        while start <= book.head.seq {
            let end = (start + CHUNK).min(book.head.seq + 1);
            for link in self.audit.audit_links(self.guild, start..end).await? {
                if let Err(broken) = verifier.follow(&link, &key.of_entry(link.seq().unwrap_or_default())) {
                    return Ok(Err(broken));
                }
                if book.anchor.is_some_and(|anchor| link.seq() == Some(anchor.head.seq)) {
                    posted.insert(link.seq().unwrap_or_default(), link);
                }
            }
            start = end;
        }
        Ok(verifier.end(book.head).and_then(|unbroken| agrees(book, posted).map(|()| unbroken)))
    }

    /// The audit as a file. That it was asked for stands in it.
    ///
    /// # Errors
    /// Where the store cannot be read or written.
    pub async fn export(&self) -> Stored<Option<String>> {
        self.audit.note_deed(self.guild, Deed::of(self.member, Action::AuditExported)).await?;
        let Some((book, key)) = self.audit.audit_book(self.guild).await? else { return Ok(None) };
        let mut writer = export::Writer::new(self.guild, book.checkpoint, &key);
        let mut start = first(&book);
        while start <= book.head.seq {
            let end = (start + CHUNK).min(book.head.seq + 1);
            for link in self.audit.audit_links(self.guild, start..end).await? {
                writer.add(link, &key);
            }
            start = end;
        }
        Ok(Some(writer.finish()))
    }
}

/// What was posted must still be there, unless it was old enough to be thrown away.
fn agrees(book: &Book, posted: &BTreeMap<u64, Link>) -> Result<(), Broken> {
    let Some(anchor) = book.anchor else { return Ok(()) };
    match posted.get(&anchor.head.seq) {
        Some(link) if link.mac == anchor.head.mac => Ok(()),
        Some(_) => Err(Broken::Changed(anchor.head.seq)),
        None if anchor.head.seq < first(book) => Ok(()),
        None => Err(Broken::CutOff(book.head.seq)),
    }
}

/// The first entry that is still there.
fn first(book: &Book) -> u64 {
    book.checkpoint.map_or(1, |checkpoint| checkpoint.head.seq + 1)
}

/// That something begins is only told with how it ended.
fn to_be_shown(link: &Link, subject: Option<Subject>) -> Option<Entry> {
    let entry = Entry::read(&link.entry)?;
    let is_meant = subject.is_none_or(|subject| entry.action.subject() == Some(subject));
    (is_meant && entry.outcome != Outcome::Begun).then_some(entry)
}

/// Posts the head in a channel, and has it posted there from then on: the first message proves that it can be.
///
/// # Errors
/// Where the asker or the bot may not post there.
pub async fn post_in(
    request: &Request<'_>,
    channel: ChannelId,
    now: UnixMillis,
    message: fn(&Anchor) -> Message,
) -> Result<Anchor, NotDone> {
    fit_channel(request, channel).await?;
    may_post(request, channel).await?;
    let guild = request.home.guild;
    let book = request.audit.audit_book(guild).await?.map_or(Book::EMPTY, |(book, _)| book);
    let anchor = Anchor { head: book.head, at: now, channel };
    posted(request.outbox.post_once(channel, message(&anchor)).await, channel)?;
    let deed = request.deed(Action::AnchorsGoTo { channel });
    request.audit.post_anchors_in(guild, Some(channel), deed.clone()).await?;
    request.did(&deed);
    request.audit.anchor_posted(guild, anchor).await?;
    Ok(anchor)
}

/// Posts the head of a server's audit, where that is due or asked for, and something was done since it was posted last.
///
/// # Errors
/// Where the head cannot be posted, which is told in `/audit` until it can; it is tried again.
pub async fn post_anchor(
    audit: &dyn Audit,
    outbox: &dyn Outbox,
    (guild, book): (GuildId, &Book),
    now: UnixMillis,
    message: fn(&Anchor) -> Message,
) -> Result<(), NotDone> {
    let Some(channel) = book.channel else { return Ok(()) };
    if book.anchor.is_some_and(|anchor| anchor.head == book.head) {
        return Ok(());
    }
    let anchor = Anchor { head: book.head, at: now, channel };
    if let Err(why) = posted(outbox.post_once(channel, message(&anchor)).await, channel) {
        let unposted = Unposted { since: now, obstacle: obstacle(&why) };
        audit.anchor_not_posted(guild, unposted).await?;
        return Err(why);
    }
    Ok(audit.anchor_posted(guild, anchor).await?)
}

fn obstacle(why: &NotDone) -> Option<Obstacle> {
    match why {
        NotDone::Closed { why: ChannelError::Closed(obstacle), .. } => Some(obstacle.clone()),
        _ => None,
    }
}

/// Whether a day is over since the head was posted.
pub fn is_due(book: &Book, now: UnixMillis) -> bool {
    let is_over = |anchor: Anchor| now.0 - anchor.at.0 >= ANCHOR_EVERY_MS || now < anchor.at;
    book.channel.is_some() && book.anchor.is_none_or(is_over)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::chain::{Code, Head};
    use mockall::predicate::{always, eq};

    use crate::port::messenger::PostOutcome;
    use crate::port::outbox::MockOutbox;
    use crate::port::store::MockAudit;
    use crate::service::fixture::stands;

    fn book(seq: u64, checkpoint: Option<u64>, anchor: Option<u64>) -> Book {
        let key = AuditKey::new([7; 32]);
        let head = |seq| Head { seq, mac: Code::NONE };
        let behind =
            |seq| crate::audit::chain::Checkpoint::behind(head(seq), UnixMillis(0), &key.of_checkpoint(seq));
        let posted = |seq| Anchor { head: head(seq), at: UnixMillis(1000), channel: ChannelId(20) };
        Book {
            head: head(seq),
            checkpoint: checkpoint.map(behind),
            channel: Some(ChannelId(20)),
            anchor: anchor.map(posted),
            unposted: None,
        }
    }

    #[test]
    fn what_was_posted_and_is_cut_off_is_missed_and_what_was_thrown_away_is_not() {
        assert_eq!(agrees(&book(5, None, Some(7)), &BTreeMap::new()), Err(Broken::CutOff(5)));
        assert_eq!(agrees(&book(9, Some(8), Some(7)), &BTreeMap::new()), Ok(()));
        assert_eq!(agrees(&book(9, None, None), &BTreeMap::new()), Ok(()));
    }

    #[tokio::test]
    async fn a_head_that_is_posted_already_is_not_posted_again() {
        let (mut outbox, mut audit) = (MockOutbox::new(), MockAudit::new());
        outbox.expect_post_once().once().returning(|_, _| stands());
        audit.expect_anchor_posted().once().returning(|_, _| Ok(()));
        let message: fn(&Anchor) -> Message = |anchor| Message::say(anchor.head.short());
        for posted in [Some(9), Some(8)] {
            let mut book = book(9, None, posted);
            if posted == Some(8) {
                book.head.seq = 10;
            }
            let now = UnixMillis(5000);
            post_anchor(&audit, &outbox, (GuildId(7), &book), now, message).await.expect("it is posted");
        }
    }

    #[tokio::test]
    async fn that_a_head_cannot_be_posted_is_kept_with_what_is_in_the_way() {
        let (mut outbox, mut audit) = (MockOutbox::new(), MockAudit::new());
        outbox.expect_post_once().once().returning(|_, _| PostOutcome::Closed(Obstacle::ChannelGone));
        let gone = Unposted { since: UnixMillis(5000), obstacle: Some(Obstacle::ChannelGone) };
        audit.expect_anchor_not_posted().once().with(always(), eq(gone)).returning(|_, _| Ok(()));
        let (book, message): (_, fn(&Anchor) -> Message) = (book(9, None, None), |_| Message::say("proof"));
        let posting = post_anchor(&audit, &outbox, (GuildId(7), &book), UnixMillis(5000), message);
        assert!(posting.await.is_err());
    }

    #[test]
    fn the_head_is_posted_once_a_day() {
        let posted = book(5, None, Some(5));
        let day = ANCHOR_EVERY_MS;
        assert_eq!(
            [999, 1000, day, day + 1000].map(|now| is_due(&posted, UnixMillis(now))),
            [true, false, false, true]
        );
        assert!(is_due(&book(5, None, None), UnixMillis(0)));
        assert!(!is_due(&Book { channel: None, ..posted }, UnixMillis(day * 2)));
    }
}
