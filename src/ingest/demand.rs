//! What the subscriptions of a workspace ask for: which kinds, since when, and so which streams are walked.
//!
//! Subscriptions on hold count like those that run: their events are kept for them. Nothing here knows a channel.

use std::collections::{BTreeMap, BTreeSet};

use deskbell_domain::bounds::DEEPEST_WALK;
use deskbell_domain::contact::{Contact, Role};
use deskbell_domain::event::EventKind;
use deskbell_domain::port::store::Stream;
use deskbell_domain::subscription::Subscription;
use deskbell_domain::threshold::Threshold;
use deskbell_domain::time::Timestamp;
use deskbell_domain::topic::Topic;
use deskbell_domain::webhook::topics_of;

/// The kinds that somebody subscribed to, each with its floors.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Demand {
    floors: BTreeMap<EventKind, BTreeSet<Timestamp>>,
    /// After how long waits are told.
    thresholds: BTreeSet<Threshold>,
    /// After how long they were told before.
    steps_before: BTreeSet<Threshold>,
    /// Before which no floor of those lies that are being made.
    in_the_making: Option<Timestamp>,
}

impl Demand {
    /// What these subscriptions ask for together.
    pub(crate) fn of(subscriptions: &[Subscription]) -> Self {
        let thresholds = subscriptions.iter().filter_map(|subscription| subscription.waits).collect();
        let steps_before = subscriptions.iter().flat_map(|subscription| subscription.steps_before.iter());
        let steps_before = steps_before.copied().collect();
        let mut floors = BTreeMap::<_, BTreeSet<_>>::new();
        for subscription in subscriptions {
            floors.entry(subscription.kind).or_default().insert(subscription.floor);
        }
        Self { floors, thresholds, steps_before, in_the_making: None }
    }

    /// After how long waits are told; none where nobody asks for them.
    pub(crate) fn thresholds(&self) -> &BTreeSet<Threshold> {
        &self.thresholds
    }

    /// After how long waits are or were told of which cards may stand.
    pub(crate) fn told_steps(&self) -> BTreeSet<Threshold> {
        self.thresholds.union(&self.steps_before).copied().collect()
    }

    /// The same with subscriptions that are being made, whatever they will show. They have nothing walked that nobody else
    /// asks for. But where users are read a change that is remembered without them is lost for them; whatever else is read
    /// too early for them is read again.
    pub(crate) fn with_those_in_the_making(self, earliest: Option<Timestamp>) -> Self {
        Self { in_the_making: earliest, ..self }
    }

    /// Before which no floor of those lies that are being made; none where none is.
    pub(crate) fn in_the_making(&self) -> Option<Timestamp> {
        self.in_the_making
    }

    /// Whether an event of this kind and time is for anybody.
    pub(crate) fn wants(&self, kind: EventKind, at: Timestamp) -> bool {
        self.floor(kind).is_some_and(|floor| at >= floor)
    }

    /// The earliest floor of a kind; none where nobody asks for it, or is about to.
    pub(crate) fn floor(&self, kind: EventKind) -> Option<Timestamp> {
        let is_remembered = kind.comes_from(Stream::UserUpdates) && self.users_since().is_some();
        let in_the_making = self.in_the_making.filter(|_| is_remembered);
        self.asked(kind).into_iter().chain(in_the_making).min()
    }

    fn asked(&self, kind: EventKind) -> Option<Timestamp> {
        self.floors.get(&kind)?.first().copied()
    }

    /// Whether somebody began to ask for a kind after the one time and not after the other.
    pub(crate) fn began_between(&self, kind: EventKind, after: Timestamp, until: Timestamp) -> bool {
        let began = |floor: &Timestamp| *floor > after && *floor <= until;
        self.floors.get(&kind).is_some_and(|floors| floors.iter().any(began))
    }

    /// The earliest floor of the two kinds that are about users; none where nobody asks for either.
    pub(crate) fn users_since(&self) -> Option<Timestamp> {
        self.since(Stream::UserUpdates)
    }

    /// The earliest floor of the kinds that a stream brings; none where the stream need not be walked.
    pub(crate) fn since(&self, stream: Stream) -> Option<Timestamp> {
        let kinds = EventKind::ALL.into_iter().filter(|kind| kind.comes_from(stream));
        kinds.filter_map(|kind| self.asked(kind)).min()
    }

    /// The topics that tell of what is asked for of a stream, and of how the cards of it stand.
    pub(crate) fn topics(&self, stream: Stream) -> BTreeSet<Topic> {
        let mut topics = topics_of(self.floors.keys().copied());
        topics.retain(|topic| topic.stream() == stream);
        topics
    }

    /// The only role that the walk over contacts needs; both where none is given.
    pub(crate) fn contact_role(&self) -> Option<Role> {
        let leads = self.floors.contains_key(&EventKind::NewLead);
        let users = self.floors.contains_key(&EventKind::NewUser);
        match (leads, users) {
            (true, false) => Some(Role::Lead),
            (false, true) => Some(Role::User),
            _ => None,
        }
    }
}

