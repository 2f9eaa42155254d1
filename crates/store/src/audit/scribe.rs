//! What adds an entry to a server's audit: every operation that writes one does it here, in its own write.

use std::sync::Arc;

use deskbell_domain::audit::Deed;
use deskbell_domain::audit::chain::{AuditKey, Code, Head, Link};
use deskbell_domain::audit::entry::{Book, Entry, Outcome, Target};
use deskbell_domain::home::Home;
use deskbell_domain::ids::{GuildId, WorkspaceId};
use deskbell_domain::port::random::Random;
use deskbell_domain::port::store::Stored;
use deskbell_domain::time::UnixMillis;
use serde::{Deserialize, Serialize};

use crate::codec;
use crate::engine::Direction;
use crate::keys;
use crate::reader::{Reader as _, load_or_skip};
use crate::store::KvStore;
use crate::write_batch::WriteBatch;

/// An entry as it is stored.
#[derive(Serialize, Deserialize)]
pub(crate) struct LinkRecord {
    #[serde(flatten)]
    pub(crate) link: Link,
    /// Under which workspace it is kept whom it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) workspace: Option<WorkspaceId>,
}

/// The time of an operation, and random numbers for it.
pub(crate) struct Scribe {
    now: UnixMillis,
    random: Arc<dyn Random>,
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

/// What an entry says beside who did what.
#[derive(Debug, Clone, Copy)]
pub struct Ending {
    /// How it ended.
    pub outcome: Outcome,
    /// The entry that said that it begins.
    pub began: Option<u64>,
}

impl KvStore {
    /// To be taken for each operation anew.
    pub(crate) fn scribe(&self) -> Scribe {
        Scribe { now: self.clock.now(), random: Arc::clone(&self.random) }
    }
}

impl Scribe {
    /// Adds the entry of what the operation does, where somebody did it.
    pub(crate) fn done(&self, writes: &mut WriteBatch<'_>, whose: Whose<'_>, by: Option<Deed>) -> Stored<()> {
        let Some(deed) = by else { return Ok(()) };
        self.add(writes, whose, &deed, Ending { outcome: Outcome::Done, began: None }).map(drop)
    }

    /// Adds an entry, and says its number.
    pub(crate) fn add(
        &self,
        writes: &mut WriteBatch<'_>,
        whose: Whose<'_>,
        deed: &Deed,
        ending: Ending,
    ) -> Stored<u64> {
        let guild = whose.guild;
        let key = self.secret(writes, guild)?;
        let book = book(writes, guild)?;
        let seq = book.head.seq + 1;
        let target = self.target(writes, whose, seq, deed);
        let (book, link) = next_entry(book, &key, (guild, self.now), (deed, ending), target.as_ref());
        writes.put(keys::audit::book(guild), &book);
        let workspace = target.and(whose.workspace).cloned();
        writes.put(keys::audit::entry(guild, seq), &LinkRecord { link, workspace });
        Ok(seq)
    }

    /// Keeps whom an entry is about.
    fn target(&self, writes: &mut WriteBatch<'_>, whose: Whose<'_>, seq: u64, deed: &Deed) -> Option<Target> {
        let (contact, workspace) = (deed.contact.clone()?, whose.workspace?);
        let target = Target::new(contact, self.bytes());
        writes.put(keys::audit::target(workspace, whose.guild, seq), &target);
        Some(target)
    }

    /// The secret of the server's chain, which is made with its first entry. Where it cannot be read it goes on under
    /// another: what was written before no longer holds, which whoever verifies it hears, and nobody is kept from working.
    fn secret(&self, writes: &mut WriteBatch<'_>, guild: GuildId) -> Stored<AuditKey> {
        let place = keys::audit::secret(guild);
        if let Some(key) = load_or_skip(writes, &place)? {
            return Ok(key);
        }
        let key = AuditKey::new(self.bytes());
        writes.put(place, &key);
        Ok(key)
    }

    fn bytes<const LENGTH: usize>(&self) -> [u8; LENGTH] {
        random_bytes(&*self.random)
    }
}

/// The next entry of a server's chain, and the book with it.
pub fn next_entry(
    book: Book,
    key: &AuditKey,
    (guild, at): (GuildId, UnixMillis),
    (deed, ending): (&Deed, Ending),
    target: Option<&Target>,
) -> (Book, Link) {
    let seq = book.head.seq + 1;
    let entry = Entry {
        seq,
        at,
        guild,
        member: deed.member,
        action: deed.action.clone(),
        outcome: ending.outcome,
        target: target.map(Target::commitment),
        began: ending.began,
    };
    let link = Link::after(&book.head.mac, &key.of_entry(seq), entry.to_value());
    (Book { head: Head { seq, mac: link.mac }, ..book }, link)
}

/// Random bytes.
pub fn random_bytes<const LENGTH: usize>(random: &dyn Random) -> [u8; LENGTH] {
    let mut bytes = [0; LENGTH];
    for chunk in bytes.chunks_mut(size_of::<u64>()) {
        chunk.copy_from_slice(&random.number().to_le_bytes()[..chunk.len()]);
    }
    bytes
}

/// Where it is lost the chain goes on behind the last entry that is there.
fn book(writes: &WriteBatch<'_>, guild: GuildId) -> Stored<Book> {
    if let Some(book) = load_or_skip(writes, &keys::audit::book(guild))? {
        return Ok(book);
    }
    let last = writes.range(&keys::audit::all_entries(guild), 1, Direction::Descending)?;
    let Some((key, value)) = last.first() else { return Ok(Book::EMPTY) };
    let mac = codec::decode_or_skip::<LinkRecord>(key, value).map_or(Code::NONE, |record| record.link.mac);
    Ok(Book { head: Head { seq: keys::last_number(key), mac }, ..Book::EMPTY })
}

#[cfg(test)]
mod tests {
    use deskbell_domain::audit::Action;
    use deskbell_domain::ids::MemberId;
    use deskbell_domain::port::store::Audit as _;

    use super::*;
    use crate::contract::{KvFixture, on_memory};

    const GUILD: GuildId = GuildId(7);

    async fn note(fixture: &KvFixture) {
        fixture.store.note_deed(GUILD, Deed::of(MemberId(9), Action::AuditRead)).await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_is_kept_from_working_by_an_audit_that_cannot_be_read() {
        on_memory(async |fixture: KvFixture| {
            note(&fixture).await;
            for lost in [keys::audit::book(GUILD), keys::audit::secret(GUILD)] {
                let broken = move |writes: &mut WriteBatch<'_>| {
                    writes.put_raw(lost.into_bytes(), b"?".to_vec());
                    Ok(())
                };
                fixture.store.write(broken).await.unwrap();
                note(&fixture).await;
            }
            let links = fixture.store.audit_links(GUILD, 1..9).await.unwrap();
            assert_eq!(links.iter().filter_map(Link::seq).collect::<Vec<_>>(), [1, 2, 3]);
            let (book, _) = fixture.store.audit_book(GUILD).await.unwrap().unwrap();
            assert_eq!(book.head, Head { seq: 3, mac: links[2].mac });
        })
        .await;
    }
}
