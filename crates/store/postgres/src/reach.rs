//! Trying a database that is not there yet, and saying of each machine why it was not used.

use std::io;
use std::time::Duration;

use tokio_postgres::config::TargetSessionAttrs;

use crate::address::{Address, Host};
use crate::attempts::{Attempts, within};
use crate::failure::{Attempt, Failure};
use crate::open_error::{OpenError, Refusal, Unreached, why_not};
use crate::pool::config;
use crate::tls::Verified;

/// How long one machine may take.
const TO_LOOK: Duration = Duration::from_secs(3);

/// A database that is tried for some time.
pub(crate) struct Trying<'a> {
    pub(crate) address: &'a Address,
    pub(crate) patience: Duration,
}

impl Trying<'_> {
    /// Attempts it until it is done, or the database refuses, or it was away for too long.
    pub(crate) async fn until_done<T, F>(&self, attempt: impl Fn() -> F) -> Result<T, OpenError>
    where
        F: Future<Output = Attempt<T>>,
    {
        let mut attempts = Attempts::lasting(self.patience);
        let mut is_told = false;
        loop {
            let failure = match within(attempts.left(), attempt()).await {
                Ok(done) => return Ok(done),
                Err(failure) => failure,
            };
            let is_away = matches!(failure, Failure::Again(_));
            if is_away && !is_told {
                self.refuse_or_tell().await?;
                is_told = true;
            }
            if let Err(failure) = attempts.next(failure).await {
                return Err(if is_away { self.not_reached().await } else { refused(self.address, failure) });
            }
        }
    }

    /// A machine that refuses is not tried again because another one is away.
    async fn refuse_or_tell(&self) -> Result<(), OpenError> {
        for host in &self.address.hosts {
            if let Err(failure @ Failure::Final(_)) = look_at(self.address, host).await {
                return Err(refused(self.address, failure));
            }
        }
        let for_s = self.patience.as_secs();
        tracing::warn!(database = %self.address, for_s, "the database is not reached, or takes no writes; it is tried");
        Ok(())
    }

    async fn not_reached(&self) -> OpenError {
        let mut hosts = Vec::new();
        for host in &self.address.hosts {
            let why = match look_at(self.address, host).await {
                Ok(()) => "answers by now".to_owned(),
                Err(Failure::Again(error) | Failure::Final(error)) => why_not(&error),
                Err(Failure::Told(error)) => format!("({error})"),
            };
            hosts.push(Unreached { host: host.clone(), why });
        }
        OpenError::NotReached { hosts }
    }
}

/// Whether one of the machines takes writes.
async fn look_at(address: &Address, host: &Host) -> Attempt<()> {
    let alone = Address { hosts: vec![host.clone()], ..address.clone() };
    let mut config = config(&alone);
    config.target_session_attrs(TargetSessionAttrs::ReadWrite);
    let tls = Verified::of(&address.tls).map_err(Failure::Final)?;
    let looked = async {
        let (client, connection) = config.connect(tls).await?;
        drop(client);
        drop(connection);
        Ok(())
    };
    within(TO_LOOK, looked).await
}

/// What the database's own word comes to.
pub(crate) fn refused(address: &Address, failure: Failure) -> OpenError {
    let source = match failure {
        Failure::Again(error) | Failure::Final(error) => error,
        Failure::Told(error) => io::Error::other(error),
    };
    OpenError::Refused { refusal: Refusal::of(&source, address), source }
}
