//! What the stories stand on: a stage whose store is an empty database.

use std::fs;
use std::time::Duration;

use deskbell_sandbox::intercom::NewContact;
use deskbell_stage::Stage;
use deskbell_store_postgres::Address;

use crate::program::{Ran, deskbell};
use crate::server::server;

/// How long the place of a bot that was killed is waited for, and a little.
pub(crate) const PLACE_IS_FREE: Duration = Duration::from_secs(45);

/// A stage over an empty database, and that database.
pub(crate) async fn set() -> (Stage, Address) {
    let address = server().database().await;
    let mut stage = Stage::set().await;
    stage.set_variable("STORE_URL", &url(&address, "postgres"));
    let key = typed(&stage, &["key", "new"]).await.out;
    stage.set_variable("DESKBELL_KEY", key.trim());
    (stage, address)
}

/// The address as it is configured, with who signs in and perhaps with which password.
pub(crate) fn url(address: &Address, who: &str) -> String {
    format!("postgres://{who}@{address}?sslmode=disable")
}

/// Runs the binary beside the bot, to its end.
pub(crate) async fn typed(stage: &Stage, arguments: &[&str]) -> Ran {
    deskbell(arguments, &stage.variables, stage.folder.path()).await
}

/// A lead comes.
pub(crate) async fn comes(stage: &Stage, name: &str) {
    stage.next_second().await;
    stage.intercom.contacts().create(NewContact::lead().name(name).email("ada@secret.test"));
}

/// The names on the cards, in their order, once there are so many.
pub(crate) async fn names(stage: &Stage, count: usize) -> Vec<String> {
    let cards = stage.cards_within(stage.guild.sales, count, PLACE_IS_FREE).await;
    let known = ["Ada Lovelace", "Grace Hopper", "Mary Shelley"];
    let named =
        |text: &str| known.iter().filter(|name| text.contains(**name)).map(ToString::to_string).collect();
    cards.iter().flat_map(|card| -> Vec<String> { named(&format!("{card:?}")) }).collect()
}

/// What the bot has logged, which was started without being waited for.
pub(crate) fn log(stage: &Stage) -> String {
    fs::read_to_string(stage.folder.path().join("log")).expect("it logs into a file")
}
