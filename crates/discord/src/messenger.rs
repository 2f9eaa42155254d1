//! The Messenger: posts a message once and says what became of it, and looks for a message in a channel's history.
//!
//! It never repeats a call by itself: what a repetition means is delivery's to know. Every 2xx counts as posted, even
//! if its body cannot be read; what ends without a status is unknown.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use deskbell_domain::channel::Obstacle;
use deskbell_domain::delivery::Nonce;
use deskbell_domain::ids::{ChannelId, MemberId, MessageId};
use deskbell_domain::message::Message;
use deskbell_domain::port::messenger::{
    EditOutcome, FindOutcome, LimitScope, Messenger, Pace, PostOutcome, Probed, Sought,
};
use serde_json::Value;

use crate::message::{cards_in_place, message_once};
use crate::permission::snowflake;
use crate::recognition::{History, Recognition};
use crate::refusal::Refusal;
use crate::rest::{Answer, Reply, Rest, wait_of};

/// A 429 that is no JSON comes from the wall in front of Discord, which bans the address for a while.
const BANNED_FOR: Duration = Duration::from_mins(10);
/// Discord's code for too many edits of messages older than an hour, whose pace is a tighter one.
const TOO_MANY_OLD_EDITS: u64 = 30_046;
const OLD_EDITS_WAIT: Duration = Duration::from_mins(1);
const UNSAID_WAIT: Duration = Duration::from_secs(5);
const HISTORY_PAGES: usize = 20;
const HISTORY_PAGE: usize = 100;

/// The bot's own id: told by the gateway, and until then by the token, whose first part is the id. 0 is no id.
#[derive(Clone, Default)]
pub struct OwnId(Arc<AtomicU64>);

impl OwnId {
    /// Remembers the id.
    pub fn set(&self, id: MemberId) {
        self.0.store(id.0, Ordering::Relaxed);
    }

    /// The id that a bot token begins with, in base64, if it does.
    pub fn in_token(token: &str) -> Option<MemberId> {
        let first = token.split('.').next()?.trim_end_matches('=');
        let digits = data_encoding::BASE64_NOPAD.decode(first.as_bytes()).ok()?;
        std::str::from_utf8(&digits).ok()?.parse().ok().map(MemberId)
    }

    /// The id, if it is known.
    pub fn get(&self) -> Option<MemberId> {
        Some(MemberId(self.0.load(Ordering::Relaxed))).filter(|id| id.0 != 0)
    }
}

/// Posts over Discord's REST API.
pub struct RestMessenger {
    rest: Rest,
    own: OwnId,
}

impl RestMessenger {
    /// A Messenger for one bot.
    pub fn new(rest: Rest, own: OwnId) -> Self {
        Self { rest, own }
    }

    /// The bot's own id, asked for where neither the token nor the gateway has told it yet: right after a start a
    /// message is looked for before the gateway is connected.
    async fn own_id(&self) -> Option<MemberId> {
        if let Some(own) = self.own.get() {
            return Some(own);
        }
        let Answer::Status(Reply { status: 200, body: Some(me), .. }) = self.rest.get("/users/@me").await
        else {
            return None;
        };
        let own = MemberId(snowflake(&me["id"])?);
        self.own.set(own);
        Some(own)
    }

    fn is_own(&self, message: &Value) -> bool {
        let author = snowflake(&message["author"]["id"]).map(MemberId);
        self.own.get().is_none_or(|own| author == Some(own))
    }

    async fn page(&self, channel: ChannelId, after: MessageId) -> Result<Vec<Value>, FindOutcome> {
        let path = format!("/channels/{channel}/messages?after={after}&limit={HISTORY_PAGE}");
        match self.rest.get(&path).await {
            Answer::Status(Reply { status: 200, body: Some(Value::Array(messages)), .. }) => Ok(messages),
            Answer::Status(reply) => Err(unread(&reply)),
            Answer::None(_) => Err(FindOutcome::Unavailable),
        }
    }

