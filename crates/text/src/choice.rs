//! What is offered while somebody types: one line for each choice.

use deskbell_domain::contact::Company;
use deskbell_domain::event::EventKind;
use deskbell_domain::service::suggest::Suggestion;

/// Code points of a name beside an e-mail address.
const NAME_SHOWN: usize = 60;

/// "New lead → #sales". A channel that cannot be looked up is named by its id.
pub fn notification(kind: EventKind, channel: &str) -> String {
    format!("{} → #{channel}", kind.word())
}

/// Name · external id.
pub fn company(company: &Company) -> String {
    let name = company.name.as_deref().unwrap_or("(no name)");
    match company.company_id.as_deref() {
        Some(key) => format!("{name} · {key}"),
        None => name.to_owned(),
    }
}

/// Name · e-mail address.
pub fn contact(suggestion: &Suggestion) -> String {
    match &suggestion.email {
        Some(email) => {
            format!("{} · {email}", suggestion.name.chars().take(NAME_SHOWN).collect::<String>())
        }
        None => suggestion.name.clone(),
    }
}
