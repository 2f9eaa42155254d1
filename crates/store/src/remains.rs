//! What is left of servers and workspaces: found by jumping from one to the next, whatever lies between.

use std::collections::BTreeSet;

use async_trait::async_trait;
use deskbell_domain::home::Home;
use deskbell_domain::ids::{GuildId, WorkspaceId};
use deskbell_domain::port::store::{Departure, Remains, Stored};
use deskbell_domain::subscription::Subscription;
use deskbell_domain::time::UnixMillis;

use crate::codec;
use crate::connections::{Erased, erase_rows};
use crate::engine::{Direction, KeyRange};
use crate::former;
use crate::keys;
use crate::keys::connection::{
    all_of_server, all_of_workspace, departure, departures, of_all_servers, of_all_workspaces, server_of,
    workspace_of_server, workspaces_of_servers,
};
use crate::reader::{Reader, Scan, load_all, load_or_skip, scan};
use crate::short_lived::OF_NO_WORKSPACE;
use crate::store::KvStore;

#[async_trait]
impl Remains for KvStore {
    async fn homes(&self) -> Stored<Vec<Home>> {
        self.read(|reader| {
            let mut homes = Vec::new();
            let all = of_all_servers().below();
            let mut servers: BTreeSet<_> =
                firsts(reader, all, server_of, |one| all_of_server(*one).below())?.into_iter().collect();
            scan(reader, workspaces_of_servers().below(), |key, _| {
                servers.insert(GuildId(keys::last_number(key)));
                Scan::Continue
            })?;
            for server in servers {
                homes.extend(homes_of(reader, server)?);
            }
            Ok(homes)
        })
        .await
    }

    async fn workspaces(&self) -> Stored<Vec<WorkspaceId>> {
        self.read(|reader| {
            let all = of_all_workspaces().below();
            let mut found = firsts(reader, all, keys::workspace_of, |one| all_of_workspace(one).below())?;
            found.retain(|one| one.as_str() != OF_NO_WORKSPACE);
            Ok(found)
        })
        .await
    }

    async fn departures(&self) -> Stored<Vec<Departure>> {
        self.read(|reader| {
            let mut found = Vec::new();
            scan(reader, departures().below(), |key, value| {
                let since = codec::decode_or_skip::<UnixMillis>(key, value);
                let guild = GuildId(keys::last_number(key));
                found.extend(since.map(|since| Departure { guild, since }));
                Scan::Continue
            })?;
            Ok(found)
        })
        .await
    }

    async fn note_departure(&self, new: Departure) -> Stored<()> {
        self.write(move |writes| {
            let key = departure(new.guild);
            if load_or_skip::<UnixMillis>(writes, &key)?.is_none() {
                writes.put(key, &new.since);
            }
            Ok(())
        })
        .await
    }

    async fn forget_departure(&self, guild: GuildId) -> Stored<()> {
        self.write(move |writes| {
            writes.delete(departure(guild));
            Ok(())
        })
        .await
    }

    async fn erase_workspace(&self, workspace: &WorkspaceId) -> Stored<()> {
        former::keep_cards(self, workspace).await?;
        self.shred(workspace).await?;
        for range in in_order_of_erasing(workspace) {
            while self
                .write({
                    let range = range.clone();
                    move |writes| erase_rows(writes, &range)
                })
                .await?
                == Erased::Some
            {}
        }
        Ok(())
    }
}

/// The rows of a workspace. That it was read at all its journal's head and its streams tell, and without these nobody would
/// erase the rest after a death: they go last.
fn in_order_of_erasing(workspace: &WorkspaceId) -> Vec<KeyRange> {
    let all = all_of_workspace(workspace).below();
    let mut marks = [keys::head(workspace).below(), keys::streams(workspace).below()];
    marks.sort_by(|one, other| one.start.cmp(&other.start));
    let mut ranges = Vec::new();
    let mut from = all.start.clone();
    for mark in marks {
        ranges.push(KeyRange { start: from, end: mark.start });
        from = mark.end;
    }
    ranges.extend([KeyRange { start: from, end: all.end.clone() }, all]);
    ranges
}

/// Whose the keys of a range are, each once: from the first of one on to the first of the next.
fn firsts<T>(
    reader: &(impl Reader + ?Sized),
    mut range: KeyRange,
    of: impl Fn(&[u8]) -> Option<T>,
    all: impl Fn(&T) -> KeyRange,
) -> Stored<Vec<T>> {
    let mut found = Vec::new();
    while let Some((key, _)) = reader.range(&range, 1, Direction::Ascending)?.into_iter().next() {
        range = match of(&key) {
            Some(one) => {
                let end = all(&one).end;
                found.push(one);
                KeyRange { start: end, ..range }
            }
            None => range.after(&key),
        };
    }
    Ok(found)
}

/// A server with the workspaces that it has, or had when its notifications were made.
fn homes_of(reader: &(impl Reader + ?Sized), server: GuildId) -> Stored<Vec<Home>> {
    let connected: Option<WorkspaceId> = load_or_skip(reader, &workspace_of_server(server))?;
    let subscriptions: Vec<Subscription> = load_all(reader, keys::subscriptions(server).below())?;
    let of_subscriptions = subscriptions.into_iter().map(|one| one.workspace);
    let mut workspaces: Vec<_> = connected.into_iter().chain(of_subscriptions).collect();
    workspaces.sort();
    workspaces.dedup();
    if workspaces.is_empty() {
        workspaces.push(WorkspaceId::new(OF_NO_WORKSPACE));
    }
    Ok(workspaces.iter().map(|workspace| Home::new(workspace, server)).collect())
}

#[cfg(test)]
mod tests;