    /// Whether one of our own messages can be fetched: only then does an empty history mean that nothing is there.
    async fn can_read(&self, channel: ChannelId, known: &[MessageId]) -> FindOutcome {
        for message in known {
            match self.rest.get(&format!("/channels/{channel}/messages/{message}")).await {
                Answer::Status(reply) if reply.is_success() => return FindOutcome::Absent,
                Answer::Status(reply) => match unread(&reply) {
                    FindOutcome::Unreadable => {}
                    later => return later,
                },
                Answer::None(_) => return FindOutcome::Unavailable,
            }
        }
        FindOutcome::Unreadable
    }

    async fn search(&self, channel: ChannelId, sought: &Sought) -> Result<History, FindOutcome> {
        let mut recognition = match self.own_id().await {
            Some(_) => Recognition::of(sought),
            // Others may say the same, and nothing would tell their messages from ours.
            None => Recognition::by_reference(sought),
        };
        let mut after = MessageId::earliest_at(sought.since);
        for page in 0..HISTORY_PAGES {
            let messages = self.page(channel, after).await?;
            for message in messages.iter().filter(|message| self.is_own(message)) {
                if let Some(found) = recognition.look_at(message) {
                    return Ok(History::Found(found));
                }
            }
            let Some(newest) = messages.iter().filter_map(|message| snowflake(&message["id"])).max() else {
                return Ok(if page == 0 { History::Empty } else { recognition.end() });
            };
            if messages.len() < HISTORY_PAGE || MessageId(newest) <= after {
                return Ok(recognition.end());
            }
            after = MessageId(newest);
        }
        Ok(History::Unclear)
    }
}

#[async_trait]
impl Messenger for RestMessenger {
    async fn post(&self, channel: ChannelId, message: &Message, nonce: &Nonce) -> PostOutcome {
        let body = message_once(message, nonce);
        match self.rest.post(&format!("/channels/{channel}/messages"), &body).await {
            Answer::Status(reply) => outcome(&reply),
            Answer::None(_) => PostOutcome::Unknown,
        }
    }

    async fn find(&self, channel: ChannelId, sought: &Sought) -> FindOutcome {
        match self.search(channel, sought).await {
            Ok(History::Found(message)) => FindOutcome::Found(message),
            Ok(History::Without) => FindOutcome::Absent,
            Ok(History::Empty) => self.can_read(channel, &sought.known).await,
            Ok(History::Unclear) => FindOutcome::Unreadable,
            Err(outcome) => outcome,
        }
    }

    async fn edit(&self, channel: ChannelId, message: MessageId, shown: &Message) -> EditOutcome {
        let path = format!("/channels/{channel}/messages/{message}");
        match self.rest.patch(&path, &cards_in_place(shown)).await {
            Answer::Status(reply) => edited(&reply),
            Answer::None(_) => EditOutcome::Later { after: None },
        }
    }

    async fn probe(&self, channel: ChannelId) -> Probed {
        match self.rest.get(&format!("/channels/{channel}")).await {
            Answer::Status(reply) => probed(&reply),
            Answer::None(_) => Probed::Unanswered,
        }
    }
}

/// A refusal in Discord's own form shows as well as a success that the way is open.
fn probed(reply: &Reply) -> Probed {
    if reply.is_success() && reply.body.is_some() {
        return Probed::Answered;
    }
    match Refusal::of(reply) {
        Refusal::Channel(_) | Refusal::Content | Refusal::Unexplained | Refusal::MessageGone => {
            Probed::Answered
        }
        Refusal::Token | Refusal::Limit | Refusal::TurnedAway(_) | Refusal::Failure => Probed::Unanswered,
    }
}

/// What a refusal to show messages means for a search.
fn unread(reply: &Reply) -> FindOutcome {
    match Refusal::of(reply) {
        Refusal::TurnedAway(_) => FindOutcome::TurnedAway { after: reply.limits.retry_after },
        Refusal::MessageGone | Refusal::Channel(_) | Refusal::Content | Refusal::Unexplained => {
            FindOutcome::Unreadable
        }
        Refusal::Token | Refusal::Limit | Refusal::Failure => FindOutcome::Unavailable,
    }
}

