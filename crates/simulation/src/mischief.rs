//! What a world does that no bot can stand, nor a bot with the same mistake: each shows that the judge sees it.

use deskbell_domain::conversation::{Holder, Speaker, Thread};
use deskbell_domain::ids::PartId;
use deskbell_domain::time::UnixMillis;

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mischief {
    /// Nothing.
    None,
    /// Discord forgets every nonce at once.
    ForgetsNonces,
    /// Discord says that a message was posted, now and then, and throws it away.
    SwallowsMessages,
    /// Discord shows a message in another channel, now and then.
    MixesUpChannels,
    /// Discord says of every channel that only some can read it.
    HidesItsReaders,
    /// Intercom shows no words of a Workflow's bot, so that people have what it has and nothing is handed over.
    HidesBots,
    /// Intercom shows a hand-over by a Workflow's bot under another id at each reading.
    RenamesHandovers,
}

impl Mischief {
    /// What becomes of a thread that is read then.
    pub(crate) fn spoil(self, thread: &mut Thread, now: UnixMillis) {
        match self {
            Self::HidesBots if !thread.bot_took_part => {
                thread
                    .parts
                    .retain(|part| part.speaker != Speaker::Bot && part.assigned != Some(Holder::Bot));
            }
            Self::RenamesHandovers if !thread.bot_took_part => rename_handovers(thread, now),
            _ => {}
        }
    }
}

fn rename_handovers(thread: &mut Thread, now: UnixMillis) {
    for part in thread.parts.iter_mut().filter(|part| part.assigned == Some(Holder::People)) {
        part.id = PartId::new(format!("{}-{}", part.id, now.0));
    }
}
