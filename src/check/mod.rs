//! `deskbell check`: reads the configuration, asks both services what the tokens may do, and says how to mend what is
//! wrong, as lines to paste. It never opens the store, so it can run beside the bot.

mod database;
mod discord;
mod door;
mod door_line;
mod folder;
mod intercom;
mod key;
mod report;

use std::sync::Arc;

use deskbell_domain::time::{Clock, ServerTime};

use crate::config::{self, Connect, Mistake, MistakeKind, Partial, StorePlace, Variables};
use crate::connect::places::ClientParts;
use crate::health;
use discord::Linked;
pub use discord::invite;
pub use door_line::DoorLine;
pub use report::{Bot, Finding, Report, Severity};

/// How far this machine's clock may be from Intercom's before it is told, in milliseconds.
const CLOCK_TOLERANCE_MS: i64 = 5_000;

/// Checks everything that can be checked with what is there.
pub async fn check(variables: &Variables, clock: Arc<dyn Clock>) -> Report {
    let (partial, mistakes) = config::read_what_is_there(variables);
    let mut report = Report::default();
    if let Some(sentence) = config::wrong_folder(variables, &mistakes) {
        report.add(Severity::Warning, "Variables", sentence);
    }
    let server_time = Arc::new(ServerTime::new(clock.clone()));
    // With an address that cannot be read, the token would go to another one than was meant.
    let is_readable = mistakes.iter().all(|mistake| mistake.variable != "DISCORD_PROXY_URL");
    if let Some(token) = partial.discord_token.clone().filter(|_| is_readable) {
        let linked = linked(&partial, &mistakes);
        discord::check(&mut report, token, partial.discord_proxy.as_ref(), &linked).await;
    }
    if let Some(settings) = partial.intercom.clone() {
        match ClientParts::new(server_time.clone()) {
            Ok(parts) => intercom::check(&mut report, settings, parts).await,
            Err(error) => report.add(Severity::Wrong, "Intercom", error.to_string()),
        }
        check_clock(&mut report, &server_time);
    } else if let Some(connect @ (Connect::Anyone | Connect::Servers(_))) = &partial.connect
        && !is_missing(&mistakes, "INTERCOM_ACCESS_TOKEN")
    {
        report.add(Severity::Warning, "Intercom", connect_themselves(connect));
    }
    for sentence in config::open_addresses(
        partial.intercom.as_ref().map(|one| &one.reach),
        partial.discord_proxy.as_ref(),
    ) {
        report.add(Severity::Warning, "Network", sentence);
    }
    check_store(&mut report, &partial, &mistakes).await;
    door::check(&mut report, &partial, variables, &*clock).await;
    folder::check_secrets(&mut report, variables.files_of_secrets());
    for sentence in config::notes(variables) {
        report.add(Severity::Warning, "Variables", sentence);
    }
    tell_mistakes(&mut report, &mistakes);
    report
}

async fn check_store(report: &mut Report, partial: &Partial, mistakes: &[Mistake]) {
    // What is wrong with a key is told as a mistake; the store would be judged without it.
    let keys = mistakes.iter().all(|mistake| !may_hide_a_key(mistake)).then_some(&partial.keys);
    if let Some(files) = &partial.files {
        folder::look_for_a_bot(report, files);
    }
    match &partial.place {
        Some(StorePlace::Folder(folder)) => {
            folder::check(report, folder);
            if let Some(keys) = keys {
                key::check(report, folder, keys);
            }
        }
        Some(StorePlace::Database(address)) => database::check(report, address, keys).await,
        None => {}
    }
}

fn connect_themselves(connect: &Connect) -> String {
    let who = match connect {
        Connect::Servers(servers) if servers.len() == 1 => "1 server may".to_owned(),
        Connect::Servers(servers) => format!("{} servers may", servers.len()),
        Connect::Anyone | Connect::Off => "any server may".to_owned(),
    };
    format!("no INTERCOM_ACCESS_TOKEN: {who} connect a workspace with /connection.")
}

/// Which server the bot took by itself stands in its heartbeat: the store is not opened here.
fn linked(partial: &Partial, mistakes: &[Mistake]) -> Linked {
    if let Some(listed) = &partial.guilds {
        return Linked::Listed(listed.clone());
    }
    let connect_themselves = partial.connect.as_ref().is_some_and(|connect| *connect != Connect::Off);
    if partial.intercom.is_none() && connect_themselves {
        return Linked::Themselves;
    }
    if mistakes.iter().any(|mistake| mistake.variable == "DISCORD_GUILD_ID") {
        return Linked::Unread;
    }
    let taken = partial.files.as_ref().and_then(|files| health::only_server(&files.heartbeat));
    taken.map_or(Linked::Unsaid, Linked::TakenBefore)
}

/// Where a variable is told as missing, nothing is told of what happens without it.
fn is_missing(mistakes: &[Mistake], variable: &str) -> bool {
    mistakes.iter().any(|mistake| mistake.variable == variable && mistake.fault == MistakeKind::Missing)
}

fn may_hide_a_key(mistake: &Mistake) -> bool {
    mistake.variable == ".env" || mistake.variable.starts_with("DESKBELL_KEY")
}

fn check_clock(report: &mut Report, server_time: &ServerTime) {
    let offset_ms = server_time.offset_ms();
    if offset_ms.abs() > CLOCK_TOLERANCE_MS {
        let (seconds, direction) =
            (offset_ms.abs() / 1000, if offset_ms > 0 { "behind" } else { "ahead of" });
        let text = format!(
            "this machine's clock is {seconds} s {direction} Intercom's. Turn on time synchronisation (NTP)."
        );
        report.add(Severity::Warning, "Clock", text);
    }
}

fn tell_mistakes(report: &mut Report, mistakes: &[Mistake]) {
    for mistake in mistakes.iter().filter(|mistake| mistake.fault == MistakeKind::Wrong) {
        report.add_wrong(mistake.variable, mistake.sentence.clone());
    }
    report.missing = mistakes
        .iter()
        .filter(|mistake| mistake.fault == MistakeKind::Missing)
        .map(|mistake| (mistake.variable, mistake.sentence.clone()))
        .collect();
}

#[cfg(test)]
mod tests;
