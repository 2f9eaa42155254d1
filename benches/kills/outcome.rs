//! What stands in the channels, against what was made.

use std::collections::BTreeMap;
use std::fmt;

use deskbell_sandbox::discord::Message;

use crate::traffic::{Kind, Made, signs};

/// The kinds that are subscribed to in a channel, and its cards.
pub(crate) struct Channel {
    pub(crate) kinds: Vec<Kind>,
    pub(crate) cards: Vec<Message>,
}

/// How many.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) kills: u32,
    pub(crate) made: usize,
    /// How many cards there should be: an event can be for several channels.
    pub(crate) expected: usize,
    pub(crate) posted: usize,
    pub(crate) messages: usize,
    pub(crate) lost: usize,
    pub(crate) doubled: usize,
    /// How many stand below one of the same kind that happened in a later second.
    pub(crate) below_later: usize,
    pub(crate) wrong_place: usize,
    /// What exactly, for whoever looks for the cause.
    pub(crate) remarks: Vec<String>,
}

impl Outcome {
    pub(crate) fn of(kills: u32, made: &[Made], channels: &[Channel]) -> Self {
        let mut outcome = Self { kills, made: made.len(), ..Self::default() };
        for channel in channels {
            outcome.add(made, channel);
        }
        outcome
    }

    pub(crate) fn is_clean(&self) -> bool {
        self.lost + self.doubled + self.wrong_place == 0
    }

    fn add(&mut self, made: &[Made], channel: &Channel) {
        let by_sign: BTreeMap<&str, &Made> = made.iter().map(|one| (one.sign.as_str(), one)).collect();
        let embeds = channel.cards.iter().flat_map(|message| &message.embeds);
        let shown: Vec<String> = embeds.flat_map(|embed| signs(&embed.to_string())).collect();
        let mut times: BTreeMap<&str, usize> = BTreeMap::new();
        let mut last: BTreeMap<Kind, &Made> = BTreeMap::new();
        for sign in &shown {
            *times.entry(sign).or_default() += 1;
            let Some(one) = by_sign.get(sign.as_str()).filter(|one| channel.kinds.contains(&one.kind)) else {
                self.wrong_place += 1;
                continue;
            };
            let before = last.insert(one.kind, one);
            self.below_later +=
                usize::from(before.is_some_and(|before| before.seconds.start() > one.seconds.end()));
        }
        let expected = made.iter().filter(|one| channel.kinds.contains(&one.kind));
        for one in expected {
            self.expected += 1;
            match times.get(one.sign.as_str()).copied().unwrap_or(0) {
                0 => {
                    self.lost += 1;
                    self.remarks.push(format!("{one:?} is lost"));
                }
                shown => self.doubled += shown - 1,
            }
        }
        self.posted += shown.len();
        self.messages += channel.cards.len();
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "| kills | events | cards due | posted | messages | lost | doubled | wrong place | below a later one |"
        )?;
        writeln!(f, "|---|---|---|---|---|---|---|---|---|")?;
        let Self { kills, made, expected, posted, messages, lost, doubled, below_later, wrong_place, .. } =
            self;
        write!(f, "| {kills} | {made} | {expected} | {posted} | {messages} ")?;
        write!(f, "| {lost} | {doubled} | {wrong_place} | {below_later} |")?;
        self.remarks.iter().take(20).try_for_each(|remark| write!(f, "\n{remark}"))
    }
}
