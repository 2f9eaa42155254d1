//! The gateway: how interactions and the news of servers and channels come in.
//!
//! Discord says over how many shards it wants the bot's servers divided. Each has a client of its own, and all tell the
//! same [`Events`]: what a server is told of comes over its own shard, and a shard that is lost says nothing of the
//! servers of another. The number is asked for once; one that has grown is told in the log and taken at the next start.
//!
//! serenity would leave the given address by itself in two ways: its proxy setting counts only while its rate limiter
//! is off, and a failing `GET /gateway` sends it to Discord's own gateway. So the limiter is always off (only
//! interactions are answered this way, and those have no common limit), and the gateway's address is asked for by our
//! own client, before serenity is, and put in place before it connects. Without an address the bot does not start.

mod connection;
mod events;
mod gate;
mod plan;
mod shard;
mod starts;

use std::sync::Arc;
use std::time::Duration;

use deskbell_commands::BotContext;
use deskbell_discord::rest::Rest;
use deskbell_domain::shard::ShardCount;
use poise::serenity_prelude as serenity;
use secrecy::{ExposeSecret, SecretString};
use serenity::GatewayIntents;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use url::Url;

pub use connection::{ConnectionChanges, ConnectionState, ConnectionWatch};
pub use events::{Events, GuildListener};
pub(crate) use plan::{Asked, ask};
pub use plan::{GatewayAddressError, Plan, StartLimit, plan};

use self::shard::Common;
use self::starts::Starts;
use crate::supervisor::Supervisor;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const CALL_TIMEOUT: Duration = Duration::from_secs(60);
/// How often Discord is asked whether it would rather have more shards by now.
const COUNT_EVERY: Duration = Duration::from_hours(6);

/// What a connection needs.
pub struct Connection {
    /// The REST API.
    pub rest: Rest,
    /// The bot's token.
    pub token: SecretString,
    /// How Discord wants it to connect.
    pub plan: Plan,
    /// What the commands need.
    pub bot: Arc<BotContext>,
    /// What the news of servers and channels are told to.
    pub events: Events,
    /// Where it is told how it is.
    pub watch: ConnectionWatch,
}

/// All shards of the process, none of which is connected yet.
pub struct Gateway {
    clients: Vec<serenity::Client>,
    shards: ShardCount,
    bot: Arc<BotContext>,
    common: Common,
}

impl Gateway {
    /// Makes the clients.
    ///
    /// # Errors
    /// Fails where a client cannot be made.
    pub async fn new(connection: Connection) -> anyhow::Result<Self> {
        let Connection { rest, token, plan, bot, events, watch } = connection;
        let http_client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(CALL_TIMEOUT)
            .build()?;
        let (directory, events) = (events.directory.clone(), Arc::new(events));
        let mut clients = Vec::new();
        for _ in plan.shards.all() {
            let http = http(http_client.clone(), rest.base(), &token);
            clients.push(client(http, &plan.address, bot.clone(), events.clone()).await?);
        }
        watch.expect(plan.shards);
        if plan.shards > ShardCount::ONE {
            tracing::info!(shards = plan.shards.get(), "connecting over several shards");
        }
        let starts = Arc::new(Starts::new(rest, watch.clone(), &plan));
        let common = Common { starts, connection: watch, directory };
        Ok(Self { clients, shards: plan.shards, bot, common })
    }

    /// Connects, and stays connected until the process is to end. A shard that the gateway refuses for good ends it.
    pub async fn run(self, supervisor: Supervisor) {
        let stop = supervisor.stop_token();
        let Self { clients, shards, bot, common } = self;
        let starts = common.starts.clone();
        let running = shards.all().zip(clients).map(|(shard, client)| {
            let (common, stop, supervisor) = (common.clone(), stop.clone(), supervisor.clone());
            async move {
                if let Err(fatal) = shard::run(shard, client, common, stop).await {
                    supervisor.fail(fatal);
                }
            }
        });
        let running: Vec<_> = running.collect();
        tokio::join!(futures::future::join_all(running), watch_growth(&starts, shards, stop));
        bot.end().await;
    }
}

fn http(client: reqwest::Client, base: &str, token: &SecretString) -> serenity::Http {
    serenity::HttpBuilder::new(token.expose_secret())
        .client(client)
        .proxy(base)
        .ratelimiter_disabled(true)
        .default_allowed_mentions(serenity::CreateAllowedMentions::new())
        .build()
}

async fn client(
    http: serenity::Http,
    address: &Url,
    bot: Arc<BotContext>,
    events: Arc<Events>,
) -> Result<serenity::Client, serenity::Error> {
    let client = serenity::ClientBuilder::new_with_http(http, GatewayIntents::GUILDS)
        .framework(deskbell_commands::framework(bot))
        .event_handler_arc(events)
        .await?;
    address.as_str().clone_into(&mut *client.ws_url.lock().await);
    Ok(client)
}

/// Tells when Discord wants more shards than there are. Nothing is lost while it still takes fewer, so nothing is
/// interrupted for it.
async fn watch_growth(starts: &Starts, shards: ShardCount, stop: CancellationToken) {
    let watching = async {
        loop {
            sleep(COUNT_EVERY).await;
            if let Some(wanted) = starts.too_few().await {
                tracing::warn!(
                    shards = shards.get(),
                    wanted = wanted.get(),
                    "Discord asks for more shards by now: restart the bot before long, and it takes them"
                );
            }
        }
    };
    stop.run_until_cancelled(watching).await;
}
