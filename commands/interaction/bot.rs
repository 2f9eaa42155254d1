//! What one process has for all commands, whichever workspace they are about.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use deskbell_discord::interaction::Interactions;
use deskbell_domain::card::chosen::CardFields;
use deskbell_domain::difference::UpdateFields;
use deskbell_domain::ids::{GuildId, MemberId};
use deskbell_domain::member_field::MemberField;
use deskbell_domain::port::channels::Channels;
use deskbell_domain::port::connector::Connector;
use deskbell_domain::port::random::Random;
use deskbell_domain::port::remover::Remover;
use deskbell_domain::port::store::Store;
use deskbell_domain::shard::Shards;
use deskbell_domain::time::{Clock, UnixMillis};
use deskbell_text::around::Around;
use deskbell_text::command::CommandIds;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::interaction::at_work::Work;
use crate::interaction::error::Refusal;
use crate::interaction::kept::KeptByPerson;
use crate::interaction::newest::Newest;
use crate::interaction::turns::Turns;
use crate::interaction::under_way::UnderWay;
use crate::interaction::workspace::Workspaces;

/// How soon the channels of a server that are on hold may be tried again.
const BETWEEN_TRIES: Duration = Duration::from_secs(10);

/// The ways out of a command that all workspaces share.
#[derive(Clone)]
pub struct Dependencies {
    /// The store.
    pub store: Arc<dyn Store>,
    /// What is known of Discord's channels.
    pub channels: Arc<dyn Channels>,
    /// The way back to whoever gave a command or pressed.
    pub interactions: Interactions,
    /// References of errors and short keys.
    pub random: Arc<dyn Random>,
    /// Our own clock.
    pub clock: Arc<dyn Clock>,
    /// Which workspace a server is connected to.
    pub workspaces: Arc<dyn Workspaces>,
    /// What connects servers, and disconnects them.
    pub connector: Arc<dyn Connector>,
    /// Which of the bot's shards are connected.
    pub shards: Arc<dyn Shards>,
    /// Deletes messages.
    pub remover: Arc<dyn Remover>,
}

/// What `/status` tells of the bot itself, and what replies tell of its settings.
#[derive(Clone)]
pub struct Facts {
    /// Our version.
    pub version: &'static str,
    /// When this process started.
    pub started_at: UnixMillis,
    /// `POLL_INTERVAL`.
    pub poll_interval: Duration,
    /// `INTERCOM_API_VERSION`.
    pub api_version: String,
    /// `UPDATE_FIELDS`.
    pub update_fields: UpdateFields,
    /// `CARD_FIELDS`.
    pub card_fields: CardFields,
    /// `CONTACT_DISCORD_FIELD`.
    pub member_field: MemberField,
}

/// What one process has for all commands; poise hands it to each of them.
pub struct BotContext {
    /// The ways out.
    pub dependencies: Dependencies,
    /// What is told of the bot itself.
    pub facts: Facts,
    /// What makes commands clickable.
    pub command_ids: Arc<CommandIds>,
    /// Commands and presses that are being worked on: waited for at shutdown.
    pub(crate) in_progress: TaskTracker,
    /// Cancelled when the bot is being stopped: what only waits gives up then.
    pub(crate) stopping: CancellationToken,
    pub(crate) newest: Arc<Newest>,
    pub(crate) work: Arc<Work>,
    pub(crate) kept: KeptByPerson,
    pub(crate) turns: Turns,
    pub(crate) under_way: UnderWay,
    exporting: Exporting,
    tried: Mutex<BTreeMap<GuildId, Instant>>,
}

impl BotContext {
    /// A context in which nothing happened yet. The ids of commands are shared with whoever else writes them.
    pub fn new(dependencies: Dependencies, facts: Facts, command_ids: Arc<CommandIds>) -> Self {
        Self {
            dependencies,
            facts,
            command_ids,
            in_progress: TaskTracker::new(),
            stopping: CancellationToken::new(),
            newest: Arc::default(),
            work: Arc::default(),
            kept: KeptByPerson::default(),
            turns: Turns::default(),
            under_way: UnderWay::default(),
            exporting: Exporting::default(),
            tried: Mutex::default(),
        }
    }

    /// Waits for what is being worked on, once nothing more comes in.
    pub async fn end(&self) {
        self.stopping.cancel();
        self.in_progress.close();
        self.in_progress.wait().await;
    }

    /// What sentences need of the world around them.
    pub(crate) fn around(&self) -> Around<'_> {
        Around { command_ids: &self.command_ids, now: self.now().seconds() }
    }

    /// Now, by our own clock.
    pub(crate) fn now(&self) -> UnixMillis {
        self.dependencies.clock.now()
    }

    /// Whether a server's channels on hold may be tried; then it may not again for a while.
    pub(crate) fn may_try_now(&self, guild: GuildId) -> bool {
        let mut tried = self.tried.lock().unwrap_or_else(PoisonError::into_inner);
        tried.retain(|_, at| at.elapsed() < BETWEEN_TRIES);
        let may = !tried.contains_key(&guild);
        if may {
            tried.insert(guild, Instant::now());
        }
        may
    }

    /// Takes the only place for an export that a server and a person have; refused while another runs.
    pub(crate) fn begin_export(&self, guild: GuildId, member: MemberId) -> Result<ExportPlace<'_>, Refusal> {
        let mut running = self.exporting.lock().unwrap_or_else(PoisonError::into_inner);
        if running.iter().any(|(_, theirs)| *theirs == member) {
            return Err(Refusal::OwnExportRuns);
        }
        if running.iter().any(|(there, _)| *there == guild) {
            return Err(Refusal::ExportRuns);
        }
        running.insert((guild, member));
        Ok(ExportPlace { exporting: &self.exporting, place: (guild, member) })
    }
}

/// Which exports run: where, and for whom.
type Exporting = Mutex<BTreeSet<(GuildId, MemberId)>>;

/// The only place for an export that a server and a person have; free again when dropped.
#[derive(Debug)]
pub(crate) struct ExportPlace<'a> {
    exporting: &'a Exporting,
    place: (GuildId, MemberId),
}

impl Drop for ExportPlace<'_> {
    fn drop(&mut self) {
        self.exporting.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADA: MemberId = MemberId(1);
    const ALAN: MemberId = MemberId(2);

    #[tokio::test(start_paused = true)]
    async fn what_only_waits_gives_up_at_once_when_the_bot_is_stopped() {
        crate::fixture::run(async |world| {
            let bot = &world.context.bot;
            let stopping = bot.stopping.clone();
            let looking = bot.in_progress.spawn(async move {
                stopping.run_until_cancelled(tokio::time::sleep(Duration::from_mins(1))).await
            });
            let began = Instant::now();
            bot.end().await;
            assert_eq!((looking.await.expect("it ends"), began.elapsed()), (None, Duration::ZERO));
        })
        .await;
    }

    #[tokio::test]
    async fn one_export_runs_for_a_person_and_in_a_server() {
        crate::fixture::run(async |world| {
            let bot = &world.context.bot;
            let running = bot.begin_export(GuildId(1), ADA).unwrap();
            assert!(matches!(bot.begin_export(GuildId(2), ADA), Err(Refusal::OwnExportRuns)));
            assert!(matches!(bot.begin_export(GuildId(1), ALAN), Err(Refusal::ExportRuns)));
            assert!(bot.begin_export(GuildId(2), ALAN).is_ok());
            drop(running);
            assert!(bot.begin_export(GuildId(1), ADA).is_ok());
        })
        .await;
    }
}
