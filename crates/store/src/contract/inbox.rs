//! Records that are worth a look.

use deskbell_domain::ids::{ContactId, ConversationId, WorkspaceId};
use deskbell_domain::port::store::{Hint, Hinted, HintedKind, Reading, Store, Stream};

use super::Fixture;

fn contact(id: &str) -> Hinted {
    Hinted::Contact(ContactId::new(id))
}

async fn hints<S: Store>(store: &S, workspace: &WorkspaceId) -> Vec<Hint> {
    let mut all = Vec::new();
    for of in HintedKind::ALL {
        all.extend(store.hints(workspace, of, 10).await.unwrap());
    }
    all
}

pub(super) async fn a_record_that_is_told_of_is_there_until_it_was_looked_at<S: Store>(fixture: Fixture<S>) {
    let (store, workspace) = (&fixture.store, &fixture.workspace);
    let told = [contact("c1"), contact("c2"), Hinted::Conversation(ConversationId::new("c1"))];
    for of in &told {
        store.hint(workspace, of).await.unwrap();
    }
    let all = hints(store, workspace).await;
    let mut there: Vec<_> = all.iter().map(|hint| hint.of.clone()).collect();
    there.sort();
    assert_eq!((there.as_slice(), all[0].heard_at), (told.as_slice(), fixture.now()));
    assert_eq!(store.hints(workspace, HintedKind::Contact, 1).await.unwrap().len(), 1);
    store.looked_at(workspace, &all[..2], &[]).await.unwrap();
    assert_eq!(hints(store, workspace).await, all[2..]);
    store.looked_at(workspace, &all, &[]).await.unwrap();
    assert_eq!(hints(store, workspace).await, []);
}

pub(super) async fn what_is_told_during_a_look_is_looked_at_again<S: Store>(fixture: Fixture<S>) {
    let (store, workspace) = (&fixture.store, &fixture.workspace);
    store.hint(workspace, &contact("c1")).await.unwrap();
    let read = hints(store, workspace).await;
    fixture.pass(1_000);
    store.hint(workspace, &contact("c1")).await.unwrap();
    store.looked_at(workspace, &read, &[]).await.unwrap();
    let again = hints(store, workspace).await;
    assert_eq!((again.len(), again[0].heard_at), (1, fixture.now()));
    store.looked_at(workspace, &again, &[]).await.unwrap();
    assert_eq!(hints(store, workspace).await, []);
}

pub(super) async fn workspaces_have_inboxes_of_their_own<S: Store>(fixture: Fixture<S>) {
    let other = WorkspaceId::new("w2");
    fixture.store.hint(&other, &contact("c1")).await.unwrap();
    assert_eq!(hints(&fixture.store, &fixture.workspace).await, []);
    let all = hints(&fixture.store, &other).await;
    fixture.store.looked_at(&fixture.workspace, &all, &[]).await.unwrap();
    assert_eq!(hints(&fixture.store, &other).await, all);
}

pub(super) async fn up_to_where_a_conversation_was_read_is_known_as_long_as_a_walk_could_find_it<S: Store>(
    fixture: Fixture<S>,
) {
    let (store, workspace) = (&fixture.store, &fixture.workspace);
    let ids = ["m1", "m2", "m3"].map(ConversationId::new);
    let now = fixture.now().seconds();
    let (recent, old) = (now.minus(60), now.minus(50 * 3600));
    let read = |place: usize, up_to| Reading { conversation: ids[place].clone(), up_to };
    store.looked_at(workspace, &[], &[read(0, recent), read(1, old)]).await.unwrap();
    assert_eq!(store.read_up_to(workspace, &ids).await.unwrap(), [Some(recent), Some(old), None]);
    fixture.set_mark(Stream::Conversations, now).await;
    while store.prune(workspace, fixture.now()).await.unwrap().more {}
    assert_eq!(store.read_up_to(workspace, &ids).await.unwrap(), [Some(recent), None, None]);
}
