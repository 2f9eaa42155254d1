//! What can be seen of the play: things typed, messages posted, and the narrator's lines.

use std::fmt;

/// The hour at which the play begins, in seconds of its day: 09:20:00.
const OPENING: u64 = 9 * 3600 + 20 * 60;

/// The time of day within the play, in seconds since it began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct StoryTime(pub(super) u64);

impl fmt::Display for StoryTime {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = OPENING + self.0;
        write!(formatter, "{:02}:{:02}:{:02}", seconds / 3600 % 24, seconds / 60 % 60, seconds % 60)
    }
}

/// One thing that is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Moment {
    /// The line above everything.
    Heading(String),
    /// Somebody used a command, and this was the answer.
    Typed { who: String, command: String, answer: String, cards: Vec<CardLine> },
    /// The bot posted a message.
    Posted { channel: String, content: String, cards: Vec<CardLine> },
    /// The narrator speaks.
    Told { mood: Mood, text: String },
    /// The end: what came of it, and where to go next.
    Summary { mood: Mood, text: String, next: String },
}

/// How something is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mood {
    Plain,
    Trouble,
    Good,
}

/// A card, or several of them, as one line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct CardLine {
    /// 24 bits.
    pub(super) colour: u32,
    /// Left out where there is no room, since the line above names it too.
    pub(super) title: Option<String>,
    pub(super) essentials: Vec<String>,
    pub(super) footer: String,
}
