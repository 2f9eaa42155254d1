//! What the loops of a workspace find out about themselves: what cannot be read and why, told once in the log and always
//! on the board.

use std::sync::Arc;
use std::time::Duration;

use deskbell_domain::ids::WorkspaceId;
use deskbell_domain::port::intercom::Unanswered;
use deskbell_domain::port::store::StoreError;
use deskbell_domain::status::StatusBoard;
use deskbell_domain::time::{ServerTime, UnixMillis};
use deskbell_domain::trouble::{Cause, Part};
use deskbell_text::{plain, trouble};

use super::trouble::{News, Troubles};
use super::walk::WalkError;
use crate::ingest::names::LookUps;

/// How the reading of each part goes.
pub(super) struct PollHealth {
    workspace: WorkspaceId,
    board: Arc<StatusBoard>,
    server_time: Arc<ServerTime>,
    troubles: Troubles,
}

impl PollHealth {
    /// Nothing was read yet.
    pub(super) fn new(workspace: WorkspaceId, board: Arc<StatusBoard>, server_time: Arc<ServerTime>) -> Self {
        Self { workspace, board, server_time, troubles: Troubles::default() }
    }

    /// What is known of every part, and when each may be read.
    pub(super) fn troubles(&self) -> &Troubles {
        &self.troubles
    }

    /// A part is read again after `wait`.
    pub(super) fn plan(&self, part: Part, wait: Duration) {
        let wait = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX);
        self.troubles.plan(part, UnixMillis(self.server_time.local().0.saturating_add(wait)));
        self.write_status();
    }

    /// The token was tried and refused.
    pub(super) fn token_refused(&self) {
        self.troubles.token_refused(self.server_time.local());
    }

    /// A part was read to its end.
    pub(super) fn note_success(&self, part: Part) {
        let now = self.server_time.local();
        let Some(trouble) = self.troubles.read(part, now) else { return };
        tracing::info!(
            workspace = %self.workspace,
            part = trouble::part(part),
            cause = plain::cause(trouble.cause),
            lasted_s = now.since(trouble.since) / 1000,
            "what could not be read can be read again"
        );
        self.write_status();
    }

    /// A part could not be read. Told once in the log for each cause, until it works again.
    pub(super) fn note_failure(&self, part: Part, error: &WalkError) {
        let cause = match error {
            // The store tells that itself: nothing can be read or posted then.
            WalkError::Store(StoreError::Unwritable(_)) => return,
            WalkError::Store(_) => Cause::Store,
            WalkError::Intercom(error) => Cause::from(error),
            WalkError::Repeated => Cause::Unanswered(Unanswered::Unreadable),
            WalkError::Conflict => Cause::Ours,
        };
        let news = self.troubles.failed(part, cause, self.server_time.local());
        self.write_status();
        let (workspace, error) = (&self.workspace, error as &dyn std::error::Error);
        let (is_refusal, part, cause) = (cause.is_refusal(), trouble::part(part), plain::cause(cause));
        match (news, is_refusal) {
            (News::New, true) => tracing::error!(
                %workspace, part, cause, error,
                "intercom refuses a part of what is read; see Developer Hub, your app, Authentication"
            ),
            (News::New, false) => tracing::warn!(
                %workspace, part, cause, error,
                "a part cannot be read; it is tried again until it can, and nothing is lost"
            ),
            (News::Known, _) => {
                tracing::debug!(%workspace, part, cause, error, "a part still cannot be read");
            }
        }
    }

    /// Names that the token may not read are missing on cards; that a look-up fails otherwise costs one name.
    pub(super) fn note_look_ups(&self, look_ups: &LookUps<'_>) {
        for (part, outcome) in &look_ups.outcomes {
            match outcome {
                Ok(()) => self.note_success(*part),
                Err(error) => self.note_failure(*part, &WalkError::Intercom(error.clone())),
            }
        }
    }

    /// Intercom took the token.
    pub(super) fn take_acceptance(&self) {
        let Some(since) = self.troubles.token_accepted() else { return };
        tracing::info!(
            workspace = %self.workspace,
            lasted_s = self.server_time.local().since(since) / 1000,
            "intercom accepts the token again; polling goes on"
        );
        self.write_status();
    }

    /// Intercom refused the token to a command.
    pub(super) fn take_refusal(&self) {
        if self.troubles.token_doubted(self.server_time.local()) == News::Known {
            return;
        }
        self.write_status();
        tracing::error!(
            workspace = %self.workspace,
            "intercom refuses the token; see Developer Hub, your app, Authentication"
        );
    }

    fn write_status(&self) {
        self.board.set_poll(self.troubles.status());
    }
}
