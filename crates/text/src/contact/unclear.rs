//! What is said of a lead of which nobody knows whether it was made.

use deskbell_domain::message::Message;

use crate::around::Around;
use crate::command::CommandName;

/// It is looked for by itself.
pub fn looking(around: Around<'_>) -> Message {
    Message::say(format!(
        "⚠️ Intercom did not answer, so I do not know whether the lead was created. I look for it myself within a minute \
         and tell you here; {} shows it too.",
        around.mention(CommandName::LeadList)
    ))
}

/// It was not found, which is no proof.
pub fn not_found(around: Around<'_>) -> Message {
    Message::say(format!(
        "⚠️ Intercom did not answer, and a minute later I do not find the lead: it was most likely not created. Intercom's \
         search can be late, so look at {} before trying again.",
        around.mention(CommandName::LeadList)
    ))
}
