//! Members who press buttons and fill in forms: what they were shown, what they typed and what of it stands at Intercom,
//! and whether what they were told was so. They outlive the process.

mod presses;
mod told;
mod words;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use deskbell_discord::interaction::{DiscordFailure, First};
use deskbell_domain::message::{ButtonAction, Form, Message, Row};
use deskbell_domain::press::desk::{DeskPress, WordsAct};
use deskbell_domain::time::UnixMillis;

pub(crate) use self::presses::Press;
pub(crate) use self::told::Told;
pub(crate) use self::words::{Typed, Words, Writer};
use crate::chance::Chance;
use crate::time::{MINUTE, SECOND};
use crate::world::World;

/// How long Discord waits for the first answer, and how long it takes others.
const FIRST: i64 = 3 * SECOND;
const LAST: i64 = 15 * MINUTE;

/// The members of a run.
#[derive(Debug)]
pub(crate) struct People {
    pub(crate) chance: Chance,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    opened: Vec<Opened>,
    words: Vec<Words>,
    presses: Vec<Press>,
    reads: Vec<presses::Read>,
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
struct Opened {
    pressed: UnixMillis,
    about: About,
    acknowledged: bool,
    shown: Option<Message>,
    form: Option<Form>,
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

    /// The first answer comes.
    pub(crate) fn respond(&self, world: &World, token: &str, first: &First) -> Result<(), DiscordFailure> {
        let now = world.time.true_now();
        {
            let mut state = self.lock();
            let one = opened(&mut state, token)?;
            if one.acknowledged {
                return Err(refusal(40060, 400));
            }
            if now.since(one.pressed) > FIRST {
                return Err(refusal(10062, 404));
            }
            one.acknowledged = true;
            if let First::Form(form) = first {
                one.form = Some(form.clone());
            }
        }
        if let First::Message(message) | First::InPlace(message) = first {
            self.is_shown(world, token, message)?;
        }
        Ok(())
    }

    /// An edit of the first answer comes.
    pub(crate) fn edit(&self, world: &World, token: &str, message: &Message) -> Result<(), DiscordFailure> {
        let now = world.time.true_now();
        {
            let mut state = self.lock();
            let one = opened(&mut state, token)?;
            if !one.acknowledged {
                return Err(refusal(10015, 404));
            }
            if now.since(one.pressed) > LAST {
                return Err(refusal(50027, 401));
            }
        }
        self.is_shown(world, token, message)
    }

    fn is_shown(&self, world: &World, token: &str, message: &Message) -> Result<(), DiscordFailure> {
        let about = {
            let mut state = self.lock();
            let one = opened(&mut state, token)?;
            one.shown = Some(message.clone());
            one.about
        };
        match about {
            About::Words(number) => self.words_shown(world, number, message),
            About::Press(number) => self.press_answered(world, number, message),
            About::Nothing => {}
        }
        Ok(())
    }

    /// What is seen of the answer to a press.
    pub(crate) fn seen(&self, number: usize) -> Option<Message> {
        self.lock().opened.get(number)?.shown.clone()
    }

    /// The form that a press opened.
    pub(crate) fn form(&self, number: usize) -> Option<Form> {
        self.lock().opened.get(number)?.form.clone()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn opened<'a>(state: &'a mut State, token: &str) -> Result<&'a mut Opened, DiscordFailure> {
    let number: Option<usize> = token.parse().ok();
    number.and_then(|number| state.opened.get_mut(number)).ok_or(refusal(10015, 404))
}

fn refusal(code: u64, status: u16) -> DiscordFailure {
    DiscordFailure { code, status, retry_after: None::<Duration> }
}

/// What the controls of a message carry.
pub(crate) fn carried(message: &Message) -> Vec<DeskPress> {
    let carried = message.rows.iter().flat_map(|row| match row {
        Row::Buttons(buttons) => {
            let pressed = buttons.iter().filter_map(|button| match &button.action {
                ButtonAction::Press(custom_id) => Some(custom_id.clone()),
                ButtonAction::Open(_) => None,
            });
            pressed.collect()
        }
        Row::Select { custom_id, .. } => vec![custom_id.clone()],
        Row::SelectChannels { .. } | Row::SelectRoles { .. } => Vec::new(),
    });
    carried.filter_map(|custom_id| DeskPress::parse(&custom_id)).collect()
}

/// The button below a message with which this is done with words.
pub(crate) fn button(message: &Message, act: WordsAct) -> Option<DeskPress> {
    carried(message).into_iter().find(|press| matches!(press, DeskPress::Words(other, _) if *other == act))
}
