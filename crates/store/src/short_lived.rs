//! Short texts, each with an index entry under the time until which it is kept, by which pruning finds it.

use async_trait::async_trait;
use deskbell_domain::home::Home;
use deskbell_domain::ids::WorkspaceId;
use deskbell_domain::port::store::{OutgoingKey, PrunedKept, ShortLived, ShortLivedKey, Stored};
use deskbell_domain::time::UnixMillis;

use crate::codec;
use crate::engine::{Direction, KeyRange};
use crate::keys::{self, Key};
use crate::reader::{Reader as _, Scan, load, load_or_skip, scan};
use crate::records::{KeptPlace, KeptRecord};
use crate::store::KvStore;
use crate::write_batch::WriteBatch;

/// How many texts a call throws away at most: a commit stays short, and others get their turn.
const TEXTS: usize = 500;

/// Stands in place of a workspace where something is sealed that belongs to none yet; no workspace is called so.
pub const OF_NO_WORKSPACE: &str = "deskbell:none";

/// Begins the names of words that members send; those of what stands behind buttons begin with a number.
const OUTGOING: &str = "out:";

#[async_trait]
impl ShortLived for KvStore {
    async fn keep(&self, key: &ShortLivedKey, text: &str, until: UnixMillis) -> Stored<()> {
        let place = place(key);
        let record = KeptRecord { text: text.to_owned(), until };
        self.write(move |writes| {
            forget(writes, &place)?;
            writes.put(row(&place), &record);
            writes.put(time(&place, record.until), &place);
            Ok(())
        })
        .await
    }

    async fn kept(&self, key: &ShortLivedKey, now: UnixMillis) -> Stored<Option<String>> {
        let record: Option<KeptRecord> = self.peek(|reader| load(reader, &row(&place(key))))?;
        Ok(record.filter(|record| record.until > now).map(|record| record.text))
    }

    async fn take(&self, key: &ShortLivedKey, now: UnixMillis) -> Stored<Option<String>> {
        let place = place(key);
        self.write(move |writes| {
            let record: Option<KeptRecord> = load(writes, &row(&place))?;
            forget(writes, &place)?;
            Ok(record.filter(|record| record.until > now).map(|record| record.text))
        })
        .await
    }

    async fn forget(&self, key: &ShortLivedKey) -> Stored<()> {
        let place = place(key);
        self.write(move |writes| forget(writes, &place)).await
    }

    async fn outgoing(&self) -> Stored<Vec<OutgoingKey>> {
        self.read(|reader| {
            let mut found = Vec::new();
            scan(reader, keys::kept_times().below(), |key, value| {
                found.extend(codec::decode_or_skip::<KeptPlace>(key, value).and_then(outgoing_at));
                Scan::Continue
            })?;
            Ok(found)
        })
        .await
    }

    async fn prune_kept(&self, now: UnixMillis) -> Stored<PrunedKept> {
        self.write(move |writes| prune(writes, now)).await
    }
}

/// Where a text is kept. What stands behind buttons has the words in it that somebody looked for, so it is among what is
/// sealed for the workspace. The others are settings and ids; their form is older than the types: a server has one
/// workspace at a time here, so it is known by its own number alone.
pub fn place(key: &ShortLivedKey) -> KeptPlace {
    KeptPlace::Alone(match key {
        ShortLivedKey::Buttons { home, key } => {
            return KeptPlace::Workspace(home.workspace.clone(), format!("{}:{key}", home.guild));
        }
        ShortLivedKey::Outgoing { home, key } => {
            let name = format!("{OUTGOING}{}:{key}", home.guild);
            return KeptPlace::Workspace(home.workspace.clone(), name);
        }
        ShortLivedKey::ConnectState { digest } => {
            return KeptPlace::Workspace(WorkspaceId::new(OF_NO_WORKSPACE), digest.clone());
        }
        ShortLivedKey::AudienceTold { channel, .. } => format!("audience:{channel}"),
        ShortLivedKey::RemovedNotification { kind, channel, .. } => {
            format!("removed:{channel}:{}", kind.spec().code)
        }
        ShortLivedKey::TakenAccess { role, .. } => format!("taken:{role}"),
        ShortLivedKey::TokenWorkspace { digest } => format!("workspace:{digest}"),
        ShortLivedKey::OperatorServer => "operator-server".to_owned(),
    })
}

