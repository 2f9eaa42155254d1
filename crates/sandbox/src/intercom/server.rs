//! Serves a workspace over HTTP.

use std::{io, net::SocketAddr};

use axum::http::HeaderMap;

use super::{Access, Intercom, neighbours::Neighbour, routes, version};
use crate::{
    http::{Server, Site},
    recorder::Service,
};

impl Intercom {
    /// Serves the workspace on a free loopback port.
    pub async fn serve(&self) -> io::Result<Server> {
        Server::start(self.site()).await
    }

    /// Serves the workspace on a given address.
    pub async fn serve_on(&self, addr: SocketAddr) -> io::Result<Server> {
        Server::start_on(addr, self.site()).await
    }

    /// Answers at this workspace's address for another one, too: the token tells which is asked for.
    pub fn add_neighbour(&self, neighbour: &Self) {
        let (known, revoked) = (neighbour.clone(), neighbour.clone());
        self.neighbours.add(Neighbour {
            knows: Box::new(move |token| known.with(|state| state.settings.knows(token))),
            revokes: Box::new(move |token| revoked.access().set_for(token, Access::Revoked)),
            router: routes::router(neighbour.clone()),
        });
    }

    fn site(&self) -> Site {
        Site {
            router: routes::router(self.clone()),
            clock: self.clock().clone(),
            faults: self.faults().clone(),
            recorder: self.recorder().clone(),
            service_of: service,
        }
    }
}

fn service(path: &str, headers: &HeaderMap) -> Service {
    if path == "/oauth" || path.starts_with("/auth/") {
        return Service::IntercomOauth;
    }
    match version::requested(headers) {
        Some(text) if text.starts_with("1.") => Service::IntercomLegacy,
        _ => Service::Intercom,
    }
}
