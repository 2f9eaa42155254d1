use std::net::TcpListener;

use insta::assert_snapshot;
use secrecy::SecretString;

use super::*;

const NOW: UnixMillis = UnixMillis(1_000_000_000);

fn listen() -> SocketAddr {
    ([127, 0, 0, 1], 8080).into()
}

fn http(secret: Option<&str>) -> HttpConfig {
    HttpConfig { listen: listen(), client_secret: secret.map(SecretString::from), app: None }
}

fn told(heard: &[(&str, i64)], unsigned: u64) -> Running {
    let heard = heard.iter().map(|(topic, at)| ((*topic).to_owned(), UnixMillis(*at))).collect();
    Running::Told(DoorLine { listen: Some(listen()), heard, unsigned })
}

/// The lines of a report, without its verdict.
fn lines(tell: impl FnOnce(&mut Report)) -> String {
    let mut report = Report::default();
    tell(&mut report);
    let text = report.to_text();
    let lines: Vec<_> = text.lines().collect();
    lines[..lines.len() - 1].join("\n")
}

#[test]
fn a_port_is_free_or_the_bots_own_or_somebody_elses() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    let place = taken.local_addr().expect("it has an address");
    let ours = Running::Told(DoorLine { listen: Some(place), ..DoorLine::default() });
    let say = |running: &Running| {
        lines(|report| check_listener(report, place, running)).replace(&place.port().to_string(), "PORT")
    };
    assert_snapshot!(say(&ours), @"ok    Listener   the bot that runs listens on 127.0.0.1:PORT");
    assert_snapshot!(say(&Running::Silent), @"note  Listener   127.0.0.1:PORT is in use, by the bot that runs as it seems, which does not say so.");
    for running in [Running::Nobody, Running::Told(DoorLine::default())] {
        let said = say(&running);
        assert!(said.starts_with("WRONG Listener   127.0.0.1:PORT is in use by another program. End it (ss -ltnp 'sport = :PORT' shows what it is), or set HTTP_LISTEN=127.0.0.1:"), "{said}");
    }
    drop(taken);
    assert_snapshot!(say(&Running::Nobody), @"ok    Listener   127.0.0.1:PORT is free");
    assert_snapshot!(say(&Running::Silent), @"ok    Listener   127.0.0.1:PORT is free; the bot that runs listens there from its next start on");
}

#[test]
fn why_nothing_can_listen_is_told_with_what_to_set() {
    let listen: SocketAddr = "203.0.113.7:80".parse().expect("it is an address");
    let say = |kind: io::ErrorKind| refusal(listen, &kind.into());
    assert_snapshot!(say(io::ErrorKind::PermissionDenied), @"203.0.113.7:80 may not be listened on: ports below 1024 are for the system. Set HTTP_LISTEN=203.0.113.7:8080");
    assert_snapshot!(say(io::ErrorKind::AddrNotAvailable), @"this machine has no address 203.0.113.7. Set HTTP_LISTEN=127.0.0.1:80");
    assert_snapshot!(say(io::ErrorKind::OutOfMemory), @"203.0.113.7:80 cannot be listened on (out of memory). Set HTTP_LISTEN to another address.");
}

#[test]
fn what_connecting_in_a_browser_lacks_is_told() {
    let app = |url: &str| AppConfig {
        public_url: url.parse().expect("it is an address"),
        client_id: "client".to_owned(),
        client_secret: "secret".into(),
    };
    let say = |app: Option<AppConfig>, connect: &Connect| {
        lines(|report| check_app(report, app.as_ref(), Some(connect), true))
    };
    assert_snapshot!(say(Some(app("https://deskbell.example.com")), &Connect::Anyone), @"ok    OAuth      servers connect in a browser; the redirect URL of the app is https://deskbell.example.com/intercom/oauth");
    assert_snapshot!(say(Some(app("http://deskbell.localhost:8080/")), &Connect::Anyone), @"
    ok    OAuth      servers connect in a browser; the redirect URL of the app is http://deskbell.localhost:8080/intercom/oauth
    note  OAuth      only browsers of this machine find the way back to http://deskbell.localhost:8080/intercom/oauth.
    ");
    assert_snapshot!(say(Some(app("https://deskbell.example.com")), &Connect::Off), @"note  OAuth      CONNECT is off, so nobody connects in a browser. Set CONNECT=anyone, or take INTERCOM_CLIENT_ID out.");
    assert_snapshot!(say(None, &Connect::Anyone), @"note  OAuth      PUBLIC_URL is set, and nobody connects in a browser without INTERCOM_CLIENT_ID, which stands in the Developer Hub, your app, Basic information.");
    assert_eq!(say(None, &Connect::Off), "");
}

#[test]
fn what_was_heard_is_told_with_the_topics_to_tick() {
    let say =
        |http: &HttpConfig, running: &Running| lines(|report| check_webhooks(report, http, running, NOW));
    let whole = http(Some("secret"));
    assert_snapshot!(say(&http(None), &Running::Nobody), @"note  Webhooks   none are believed but those of servers that brought a client secret. Set INTERCOM_CLIENT_SECRET, which stands in the Developer Hub, your app, Basic information.");
    assert_snapshot!(say(&whole, &Running::Nobody), @"note  Webhooks   no bot runs with this store, so nothing was heard. In the Developer Hub, your app, Webhooks, tick: contact.lead.created, contact.lead.signed_up, contact.user.created, contact.user.updated, conversation.user.created, conversation.user.replied, conversation.admin.assigned, conversation.rating.added, conversation.admin.replied, conversation.admin.closed, conversation.admin.opened, conversation.admin.snoozed, conversation.admin.unsnoozed");
    assert_snapshot!(say(&whole, &Running::Silent), @"note  Webhooks   the bot that runs does not say what it heard.");
    let some = [
        ("contact.lead.created", NOW.0 - 200_500),
        ("contact.lead.signed_up", NOW.0 - 3_600_000),
        ("contact.user.created", NOW.0 - 300_000),
        ("contact.user.updated", NOW.0 - 300_000),
    ];
    assert_snapshot!(say(&whole, &told(&some, 3)), @"
    ok    Webhooks   heard since the bot was started, contact.lead.created 3m 20s ago
    note  Webhooks   some were not heard since the bot was started. In the Developer Hub, your app, Webhooks, tick: conversation.user.created, conversation.user.replied, conversation.admin.assigned, conversation.rating.added, conversation.admin.replied, conversation.admin.closed, conversation.admin.opened, conversation.admin.snoozed, conversation.admin.unsnoozed
    note  Webhooks   3 came that INTERCOM_CLIENT_SECRET did not sign, and were refused. Is it the secret of the app that sends them?
    ");
    let all: Vec<_> = Topic::ALL.iter().map(|topic| (topic.name(), NOW.0)).collect();
    assert_snapshot!(say(&whole, &told(&all, 0)), @"ok    Webhooks   heard since the bot was started, conversation.user.replied 0s ago");
}