/// What is asked for of a reading of a stream, and how far back. A seen-key is kept for a little longer than that before
/// the stream's mark: what is older may have been announced and forgotten, and is no news.
pub(crate) struct Recent<'a> {
    pub(crate) demand: &'a Demand,
    since: Timestamp,
}

impl<'a> Recent<'a> {
    /// Over a stream that had been read up to this mark; one that was never read reaches back to its floors.
    pub(crate) fn over(demand: &'a Demand, mark: Option<Timestamp>) -> Self {
        Self { demand, since: mark.map_or(Timestamp::default(), |mark| mark.minus(DEEPEST_WALK)) }
    }

    /// Whether somebody may have been told of a lead, and that it was identified is news.
    pub(crate) fn wants_identified(&self, lead: &Contact) -> bool {
        lead.updated_at >= self.since && self.demand.wants(EventKind::NewLead, lead.created_at)
    }

    /// Whether an event of this kind and time is for anybody, and news.
    pub(crate) fn wants(&self, kind: EventKind, at: Timestamp) -> bool {
        at >= self.since && self.demand.wants(kind, at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn demand(floors: &[(EventKind, i64)]) -> Demand {
        let floor = |(kind, floor): &(EventKind, i64)| (*kind, BTreeSet::from([Timestamp(*floor)]));
        Demand { floors: floors.iter().map(floor).collect(), ..Demand::default() }
    }

    #[test]
    fn without_a_subscriber_no_stream_is_walked() {
        for stream in [Stream::Contacts, Stream::Conversations, Stream::UserUpdates] {
            assert_eq!(Demand::default().since(stream), None);
        }
    }

    #[test]
    fn changed_users_alone_need_no_walk_by_created_at() {
        let updates = demand(&[(EventKind::UserUpdated, 5)]);
        assert_eq!(updates.since(Stream::Contacts), None);
        assert_eq!(updates.since(Stream::UserUpdates), Some(Timestamp(5)));
    }

    #[test]
    fn a_stream_has_the_topics_of_what_is_asked_for_of_it() {
        let demand = demand(&[(EventKind::NewLead, 5), (EventKind::NewUser, 5)]);
        assert_eq!(demand.topics(Stream::Contacts), BTreeSet::from([Topic::LeadCreated, Topic::UserCreated]));
        assert_eq!(demand.topics(Stream::UserUpdates), BTreeSet::from([Topic::LeadSignedUp]));
        assert_eq!(demand.topics(Stream::Conversations), BTreeSet::new());
    }

    #[test]
    fn of_conversations_all_that_their_cards_show_has_to_be_told() {
        let replied = demand(&[(EventKind::CustomerReplied, 5)]);
        let expected = [Topic::CustomerReplied].into_iter().chain(Topic::OF_CARDS).collect();
        assert_eq!(replied.topics(Stream::Conversations), expected);
        let unanswered = demand(&[(EventKind::Unanswered, 5)]);
        assert_eq!(unanswered.topics(Stream::Conversations), BTreeSet::new(), "no webhook tells who waits");
    }

    #[test]
    fn what_lies_two_days_before_the_mark_is_no_news() {
        let demand = demand(&[(EventKind::NewConversation, 5)]);
        let (kind, mark) = (EventKind::NewConversation, Timestamp(1_000_000));
        let recent = Recent::over(&demand, Some(mark));
        assert!(recent.wants(kind, mark.minus(DEEPEST_WALK)));
        assert!(!recent.wants(kind, mark.minus(DEEPEST_WALK + 1)));
        assert!(Recent::over(&demand, None).wants(kind, Timestamp(5)));
    }

    #[test]
    fn what_is_being_made_counts_for_users_that_are_read_anyway_and_has_nothing_walked() {
        let made = |floors: &[_]| demand(floors).with_those_in_the_making(Some(Timestamp(3)));
        let users = made(&[(EventKind::NewUser, 5)]);
        assert!(users.wants(EventKind::UserUpdated, Timestamp(3)));
        assert!(
            !users.wants(EventKind::UserUpdated, Timestamp(2))
                && !users.wants(EventKind::NewLead, Timestamp(9))
        );
        assert_eq!(users.users_since(), Some(Timestamp(5)));
        let updates = made(&[(EventKind::UserUpdated, 5)]);
        assert_eq!(updates.since(Stream::Contacts), None);
        assert!(!made(&[]).wants(EventKind::UserUpdated, Timestamp(9)));
    }

    #[test]
    fn each_kind_keeps_its_own_earliest_floor() {
        let demand = demand(&[(EventKind::NewLead, 5), (EventKind::NewUser, 9)]);
        assert!(demand.wants(EventKind::NewLead, Timestamp(5)));
        assert!(!demand.wants(EventKind::NewUser, Timestamp(8)));
        assert_eq!(demand.since(Stream::Contacts), Some(Timestamp(5)));
        assert_eq!(demand.users_since(), Some(Timestamp(9)));
    }
}
