//! Words that a member sends to Intercom, from the form in which they were typed until it is known that they are there.
//!
//! Intercom takes the same words twice, and no key tells it that they are the same. So they are kept before they are
//! sent, and sent once. Where the answer does not come they are looked for in the conversation; where they are not found
//! the member is asked, and nobody sends them again by themselves.

mod sameness;

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::conversation::{Part, Reached, Readers, Speaker, Thread};
use crate::ids::{AdminId, ChannelId, ConversationId, MemberId, PartId};
use crate::rich_text::RichText;
use crate::time::Timestamp;

pub(crate) use self::sameness::are_same;

/// After so many seconds it is looked whether words arrived whose answer did not come. After the last look they did not.
pub const LOOKS_AFTER: [i64; 4] = [2, 15, 60, 120];
/// By so many seconds the clocks of both sides may differ.
pub(crate) const SAME_MOMENT: i64 = 5;

/// Whom words are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WordsFor {
    /// The customer, and the team sees them, too.
    Customer,
    /// The team alone.
    Team,
}

/// Words of a member for a conversation.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outgoing {
    /// Whom they are for.
    pub to: WordsFor,
    /// Where they belong.
    pub conversation: ConversationId,
    /// What the customer is called; empty while they are only typed.
    pub customer: String,
    /// How it reaches them.
    #[serde(default, skip_serializing_if = "Reached::is_otherwise")]
    pub reached: Reached,
    /// Who typed them.
    pub member: MemberId,
    /// As whom they are sent; empty while they are only typed.
    pub admin: AdminId,
    /// The words.
    pub text: String,
    /// The parts that the conversation had before.
    pub known: BTreeSet<PartId>,
    /// Where it was pressed.
    pub channel: ChannelId,
    /// How whoever pressed is answered, for as long as Discord takes it.
    pub answer: AnswerAddress,
    /// How far it is.
    pub stage: Stage,
    /// Since when, by Intercom's clock, these very words were sent and not found: what is late may still turn up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tried: Option<Timestamp>,
    /// Whether the member knows.
    #[serde(default, skip_serializing_if = "Telling::is_done")]
    pub telling: Telling,
}

/// Whether a member was told what became of their words.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Telling {
    /// They were, or there is nothing to tell.
    #[default]
    Done,
    /// They are to be told.
    Owed,
}

impl Telling {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
    fn is_done(&self) -> bool {
        *self == Self::Done
    }
}

/// Where a member is answered.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerAddress {
    /// The bot's application.
    pub application: u64,
    /// Discord's id of the press.
    pub interaction: u64,
    /// What proves that the answer is ours.
    pub token: String,
}

/// How far words are on their way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// They were just typed: nobody looked yet whom they reach, and nothing of them was sent.
    Typed,
    /// They are not sent, and the member may still change them.
    Written,
    /// They are being sent since then, by Intercom's clock, and perhaps are there.
    Sending(Timestamp),
    /// They are there, as this part.
    Sent(Option<PartId>),
    /// They are not there, and the member was asked.
    NotSent,
}

/// What a person typed never reaches a log line.
impl fmt::Debug for Outgoing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("Outgoing");
        shown.field("conversation", &self.conversation).field("stage", &self.stage).finish_non_exhaustive()
    }
}

impl Outgoing {
    /// Words as they come out of a form, to be kept before anything else can fail. Whoever typed them hears of them, also
    /// where this process does not come to it.
    pub fn typed(
        to: WordsFor,
        conversation: ConversationId,
        member: MemberId,
        (channel, answer): (ChannelId, AnswerAddress),
        text: String,
    ) -> Self {
        Self {
            to,
            conversation,
            customer: String::new(),
            reached: Reached::default(),
            member,
            admin: AdminId::new(""),
            text,
            known: BTreeSet::new(),
            channel,
            answer,
            stage: Stage::Typed,
            tried: None,
            telling: Telling::Owed,
        }
    }

    /// It is known whom they reach, and which parts were there before them.
    pub fn are_for(&mut self, customer: String, thread: &Thread) {
        (self.customer, self.reached) = (customer, thread.reached);
        self.known = thread.parts.iter().map(|part| part.id.clone()).collect();
        self.stage = Stage::Written;
    }

