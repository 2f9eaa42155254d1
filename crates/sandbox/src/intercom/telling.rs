//! What happened in a workspace, on its way to whoever tells of it.

use std::sync::{Mutex, PoisonError};

use tokio::sync::mpsc::UnboundedSender;

use super::ids::{ContactId, ConversationId, PartId, TicketId};

/// Where what happens is told, if anywhere.
#[derive(Default)]
pub(super) struct Telling(Mutex<Option<UnboundedSender<News>>>);

/// Something that happened.
pub(super) struct News {
    pub(super) topic: &'static str,
    pub(super) of: Of,
}

/// What it happened to.
pub(super) enum Of {
    Contact(ContactId),
    /// A contact, and the one that was merged into it.
    Merged {
        into: ContactId,
        from: ContactId,
    },
    Conversation(ConversationId),
    /// A conversation with the one part that is told.
    Part(ConversationId, PartId),
    Ticket(TicketId),
    /// A record that is gone: its type and its id.
    Gone(&'static str, String),
}

impl Telling {
    /// Whoever tells from now on, or nobody.
    pub(super) fn set(&self, to: Option<UnboundedSender<News>>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = to;
    }

    pub(super) fn tell(&self, news: News) {
        let telling = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(telling) = &*telling {
            // Whoever would send it ends with the workspace.
            let _sent = telling.send(news);
        }
    }
}
