//! Whether Intercom still takes the tokens that servers brought, and what they may do. A workspace is read with any of its
//! tokens, and the others would not be missed: so one that nothing used for an hour is asked whose it is, and what each may
//! is asked every day. One that a walk or a command finds refused, or taken again, is looked at at once.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use deskbell_domain::connection::{Connection, Holder, Standing, TokenOrigin};
use deskbell_domain::ids::WorkspaceId;
use deskbell_domain::port::store::{ChangeOutcome, Stored};
use deskbell_domain::status::Verdict;
use deskbell_domain::time::Timestamp;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use self::answer::{Answer, after, are_rights_due, ask};
use self::schedule::{FirstLook, Schedule};
use super::connector::WorkspaceConnector;
use crate::supervisor::Pulse;

mod answer;
mod schedule;

/// How often it is looked which servers there are, and what is left to be thrown away.
const LOOK_EVERY: Duration = Duration::from_mins(5);
/// How soon after a look there is another, however many tokens are to be tried again.
const LOOK_AGAIN: Duration = Duration::from_secs(10);

/// The checks of all servers' tokens.
pub(super) struct ConnectionChecks {
    connector: Arc<WorkspaceConnector>,
    schedule: Schedule,
}

impl ConnectionChecks {
    pub(super) fn new(connector: Arc<WorkspaceConnector>) -> Self {
        Self { connector, schedule: Schedule::default() }
    }

    pub(super) async fn run(mut self, stop: CancellationToken, pulse: Pulse) {
        // News, however many, put off no look.
        let mut looked_at = None;
        loop {
            let look_at = looked_at.map_or(Instant::now(), |at| self.next_look(at));
            let news = tokio::select! {
                biased;
                () = stop.cancelled() => return,
                () = sleep_until(look_at) => None,
                news = self.connector.token_news.next() => Some(news),
            };
            pulse.beat();
            if news.is_none() {
                looked_at = Some(Instant::now());
            }
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                done = self.tick(news, &pulse) => if let Err(error) = done {
                    tracing::warn!(%error, "the connections of servers could not be checked");
                },
            }
            pulse.rest();
        }
    }

    fn next_look(&self, last: Instant) -> Instant {
        let at_the_latest = last + LOOK_EVERY;
        self.schedule.next().map_or(at_the_latest, |due| due.clamp(last + LOOK_AGAIN, at_the_latest))
    }

    /// Looks at what there is news of, or at all that is due.
    async fn tick(&mut self, news: Option<BTreeMap<Holder, Verdict>>, pulse: &Pulse) -> Stored<()> {
        match news {
            Some(news) => self.look_at_news(news, pulse).await,
            None => self.look(pulse).await,
        }
    }

    async fn look_at_news(&mut self, news: BTreeMap<Holder, Verdict>, pulse: &Pulse) -> Stored<()> {
        for (holder, verdict) in news {
            // What the operator's token is worth shows in what it reads.
            let Holder::Server(guild) = holder else { continue };
            let known = self.connector.shared.store.connection(guild).await?;
            // What is written down already is no news.
            let Some(connection) = known.filter(|one| standing(one) != verdict) else { continue };
            pulse.beat();
            self.check(connection).await?;
        }
        Ok(())
    }

    async fn look(&mut self, pulse: &Pulse) -> Stored<()> {
        let store = &self.connector.shared.store;
        // Tokens that wait for somebody's word are thrown away although no workspace is served.
        store.prune_kept(self.connector.shared.clock.now()).await?;
        self.connector.erase_the_rest().await?;
        let (connections, now) = (store.connections().await?, self.now());
        let servers = connections.iter().map(|one| (one.guild, first_look(one, now)));
        self.schedule.follow(servers, Instant::now());
        let due = self.schedule.due(Instant::now());
        for connection in connections.into_iter().filter(|one| due.contains(&one.guild)) {
            pulse.beat();
            let client = self.connector.client_of(&connection);
            let taken_at = client.and_then(|it| it.tokens().taken_at(Holder::Server(connection.guild)));
            match taken_at {
                // What it is used for shows already that Intercom takes it.
                Some(at) if standing(&connection) == Verdict::Accepted && self.is_in_use(&connection, at) => {
                    self.schedule.asked(connection.guild, Verdict::Accepted, at);
                }
                _ if self.is_tried_elsewhere(&connection) => {
                    self.schedule.asked(connection.guild, Verdict::Refused, Instant::now());
                }
                _ => self.check(connection).await?,
            }
        }
        Ok(())
    }

    fn is_in_use(&self, connection: &Connection, taken_at: Instant) -> bool {
        taken_at.elapsed() < schedule::ASK_EVERY && !are_rights_due(connection, self.now())
    }

    /// Where no token of a workspace is taken its polls try them all, and once an hour is enough.
    fn is_tried_elsewhere(&self, connection: &Connection) -> bool {
        standing(connection) == Verdict::Refused && self.connector.is_refused(&connection.workspace.id)
    }

    async fn check(&mut self, connection: Connection) -> Stored<()> {
        let guild = connection.guild;
        let answer = check(&self.connector, connection, self.now()).await;
        let now = Instant::now();
        match answer {
            Ok(Some(verdict)) => self.schedule.asked(guild, verdict, now),
            Ok(None) | Err(_) => self.schedule.unanswered(guild, now),
        }
        answer.map(drop)
    }

    fn now(&self) -> Timestamp {
        self.connector.shared.clock.now().seconds()
    }
}

