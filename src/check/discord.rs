//! What the bot's token may do, and where the bot is.

use std::collections::BTreeSet;

use deskbell_discord::permission::{INVITE, snowflake};
use deskbell_discord::rest::{Answer, DISCORD, Rest};
use deskbell_domain::ids::GuildId;
use secrecy::SecretString;
use serde_json::Value;
use url::Url;

use super::report::{Report, Severity};

pub(super) async fn check(
    report: &mut Report,
    token: SecretString,
    proxy: Option<&Url>,
    guilds: Option<&BTreeSet<GuildId>>,
) {
    let rest = match Rest::new(proxy.map_or(DISCORD, Url::as_str), token) {
        Ok(rest) => rest,
        Err(error) => return report.add(Severity::Wrong, "Discord", error.to_string()),
    };
    let Some(me) = own_user(report, &rest).await else { return };
    let application = application_id(&rest).await.or_else(|| snowflake(&me["id"]));
    report.invite = application.map(|id| {
        format!("https://discord.com/oauth2/authorize?client_id={id}&scope=bot+applications.commands&permissions={INVITE}")
    });
    let Some(servers) = servers(report, &rest).await else { return };
    let names: Vec<_> = servers.iter().map(|(name, id)| format!("{name} ({id})")).collect();
    let in_servers = match servers.len() {
        0 => "in no server yet: open the invite link below".to_owned(),
        1 => format!("in 1 server: {}", names.join(", ")),
        count => format!("in {count} servers: {}", names.join(", ")),
    };
    report.add(Severity::Ok, "Discord", format!("{}, {in_servers}", user_name(&me)));
    for guild in
        guilds.into_iter().flatten().filter(|guild| !servers.iter().any(|(_, id)| *id == guild.to_string()))
    {
        let sentence = format!(
            "DISCORD_GUILD_ID {guild}: I am not in that server. Open the invite link below, or correct the id."
        );
        report.add_wrong("DISCORD_GUILD_ID", sentence);
    }
    report.servers = servers;
}

async fn own_user(report: &mut Report, rest: &Rest) -> Option<Value> {
    match rest.get("/users/@me").await {
        Answer::Status(reply) if reply.is_success() => reply.body,
        Answer::Status(reply) if reply.refuses_token() => {
            let sentence = "DISCORD_TOKEN is refused by Discord. Copy it anew: discord.com/developers, your application, Bot, Reset Token.";
            report.add_wrong("DISCORD_TOKEN", sentence.to_owned());
            None
        }
        Answer::Status(reply) => {
            report.add(
                Severity::Wrong,
                "Discord",
                format!("answered with status {}. Try again later.", reply.status),
            );
            None
        }
        Answer::None => {
            let text = format!("{} does not answer. Check the network, or DISCORD_PROXY_URL.", rest.base());
            report.add(Severity::Wrong, "Discord", text);
            None
        }
    }
}

async fn application_id(rest: &Rest) -> Option<u64> {
    match rest.get("/applications/@me").await {
        Answer::Status(reply) if reply.is_success() => snowflake(&reply.body?["id"]),
        _ => None,
    }
}

async fn servers(report: &mut Report, rest: &Rest) -> Option<Vec<(String, String)>> {
    let answer = match rest.get("/users/@me/guilds").await {
        Answer::Status(reply) if reply.is_success() => reply.body,
        _ => None,
    };
    let Some(Value::Array(guilds)) = answer else {
        report.add(Severity::Wrong, "Discord", "does not tell which servers the bot is in. Try again later.");
        return None;
    };
    let read =
        |guild: &Value| Some((guild["name"].as_str()?.to_owned(), snowflake(&guild["id"])?.to_string()));
    Some(guilds.iter().filter_map(read).collect())
}

fn user_name(me: &Value) -> String {
    let name = me["username"].as_str().unwrap_or("the bot");
    match me["discriminator"].as_str() {
        Some(number) if number != "0" => format!("{name}#{number}"),
        _ => name.to_owned(),
    }
}
