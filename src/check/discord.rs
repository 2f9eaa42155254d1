//! What the bot's token may do, and where the bot is.

use std::collections::BTreeSet;
use std::time::Duration;

use deskbell_discord::permission::{INVITE, snowflake};
use deskbell_discord::rest::{Answer, DISCORD, Rest};
use deskbell_domain::ids::GuildId;
use deskbell_domain::shard::ShardCount;
use secrecy::SecretString;
use serde_json::Value;
use url::Url;

use super::report::{Report, Severity};
use crate::connect::advice;
use crate::gateway::{Asked, Plan, ask};
use crate::servers::{Server, joined};

/// Servers that are named one by one.
const MOST_NAMED: usize = 20;

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
    /// The operator has no workspace: servers connect themselves.
    Themselves,
    /// It cannot be read, which is told elsewhere.
    Unread,
}

pub(super) async fn check(report: &mut Report, token: SecretString, proxy: Option<&Url>, linked: &Linked) {
    let rest = match Rest::new(proxy.map_or(DISCORD, Url::as_str), token) {
        Ok(rest) => rest,
        Err(error) => return report.add(Severity::Wrong, "Discord", error.to_string()),
    };
    let Some(me) = own_user(report, &rest).await else { return };
    if snowflake(&me["id"]).is_none() {
        let text = format!("{}: {}", rest.base(), advice::NO_DISCORD_THERE);
        return report.add(Severity::Wrong, "Discord", text);
    }
    let application = application(&rest).await;
    let id = application.as_ref().map(|one| one.id).or_else(|| snowflake(&me["id"]));
    report.invite = id.map(invite);
    let invited_by = application.and_then(|one| one.invited_by);
    let Some(servers) = joined(&rest).await else {
        let text = "does not tell which servers the bot is in. Try again later.";
        return report.add(Severity::Wrong, "Discord", text);
    };
    let names = some_of(servers.iter().map(|server| format!("{} ({})", server.name, server.id)));
    let in_servers = match servers.len() {
        0 => format!("in no server yet: open the invite link below{}", who_can(invited_by)),
        1 => format!("in 1 server: {names}"),
        count => format!("in {count} servers: {names}"),
    };
    let severity = if servers.is_empty() { Severity::Warning } else { Severity::Ok };
    report.add(severity, "Discord", format!("{}, {in_servers}", user_name(&me)));
    tell_shards(report, &rest).await;
    match linked {
        Linked::Listed(guilds) => tell_listed(report, &servers, guilds, invited_by),
        Linked::TakenBefore(guild) => tell_taken(report, &servers, *guild),
        Linked::Unsaid => {
            tell_choice(report, &servers);
            tell_strangers(report, invited_by);
        }
        Linked::Themselves | Linked::Unread => {}
    }
    report.servers = servers;
}

/// The first of many, and how many more there are.
fn some_of(all: impl Iterator<Item = String>) -> String {
    let mut named: Vec<_> = all.collect();
    let more = named.len().saturating_sub(MOST_NAMED);
    named.truncate(MOST_NAMED);
    match more {
        0 => named.join(", "),
        _ => format!("{} and {more} more", named.join(", ")),
    }
}

/// What only a bot in thousands of servers needs to know, or one that is started all the time.
async fn tell_shards(report: &mut Report, rest: &Rest) {
    let Asked::Told(Plan { shards, starts, .. }) = ask(rest).await else { return };
    if shards > ShardCount::ONE {
        let at_once = starts.at_once.get();
        let text = format!("connects over {} shards, {at_once} at once, five seconds apart", shards.get());
        report.add(Severity::Ok, "Discord", text);
    }
    if starts.left < shards.get() {
        let renewed_in = humantime::format_duration(Duration::from_secs(starts.renewed_in.as_secs()));
        let text = format!(
            "only {} of the day's sessions are left, and the bot needs {} to start: it waits for the rest, {renewed_in}. \
             Something starts it all the time, or another process has its token.",
            starts.left,
            shards.get()
        );
        report.add(Severity::Warning, "Discord", text);
    }
}

/// To stand behind "open the invite link".
fn who_can(invited_by: Option<InvitedBy>) -> &'static str {
    match invited_by {
        Some(InvitedBy::Anybody) | None => "",
        Some(InvitedBy::ItsOwner) => " (Public Bot is off, so only the application's owner can)",
    }
}

/// Whoever invites the bot first would have the workspace in their server.
fn tell_strangers(report: &mut Report, invited_by: Option<InvitedBy>) {
    if invited_by == Some(InvitedBy::Anybody) {
        let text = "Public Bot is on, so anybody can invite the bot, and the first server that it is in gets linked. Switch it off (discord.com/developers, your application, Bot), or set DISCORD_GUILD_ID.";
        report.add(Severity::Warning, "Server", text);
    }
}

fn tell_listed(
    report: &mut Report,
    servers: &[Server],
    guilds: &BTreeSet<GuildId>,
    invited_by: Option<InvitedBy>,
) {
    let named = |guild: &GuildId| servers.iter().find(|server| server.id == *guild);
    let mut linked = guilds.iter().filter_map(named).map(|server| server.name.clone()).peekable();
    if linked.peek().is_some() {
        report.add(Severity::Ok, "Server", format!("linked: {}", some_of(linked)));
    }
    for guild in guilds.iter().filter(|guild| named(guild).is_none()) {
        let sentence = format!(
            "DISCORD_GUILD_ID {guild}: I am not in that server. Open the invite link below{}, or correct the id.",
            who_can(invited_by)
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
            let lines = some_of(several.iter().map(|server| format!("{} ({})", server.name, server.line())));
            let sentence = format!(
                "DISCORD_GUILD_ID is not set, and I am in several servers. Set it to the one that is to be linked: {lines}."
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
        answer => {
            let text = format!("{}: {}", rest.base(), advice::at_discord(&answer, rest.base()));
            report.add(Severity::Wrong, "Discord", text);
            None
        }
    }
}

/// The application that the bot belongs to.
struct Application {
    id: u64,
    /// Nothing where Discord does not tell.
    invited_by: Option<InvitedBy>,
}

/// Who may open the invite link: Discord's "Public Bot".
#[derive(Clone, Copy, PartialEq, Eq)]
enum InvitedBy {
    Anybody,
    ItsOwner,
}

async fn application(rest: &Rest) -> Option<Application> {
    let Answer::Status(reply) = rest.get("/applications/@me").await else { return None };
    let application = reply.is_success().then_some(reply.body)??;
    let of_flag = |is_public| if is_public { InvitedBy::Anybody } else { InvitedBy::ItsOwner };
    let invited_by = application["bot_public"].as_bool().map(of_flag);
    Some(Application { id: snowflake(&application["id"])?, invited_by })
}

fn user_name(me: &Value) -> String {
    let name = me["username"].as_str().unwrap_or("the bot");
    match me["discriminator"].as_str() {
        Some(number) if number != "0" => format!("{name}#{number}"),
        _ => name.to_owned(),
    }
}
