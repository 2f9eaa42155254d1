//! Messages that are to be deleted, under their server.

use std::collections::BTreeSet;

use async_trait::async_trait;
use deskbell_domain::delivery::PostedMessage;
use deskbell_domain::home::Home;
use deskbell_domain::ids::{GuildId, MessageId};
use deskbell_domain::port::store::{Deletions, StandingCards, Stored, Unwanted};

use crate::codec;
use crate::engine::Direction;
use crate::former;
use crate::keys;
use crate::keys::erasure::{all_unwanted, read_unwanted, unwanted, unwanted_in};
use crate::reader::{Reader, Scan, scan};
use crate::store::KvStore;
use crate::write_batch::WriteBatch;

#[async_trait]
impl Deletions for KvStore {
    async fn unwanted(&self, after: Option<Unwanted>, limit: usize) -> Stored<Vec<Unwanted>> {
        self.read(move |reader| {
            let all = all_unwanted().below();
            let range = match after {
                Some(last) => all.after(unwanted(last).as_bytes()),
                None => all,
            };
            let rows = Reader::range(reader, &range, limit, Direction::Ascending)?;
            Ok(rows.iter().filter_map(|(key, _)| read_unwanted(key)).collect())
        })
        .await
    }

    async fn unwanted_in(&self, guild: GuildId) -> Stored<Vec<Unwanted>> {
        self.read(move |reader| {
            let rows = Reader::range(reader, &unwanted_in(guild).below(), usize::MAX, Direction::Ascending)?;
            Ok(rows.iter().filter_map(|(key, _)| read_unwanted(key)).collect())
        })
        .await
    }

    async fn standing(&self, home: &Home) -> Stored<StandingCards> {
        let home = home.clone();
        self.read(move |reader| {
            let left = former::cards_in(reader, home.guild)?;
            let mut messages: BTreeSet<_> = left.into_iter().map(|card| card.message).collect();
            for of in former::all_homes(reader, &home)? {
                scan(reader, keys::posted_messages(&of.workspace).below(), |key, value| {
                    let posted = codec::decode_or_skip::<PostedMessage>(key, value);
                    messages.extend(posted.filter(|one| one.guild == of.guild).map(|one| one.message));
                    Scan::Continue
                })?;
            }
            let since = messages.first().map(|first: &MessageId| first.made_at());
            Ok(StandingCards { messages: messages.len() as u64, since })
        })
        .await
    }

    async fn settled_deletion(&self, message: Unwanted) -> Stored<()> {
        self.write(move |writes| {
            writes.delete(unwanted(message));
            Ok(())
        })
        .await
    }
}

/// The message is to be deleted from now on.
pub(crate) fn delete_later(writes: &mut WriteBatch<'_>, message: Unwanted) {
    writes.put(unwanted(message), &());
}
