//! The gateway's sockets: where it listens, and one task that serves each socket ([`connection`]).

mod connection;

use std::{io, sync::Arc};

use tokio::net::TcpListener;
use tokio_util::task::TaskTracker;

use super::{
    outage::{GatewayDuringOutage, Outage},
    shared::Shared,
};

/// Takes a free loopback port and says where it is.
pub(crate) async fn bind() -> io::Result<(TcpListener, String)> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let url = format!("ws://{}", listener.local_addr()?);
    Ok((listener, url))
}

/// Serves sockets until the stand-in stops.
pub(crate) fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let tasks = TaskTracker::new();
    tasks.clone().spawn(async move {
        let stopping = shared.stopping.clone();
        let accepting = async {
            while let Ok((stream, _)) = listener.accept().await {
                let is_down =
                    matches!(shared.outage(), Outage::Rest { gateway: GatewayDuringOutage::Down, .. });
                if !is_down {
                    let (stopping, shared) = (stopping.clone(), shared.clone());
                    tasks.spawn(async move {
                        stopping.run_until_cancelled(connection::serve(stream, shared)).await
                    });
                }
            }
        };
        stopping.run_until_cancelled(accepting).await;
    });
}

#[cfg(test)]
mod tests;
