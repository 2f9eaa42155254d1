//! What is said of leads that have the e-mail address of a user who is to be made.

use deskbell_domain::card::text::Text;
use deskbell_domain::contact::Contact;
use deskbell_domain::message::{Button, Message};
use deskbell_domain::press::look::LookPress;

use super::{Shown, options};

/// As many leads are named.
const MOST_NAMED: usize = 3;

/// Leads have the address: nothing was changed, and whoever asked decides. The keys hold what was typed.
pub fn leads_have_it(shown: Shown<'_>, leads: &[Contact], convert: String, beside: String) -> Message {
    let convert = LookPress::Convert(convert).to_custom_id();
    let beside = LookPress::CreateBeside(beside).to_custom_id();
    let anew = Button::secondary("Create a user all the same", beside);
    if let [lead] = leads {
        let text = Text::ours("A lead has this e-mail: ").joined(shown.named(lead));
        return Message::of(text.and(". I changed nothing."))
            .buttons([Button::primary("Make that lead a user", convert), anew]);
    }
    let mut text = Text::ours(format!("{} leads have this e-mail: ", leads.len()));
    for (index, lead) in leads.iter().take(MOST_NAMED).enumerate() {
        text = text.and(if index > 0 { "; " } else { "" }).joined(shown.named(lead));
    }
    let rest = leads.len().saturating_sub(MOST_NAMED);
    let text = if rest > 0 { text.and(format!(" and {rest} more")) } else { text };
    Message::of(text.and(". I changed nothing."))
        .select(convert, "Make one of them a user…", options(leads))
        .buttons([anew])
}
