//! What is offered while somebody types: one line for each choice.

use deskbell_domain::card::text::shorten;
use deskbell_domain::contact::Company;
use deskbell_domain::service::conversations::Recent;
use deskbell_domain::service::suggest::Suggestion;
use deskbell_domain::subscription::Subscription;

use crate::card::after;

/// Code points of a name beside an e-mail address.
const NAME_SHOWN: usize = 60;

/// "New lead → #sales". A channel that cannot be looked up is named by its id.
pub fn notification(subscription: &Subscription, channel: &str) -> String {
    let word = subscription.kind.word();
    match subscription.waits {
        Some(waits) => format!("{word} {} → #{channel}", after(waits)),
        None => format!("{word} → #{channel}"),
    }
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
    with_address(&suggestion.name, suggestion.email.as_deref())
}

/// Who, and what it is about.
pub fn conversation(recent: &Recent) -> String {
    let who = recent.name.as_deref().or(recent.email.as_deref()).unwrap_or("A visitor");
    let about = recent.subject.as_deref().unwrap_or(&recent.words);
    let about = if about.trim().is_empty() { recent.id.as_str() } else { about };
    format!("{}: {about}", shorten(who, NAME_SHOWN))
}

fn with_address(name: &str, email: Option<&str>) -> String {
    match email {
        Some(email) => format!("{} · {email}", shorten(name, NAME_SHOWN)),
        None => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conversation_is_offered_by_who_wrote_and_what_about() {
        let recent = |name: Option<&str>, subject: Option<&str>, words: &str| {
            let (name, subject) = (name.map(str::to_owned), subject.map(str::to_owned));
            let id = deskbell_domain::ids::ConversationId::new("215470");
            conversation(&Recent { id, name, email: None, subject, words: words.to_owned() })
        };
        assert_eq!(recent(Some("Ada"), Some("Refund"), "Hi"), "Ada: Refund");
        assert_eq!(recent(Some("Ada"), None, "Hi there"), "Ada: Hi there");
        assert_eq!(recent(None, None, ""), "A visitor: 215470");
    }

    #[test]
    fn a_name_that_is_too_long_beside_an_address_ends_as_one_that_was_cut() {
        let name = "Ada Augusta King-Noel, Countess of Lovelace, born Byron, of London";
        let shown = with_address(name, Some("ada@acme.io"));
        assert_eq!(shown, "Ada Augusta King-Noel, Countess of Lovelace, born Byron,… · ada@acme.io");
    }
}
