//! What is offered while somebody types: one line for each choice.

use deskbell_domain::card::text::shorten;
use deskbell_domain::contact::Company;
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
    fn a_name_that_is_too_long_beside_an_address_ends_as_one_that_was_cut() {
        let name = "Ada Augusta King-Noel, Countess of Lovelace, born Byron, of London";
        let shown = with_address(name, Some("ada@acme.io"));
        assert_eq!(shown, "Ada Augusta King-Noel, Countess of Lovelace, born Byron,… · ada@acme.io");
    }
}
