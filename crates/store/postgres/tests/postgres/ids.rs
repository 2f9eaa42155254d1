//! Ids of Intercom that PostgreSQL would not take as they are.

use deskbell_domain::ids::ContactId;
use deskbell_domain::port::store::{Erasure as _, Extent, Hinted, HintedKind, Inbox as _, Journal as _};
use deskbell_store::contract::START;

use crate::leads::{append_of, lead, leads_to, workspace};
use crate::server::server;
use crate::store::store;

#[tokio::test]
async fn an_id_with_a_nul_in_it_holds_nothing_up() {
    let (address, folder) = (server().database().await, tempfile::tempdir().unwrap());
    let store = store(&address, folder.path()).await;
    let (odd, other) = (lead("a\0b"), lead("a\u{1}0b"));
    store.append(append_of(vec![odd.clone(), other.clone()], START)).await.unwrap();
    assert_eq!(store.seen(&workspace(), &[odd.id.clone(), lead("a").id]).await.unwrap(), [true, false]);
    for event in [&odd, &other] {
        assert_eq!(store.event(&workspace(), &event.id).await.unwrap().as_ref(), Some(event));
    }
    let contact = ContactId::new("a\0b");
    store.hint(&workspace(), &Hinted::Contact(contact.clone())).await.unwrap();
    let hints = store.hints(&workspace(), HintedKind::Contact, 9).await.unwrap();
    assert_eq!(hints[0].of, Hinted::Contact(contact.clone()));
    let home = leads_to(100).subscription.home();
    store.begin_erasure(&home, &contact, Extent::Workspace).await.unwrap();
    assert_eq!(store.erase_contact(&workspace(), &contact).await.unwrap().events, 1);
    assert_eq!(store.event(&workspace(), &odd.id).await.unwrap(), None);
    assert_eq!(store.event(&workspace(), &other.id).await.unwrap(), Some(other));
}
