//! What the bot made of an interaction: its first answer, and what its messages became.

use std::time::Duration;

use serde_json::Value;

use super::failure::Failure;
use crate::discord::{
    Ack, AckKind, Choice, Discord, Message,
    existence::Existence,
    ids::{ChannelId, InteractionId, MessageId},
    interaction::{ACKNOWLEDGE_WITHIN, Interaction},
    shared::Shared,
    state::State,
    watch::{PATIENCE, Waited},
};

/// One use of the bot, and the means to wait for what it answers.
#[derive(Clone, Debug)]
pub struct Reply {
    discord: Discord,
    interaction: InteractionId,
    patience: Duration,
}

impl Reply {
    pub(super) fn new(discord: Discord, interaction: InteractionId) -> Self {
        Self { discord, interaction, patience: PATIENCE }
    }

    /// The same reply, waited for longer or shorter once the bot has acknowledged it.
    #[must_use]
    pub fn within(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// The first answer. Discord waits 3 s for it, and so does this.
    pub async fn acknowledged(&self) -> Result<Ack, Failure> {
        let left = self.read(|interaction, _| match interaction.delivery {
            Existence::Present => ACKNOWLEDGE_WITHIN.saturating_sub(interaction.sent.elapsed()),
            Existence::Gone => Duration::ZERO,
        });
        let found = |shared: &Shared| shared.read(|state| state.interactions.get(&self.interaction)?.ack);
        let ack = self.discord.shared.wait_until(left, found).await;
        ack.ok_or_else(|| Failure::DidNotRespond(self.silence()))
    }

    fn silence(&self) -> String {
        self.read(|interaction, _| match interaction.delivery {
            Existence::Present => "nothing came within 3 s".to_owned(),
            Existence::Gone => "no session was connected".to_owned(),
        })
    }

    /// The message that answers, once it is more than "thinking"; of a press that only changes its message, that one.
    pub async fn message(&self) -> Result<Message, Failure> {
        self.message_where("an answer", |_| true).await
    }

    /// The answering message, once it satisfies the condition: edits are waited for.
    pub async fn message_where(
        &self,
        wanted: &str,
        condition: impl Fn(&Message) -> bool,
    ) -> Result<Message, Failure> {
        self.acknowledged().await?;
        let found = |shared: &Shared| {
            let message = shared.read(|state| answer(state.interactions.get(&self.interaction)?, state))?;
            condition(&message).then_some(message)
        };
        let message = self.discord.shared.wait_until(self.patience, found).await;
        message.ok_or_else(|| self.waited(wanted))
    }

    /// The text of the answering message, without its embeds.
    pub async fn text(&self) -> Result<String, Failure> {
        Ok(self.message().await?.content)
    }

    /// The answering message as a person sees it, in plain text.
    pub async fn render(&self) -> Result<String, Failure> {
        Ok(self.message().await?.render())
    }

    /// The answering message as it stands now; none before it is more than "thinking".
    pub fn current(&self) -> Option<Message> {
        self.read(answer)
    }

    /// The further messages so far.
    pub fn followups(&self) -> Vec<Message> {
        self.read(|interaction, state| {
            let messages = interaction.followups.iter().map(|id| state.message(interaction.channel, *id));
            messages.filter_map(Result::ok).cloned().collect()
        })
    }

    /// The further message with this number, counted from 0.
    pub async fn followup(&self, number: usize) -> Result<Message, Failure> {
        self.acknowledged().await?;
        let found = |_: &Shared| self.followups().into_iter().nth(number);
        let message = self.discord.shared.wait_until(self.patience, found).await;
        message.ok_or_else(|| self.waited(&format!("further message number {number}")))
    }

    /// The suggestions for the option that is being typed.
    pub async fn choices(&self) -> Result<Vec<Choice>, Failure> {
        self.acknowledged().await?;
        Ok(self.read(|interaction, _| interaction.choices.clone()))
    }

    /// The form that was opened.
    pub async fn modal(&self) -> Result<Value, Failure> {
        let ack = self.acknowledged().await?;
        let form = self.read(|interaction, _| interaction.modal.clone());
        form.ok_or_else(|| Failure::BadText(format!("the bot answered {:?}, not a form", ack.kind)))
    }

    /// Everything that is known about the answer, in plain text.
    pub fn history(&self) -> String {
        let ack = self.read(|interaction, _| interaction.ack);
        let messages = self.current().into_iter().chain(self.followups());
        let told: Vec<String> = messages.map(|message| message.render()).collect();
        let ack =
            ack.map_or_else(|| "not acknowledged".to_owned(), |ack| format!("acknowledged: {:?}", ack.kind));
        format!("{ack}\n{}\n", told.join("\n"))
    }

    /// Where it happened, and on which message.
    pub(super) fn interaction(&self) -> InteractionId {
        self.interaction
    }

    pub(super) fn place(&self) -> (ChannelId, Option<MessageId>) {
        self.read(|interaction, _| (interaction.channel, interaction.source.map(|(message, _)| message)))
    }

    fn waited(&self, wanted: &str) -> Failure {
        Failure::Waited(Waited { wanted: wanted.to_owned(), history: self.history() })
    }

    /// A reply is only made for an interaction that is known, and none is ever forgotten.
    fn read<T>(&self, look: impl FnOnce(&Interaction, &State) -> T) -> T {
        self.discord.shared.read(|state| look(&state.interactions[&self.interaction], state))
    }
}

fn answer(interaction: &Interaction, state: &State) -> Option<Message> {
    let message = state.message(interaction.channel, interaction.original?).ok()?;
    let is_unchanged = interaction.ack?.kind == AckKind::DeferredUpdate
        && interaction.source.is_some_and(|(_, revision)| message.revision <= revision);
    (!message.is_loading() && !is_unchanged).then(|| message.clone())
}
