//! Stories of a bot whose store is in a database: the real binary between the stand-ins, over a PostgreSQL that is started
//! here. A missing PostgreSQL is a failure.

mod beside;
mod moves;
#[path = "../e2e/program.rs"]
mod program;
#[expect(dead_code, reason = "only the tests of the store itself speak with it over TLS")]
#[path = "../../crates/store/postgres/tests/postgres/server.rs"]
mod server;
mod set_up;
mod standby;
mod starts;
mod world;
