//! Reading the sandbox: messages as they land, the events in them, and what was asked of Intercom.

use std::time::Duration;

use deskbell_domain::event::EventKind;
use deskbell_sandbox::discord::Message;
use deskbell_sandbox::discord::ids::ChannelId;
use deskbell_sandbox::recorder::{Exchange, Service};
use serde_json::Value;

use super::card_line::{card_lines, edited_lines, kind};
use super::hearing::Hearing;
use super::markdown::{Names, plain};
use super::moment::Moment;
use super::narrator::Narrator;
use super::stage::{Stage, TEAM};

/// Nobody waits longer for a message: the play is over long before.
const LONG: Duration = Duration::from_hours(24);
/// How the addresses begin that lead to a record, before its id.
const RECORD_ADDRESSES: [&str; 2] = ["/users/", "/conversation/"];

/// An event as it stands in a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PostedEvent {
    pub(super) kind: EventKind,
    pub(super) channel: ChannelId,
    pub(super) record: String,
}

/// A message with the events in it.
pub(super) type PostedMessage = Vec<PostedEvent>;

/// How often Intercom was checked, and how many calls that took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Checks {
    pub(super) begun: usize,
    pub(super) calls: usize,
    /// Records that were read by themselves because a webhook named them.
    pub(super) looks: usize,
    pub(super) hearing: Hearing,
}

/// Tells every message that lands, until it is dropped.
pub(super) async fn tell_messages(stage: &Stage, narrator: &Narrator) {
    let mut seen = None;
    while let Ok(message) = stage.discord.all_messages().posted_after(seen, LONG).await {
        seen = Some(message.id);
        let _turn = narrator.turn().await;
        narrator.tell(&posted_moment(&message, stage, narrator));
        narrator.told(message.id);
    }
}

fn posted_moment(message: &Message, stage: &Stage, narrator: &Narrator) -> Moment {
    let names = Mentions { stage, narrator };
    Moment::Posted {
        channel: names.channel(&message.channel.to_string()),
        content: plain(&message.content, &names),
        cards: card_lines(message, &names),
    }
}

/// A message as it reads after it was edited.
pub(super) fn edited_moment(message: &Message, stage: &Stage, narrator: &Narrator) -> Moment {
    let names = Mentions { stage, narrator };
    Moment::Posted {
        channel: names.channel(&message.channel.to_string()),
        content: format!("Edited: {}", plain(&message.content, &names)),
        cards: edited_lines(message, &names),
    }
}

/// The newest message that tells of this.
pub(super) fn message_of(stage: &Stage, kind: EventKind, record: &str) -> Option<Message> {
    let all = stage.discord.messages(stage.channel_of(kind)).posted();
    all.into_iter()
        .rfind(|message| events(message).iter().any(|event| event.kind == kind && event.record == record))
}

/// Every message that holds events, in the order of posting, channel by channel.
pub(super) fn posted(stage: &Stage) -> Vec<PostedMessage> {
    let messages = [stage.sales, stage.crm, stage.help]
        .into_iter()
        .flat_map(|channel| stage.discord.messages(channel).posted());
    messages.map(|message| events(&message)).filter(|events| !events.is_empty()).collect()
}

/// The events of a message: what a person can see of it, hidden embeds left out.
fn events(message: &Message) -> PostedMessage {
    let mut events = Vec::new();
    for embed in message.visible_embeds() {
        let Some(kind) = kind(embed) else { continue };
        let addresses = embed["url"].as_str().or(embed["description"].as_str()).unwrap_or_default();
        let mut records: Vec<_> = record_ids(addresses).collect();
        if records.is_empty() {
            records = chosen_ids(message);
        }
        events.extend(records.into_iter().map(|record| PostedEvent {
            kind,
            channel: message.channel,
            record,
        }));
    }
    events
}

