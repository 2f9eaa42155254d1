//! The connections that are kept open.

use std::io;
use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use tokio_postgres::Config;
use tokio_postgres::config::{SslMode, TargetSessionAttrs};

use crate::address::{Address, Tls};
use crate::tls::Verified;

/// How many connections a process has at most.
const CONNECTIONS: usize = 16;

/// How long a machine may take to answer at all.
const TO_CONNECT: Duration = Duration::from_secs(2);

/// How long bytes may be on their way without a word of the other side: a connection that is cut off ends by then.
const UNANSWERED: Duration = Duration::from_secs(10);

/// How long an operation waits for a connection that others use.
const TO_BE_LET_IN: Duration = Duration::from_secs(10);

/// A pool that opens no connection yet.
pub(crate) fn pool(address: &Address) -> io::Result<Pool> {
    let verified = Verified::of(&address.tls)?;
    let once_checked = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    let manager = Manager::from_config(config(address), verified, once_checked);
    Pool::builder(manager)
        .max_size(CONNECTIONS)
        .wait_timeout(Some(TO_BE_LET_IN))
        .create_timeout(Some(UNANSWERED))
        .runtime(Runtime::Tokio1)
        .build()
        .map_err(io::Error::other)
}

/// How a connection is made, beside the pool too.
pub(crate) fn config(address: &Address) -> Config {
    let mut config = Config::new();
    for host in &address.hosts {
        config.host(&host.name).port(host.port);
    }
    if let Some(password) = &address.password {
        config.password(password.expose());
    }
    config
        .user(&address.user)
        .dbname(&address.database)
        .application_name("deskbell")
        .ssl_mode(match address.tls {
            Tls::Verified { .. } => SslMode::Require,
            Tls::Off => SslMode::Disable,
        })
        // Among several machines the one that takes writes.
        .target_session_attrs(TargetSessionAttrs::ReadWrite)
        .connect_timeout(TO_CONNECT)
        .tcp_user_timeout(UNANSWERED)
        .keepalives_idle(UNANSWERED);
    config
}
