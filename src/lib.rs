//! Deskbell: a Discord bot that puts an Intercom workspace into the channels where a sales and support team works.
//!
//! [`App::build`] is the only place that knows every part; [`App::run`] runs them until it is told to stop. Data flows
//! one way: Intercom → `ingest` → journal → `deliver` → channel. Commands take the other: Discord → `gateway` →
//! `deskbell-commands` → services over the ports.

pub mod app;
pub mod audit;
pub mod backup;
pub mod check;
pub mod cli;
pub mod config;
pub mod connect;
pub mod deliver;
#[cfg(feature = "demo")]
pub mod demo;
pub mod gateway;
pub mod health;
pub mod http;
pub mod ingest;
pub mod init;
pub mod metrics;
pub mod migrate;
pub mod new_file;
pub mod new_key;
pub mod private_files;
pub mod ps;
pub mod run;
pub mod servers;
pub mod socket;
pub mod supervisor;
pub mod system;
pub mod telemetry;
pub mod terminal;

pub use app::App;
