//! `deskbell key new`: a new master key on standard output, so that it can be led into a file.

use std::process::ExitCode;

use deskbell_domain::port::random::Random;
use deskbell_seal::MasterKey;

use crate::terminal;

/// Where to put it.
const KEEP_IT: &str = "Set DESKBELL_KEY to it, or DESKBELL_KEY_FILE to a file that holds it, and keep a copy apart from \
    the backups of the store: without it nobody can read the store.";

/// Prints one; whoever leads the output elsewhere gets nothing but the key.
pub fn print(random: &dyn Random) -> ExitCode {
    let key = MasterKey::generate(random).to_base64();
    if let Err(error) = terminal::write_line(&key) {
        return terminal::refuse(&format!("The key cannot be written there ({}).", error.kind()));
    }
    terminal::explain(KEEP_IT);
    ExitCode::SUCCESS
}
