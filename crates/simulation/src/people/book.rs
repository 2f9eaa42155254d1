//! Who the members are, what they typed and pressed, and what they saw.

use std::sync::{Mutex, MutexGuard, PoisonError};

use deskbell_domain::ids::{AdminId, ChannelId, ConversationId, GuildId, MemberId};
use deskbell_domain::message::{Form, Message};
use deskbell_domain::outgoing::{Outgoing, Stage, WordsFor};
use deskbell_domain::press::desk::{DeskAct, DeskPress, WordsAct};
use deskbell_domain::time::UnixMillis;
use deskbell_intercom::{Caller, Purpose};

use super::controls::button;
use super::told::Told;
use crate::chance::Chance;
use crate::tenant::Tenant;

/// The members of a run.
#[derive(Debug)]
pub(crate) struct People {
    pub(crate) chance: Chance,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) opened: Vec<Opened>,
    pub(super) words: Vec<Words>,
    pub(super) presses: Vec<Press>,
    pub(super) reads: Vec<Read>,
}

/// What a press is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum About {
    Nothing,
    Words(usize),
    Press(usize),
}

/// A press or a form that was sent, and what is seen of its answer.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) pressed: UnixMillis,
    pub(super) about: About,
    pub(super) acknowledged: bool,
    pub(super) shown: Option<Message>,
    pub(super) form: Option<Form>,
}

/// Which of the members types, and where.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Writer {
    pub(crate) member: usize,
    pub(crate) place: (GuildId, ChannelId),
}

/// Where and for whom somebody types.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Typed {
    pub(crate) to: WordsFor,
    pub(crate) conversation: ConversationId,
    pub(crate) admin: AdminId,
}

/// Words that somebody typed into a form.
#[derive(Debug, Clone)]
pub(crate) struct Words {
    pub(crate) writer: Writer,
    pub(crate) typed: Typed,
    /// What they said first, and after each edit.
    pub(crate) texts: Vec<String>,
    /// Under what the process keeps them.
    pub(crate) key: Option<String>,
    /// How often they arrived at Intercom.
    pub(crate) stand: usize,
    /// Whether the process ever kept that they are being sent.
    pub(crate) was_sending: bool,
    /// What their writer was told of them, in order.
    pub(crate) told: Vec<Told>,
    /// What their writer sees of them.
    pub(crate) shown: Option<Message>,
    /// Whether there was no place where it could be told what became of them.
    pub(crate) nowhere: bool,
}

impl Words {
    /// What is known of what became of them, as their writer was told last.
    pub(crate) fn believed(&self) -> Option<Told> {
        let ends = [Told::Sent, Told::NotSent, Told::Unknown, Told::Discarded];
        self.told.iter().rev().find(|told| ends.contains(told)).copied()
    }

    /// Texts by which the story tells of them.
    pub(crate) fn about(&self) -> Vec<String> {
        let quoted = self.texts.iter().map(|text| format!("{text:?}"));
        quoted.chain([format!("conversation {}", self.typed.conversation)]).collect()
    }
}

/// A press with which something is done with a conversation.
#[derive(Debug, Clone)]
pub(crate) struct Press {
    pub(crate) act: DeskAct,
    pub(crate) conversation: ConversationId,
    pub(crate) guild: GuildId,
    pub(crate) member: MemberId,
    pub(crate) admin: AdminId,
    pub(crate) began: UnixMillis,
    /// When Intercom was done with what it was asked for.
    pub(crate) moved: Option<UnixMillis>,
}

impl Press {
    pub(super) fn is_of(&self, caller: Caller, id: &ConversationId) -> bool {
        self.conversation == *id
            && Caller::person(self.guild, self.member, Purpose::Asked).is_of_person_of(caller)
    }
}

/// When somebody last read a conversation, and whether they could.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) caller: Caller,
    pub(super) conversation: ConversationId,
    pub(super) at: UnixMillis,
    pub(super) worked: bool,
}

impl People {
    pub(crate) fn of(seed: u64) -> Self {
        Self { chance: Chance::of(seed, 8), state: Mutex::default() }
    }

