//! Tags, and which contacts carry them.

use super::UnknownRecord;
use crate::intercom::{
    Intercom,
    contact::AppliedTag,
    ids::{ContactId, TagId},
};

/// The tags of the workspace.
#[derive(Clone, Copy, Debug)]
pub struct TagsHandle<'a> {
    intercom: &'a Intercom,
}

impl Intercom {
    /// The tags of the workspace.
    pub fn tags(&self) -> TagsHandle<'_> {
        TagsHandle { intercom: self }
    }
}

impl TagsHandle<'_> {
    /// Makes a tag that contacts can carry, or finds the one of that name.
    pub fn create(self, name: &str) -> TagId {
        self.intercom.with(|state| {
            if let Some((id, _)) = state.tags.iter().find(|(_, known)| *known == name) {
                return id.clone();
            }
            let id = TagId::from((7_522_900 + state.chance.next_serial()).to_string());
            state.tags.insert(id.clone(), name.to_owned());
            id
        })
    }

    /// Puts a tag on a contact; `updated_at` stays.
    pub fn apply(self, contact: &ContactId, tag: &TagId) -> Result<(), UnknownRecord> {
        let now = self.intercom.now();
        self.intercom.contacts().change(contact, |contact| {
            if !contact.has_tag(tag) {
                contact.tags.push(AppliedTag { id: tag.clone(), applied_at: now, applied_by: None });
            }
        })
    }

    /// Takes a tag off a contact; `updated_at` stays.
    pub fn remove(self, contact: &ContactId, tag: &TagId) -> Result<(), UnknownRecord> {
        self.intercom.contacts().change(contact, |contact| contact.tags.retain(|applied| applied.id != *tag))
    }
}