    /// Which of these parts they are: of that teammate, for the same readers, with the same words, made since they were
    /// sent, not there before, and not claimed by others. Equal words that were sent twice on purpose are two parts.
    /// `read` is what would be read of the words in a part.
    pub fn found_in(&self, read: &RichText, parts: &[Part], claimed: &BTreeSet<PartId>) -> Option<PartId> {
        let since = self.looked_for_since()?;
        let ours = read.to_plain();
        let readers = match self.to {
            WordsFor::Customer => Readers::Everybody,
            WordsFor::Team => Readers::Team,
        };
        let is_ours = |part: &&Part| {
            part.speaker == Speaker::Teammate
                && part.author.id.as_deref() == Some(self.admin.as_str())
                && part.readers == readers
                && part.at >= since.minus(SAME_MOMENT)
                && !self.known.contains(&part.id)
                && !claimed.contains(&part.id)
                && are_same(&ours, &part.text.to_plain())
        };
        parts.iter().find(is_ours).map(|part| part.id.clone())
    }

    /// Since when they may have arrived without anybody having seen it.
    fn looked_for_since(&self) -> Option<Timestamp> {
        match self.stage {
            Stage::Sending(since) => Some(self.tried.unwrap_or(since)),
            Stage::NotSent => self.tried,
            Stage::Typed | Stage::Written | Stage::Sent(_) => None,
        }
    }

    /// They were looked for to the end and not found.
    pub fn was_not_found(&mut self) {
        self.tried = self.looked_for_since();
        self.stage = Stage::NotSent;
    }

    /// They are others from now on, or another teammate's: nothing of what was sent before is looked for. Where nobody
    /// looked yet whom they reach, that is still to be done.
    pub fn are_written_anew(&mut self) {
        (self.telling, self.tried) = (Telling::Done, None);
        if self.stage != Stage::Typed {
            self.stage = Stage::Written;
        }
    }

    /// Whether it is so late that words which were not found did not arrive.
    pub fn is_over(&self, now: Timestamp) -> bool {
        let last = LOOKS_AFTER[LOOKS_AFTER.len() - 1];
        matches!(self.stage, Stage::Sending(since) if now >= since.plus(last))
    }

