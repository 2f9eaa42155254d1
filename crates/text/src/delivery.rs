//! What keeps messages from getting into Discord, as replies tell it: neither a channel nor an event is at fault, and
//! nobody can mend it but time.

use std::collections::BTreeMap;

use deskbell_domain::card::text::{Piece, Text, WhenStyle};
use deskbell_domain::ids::ChannelId;
use deskbell_domain::status::{DiscordState, Pause, StatusBoard};
use deskbell_domain::time::UnixMillis;

/// What does not get through.
#[derive(Debug, Default)]
pub struct Undelivered {
    discord: DiscordState,
    channels: BTreeMap<ChannelId, Pause>,
    now: UnixMillis,
}

impl Undelivered {
    /// As the board tells it at a moment.
    pub fn at(board: &StatusBoard, now: UnixMillis) -> Self {
        Self { discord: board.discord_at(now), channels: board.paused_channels(now), now }
    }

    /// Whether anything is told of it.
    pub fn is_nothing(&self) -> bool {
        self.discord == DiscordState::Open && self.channels.is_empty()
    }

    /// What concerns every channel.
    pub fn everywhere(&self) -> Option<Text> {
        let (sentence, pause) = match self.discord {
            DiscordState::Open => return None,
            DiscordState::TurnsAway(pause) => {
                let text = Text::ours("Discord turns my messages away; that began ");
                (when(text, pause.since).and("."), pause)
            }
            DiscordState::Silent(pause) => {
                let text = Text::ours("Discord does not answer me; that began ");
                (when(text, pause.since).and("."), pause)
            }
        };
        Some(self.with_next_try(sentence, pause).and(" Nothing is lost."))
    }

    /// What concerns single ones of these channels.
    pub fn in_channels(&self, of: impl Iterator<Item = ChannelId>) -> Vec<Text> {
        let mut named: Vec<_> = of.collect();
        named.sort_unstable();
        named.dedup();
        let paused = named.into_iter().filter_map(|channel| Some((channel, *self.channels.get(&channel)?)));
        paused
            .map(|(channel, pause)| {
                let text = Text::ours(format!("Discord takes no message in <#{channel}>; that began "));
                let sentence = when(text, pause.since).and(".");
                self.with_next_try(sentence, pause).and(" Nothing is lost.")
            })
            .collect()
    }

    /// The same beside a notification of the channel.
    pub fn at_channel(&self, channel: ChannelId) -> Option<Text> {
        let pause = self.channels.get(&channel)?;
        let text = Text::ours("⚠️ Discord takes no message there since ");
        Some(self.with_next_try(when(text, pause.since).and("."), *pause))
    }

    /// With a sentence that says when it is tried again. A time that is over is not named: it is being tried then.
    fn with_next_try(&self, sentence: Text, pause: Pause) -> Text {
        if pause.next_try <= self.now {
            return sentence;
        }
        when(sentence.and(" I try again "), pause.next_try).and(".")
    }
}

/// Why nothing is posted in any channel and since when, if so.
pub fn discord(state: DiscordState) -> Option<(&'static str, Pause)> {
    match state {
        DiscordState::Open => None,
        DiscordState::TurnsAway(pause) => Some(("Discord turns my messages away", pause)),
        DiscordState::Silent(pause) => Some(("Discord does not answer me", pause)),
    }
}

fn when(text: Text, at: UnixMillis) -> Text {
    text.with(Piece::When(at.seconds(), WhenStyle::Relative))
}
