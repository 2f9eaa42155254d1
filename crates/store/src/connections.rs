//! Connections: sealed under their workspace, found by server through an index.

use async_trait::async_trait;
use deskbell_domain::audit::Deed;
use deskbell_domain::connection::Connection;
use deskbell_domain::delivery::PostedMessage;
use deskbell_domain::home::Home;
use deskbell_domain::ids::{GuildId, SubscriptionId, WorkspaceId};
use deskbell_domain::port::store::{
    Cards, ChangeOutcome, Connections, Disconnected, Erasing, StoreError, Stored, Unwanted,
};
use deskbell_domain::subscription::Subscription;

use crate::audit::scribe::Whose;
use crate::codec;
use crate::deletions::delete_later;
use crate::engine::{Direction, KeyRange};
use crate::former;
use crate::keys;
use crate::reader::{Reader, Scan, load, load_or_skip, scan};
use crate::records::{ConnectionRecord, SubscriberRecord, Unerased};
use crate::store::KvStore;
use crate::subscriptions;
use crate::write_batch::WriteBatch;
use crate::written::Written;

/// How many rows are erased together: a commit stays short, and others get their turn.
const ROWS: usize = 500;

#[async_trait]
impl Connections for KvStore {
    async fn connections(&self) -> Stored<Vec<Connection>> {
        self.read(|reader| {
            let mut homes = Vec::new();
            scan(reader, keys::connection::workspaces_of_servers().below(), |key, value| {
                let guild = GuildId(keys::last_number(key));
                homes.extend(codec::decode_or_skip(key, value).map(|id: WorkspaceId| Home::new(&id, guild)));
                Scan::Continue
            })?;
            let read = |home: &Home| {
                let record = load_or_skip::<ConnectionRecord>(reader, &keys::connection::connection(home));
                record.map(|record| record.map(|record| record.of_server(home.guild))).transpose()
            };
            homes.iter().filter_map(read).collect()
        })
        .await
    }

    async fn connection(&self, guild: GuildId) -> Stored<Option<Connection>> {
        self.peek(|reader| present(reader, guild))
    }

    async fn change_connection(&self, connection: Connection, by: Option<Deed>) -> Stored<ChangeOutcome> {
        let scribe = self.scribe();
        self.write(move |writes| {
            let changed = change(writes, &connection)?;
            if changed == Written::Now {
                let home = Home::new(&connection.workspace.id, connection.guild);
                scribe.done(writes, Whose::of(&home), by)?;
            }
            Ok(changed.outcome())
        })
        .await
    }

    async fn disconnect(&self, home: &Home, cards: Cards, by: Option<Deed>) -> Stored<Disconnected> {
        let (home, scribe) = (home.clone(), self.scribe());
        self.write(move |writes| {
            let index = keys::connection::workspace_of_server(home.guild);
            if load::<WorkspaceId>(writes, &index)?.is_none_or(|there| there != home.workspace) {
                return Ok(Disconnected::Before);
            }
            writes.delete(index);
            writes.delete(keys::connection::connection(&home));
            let unerased = Unerased::With { workspace: home.workspace.clone(), cards };
            writes.put(keys::connection::unerased(&home), &unerased);
            scribe.done(writes, Whose::of(&home), by)?;
            Ok(Disconnected::Now)
        })
        .await
    }

    async fn unerased(&self) -> Stored<Vec<Home>> {
        self.read(|reader| {
            let mut homes = Vec::new();
            scan(reader, keys::connection::all_unerased().below(), |key, value| {
                let guild =
                    key.get(1..).and_then(<[u8]>::first_chunk).map(|id| GuildId(u64::from_be_bytes(*id)));
                let workspace = codec::decode_or_skip::<Unerased>(key, value).map(|one| one.into_parts().0);
                homes.extend(guild.zip(workspace).map(|(guild, workspace)| Home::new(&workspace, guild)));
                Scan::Continue
            })?;
            Ok(homes)
        })
        .await
    }

