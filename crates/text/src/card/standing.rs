//! How a conversation stands, in a few words: who has it, whether its customer waits, when it was answered and closed.

use deskbell_domain::card::text::{Piece, Text, WhenStyle};
use deskbell_domain::conversation::{Conversation, Now, State};
use deskbell_domain::time::Timestamp;

use super::activity::stars;
use super::took::roughly;

/// The words; none where nothing is known. From `asked` on it is reckoned after how long it was answered; without it,
/// nothing is reckoned.
pub(crate) fn words(conversation: &Conversation, asked: Option<Timestamp>) -> Option<Text> {
    let now = conversation.now.as_deref()?;
    Some(match now.state {
        State::Closed => answered(now, asked, closed(now)),
        State::Snoozed => with_holder(conversation, Text::ours("snoozed")),
        State::Open => match (now.waiting_since, now.answered_at) {
            (Some(since), _) => match held(conversation) {
                Some(held) => held.and(" · ").joined(waits(since)),
                None => waits(since),
            },
            (None, Some(answered)) => with_holder(conversation, after(asked, answered)),
            // Whether a bot's words end a wait is not known, so nothing is said of an answer.
            (None, None) => return held(conversation),
        },
    })
}

/// Whether the team is done with it.
pub(super) fn is_closed(conversation: &Conversation) -> bool {
    conversation.now.as_deref().is_some_and(|now| now.state == State::Closed)
}

fn closed(now: &Now) -> Text {
    let words = match now.closed_at {
        Some(at) => Text::ours("closed ").with(Piece::When(at, WhenStyle::Relative)),
        None => Text::ours("closed"),
    };
    let words = match now.closed_by.as_ref().and_then(|who| who.name.clone()) {
        Some(name) => words.and(" by ").and_theirs(name),
        None => words,
    };
    match &now.rating {
        Some(rating) => words.and(" · ").and(stars(rating)),
        None => words,
    }
}

/// After how long it was answered is told first, as long as it stands there.
fn answered(now: &Now, asked: Option<Timestamp>, closed: Text) -> Text {
    let answered = now.answered_at.filter(|at| now.closed_at.is_none_or(|closed| *at <= closed));
    match answered {
        Some(at) => after(asked, at).and(" · ").joined(closed),
        None => closed,
    }
}

fn waits(since: Timestamp) -> Text {
    Text::ours("waits since ").with(Piece::When(since, WhenStyle::Relative))
}

fn held(conversation: &Conversation) -> Option<Text> {
    Some(Text::theirs(holder(conversation)?).and(" has it"))
}

/// After how long somebody of the team answered: who that was, the record does not say.
fn after(asked: Option<Timestamp>, answered: Timestamp) -> Text {
    let took = asked.map(|asked| answered.0.saturating_sub(asked.0));
    match took.filter(|took| *took >= 0) {
        Some(took) => Text::ours("answered after ").and(roughly(took)),
        None => Text::ours("answered"),
    }
}

fn with_holder(conversation: &Conversation, words: Text) -> Text {
    match held(conversation) {
        Some(held) => words.and(" · ").joined(held),
        None => words,
    }
}

/// The teammate who has it, else the team; none where nobody has it or the name is not known.
fn holder(conversation: &Conversation) -> Option<String> {
    conversation.admin_name.clone().or_else(|| conversation.team_name.clone())
}

#[cfg(test)]
mod tests {
    use deskbell_domain::conversation::Assignee;

    use super::*;

    /// A conversation whose customer first spoke at 1,000.
    fn conversation(now: &Now) -> Conversation {
        let text = r#"{"id":"5","created_at":1000}"#;
        let mut conversation: Conversation = serde_json::from_str(text).expect("the rest has defaults");
        conversation.stands(now);
        conversation
    }

    fn grace() -> Assignee {
        Assignee { id: "7".to_owned(), name: Some("Grace".to_owned()) }
    }

    fn said(now: &Now) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Ours(text) | Piece::Theirs(text) => text.clone(),
            Piece::When(at, _) => format!("<{}>", at.0),
            _ => panic!("no card says so in another way"),
        };
        let read = |text: Text| text.0.iter().map(piece).collect::<String>();
        words(&conversation(now), Some(Timestamp(1_000))).map_or("nothing".to_owned(), read)
    }

    #[test]
    fn a_card_says_who_has_it_and_how_far_it_is() {
        let (waits, answered) = (Some(Timestamp(1_000)), Some(Timestamp(1_250)));
        let open = Now::default();
        let all = [
            Now { waiting_since: waits, ..open.clone() },
            Now { waiting_since: waits, admin: Some(grace()), ..open.clone() },
            Now { answered_at: answered, admin: Some(grace()), ..open.clone() },
            Now { answered_at: Some(Timestamp(1_030)), ..open.clone() },
            Now { waiting_since: waits, answered_at: answered, admin: Some(grace()), ..open.clone() },
            Now { admin: Some(grace()), ..open.clone() },
            open.clone(),
            Now { state: State::Snoozed, admin: Some(grace()), ..open.clone() },
            Now { state: State::Closed, closed_at: answered, closed_by: Some(grace()), ..open.clone() },
            Now {
                state: State::Closed,
                answered_at: answered,
                closed_at: Some(Timestamp(2_000)),
                ..open.clone()
            },
            Now { state: State::Closed, ..open },
        ];
        insta::assert_snapshot!(all.iter().map(said).collect::<Vec<_>>().join("\n"), @"
        waits since <1000>
        Grace has it · waits since <1000>
        answered after 4 min · Grace has it
        answered after less than a minute
        Grace has it · waits since <1000>
        Grace has it
        nothing
        snoozed · Grace has it
        closed <1250> by Grace
        answered after 4 min · closed <2000>
        closed
        ");
    }
}
