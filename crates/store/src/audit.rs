//! Audits: a chain of entries for each server, and beside it whom they are about.

mod prune;
pub(crate) mod scribe;
mod servers;

use std::collections::BTreeMap;
use std::ops::Range;

use async_trait::async_trait;
use deskbell_domain::audit::Deed;
use deskbell_domain::audit::chain::{AuditKey, Link};
use deskbell_domain::audit::entry::{Anchor, Begun, Book, Outcome, Target, Unposted};
use deskbell_domain::home::Home;
use deskbell_domain::ids::{ChannelId, ContactId, GuildId};
use deskbell_domain::port::store::{Audit, PrunedAudit, Stored};
use deskbell_domain::time::UnixMillis;

use self::scribe::{Ending, LinkRecord, Scribe, Whose};
use self::servers::servers;
use crate::codec;
use crate::engine::KeyRange;
use crate::keys;
use crate::reader::{Reader, Scan, load, load_or_skip, scan};
use crate::store::KvStore;
use crate::write_batch::WriteBatch;

#[async_trait]
impl Audit for KvStore {
    async fn begin_deed(&self, home: &Home, deed: Deed) -> Stored<Begun> {
        let (home, scribe) = (home.clone(), self.scribe());
        self.write(move |writes| {
            let seq = scribe.add(
                writes,
                Whose::of(&home),
                &deed,
                Ending { outcome: Outcome::Begun, began: None },
            )?;
            // The mark must not tell for longer than the entry whom it is about.
            let mark = Deed { contact: None, ..deed.clone() };
            writes.put(keys::audit::begun(home.guild, seq), &mark);
            Ok(Begun { seq, deed })
        })
        .await
    }

    async fn end_deed(&self, home: &Home, begun: Begun, outcome: Outcome) -> Stored<()> {
        let (home, scribe) = (home.clone(), self.scribe());
        self.write(move |writes| end(writes, &scribe, Whose::of(&home), &begun, outcome)).await
    }

    async fn close_deeds(&self) -> Stored<u64> {
        let servers = self.read(servers).await?;
        let mut closed = 0;
        for guild in servers {
            let scribe = self.scribe();
            closed += self.write(move |writes| close(writes, &scribe, guild)).await?;
        }
        Ok(closed)
    }

    async fn note_deed(&self, guild: GuildId, deed: Deed) -> Stored<()> {
        let scribe = self.scribe();
        self.write(move |writes| scribe.done(writes, Whose { guild, workspace: None }, Some(deed))).await
    }

    async fn audit_book(&self, guild: GuildId) -> Stored<Option<(Book, AuditKey)>> {
        self.peek(|reader| {
            let book: Option<Book> = load_or_skip(reader, &keys::audit::book(guild))?;
            Ok(book.zip(load_or_skip(reader, &keys::audit::secret(guild))?))
        })
    }

    async fn audit_books(&self) -> Stored<BTreeMap<GuildId, Book>> {
        self.read(|reader| {
            let mut books = BTreeMap::new();
            for guild in servers(reader)? {
                let book = load_or_skip(reader, &keys::audit::book(guild))?;
                books.extend(book.map(|book| (guild, book)));
            }
            Ok(books)
        })
        .await
    }

    async fn audit_links(&self, guild: GuildId, numbers: Range<u64>) -> Stored<Vec<Link>> {
        self.read(move |reader| {
            Ok(records(reader, guild, &numbers)?.into_iter().map(|(_, record)| record.link).collect())
        })
        .await
    }

    async fn audit_targets(&self, guild: GuildId, numbers: Range<u64>) -> Stored<BTreeMap<u64, ContactId>> {
        self.read(move |reader| {
            let mut targets = BTreeMap::new();
            for (seq, record) in records(reader, guild, &numbers)? {
                let Some(workspace) = record.workspace else { continue };
                let target = load_or_skip::<Target>(reader, &keys::audit::target(&workspace, guild, seq))?;
                targets.extend(target.map(|target| (seq, target.contact)));
            }
            Ok(targets)
        })
        .await
    }