    /// Somebody presses; answers with the number that stands in the token.
    pub(crate) fn open(&self, about: About, pressed: UnixMillis) -> usize {
        let mut state = self.lock();
        state.opened.push(Opened { pressed, about, acknowledged: false, shown: None, form: None });
        state.opened.len() - 1
    }

    /// What is seen of the answer to a press.
    pub(crate) fn seen(&self, number: usize) -> Option<Message> {
        self.lock().opened.get(number)?.shown.clone()
    }

    /// The form that a press opened.
    pub(crate) fn form(&self, number: usize) -> Option<Form> {
        self.lock().opened.get(number)?.form.clone()
    }

    /// Somebody types words into a form; answers with their number and what they say.
    pub(crate) fn types(&self, typed: Typed, writer: Writer) -> (usize, String) {
        let mut state = self.lock();
        let number = state.words.len();
        let text = format!("{} writes {number}", Tenant::Acme.mark());
        state.words.push(Words {
            writer,
            typed,
            texts: vec![text.clone()],
            key: None,
            stand: 0,
            was_sending: false,
            told: Vec::new(),
            shown: None,
            nowhere: false,
        });
        (number, text)
    }

    /// Somebody types them anew; answers what they say then.
    pub(crate) fn types_anew(&self, number: usize) -> String {
        let mut state = self.lock();
        let texts = &mut state.words[number].texts;
        let text = format!("{} writes {number} v{}", Tenant::Acme.mark(), texts.len());
        texts.push(text.clone());
        text
    }

    /// All words that were ever typed.
    pub(crate) fn all_words(&self) -> Vec<Words> {
        self.lock().words.clone()
    }

    /// One of the last of which something can still be pressed, and the button.
    pub(crate) fn words_at_hand(&self, acts: &[WordsAct]) -> Option<(Writer, usize, DeskPress)> {
        let state = self.lock();
        let all = state.words.iter().enumerate().rev();
        let open = all.filter_map(|(number, words)| {
            let shown = words.shown.as_ref()?;
            Some((words.writer, number, acts.iter().find_map(|act| button(shown, *act))?))
        });
        let open: Vec<_> = open.take(6).collect();
        self.chance.one_of(&open).cloned()
    }

    /// Somebody knows by now what became of words that they were called for in a channel.
    pub(crate) fn called_for(&self) -> Vec<(Writer, usize, DeskPress)> {
        let state = self.lock();
        let called = state.words.iter().enumerate().filter_map(|(number, words)| {
            Some((words.writer, number, button(words.shown.as_ref()?, WordsAct::Show)?))
        });
        called.collect()
    }

    /// The process keeps words, or tries to. Where that is not durable a press of `[Send]` fails in sight of whoever made it.
    pub(crate) fn kept(&self, key: &str, text: &str, is_durable: bool) {
        let Ok(outgoing) = serde_json::from_str::<Outgoing>(text) else { return };
        let mut state = self.lock();
        if let Some(words) = state.words.iter_mut().find(|words| words.texts.contains(&outgoing.text)) {
            words.key = Some(key.to_owned());
            words.was_sending |= is_durable && matches!(outgoing.stage, Stage::Sending(_));
        }
    }

    /// Somebody presses.
    pub(crate) fn presses(&self, press: Press) -> usize {
        let mut state = self.lock();
        state.presses.push(press);
        state.presses.len() - 1
    }

    /// How many presses there were.
    pub(crate) fn count_presses(&self) -> usize {
        self.lock().presses.len()
    }

    /// A conversation is read.
    pub(crate) fn read(&self, caller: Caller, id: &ConversationId, worked: bool, at: UnixMillis) {
        let mut state = self.lock();
        state
            .reads
            .retain(|read| read.caller != caller || read.conversation != *id || (!worked && read.worked));
        state.reads.push(Read { caller, conversation: id.clone(), at, worked });
        let count = state.reads.len();
        state.reads.drain(..count.saturating_sub(40));
    }

    /// Intercom is done with it.
    pub(crate) fn moved(&self, caller: Caller, id: &ConversationId, now: UnixMillis) {
        let mut state = self.lock();
        if let Some(press) = state.presses.iter_mut().rev().find(|press| press.is_of(caller, id)) {
            press.moved = Some(now);
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
