//! What Discord's refusals speak of: one table, from an answer's status, code and form to what it means.
//!
//! A code that speaks of the channel says so as 400, 403 and 404 alike, so the code counts before the status; the status
//! decides only where the code is not known. An answer that is not in Discord's own form comes from what stands before
//! it (a page of Cloudflare, a proxy) and says nothing of what was asked.
//! Codes: <https://docs.discord.com/developers/topics/opcodes-and-status-codes#json>.

use deskbell_domain::channel::Obstacle;
use deskbell_domain::port::messenger::Passed;

use crate::rest::Reply;

/// What a refusal speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The message that was asked for, or that a nonce stands for, was there and is gone.
    MessageGone,
    /// The bot's token.
    Token,
    /// The pace: the same again after a while.
    Limit,
    /// What stands before Discord.
    TurnedAway(Passed),
    /// The channel or its server: nothing can be posted there until somebody changes something.
    Channel(Obstacle),
    /// The very message or request: it will be refused however often it is sent.
    Content,
    /// Nobody knows what: the code is none of this table, and the status fits message and channel alike.
    Unexplained,
    /// Nothing: Discord failed, and nobody knows what it did before.
    Failure,
}

impl Refusal {
    /// What an answer without success speaks of.
    pub(crate) fn of(reply: &Reply) -> Self {
        let is_page = reply.body.is_none();
        match reply.status {
            429 => Self::Limit,
            408 => Self::Failure,
            503 if is_page => Self::TurnedAway(Passed::Perhaps),
            500.. => match of_code(reply.code()) {
                Some(Self::Limit) => Self::Limit,
                _ => Self::Failure,
            },
            // Discord redirects nobody, and its refusals have its own form.
            300..400 => Self::TurnedAway(Passed::No),
            _ if !is_discords(reply) => Self::TurnedAway(Passed::No),
            status => of_code(reply.code()).unwrap_or_else(|| of_status(status)),
        }
    }
}

/// Every refusal of Discord is an object with a code, 0 where there is none to name.
fn is_discords(reply: &Reply) -> bool {
    reply.body.as_ref().is_some_and(|body| body["code"].is_u64())
}

fn of_code(code: u64) -> Option<Refusal> {
    Some(match code {
        10_008 => Refusal::MessageGone,
        40_001 | 50_014 => Refusal::Token,
        // Slow mode, write limits of channel and server, overload, direct messages opened too fast.
        20_016 | 20_022 | 20_028 | 20_029 | 40_003 | 40_062 | 130_000 => Refusal::Limit,
        // Sending is switched off for everybody; Cloudflare does not take the call.
        40_004 | 40_006 | 40_333 => Refusal::TurnedAway(Passed::No),
        code => return of_channel(code).map(Refusal::Channel).or_else(|| of_content(code)),
    })
}

fn of_channel(code: u64) -> Option<Obstacle> {
    Some(match code {
        10_003 => Obstacle::ChannelGone,
        10_004 | 40_007 | 50_036 | 50_055 => Obstacle::NotInGuild,
        // No access, no permission, a person who takes no messages, a verification level, no history to reply to.
        50_001 | 50_013 | 50_007 | 50_278 | 50_009 | 160_002 => Obstacle::MissingPermissions(Vec::new()),
        // No text channel, a forum that wants a post or a tag.
        50_003 | 50_008 | 50_024 | 40_058 | 40_067 | 220_001..=220_004 => Obstacle::ChannelUnfit,
        // Archived, locked, or the server has too many open threads to open this one.
        50_083 | 160_005..=160_007 | 30_033 => Obstacle::ThreadClosed,
        _ => return None,
    })
}

fn of_content(code: u64) -> Option<Refusal> {
    matches!(
        code,
        // Empty, invalid form, too large, no JSON; explicit, held back by AutoMod, a link that is blocked.
        50_006 | 50_035 | 40_005 | 50_109 | 20_009 | 200_000 | 200_001 | 240_000
    )
    .then_some(Refusal::Content)
}

fn of_status(status: u16) -> Refusal {
    match status {
        401 => Refusal::Token,
        403 => Refusal::Channel(Obstacle::MissingPermissions(Vec::new())),
        404 => Refusal::Channel(Obstacle::ChannelGone),
        413 => Refusal::Content,
        400 => Refusal::Unexplained,
        // It speaks of the way it was asked, not of the message.
        _ => Refusal::TurnedAway(Passed::No),
    }
}

impl Reply {
    /// Whether Discord itself, and not a page of what stands before it, refuses the token.
    pub fn refuses_token(&self) -> bool {
        !self.is_success() && Refusal::of(self) == Refusal::Token
    }
}

#[cfg(test)]
mod tests;
