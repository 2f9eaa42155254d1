//! What somebody is told of words, read from what is shown.

use deskbell_domain::card::text::Text;
use deskbell_domain::conversation::Reached;
use deskbell_domain::ids::{AdminId, ChannelId, ConversationId, MemberId};
use deskbell_domain::message::Message;
use deskbell_domain::outgoing::{AnswerAddress, Outgoing, Stage, Telling, WordsFor};
use deskbell_domain::time::Timestamp;
use deskbell_text::desk::words;

use crate::personal::shown;

/// What somebody is told of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    Sent,
    NotSent,
    /// Nobody knows yet.
    Unknown,
    Discarded,
    /// They are being sent just now.
    OnTheirWay,
    /// They are no longer kept.
    Gone,
    /// In the channel: that something became of them, and where that is to be read.
    InChannel,
    /// Anything else.
    Other,
}

impl Told {
    pub(crate) fn of(message: &Message, to: WordsFor) -> Self {
        let text = shown(message);
        let is = |other: Message| text == shown(&other);
        let begins = |other: Message| {
            let sample = shown(&other);
            let sentence = sample.split('\n').next().unwrap_or_default().trim_end_matches('.');
            text.starts_with(sentence)
        };
        let outgoing = sample(to);
        if is(words::sent(to)) || is(words::found(to)) {
            Self::Sent
        } else if begins(words::not_sent(&outgoing, ""))
            || begins(words::refused(&outgoing, Text::default(), ""))
        {
            Self::NotSent
        } else if is(words::unknown(to, Timestamp(0))) {
            Self::Unknown
        } else if is(words::discarded()) {
            Self::Discarded
        } else if is(words::on_their_way()) {
            Self::OnTheirWay
        } else if is(words::gone()) {
            Self::Gone
        } else {
            Self::Other
        }
    }
}

fn sample(to: WordsFor) -> Outgoing {
    Outgoing {
        to,
        conversation: ConversationId::new("1"),
        customer: String::new(),
        reached: Reached::Otherwise,
        member: MemberId(1),
        admin: AdminId::new("1"),
        text: String::new(),
        known: [].into(),
        channel: ChannelId(1),
        answer: AnswerAddress::default(),
        stage: Stage::Written,
        tried: None,
        telling: Telling::Done,
    }
}
