//! What Intercom told by webhook, and which topics it never told by.

use std::collections::BTreeSet;
use std::time::Duration;

use deskbell_domain::card::text::{Piece, Text, WhenStyle};
use deskbell_domain::topic::Topic;
use deskbell_domain::webhook::ToldByWebhook;

use crate::notify::every;

/// How much webhooks tell, and when they last did.
pub fn share(told: &ToldByWebhook) -> Text {
    let Some(last) = told.last else { return Text::ours("Told by webhook: nothing since I was started") };
    let text = match told.per_cent() {
        Some(per_cent) => Text::ours(format!("Told by webhook: {per_cent} % · last ")),
        None => Text::ours("Told by webhook: no event in the last day · last "),
    };
    text.with(Piece::When(last.seconds(), WhenStyle::Relative))
}

/// Which of the topics that are wanted were heard, and what it costs that others were not.
pub fn topics(heard: &BTreeSet<Topic>, wanted: &BTreeSet<Topic>, poll_interval: Duration) -> String {
    let there = names(wanted.intersection(heard));
    let missing = names(wanted.difference(heard));
    let every = every(poll_interval);
    match (there.as_str(), missing.as_str()) {
        ("", "") => "Webhooks: none is needed.".to_owned(),
        (there, "") => format!("Webhooks: heard {there}."),
        ("", missing) => format!(
            "Webhooks: heard none since I was started. Never heard: {missing}. Without them I look {every}."
        ),
        (there, missing) => format!(
            "Webhooks since I was started: heard {there}. Never heard: {missing}. Without them I look {every}."
        ),
    }
}

fn names<'a>(topics: impl Iterator<Item = &'a Topic>) -> String {
    let names: Vec<_> = topics.map(|topic| format!("`{}`", topic.name())).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_are_told_with_what_it_costs_that_they_are_missing() {
        let both = BTreeSet::from([Topic::LeadCreated, Topic::UserCreated]);
        let all = [BTreeSet::new(), BTreeSet::from([Topic::LeadCreated]), both.clone()];
        let told = all.map(|heard| topics(&heard, &both, Duration::from_mins(2)));
        insta::assert_snapshot!(told.join("\n"), @"
        Webhooks: heard none since I was started. Never heard: `contact.lead.created`, `contact.user.created`. Without them I look every 2 minutes.
        Webhooks since I was started: heard `contact.lead.created`. Never heard: `contact.user.created`. Without them I look every 2 minutes.
        Webhooks: heard `contact.lead.created`, `contact.user.created`.
        ");
    }
}