    async fn post_anchors_in(&self, guild: GuildId, channel: Option<ChannelId>, by: Deed) -> Stored<()> {
        let scribe = self.scribe();
        self.write(move |writes| {
            scribe.done(writes, Whose { guild, workspace: None }, Some(by))?;
            change(writes, guild, |book| (book.channel, book.unposted) = (channel, None))
        })
        .await
    }

    async fn anchor_not_posted(&self, guild: GuildId, unposted: Unposted) -> Stored<()> {
        self.write(move |writes| {
            change(writes, guild, |book| {
                let since = book.unposted.as_ref().map_or(unposted.since, |known| known.since);
                book.unposted = Some(Unposted { since, ..unposted });
            })
        })
        .await
    }

    async fn anchor_posted(&self, guild: GuildId, anchor: Anchor) -> Stored<()> {
        self.write(move |writes| {
            change(writes, guild, |book| (book.anchor, book.unposted) = (Some(anchor), None))
        })
        .await
    }

    async fn prune_audit(&self, before: UnixMillis) -> Stored<PrunedAudit> {
        prune::prune(self, before).await
    }
}

fn records(
    reader: &(impl Reader + ?Sized),
    guild: GuildId,
    numbers: &Range<u64>,
) -> Stored<Vec<(u64, LinkRecord)>> {
    let mut records = Vec::new();
    scan(reader, keys::audit::entries_between(guild, numbers), |key, value| {
        records.extend(codec::decode_or_skip(key, value).map(|record| (keys::last_number(key), record)));
        Scan::Continue
    })?;
    Ok(records)
}

fn end(
    writes: &mut WriteBatch<'_>,
    scribe: &Scribe,
    whose: Whose<'_>,
    begun: &Begun,
    outcome: Outcome,
) -> Stored<()> {
    let mark = keys::audit::begun(whose.guild, begun.seq);
    if writes.get(mark.as_bytes())?.is_none() {
        return Ok(());
    }
    writes.delete(mark);
    scribe.add(writes, whose, &begun.deed, Ending { outcome, began: Some(begun.seq) }).map(drop)
}

fn close(writes: &mut WriteBatch<'_>, scribe: &Scribe, guild: GuildId) -> Stored<u64> {
    let mut open = Vec::new();
    scan(writes, keys::audit::all_begun(guild).below(), |key, value| {
        let deed = codec::decode_or_skip(key, value);
        open.push((keys::last_number(key), deed));
        Scan::Continue
    })?;
    let closed = open.len() as u64;
    for (seq, deed) in open {
        let Some(deed) = deed else {
            writes.delete(keys::audit::begun(guild, seq));
            continue;
        };
        end(writes, scribe, Whose { guild, workspace: None }, &Begun { seq, deed }, Outcome::Unknown)?;
    }
    Ok(closed)
}

/// Forgets which of the entries whose targets stand there are about a contact. Their chains still hold.
pub(crate) fn forget_target(
    writes: &mut WriteBatch<'_>,
    targets: KeyRange,
    contact: &ContactId,
) -> Stored<()> {
    let mut about = Vec::new();
    scan(writes, targets, |key, value| {
        if codec::decode_or_skip(key, value).is_some_and(|target: Target| target.contact == *contact) {
            about.push(key.to_vec());
        }
        Scan::Continue
    })?;
    for key in about {
        writes.delete_raw(key);
    }
    Ok(())
}

fn change(writes: &mut WriteBatch<'_>, guild: GuildId, edit: impl FnOnce(&mut Book)) -> Stored<()> {
    let key = keys::audit::book(guild);
    if let Some(mut book) = load(writes, &key)? {
        edit(&mut book);
        writes.put(key, &book);
    }
    Ok(())
}
