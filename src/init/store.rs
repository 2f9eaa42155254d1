//! The step of the store: a folder here, or a database, which is tried before it is written.

use deskbell_seal::MasterKey;
use deskbell_store_postgres::{Address, Contents, examine};
use secrecy::{ExposeSecret as _, SecretString};

use super::{Steps, Stopped};
use crate::config::{self, StorePlace};
use crate::system::SystemRandom;
use crate::terminal;

const STORE: &str = "STORE_URL";
const KEY: &str = "DESKBELL_KEY";
const QUESTION: &str = "Where is the store to be? Press Enter for the folder data here. For a PostgreSQL database paste its \
    address, like postgres://USER:PASSWORD@HOST/DATABASE:";

impl Steps<'_> {
    /// Asks where the store is to be, unless that is said already.
    pub(super) async fn store(&mut self) -> Result<(), Stopped> {
        if is_set(self, STORE)? {
            self.terminal.say("STORE_URL is set already.");
            return Ok(());
        }
        loop {
            let typed = self.terminal.ask(QUESTION).await?;
            let url = match typed.expose_secret().trim() {
                "" => SecretString::from("sled:data"),
                url => SecretString::from(url),
            };
            if take_store(self, url.expose_secret()).await? {
                return Ok(());
            }
        }
    }
}

/// Whether it can be used: then it is written.
async fn take_store(steps: &mut Steps<'_>, url: &str) -> Result<bool, Stopped> {
    let mut variables = steps.variables()?;
    variables.set(STORE, url);
    match config::read_store_place(&variables) {
        Ok(StorePlace::Folder(folder)) => {
            steps.write(STORE, url)?;
            steps.terminal.say(&format!("The store is in the folder {}.", folder.display()));
            Ok(true)
        }
        Ok(StorePlace::Database(address)) => take_database(steps, &address, url).await,
        Err(mistake) => {
            steps.terminal.say(&mistake.sentence);
            Ok(false)
        }
    }
}

async fn take_database(steps: &mut Steps<'_>, address: &Address, url: &str) -> Result<bool, Stopped> {
    steps.terminal.say(&format!("Trying {address} …"));
    match examine(address).await {
        Ok(examined) => {
            steps.write(STORE, url)?;
            let server = examined.server;
            steps.terminal.say(&format!("The store is in {address} (PostgreSQL {server})."));
            key(steps, examined.contents.as_ref())?;
            Ok(true)
        }
        Err(error) => {
            steps.terminal.say(&format!(
                "That database cannot be used: {}. Nothing is written.",
                terminal::with_causes(&error)
            ));
            Ok(false)
        }
    }
}

/// What is kept in a database is sealed under a key that has to be given. One in use has its own already.
fn key(steps: &mut Steps<'_>, contents: Option<&Contents>) -> Result<(), Stopped> {
    if is_set(steps, KEY)? {
        return Ok(());
    }
    if contents.is_some() {
        steps.terminal.say(
            "A bot has used that database, under a key of its own: write its DESKBELL_KEY into .env, as it was there.",
        );
        return Ok(());
    }
    steps.write(KEY, &MasterKey::generate(&SystemRandom).to_base64())?;
    steps.terminal.say(
        "What is kept in the database is sealed under it: keep a copy apart from the database's backups. Without it \
         nobody can read the store.",
    );
    Ok(())
}

fn is_set(steps: &Steps<'_>, name: &str) -> Result<bool, Stopped> {
    let variables = steps.variables()?;
    Ok([name, &format!("{name}_FILE")].into_iter().any(|name| variables.get(name).is_some()))
}
