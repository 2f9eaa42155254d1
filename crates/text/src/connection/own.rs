//! What `/connection` shows of a server's own connection.

use std::time::Duration;

use deskbell_domain::card::text::{Piece, Text, WhenStyle};
use deskbell_domain::connection::{Connection, Standing, TokenOrigin};
use deskbell_domain::message::{Button, Message};
use deskbell_domain::port::intercom::Usage;
use deskbell_domain::press::connection::ConnectionPress;
use deskbell_domain::topic::Topic;
use deskbell_domain::webhook::ToldByWebhook;

use super::{TEAMMATES, WHERE, rights, workspace_name};
use crate::around::Around;
use crate::notify::every;
use crate::number::counted;

/// What is known of a server's own connection.
pub struct Own<'a> {
    /// It.
    pub connection: &'a Connection,
    /// The version of Intercom's API that is asked for.
    pub version: &'a str,
    /// How many teammates there are, where Intercom told.
    pub teammates: Option<usize>,
    /// The calls of its workspace; none where it is not served.
    pub usage: Option<Usage>,
    /// What webhooks told; none where nobody listens for them.
    pub told: Option<ToldByWebhook>,
    /// How often Intercom is asked where no webhook tells.
    pub interval: Duration,
    /// Where somebody allows the operator's app, where the token is renewed there.
    pub page: Option<&'a str>,
}

/// The server's own connection.
pub fn own(around: Around<'_>, shown: &Own<'_>) -> Message {
    let connection = shown.connection;
    let may = match connection.standing {
        Standing::Accepted => rights(around, &connection.rights),
        Standing::Refused { since } => {
            Text::ours(format!("⚠️ Intercom refuses the token. Renew it: {WHERE}. That began "))
                .with(Piece::When(since, WhenStyle::Relative))
                .and(".")
        }
    };
    let renew = match (connection.origin, shown.page) {
        (TokenOrigin::Allowed, Some(page)) => Button::link("Renew the token", page),
        (TokenOrigin::Pasted | TokenOrigin::Allowed, _) => {
            Button::secondary("Renew the token", ConnectionPress::Token.to_custom_id())
        }
    };
    let disconnect = Button::danger("Disconnect", ConnectionPress::Disconnect.to_custom_id());
    let text = head(shown).and("\n").joined(may).and(webhooks(shown));
    Message::of(text).buttons([renew, disconnect])
}

fn head(shown: &Own<'_>) -> Text {
    let connection = shown.connection;
    let text = workspace_name(&connection.workspace, connection.region)
        .and(format!(" · connected by <@{}> ", connection.made_by))
        .with(Piece::When(connection.made_at, WhenStyle::Date))
        .and(" · token checked ")
        .with(Piece::When(connection.checked_at, WhenStyle::Relative));
    let calls =
        shown.usage.map(|usage| format!("{} of {} calls in the last minute", usage.last_minute, usage.limit));
    let team = shown.teammates.map(|count| counted(count as u64, TEAMMATES));
    let facts = calls.into_iter().chain(team).chain([format!("API {}", shown.version)]);
    facts.fold(text, |text, fact| text.and(format!(" · {fact}")))
}

/// Which topics were heard, where webhooks are set up.
fn webhooks(shown: &Own<'_>) -> String {
    let Some(told) = &shown.told else { return String::new() };
    let every = every(shown.interval);
    let connection = shown.connection;
    if connection.origin == TokenOrigin::Pasted && connection.client_secret.is_none() {
        return format!(
            "\nWebhooks: none, since I have no client secret of the token's app. [Renew the token] takes one. Without them I \
             look {every}."
        );
    }
    let (heard, never): (Vec<_>, Vec<_>) =
        Topic::ALL.into_iter().partition(|topic| told.heard.contains(topic));
    let names = |topics: &[Topic]| {
        topics.iter().map(|topic| format!("`{}`", topic.name())).collect::<Vec<_>>().join(", ")
    };
    let tick = match connection.origin {
        TokenOrigin::Pasted => "Tick them in the Developer Hub → your app → Webhooks.",
        TokenOrigin::Allowed => "Whoever runs this bot ticks them in the Developer Hub.",
    };
    match (heard.is_empty(), never.is_empty()) {
        (_, true) => format!("\nWebhooks: heard {}.", names(&heard)),
        (true, false) => {
            format!("\nWebhooks: never heard: {}. {tick} Without them I look {every}.", names(&never))
        }
        (false, false) => format!(
            "\nWebhooks: heard {}. Never heard: {}. {tick} Without them I look {every}.",
            names(&heard),
            names(&never)
        ),
    }
}
