//! One shard: a serenity client of its own, from its first session to the last. It needs no other shard and disturbs none,
//! so that one can be begun and given up by itself.

use std::sync::Arc;
use std::time::Duration;

use deskbell_discord::directory::Directory;
use deskbell_domain::shard::Shard;
use poise::serenity_prelude as serenity;
use serenity::{ConnectionStage, GatewayError, ShardManager};
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;
use tracing::warn;

use super::connection::ConnectionWatch;
use super::gate::{Gate, Passed};
use super::starts::Starts;
use crate::supervisor::Fatal;

/// How often it is looked at how a shard fares. A session is taken up again that much later at most.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// The same while its session begins.
const LOOK_EVERY_AT_START: Duration = Duration::from_millis(20);
/// How long a session may take to begin before Discord is asked whether it would rather have more shards. serenity does
/// not tell what Discord closes a connection with.
const START_PATIENCE: Duration = Duration::from_secs(15);
/// serenity gives a shard five seconds to say goodbye.
const GOODBYE_PATIENCE: Duration = Duration::from_secs(5);

/// What the shards of a process share.
#[derive(Clone)]
pub(super) struct Common {
    pub(super) starts: Arc<Starts>,
    pub(super) connection: ConnectionWatch,
    pub(super) directory: Arc<Directory>,
}

/// How serenity's part of a shard is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Condition {
    /// There is none: it wants to begin a session, or is about to.
    Absent,
    /// It begins a session or takes one up again.
    Connecting,
    Connected,
}

/// Connects a shard, and keeps it connected until it is told to stop or the gateway refuses for good.
pub(super) async fn run(
    shard: Shard,
    mut client: serenity::Client,
    common: Common,
    stop: CancellationToken,
) -> Result<(), Fatal> {
    let gate = Gate::close(client.ws_url.clone()).await;
    let manager = client.shard_manager.clone();
    let mut attendant = Attendant { shard, manager: manager.clone(), gate, common };
    let ended = tokio::select! {
        biased;
        () = stop.cancelled() => Ok(()),
        ended = client.start_shard(shard.number(), shard.count().get()) => Err(fatal(ended)),
        refused = attendant.attend() => Err(refused),
    };
    if ended.is_ok() {
        if attendant.look().await != Condition::Absent {
            // One that just takes its session up again says goodbye only after it has.
            attendant.gate.let_through().await;
        }
        let _late = timeout(GOODBYE_PATIENCE, manager.shutdown_all()).await;
    }
    ended
}

/// Sees to it that the shard connects when it may, and tells how it is.
struct Attendant {
    shard: Shard,
    manager: Arc<ShardManager>,
    gate: Gate,
    common: Common,
}

impl Attendant {
    /// Ends only where Discord wants something else than this process can give.
    async fn attend(&mut self) -> Fatal {
        loop {
            let refused = match self.look().await {
                Condition::Absent => self.begin().await,
                // Whoever waits now has a session that goes on.
                Condition::Connecting | Condition::Connected => {
                    self.gate.let_through().await;
                    None
                }
            };
            if let Some(refused) = refused {
                return refused;
            }
            sleep(LOOK_EVERY).await;
        }
    }

    /// serenity sends no news of a connection that it gives up to begin another, so it is asked how it is.
    async fn look(&self) -> Condition {
        let runners = self.manager.runners.lock().await;
        let condition = match runners.get(&serenity::ShardId(self.shard.number())) {
            Some(runner) if runner.stage == ConnectionStage::Connected => Condition::Connected,
            Some(_) => Condition::Connecting,
            None => Condition::Absent,
        };
        let Common { connection, directory, .. } = &self.common;
        match condition {
            Condition::Connected => connection.connected(self.shard),
            Condition::Connecting => connection.lost(self.shard),
            Condition::Absent => {
                connection.lost(self.shard);
                directory.connection_changed(self.shard, false);
            }
        }
        condition
    }

    /// Begins a session when it is this shard's turn, which lasts until it has begun.
    async fn begin(&mut self) -> Option<Fatal> {
        let starts = self.common.starts.clone();
        let mut turn = starts.turn(self.shard).await;
        let latest = Instant::now() + START_PATIENCE;
        while Instant::now() < latest {
            match self.look().await {
                Condition::Absent => {
                    // A connection that fails leaves nobody behind, and the next try waits before the gate again.
                    if turn.holds_another() && self.gate.let_through().await == Passed::Somebody {
                        turn.used();
                    }
                }
                Condition::Connecting => {}
                Condition::Connected => return None,
            }
            sleep(LOOK_EVERY_AT_START).await;
        }
        drop(turn);
        warn!(shard = self.shard.number(), "no session of this shard began yet; it is tried again");
        let wanted = starts.too_few().await?;
        Some(Fatal::TooFewShards { had: self.shard.count().get(), wanted: wanted.get() })
    }
}

fn fatal(ended: Result<(), serenity::Error>) -> Fatal {
    match ended {
        Err(serenity::Error::Gateway(
            GatewayError::InvalidAuthentication | GatewayError::NoAuthentication,
        )) => Fatal::DiscordToken,
        Err(serenity::Error::Gateway(error)) => Fatal::Gateway(error.to_string()),
        Ok(()) | Err(_) => Fatal::Gateway("the connection ended".to_owned()),
    }
}
