//! Audits: a chain of entries for each server, and beside it whom they are about.

mod prune;
pub(crate) mod scribe;

use std::collections::BTreeMap;
use std::ops::Range;

use async_trait::async_trait;
use deskbell_domain::audit::Deed;
use deskbell_domain::audit::chain::{AuditKey, Link};
use deskbell_domain::audit::entry::{Anchor, Begun, Book, Outcome, Target, Unposted};
use deskbell_domain::home::Home;
use deskbell_domain::ids::{ChannelId, ContactId, GuildId, WorkspaceId};
use deskbell_domain::port::store::{Audit, PrunedAudit, Stored};
use deskbell_domain::time::UnixMillis;
use deskbell_store::rules::audit::Ending;

use self::scribe::{Scribe, Whose};
use crate::cells::{Cells as _, or_skip};
use crate::failure::{Attempt, Failure};
use crate::of_nobody::nobody;
use crate::sql::statements;
use crate::store::PostgresStore;
use crate::transaction::Transaction;
use crate::value::{call, json};

statements!("audit.sql":
    BOOK MARK_BEGUN IS_BEGUN ALL_BEGUN UNMARK_BEGUN SERVERS READ_BOOK READ_BOOKS LINKS TARGETS EDIT_BOOK FORGET_TARGET
    TARGETS_OF_WORKSPACE
);

#[async_trait]
impl Audit for PostgresStore {
    async fn begin_deed(&self, home: &Home, deed: Deed) -> Stored<Begun> {
        let (scribe, about) = (&self.scribe(), &deed);
        let work = |transaction: Transaction| async move {
            let begins = Ending { outcome: Outcome::Begun, began: None };
            let seq = scribe.add(&transaction, Whose::of(home), about, begins).await?;
            // The mark must not tell for longer than the entry whom it is about.
            let mark = text(&Deed { contact: None, ..about.clone() });
            transaction.write(call!(MARK_BEGUN, home.guild, seq, mark));
            Ok(seq)
        };
        let seq = self.write_once(&home.workspace, work).await?;
        Ok(Begun { seq, deed })
    }

    async fn end_deed(&self, home: &Home, begun: Begun, outcome: Outcome) -> Stored<()> {
        let (scribe, begun) = (&self.scribe(), &begun);
        self.write(
            |transaction| async move { end(&transaction, scribe, Whose::of(home), (begun, outcome)).await },
        )
        .await
    }

    async fn close_deeds(&self) -> Stored<u64> {
        let servers = self
            .read_rows(call!(SERVERS), |rows| {
                rows.iter().map(|row| row.number("guild").map(GuildId)).collect::<Attempt<Vec<_>>>()
            })
            .await?;
        let mut closed = 0;
        for guild in servers {
            let scribe = &self.scribe();
            let work = |transaction| async move { close(&transaction, scribe, guild).await };
            closed += self.write_once(&nobody(), work).await?;
        }
        Ok(closed)
    }

    async fn note_deed(&self, guild: GuildId, deed: Deed) -> Stored<()> {
        let (scribe, deed) = (&self.scribe(), &deed);
        let work = |transaction| async move {
            scribe.done(&transaction, Whose { guild, workspace: None }, Some(deed)).await
        };
        self.write_once(&nobody(), work).await
    }

    async fn audit_book(&self, guild: GuildId) -> Stored<Option<(Book, AuditKey)>> {
        self.read_rows(call!(READ_BOOK, guild), |rows| {
            let key = scribe::key(&self.bodies, guild, rows.first())?;
            Ok(scribe::book(rows.first())?.zip(key))
        })
        .await
    }

    async fn audit_books(&self) -> Stored<BTreeMap<GuildId, Book>> {
        self.read_rows(call!(READ_BOOKS), |rows| {
            let mut books = BTreeMap::new();
            for row in &rows {
                let guild = GuildId(row.number("guild")?);
                books.extend(scribe::book(Some(row))?.map(|book| (guild, book)));
            }
            Ok(books)
        })
        .await
    }

    async fn audit_links(&self, guild: GuildId, numbers: Range<u64>) -> Stored<Vec<Link>> {
        self.read_rows(call!(LINKS, guild, bound(numbers.start), bound(numbers.end)), |rows| {
            let mut links = Vec::new();
            for row in rows {
                let link = serde_json::from_str(&row.text("link")?);
                links.extend(or_skip(link.map_err(|_| Failure::unreadable("audit")))?);
            }
            Ok(links)
        })
        .await
    }

