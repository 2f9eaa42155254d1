//! Whoever reads the database reads of nobody.

use std::collections::BTreeSet;

use deskbell_domain::contact::{Contact, Role};
use deskbell_domain::event::{Event, EventId, Record};
use deskbell_domain::home::Home;
use deskbell_domain::ids::{ContactId, GuildId, WorkspaceId};
use deskbell_domain::port::store::{
    Append, Erasure as _, Extent, Journal as _, ShortLived as _, ShortLivedKey,
};
use deskbell_domain::time::{Timestamp, UnixMillis};
use deskbell_store::contract::START;

use crate::server::server;
use crate::store::store;

fn ada() -> Event {
    let contact = Contact {
        name: Some("Ada Lovelace".to_owned()),
        email: Some("ada@example.org".to_owned()),
        created_at: Timestamp(10),
        updated_at: Timestamp(10),
        ..Contact::bare(ContactId::new("ada-1815"), Role::Lead)
    };
    let id = EventId::lead_created(&contact.id);
    Event { id, at: Timestamp(10), record: Record::Lead { contact: Box::new(contact) }, actor: None }
}

#[tokio::test]
async fn nobody_reads_of_people_without_the_keys_nor_whom_it_was_about_once_they_are_erased() {
    let (address, folder) = (server().database().await, tempfile::tempdir().unwrap());
    let store = store(&address, folder.path()).await;
    let home = Home::new(&WorkspaceId::new("w1"), GuildId(7));
    let append = Append {
        workspace: home.workspace.clone(),
        events: vec![ada()],
        unnamed: BTreeSet::new(),
        aliases: Vec::new(),
        snapshots: Vec::new(),
        stream: None,
        baseline: None,
        at: START,
    };
    store.append(append).await.unwrap();
    let key = ShortLivedKey::Buttons { home: home.clone(), key: "k".to_owned() };
    store.keep(&key, "who is ada@example.org", UnixMillis(START.0 + 1_000)).await.unwrap();
    let dump = server().dump(&address.database);
    assert!(dump.contains("lead_created:ada-1815"), "ids stand there");
    for word in ["Lovelace", "example.org"] {
        let hex = data_encoding::HEXLOWER.encode(word.as_bytes());
        assert!(!dump.contains(word) && !dump.contains(&hex), "{word}");
    }
    let contact = ContactId::new("ada-1815");
    store.begin_erasure(&home, &contact, Extent::Workspace).await.unwrap();
    store.erase_contact(&home.workspace, &contact).await.unwrap();
    assert!(!server().dump(&address.database).contains("ada-1815"));
}
