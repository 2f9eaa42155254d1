//! Secrets as people set them: in a variable or in a file.

use std::io;

use deskbell_domain::pasted::{NoToken, token_in};
use secrecy::SecretString;

use super::mistake::{missing, shown, wrong};
use super::values::Mistake;
use super::variables::Variables;

/// A token that must be there.
pub(super) fn secret(
    variables: &Variables,
    name: &'static str,
    file_name: &'static str,
) -> Result<SecretString, Mistake> {
    let found = optional_secret(variables, name, file_name)?;
    found.ok_or_else(|| missing(name, format!("{name} is missing. {}", where_from(name))))
}

/// A token that may be left out.
pub(super) fn optional_secret(
    variables: &Variables,
    name: &'static str,
    file_name: &'static str,
) -> Result<Option<SecretString>, Mistake> {
    let found = in_variable_or_file(variables, name, file_name)?;
    found.map(|text| token_in(&text).map_err(|why| no_token(name, why))).transpose()
}

fn no_token(name: &'static str, why: NoToken) -> Mistake {
    let from = where_from(name);
    match why {
        NoToken::Empty => missing(name, format!("{name} is missing: nothing stands there. {from}")),
        NoToken::Example => wrong(name, format!("{name} is still the example. {from}")),
        NoToken::OddCharacters => {
            let sentence = format!(
                "{name} is not a token: it is too short, or holds spaces, quotes or odd characters. {from}"
            );
            wrong(name, sentence)
        }
    }
}

pub(super) fn where_from(name: &str) -> &'static str {
    match name {
        "DISCORD_TOKEN" => "Copy it from discord.com/developers, your application, Bot, Reset Token.",
        "INTERCOM_CLIENT_SECRET" => {
            "Copy it from Intercom's Developer Hub, your app, Configure, Basic information."
        }
        _ => "Copy it from Intercom's Developer Hub, your app, Configure, Authentication.",
    }
}

/// What stands in a variable, or in the file that another one names; nothing where neither is set.
pub(super) fn in_variable_or_file(
    variables: &Variables,
    name: &'static str,
    file_name: &'static str,
) -> Result<Option<String>, Mistake> {
    match (variables.get(name), variables.get(file_name)) {
        (Some(_), Some(_)) => {
            Err(wrong(name, format!("{name} and {file_name} are both set. Keep one of them.")))
        }
        (Some(value), None) => Ok(Some(value.to_owned())),
        (None, Some(path)) => in_file(path)
            .map(Some)
            .map_err(|why| wrong(file_name, format!("{file_name}: {}", why.sentence(&shown(path))))),
        (None, None) => Ok(None),
    }
}

/// Why a file gives no secret.
enum NoFile {
    Unread(io::Error),
    Empty,
}

impl NoFile {
    /// What it is, and what to do.
    fn sentence(&self, path: &str) -> String {
        match self {
            Self::Empty => format!("{path} is empty. Write the secret into it."),
            Self::Unread(error) => match error.kind() {
                io::ErrorKind::NotFound | io::ErrorKind::InvalidFilename if !is_surely_path(path) => {
                    "what it names is no file. Write the path of the file that holds the secret, whole, from / on."
                        .to_owned()
                }
                io::ErrorKind::NotFound => {
                    format!("there is no file {path}. Write the secret into it, or correct the path.")
                }
                io::ErrorKind::IsADirectory => {
                    format!("{path} is a folder. Name the file that holds the secret.")
                }
                io::ErrorKind::PermissionDenied => format!(
                    "{path} cannot be read: it belongs to another user. Give it to the user that runs Deskbell (chown)."
                ),
                io::ErrorKind::InvalidData => {
                    format!("{path} is not written as UTF-8. Write nothing but the secret into it.")
                }
                kind => format!("it names nothing that can be read ({kind}). Correct the path."),
            },
        }
    }
}

/// Whether a path may be repeated: somebody may have written the secret itself in its place.
fn is_surely_path(path: &str) -> bool {
    ["/", "./", "../", "~/"].iter().any(|start| path.starts_with(start))
}

fn in_file(path: &str) -> Result<String, NoFile> {
    let text = std::fs::read_to_string(path).map_err(NoFile::Unread)?;
    if text.trim().is_empty() { Err(NoFile::Empty) } else { Ok(text) }
}
