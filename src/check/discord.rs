//! What the bot's token may do, and where the bot is.

use std::collections::BTreeSet;

use deskbell_discord::permission::{INVITE, snowflake};
use deskbell_discord::rest::{Answer, DISCORD, Reply, Rest};
use deskbell_domain::ids::GuildId;
use secrecy::SecretString;
use serde_json::Value;
use url::Url;

use super::report::{Report, Severity};
use crate::servers::{Server, joined};

/// The link that invites an application's bot, with the permissions that it needs.
pub fn invite(application: u64) -> String {
    format!(
        "https://discord.com/oauth2/authorize?client_id={application}&scope=bot+applications.commands&permissions={INVITE}"
    )
}

/// What is known of the servers that are linked.
pub(super) enum Linked {
    /// `DISCORD_GUILD_ID` lists them.
    Listed(BTreeSet<GuildId>),
    /// It is left out, and the bot took this one.
    TakenBefore(GuildId),
    /// It is left out.
    Unsaid,
    /// It cannot be read, which is told elsewhere.
    Unread,
}

pub(super) async fn check(report: &mut Report, token: SecretString, proxy: Option<&Url>, linked: &Linked) {
    let rest = match Rest::new(proxy.map_or(DISCORD, Url::as_str), token) {
        Ok(rest) => rest,
        Err(error) => return report.add(Severity::Wrong, "Discord", error.to_string()),
    };
    let Some(me) = own_user(report, &rest).await else { return };
    let application = application_id(&rest).await.or_else(|| snowflake(&me["id"]));
    report.invite = application.map(invite);
    let Some(servers) = joined(&rest).await else {
        let text = "does not tell which servers the bot is in. Try again later.";
        return report.add(Severity::Wrong, "Discord", text);
    };
    let names: Vec<_> = servers.iter().map(|server| format!("{} ({})", server.name, server.id)).collect();
    let in_servers = match servers.len() {
        0 => "in no server yet: open the invite link below".to_owned(),
        1 => format!("in 1 server: {}", names.join(", ")),
        count => format!("in {count} servers: {}", names.join(", ")),
    };
    let severity = if servers.is_empty() { Severity::Warning } else { Severity::Ok };
    report.add(severity, "Discord", format!("{}, {in_servers}", user_name(&me)));
    match linked {
        Linked::Listed(guilds) => tell_listed(report, &servers, guilds),
        Linked::TakenBefore(guild) => tell_taken(report, &servers, *guild),
        Linked::Unsaid => tell_choice(report, &servers),
        Linked::Unread => {}
    }
    report.servers = servers;
}

fn tell_listed(report: &mut Report, servers: &[Server], guilds: &BTreeSet<GuildId>) {
    let named = |guild: &GuildId| servers.iter().find(|server| server.id == *guild);
    let linked: Vec<_> = guilds.iter().filter_map(named).map(|server| server.name.as_str()).collect();
    if !linked.is_empty() {
        report.add(Severity::Ok, "Server", format!("linked: {}", linked.join(", ")));
    }
    for guild in guilds.iter().filter(|guild| named(guild).is_none()) {
        let sentence = format!(
            "DISCORD_GUILD_ID {guild}: I am not in that server. Open the invite link below, or correct the id."
        );
        report.add_wrong("DISCORD_GUILD_ID", sentence);
    }
}

fn tell_taken(report: &mut Report, servers: &[Server], guild: GuildId) {
    let Some(server) = servers.iter().find(|server| server.id == guild) else {
        let sentence = format!(
            "DISCORD_GUILD_ID is not set, and I am no longer in the server that was linked ({guild}). Set it to the \
             server that is to be linked now."
        );
        return report.add_wrong("DISCORD_GUILD_ID", sentence);
    };
    let text = format!("linked: {}, which was the only one at first ({})", server.name, server.line());
    report.add(Severity::Ok, "Server", text);
}

fn tell_choice(report: &mut Report, servers: &[Server]) {
    match servers {
        [] => {}
        [only] => {
            let text =
                format!("linked: {}, the only one, from the first start on ({})", only.name, only.line());
            report.add(Severity::Ok, "Server", text);
        }
        several => {
            let lines: Vec<_> =
                several.iter().map(|server| format!("{} ({})", server.name, server.line())).collect();
            let sentence = format!(
                "DISCORD_GUILD_ID is not set, and I am in several servers. Set it to the one that is to be linked: {}.",
                lines.join(", ")
            );
            report.add_wrong("DISCORD_GUILD_ID", sentence);
        }
    }
}

async fn own_user(report: &mut Report, rest: &Rest) -> Option<Value> {
    match rest.get("/users/@me").await {
        Answer::Status(reply) if reply.is_success() && reply.body.is_some() => reply.body,
        Answer::Status(reply) if reply.refuses_token() => {
            let sentence = "DISCORD_TOKEN is refused by Discord. Copy it anew: discord.com/developers, your application, Bot, Reset Token.";
            report.add_wrong("DISCORD_TOKEN", sentence.to_owned());
            None
        }
        Answer::Status(reply) => {
            report.add(Severity::Wrong, "Discord", unusable(&reply));
            None
        }
        Answer::None(why) => {
            let text = format!("{}: {why}. Check the network, or DISCORD_PROXY_URL.", rest.base());
            report.add(Severity::Wrong, "Discord", text);
            None
        }
    }
}

/// An answer that is none to the question who the bot is.
fn unusable(reply: &Reply) -> String {
    match (reply.status, &reply.body) {
        (429, _) => {
            "asks to wait: too many calls come from this machine. Try again in a few minutes.".to_owned()
        }
        (500.., _) => format!("answers that it is out of order (status {}). Try again later.", reply.status),
        (status, None) => format!(
            "something else answers in its place (status {status}, no JSON): a proxy or a firewall. Check DISCORD_PROXY_URL."
        ),
        (status, Some(_)) => format!("answers with status {status}. Try again later."),
    }
}

async fn application_id(rest: &Rest) -> Option<u64> {
    match rest.get("/applications/@me").await {
        Answer::Status(reply) if reply.is_success() => snowflake(&reply.body?["id"]),
        _ => None,
    }
}

fn user_name(me: &Value) -> String {
    let name = me["username"].as_str().unwrap_or("the bot");
    match me["discriminator"].as_str() {
        Some(number) if number != "0" => format!("{name}#{number}"),
        _ => name.to_owned(),
    }
}
