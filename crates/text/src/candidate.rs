//! Records as options of a select. Whatever they are called, no two look the same: each says below its label what tells
//! it from the others, a person's address and company, a conversation's person, and where that is the same, too, when
//! they came and how their id ends.

use std::collections::BTreeMap;

use deskbell_domain::card::text::shorten;
use deskbell_domain::contact::Contact;
use deskbell_domain::conversation::Conversation;
use deskbell_domain::message::SelectOption;
use deskbell_domain::time::Timestamp;

use crate::card;

/// Code points of a label or description: Discord's limit.
const SHOWN: usize = 100;
/// Code points of one of several parts of them.
const PART_SHOWN: usize = 45;

/// A record that can be chosen.
pub(crate) struct Candidate {
    label: String,
    /// What the press carries.
    pub(crate) value: String,
    /// What is always said below the label.
    usual: Vec<String>,
    /// What is said before that, as much of it as tells it from those that look the same.
    further: Vec<String>,
}

impl Candidate {
    /// A lead or user: who it is, and below how to reach them and which firm.
    pub(crate) fn of_contact(contact: &Contact) -> Self {
        let label = contact.display_name();
        let company = contact.companies.items.iter().find_map(|company| company.name.clone());
        let email = contact.email.clone().filter(|email| *email != label);
        let usual = [email, company].into_iter().flatten().collect();
        let further = further(contact.created_at, contact.id.as_str());
        Self { label, value: contact.id.as_str().to_owned(), usual, further }
    }

    /// A conversation: what it is about, and below with whom.
    pub(crate) fn of_conversation(conversation: &Conversation) -> Self {
        let who = card::person(conversation);
        let company = conversation.company_names.first().cloned();
        let (label, usual) = match card::what_it_is_about(conversation) {
            Some(what) => (what, [Some(who), company].into_iter().flatten().collect()),
            None => (who, company.into_iter().collect()),
        };
        let further = further(conversation.created_at, conversation.id.as_str());
        Self { label, value: conversation.id.as_str().to_owned(), usual, further }
    }

    /// A record of which nothing may be said but this.
    pub(crate) fn nameless(label: String, value: String) -> Self {
        Self { label, value, usual: Vec::new(), further: Vec::new() }
    }

    /// As it looks with so many of the further parts.
    fn looks(&self, parts: usize) -> (String, String) {
        let said = self.further.iter().take(parts).rev().chain(&self.usual);
        let said: Vec<_> = said.map(|part| shorten(part, PART_SHOWN)).collect();
        (shorten(&self.label, SHOWN), shorten(&said.join(" · "), SHOWN))
    }
}

/// When it came, and how its id ends.
fn further(at: Timestamp, id: &str) -> Vec<String> {
    let time = jiff::Timestamp::from_second(at.0).ok().filter(|_| at != Timestamp::default());
    let time = time.map(|time| time.strftime("%Y-%m-%d %H:%M UTC").to_string());
    let tail = id.char_indices().rev().nth(5).map_or(id, |(start, _)| &id[start..]);
    time.into_iter().chain([format!("…{tail}")]).collect()
}

/// The options, each with as much below its label as tells it from the others.
pub(crate) fn told_apart(candidates: Vec<Candidate>) -> Vec<SelectOption> {
    let mut parts = vec![0; candidates.len()];
    let most = candidates.iter().map(|candidate| candidate.further.len()).max().unwrap_or(0);
    for _ in 0..most {
        let looks: Vec<_> = candidates.iter().zip(&parts).map(|(one, parts)| one.looks(*parts)).collect();
        let mut counts: BTreeMap<_, usize> = BTreeMap::new();
        for look in &looks {
            *counts.entry(look).or_default() += 1;
        }
        for (parts, look) in parts.iter_mut().zip(&looks) {
            *parts += usize::from(counts.get(look).is_some_and(|count| *count > 1));
        }
    }
    let options = candidates.into_iter().zip(parts).map(|(candidate, parts)| {
        let (label, description) = candidate.looks(parts);
        let description = Some(description).filter(|text| !text.is_empty());
        SelectOption { label, description, value: candidate.value }
    });
    options.collect()
}

#[cfg(test)]
mod tests {
    use deskbell_domain::contact::{Named, PartialList, Role};
    use deskbell_domain::ids::{CompanyId, ContactId};

    use super::*;

    fn lead(number: usize, name: &str) -> Contact {
        let mut lead = Contact::bare(ContactId::new(format!("6762f0dd1bb69f9f2193b{number:03}")), Role::Lead);
        lead.name = Some(name.to_owned());
        lead
    }

    fn shown(leads: &[Contact]) -> String {
        let options = told_apart(leads.iter().map(Candidate::of_contact).collect());
        let lines = options.iter().map(|option| match &option.description {
            Some(description) => format!("{} / {description}", option.label),
            None => option.label.clone(),
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn namesakes_are_told_apart_by_what_differs() {
        let mut leads: Vec<_> = (0..6).map(|number| lead(number, "Ada Lovelace")).collect();
        leads[0].email = Some("ada@acme.io".to_owned());
        let acme = Named { id: CompanyId::new("1"), name: Some("Acme Ltd".to_owned()) };
        leads[1].companies = PartialList { items: vec![acme], total: 1 };
        for (lead, at) in leads[2..].iter_mut().zip([1_763_889_600, 1_763_889_660, 1_763_889_600]) {
            lead.created_at = Timestamp(at);
        }
        leads.push(lead(9, "Grace Hopper"));
        insta::assert_snapshot!(shown(&leads), @r"
        Ada Lovelace / ada@acme.io
        Ada Lovelace / Acme Ltd
        Ada Lovelace / …93b002 · 2025-11-23 09:20 UTC
        Ada Lovelace / 2025-11-23 09:21 UTC
        Ada Lovelace / …93b004 · 2025-11-23 09:20 UTC
        Ada Lovelace / …93b005
        Grace Hopper
        ");
    }

    #[test]
    fn ten_leads_of_one_name_that_is_too_long_to_show_do_not_look_the_same() {
        let leads: Vec<_> = (0..10).map(|number| lead(number, &"Ada ".repeat(60))).collect();
        let options = told_apart(leads.iter().map(Candidate::of_contact).collect());
        let looks: std::collections::BTreeSet<_> =
            options.iter().map(|option| (&option.label, &option.description)).collect();
        assert_eq!(looks.len(), 10);
        assert!(options.iter().all(|option| option.label.chars().count() <= SHOWN));
    }
}