    async fn audit_targets(&self, guild: GuildId, numbers: Range<u64>) -> Stored<BTreeMap<u64, ContactId>> {
        self.read_rows(call!(TARGETS, guild, bound(numbers.start), bound(numbers.end)), |rows| {
            let mut targets = BTreeMap::new();
            for row in rows {
                let (workspace, seq) = (WorkspaceId::new(row.text("workspace")?), row.number("seq")?);
                let spot = scribe::target_spot(&workspace, guild, seq);
                let target: Option<Target> = or_skip(self.bodies.open(&spot, &row.bytes("body")?))?;
                targets.extend(target.map(|target| (seq, target.contact)));
            }
            Ok(targets)
        })
        .await
    }

    async fn post_anchors_in(&self, guild: GuildId, channel: Option<ChannelId>, by: Deed) -> Stored<()> {
        let (scribe, by) = (&self.scribe(), &by);
        let work = |transaction| async move {
            scribe.done(&transaction, Whose { guild, workspace: None }, Some(by)).await?;
            change(&transaction, guild, |book| (book.channel, book.unposted) = (channel, None)).await
        };
        self.write_once(&nobody(), work).await
    }

    async fn anchor_not_posted(&self, guild: GuildId, unposted: Unposted) -> Stored<()> {
        let unposted = &unposted;
        self.write(|transaction| async move {
            change(&transaction, guild, |book| {
                let since = book.unposted.as_ref().map_or(unposted.since, |known| known.since);
                book.unposted = Some(Unposted { since, ..unposted.clone() });
            })
            .await
        })
        .await
    }

    async fn anchor_posted(&self, guild: GuildId, anchor: Anchor) -> Stored<()> {
        let anchor = &anchor;
        self.write(|transaction| async move {
            change(&transaction, guild, |book| {
                (book.anchor, book.unposted) = (Some(*anchor), None);
            })
            .await
        })
        .await
    }

    async fn prune_audit(&self, before: UnixMillis) -> Stored<PrunedAudit> {
        prune::prune(self, before).await
    }
}

/// A number of an entry, as far as the database has numbers.
fn bound(number: u64) -> u64 {
    number.min(i64::MAX.cast_unsigned())
}

/// A deed as it stands in the mark of what is begun.
pub(crate) fn text(deed: &Deed) -> String {
    serde_json::to_string(deed).expect("every field is a number, a text or a map by texts")
}

async fn end(
    transaction: &Transaction,
    scribe: &Scribe,
    whose: Whose<'_>,
    (begun, outcome): (&Begun, Outcome),
) -> Attempt<()> {
    if transaction.ask(call!(IS_BEGUN, whose.guild, begun.seq)).await?.is_empty() {
        return Ok(());
    }
    transaction.write(call!(UNMARK_BEGUN, whose.guild, begun.seq));
    let ending = Ending { outcome, began: Some(begun.seq) };
    scribe.add(transaction, whose, &begun.deed, ending).await.map(drop)
}

async fn close(transaction: &Transaction, scribe: &Scribe, guild: GuildId) -> Attempt<u64> {
    let open = transaction.ask(call!(ALL_BEGUN, guild)).await?;
    for row in &open {
        let seq = row.number("seq")?;
        let deed = serde_json::from_str(&row.text("deed")?).map_err(|_| Failure::unreadable("audit"));
        let Some(deed) = or_skip(deed)? else {
            transaction.write(call!(UNMARK_BEGUN, guild, seq));
            continue;
        };
        let whose = Whose { guild, workspace: None };
        end(transaction, scribe, whose, (&Begun { seq, deed }, Outcome::Unknown)).await?;
    }
    Ok(open.len() as u64)
}

async fn change(transaction: &Transaction, guild: GuildId, edit: impl FnOnce(&mut Book)) -> Attempt<()> {
    let rows = transaction.ask(call!(BOOK, guild)).await?;
    if let Some(mut book) = scribe::book(rows.first())? {
        edit(&mut book);
        transaction.write(call!(EDIT_BOOK, guild, json(&book)));
    }
    Ok(())
}

/// Forgets which of the entries are about a contact: in all servers of the workspace, or in those. Their chains still hold.
pub(crate) async fn forget_target(
    store: &PostgresStore,
    transaction: &Transaction,
    workspace: &WorkspaceId,
    (contact, is_meant): (&ContactId, impl Fn(GuildId) -> bool),
) -> Attempt<()> {
    for row in transaction.ask(call!(TARGETS_OF_WORKSPACE, workspace)).await? {
        let (guild, seq) = (GuildId(row.number("guild")?), row.number("seq")?);
        let spot = scribe::target_spot(workspace, guild, seq);
        let target: Option<Target> = or_skip(store.bodies.open(&spot, &row.bytes("body")?))?;
        if is_meant(guild) && target.is_some_and(|target| target.contact == *contact) {
            transaction.write(call!(FORGET_TARGET, workspace, guild, seq));
        }
    }
    Ok(())
}
