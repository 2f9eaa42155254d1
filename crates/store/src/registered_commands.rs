//! Which commands Discord was told, for each application.

use async_trait::async_trait;
use deskbell_domain::ids::ApplicationId;
use deskbell_domain::port::store::{RegisteredCommands, Stored};

use crate::keys;
use crate::reader::load_or_skip;
use crate::store::KvStore;

#[async_trait]
impl RegisteredCommands for KvStore {
    async fn registered_commands(&self, application: ApplicationId) -> Stored<Option<String>> {
        self.peek(|reader| load_or_skip(reader, &keys::registered_commands(application)))
    }

    async fn remember_registered_commands(&self, application: ApplicationId, hash: &str) -> Stored<()> {
        let hash = hash.to_owned();
        self.write(move |writes| {
            writes.put(keys::registered_commands(application), &hash);
            Ok(())
        })
        .await
    }
}
