//! Servers that connect themselves.

use async_trait::async_trait;
use deskbell_domain::audit::Deed;
use deskbell_domain::connection::Connection;
use deskbell_domain::home::Home;
use deskbell_domain::ids::GuildId;
use deskbell_domain::port::store::{Cards, ChangeOutcome, Connections, Disconnected, Erasing, Stored};

use super::StorePort;
use crate::aftermath;
use crate::links;
use crate::power::Operation;

#[async_trait]
impl Connections for StorePort {
    async fn connections(&self) -> Stored<Vec<Connection>> {
        self.world.power.around(Operation::Connections, self.store.connections()).await
    }

    async fn connection(&self, guild: GuildId) -> Stored<Option<Connection>> {
        self.world.power.around(Operation::Connection, self.store.connection(guild)).await
    }

    async fn change_connection(&self, connection: Connection, by: Option<Deed>) -> Stored<ChangeOutcome> {
        let work = async {
            let answer = self.store.change_connection(connection.clone(), by).await;
            if matches!(answer, Ok(ChangeOutcome::Changed)) {
                links::connected(&self.world.of_workspace(&connection.workspace.id), &connection);
            }
            answer
        };
        self.world.power.around(Operation::ChangeConnection, work).await
    }

    async fn disconnect(&self, home: &Home, cards: Cards, by: Option<Deed>) -> Stored<Disconnected> {
        let work = async {
            let answer = self.store.disconnect(home, cards, by).await;
            if matches!(answer, Ok(Disconnected::Now)) {
                links::disconnected(&self.world.of_workspace(&home.workspace), home.guild);
            }
            answer
        };
        self.world.power.around(Operation::Disconnect, work).await
    }

    async fn unerased(&self) -> Stored<Vec<Home>> {
        self.world.power.around(Operation::Unerased, self.store.unerased()).await
    }

    async fn erase(&self, home: &Home, what: Erasing) -> Stored<()> {
        let world = self.world.of_workspace(&home.workspace);
        let work = async {
            aftermath::may_be_erased(&world, what);
            let answer = self.store.erase(home, what).await;
            if answer.is_ok() {
                let _looked = aftermath::learn_erased(&world, &self.store, what).await;
            }
            answer
        };
        self.world.power.around(Operation::Erase, work).await
    }
}
