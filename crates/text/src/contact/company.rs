//! What is said of companies that were typed.

use deskbell_domain::card::text::{Piece, Text};
use deskbell_domain::contact::Company;
use deskbell_domain::message::{Message, SelectOption};
use deskbell_domain::press::look::LookPress;

use crate::choice;
use crate::number::number;
use crate::refusal::shortened;

/// Several companies are meant by what was typed: one is to be picked. The key holds what goes on then.
pub fn pick_company(typed: &str, key: String, companies: &[Company]) -> Message {
    let option = |company: &Company| SelectOption {
        label: choice::company(company),
        // Two companies of one name without an id of their own differ in Intercom's id alone.
        description: company.company_id.is_none().then(|| company.id.as_str().to_owned()),
        value: company.id.as_str().to_owned(),
    };
    let sentence = Text::ours(format!("{} companies fit ", number(companies.len() as u64)))
        .with(Piece::Code(shortened(typed)))
        .and(". Pick one:");
    Message::of(sentence).select(
        LookPress::InCompany(key).to_custom_id(),
        "Pick one…",
        companies.iter().map(option).collect(),
    )
}
