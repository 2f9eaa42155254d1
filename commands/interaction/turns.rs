//! One after the other: of two who press below one card at once, the second sees what the first did.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use deskbell_domain::ids::{ConversationId, WorkspaceId};
use tokio::sync::OwnedMutexGuard;

type Of = (WorkspaceId, ConversationId);

/// The conversations with which something is being done. It remembers none with which nothing is.
#[derive(Default)]
pub(crate) struct Turns(Mutex<BTreeMap<Of, Arc<tokio::sync::Mutex<()>>>>);

impl Turns {
    /// Waits until nobody else of this process does anything with a conversation.
    pub(crate) async fn of(&self, workspace: &WorkspaceId, id: &ConversationId) -> OwnedMutexGuard<()> {
        let turn = {
            let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            turns.retain(|_, turn| Arc::strong_count(turn) > 1);
            Arc::clone(turns.entry((workspace.clone(), id.clone())).or_default())
        };
        turn.lock_owned().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_waits_for_the_other_and_nobody_for_another_conversation() {
        let (turns, acme) = (Turns::default(), WorkspaceId::new("acme"));
        let first = turns.of(&acme, &ConversationId::new("1")).await;
        let other = turns.of(&acme, &ConversationId::new("2")).await;
        let one = ConversationId::new("1");
        let second = turns.of(&acme, &one);
        tokio::pin!(second);
        assert!(futures::poll!(&mut second).is_pending());
        drop((first, other));
        assert!(futures::poll!(&mut second).is_ready());
    }

    #[tokio::test]
    async fn what_is_over_is_forgotten() {
        let (turns, acme) = (Turns::default(), WorkspaceId::new("acme"));
        drop(turns.of(&acme, &ConversationId::new("1")).await);
        let _held = turns.of(&acme, &ConversationId::new("2")).await;
        assert_eq!(turns.0.lock().unwrap().len(), 1);
    }
}
