//! What answers presses in a life of the process.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use deskbell::app::{Shared, WorkspaceConnector, Workspaces, look_after_words};
use deskbell::gateway::ConnectionWatch;
use deskbell::supervisor::Supervisor;
use deskbell_commands::{BotContext, Dependencies, Facts};
use deskbell_discord::interaction::Interactions;
use deskbell_domain::ids::{ChannelId, MessageId};
use deskbell_domain::member_field::MemberField;
use deskbell_domain::port::remover::{Leaving, LeftOut, Removal, Remover};
use deskbell_domain::time::Clock as _;

use crate::discord::DiscordPort;
use crate::world::World;

/// How long a look at what was sent may take.
const LOOK_PATIENCE: Duration = Duration::from_mins(3);

/// Nobody has anything deleted by a command.
struct NothingIsDeleted;

#[async_trait]
impl Remover for NothingIsDeleted {
    async fn remove(&self, _: ChannelId, _: MessageId) -> Removal {
        Removal::Impossible
    }

    async fn leave_out(&self, _: ChannelId, _: MessageId, _: &LeftOut, _: &str) -> Leaving {
        Leaving::NotDone
    }
}

/// What the real start makes of the same parts.
pub(super) fn bot(
    shared: &Shared,
    world: &Arc<World>,
    (connector, workspaces): (&Arc<WorkspaceConnector>, &Arc<Workspaces>),
) -> Arc<BotContext> {
    let answers = Arc::new(DiscordPort { world: world.clone() });
    let dependencies = Dependencies {
        store: shared.store.clone(),
        channels: shared.channels.clone(),
        interactions: Interactions::taken_by(answers),
        random: shared.random.clone(),
        clock: shared.clock.clone(),
        workspaces: workspaces.clone(),
        connector: connector.clone(),
        shards: Arc::new(ConnectionWatch::new(shared.clock.clone())),
        remover: Arc::new(NothingIsDeleted),
    };
    let facts = Facts {
        version: "0.0.0",
        started_at: world.time.now(),
        poll_interval: shared.settings.intervals.poll,
        api_version: "2.16".to_owned(),
        update_fields: shared.settings.update_fields.clone(),
        card_fields: shared.settings.card_fields.clone(),
        member_field: MemberField::default(),
    };
    Arc::new(BotContext::new(dependencies, facts, shared.command_ids.clone()))
}

/// Words whose answers were lost are looked for, and at the end presses that are worked on are waited for.
pub(super) fn begin(bot: &Arc<BotContext>, supervisor: &Supervisor) {
    let (stop, pulse) =
        (supervisor.stop_token(), supervisor.pulse("looking for what was sent", LOOK_PATIENCE));
    supervisor.spawn("looking for what was sent", look_after_words(bot.clone(), stop, pulse));
    let (bot, stop) = (bot.clone(), supervisor.stop_token());
    supervisor.spawn("the gateway", async move {
        stop.cancelled().await;
        bot.end().await;
    });
}
