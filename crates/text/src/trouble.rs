//! What cannot be read from Intercom: which part, why, since when, and what a person can do about it.

use std::collections::BTreeMap;

use deskbell_domain::card::text::{Piece, Text, WhenStyle};
use deskbell_domain::event::EventKind;
use deskbell_domain::port::intercom::{Lack, NoConnection, Unanswered};
use deskbell_domain::trouble::{Cause, Part, Trouble};

use crate::number::list;

/// A sentence for each cause: what, why, what to do, since when.
pub fn sentences(troubles: &[Trouble]) -> Vec<Text> {
    let mut alike: BTreeMap<Cause, Vec<Trouble>> = BTreeMap::new();
    for trouble in troubles {
        alike.entry(trouble.cause).or_default().push(*trouble);
    }
    alike.into_iter().map(|(cause, troubles)| sentence(cause, &troubles)).collect()
}

fn sentence(cause: Cause, troubles: &[Trouble]) -> Text {
    let what = parts(troubles.iter().map(|trouble| trouble.part));
    let text = Text::ours(format!("I cannot read {what}: "))
        .joined(reason(cause))
        .and(format!(". {}", remedy(cause)));
    let since = troubles.iter().map(|trouble| trouble.since.seconds()).min();
    match since {
        Some(since) => text.and(" That began ").with(Piece::When(since, WhenStyle::Relative)).and("."),
        None => text,
    }
}

/// Above everything else where the token is refused: nothing below is up to date then.
pub fn refused_token(troubles: &[Trouble]) -> Option<Text> {
    let refused: Vec<_> =
        troubles.iter().filter(|trouble| trouble.cause == Cause::TokenRefused).copied().collect();
    let sentence = sentences(&refused).into_iter().next()?;
    Some(Text::ours("⚠️ ").joined(sentence).and("\n"))
}

/// Why notifications of a kind get nothing, or less than they should.
pub fn at_kind(kind: EventKind, troubles: &[Trouble]) -> Option<Text> {
    let concerns = |trouble: &&Trouble| trouble.part != Part::Everything && trouble.part.concerns(kind);
    let worst = troubles.iter().filter(concerns).min_by_key(|trouble| !trouble.part.brings_events())?;
    let start = match worst.part {
        Part::Everything | Part::Contacts | Part::Conversations | Part::UserUpdates | Part::Waits => {
            "⚠️ nothing comes: "
        }
        Part::AllUsers => "⚠️ without the list of all users: ",
        Part::CompanyNames => "⚠️ without names of companies: ",
        Part::TagNames => "⚠️ without names of tags: ",
        Part::TeammateNames => "⚠️ without names of teammates and teams: ",
    };
    Some(Text::ours(start).joined(reason(worst.cause)))
}

/// What to do about the troubles that [`at_kind`] names, each once.
pub fn remedies(troubles: &[Trouble]) -> Option<Text> {
    let named = troubles.iter().filter(|trouble| trouble.part != Part::Everything);
    let mut remedies: Vec<_> = named.map(|trouble| remedy(trouble.cause)).collect();
    remedies.sort_unstable();
    remedies.dedup();
    (!remedies.is_empty()).then(|| Text::ours(remedies.join(" ")))
}

/// What cannot be read, as a name that an enumeration may hold.
pub fn part(part: Part) -> &'static str {
    match part {
        Part::Everything => "anything",
        Part::Contacts => "new leads and users",
        Part::Conversations => "new conversations",
        Part::UserUpdates => "changes of users",
        Part::Waits => "who waits for an answer",
        Part::AllUsers => "the list of all users",
        Part::CompanyNames => "names of companies",
        Part::TagNames => "names of tags",
        Part::TeammateNames => "names of teammates and teams",
    }
}

/// Several parts as one enumeration.
pub fn parts(parts: impl IntoIterator<Item = Part>) -> String {
    let words: Vec<_> = parts.into_iter().map(part).collect();
    list(&words)
}

/// Why, as a sentence without its full stop, to stand after a colon.
pub fn reason(cause: Cause) -> Text {
    Text::ours(match cause {
        Cause::TokenRefused => "Intercom refuses the token",
        Cause::Lacks(Lack::Permission(permission)) => {
            return Text::ours("the token lacks ").with(Piece::Bold(permission.label().to_owned()));
        }
        Cause::Lacks(Lack::Plan) => "Intercom says that your plan does not include it",
        Cause::Unanswered(Unanswered::Silent) => "Intercom does not answer",
        Cause::Unanswered(Unanswered::NoConnection(NoConnection::Name)) => {
            "Intercom does not answer, the name of its server cannot be looked up (DNS)"
        }
        Cause::Unanswered(Unanswered::NoConnection(NoConnection::Refused)) => {
            "Intercom does not answer, the connection is refused"
        }
        Cause::Unanswered(Unanswered::NoConnection(NoConnection::Tls)) => {
            "Intercom does not answer, no secure connection comes about (TLS)"
        }
        Cause::Unanswered(Unanswered::NoConnection(NoConnection::TimedOut | NoConnection::Other)) => {
            "Intercom does not answer, no connection comes about"
        }
        Cause::Unanswered(Unanswered::CutOff) => "Intercom does not answer, the connection breaks off",
        Cause::Unanswered(Unanswered::Failing) => "Intercom answers that it is out of order",
        Cause::Unanswered(Unanswered::WebPage) => "a web page comes in place of Intercom's answer",
        Cause::Unanswered(Unanswered::Unreadable) => "Intercom's answers cannot be read",
        Cause::Limited => "Intercom allows no more calls",
        Cause::Version => "Intercom does not know the version in INTERCOM_API_VERSION",
        Cause::Address => "nothing at Intercom's address knows what I ask for",
        Cause::NotAccepted => "Intercom does not accept the way I ask",
        Cause::Store => "I cannot read my own store",
        Cause::Ours => "something is wrong on my side",
    })
}

/// What to do, as a sentence.
pub fn remedy(cause: Cause) -> &'static str {
    match cause {
        Cause::TokenRefused => {
            "Whoever runs this bot must renew it: Developer Hub → your app → Authentication."
        }
        Cause::Lacks(Lack::Permission(_)) => {
            "Whoever manages your Intercom can give it: Developer Hub → your app → Authentication."
        }
        Cause::Lacks(Lack::Plan) => "Ask Intercom which plan does.",
        Cause::Unanswered(Unanswered::Silent | Unanswered::Failing | Unanswered::CutOff) => "I keep trying.",
        Cause::Unanswered(Unanswered::NoConnection(_)) => {
            "I keep trying; if it lasts, whoever runs this bot checks its network."
        }
        Cause::Unanswered(Unanswered::WebPage) => {
            "I keep trying; whoever runs this bot looks for a proxy or firewall in between, and at INTERCOM_API_URL."
        }
        Cause::Limited => "Another app of your workspace may use them up. I keep trying.",
        Cause::Version => "Whoever runs this bot sets one that it knows, such as 2.16.",
        Cause::Address => "Whoever runs this bot checks INTERCOM_REGION and INTERCOM_API_URL.",
        Cause::Unanswered(Unanswered::Unreadable) | Cause::NotAccepted | Cause::Store | Cause::Ours => {
            "I keep trying; whoever runs this bot finds more in the log."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_enumerated_as_one_writes_them() {
        assert_eq!(parts([Part::Conversations]), "new conversations");
        assert_eq!(parts([Part::Contacts, Part::UserUpdates]), "new leads and users and changes of users");
    }
}
