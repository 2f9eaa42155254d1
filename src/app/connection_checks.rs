//! Whether Intercom still takes the tokens that servers brought, and what they may do. A workspace is read with any of its
//! tokens, and the others would not be missed: so one that nothing used for an hour is asked whose it is, and what each may
//! is asked every day. One that a walk or a command finds refused, or taken again, is looked at at once.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use deskbell_domain::connection::{Connection, Holder, Standing, TokenOrigin};
use deskbell_domain::ids::{GuildId, WorkspaceId};
use deskbell_domain::port::store::{ChangeOutcome, Stored};
use deskbell_domain::status::Verdict;
use deskbell_domain::time::Timestamp;
use futures::future::BoxFuture;
use futures::stream::{FuturesUnordered, StreamExt as _};
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use self::answer::{Answer, after, are_rights_due, ask};
use self::schedule::{Due, FirstLook, Schedule};
use super::connector::WorkspaceConnector;
use crate::supervisor::Pulse;

mod answer;
mod schedule;

/// How often it is looked which servers there are, and what is left to be thrown away.
const LOOK_EVERY: Duration = Duration::from_mins(5);
/// How soon after a look there is another, however many tokens are to be tried again.
const LOOK_AGAIN: Duration = Duration::from_secs(10);

/// The checks of all servers' tokens. They run side by side, so that none waits for another that hangs.
pub(super) struct ConnectionChecks {
    connector: Arc<WorkspaceConnector>,
    schedule: Schedule,
    running: FuturesUnordered<BoxFuture<'static, Checked>>,
}

/// A server whose token was looked at, and what Intercom makes of it if that was found out.
struct Checked {
    guild: GuildId,
    outcome: Stored<Option<Verdict>>,
}

/// What the loop wakes for.
enum Wake {
    Look,
    News(BTreeMap<Holder, Verdict>),
    Done(Checked),
}

impl ConnectionChecks {
    pub(super) fn new(connector: Arc<WorkspaceConnector>) -> Self {
        Self { connector, schedule: Schedule::default(), running: FuturesUnordered::new() }
    }

    pub(super) async fn run(mut self, stop: CancellationToken, pulse: Pulse) {
        // News, however many, put off no look.
        let mut looked_at = None;
        loop {
            let look_at = looked_at.map_or(Instant::now(), |at| self.next_look(at));
            let wake = tokio::select! {
                biased;
                () = stop.cancelled() => return,
                () = sleep_until(look_at) => Wake::Look,
                wake = self.news_or_end() => wake,
            };
            pulse.beat();
            if matches!(wake, Wake::Look) {
                looked_at = Some(Instant::now());
            }
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                () = self.tick(wake) => {}
            }
            pulse.rest();
        }
    }

    /// Waits for news, or for a check to end.
    async fn news_or_end(&mut self) -> Wake {
        tokio::select! {
            biased;
            Some(done) = self.running.next() => Wake::Done(done),
            news = self.connector.token_news.next() => Wake::News(news),
        }
    }

    fn next_look(&self, last: Instant) -> Instant {
        let at_the_latest = last + LOOK_EVERY;
        let next = self.schedule.next(Instant::now());
        next.map_or(at_the_latest, |due| due.clamp(last + LOOK_AGAIN, at_the_latest))
    }

    /// Takes what has come, and begins the checks that there is room for.
    async fn tick(&mut self, wake: Wake) {
        match wake {
            Wake::Look => self.look().await,
            Wake::News(news) => self.take_news(news),
            Wake::Done(checked) => self.end(&checked),
        }
        while let Some(due) = self.schedule.take(Instant::now()) {
            self.begin(due).await;
        }
    }

    /// They stand in the schedule until they are looked at, whatever fails meanwhile.
    fn take_news(&mut self, news: BTreeMap<Holder, Verdict>) {
        for (holder, verdict) in news {
            // What the operator's token is worth shows in what it reads.
            if let Holder::Server(guild) = holder {
                self.schedule.heard(guild, verdict);
            }
        }
    }

    fn end(&mut self, Checked { guild, outcome }: &Checked) {
        let now = Instant::now();
        match outcome {
            Ok(Some(verdict)) => self.schedule.asked(*guild, *verdict, now),
            Ok(None) => self.schedule.unanswered(*guild, now),
            Err(error) => {
                tracing::warn!(%error, guild.id = %guild, "the connection of a server could not be checked");
                self.schedule.unanswered(*guild, now);
            }
        }
    }

    /// Looks which servers there are. What cannot be thrown away now is tried with the next look.
    async fn look(&mut self) {
        let store = &self.connector.shared.store;
        // Tokens that wait for somebody's word are thrown away although no workspace is served.
        warn_of(store.prune_kept(self.connector.shared.clock.now()).await.map(drop));
        warn_of(self.connector.erase_the_rest().await);
        match store.connections().await {
            Ok(connections) => {
                let now = self.now();
                let servers = connections.iter().map(|one| (one.guild, one.region, first_look(one, now)));
                self.schedule.follow(servers, Instant::now());
            }
            Err(error) => warn_of(Err(error)),
        }
    }

    /// Begins a check where there is something to find out.
    async fn begin(&mut self, due: Due) {
        let guild = due.guild;
        match self.connector.shared.store.connection(guild).await {
            Ok(Some(connection)) => match self.known(&connection, due.news) {
                Some(Known::AsWritten) => self.schedule.passed_over(guild),
                Some(Known::Verdict(verdict, at)) => self.schedule.asked(guild, verdict, at),
                None => self.running.push(self.check(connection)),
            },
            // The next look takes it away.
            Ok(None) => self.schedule.unanswered(guild, Instant::now()),
            Err(error) => self.end(&Checked { guild, outcome: Err(error) }),
        }
    }

    fn check(&self, connection: Connection) -> BoxFuture<'static, Checked> {
        let (connector, now) = (self.connector.clone(), self.now());
        Box::pin(async move {
            let guild = connection.guild;
            Checked { guild, outcome: check(&connector, connection, now).await }
        })
    }

    /// What is known of a token without asking.
    fn known(&self, connection: &Connection, news: Option<Verdict>) -> Option<Known> {
        let written = standing(connection);
        match news {
            Some(verdict) => (verdict == written).then_some(Known::AsWritten),
            // What it is used for shows already that Intercom takes it.
            None if written == Verdict::Accepted => {
                let at = self.in_use_at(connection)?;
                Some(Known::Verdict(Verdict::Accepted, at))
            }
            // Where no token of a workspace is taken its polls try them all, and once an hour is enough.
            None => self
                .connector
                .is_refused(&connection.workspace.id)
                .then(|| Known::Verdict(Verdict::Refused, Instant::now())),
        }
    }

    /// When it was taken last, if that is enough to know.
    fn in_use_at(&self, connection: &Connection) -> Option<Instant> {
        let client = self.connector.client_of(connection)?;
        let at = client.tokens().taken_at(Holder::Server(connection.guild))?;
        let is_enough = at.elapsed() < schedule::ASK_EVERY && !are_rights_due(connection, self.now());
        is_enough.then_some(at)
    }

    fn now(&self) -> Timestamp {
        self.connector.shared.clock.now().seconds()
    }
}

/// What is known of a token that is not asked.
enum Known {
    /// What was heard is written down already.
    AsWritten,
    /// Intercom took it then, or refused it.
    Verdict(Verdict, Instant),
}

fn warn_of(done: Stored<()>) {
    if let Err(error) = done {
        tracing::warn!(%error, "the connections of servers could not be looked after");
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
