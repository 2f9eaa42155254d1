//! That something stands in the inbox, told to whoever reads records of that kind.

use deskbell_domain::port::store::HintedKind;
use tokio::sync::Notify;

/// Wakes the loops that look at hints.
#[derive(Debug, Default)]
pub(crate) struct HeardOf {
    contacts: Notify,
    conversations: Notify,
}

impl HeardOf {
    /// Something of a kind stands in the inbox.
    pub(crate) fn tell(&self, of: HintedKind) {
        self.notify(of).notify_one();
    }

    /// Waits until something does.
    pub(crate) async fn wait(&self, of: HintedKind) {
        self.notify(of).notified().await;
    }

    const fn notify(&self, of: HintedKind) -> &Notify {
        match of {
            HintedKind::Contact => &self.contacts,
            HintedKind::Conversation => &self.conversations,
        }
    }
}
