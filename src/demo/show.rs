//! What the play is played with: the stage, and what a scene makes happen there. Whatever must be posted goes into the
//! ledger as it happens.

use std::time::Duration;

use deskbell_domain::event::EventKind;
use deskbell_sandbox::discord::Discord;
use deskbell_sandbox::intercom::{Contact, ContactId, ConversationId, Location, NewContact, NewConversation};

use super::cast::{Character, QUESTIONS};
use super::ledger::{Expected, Ledger};
use super::moment::{Moment, Mood};
use super::narrator::Narrator;
use super::stage::Stage;
use super::tally::Tally;
use super::watch::{self, Checks};

/// How long it is waited for everything to be posted; then the play goes on, and the summary tells.
pub(super) const PATIENCE: Duration = Duration::from_secs(40);

/// What the play is played with.
pub(super) struct Show<'a> {
    pub(super) stage: &'a Stage,
    pub(super) narrator: &'a Narrator,
    pub(super) ledger: &'a Ledger,
}

impl Show<'_> {
    pub(super) fn lead(&self, new: NewContact) -> ContactId {
        let id = self.stage.intercom.contacts().create(new);
        self.expect_of(EventKind::NewLead, &id);
        id
    }

    pub(super) fn user(&self, new: NewContact) -> ContactId {
        let id = self.stage.intercom.contacts().create(new);
        self.expect_of(EventKind::NewUser, &id);
        id
    }

    pub(super) fn update(&self, id: &ContactId, change: impl FnOnce(&mut Contact)) -> anyhow::Result<()> {
        self.stage.intercom.contacts().update(id, change)?;
        self.expect_of(EventKind::UserUpdated, id);
        Ok(())
    }

    /// Somebody asks the question of this number.
    pub(super) fn conversation(&self, from: &ContactId, number: usize) -> ConversationId {
        let intercom = &self.stage.intercom;
        let (subject, text) = QUESTIONS[number];
        let new =
            NewConversation::from_contact(from, text).subject(subject).url("https://acme.example/pricing");
        let id = intercom.conversations().start(new);
        self.expect_in(EventKind::NewConversation, &id, subject);
        id
    }

    /// Something happens in a conversation just now.
    pub(super) fn expect_in(&self, kind: EventKind, id: &ConversationId, name: &str) {
        self.expect_at(kind, id, name, self.stage.intercom.clock().unix_seconds());
    }

    /// The same of what has a time of its own, in Intercom's seconds.
    pub(super) fn expect_at(&self, kind: EventKind, id: &ConversationId, name: &str, at: i64) {
        self.ledger.expect(Expected {
            kind,
            channel: self.stage.channel_of(kind),
            record: id.as_str().to_owned(),
            name: name.to_owned(),
            at,
        });
    }

    pub(super) fn expect_of(&self, kind: EventKind, id: &ContactId) {
        if let Some(contact) = self.stage.intercom.contacts().get(id) {
            self.expect(kind, &contact);
        }
    }

    pub(super) fn expect(&self, kind: EventKind, contact: &Contact) {
        self.ledger.expect(Expected {
            kind,
            channel: self.stage.channel_of(kind),
            record: contact.id.as_str().to_owned(),
            name: contact.name.clone().unwrap_or_default(),
            at: contact.updated_at,
        });
    }

    pub(super) fn say(&self, text: &str) {
        self.narrator.tell(&Moment::Told { mood: Mood::Plain, text: text.to_owned() });
    }

    pub(super) fn trouble(&self, text: &str) {
        self.narrator.tell(&Moment::Told { mood: Mood::Trouble, text: text.to_owned() });
    }

    pub(super) fn good(&self, text: &str) {
        self.narrator.tell(&Moment::Told { mood: Mood::Good, text: text.to_owned() });
    }

    /// Waits until everything that happened so far is posted, and told.
    pub(super) async fn settled(&self) {
        let is_settled = |_: &Discord| self.tally().missing() == 0;
        // What is still missing then is told in the summary.
        let _in_vain = self.stage.discord.wait_for("every event", PATIENCE, is_settled).await;
        let newest = self.stage.discord.all_messages().posted().last().map(|message| message.id);
        self.narrator.has_told(newest).await;
    }

    /// The count so far.
    pub(super) fn tally(&self) -> Tally {
        Tally::of(&self.ledger.expected(), &watch::posted(self.stage), Checks::default())
    }
}

/// Everything that is known of somebody.
pub(super) fn described(new: NewContact, who: &Character) -> NewContact {
    let location = Location::of(who.city, who.city, who.country);
    new.name(who.name).email(who.email).phone(who.phone).location(location)
}
