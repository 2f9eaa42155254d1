//! Whether Intercom still takes the tokens that servers brought, and what they may do: looked at every hour and every
//! day, since a workspace is read with any of its tokens and the others would not be missed.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use deskbell_domain::connection::{Connection, Standing, TokenOrigin};
use deskbell_domain::ids::{GuildId, WorkspaceId};
use deskbell_domain::port::intercom::{IntercomError, WorkspaceFacts as _};
use deskbell_domain::port::store::{ChangeOutcome, Stored};
use deskbell_domain::service::rights::{self, Probe};
use deskbell_domain::time::Timestamp;
use deskbell_intercom::IntercomClient;
use tokio::time::{Instant, MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::connector::WorkspaceConnector;
use crate::supervisor::Pulse;

/// How often it is looked whether something is due.
const LOOK_EVERY: Duration = Duration::from_mins(5);
/// How often a token is asked whose it is.
const ASK_EVERY: Duration = Duration::from_hours(1);
/// How old what is known of a token's rights may be, in seconds.
const OLDEST_RIGHTS: i64 = 24 * 3600;

/// The checks of all servers' tokens.
pub(super) struct ConnectionChecks {
    connector: Arc<WorkspaceConnector>,
    /// When each was last asked, in this process.
    asked: BTreeMap<GuildId, Instant>,
}

/// What Intercom made of a token.
enum Answer {
    Refused,
    /// It took it; and what the token may do, if that was asked.
    Taken(Option<Vec<Probe>>),
}

impl ConnectionChecks {
    pub(super) fn new(connector: Arc<WorkspaceConnector>) -> Self {
        Self { connector, asked: BTreeMap::new() }
    }

    pub(super) async fn run(mut self, stop: CancellationToken, pulse: Pulse) {
        let mut ticks = interval(LOOK_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                _ = ticks.tick() => {}
            }
            pulse.beat();
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                done = self.tick(&pulse) => if let Err(error) = done {
                    tracing::warn!(%error, "the connections of servers could not be checked");
                },
            }
            pulse.rest();
        }
    }

    /// Checks what is due.
    async fn tick(&mut self, pulse: &Pulse) -> Stored<()> {
        let store = &self.connector.shared.store;
        // Tokens that wait for somebody's word are thrown away although no workspace is served.
        store.prune_kept(self.connector.shared.clock.now()).await?;
        self.connector.erase_the_rest().await?;
        let connections = store.connections().await?;
        self.asked.retain(|guild, _| connections.iter().any(|one| one.guild == *guild));
        for connection in connections {
            let was_asked = self.asked.get(&connection.guild).is_some_and(|at| at.elapsed() < ASK_EVERY);
            if was_asked {
                continue;
            }
            // A token that was just brought has been asked.
            let first_look = self.asked.insert(connection.guild, Instant::now()).is_none();
            let now = self.connector.shared.clock.now().seconds();
            if first_look && now.0 - connection.checked_at.0 < OLDEST_RIGHTS {
                continue;
            }
            pulse.beat();
            check(&self.connector, connection, now).await?;
        }
        Ok(())
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

async fn check(connector: &WorkspaceConnector, connection: Connection, now: Timestamp) -> Stored<()> {
    // The operator's servers are served with the operator's token, whatever they brought before.
    if connector.is_of_operator(connection.guild) {
        return Ok(());
    }
    let Some(client) = connector.client_of(&connection).await else { return Ok(()) };
    let Some(answer) = ask(&client, &connection, now).await else { return Ok(()) };
    let next = after(&connection, &answer, now);
    if next == connection {
        return Ok(());
    }
    let has_changed = next.sight() != connection.sight();
    let outcome = connector.shared.store.change_connection(next.clone()).await?;
    if outcome == ChangeOutcome::Changed && has_changed {
        tracing::warn!(guild.id = %next.guild, workspace.id = %next.workspace.id, "what a server's token may do changed");
        connector.changed(&next).await;
    }
    Ok(())
}

/// None where Intercom could not be asked.
async fn ask(client: &IntercomClient, connection: &Connection, now: Timestamp) -> Option<Answer> {
    match client.workspace().await {
        Ok(_) => {
            let is_due = now.0 - connection.checked_at.0 >= OLDEST_RIGHTS;
            let was_refused = connection.standing != Standing::Accepted;
            Some(Answer::Taken(if is_due || was_refused {
                Some(rights::probe(client).await.into())
            } else {
                None
            }))
        }
        Err(IntercomError::Refused { .. }) => Some(Answer::Refused),
        Err(_) => None,
    }
}

/// The connection as it is known then.
fn after(connection: &Connection, answer: &Answer, now: Timestamp) -> Connection {
    let known = connection.clone();
    match (answer, connection.standing) {
        (Answer::Refused, Standing::Refused { .. }) | (Answer::Taken(None), Standing::Accepted) => known,
        (Answer::Refused, Standing::Accepted) => {
            Connection { standing: Standing::Refused { since: now }, ..known }
        }
        (Answer::Taken(probes), _) => {
            let rights = probes.as_ref().map_or(known.rights.clone(), |all| rights::told(all, &known.rights));
            Connection { standing: Standing::Accepted, rights, checked_at: now, ..known }
        }
    }
}

#[cfg(test)]
mod tests {
    use deskbell_domain::connection::{Right, Rights, Secret};
    use deskbell_domain::ids::MemberId;
    use deskbell_domain::workspace::{Region, Workspace};

    use super::*;

    const NOW: Timestamp = Timestamp(2_000_000);

    fn connection(standing: Standing) -> Connection {
        let id = WorkspaceId::new("acme");
        Connection {
            guild: GuildId(7),
            workspace: Workspace { id, name: "Acme".to_owned(), region: None, time_zone: None },
            region: Region::Us,
            token: Secret::new("token"),
            origin: TokenOrigin::Pasted,
            client_secret: None,
            made_by: MemberId(9),
            made_at: Timestamp(1),
            rights: Rights::without([Right::ReadTags]),
            checked_at: Timestamp(1),
            standing,
            version: 3,
        }
    }

    fn probes(outcome: impl Fn(Right) -> Result<(), IntercomError>) -> Vec<Probe> {
        [
            Right::ReadContacts,
            Right::ReadCompanies,
            Right::ReadConversations,
            Right::ReadTags,
            Right::ReadAdmins,
            Right::WriteContacts,
        ]
        .map(|right| Probe { right, outcome: outcome(right) })
        .into()
    }

    #[test]
    fn a_refusal_counts_from_the_first_one_on() {
        let refused = after(&connection(Standing::Accepted), &Answer::Refused, NOW);
        assert_eq!(refused.standing, Standing::Refused { since: NOW });
        assert_eq!(after(&refused, &Answer::Refused, Timestamp(NOW.0 + 3600)), refused);
    }

    #[test]
    fn a_token_that_is_taken_again_may_what_it_may_now() {
        let refused = connection(Standing::Refused { since: Timestamp(5) });
        let again = after(&refused, &Answer::Taken(Some(probes(|_| Ok(())))), NOW);
        assert_eq!(
            (again.standing, again.rights, again.checked_at),
            (Standing::Accepted, Rights::default(), NOW)
        );
    }

    #[test]
    fn a_token_that_is_only_asked_whose_it_is_changes_nothing() {
        let known = connection(Standing::Accepted);
        assert_eq!(after(&known, &Answer::Taken(None), NOW), known);
    }
}
