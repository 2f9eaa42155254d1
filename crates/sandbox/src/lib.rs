//! Stand-ins for Intercom and Discord, for `deskbell demo` and for tests.
//!
//! Each stand-in is state behind a cloneable handle, and a server on a loopback port that translates HTTP to and from
//! that state. Faults are state too ([`fault`]), every exchange is kept and can be written to a file ([`recorder`]), and
//! both stand-ins take their time from one [`clock`]. Nothing here depends on the rest of Deskbell: what a stand-in
//! promises is what the vendors' own API descriptions say.

pub mod clock;
pub mod discord;
pub mod fault;
pub mod http;
pub mod intercom;
pub mod recorder;
pub mod splice;