    async fn erase(&self, home: &Home, what: Erasing) -> Stored<()> {
        if what == Erasing::Workspace {
            former::keep_cards(self, &home.workspace).await?;
            self.shred(&home.workspace).await?;
        }
        self.forget_messages(home).await?;
        loop {
            let home = home.clone();
            if self.write(move |writes| erase_some(writes, &home, what)).await? == Erased::AllOfIt {
                return Ok(());
            }
        }
    }
}

impl KvStore {
    /// Forgets where cards stand in a server, of the workspaces that it had before, too; those that are to go are remembered
    /// as such, by their numbers alone.
    async fn forget_messages(&self, home: &Home) -> Stored<()> {
        let cards = self.peek(|reader| cards_of(reader, home))?;
        let of_server = home.clone();
        for of in self.read(move |reader| former::all_homes(reader, &of_server)).await? {
            let mut after = None;
            loop {
                let (of, last) = (of.clone(), after.take());
                after = self
                    .write(move |writes| forget_some_messages(writes, &of, cards, last.as_deref()))
                    .await?;
                if after.is_none() {
                    break;
                }
            }
        }
        let guild = home.guild;
        while self.write(move |writes| forget_some_cards(writes, guild, cards)).await? == Erased::Some {}
        Ok(())
    }

    /// Throws the workspace's key away, which is a write of its own beside the store.
    pub(crate) async fn shred(&self, workspace: &WorkspaceId) -> Stored<()> {
        let workspace = workspace.clone();
        self.read(move |engine| engine.shred(&workspace).map_err(StoreError::Unwritable)).await
    }
}

fn present(reader: &(impl Reader + ?Sized), guild: GuildId) -> Stored<Option<Connection>> {
    let Some(workspace) = load::<WorkspaceId>(reader, &keys::connection::workspace_of_server(guild))? else {
        return Ok(None);
    };
    let record =
        load::<ConnectionRecord>(reader, &keys::connection::connection(&Home::new(&workspace, guild)))?;
    Ok(record.map(|record| record.of_server(guild)))
}

fn change(writes: &mut WriteBatch<'_>, wish: &Connection) -> Stored<Written> {
    let known = present(writes, wish.guild)?;
    let next = Connection { version: wish.version.wrapping_add(1), ..wish.clone() };
    if known.as_ref() == Some(&next) {
        return Ok(Written::Before);
    }
    let is_being_erased = !writes
        .range(&keys::connection::unerased_of_server(wish.guild).below(), 1, Direction::Ascending)?
        .is_empty();
    if is_being_erased || known.as_ref().map_or(0, |known| known.version) != wish.version {
        return Ok(Written::Not);
    }
    if let Some(known) = known {
        let before = Home::new(&known.workspace.id, known.guild);
        writes.delete(keys::connection::connection(&before));
        if before.workspace != next.workspace.id {
            former::note(writes, &before);
        }
    }
    writes.put(keys::connection::workspace_of_server(next.guild), &next.workspace.id);
    writes.put(
        keys::connection::connection(&Home::new(&next.workspace.id, next.guild)),
        &ConnectionRecord::of(&next),
    );
    Ok(Written::Now)
}

/// How far erasing has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Erased {
    Some,
    AllOfIt,
}

/// What is to become of the cards of a server that was disconnected.
fn cards_of(reader: &(impl Reader + ?Sized), home: &Home) -> Stored<Cards> {
    let unerased = load_or_skip::<Unerased>(reader, &keys::connection::unerased(home))?;
    Ok(unerased.map_or(Cards::Stay, |unerased| unerased.into_parts().1))
}

/// Those of workspaces that are erased already.
fn forget_some_cards(writes: &mut WriteBatch<'_>, guild: GuildId, cards: Cards) -> Stored<Erased> {
    let taken = former::take_cards(writes, guild)?;
    if cards == Cards::Go {
        for card in &taken {
            delete_later(writes, *card);
        }
    }
    Ok(if taken.is_empty() { Erased::AllOfIt } else { Erased::Some })
}

