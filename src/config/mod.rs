//! The configuration: read once from the environment (and a `.env` beside it), checked whole, and then only passed on.
//!
//! Every mistake is told, all at once, each as a sentence that says what to write instead; no sentence ever holds the
//! value of a secret. What a variable means stands in [`mod@reference`], from which the defaults, `.env.example` and
//! the README's table are taken.

mod connect;
mod dotenv;
mod durations;
mod guild_id;
mod http;
mod intercom;
mod keys;
mod list;
mod log_filter;
mod mistake;
mod names;
mod notes;
mod open_addresses;
mod parse;
pub mod reference;
mod secrets;
mod store;
mod values;
mod variables;
mod whose;

use deskbell_seal::GivenKeys;
use deskbell_store_postgres::Address;

pub use notes::{notes, wrong_folder};
pub use open_addresses::open_addresses;
pub use values::{
    ApiAddress, AppConfig, Config, Connect, DiscordConfig, HttpConfig, IntercomConfig, IntercomReach,
    LogConfig, LogFormat, Mistake, MistakeKind, NotificationStart, Partial, PollConfig, ProcessFiles,
    StoreConfig, StorePlace,
};
pub use variables::Variables;

/// Reads every variable; on any mistake, tells all of them.
pub fn read(variables: &Variables, start: NotificationStart) -> Result<Config, Vec<Mistake>> {
    let mut parts = parse::Parts::read(variables);
    let config = parts.config(start);
    match config {
        Some(config) if parts.mistakes.is_empty() => Ok(config),
        _ => {
            parts.mistakes.sort();
            Err(parts.mistakes)
        }
    }
}

/// Reads what the log needs, leaving mistakes to [`read`].
pub fn read_log(variables: &Variables) -> LogConfig {
    let format = parse::log_format(variables).unwrap_or_default();
    let filter = log_filter::log_filter_text(variables).unwrap_or_default().to_owned();
    LogConfig { filter, format }
}

/// What to say of a `.env` that is there and cannot be read.
pub(crate) fn unreadable_dotenv(error: &std::io::Error) -> String {
    dotenv::unreadable(error)
}

/// Reads where the store is, for those commands that need nothing else.
pub fn read_store_place(variables: &Variables) -> Result<StorePlace, Mistake> {
    match parse::unread(variables, "STORE_URL") {
        Some(mistake) => Err(mistake),
        None => store::store_place(variables),
    }
}

/// Reads the address of a database; why it cannot be used says nothing of its password.
pub fn database_address(text: &str) -> Result<Address, String> {
    store::address(text)
}

/// Reads where a bot on this machine is asked.
pub fn read_process_files(variables: &Variables) -> Result<ProcessFiles, Mistake> {
    let place = read_store_place(variables)?;
    match parse::unread(variables, "HEARTBEAT_FILE") {
        Some(mistake) => Err(mistake),
        None => Ok(ProcessFiles::beside(&place, store::heartbeat(variables)?)),
    }
}

/// Reads the master keys, for `deskbell migrate`, which needs nothing else.
pub fn read_keys(variables: &Variables) -> Result<GivenKeys, Mistake> {
    for name in ["DESKBELL_KEY", "DESKBELL_KEY_PREVIOUS"] {
        if let Some(mistake) = parse::unread(variables, name) {
            return Err(mistake);
        }
    }
    Ok(GivenKeys { current: keys::current_key(variables)?, previous: keys::previous_key(variables)? })
}

/// Reads what `deskbell check` can use although other variables may be missing or wrong.
pub fn read_what_is_there(variables: &Variables) -> (Partial, Vec<Mistake>) {
    let mut parts = parse::Parts::read(variables);
    let partial = parts.partial();
    let _ = parts.config(NotificationStart::AsTheyWere);
    parts.mistakes.sort();
    (partial, parts.mistakes)
}

#[cfg(test)]
mod tests;
