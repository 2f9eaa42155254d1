//! How answers to presses are taken, as Discord does: the first in time, and edits of it for a while.

use deskbell_discord::interaction::{DiscordFailure, First};
use deskbell_domain::message::Message;

use super::book::{About, Opened, State};
use super::{presses, words};
use crate::time::{MINUTE, SECOND};
use crate::world::World;

/// How long Discord waits for the first answer, and how long it takes others.
const FIRST: i64 = 3 * SECOND;
const LAST: i64 = 15 * MINUTE;

/// The first answer comes.
pub(crate) fn respond(world: &World, token: &str, first: &First) -> Result<(), DiscordFailure> {
    let now = world.time.true_now();
    {
        let mut state = world.people.lock();
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
        is_shown(world, token, message)?;
    }
    Ok(())
}

/// An edit of the first answer comes.
pub(crate) fn edit(world: &World, token: &str, message: &Message) -> Result<(), DiscordFailure> {
    let now = world.time.true_now();
    {
        let mut state = world.people.lock();
        let one = opened(&mut state, token)?;
        if !one.acknowledged {
            return Err(refusal(10015, 404));
        }
        if now.since(one.pressed) > LAST {
            return Err(refusal(50027, 401));
        }
    }
    is_shown(world, token, message)
}

fn is_shown(world: &World, token: &str, message: &Message) -> Result<(), DiscordFailure> {
    let about = {
        let mut state = world.people.lock();
        let one = opened(&mut state, token)?;
        one.shown = Some(message.clone());
        one.about
    };
    match about {
        About::Words(number) => words::shown(world, number, message),
        About::Press(number) => presses::answered(world, number, message),
        About::Nothing => {}
    }
    Ok(())
}

fn opened<'a>(state: &'a mut State, token: &str) -> Result<&'a mut Opened, DiscordFailure> {
    let number: Option<usize> = token.parse().ok();
    number.and_then(|number| state.opened.get_mut(number)).ok_or(refusal(10015, 404))
}

fn refusal(code: u64, status: u16) -> DiscordFailure {
    DiscordFailure { code, status, retry_after: None }
}
