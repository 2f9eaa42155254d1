//! One after the other: of two who press below one card at once, the second sees what the first did.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use deskbell_domain::ids::{ContactId, ConversationId, WorkspaceId};
use tokio::sync::OwnedMutexGuard;

type Of = (WorkspaceId, TurnOf);

/// With what one at a time does something.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum TurnOf {
    Conversation(ConversationId),
    Person(ContactId),
}

impl From<&ConversationId> for TurnOf {
    fn from(id: &ConversationId) -> Self {
        Self::Conversation(id.clone())
    }
}

impl From<&ContactId> for TurnOf {
    fn from(id: &ContactId) -> Self {
        Self::Person(id.clone())
    }
}

/// The conversations and people with whom something is being done. It remembers none with whom nothing is.
#[derive(Default)]
pub(crate) struct Turns(Mutex<BTreeMap<Of, Arc<tokio::sync::Mutex<()>>>>);

impl Turns {
    /// Waits until nobody else of this process does anything with a conversation or a person.
    pub(crate) async fn of(&self, workspace: &WorkspaceId, with: impl Into<TurnOf>) -> OwnedMutexGuard<()> {
        let of = (workspace.clone(), with.into());
        let turn = {
            let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            turns.retain(|_, turn| Arc::strong_count(turn) > 1);
            Arc::clone(turns.entry(of).or_default())
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
        let person = turns.of(&acme, &ContactId::new("1")).await;
        let one = ConversationId::new("1");
        let second = turns.of(&acme, &one);
        tokio::pin!(second);
        assert!(futures::poll!(&mut second).is_pending());
        drop((first, other, person));
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