    /// The part that they are known to be.
    pub fn part(&self) -> Option<&PartId> {
        match &self.stage {
            Stage::Sent(part) => part.as_ref(),
            Stage::Typed | Stage::Written | Stage::Sending(_) | Stage::NotSent => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::Author;

    fn outgoing(text: &str) -> Outgoing {
        Outgoing {
            to: WordsFor::Customer,
            conversation: ConversationId::new("215470"),
            customer: "Ada".to_owned(),
            reached: Reached::Otherwise,
            member: MemberId(9),
            admin: AdminId::new("814"),
            text: text.to_owned(),
            known: [PartId::new("1")].into(),
            channel: ChannelId(20),
            answer: AnswerAddress::default(),
            stage: Stage::Sending(Timestamp(100)),
            tried: None,
            telling: Telling::Done,
        }
    }

    fn part(id: &str, text: &str) -> Part {
        Part {
            id: PartId::new(id),
            at: Timestamp(100),
            author: Author { id: Some("814".to_owned()), ..Author::default() },
            speaker: Speaker::Teammate,
            readers: Readers::Everybody,
            text: RichText::plain(text),
            attachments: Vec::new(),
            assigned: None,
            stands: None,
        }
    }

    fn found(outgoing: &Outgoing, parts: &[Part], claimed: &[&str]) -> Option<String> {
        let claimed = claimed.iter().map(|id| PartId::new(*id)).collect();
        outgoing.found_in(&RichText::plain(&*outgoing.text), parts, &claimed).map(|id| id.to_string())
    }

    #[test]
    fn words_are_found_whatever_intercom_made_of_spaces_and_addresses() {
        let ours = outgoing("Try **this**:\n\n  https://acme.test/a?token=1 – it  helps.");
        let theirs = part("2", "Try **this**: https://acme.test/a – it helps.");
        assert_eq!(found(&ours, &[theirs], &[]).as_deref(), Some("2"));
        let long = "word ".repeat(500);
        assert_eq!(found(&outgoing(&long), &[part("2", &long[..600])], &[]).as_deref(), Some("2"));
    }

    #[test]
    fn nothing_of_others_and_nothing_older_is_taken_for_them() {
        let ours = outgoing("Hello");
        let others = [
            part("1", "Hello"),
            Part { at: Timestamp(94), ..part("2", "Hello") },
            Part { speaker: Speaker::Customer, ..part("3", "Hello") },
            Part { author: Author::default(), ..part("4", "Hello") },
            Part { readers: Readers::Team, ..part("5", "Hello") },
            part("6", "Hello!!! No"),
        ];
        assert_eq!(found(&ours, &others, &[]), None);
        let late = Part { at: Timestamp(95), ..part("7", "Hello") };
        assert_eq!(found(&ours, &[late], &[]).as_deref(), Some("7"), "the clocks may differ");
    }

    #[test]
    fn a_part_without_words_is_never_taken_for_a_link_or_an_emoji() {
        for text in ["https://acme.test/a", "👍"] {
            assert_eq!(found(&outgoing(text), &[part("2", "")], &[]), None, "{text}");
            assert_eq!(found(&outgoing(text), &[part("2", ""), part("3", text)], &[]).as_deref(), Some("3"));
        }
    }

    #[test]
    fn equal_words_that_were_sent_twice_are_two_parts() {
        let both = [part("2", "Hello"), part("3", "Hello")];
        assert_eq!(found(&outgoing("Hello"), &both, &["2"]).as_deref(), Some("3"));
        assert_eq!(found(&outgoing("Hello"), &both, &["2", "3"]), None);
    }

    #[test]
    fn only_what_is_being_sent_is_looked_for_and_not_for_ever() {
        let sending = outgoing("Hello");
        let (last, over) = (sending.is_over(Timestamp(219)), sending.is_over(Timestamp(220)));
        assert!(!last && over);
        for stage in [Stage::Typed, Stage::Written, Stage::Sent(None), Stage::NotSent] {
            let other = Outgoing { stage, ..outgoing("Hello") };
            assert_eq!(found(&other, &[part("2", "Hello")], &[]), None);
            assert!(!other.is_over(Timestamp(1_000)));
        }
    }

    #[test]
    fn words_that_were_not_found_are_known_when_they_turn_up_late_and_others_in_their_place_are_not() {
        let late = [Part { at: Timestamp(130), ..part("2", "Hello") }];
        let mut lost = outgoing("Hello");
        lost.was_not_found();
        assert_eq!(found(&lost, &late, &[]).as_deref(), Some("2"));
        let again = Outgoing { stage: Stage::Sending(Timestamp(500)), ..lost.clone() };
        assert_eq!(found(&again, &late, &[]).as_deref(), Some("2"), "the first try may be what is found");
        lost.are_written_anew();
        let again = Outgoing { stage: Stage::Sending(Timestamp(500)), ..lost };
        assert_eq!(found(&again, &late, &[]), None);
    }

    #[test]
    fn what_was_stored_is_read_and_nobody_logs_it() {
        let kept = serde_json::to_string(&outgoing("Hello")).expect("it can be written");
        insta::assert_snapshot!(kept, @r#"{"to":"customer","conversation":"215470","customer":"Ada","member":9,"admin":"814","text":"Hello","known":["1"],"channel":20,"answer":{"application":0,"interaction":0,"token":""},"stage":{"sending":100}}"#);
        assert_eq!(serde_json::from_str::<Outgoing>(&kept).ok(), Some(outgoing("Hello")));
        let owed = Outgoing { telling: Telling::Owed, ..outgoing("Hello") };
        let kept = serde_json::to_string(&owed).expect("it can be written");
        assert_eq!(serde_json::from_str::<Outgoing>(&kept).ok(), Some(owed));
        let at = (ChannelId(20), AnswerAddress::default());
        let typed = Outgoing::typed(
            WordsFor::Team,
            ConversationId::new("215470"),
            MemberId(9),
            at,
            "Hello".to_owned(),
        );
        let kept = serde_json::to_string(&typed).expect("it can be written");
        insta::assert_snapshot!(kept, @r#"{"to":"team","conversation":"215470","customer":"","member":9,"admin":"","text":"Hello","known":[],"channel":20,"answer":{"application":0,"interaction":0,"token":""},"stage":"typed","telling":"owed"}"#);
        assert_eq!(serde_json::from_str::<Outgoing>(&kept).ok(), Some(typed));
        let shown = format!("{:?}", outgoing("a secret"));
        assert!(!shown.contains("secret"), "{shown}");
    }
}
