//! What Intercom makes of a server's token, and what is known of the connection then.

use std::time::Duration;

use deskbell_domain::connection::{Connection, Standing};
use deskbell_domain::port::intercom::{IntercomError, WorkspaceFacts as _};
use deskbell_domain::service::rights::{self, Probe};
use deskbell_domain::time::Timestamp;
use deskbell_intercom::IntercomClient;

/// How old what is known of a token's rights may be.
const OLDEST_RIGHTS: Duration = Duration::from_hours(24);

/// What Intercom made of a token.
pub(super) enum Answer {
    Refused,
    /// It took it; and what the token may do, if that was asked.
    Taken(Option<Vec<Probe>>),
}

/// Whether it is time to ask what the token may do.
pub(super) fn are_rights_due(connection: &Connection, now: Timestamp) -> bool {
    u64::try_from(now.0 - connection.checked_at.0).is_ok_and(|age| age >= OLDEST_RIGHTS.as_secs())
}

/// None where Intercom could not be asked.
pub(super) async fn ask(client: &IntercomClient, connection: &Connection, now: Timestamp) -> Option<Answer> {
    match client.workspace().await {
        // That a token may not name its workspace is no refusal of it.
        Ok(_) | Err(IntercomError::Forbidden { .. }) => {
            let was_refused = connection.standing != Standing::Accepted;
            Some(Answer::Taken(if are_rights_due(connection, now) || was_refused {
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
pub(super) fn after(connection: &Connection, answer: &Answer, now: Timestamp) -> Connection {
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
    use deskbell_domain::connection::{Right, Rights, Secret, TokenOrigin};
    use deskbell_domain::ids::{GuildId, MemberId, WorkspaceId};
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
            Right::WriteConversations,
            Right::WriteTags,
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

    #[test]
    fn what_a_token_may_is_looked_at_every_day_and_not_before_whatever_the_clock_says() {
        let due = |seconds: i64| are_rights_due(&connection(Standing::Accepted), Timestamp(1 + seconds));
        assert!(!due(24 * 3600 - 1) && due(24 * 3600) && !due(-7));
    }
}
