//! The steps at Discord: the bot's token, the invite, and the server.

use deskbell_discord::permission::snowflake;
use deskbell_discord::rest::{Answer, DISCORD, Rest};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use tokio::time::Instant;

use super::{Steps, Stopped};
use crate::check::invite;
use crate::config;
use crate::connect::advice;
use crate::servers::{self, Server};

const TOKEN: &str = "DISCORD_TOKEN";
const SERVER: &str = "DISCORD_GUILD_ID";

/// The bot, once its token is known.
pub(super) struct Bot {
    rest: Rest,
    id: u64,
}

/// What Discord says to a token.
enum Judged {
    Taken(Bot),
    Refused,
    NoAnswer(String),
}

impl Steps<'_> {
    pub(super) async fn discord_token(&mut self) -> Result<Bot, Stopped> {
        if self.usable_token(TOKEN)? {
            match self.judge_discord(None).await? {
                Judged::Taken(bot) => {
                    self.terminal.say("DISCORD_TOKEN is set already, and Discord takes it.");
                    return Ok(bot);
                }
                Judged::Refused => self.may_replace(TOKEN).await?,
                Judged::NoAnswer(why) => return self.unreachable("Discord", &why),
            }
        }
        loop {
            let question = "The bot's token (discord.com/developers, your application, Bot, Reset Token):";
            let token = self.ask_token(question).await?;
            match self.judge_discord(Some(token.clone())).await? {
                Judged::Taken(bot) => {
                    self.write(TOKEN, token.expose_secret())?;
                    return Ok(bot);
                }
                Judged::Refused => {
                    self.terminal.say("Discord refuses that token. Copy it again, or reset it there.");
                }
                Judged::NoAnswer(why) => return self.unreachable("Discord", &why),
            }
        }
    }

    pub(super) fn unreachable<T>(&mut self, whom: &str, why: &str) -> Result<T, Stopped> {
        self.terminal.say(&format!("{whom} could not be asked: {why} Then run deskbell init again."));
        Err(Stopped::Said)
    }

    /// Asks Discord whose token it is: this one, or the one that is set.
    async fn judge_discord(&self, token: Option<SecretString>) -> Result<Judged, Stopped> {
        let partial = config::read_what_is_there(&self.variables()?).0;
        let Some(token) = token.or(partial.discord_token) else { return Ok(Judged::Refused) };
        let base = partial.discord_proxy.as_ref().map_or(DISCORD, url::Url::as_str);
        let rest = match Rest::new(base, token) {
            Ok(rest) => rest,
            Err(error) => return Ok(Judged::NoAnswer(format!("{error}."))),
        };
        Ok(match rest.get("/applications/@me").await {
            Answer::Status(reply) if reply.is_success() => match id_in(reply.body) {
                Some(id) => Judged::Taken(Bot { rest, id }),
                None => Judged::NoAnswer(advice::NO_DISCORD_THERE.to_owned()),
            },
            Answer::Status(reply) if reply.refuses_token() => Judged::Refused,
            answer => Judged::NoAnswer(advice::at_discord(&answer, rest.base())),
        })
    }

    /// The name of the server that will be linked.
    pub(super) async fn server(&mut self, bot: &Bot) -> Result<String, Stopped> {
        if self.variables()?.get(SERVER).is_some() {
            self.terminal.say("DISCORD_GUILD_ID is set already.");
            return Ok("your server".to_owned());
        }
        let server = match self.joined(bot).await?.as_slice() {
            [only] => only.clone(),
            several => self.choose(several).await?,
        };
        self.write(SERVER, &server.id.to_string())?;
        Ok(server.name)
    }

    /// Waits until the bot is in a server.
    async fn joined(&mut self, bot: &Bot) -> Result<Vec<Server>, Stopped> {
        let deadline = Instant::now() + self.patience.all;
        let mut invited = false;
        loop {
            let servers = servers::joined(&bot.rest).await.unwrap_or_default();
            if !servers.is_empty() {
                return Ok(servers);
            }
            if !invited {
                invited = true;
                let minutes = self.patience.all.as_secs().div_ceil(60);
                self.terminal.say(&format!("Open this link and choose your server:\n{}", invite(bot.id)));
                self.terminal
                    .say(&format!("Waiting for the bot to be there, {minutes} min at most; Ctrl-C stops …"));
            }
            if Instant::now() >= deadline {
                self.terminal
                    .say("The bot is in no server yet. Open the link, then run deskbell init again.");
                return Err(Stopped::Said);
            }
            tokio::time::sleep(self.patience.every).await;
        }
    }

    async fn choose(&mut self, servers: &[Server]) -> Result<Server, Stopped> {
        self.terminal.say("The bot is in several servers. Which one is your workspace's?");
        for (number, server) in servers.iter().enumerate() {
            self.terminal.say(&format!("  {}. {}", number + 1, server.name));
        }
        loop {
            let typed = self.terminal.ask("Its number:").await?;
            let number = typed.expose_secret().trim().parse().ok();
            match number.and_then(|number: usize| servers.get(number.checked_sub(1)?)) {
                Some(server) => {
                    self.terminal.say(&server.name);
                    return Ok(server.clone());
                }
                None => self.terminal.say(&format!("Type a number from 1 to {}.", servers.len())),
            }
        }
    }
}

fn id_in(application: Option<Value>) -> Option<u64> {
    snowflake(&application?["id"])
}
