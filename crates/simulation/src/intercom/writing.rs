//! What is written to Intercom in the name of teammates: it may be done without an answer, done late, or not at all, and
//! others do something at the same moment.

use std::time::Duration;

use deskbell_domain::conversation::Part;
use deskbell_domain::ids::{AdminId, ConversationId};
use deskbell_domain::outgoing::WordsFor;
use deskbell_domain::port::intercom::{IntercomError, Move, Moved};
use tokio::time::sleep;

use super::port::PATIENCE;
use super::talks::Act;
use super::{IntercomPort, Route, talks};
use crate::people;
use crate::power::Operation;
use crate::time::SECOND;

/// How late words may arrive whose answer does not come.
const LATEST: i64 = 40 * SECOND;
/// How often in a thousand somebody else moves a conversation in the same moment, before or after.
const RACES: u32 = 150;

/// What becomes of a call that writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Answered,
    /// It is done, and nobody is told.
    AnswerLost,
    /// It never arrives.
    Lost,
    /// It is done so many milliseconds later, and nobody is told.
    Late(i64),
    Limited,
    Invalid,
    Missing,
}

impl IntercomPort {
    fn fate(&self) -> Fate {
        let chance = &self.world.intercom.chance;
        match chance.below(100) {
            0..10 => Fate::AnswerLost,
            10..18 => Fate::Lost,
            18..24 => Fate::Late(chance.between(SECOND, LATEST)),
            24..27 => Fate::Limited,
            27..30 => Fate::Invalid,
            30..33 => Fate::Missing,
            _ => Fate::Answered,
        }
    }

    /// How a call that writes ends, as far as the weather and chance go; what is done is done by the one who asks.
    async fn written(&self, operation: Operation) -> Result<Fate, IntercomError> {
        match self.answer(operation, Some(Route::Conversations), |_| ()).await {
            Ok(()) => Ok(self.fate()),
            // Where no usable answer comes nobody knows whether it was done.
            Err(IntercomError::Unavailable(_)) if self.world.intercom.chance.per_mille(500) => {
                Ok(Fate::AnswerLost)
            }
            Err(IntercomError::Unavailable(_)) => Ok(Fate::Lost),
            Err(error) => Err(error),
        }
    }

    /// Does it as its fate has it; answers whether anybody is told that it was done.
    async fn carry_out<T>(&self, fate: Fate, act: impl FnOnce() -> T) -> Result<T, IntercomError> {
        match fate {
            Fate::Answered => return Ok(act()),
            Fate::AnswerLost => drop(act()),
            Fate::Lost => {}
            Fate::Late(ms) => {
                sleep(Duration::from_millis(ms.unsigned_abs())).await;
                drop(act());
                sleep(PATIENCE.saturating_sub(Duration::from_millis(ms.unsigned_abs()))).await;
            }
            Fate::Limited => return Err(IntercomError::RateLimited { after: Duration::from_secs(10) }),
            Fate::Invalid => {
                let (code, message) = ("parameter_invalid".to_owned(), "invalid".to_owned());
                return Err(IntercomError::Invalid { code, message });
            }
            Fate::Missing => return Err(IntercomError::Missing),
        }
        Err(IntercomError::OutcomeUnknown)
    }

    pub(super) async fn say_once(
        &self,
        (id, by): (&ConversationId, &AdminId),
        to: WordsFor,
        text: &str,
    ) -> Result<Vec<Part>, IntercomError> {
        let (world, intercom) = (&self.world, &self.world.intercom);
        let fate = self.written(Operation::Say).await?;
        let say = || {
            let part = talks::write(intercom, id, by, to, text);
            world.tell(format_args!("words {text:?} stand in conversation {id}: {fate:?}"));
            people::stand(world, (id, by), to, text);
            part.into_iter().collect::<Vec<_>>()
        };
        let parts = self.carry_out(fate, say).await?;
        // Some answers hold none of the parts.
        Ok(if intercom.chance.per_mille(200) { Vec::new() } else { parts })
    }

    pub(super) async fn move_once(
        &self,
        id: &ConversationId,
        by: &AdminId,
        to: Move,
    ) -> Result<Moved, IntercomError> {
        let (world, intercom) = (&self.world, &self.world.intercom);
        let to = Act::of(&to).ok_or(IntercomError::Missing)?;
        let fate = self.written(Operation::MoveConversation).await?;
        if intercom.chance.per_mille(RACES) {
            talks::undo(intercom, id, to);
        }
        let act = || {
            people::moves(world, self.caller, id, by, to);
            talks::move_by(intercom, id, by, to)
        };
        let moved = self.carry_out(fate, act).await;
        if intercom.chance.per_mille(RACES) {
            talks::undo(intercom, id, to);
            world.tell(format_args!("somebody else moves conversation {id} at once"));
        }
        world.people.moved(self.caller, id, world.time.true_now());
        moved
    }
}
