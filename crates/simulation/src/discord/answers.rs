//! How Discord takes what presses are answered with.

use std::time::Duration;

use async_trait::async_trait;
use deskbell_discord::interaction::{Answers, DiscordFailure, First, Interaction};
use deskbell_domain::message::Message;
use secrecy::ExposeSecret as _;
use tokio::time::sleep;

use super::DiscordPort;
use super::port::Fate;
use crate::people;
use crate::power::Operation;
use crate::witness;

/// How long the client waits for an answer.
const PATIENCE: Duration = Duration::from_secs(10);

#[async_trait]
impl Answers for DiscordPort {
    async fn respond(&self, to: &Interaction, first: &First) -> Result<(), DiscordFailure> {
        let token = to.token.expose_secret();
        let taken = self.take_answer(|| people::respond(&self.world, token, first));
        self.world.power.around(Operation::Respond, taken).await
    }

    async fn edit(&self, of: &Interaction, message: &Message) -> Result<(), DiscordFailure> {
        let token = of.token.expose_secret();
        let taken = self.take_answer(|| people::edit(&self.world, token, message));
        self.world.power.around(Operation::EditAnswer, taken).await
    }

    async fn follow_up(&self, to: &Interaction, message: &Message) -> Result<(), DiscordFailure> {
        self.edit(to, message).await
    }
}

impl DiscordPort {
    async fn take_answer(
        &self,
        take: impl FnOnce() -> Result<(), DiscordFailure> + Send,
    ) -> Result<(), DiscordFailure> {
        let discord = &self.world.discord;
        discord.pause().await;
        witness::let_late_messages_come(&self.world);
        match discord.fate() {
            Fate::Answered => take(),
            Fate::AnswerLost => {
                let _nobody_hears_it = take();
                Err(DiscordFailure::NO_ANSWER)
            }
            Fate::Failing | Fate::Late => Err(DiscordFailure { status: 503, ..DiscordFailure::NO_ANSWER }),
            Fate::Hanging => {
                sleep(PATIENCE).await;
                Err(DiscordFailure::NO_ANSWER)
            }
            Fate::Limited(seconds) => {
                let retry_after = Some(Duration::from_secs(seconds));
                Err(DiscordFailure { code: 0, status: 429, retry_after })
            }
        }
    }
}
