//! How announced leads and users stand by now: what a reading tells of one that is in the journal is learnt beside its
//! entry, so that posted cards stay true. That is no event; that a lead was identified is one, which the judge finds.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use deskbell_domain::amendment::Amendment;
use deskbell_domain::bounds::CARDS_LIVE;
use deskbell_domain::contact::{Contact, Role};
use deskbell_domain::event::{Event, EventId, Record};
use deskbell_domain::ids::ContactId;
use deskbell_domain::person::{Fate, Person};
use deskbell_domain::port::store::Stored;
use deskbell_domain::time::Timestamp;
use tokio::sync::Mutex;

use super::recorder::Recorder;

/// Beyond so many people it is forgotten who was compared, which costs readings and nothing else.
const MOST_KNOWN: usize = 20_000;

/// Who was compared with the journal, by a hash of what a card tells. Held from comparing a reading to writing what it
/// says: an older one must not be written after it.
#[derive(Default)]
pub(super) struct People(Mutex<BTreeMap<ContactId, u64>>);

impl People {
    /// Those who were not compared as they are now.
    pub(super) async fn news(&self, contacts: &[Contact]) -> Vec<Contact> {
        let compared = self.0.lock().await;
        let is_news = |contact: &&Contact| compared.get(&contact.id) != Some(&hash(contact));
        contacts.iter().filter(is_news).cloned().collect()
    }

    /// Learns how these stand.
    pub(super) async fn learn(&self, contacts: &[Contact], recorder: &Recorder) -> Stored<()> {
        let mut compared = self.0.lock().await;
        let is_read = |contact: &&Contact| contact.updated_at != Timestamp::default();
        let news = contacts.iter().filter(is_read);
        let news: Vec<_> = news.filter(|contact| compared.get(&contact.id) != Some(&hash(contact))).collect();
        let ids: Vec<_> = news.iter().flat_map(|contact| events_of(&contact.id)).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let seen = recorder.journal.seen(&recorder.workspace, &ids).await?;
        let of = news.iter().flat_map(|contact| [contact; EVENTS]);
        for ((contact, event), _) in of.zip(&ids).zip(seen).filter(|(_, is_seen)| *is_seen) {
            learn(event, |announced| Person::read(contact, announced.role), recorder).await?;
        }
        if compared.len() > MOST_KNOWN {
            compared.clear();
        }
        compared.extend(news.into_iter().map(|contact| (contact.id.clone(), hash(contact))));
        Ok(())
    }

    /// Learns what became of one that is no longer there.
    pub(super) async fn learn_fate(&self, id: &ContactId, fate: Fate, recorder: &Recorder) -> Stored<()> {
        let _turn = self.0.lock().await;
        let now = recorder.server_time.now().seconds();
        for event in events_of(id) {
            learn(&event, |_| Person::became(fate.clone(), now), recorder).await?;
        }
        Ok(())
    }
}

/// How many events show one who was announced.
const EVENTS: usize = 3;

/// Those events, as far as they happened.
fn events_of(id: &ContactId) -> [EventId; EVENTS] {
    [EventId::lead_created(id), EventId::lead_identified(id), EventId::user_created(id)]
}

/// Of what a card tells.
fn hash(contact: &Contact) -> u64 {
    let mut hasher = DefaultHasher::new();
    let is_user = contact.role == Role::User;
    (&contact.name, &contact.email, &contact.phone, is_user).hash(&mut hasher);
    hasher.finish()
}

async fn learn(event: &EventId, says: impl FnOnce(&Contact) -> Person, recorder: &Recorder) -> Stored<()> {
    let Some(event) = recorder.journal.event(&recorder.workspace, event).await? else { return Ok(()) };
    let present = recorder.server_time.now().seconds();
    let Some(known) = contact_of(&event).filter(|_| event.at >= present.minus(CARDS_LIVE)) else {
        return Ok(());
    };
    let person = says(known);
    if known.is_told_anew_by(&person) {
        recorder.learn(&event, &Amendment::of_person(person)).await?;
    }
    Ok(())
}

fn contact_of(event: &Event) -> Option<&Contact> {
    match &event.record {
        Record::Lead { contact } | Record::Identified { contact } | Record::User { contact, .. } => {
            Some(contact)
        }
        Record::Update { .. } | Record::Conversation { .. } => None,
    }
}
