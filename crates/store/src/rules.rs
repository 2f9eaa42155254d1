//! What every store of Deskbell judges alike, as functions of what was read: another store reads and writes in its own way,
//! and calls these in between.

/// Appending to the journal.
pub mod append {
    pub use crate::journal::append::{Moved, baseline_goes_on, moved, snapshot_place, snapshot_stays};
}

/// What is learnt of entries later.
pub mod amendments {
    pub use crate::journal::amendments::{push, remove_known};
    pub use crate::records::Learnt;
}

/// Throwing away what is old.
pub mod prune {
    pub use crate::journal::prune::{Claim, Claims, Judged, Order, SET_ASIDE_MS, SeenLimits};
}

/// Counting by days.
pub mod roll_ups {
    pub use crate::journal::roll_ups::{counted, first_kept};
}

/// Batches on their way.
pub mod delivery {
    pub use crate::delivery::flight::{Begins, begins, new_call};
    pub use crate::delivery::own_messages::with as with_own_message;
    pub use crate::delivery::settle::{DAYS, end_flight, letter_of, settled_before};
    pub use crate::records::ProgressRecord;
}

/// Changing subscriptions, and whatever else has a version.
pub mod change {
    pub use crate::subscriptions::Wish;
    pub use crate::written::Written;
}

/// Audits.
pub mod audit {
    pub use crate::audit::scribe::{Ending, next_entry, random_bytes};
}

/// Erasing single contacts.
pub mod erasure {
    pub use crate::erasure::kept::names_in;
    pub use crate::erasure::waiting::{Waiting, concerns, unposted};
    pub use crate::hidden::Hidden;
    pub use crate::records::UnfinishedErasure;
}

/// Short texts.
pub mod short_lived {
    pub use crate::records::KeptPlace;
    pub use crate::short_lived::{OF_NO_WORKSPACE, outgoing_at, place};
}

/// Records that the domain has in another form.
pub mod records {
    pub use crate::records::{ACTOR_KEPT_MS, ActorRecord, ConnectionRecord};
}
