//! What a server is told in a channel when Intercom makes something else of its token than before.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use deskbell_domain::home::Home;
use deskbell_domain::ids::GuildId;
use deskbell_domain::port::messenger::PostOutcome;
use deskbell_text::connection::{TokenChange, token_changed};
use tokio::time::Instant;

use crate::app::runtime::WorkspaceRuntime;
use crate::app::wiring::Shared;

/// How soon a server is told again that its token is refused.
const SAME_EVERY: Duration = Duration::from_hours(1);

/// What servers were told. A token that is refused and taken by turns is told once an hour.
#[derive(Default)]
pub(in crate::app) struct TokenNotices(Mutex<BTreeMap<GuildId, Told>>);

struct Told {
    at: Instant,
    /// Whether its end has still to be told.
    is_open: bool,
}

impl TokenNotices {
    /// Whether a server is to be told that now.
    pub(super) fn is_due(&self, guild: GuildId, change: TokenChange) -> bool {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match change {
            TokenChange::MayLess => true,
            TokenChange::Refused => {
                if told.get(&guild).is_some_and(|told| told.at.elapsed() < SAME_EVERY) {
                    return false;
                }
                told.insert(guild, Told { at: Instant::now(), is_open: true });
                true
            }
            TokenChange::TakenAgain => {
                told.get_mut(&guild).is_some_and(|told| std::mem::take(&mut told.is_open))
            }
        }
    }
}

/// Posts it in the first of a server's channels that takes it.
pub(super) async fn post(shared: &Shared, runtime: &WorkspaceRuntime, home: &Home, change: TokenChange) {
    let known = shared.store.guild_subscriptions(home).await.unwrap_or_default();
    let channels: BTreeSet<_> = known.iter().map(|one| one.channel).collect();
    for channel in channels {
        let message = token_changed(&shared.command_ids, change);
        match runtime.outbox().post_once(channel, message).await {
            // What nobody knows may stand there.
            PostOutcome::Posted { .. } | PostOutcome::Unknown => return,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_token_that_is_refused_and_taken_by_turns_is_told_once_an_hour_with_its_end() {
        let (notices, guild) = (TokenNotices::default(), GuildId(7));
        let due = |change| notices.is_due(guild, change);
        assert!(!due(TokenChange::TakenAgain), "what was not told has no end");
        assert!(due(TokenChange::Refused) && due(TokenChange::TakenAgain));
        assert!(!due(TokenChange::Refused) && !due(TokenChange::TakenAgain));
        tokio::time::advance(SAME_EVERY).await;
        assert!(due(TokenChange::Refused) && due(TokenChange::TakenAgain));
    }
}
