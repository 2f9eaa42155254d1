//! The gateway: how interactions and the news of servers and channels come in.
//!
//! serenity would leave the given address by itself in two ways: its proxy setting counts only while its rate limiter
//! is off, and a failing `GET /gateway` sends it to Discord's own gateway. So the limiter is always off (only
//! interactions are answered this way, and those have no common limit), and the gateway's address is asked for by our
//! own client, before serenity is, and put in place before it connects. Without an address the bot does not start.

mod connection;
mod events;

use std::sync::Arc;
use std::time::Duration;

use deskbell_commands::BotContext;
use deskbell_discord::rest::{Answer, Rest};
use deskbell_domain::backoff::Backoff;
use poise::serenity_prelude as serenity;
use secrecy::{ExposeSecret, SecretString};
use serenity::{ConnectionStage, GatewayError, GatewayIntents};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;
use url::Url;

pub use connection::{ConnectionState, ConnectionWatch};
pub use events::{Events, GuildListener};

use crate::connect::advice;
use crate::supervisor::Fatal;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const CALL_TIMEOUT: Duration = Duration::from_secs(60);
/// How often it is looked at whether the bot is connected.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How often the gateway's address is asked for again.
const REPEATS: u32 = 4;
const BETWEEN_REPEATS: Backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(8));

/// Why there is no gateway to connect to.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum GatewayAddressError {
    /// The token is refused.
    #[error("Discord refuses the token (401). Reset it at discord.com/developers and set DISCORD_TOKEN")]
    TokenRefused,
    /// Nothing useful came back, several times.
    #[error("{base} does not tell the gateway's address: {last}")]
    NoAnswer {
        /// Who was asked.
        base: String,
        /// What came at last, and what to do.
        last: String,
    },
}

/// Asks for the gateway's address, for about 15 s. What came in its place is told to whoever watches the connection.
pub async fn address(rest: &Rest, connection: &ConnectionWatch) -> Result<Url, GatewayAddressError> {
    tracing::info!(discord = rest.base(), "connecting to Discord");
    let mut failures = 0;
    loop {
        let last = match ask(rest).await {
            Asked::Address(url) => return Ok(url),
            Asked::Refused => return Err(GatewayAddressError::TokenRefused),
            Asked::Nothing(last) => last,
        };
        connection.failed(&last);
        failures += 1;
        if failures > REPEATS {
            return Err(GatewayAddressError::NoAnswer { base: rest.base().to_owned(), last });
        }
        let pause = BETWEEN_REPEATS.after(failures);
        tracing::warn!(reason = last, retry_in_s = pause.as_secs(), "Discord cannot be reached yet");
        tokio::time::sleep(pause).await;
    }
}

enum Asked {
    Address(Url),
    Refused,
    Nothing(String),
}

async fn ask(rest: &Rest) -> Asked {
    match rest.get("/gateway").await {
        Answer::Status(reply) if reply.status == 401 => Asked::Refused,
        Answer::Status(reply) => {
            let url = reply
                .body
                .as_ref()
                .and_then(|body| body["url"].as_str())
                .and_then(|url| Url::parse(url).ok());
            match url.filter(|url| reply.is_success() && matches!(url.scheme(), "ws" | "wss")) {
                Some(url) => Asked::Address(url),
                None => Asked::Nothing(advice::at_discord(&Answer::Status(reply), rest.base())),
            }
        }
        none @ Answer::None(_) => Asked::Nothing(advice::at_discord(&none, rest.base())),
    }
}

/// What a connection needs.
pub struct Connection {
    /// The REST API's address, without `/api`.
    pub base: String,
    /// The bot's token.
    pub token: SecretString,
    /// The gateway's address.
    pub gateway: Url,
    /// What the commands need.
    pub bot: Arc<BotContext>,
    /// What the news of servers and channels are told to.
    pub events: Events,
}

/// Makes the client, which is not connected yet.
pub async fn client(connection: Connection) -> anyhow::Result<serenity::Client> {
    let http_client = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(CALL_TIMEOUT)
        .build()?;
    let http = serenity::HttpBuilder::new(connection.token.expose_secret())
        .client(http_client)
        .proxy(connection.base)
        .ratelimiter_disabled(true)
        .default_allowed_mentions(serenity::CreateAllowedMentions::new())
        .build();
    let client = serenity::ClientBuilder::new_with_http(http, GatewayIntents::GUILDS)
        .framework(deskbell_commands::framework(connection.bot))
        .event_handler(connection.events)
        .await?;
    String::from(connection.gateway).clone_into(&mut *client.ws_url.lock().await);
    Ok(client)
}

/// Connects, and stays connected until it is told to stop or the gateway refuses for good.
pub async fn run(
    mut client: serenity::Client,
    connection: &ConnectionWatch,
    stop: CancellationToken,
) -> Result<(), Fatal> {
    let shards = client.shard_manager.clone();
    let mut looks = interval(LOOK_EVERY);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut running = std::pin::pin!(client.start());
    loop {
        tokio::select! {
            biased;
            ended = &mut running => return ended.map_err(|error| fatal(&error)),
            () = stop.cancelled() => {
                shards.shutdown_all().await;
                return Ok(());
            }
            _ = looks.tick() => look(&shards, connection),
        }
    }
}

/// serenity sends no news of a connection that it gives up to begin another, so it is asked how it stands.
fn look(shards: &serenity::ShardManager, connection: &ConnectionWatch) {
    // Where it is just being changed, the next look sees it.
    let Ok(runners) = shards.runners.try_lock() else { return };
    if runners.values().any(|runner| runner.stage == ConnectionStage::Connected) {
        connection.connected();
    } else {
        connection.lost();
    }
}

fn fatal(error: &serenity::Error) -> Fatal {
    match error {
        serenity::Error::Gateway(GatewayError::InvalidAuthentication | GatewayError::NoAuthentication) => {
            Fatal::DiscordToken
        }
        serenity::Error::Gateway(error) => Fatal::Gateway(error.to_string()),
        _ => Fatal::Gateway("the connection ended".to_owned()),
    }
}
