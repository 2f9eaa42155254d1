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
        Server::start(site(self)).await
    }

    /// Serves the workspace on a given address.
    pub async fn serve_on(&self, addr: SocketAddr) -> io::Result<Server> {
        Server::start_on(addr, site(self)).await
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
}

fn site(intercom: &Intercom) -> Site {
    Site {
        router: routes::router(intercom.clone()),
        clock: intercom.clock().clone(),
        faults: intercom.faults().clone(),
        recorder: intercom.recorder().clone(),
        service_of: service,
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