/// Up to where it came, where that is not the end.
fn forget_some_messages(
    writes: &mut WriteBatch<'_>,
    home: &Home,
    cards: Cards,
    after: Option<&[u8]>,
) -> Stored<Option<Vec<u8>>> {
    let all = keys::posted_messages(&home.workspace).below();
    let range = match after {
        Some(last) => all.after(last),
        None => all,
    };
    let rows = writes.range(&range, ROWS, Direction::Ascending)?;
    let last = rows.last().map(|(key, _)| key.clone()).filter(|_| rows.len() == ROWS);
    for (key, value) in rows {
        let Some(posted) = codec::decode_or_skip::<PostedMessage>(&key, &value) else { continue };
        if posted.guild == home.guild {
            if cards == Cards::Go {
                delete_later(writes, Unwanted::from(&posted));
            }
            writes.delete_raw(key);
        }
    }
    Ok(last)
}

/// Subscriptions go one by one: an index of the workspace names them.
fn erase_some(writes: &mut WriteBatch<'_>, home: &Home, what: Erasing) -> Stored<Erased> {
    if what == Erasing::Workspace && erase_one_on_hold(writes, &home.workspace)? == Erased::Some {
        return Ok(Erased::Some);
    }
    let subscription = writes.range(&keys::subscriptions(home.guild).below(), 1, Direction::Ascending)?;
    if let Some((key, value)) = subscription.first() {
        if let Some(known) = codec::decode_or_skip::<Subscription>(key, value) {
            writes.delete(keys::channel::own_messages(known.channel));
            if erase_rows(writes, &keys::channel::calls(known.channel).below())? == Erased::Some {
                return Ok(Erased::Some);
            }
        }
        subscriptions::remove(writes, home, SubscriptionId(keys::last_number(key)))?;
        return Ok(Erased::Some);
    }
    // What it had before is known until the last.
    let of_homes = former::all_homes(writes, home)?.into_iter().flat_map(|of| {
        [keys::dead_letters(&of).below(), keys::audit::targets(&of.workspace, of.guild).below()]
    });
    let of_workspace =
        (what == Erasing::Workspace).then(|| keys::connection::all_of_workspace(&home.workspace).below());
    let of_server = [keys::connection::all_of_server(home.guild).below()];
    for range in of_homes.chain(of_workspace).chain(of_server) {
        if erase_rows(writes, &range)? == Erased::Some {
            return Ok(Erased::Some);
        }
    }
    writes.delete(keys::connection::unerased(home));
    Ok(Erased::AllOfIt)
}

/// A server that moved to another workspace may have notifications on hold here: without the journal none of them can go on,
/// and one of a journal that begins anew would take what comes for what it has shown.
fn erase_one_on_hold(writes: &mut WriteBatch<'_>, workspace: &WorkspaceId) -> Stored<Erased> {
    let first = writes.range(&keys::subscribers(workspace).below(), 1, Direction::Ascending)?;
    let Some((key, value)) = first.into_iter().next() else { return Ok(Erased::AllOfIt) };
    if let Some(guild) = codec::decode_or_skip::<SubscriberRecord>(&key, &value) {
        let home = Home::new(workspace, guild);
        subscriptions::remove(writes, &home, SubscriptionId(keys::last_number(&key)))?;
    }
    writes.delete_raw(key);
    Ok(Erased::Some)
}

pub(crate) fn erase_rows(writes: &mut WriteBatch<'_>, range: &KeyRange) -> Stored<Erased> {
    let rows = writes.range(range, ROWS, Direction::Ascending)?;
    let erased = if rows.is_empty() { Erased::AllOfIt } else { Erased::Some };
    for (key, _) in rows {
        writes.delete_raw(key);
    }
    Ok(erased)
}
