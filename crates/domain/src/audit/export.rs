//! A server's audit as a file: a line that says where it begins, a line for each entry, and a line with its heads. Whoever
//! has the file can verify it without the bot ([`verify`]).
//!
//! The file shows that it was not changed by accident. Against somebody who could write a new one stands the head that is
//! posted in Discord: it is compared with what the file says.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::audit::chain::{AuditKey, Broken, Checkpoint, Code, EntryKey, Head, Link, Unbroken, Verifier};
use crate::ids::GuildId;
use crate::time::UnixMillis;

/// The form of the file.
const FORM: u64 = 1;
const DAY_MS: i64 = 24 * 3600 * 1000;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Beginning {
    deskbell_audit: u64,
    from: Option<Checkpoint>,
    guild: GuildId,
    key: Option<EntryKey>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    entry: Value,
    key: EntryKey,
    mac: Code,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ending {
    /// The digest of the first line. No code of the chain is made over the server's id, which stands only there.
    beginning: Code,
    head: Head,
    heads: Vec<DaysHead>,
}

/// The last entry of a day, as it may have been posted in a channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DaysHead {
    /// When it was written.
    pub at: UnixMillis,
    /// The first characters of its code.
    pub head: String,
    /// Its number.
    pub seq: u64,
}

/// Writes the file.
pub struct Writer {
    text: String,
    heads: Vec<DaysHead>,
    head: Head,
}

impl Writer {
    /// Begins it.
    pub fn new(guild: GuildId, from: Option<Checkpoint>, key: &AuditKey) -> Self {
        let of_checkpoint = from.map(|from| key.of_checkpoint(from.head.seq));
        let head = from.map_or(Head::NONE, |from| from.head);
        let mut writer = Self { text: String::new(), heads: Vec::new(), head };
        writer.push(&Beginning { deskbell_audit: FORM, from, guild, key: of_checkpoint });
        writer
    }

    /// Adds an entry.
    pub fn add(&mut self, link: Link, key: &AuditKey) {
        let (seq, at) = (link.seq().unwrap_or_default(), link.at().unwrap_or_default());
        self.head = Head { seq, mac: link.mac };
        note_day(&mut self.heads, self.head, at);
        self.push(&Line { entry: link.entry, key: key.of_entry(seq), mac: link.mac });
    }

    /// The whole file.
    pub fn finish(mut self) -> String {
        let beginning = Code::of_text(self.text.lines().next().unwrap_or_default());
        let ending = Ending { beginning, head: self.head, heads: std::mem::take(&mut self.heads) };
        self.push(&ending);
        self.text
    }

    fn push(&mut self, line: &impl Serialize) {
        self.text.push_str(&canonical(line));
        self.text.push('\n');
    }
}

fn canonical(line: &impl Serialize) -> String {
    serde_json::to_value(line).expect("every field is a number, a text or a map by texts").to_string()
}

fn note_day(heads: &mut Vec<DaysHead>, head: Head, at: UnixMillis) {
    if heads.last().is_some_and(|last| last.at.0.div_euclid(DAY_MS) == at.0.div_euclid(DAY_MS)) {
        heads.pop();
    }
    heads.push(DaysHead { at, head: head.short(), seq: head.seq });
}

/// Why a file is not what the bot wrote.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotVerified {
    /// It was not written by `/audit`, or by a later version.
    #[error("line {0} is none that Deskbell writes")]
    Strange(usize),
    /// A line is missing at its end.
    #[error("the file ends too early")]
    Short,
    /// The chain does not hold.
    #[error(transparent)]
    Broken(#[from] Broken),
    /// The server in its first line, or what it begins after, was changed.
    #[error("the first line is not the one that the last line speaks of")]
    Beginning,
    /// The heads at its end are not those of its entries.
    #[error("the heads in the last line are not those of the entries")]
    Heads,
    /// No entry has this head.
    #[error("no entry of the file has the head {0}: what was posted was cut off or changed")]
    NoAnchor(String),
}

/// What a file holds that is as the bot wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The server.
    pub guild: GuildId,
    /// The chain.
    pub chain: Unbroken,
    /// The last of each day.
    pub heads: Vec<DaysHead>,
    /// The entry that has the anchor.
    pub anchor: Option<DaysHead>,
}

/// Verifies a file, and whether one of its entries is what was posted as `anchor`.
///
/// # Errors
/// Where it is not what the bot wrote, or has no such entry.
pub fn verify(text: &str, anchor: Option<&str>) -> Result<Verified, NotVerified> {
    let mut lines: Vec<&str> = text.split('\n').collect();
    if lines.pop() != Some("") || lines.len() < 2 {
        return Err(NotVerified::Short);
    }
    let beginning: Beginning = read(&lines, 0)?;
    if beginning.deskbell_audit != FORM || beginning.from.is_some() != beginning.key.is_some() {
        return Err(NotVerified::Strange(1));
    }
    let last = lines.len() - 1;
    let key = beginning.key.unwrap_or_else(|| AuditKey::new([0; 32]).of_checkpoint(0));
    let mut verifier = Verifier::from(beginning.from.as_ref(), |_| key)?;
    let (mut heads, mut found) = (Vec::new(), None);
    for number in 1..last {
        let Line { entry, key, mac } = read(&lines, number)?;
        let link = Link { entry, mac };
        let at = link.at().unwrap_or_default();
        verifier.follow(&link, &key)?;
        let head = verifier.head();
        note_day(&mut heads, head, at);
        if anchor.is_some_and(|anchor| head.mac.digits().starts_with(anchor)) {
            found = Some(DaysHead { at, head: head.short(), seq: head.seq });
        }
    }
    let ending: Ending = read(&lines, last)?;
    if ending.beginning != Code::of_text(lines[0]) {
        return Err(NotVerified::Beginning);
    }
    if ending.heads != heads {
        return Err(NotVerified::Heads);
    }
    match (anchor, &found) {
        (Some(anchor), None) => Err(NotVerified::NoAnchor(anchor.to_owned())),
        _ => Ok(Verified { guild: beginning.guild, chain: verifier.end(ending.head)?, heads, anchor: found }),
    }
}

/// A line, which must be written just as the bot writes it.
fn read<T: Serialize + for<'de> Deserialize<'de>>(lines: &[&str], index: usize) -> Result<T, NotVerified> {
    let strange = NotVerified::Strange(index + 1);
    let Ok(line) = serde_json::from_str::<T>(lines[index]) else { return Err(strange) };
    if canonical(&line) == lines[index] { Ok(line) } else { Err(strange) }
}

#[cfg(test)]
mod tests;
