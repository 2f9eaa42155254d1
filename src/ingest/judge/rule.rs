//! The one rule by which every user is judged, whichever walk saw it.
//!
//! Pure: what is known of the user goes in, a verdict comes out. The rule promises that a user is announced as new
//! once, that a change is announced only against something that was really seen before, and that a page view is
//! silent.

use deskbell_domain::contact::Contact;
use deskbell_domain::difference::{Change, Difference, StoredSnapshot, UpdateFields};
use deskbell_domain::event::{EventKind, UserOrigin};
use deskbell_domain::port::store::Baseline;
use deskbell_domain::time::Timestamp;

use crate::ingest::demand::Demand;

/// A visit explains a record's `updated_at` if it lies this close to it, in seconds.
const VISIT: i64 = 60;
/// An index that lags longer than that is rarer than a lead that signs up, in seconds.
const LONGEST_USUAL_LAG: i64 = 3600;

/// What the rule is applied with.
pub(super) struct Rule<'a> {
    /// What is asked for, since when.
    pub(super) demand: &'a Demand,
    /// How far the walk over all users has come.
    pub(super) baseline: &'a Baseline,
    /// Users made before it were seen by the walks by `created_at`, or nobody asked for them: one that turns up later
    /// was a lead until then, or the index lagged.
    pub(super) settled: Option<Timestamp>,
    /// Which changes count.
    pub(super) fields: &'a UpdateFields,
}

/// What is known of a user.
#[derive(Debug, Clone, Default)]
pub(super) struct KnownUser {
    /// The snapshot, if there is one of this epoch.
    pub(super) snapshot: Option<StoredSnapshot>,
    /// Whether it was announced as a lead.
    pub(super) lead_seen: bool,
    /// Whether it was announced as a user.
    pub(super) user_seen: bool,
}

/// What becomes of a user that was seen.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum UserVerdict {
    /// Nothing.
    Pass,
    /// Its snapshot is stored, silently.
    Remember {
        /// The snapshot's revision.
        revision: u64,
    },
    /// It is announced as new.
    Created {
        /// Where it came from.
        origin: UserOrigin,
        /// The event's time.
        at: Timestamp,
        /// The snapshot's revision.
        revision: u64,
    },
    /// It is announced as changed.
    Updated {
        /// What changed.
        changes: Vec<Change>,
        /// The event's time.
        at: Timestamp,
        /// The last revision that was used.
        revision: u64,
    },
}

impl Rule<'_> {
    /// Judges a user (names resolved as far as they are known).
    pub(super) fn judge(&self, user: &Contact, known: &KnownUser) -> UserVerdict {
        // A record that could not be read has no time, and would look as if everything had been emptied.
        if user.updated_at == Timestamp::default() && (known.snapshot.is_some() || known.user_seen) {
            return UserVerdict::Pass;
        }
        match &known.snapshot {
            Some(stored) => self.compare(user, stored),
            None => self.first_sight(user, known),
        }
    }

    fn compare(&self, user: &Contact, stored: &StoredSnapshot) -> UserVerdict {
        let revision = stored.revision;
        match stored.snapshot.difference(user, self.fields) {
            Difference::Stale | Difference::Same => UserVerdict::Pass,
            Difference::Silent => UserVerdict::Remember { revision },
            Difference::Changed(changes) => {
                self.updated(self.time_of_change(user, stored), changes, revision)
            }
        }
    }

    fn first_sight(&self, user: &Contact, known: &KnownUser) -> UserVerdict {
        let revision = self.baseline.first_revision();
        let is_young = self.demand.users_since().is_some_and(|floor| user.created_at >= floor);
        if is_young {
            let (origin, at) = self.origin(user, known);
            return self.created(known, origin, at);
        }
        if self.baseline.finished || known.lead_seen {
            return self.created(known, UserOrigin::WasLead, user.updated_at);
        }
        if is_explained_by_a_visit(user) {
            return UserVerdict::Remember { revision };
        }
        self.updated(user.updated_at, vec![Change::Unspecified], revision)
    }

    /// Where a young user came from, and when. One that the walks by `created_at` did not see although they have passed
    /// its time, and that moved since, signed up only now, or the index was late: nobody can tell these two apart.
    /// Whoever subscribed in between must not lose a lead that signed up, so the later time counts for both.
    fn origin(&self, user: &Contact, known: &KnownUser) -> (UserOrigin, Timestamp) {
        let moved = user.updated_at > user.created_at;
        let passed =
            |by: i64| moved && self.settled.is_some_and(|settled| user.created_at.plus(by) < settled);
        let unasked = self.demand.floor(EventKind::NewUser).is_some_and(|floor| user.created_at < floor);
        if known.lead_seen || passed(LONGEST_USUAL_LAG) || (moved && unasked) {
            return (UserOrigin::WasLead, user.updated_at);
        }
        let (created, moved_at) = (user.created_at, user.updated_at);
        let began_between = self.demand.began_between(EventKind::NewUser, created, moved_at);
        (UserOrigin::New, if passed(0) || began_between { moved_at } else { created })
    }

    fn created(&self, known: &KnownUser, origin: UserOrigin, at: Timestamp) -> UserVerdict {
        let revision = self.baseline.first_revision();
        if known.user_seen || !self.demand.wants(EventKind::NewUser, at) {
            return UserVerdict::Remember { revision };
        }
        UserVerdict::Created { origin, at, revision }
    }

    /// A tag that comes or goes does not move `updated_at`. Such a change happened after the snapshot was taken, so after
    /// the first of the present subscribers came: it is theirs, and no later one's.
    fn time_of_change(&self, user: &Contact, stored: &StoredSnapshot) -> Timestamp {
        let floor = self.demand.floor(EventKind::UserUpdated).unwrap_or_default();
        if user.updated_at > stored.snapshot.updated_at {
            user.updated_at
        } else {
            user.updated_at.max(floor)
        }
    }

    fn updated(&self, at: Timestamp, changes: Vec<Change>, revision: u64) -> UserVerdict {
        if self.demand.wants(EventKind::UserUpdated, at) {
            UserVerdict::Updated { changes, at, revision }
        } else {
            UserVerdict::Remember { revision }
        }
    }
}

fn is_explained_by_a_visit(user: &Contact) -> bool {
    user.last_seen_at.is_some_and(|seen| user.updated_at.0.saturating_sub(seen.0).saturating_abs() <= VISIT)
}
