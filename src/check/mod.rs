//! `deskbell check`: reads the configuration, asks both services what the tokens may do, and says how to mend what is
//! wrong, as lines to paste. It never opens the store, so it can run beside the bot.

mod discord;
mod folder;
mod intercom;
mod report;

use std::sync::Arc;

use deskbell_domain::time::{Clock, ServerTime};

use crate::config::{self, Mistake, MistakeKind, Variables};
pub use report::{Finding, Report, Severity};

/// How far this machine's clock may be from Intercom's before it is told, in milliseconds.
const CLOCK_TOLERANCE_MS: i64 = 5_000;

/// Checks everything that can be checked with what is there.
pub async fn check(variables: &Variables, clock: Arc<dyn Clock>) -> Report {
    let (partial, mistakes) = config::read_what_is_there(variables);
    let mut report = Report::default();
    let server_time = Arc::new(ServerTime::new(clock));
    if let Some(token) = partial.discord_token.clone() {
        discord::check(&mut report, token, partial.discord_proxy.as_ref(), partial.guilds.as_ref()).await;
    }
    if let Some(settings) = partial.intercom.clone() {
        intercom::check(&mut report, settings, server_time.clone()).await;
        check_clock(&mut report, &server_time);
    }
    if let Some(folder) = &partial.folder {
        folder::check(&mut report, folder);
    }
    folder::check_secrets(&mut report, variables.files_of_secrets());
    tell_mistakes(&mut report, &mistakes);
    report
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
