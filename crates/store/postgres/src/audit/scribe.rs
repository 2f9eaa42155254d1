//! What adds an entry to a server's audit: every operation that writes one does it here, in its own transaction.

use std::sync::Arc;

use deskbell_domain::audit::Deed;
use deskbell_domain::audit::chain::{AuditKey, Code, Head, Link};
use deskbell_domain::audit::entry::{Book, Outcome, Target};
use deskbell_domain::home::Home;
use deskbell_domain::ids::{GuildId, WorkspaceId};
use deskbell_domain::port::random::Random;
use deskbell_domain::time::UnixMillis;
use deskbell_store::rules::audit::{Ending, next_entry, random_bytes};
use tokio_postgres::Row;

use crate::bodies::{Bodies, Spot};
use crate::cells::{Cells as _, or_skip};
use crate::failure::Attempt;
use crate::sql::statements;
use crate::store::PostgresStore;
use crate::transaction::Transaction;
use crate::value::{call, json};

statements!("audit.sql": BOOK LAST_ENTRY SAVE_BOOK ADD ADD_TARGET);

/// Under this name the keys of all audits are sealed: no workspace is called so, since it has a space in it, and nothing
/// ever throws its key away.
const SEALED_FOR: &str = "deskbell audit";

/// The time of an operation, and random numbers for it.
pub(crate) struct Scribe {
    now: UnixMillis,
    random: Arc<dyn Random>,
    bodies: Bodies,
}

/// Whose audit an entry belongs to.
#[derive(Clone, Copy)]
pub(crate) struct Whose<'a> {
    pub(crate) guild: GuildId,
    /// The workspace of the contact that it is about.
    pub(crate) workspace: Option<&'a WorkspaceId>,
}

impl<'a> Whose<'a> {
    /// That of a server, and its workspace.
    pub(crate) fn of(home: &'a Home) -> Self {
        Self { guild: home.guild, workspace: Some(&home.workspace) }
    }
}

impl PostgresStore {
    /// To be taken for each operation anew.
    pub(crate) fn scribe(&self) -> Scribe {
        Scribe { now: self.clock.now(), random: Arc::clone(&self.random), bodies: self.bodies.clone() }
    }
}

impl Scribe {
    /// Adds the entry of what the operation does, where somebody did it.
    pub(crate) async fn done(
        &self,
        transaction: &Transaction,
        whose: Whose<'_>,
        by: Option<&Deed>,
    ) -> Attempt<()> {
        let Some(deed) = by else { return Ok(()) };
        self.add(transaction, whose, deed, Ending { outcome: Outcome::Done, began: None }).await.map(drop)
    }

    /// Adds an entry, and says its number.
    pub(crate) async fn add(
        &self,
        transaction: &Transaction,
        whose: Whose<'_>,
        deed: &Deed,
        ending: Ending,
    ) -> Attempt<u64> {
        let guild = whose.guild;
        let rows = transaction.ask(call!(BOOK, guild)).await?;
        let key = self.key(guild, rows.first())?;
        let book = match book(rows.first())? {
            Some(book) => book,
            None => behind_the_last(transaction, guild).await?,
        };
        let seq = book.head.seq + 1;
        let target = self.target(transaction, whose, seq, deed)?;
        let (book, link) = next_entry(book, &key, (guild, self.now), (deed, ending), target.as_ref());
        let secret = self.bodies.seal(&secret_spot(&WorkspaceId::new(SEALED_FOR), guild), &key)?;
        transaction.write(call!(SAVE_BOOK, guild, json(&book), secret));
        let workspace = target.and(whose.workspace).cloned();
        transaction.write(call!(ADD, guild, seq, self.now, workspace, text(&link)));
        Ok(seq)
    }

    /// Keeps whom an entry is about.
    fn target(
        &self,
        transaction: &Transaction,
        whose: Whose<'_>,
        seq: u64,
        deed: &Deed,
    ) -> Attempt<Option<Target>> {
        let (Some(contact), Some(workspace)) = (deed.contact.clone(), whose.workspace) else {
            return Ok(None);
        };
        let target = Target::new(contact, random_bytes(&*self.random));
        let body = self.bodies.seal(&target_spot(workspace, whose.guild, seq), &target)?;
        transaction.write(call!(ADD_TARGET, workspace, whose.guild, seq, body));
        Ok(Some(target))
    }

    /// The secret of the server's chain, which is made with its first entry. Where it cannot be read it goes on under
    /// another: what was written before no longer holds, which whoever verifies it hears, and nobody is kept from working.
    fn key(&self, guild: GuildId, row: Option<&Row>) -> Attempt<AuditKey> {
        let known = key(&self.bodies, guild, row)?;
        Ok(known.unwrap_or_else(|| AuditKey::new(random_bytes(&*self.random))))
    }
}

/// Where it stands whom an entry is about.
pub(crate) fn target_spot(workspace: &WorkspaceId, guild: GuildId, seq: u64) -> Spot<'_> {
    Spot::new(workspace, "audit target").number(guild.0).number(seq)
}

/// Where the secret of an audit stands.
pub(crate) fn secret_spot(of_audits: &WorkspaceId, guild: GuildId) -> Spot<'_> {
    Spot::new(of_audits, "audit secret").number(guild.0)
}

/// The secret in a row of a book, if it can be read.
pub(crate) fn key(bodies: &Bodies, guild: GuildId, row: Option<&Row>) -> Attempt<Option<AuditKey>> {
    let sealed = row.map(|row| row.bytes_or_none("secret")).transpose()?.flatten();
    let of_audits = WorkspaceId::new(SEALED_FOR);
    let opened = sealed.map(|sealed| or_skip(bodies.open(&secret_spot(&of_audits, guild), &sealed)));
    Ok(opened.transpose()?.flatten())
}

/// The book in a row, if it can be read.
pub(crate) fn book(row: Option<&Row>) -> Attempt<Option<Book>> {
    let read = row.map(|row| or_skip(row.json_or_none("book", "audit")));
    Ok(read.transpose()?.flatten().flatten())
}

/// The text of a link.
pub(crate) fn text(link: &Link) -> String {
    serde_json::to_string(link).expect("every part of it is a text or a map by texts")
}

/// Where the book is lost the chain goes on behind the last entry that is there.
async fn behind_the_last(transaction: &Transaction, guild: GuildId) -> Attempt<Book> {
    let rows = transaction.ask(call!(LAST_ENTRY, guild)).await?;
    let Some(row) = rows.first() else { return Ok(Book::EMPTY) };
    let link: Option<Link> = serde_json::from_str(&row.text("link")?).ok();
    let mac = link.map_or(Code::NONE, |link| link.mac);
    Ok(Book { head: Head { seq: row.number("seq")?, mac }, ..Book::EMPTY })
}
