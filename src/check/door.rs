//! The HTTP door: whether its port is free or the bot's own, what connecting in a browser lacks, and what the bot that
//! runs has heard by webhook.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::time::Duration;

use deskbell_domain::time::{Clock, UnixMillis};
use deskbell_domain::topic::Topic;
use tokio::io::AsyncReadExt as _;

use super::door_line::DoorLine;
use super::report::{Report, Severity};
use crate::config::{AppConfig, Connect, HttpConfig, Partial, Variables};
use crate::socket::{self, NoAnswer, Request};

const LISTENER: &str = "Listener";
const OAUTH: &str = "OAuth";
const WEBHOOKS: &str = "Webhooks";
/// How much is read of what the bot says.
const LONGEST_ANSWER: u64 = 64 << 10;
/// How many ports above one that is taken are looked at for a free one.
const NEXT_PORTS: u16 = 20;

/// The bot that runs with this store, if one does.
enum Running {
    Nobody,
    Told(DoorLine),
    /// It says nothing of its door: it is of another version, or hangs.
    Silent,
}

pub(super) async fn check(report: &mut Report, partial: &Partial, variables: &Variables, clock: &dyn Clock) {
    let Some(http) = &partial.http else { return };
    let running = match &partial.files {
        Some(files) => running(&files.socket_folder).await,
        None => Running::Nobody,
    };
    check_listener(report, http.listen, &running);
    check_app(report, http.app.as_ref(), partial.connect.as_ref(), variables.get("PUBLIC_URL").is_some());
    check_webhooks(report, http, &running, clock.now());
}

async fn running(folder: &Path) -> Running {
    match ask(folder).await {
        Ok(line) => Running::Told(line),
        Err(NoAnswer::NobodyThere) => Running::Nobody,
        Err(_) => Running::Silent,
    }
}

async fn ask(folder: &Path) -> Result<DoorLine, NoAnswer> {
    let answer = socket::ask(folder, Request::Door).await?;
    let mut text = String::new();
    answer.take(LONGEST_ANSWER).read_to_string(&mut text).await?;
    Ok(serde_json::from_str(&text).map_err(io::Error::other)?)
}

fn check_listener(report: &mut Report, listen: SocketAddr, running: &Running) {
    let is_ours =
        matches!(running, Running::Told(DoorLine { listen: Some(theirs), .. }) if *theirs == listen);
    if is_ours {
        return report.add(Severity::Ok, LISTENER, format!("the bot that runs listens on {listen}"));
    }
    match TcpListener::bind(listen) {
        Ok(_) => report.add(Severity::Ok, LISTENER, format!("{listen} is free{}", from_when(running))),
        Err(error) if error.kind() == io::ErrorKind::AddrInUse && matches!(running, Running::Silent) => {
            let text =
                format!("{listen} is in use, by the bot that runs as it seems, which does not say so.");
            report.add(Severity::Warning, LISTENER, text);
        }
        Err(error) => report.add(Severity::Wrong, LISTENER, refusal(listen, &error)),
    }
}

fn from_when(running: &Running) -> &'static str {
    match running {
        Running::Nobody => "",
        Running::Told(_) | Running::Silent => "; the bot that runs listens there from its next start on",
    }
}

fn refusal(listen: SocketAddr, error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AddrInUse => {
            let port = listen.port();
            let end = format!("End it (ss -ltnp 'sport = :{port}' shows what it is)");
            match free_port_above(listen) {
                Some(free) => {
                    format!("{listen} is in use by another program. {end}, or set HTTP_LISTEN={free}")
                }
                None => format!("{listen} is in use by another program. {end}, or take another port."),
            }
        }
        io::ErrorKind::PermissionDenied => {
            let high = SocketAddr::new(listen.ip(), 8080);
            format!(
                "{listen} may not be listened on: ports below 1024 are for the system. Set HTTP_LISTEN={high}"
            )
        }
        io::ErrorKind::AddrNotAvailable => {
            let here = SocketAddr::new([127, 0, 0, 1].into(), listen.port());
            format!("this machine has no address {}. Set HTTP_LISTEN={here}", listen.ip())
        }
        kind => format!("{listen} cannot be listened on ({kind}). Set HTTP_LISTEN to another address."),
    }
}