fn standing(connection: &Connection) -> Verdict {
    match connection.standing {
        Standing::Accepted => Verdict::Accepted,
        Standing::Refused { .. } => Verdict::Refused,
    }
}

fn first_look(connection: &Connection, now: Timestamp) -> FirstLook {
    if standing(connection) == Verdict::Refused || are_rights_due(connection, now) {
        FirstLook::AtOnce
    } else {
        // A token that was just brought has been asked.
        FirstLook::InItsTurn
    }
}

/// Checks the tokens that Intercom gave for a workspace to the operator's app.
pub(super) async fn check_workspace(connector: &WorkspaceConnector, workspace: &WorkspaceId) -> Stored<()> {
    let now = connector.shared.clock.now().seconds();
    for connection in connector.shared.store.connections().await? {
        if connection.workspace.id == *workspace && connection.origin == TokenOrigin::Allowed {
            check(connector, connection, now).await?;
        }
    }
    Ok(())
}

/// Asks Intercom, writes down what has changed, and has the server see as much from then on. None where nothing was found
/// out.
async fn check(
    connector: &WorkspaceConnector,
    connection: Connection,
    now: Timestamp,
) -> Stored<Option<Verdict>> {
    // The operator's servers are served with the operator's token, whatever they brought before.
    if connector.is_of_operator(connection.guild) {
        return Ok(None);
    }
    let Some(client) = connector.client_of(&connection) else { return Ok(None) };
    let Some(answer) = ask(&client, &connection, now).await else { return Ok(None) };
    let verdict = match answer {
        Answer::Refused => Verdict::Refused,
        Answer::Taken(_) => Verdict::Accepted,
    };
    let next = after(&connection, &answer, now);
    if next == connection {
        return Ok(Some(verdict));
    }
    let has_changed = next.sight() != connection.sight();
    let outcome = connector.shared.store.change_connection(next.clone(), None).await?;
    if outcome == ChangeOutcome::Changed && has_changed {
        tracing::warn!(
            guild.id = %next.guild,
            workspace.id = %next.workspace.id,
            is_refused = verdict == Verdict::Refused,
            "what a server's token may do changed"
        );
        connector.changed(&connection, &next).await;
    }
    Ok(Some(verdict))
}

#[cfg(test)]
mod tests;