/// One reaction for every answer.
fn outcome(reply: &Reply) -> PostOutcome {
    if reply.is_success() {
        return PostOutcome::Posted { message: message_id(reply), pace: pace(reply) };
    }
    match Refusal::of(reply) {
        // The nonce was known, and its message was deleted meanwhile: it had been posted.
        Refusal::MessageGone => PostOutcome::Posted { message: None, pace: pace(reply) },
        Refusal::Token => PostOutcome::Unauthorized,
        Refusal::Limit => limited(reply),
        Refusal::TurnedAway(passed) => PostOutcome::TurnedAway { after: reply.limits.retry_after, passed },
        Refusal::Channel(reason) => PostOutcome::Closed(reason),
        Refusal::Content => PostOutcome::Refused { reason: reason(reply) },
        Refusal::Unexplained => PostOutcome::Unexplained { reason: reason(reply) },
        Refusal::Failure => PostOutcome::Unknown,
    }
}

fn edited(reply: &Reply) -> EditOutcome {
    if reply.is_success() {
        return EditOutcome::Edited { pace: pace(reply) };
    }
    if reply.code() == TOO_MANY_OLD_EDITS {
        return EditOutcome::Later { after: Some(wait(reply).unwrap_or(OLD_EDITS_WAIT)) };
    }
    match Refusal::of(reply) {
        Refusal::MessageGone | Refusal::Channel(Obstacle::ChannelGone) => EditOutcome::Gone,
        Refusal::Token => EditOutcome::Unauthorized,
        Refusal::Channel(_) => EditOutcome::Closed,
        Refusal::Content | Refusal::Unexplained => EditOutcome::Refused { reason: reason(reply) },
        Refusal::Limit | Refusal::TurnedAway(_) | Refusal::Failure => {
            EditOutcome::Later { after: wait(reply) }
        }
    }
}

/// How long Discord asks to wait, in a header or in the body.
fn wait(reply: &Reply) -> Option<Duration> {
    let in_body = reply.body.as_ref().and_then(|body| body["retry_after"].as_f64());
    reply.limits.retry_after.max(in_body.and_then(wait_of))
}

fn message_id(reply: &Reply) -> Option<MessageId> {
    reply.body.as_ref().and_then(|body| snowflake(&body["id"])).map(MessageId)
}

fn pace(reply: &Reply) -> Pace {
    let limits = reply.limits;
    match (limits.limit, limits.remaining, limits.reset_after) {
        (Some(limit), Some(remaining), Some(reset_after)) => Pace::Left { limit, remaining, reset_after },
        _ => Pace::Unsaid,
    }
}

fn limited(reply: &Reply) -> PostOutcome {
    let everywhere = reply.limits.global
        || reply.body.as_ref().is_none_or(|body| body["global"].as_bool().unwrap_or(false));
    let unsaid = if reply.body.is_none() && reply.status == 429 { BANNED_FOR } else { UNSAID_WAIT };
    let after = wait(reply).unwrap_or(unsaid);
    let scope = if everywhere { LimitScope::Everywhere } else { LimitScope::Channel };
    PostOutcome::RateLimited { after, scope }
}

/// Status, code and the paths of the refused fields.
fn reason(reply: &Reply) -> String {
    let mut reason = format!("{} {}", reply.status, reply.code());
    if let Some(errors) = reply.body.as_ref().map(|body| &body["errors"]) {
        let mut paths = Vec::new();
        collect_paths(errors, &mut String::new(), &mut paths);
        for path in paths.iter().take(5) {
            reason.push(' ');
            reason.push_str(path);
        }
    }
    reason
}

/// The paths of the refused fields, such as `embeds.0.title`: never what stood in them.
fn collect_paths(errors: &Value, path: &mut String, paths: &mut Vec<String>) {
    let Some(fields) = errors.as_object() else { return };
    if fields.contains_key("_errors") {
        paths.push(path.clone());
    }
    for (name, value) in fields.iter().filter(|(name, _)| *name != "_errors") {
        let length = path.len();
        if !path.is_empty() {
            path.push('.');
        }
        path.extend(name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').take(40));
        collect_paths(value, path, paths);
        path.truncate(length);
    }
}

#[cfg(test)]
mod tests;