/// The ids of the records that a text leads to.
fn record_ids(text: &str) -> impl Iterator<Item = String> + '_ {
    let after = |(at, address): (usize, &str)| {
        let id = text[at + address.len()..].chars().take_while(char::is_ascii_alphanumeric);
        id.collect::<String>()
    };
    let mut places: Vec<_> =
        RECORD_ADDRESSES.iter().flat_map(|address| text.match_indices(address)).collect();
    places.sort_unstable();
    places.into_iter().map(after).filter(|id| !id.is_empty())
}

/// The ids of the records that a message's selects show: where it has many, its lines lead nowhere.
fn chosen_ids(message: &Message) -> Vec<String> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let controls = message.components.iter().flat_map(|row| list(&row["components"]));
    let options = controls.flat_map(|control| list(&control["options"]));
    let values = options.filter_map(|option| option["value"].as_str().map(str::to_owned));
    values.filter(|value| value.bytes().all(|byte| byte.is_ascii_alphanumeric())).collect()
}

/// Each check asks once for the first page of conversations.
pub(super) fn checks(stage: &Stage) -> Checks {
    let asked = stage.intercom.recorder().select(is_of_a_check);
    let is_first = |exchange: &&Exchange| {
        exchange.path.starts_with("/conversations/search")
            && is_of_a_check(exchange)
            && exchange.body["pagination"]["starting_after"].is_null()
    };
    let looks = stage.intercom.recorder().select(is_a_look).len();
    Checks {
        begun: asked.iter().filter(is_first).count(),
        calls: asked.len(),
        looks,
        hearing: stage.hearing(),
    }
}

/// Searches and look-ups of names; what commands ask, by e-mail or by id, is left out.
fn is_of_a_check(exchange: &Exchange) -> bool {
    let path = exchange.path.as_str();
    let query = exchange.body["query"].to_string();
    // What commands look for, and who waits, is looked for beside the checks.
    let is_beside = ["\"email\"", "\"waiting_since\""].iter().any(|field| query.contains(field));
    let is_search = path.ends_with("/search") && !is_beside;
    let is_look_up =
        exchange.method == "GET" && (path.starts_with("/companies/") || path.starts_with("/tags"));
    exchange.service == Service::Intercom && (is_search || is_look_up)
}

/// Whether all users were read once, oldest first. There are few, so one page has them.
pub(super) fn has_read_users(stage: &Stage) -> bool {
    let is_walk = |exchange: &Exchange| exchange.body["sort"]["order"] == "ascending";
    !stage.intercom.recorder().select(is_walk).is_empty()
}

/// A contact or a conversation by its id.
fn is_a_look(exchange: &Exchange) -> bool {
    let path = exchange.path.as_str();
    let is_record = ["/contacts/", "/conversations/"].iter().any(|records| {
        path.strip_prefix(records).is_some_and(|id| id.bytes().all(|byte| byte.is_ascii_alphanumeric()))
    });
    exchange.service == Service::Intercom && exchange.method == "GET" && is_record
}

/// Names for the mentions of a message.
pub(super) struct Mentions<'a> {
    pub(super) stage: &'a Stage,
    pub(super) narrator: &'a Narrator,
}

impl Names for Mentions<'_> {
    fn person(&self, id: &str) -> String {
        let user = id.parse().ok().and_then(|id| self.stage.discord.user_name(id));
        format!("@{}", user.unwrap_or_default())
    }

    fn role(&self, id: &str) -> String {
        let is_team = id == self.stage.team.to_string();
        if is_team { format!("@{TEAM}") } else { "@role".to_owned() }
    }

    fn channel(&self, id: &str) -> String {
        let channel = id.parse().ok().and_then(|id| self.stage.discord.channel(id).name());
        format!("#{}", channel.unwrap_or_default())
    }

    fn moment(&self, unix_seconds: i64) -> String {
        self.narrator.story_time_of(unix_seconds).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ids_of_records_are_read_from_addresses_in_order() {
        let text = "**[Ada](https://app.intercom.com/a/apps/x/users/6762f0)** a\n**[B](https://i.c/conversation/215?x=1)**";
        assert_eq!(record_ids(text).collect::<Vec<_>>(), ["6762f0", "215"]);
    }
}
