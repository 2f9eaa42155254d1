//! What is said when something did not work: ❌, the sentence, what to do, and a reference as the last line.

use std::time::Duration;

use deskbell_domain::card::text::{Piece, Text, WhenStyle};
use deskbell_domain::delivery::Reference;
use deskbell_domain::message::{Button, Message};
use deskbell_domain::port::intercom::{IntercomError, Lack, Unanswered};

use crate::around::Around;

/// What was asked when it failed: decides whether it may simply be tried again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Something would have changed.
    Write,
    /// Nothing would; the `custom_id` of [Try again], where there is one.
    Read {
        /// What the button carries.
        again: Option<String>,
    },
}

/// A fault of ours.
pub fn bug(reference: &Reference) -> Message {
    with_sign(
        Message::say(format!(
            "Something went wrong on my side. Nothing was posted. Whoever runs this bot finds `{reference}` in the log."
        )),
        Some(reference),
    )
}

/// While it takes long.
pub fn slow() -> Message {
    Message::say("Intercom is slow, still trying …")
}

/// With the sign of what did not work above, and below the reference by which it is found in the log, if it stands there.
pub fn with_sign(reply: Message, reference: Option<&Reference>) -> Message {
    let signed = reply.after(Text::ours("❌ "));
    match reference {
        Some(reference) => signed.small(Text::ours(format!("Reference {reference}"))),
        None => signed,
    }
}

/// The store did not do it.
pub fn store(effect: &Effect) -> Message {
    // A repetition finds what was done already, and of several writes some may have been.
    let done = match effect {
        Effect::Write => " It was not done, or only in part; doing it again later does no harm.",
        Effect::Read { .. } => "",
    };
    Message::say(format!(
        "I cannot read or write my own store just now.{done} Whoever runs this bot finds the reason in the log."
    ))
}

/// What is said of changes: nothing, where none was asked for.
pub(crate) fn unchanged(effect: &Effect) -> &'static str {
    match effect {
        Effect::Write => " Nothing was changed.",
        Effect::Read { .. } => "",
    }
}

/// Why Intercom did not do it, as a sentence without its full stop, to stand after a colon.
pub fn cause(error: &IntercomError) -> Text {
    Text::ours(match error {
        IntercomError::Unavailable(Unanswered::Silent) => "Intercom did not answer",
        IntercomError::Unavailable(Unanswered::NoConnection(_)) => {
            "Intercom did not answer, it cannot be reached"
        }
        IntercomError::Unavailable(Unanswered::CutOff) => "Intercom did not answer, the connection broke off",
        IntercomError::Unavailable(Unanswered::WebPage) => {
            "Intercom's answer was a web page, as a proxy or firewall sends them"
        }
        IntercomError::Unavailable(Unanswered::Failing) => "Intercom answered that it failed",
        IntercomError::Unavailable(Unanswered::Unreadable) => "I could not read what Intercom answered",
        IntercomError::OutcomeUnknown => "Intercom did not answer, so I do not know whether it was done",
        IntercomError::RateLimited { .. } => "Intercom allows no more calls just now",
        IntercomError::TooMany { .. } => "you have asked Intercom for as much as one person may in a minute",
        IntercomError::Refused { .. } => "Intercom refuses the token",
        IntercomError::Forbidden { lack: Lack::Permission(permission) } => {
            return Text::ours(format!("Intercom's token lacks **{}**", permission.label()));
        }
        IntercomError::Forbidden { lack: Lack::Plan } => "Intercom says that your plan does not include this",
        IntercomError::Invalid { message, .. } => {
            return Text::ours("Intercom did not accept this: ").and_theirs(message.clone());
        }
        IntercomError::Missing => "Intercom does not know this record any more",
        IntercomError::NoWorkspace => "Intercom does not say which workspace the token belongs to",
    })
}

/// Intercom did not do it.
pub fn intercom(around: Around<'_>, error: &IntercomError, effect: &Effect) -> Message {
    let unchanged = unchanged(effect);
    let reply = match error {
        IntercomError::Unavailable(_)
        | IntercomError::Forbidden { lack: Lack::Plan }
        | IntercomError::Invalid { .. }
        | IntercomError::Missing
        | IntercomError::NoWorkspace => Message::of(cause(error).and(".").and(unchanged)),
        IntercomError::OutcomeUnknown => Message::say(
            "Intercom did not answer, so I do not know whether it was changed. Look at it in a few minutes before trying \
             again.",
        ),
        IntercomError::RateLimited { after } => {
            try_again(around, cause(error).and(".").and(unchanged), *after)
        }
        IntercomError::TooMany { after } => {
            let sentence = "You have asked Intercom for as much as one person may in a minute.";
            try_again(around, Text::ours(sentence).and(unchanged), *after)
        }
        IntercomError::Refused { .. } => Message::say(format!(
            "Intercom refuses the token: it was revoked or replaced.{unchanged} Whoever runs this bot must renew it \
             (Developer Hub → your app → Authentication). Events are not lost: I catch up then.",
        )),
        IntercomError::Forbidden { lack: Lack::Permission(_) } => Message::of(
            cause(error)
                .and(". Whoever runs this bot can give it: Developer Hub → your app → Authentication.")
                .and(unchanged),
        ),
    };
    match effect {
        Effect::Read { again: Some(again) } if may_be_repeated(error) => {
            reply.buttons([Button::secondary("Try again", again.clone())])
        }
        _ => reply,
    }
}

/// A sentence that ends with when.
fn try_again(around: Around<'_>, sentences: Text, after: Duration) -> Message {
    // Rounded up: whoever tries at the moment that was named must not be too early.
    let seconds = after.as_secs() + u64::from(after.subsec_nanos() > 0);
    let at = around.now.plus(i64::try_from(seconds).unwrap_or(60).max(1));
    Message::of(sentences.and(" Try again ").with(Piece::When(at, WhenStyle::Relative)).and("."))
}

fn may_be_repeated(error: &IntercomError) -> bool {
    matches!(error, IntercomError::Unavailable(_) | IntercomError::RateLimited { .. })
}
