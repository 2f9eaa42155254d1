//! Messages that are to be deleted, under their server.

use async_trait::async_trait;
use deskbell_domain::home::Home;
use deskbell_domain::ids::{ChannelId, GuildId, MessageId};
use deskbell_domain::port::store::{Deletions, StandingCards, Stored, Unwanted};
use tokio_postgres::Row;

use crate::cells::Cells as _;
use crate::failure::Attempt;
use crate::sql::statements;
use crate::store::PostgresStore;
use crate::value::{Call, call};

statements!("remains.sql": UNWANTED UNWANTED_IN SETTLED DELETE_LATER STANDING);

#[async_trait]
impl Deletions for PostgresStore {
    async fn unwanted(&self, after: Option<Unwanted>, limit: usize) -> Stored<Vec<Unwanted>> {
        let (guild, channel, message) =
            after.map_or((0, 0, 0), |last| (last.guild.0, last.channel.0, last.message.0));
        self.read_rows(call!(UNWANTED, guild, channel, message, limit as u64), |rows| read(&rows)).await
    }

    async fn unwanted_in(&self, guild: GuildId) -> Stored<Vec<Unwanted>> {
        self.read_rows(call!(UNWANTED_IN, guild), |rows| read(&rows)).await
    }

    async fn standing(&self, home: &Home) -> Stored<StandingCards> {
        self.read_rows(call!(STANDING, home.guild, home.workspace), |rows| {
            let Some(row) = rows.first() else { return Ok(StandingCards::default()) };
            let since = row.number_or_none("first")?.map(|first| MessageId(first).made_at());
            Ok(StandingCards { messages: row.number("count")?, since })
        })
        .await
    }

    async fn settled_deletion(&self, message: Unwanted) -> Stored<()> {
        self.write(|transaction| async move {
            transaction.write(call!(SETTLED, message.guild, message.channel, message.message));
            Ok(())
        })
        .await
    }
}

fn read(rows: &[Row]) -> Attempt<Vec<Unwanted>> {
    let unwanted = |row: &Row| {
        Ok(Unwanted {
            guild: GuildId(row.number("guild")?),
            channel: ChannelId(row.number("channel")?),
            message: MessageId(row.number("message")?),
        })
    };
    rows.iter().map(unwanted).collect()
}

/// The message is to be deleted from now on.
pub(crate) fn delete_later(message: Unwanted) -> Call {
    call!(DELETE_LATER, message.guild, message.channel, message.message)
}