/// The key of words that a member sends, where a place is one of them.
pub fn outgoing_at(place: KeptPlace) -> Option<OutgoingKey> {
    let KeptPlace::Workspace(workspace, name) = place else { return None };
    let (guild, key) = name.strip_prefix(OUTGOING)?.split_once(':')?;
    let home = Home::new(&workspace, guild.parse().ok()?);
    Some(OutgoingKey { home, key: key.to_owned() })
}

fn row(place: &KeptPlace) -> Key {
    match place {
        KeptPlace::Workspace(workspace, name) => keys::kept_in(workspace, name),
        KeptPlace::Alone(name) => keys::kept(name),
    }
}

/// Its place among all texts by the time until which they are kept.
fn time(place: &KeptPlace, until: UnixMillis) -> Key {
    match place {
        KeptPlace::Workspace(workspace, name) => keys::kept_in_until(until, workspace, name),
        KeptPlace::Alone(name) => keys::kept_until(until, name),
    }
}

fn forget(writes: &mut WriteBatch<'_>, place: &KeptPlace) -> Stored<()> {
    let key = row(place);
    if writes.get(key.as_bytes())?.is_none() {
        return Ok(());
    }
    if let Some(known) = load_or_skip::<KeptRecord>(writes, &key)? {
        writes.delete(time(place, known.until));
    }
    writes.delete(key);
    Ok(())
}

fn prune(writes: &mut WriteBatch<'_>, now: UnixMillis) -> Stored<PrunedKept> {
    let range = KeyRange { start: keys::kept_times().into_bytes(), end: keys::kept_up_to(now).into_bytes() };
    let rows = writes.range(&range, TEXTS, Direction::Ascending)?;
    let mut pruned = PrunedKept { texts: 0, more: rows.len() == TEXTS };
    for (key, value) in rows {
        if let Some(place) = codec::decode_or_skip::<KeptPlace>(&key, &value) {
            writes.delete(row(&place));
            pruned.texts += 1;
        }
        writes.delete_raw(key);
    }
    Ok(pruned)
}

#[cfg(test)]
mod tests {
    use deskbell_domain::event::EventKind;
    use deskbell_domain::home::Home;
    use deskbell_domain::ids::{ChannelId, GuildId, RoleId, WorkspaceId};

    use super::*;
    use crate::contract::on_memory;

    #[test]
    fn what_was_kept_before_keys_had_types_is_found_under_them() {
        let home = Home::new(&WorkspaceId::new("w1"), GuildId(7));
        let digest = "0f".to_owned();
        let alone = |key: &ShortLivedKey| match place(key) {
            KeptPlace::Alone(name) => name,
            KeptPlace::Workspace(..) => panic!("it is sealed for a workspace"),
        };
        let channel = ChannelId(20);
        assert_eq!(alone(&ShortLivedKey::AudienceTold { home: home.clone(), channel }), "audience:20");
        let kind = EventKind::NewLead;
        let removed = ShortLivedKey::RemovedNotification { home: home.clone(), kind, channel };
        assert_eq!(alone(&removed), "removed:20:lead");
        assert_eq!(alone(&ShortLivedKey::TakenAccess { home, role: RoleId(30) }), "taken:30");
        assert_eq!(alone(&ShortLivedKey::TokenWorkspace { digest }), "workspace:0f");
    }

    #[tokio::test(start_paused = true)]
    async fn many_expired_texts_go_piece_by_piece() {
        on_memory(async |fixture| {
            for number in 0..1_200 {
                let key = fixture.buttons(&number.to_string());
                fixture.store.keep(&key, "text", UnixMillis(100)).await.unwrap();
            }
            let mut pieces = Vec::new();
            loop {
                let pruned = fixture.store.prune_kept(UnixMillis(100)).await.unwrap();
                pieces.push(pruned.texts);
                if !pruned.more {
                    break;
                }
            }
            assert_eq!(pieces, [500, 500, 200]);
        })
        .await;
    }
}
