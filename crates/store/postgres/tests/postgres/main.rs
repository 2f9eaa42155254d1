//! The store over a real PostgreSQL, which is started here. A missing PostgreSQL is a failure.

mod contract;
mod identified;
mod ids;
mod leads;
mod members;
mod moves;
mod opening;
mod proxy;
mod sealed;
mod server;
mod store;
mod writers;
