//! Whom a notification mentions, as parts of sentences and lists.

use std::time::Duration;

use deskbell_domain::mention::{Called, Every, Mention, Whom};

use crate::notify::within;

/// How Discord writes it: the name is shown, and whoever it is is called where the message may call them.
pub(crate) fn called(called: Called) -> String {
    match called {
        Called::Role(role) => format!("<@&{role}>"),
        Called::Member(member) => format!("<@{member}>"),
    }
}

/// Whom, within a sentence.
pub(crate) fn whom(whom: Whom) -> String {
    match whom {
        Whom::Role(role) => called(Called::Role(role)),
        Whom::WhoeverHasIt => "whoever has it".to_owned(),
    }
}

/// How often at most, within a sentence: `at most once in 15 minutes`.
pub(crate) fn at_most(every: Every) -> String {
    format!("at most once in {}", within(Duration::from_secs(u64::from(every.seconds()))))
}

/// Whom, and how often where that is not as usual, as a part of a list.
pub(crate) fn short(mention: Mention) -> String {
    let whom = whom(mention.whom);
    if mention.every == Every::USUAL {
        format!("mentions {whom}")
    } else {
        format!("mentions {whom} {}", at_most(mention.every))
    }
}
