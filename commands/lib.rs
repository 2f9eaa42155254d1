//! The slash commands: one file per group, and in `interaction` what every command needs around it.
//!
//! The way of a command: `guard` says whether the asker may, a service of `deskbell_domain` does the work over the
//! ports, `deskbell_text` says what happened, `answer` brings it to Discord within its three seconds. Buttons and selects
//! take the same way from `press`. Nothing here keeps state that a restart would miss: what a button needs
//! stands in its `custom_id` or, under a short key, in the store.

mod access;
mod audit;
mod connection;
mod contact;
mod conversation;
mod desk;
#[cfg(test)]
mod fixture;
mod help;
mod interaction;
mod lead;
mod look_up_message;
mod notify;
mod press;
mod privacy;
mod setup;
mod show_member;
mod status;
mod user;

use std::sync::Arc;

pub use desk::looking::look_after_words;
pub use interaction::bot::{BotContext, Dependencies, Facts};
pub use interaction::context::Command;
pub use interaction::error::CommandError;
pub use interaction::refusal::{ClosedChannel, NotPosted, Refusal, Said};
pub use interaction::registration::{
    RegistrationError, register_if_changed, register_until_done, registration_body,
};
pub use interaction::workspace::{Connected, DayOf, Waiting, WorkspaceContext, WorkspacePorts, Workspaces};
use poise::serenity_prelude as serenity;
pub use press::dispatch::{answer_press, custom_id_as_read};

/// Every command, in the order of the picker.
pub fn commands() -> Vec<Command> {
    vec![
        lead::lead(),
        user::user(),
        conversation::conversation(),
        setup::setup(),
        connection::connection(),
        privacy::privacy(),
        notify::notify(),
        access::access(),
        audit::audit(),
        status::status(),
        help::help(),
        look_up_message::look_up_message(),
        show_member::show_member(),
    ]
}

/// How poise is to run them. `initialize_owners` must be switched off on the *builder* too, which overwrites it.
pub fn framework_options() -> poise::FrameworkOptions<Arc<BotContext>, CommandError> {
    poise::FrameworkOptions {
        commands: commands(),
        on_error: |error| Box::pin(interaction::tell::handle(error)),
        event_handler: |framework, event| Box::pin(press::dispatch::on_event(framework, event)),
        allowed_mentions: Some(serenity::CreateAllowedMentions::new()),
        manual_cooldowns: true,
        initialize_owners: false,
        ..Default::default()
    }
}

/// The framework, ready for the client's builder. Its set-up cannot fail: a failure there would leave a bot that is
/// online and never answers.
pub fn framework(bot: Arc<BotContext>) -> poise::Framework<Arc<BotContext>, CommandError> {
    poise::Framework::builder()
        .options(framework_options())
        .initialize_owners(false)
        .setup(move |_, _, _| Box::pin(async move { Ok(bot) }))
        .build()
}
