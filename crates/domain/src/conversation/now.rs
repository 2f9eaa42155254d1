//! How a conversation stands: who has it, and whether its customer waits.

use serde::{Deserialize, Serialize};

use super::activity::Rating;
use crate::time::Timestamp;

/// How a conversation stands, as far as its record tells without what was said in it
/// (<https://developers.intercom.com/docs/references/rest-api/api.intercom.io/conversations>).
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Now {
    /// Whether the team has still to do with it.
    #[serde(rename = "s", default)]
    pub state: State,
    /// Since when the customer waits for an answer of the team; none where the team spoke last.
    #[serde(rename = "w", default, skip_serializing_if = "Option::is_none")]
    pub waiting_since: Option<Timestamp>,
    /// When a teammate first answered.
    #[serde(rename = "r", default, skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<Timestamp>,
    /// When it was closed last.
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Timestamp>,
    /// The teammate who closed it last.
    #[serde(rename = "b", default, skip_serializing_if = "Option::is_none")]
    pub closed_by: Option<Assignee>,
    /// The teammate who has it.
    #[serde(rename = "a", default, skip_serializing_if = "Option::is_none")]
    pub admin: Option<Assignee>,
    /// The team that has it.
    #[serde(rename = "g", default, skip_serializing_if = "Option::is_none")]
    pub team: Option<Assignee>,
    /// What the customer thinks of it.
    #[serde(rename = "x", default, skip_serializing_if = "Option::is_none")]
    pub rating: Option<Rating>,
    /// Whether a bot took part in it, and nobody of the team has it.
    #[serde(rename = "o", default, skip_serializing_if = "std::ops::Not::not")]
    pub is_with_bot: bool,
    /// When Intercom says that it was so; none where an earlier version kept it, or nobody said.
    #[serde(rename = "u", default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<Timestamp>,
}

/// A teammate or a team.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Assignee {
    /// Intercom's id.
    #[serde(rename = "i")]
    pub id: String,
    /// The name, where it could be found.
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl Assignee {
    /// One whose name is not known yet.
    pub fn unnamed(id: String) -> Self {
        Self { id, name: None }
    }

    fn take_name<'a>(&mut self, mut known: impl Iterator<Item = &'a Self>) {
        if self.name.is_none() {
            self.name = known.find(|known| known.id == self.id).and_then(|known| known.name.clone());
        }
    }
}

/// Whether the team has still to do with a conversation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It has.
    #[default]
    Open,
    /// Later.
    Snoozed,
    /// No more.
    Closed,
}

impl Now {
    /// Whether it says the same as another, whatever names either knows, and as of whenever.
    pub fn stands_like(&self, other: &Self) -> bool {
        self.bare() == other.bare()
    }

    fn bare(&self) -> Self {
        let mut bare = Self { as_of: None, ..self.clone() };
        bare.forget_names();
        bare
    }

    /// Whether it is known to have been so before another was: Intercom's search answers from an index that lags.
    pub fn is_older_than(&self, other: &Self) -> bool {
        self.as_of.zip(other.as_of).is_some_and(|(this, other)| this < other)
    }

    /// Leaves out what anybody is called.
    pub fn forget_names(&mut self) {
        for who in [&mut self.admin, &mut self.team, &mut self.closed_by].into_iter().flatten() {
            who.name = None;
        }
    }

    /// Takes over the names that another knows of the same people.
    pub fn keep_names_of(&mut self, other: &Self) {
        let teammates = [&other.admin, &other.closed_by];
        for who in [&mut self.admin, &mut self.closed_by].into_iter().flatten() {
            who.take_name(teammates.into_iter().flatten());
        }
        if let Some(team) = &mut self.team {
            team.take_name(other.team.iter());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held_by(name: Option<&str>) -> Now {
        let admin = Some(Assignee { id: "7".to_owned(), name: name.map(str::to_owned) });
        Now { admin, ..Now::default() }
    }

    #[test]
    fn a_name_alone_is_no_other_standing() {
        assert!(held_by(None).stands_like(&held_by(Some("Grace"))));
        assert!(!held_by(None).stands_like(&Now { state: State::Closed, ..held_by(None) }));
    }

    #[test]
    fn only_what_is_known_to_be_older_counts_as_such() {
        let at = |as_of: Option<i64>| Now { as_of: as_of.map(Timestamp), ..Now::default() };
        assert!(at(Some(1)).is_older_than(&at(Some(2))));
        for (this, other) in [(Some(2), Some(2)), (Some(3), Some(2)), (None, Some(2)), (Some(1), None)] {
            assert!(!at(this).is_older_than(&at(other)), "{this:?} {other:?}");
        }
        assert!(at(Some(1)).stands_like(&at(None)), "a later reading of the same is nothing new");
    }

    #[test]
    fn what_an_earlier_version_kept_is_read() {
        let closed = Now { state: State::Closed, as_of: Some(Timestamp(9)), ..Now::default() };
        let kept = serde_json::to_string(&closed).expect("it can be written");
        assert_eq!(kept, r#"{"s":"closed","u":9}"#);
        assert_eq!(serde_json::from_str::<Now>(&kept).ok(), Some(closed.clone()));
        let earlier = serde_json::from_str::<Now>(r#"{"s":"closed"}"#);
        assert_eq!(earlier.ok(), Some(Now { as_of: None, ..closed }));
    }

    #[test]
    fn a_name_that_is_known_stays() {
        let mut now = held_by(None);
        now.keep_names_of(&held_by(Some("Grace")));
        assert_eq!(now, held_by(Some("Grace")));
    }
}
