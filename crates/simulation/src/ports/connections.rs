//! Servers that connect themselves: none does here.

use async_trait::async_trait;
use deskbell_domain::audit::Deed;
use deskbell_domain::connection::Connection;
use deskbell_domain::home::Home;
use deskbell_domain::ids::GuildId;
use deskbell_domain::port::store::{Cards, ChangeOutcome, Connections, Disconnected, Erasing, Stored};

use super::StorePort;

/// Nothing dies around it: what it writes passes the same sites of the engine as every other write.
#[async_trait]
impl Connections for StorePort {
    async fn connections(&self) -> Stored<Vec<Connection>> {
        self.store.connections().await
    }

    async fn connection(&self, guild: GuildId) -> Stored<Option<Connection>> {
        self.store.connection(guild).await
    }

    async fn change_connection(&self, connection: Connection, by: Option<Deed>) -> Stored<ChangeOutcome> {
        self.store.change_connection(connection, by).await
    }

    async fn disconnect(&self, home: &Home, cards: Cards, by: Option<Deed>) -> Stored<Disconnected> {
        self.store.disconnect(home, cards, by).await
    }

    async fn unerased(&self) -> Stored<Vec<Home>> {
        self.store.unerased().await
    }

    async fn erase(&self, home: &Home, what: Erasing) -> Stored<()> {
        self.store.erase(home, what).await
    }
}
