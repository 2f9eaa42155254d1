//! The slash commands: one file per group, and around them what every command needs.
//!
//! The way of a command: `guard` says whether the asker may, a service of `deskbell_desk` does the work over the
//! ports, `reply` says what happened, `answer` brings it to Discord within its three seconds. Buttons and selects
//! take the same way from `components`. Nothing here keeps state that a restart would miss: what a button needs
//! stands in its `custom_id` or, under a short key, in the store.

mod access;
mod answer;
mod asker;
mod at_work;
mod audience;
mod audit;
mod bot;
mod channel_press;
mod complete;
mod components;
mod contact;
mod context;
mod effect;
mod error;
mod export;
mod export_file;
#[cfg(test)]
mod fixture;
mod guard;
mod help;
mod keep;
mod kept;
mod lead;
mod list;
mod look_press;
mod look_up_message;
mod newest;
mod notify;
mod notify_add;
mod notify_failed;
mod notify_run;
mod press;
mod refusal;
mod registration;
mod render;
mod reply;
mod request;
mod rights;
mod session;
mod set_up_press;
mod setup;
mod share;
mod status;
mod tell;
mod user;
mod workspace;

use std::sync::Arc;

use poise::serenity_prelude as serenity;

pub use bot::{BotContext, CommandIds, Dependencies, Facts};
pub use components::custom_id_as_read;
pub use context::Command;
pub use error::{CommandError, DiscordFailure};
pub use refusal::{ClosedChannel, NotPosted, Refusal};
pub use registration::{RegistrationError, register_if_changed, register_until_done, registration_body};
pub use reply::{Control, File, Reply, Row};
pub use workspace::{Connected, DayOf, Waiting, WorkspaceContext, WorkspacePorts, Workspaces};

/// Every command, in the order of the picker.
pub fn commands() -> Vec<Command> {
    vec![
        lead::lead(),
        user::user(),
        setup::setup(),
        notify::notify(),
        access::access(),
        status::status(),
        help::help(),
        look_up_message::look_up_message(),
    ]
}

/// How poise is to run them. `initialize_owners` must be switched off on the *builder* too, which overwrites it.
pub fn framework_options() -> poise::FrameworkOptions<Arc<BotContext>, CommandError> {
    poise::FrameworkOptions {
        commands: commands(),
        on_error: |error| Box::pin(tell::handle(error)),
        event_handler: |framework, event| Box::pin(components::on_event(framework, event)),
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
