//! The connections of the door, as many as may be at once.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::door::Door;
use super::routes::routes;

/// How many connections there may be at once; more wait until one ends.
const CONNECTIONS: usize = 256;
/// How long the headers of a request may take to come.
const HEADER_PATIENCE: Duration = Duration::from_secs(10);
/// How long a system that has no connection to give is left alone.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// The address of `HTTP_LISTEN` cannot be listened on.
#[derive(Debug, thiserror::Error)]
#[error("HTTP_LISTEN={address} cannot be used: {source}. Choose another port, or end what uses this one")]
pub struct Taken {
    address: SocketAddr,
    source: io::Error,
}

/// A door that is open.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
}

impl Server {
    /// Listens on an address.
    pub async fn bind(address: SocketAddr) -> Result<Self, Taken> {
        let bound = async {
            let listener = TcpListener::bind(address).await?;
            let address = listener.local_addr()?;
            Ok(Self { listener, address })
        };
        bound.await.map_err(|source| Taken { address, source })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers until shutdown, and then ends what is under way.
    pub async fn run(self, door: Door, shutdown: CancellationToken) {
        let (routes, places, connections) =
            (routes(door), Arc::new(Semaphore::new(CONNECTIONS)), TaskTracker::new());
        loop {
            tokio::select! {
                biased;
                () = shutdown.cancelled() => break,
                next = next(&self.listener, &places) => {
                    let (stream, place) = next;
                    connections.spawn(serve(stream, place, routes.clone(), shutdown.clone()));
                }
            }
        }
        connections.close();
        connections.wait().await;
    }
}

/// The next connection, once there is a place for it.
async fn next(listener: &TcpListener, places: &Arc<Semaphore>) -> (TcpStream, OwnedSemaphorePermit) {
    let place = places.clone().acquire_owned().await.expect("nobody closes it");
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return (stream, place),
            // The process has no file left, or the other side has gone again.
            Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
        }
    }
}

async fn serve(stream: TcpStream, place: OwnedSemaphorePermit, routes: Router, shutdown: CancellationToken) {
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_PATIENCE)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(routes));
    let mut connection = std::pin::pin!(connection);
    tokio::select! {
        biased;
        () = shutdown.cancelled() => {
            connection.as_mut().graceful_shutdown();
            let _ended = connection.await;
        }
        _ended = connection.as_mut() => {}
    }
    drop(place);
}
