//! What happens in the workspace: events of four kinds at random moments, each with a sign of its own.

use std::cell::Cell;
use std::ops::RangeInclusive;
use std::time::Duration;

use deskbell_sandbox::intercom::{ContactId, Intercom, NewContact, NewConversation};
use tokio::time::sleep;

/// How long it is between two events.
const BETWEEN_MS: std::ops::Range<u64> = 20..260;

/// How many users there are who can change, each once: a second change before the next poll would be one with it.
const POOL: usize = 2_000;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Lead,
    User,
    Update,
    Conversation,
}

impl Kind {
    pub(crate) const ALL: [Self; 4] = [Self::Lead, Self::User, Self::Update, Self::Conversation];
}

/// An event, and how it is recognised on a card.
#[derive(Debug, Clone)]
pub(crate) struct Made {
    pub(crate) kind: Kind,
    pub(crate) sign: String,
    /// In which second of Intercom's, by which the journal is ordered: between these.
    pub(crate) seconds: RangeInclusive<i64>,
}

/// The sign of the event with this number: no other text on a card looks like it.
fn sign(number: usize) -> String {
    format!("q{number:05}q")
}

/// The signs in a text, in their order, each once.
pub(crate) fn signs(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for (start, _) in text.match_indices('q') {
        let Some(candidate) = text.get(start..start + 7) else { continue };
        let digits = candidate.strip_prefix('q').and_then(|rest| rest.strip_suffix('q'));
        let is_sign = digits.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
        if is_sign && !found.iter().any(|one| one == candidate) {
            found.push(candidate.to_owned());
        }
    }
    found
}

/// The workspace, with everybody who was there before.
pub(crate) struct Traffic {
    intercom: Intercom,
    random: fastrand::Rng,
    pool: Vec<(ContactId, String)>,
    customer: ContactId,
    made: Vec<Made>,
    count: usize,
}

impl Traffic {
    pub(crate) fn begin(intercom: Intercom, random: fastrand::Rng) -> Self {
        let user = |number| {
            let sign = sign(number);
            (intercom.contacts().create(NewContact::user().name(&format!("User {sign}"))), sign)
        };
        let pool: Vec<_> = (0..POOL).map(user).collect();
        let customer = intercom.contacts().create(NewContact::lead().name("A customer"));
        Self { intercom, random, pool, customer, made: Vec::new(), count: POOL }
    }

    /// One event of a kind.
    pub(crate) fn make(&mut self, kind: Kind) {
        let earliest = self.intercom.clock().unix_seconds();
        let sign = match kind {
            Kind::Update => self.update(),
            Kind::Lead | Kind::User | Kind::Conversation => {
                self.count += 1;
                let sign = sign(self.count);
                self.create(kind, &sign);
                Some(sign)
            }
        };
        let seconds = earliest..=self.intercom.clock().unix_seconds();
        self.made.extend(sign.map(|sign| Made { kind, sign, seconds }));
    }

    fn create(&self, kind: Kind, sign: &str) {
        let contacts = self.intercom.contacts();
        match kind {
            Kind::Lead => drop(contacts.create(NewContact::lead().name(&format!("Lead {sign}")))),
            Kind::User => drop(contacts.create(NewContact::user().name(&format!("User {sign}")))),
            Kind::Update | Kind::Conversation => {
                let body = format!("<p>Where is my order {sign}?</p>");
                let new = NewConversation::from_contact(&self.customer, &body);
                drop(self.intercom.conversations().start(new));
            }
        }
    }

    fn update(&mut self) -> Option<String> {
        let (id, sign) = self.pool.pop()?;
        let phone = format!("+49 30 {}", self.pool.len());
        self.intercom.contacts().update(&id, |contact| contact.phone = Some(phone)).ok()?;
        Some(sign)
    }

    /// Events at random until it is told to stop.
    pub(crate) async fn flow(&mut self, stop: &Cell<bool>) {
        while !stop.get() {
            let kind = Kind::ALL[self.random.usize(..Kind::ALL.len())];
            // Now and then several within a moment.
            for _ in 0..=self.random.u8(..10) / 8 * 5 {
                self.make(kind);
            }
            sleep(Duration::from_millis(self.random.u64(BETWEEN_MS))).await;
        }
    }

    pub(crate) fn made(&self) -> &[Made] {
        &self.made
    }
}
