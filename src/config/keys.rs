//! The master keys: the one in use and the one before.

use deskbell_domain::pasted::{NoToken, token_in};
use deskbell_seal::{MasterKey, NotAKey};
use secrecy::ExposeSecret as _;

use super::mistake::wrong;
use super::secrets::in_variable_or_file;
use super::values::Mistake;
use super::variables::Variables;

pub(super) fn current_key(variables: &Variables) -> Result<Option<MasterKey>, Mistake> {
    key(variables, "DESKBELL_KEY", "DESKBELL_KEY_FILE")
}

pub(super) fn previous_key(variables: &Variables) -> Result<Option<MasterKey>, Mistake> {
    key(variables, "DESKBELL_KEY_PREVIOUS", "DESKBELL_KEY_PREVIOUS_FILE")
}

fn key(
    variables: &Variables,
    name: &'static str,
    file_name: &'static str,
) -> Result<Option<MasterKey>, Mistake> {
    let Some(text) = in_variable_or_file(variables, name, file_name)? else { return Ok(None) };
    let key = match token_in(&text) {
        Ok(text) => MasterKey::parse(text.expose_secret()),
        Err(NoToken::Empty) => Err(NotAKey::Empty),
        Err(NoToken::OddCharacters) => Err(NotAKey::NotBase64),
        Err(NoToken::Example) => {
            return Err(wrong(
                name,
                format!("{name} is still the example. Take it out, or write what deskbell key new prints."),
            ));
        }
    };
    key.map(Some).map_err(|why| {
        let sentence = format!(
            "{name} is not a key: {why}. Copy yours whole, 32 bytes in base64; for a new store deskbell key new prints one."
        );
        wrong(name, sentence)
    })
}
