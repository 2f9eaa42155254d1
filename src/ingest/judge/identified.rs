//! Which leads were identified: those that were told of without an address, and have one by now.
//!
//! It is found before what was learnt of the lead is written: a process that dies in between finds it once more, and knows
//! it by its id.

use deskbell_domain::bounds::CARDS_LIVE;
use deskbell_domain::contact::{Contact, Role};
use deskbell_domain::event::{Event, EventId, Record};
use deskbell_domain::person::Person;
use deskbell_domain::port::store::Stored;
use deskbell_domain::time::Timestamp;

use super::{Finding, Judge};
use crate::ingest::demand::Recent;
use crate::ingest::names::LookUps;

impl Judge {
    /// The leads among these that were identified.
    pub(in crate::ingest) async fn find_identified(
        &self,
        mut leads: Vec<Contact>,
        recent: &Recent<'_>,
        look_ups: &mut LookUps<'_>,
    ) -> Stored<Vec<Finding>> {
        let may_be = |lead: &Contact| lead.role == Role::Lead && lead.can_be_answered();
        leads.retain(|lead| may_be(lead) && recent.wants_identified(lead));
        let ids: Vec<_> = leads.iter().map(|lead| EventId::lead_identified(&lead.id)).collect();
        let mut findings = Vec::new();
        for (mut lead, id) in self.unseen(leads, ids).await? {
            let Some(told) = self.told_without_address(&lead).await? else { continue };
            self.keep_shown(&mut lead, &[], look_ups).await;
            lead.wrote_at = told.wrote_at;
            let at = lead.updated_at;
            let event = self.event(id, at, lead, |contact| Record::Identified { contact }).await?;
            findings.push(Finding::named(event, None, look_ups).await);
        }
        Ok(findings)
    }

    /// The lead as it is known, if it was told of lately and has no address as far as is known.
    async fn told_without_address(&self, lead: &Contact) -> Stored<Option<Contact>> {
        let told = self.journal.event(&self.workspace, &EventId::lead_created(&lead.id)).await?;
        let Some(Event { at, record: Record::Lead { contact: told }, .. }) = told else { return Ok(None) };
        let is_live = at >= Timestamp(lead.updated_at.0.saturating_sub(CARDS_LIVE));
        let is_new = !told.can_be_answered() && told.is_told_anew_by(&Person::read(lead, Role::Lead));
        Ok(Some(*told).filter(|_| is_live && is_new))
    }
}
