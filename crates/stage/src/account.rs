//! What became of the records that were made: how many never came, and how many came again.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::ops::AddAssign;

use deskbell_sandbox::discord::Message;
use serde_json::Value;

/// How what is shown differs from what was made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Account {
    /// How many were made and never shown.
    pub lost: usize,
    /// How many are shown once more than they should.
    pub doubled: usize,
}

impl Account {
    /// Compares what was made with what is shown, both as ids.
    pub fn of<I: Display>(made: &[I], shown: &[String]) -> Self {
        let made: BTreeSet<String> = made.iter().map(ToString::to_string).collect();
        let once: BTreeSet<String> = shown.iter().cloned().collect();
        Self { lost: made.difference(&once).count(), doubled: shown.len() - once.len() }
    }

    /// Whether each came exactly once.
    pub fn is_clean(self) -> bool {
        self.lost + self.doubled == 0
    }
}

impl AddAssign for Account {
    fn add_assign(&mut self, other: Self) {
        self.lost += other.lost;
        self.doubled += other.doubled;
    }
}

impl Display for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} lost, {} doubled", self.lost, self.doubled)
    }
}

/// The ids of the records that these messages show, in the order in which they are read: each has a card, or is a line
/// and an option of a select.
pub fn shown(messages: &[Message]) -> Vec<String> {
    messages.iter().flat_map(of_message).collect()
}

fn of_message(message: &Message) -> Vec<String> {
    let of_card = |embed: &Value| embed["url"].as_str()?.rsplit('/').next().map(str::to_owned);
    let cards: Vec<_> = message.embeds.iter().filter_map(of_card).collect();
    if cards.is_empty() { options(message) } else { cards }
}

/// What the options of a message's selects carry.
fn options(message: &Message) -> Vec<String> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let rows = message.components.iter().flat_map(|row| list(&row["components"]));
    let options = rows.flat_map(|control| list(&control["options"]));
    options.filter_map(|option| option["value"].as_str().map(str::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_never_came_and_what_came_again_are_counted_apart() {
        let shown = ["a", "b", "b", "b", "x"].map(str::to_owned);
        assert_eq!(Account::of(&["a", "b", "c"], &shown), Account { lost: 1, doubled: 2 });
        assert!(Account::of(&["a", "b", "x"], &shown[..2]).lost == 1);
    }
}
