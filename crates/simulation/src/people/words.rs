//! Words that members typed: what of them stands at Intercom, and what their writers were told.

use deskbell_domain::ids::{AdminId, ChannelId, ConversationId, GuildId};
use deskbell_domain::message::Message;
use deskbell_domain::outgoing::{Outgoing, Stage, WordsFor};
use deskbell_domain::port::messenger::PostOutcome;
use deskbell_domain::press::desk::{DeskPress, WordsAct};

use super::{People, Told, button, carried};
use crate::ledger::Promise;
use crate::tenant::Tenant;
use crate::world::World;

/// Where and for whom somebody types.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Typed {
    pub(crate) to: WordsFor,
    pub(crate) conversation: ConversationId,
    pub(crate) admin: AdminId,
}

/// Which of the members types, and where.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Writer {
    pub(crate) member: usize,
    pub(crate) place: (GuildId, ChannelId),
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

impl People {
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

    /// The process keeps words, or tries to.
    pub(crate) fn kept(&self, key: &str, text: &str) {
        let Ok(outgoing) = serde_json::from_str::<Outgoing>(text) else { return };
        let mut state = self.lock();
        if let Some(words) = state.words.iter_mut().find(|words| words.texts.contains(&outgoing.text)) {
            words.key = Some(key.to_owned());
            words.was_sending |= matches!(outgoing.stage, Stage::Sending(_));
        }
    }

    /// Words arrive at Intercom.
    pub(crate) fn stand(
        &self,
        world: &World,
        (id, by): (&ConversationId, &AdminId),
        to: WordsFor,
        text: &str,
    ) {
        let typed = Typed { to, conversation: id.clone(), admin: by.clone() };
        let mut state = self.lock();
        let words = state.words.iter_mut().find(|words| words.texts.iter().any(|one| one == text));
        let about = vec![format!("{text:?}"), format!("conversation {id}")];
        let breach = |promise, what: &str| {
            world.ledger().breach(promise, format!("words {text:?} {what}"), about.clone());
        };
        let Some(words) = words else {
            return breach(Promise::Forged, "stand at Intercom, and nobody typed them into a form");
        };
        words.stand += 1;
        if words.typed.to != to {
            breach(Promise::Leaked, "were typed for others than those who read them");
        } else if words.typed != typed {
            breach(Promise::WrongPlace, "stand in another conversation, or in another name");
        }
    }

    pub(super) fn words_shown(&self, world: &World, number: usize, message: &Message) {
        let mut state = self.lock();
        let Some(words) = state.words.get_mut(number) else { return };
        let told = Told::of(message, words.typed.to);
        world.tell(format_args!("of words {:?} somebody is told: {told:?}", words.texts[0]));
        words.told.push(told);
        words.shown = Some(message.clone());
    }

    /// A message is sent to a channel: perhaps one that calls for a writer.
    pub(crate) fn calls(&self, world: &World, message: &Message, outcome: &PostOutcome) {
        let Some(DeskPress::Words(WordsAct::Show, key)) = carried(message).into_iter().next() else { return };
        let mut state = self.lock();
        let of_key = |words: &&mut Words| words.key.as_deref() == Some(key.as_str());
        let Some(words) = state.words.iter_mut().find(of_key) else { return };
        world.tell(format_args!("the writer of words {:?} is called: {outcome:?}", words.texts[0]));
        match outcome {
            PostOutcome::Posted { .. } => {
                words.told.push(Told::InChannel);
                words.shown = Some(message.clone());
            }
            PostOutcome::Closed(_) | PostOutcome::Refused { .. } => words.nowhere = true,
            _ => {}
        }
    }
}