fn free_port_above(listen: SocketAddr) -> Option<SocketAddr> {
    let ports = (1..=NEXT_PORTS).filter_map(|step| listen.port().checked_add(step));
    ports.map(|port| SocketAddr::new(listen.ip(), port)).find(|place| TcpListener::bind(place).is_ok())
}

/// What is a half of it is a mistake, which is told elsewhere.
fn check_app(report: &mut Report, app: Option<&AppConfig>, connect: Option<&Connect>, has_public_url: bool) {
    match app {
        Some(_) if connect == Some(&Connect::Off) => {
            let text = "CONNECT is off, so nobody connects in a browser. Set CONNECT=anyone, or take INTERCOM_CLIENT_ID out.";
            report.add(Severity::Warning, OAUTH, text);
        }
        Some(AppConfig { public_url, .. }) => {
            let back = crate::http::below(public_url, "intercom/oauth");
            let text = format!("servers connect in a browser; the redirect URL of the app is {back}");
            report.add(Severity::Ok, OAUTH, text);
            if public_url.scheme() != "https" {
                let text = format!("only browsers of this machine find the way back to {back}.");
                report.add(Severity::Warning, OAUTH, text);
            }
        }
        None if has_public_url && connect.is_some_and(|connect| *connect != Connect::Off) => {
            let text = "PUBLIC_URL is set, and nobody connects in a browser without INTERCOM_CLIENT_ID, which stands in the Developer Hub, your app, Basic information.";
            report.add(Severity::Warning, OAUTH, text);
        }
        None => {}
    }
}

fn check_webhooks(report: &mut Report, http: &HttpConfig, running: &Running, now: UnixMillis) {
    if http.client_secret.is_none() {
        let text = "none are believed but those of servers that brought a client secret. Set INTERCOM_CLIENT_SECRET, which stands in the Developer Hub, your app, Basic information.";
        return report.add(Severity::Warning, WEBHOOKS, text);
    }
    match running {
        Running::Nobody => {
            let text = format!("no bot runs with this store, so nothing was heard. {}", to_tick(&Topic::ALL));
            report.add(Severity::Warning, WEBHOOKS, text);
        }
        Running::Silent => {
            report.add(Severity::Warning, WEBHOOKS, "the bot that runs does not say what it heard.");
        }
        Running::Told(line) => check_heard(report, line, now),
    }
}

fn check_heard(report: &mut Report, line: &DoorLine, now: UnixMillis) {
    let last = line.heard.iter().max_by_key(|(_, at)| **at);
    if let Some((topic, at)) = last {
        let seconds = u64::try_from(now.since(*at) / 1000).unwrap_or(0);
        let ago = humantime::format_duration(Duration::from_secs(seconds));
        report.add(Severity::Ok, WEBHOOKS, format!("heard since the bot was started, {topic} {ago} ago"));
    }
    let never: Vec<_> =
        Topic::ALL.into_iter().filter(|topic| !line.heard.contains_key(topic.name())).collect();
    if !never.is_empty() {
        let text = format!("some were not heard since the bot was started. {}", to_tick(&never));
        report.add(Severity::Warning, WEBHOOKS, text);
    }
    if line.unsigned > 0 {
        let text = format!(
            "{} came that INTERCOM_CLIENT_SECRET did not sign, and were refused. Is it the secret of the app that sends them?",
            line.unsigned
        );
        report.add(Severity::Warning, WEBHOOKS, text);
    }
}

fn to_tick(topics: &[Topic]) -> String {
    let names: Vec<_> = topics.iter().map(|topic| topic.name()).collect();
    format!("In the Developer Hub, your app, Webhooks, tick: {}", names.join(", "))
}

#[cfg(test)]
mod tests;
