//! A `.env` of any content: no panic, no secret in what is said about it, and what is accepted lies within the bounds
//! that the rest relies on.

use std::time::Duration;

use deskbell::config::{self, ApiAddress, Config, Connect, Mistake, NotificationStart, Variables, reference};
use deskbell_domain::ids::WorkspaceId;
use secrecy::ExposeSecret;

/// Put into every secret, so that it is known where one shows.
const MARK: &str = "hush4f7d1c";
/// Longer is no sentence that an operator reads.
const LONGEST_SENTENCE: usize = 400;
const SECRETS: [&str; 3] = ["DISCORD_TOKEN", "INTERCOM_ACCESS_TOKEN", "INTERCOM_CLIENT_SECRET"];
const KEYS: [&str; 2] = ["DESKBELL_KEY", "DESKBELL_KEY_PREVIOUS"];
const FILES: [&str; 4] =
    ["DISCORD_TOKEN_FILE", "INTERCOM_ACCESS_TOKEN_FILE", "DESKBELL_KEY_FILE", "DESKBELL_KEY_PREVIOUS_FILE"];
const ADDRESSES: [&str; 2] = ["INTERCOM_API_URL", "DISCORD_PROXY_URL"];

/// What must hold for any bytes.
pub fn check(data: &[u8]) {
    if data.windows(MARK.len()).any(|window| window == MARK.as_bytes()) {
        return;
    }
    let given = Variables::from_dotenv(data);
    let (_, mistakes) = config::read_what_is_there(&given);
    mistakes.iter().for_each(check_mistake);
    let marked = marked(&given);
    let variables = Variables::from_pairs(marked.iter().map(|(name, value)| (*name, value.as_str())));
    let outcome = config::read(&variables, NotificationStart::AsTheyWere);
    let (partial, mistakes) = config::read_what_is_there(&variables);
    mistakes.iter().for_each(check_mistake);
    let said = format!("{variables:?} {outcome:?} {partial:?} {:?}", config::read_log(&variables));
    assert!(!said.contains(MARK), "a secret is shown: {said}");
    match outcome {
        Ok(config) => {
            assert!(mistakes.is_empty(), "accepted in spite of {mistakes:?}");
            check_config(&config, &marked);
        }
        Err(told) => assert!(!told.is_empty() && told == mistakes, "{told:?} is not {mistakes:?}"),
    }
}

/// The variables that we know, each secret with the mark in it. Files are read from no place that there is, and a
/// name that is no whole path may be the secret itself.
fn marked(given: &Variables) -> Vec<(&'static str, String)> {
    let known = reference::VARIABLES.iter().filter_map(|variable| {
        let value = given.get(variable.name)?;
        let value = match variable.name {
            name if SECRETS.contains(&name) || KEYS.contains(&name) => format!("{value}{MARK}"),
            name if FILES.contains(&name) => format!("{MARK}{value}"),
            name if ADDRESSES.contains(&name) => with_password(value),
            _ => value.to_owned(),
        };
        Some((variable.name, value))
    });
    known.collect()
}

/// A password in an address is as secret as a token.
fn with_password(address: &str) -> String {
    let in_front = |before: &str| {
        let (_, person) = before.rsplit_once("//").unwrap_or(("", before));
        !person.contains(['/', '\\', '?', '#'])
    };
    match address.split_once('@') {
        Some((before, host)) if in_front(before) => format!("{before}{MARK}@{host}"),
        _ => address.to_owned(),
    }
}

fn check_mistake(mistake: &Mistake) {
    let Mistake { variable, sentence, .. } = mistake;
    let is_known = *variable == ".env" || reference::VARIABLES.iter().any(|known| known.name == *variable);
    assert!(is_known, "{variable} is no variable");
    assert!(sentence.contains(variable), "it does not say where: {sentence}");
    assert!(!sentence.contains(MARK), "a secret is shown: {sentence}");
    assert!(!sentence.contains(char::is_control), "more than a line: {sentence:?}");
    assert!(sentence.chars().count() <= LONGEST_SENTENCE, "{sentence}");
}

fn check_config(config: &Config, given: &[(&str, String)]) {
    let value = |name: &str| given.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str());
    let intercom = config.intercom.as_ref();
    let tokens = [Some(&config.discord.token), intercom.map(|intercom| &intercom.token)];
    for (token, name) in tokens.into_iter().zip(SECRETS) {
        let Some(token) = token.map(ExposeSecret::expose_secret) else { continue };
        let pasted = value(name).expect("it was given");
        assert!(pasted.contains(token), "{name} is read as something else");
        assert!(token.bytes().all(|byte| byte.is_ascii_graphic()), "{name} would not pass a header");
    }
    let guilds = config.discord.guilds.as_ref();
    assert!(guilds.is_none_or(|guilds| !guilds.is_empty() && guilds.iter().all(|guild| guild.0 > 0)));
    let proxy = config.discord.proxy.as_ref();
    let given = match &config.reach.address {
        ApiAddress::Given(url) => Some(url),
        ApiAddress::In(_) | ApiAddress::Sought => None,
    };
    for url in [given, proxy].into_iter().flatten() {
        assert!(matches!(url.scheme(), "http" | "https") && url.has_host(), "{url}");
        assert!(url.username().is_empty() && url.password().is_none() && !url.cannot_be_a_base(), "{url}");
    }
    assert!(config.reach.version.starts_with("2."), "{}", config.reach.version);
    assert!((6..=10_000).contains(&config.reach.calls_per_minute));
    let day = Duration::from_secs(24 * 3600);
    assert!((Duration::from_secs(1)..=day).contains(&config.poll.interval), "{:?}", config.poll.interval);
    assert!((day * 3..=day * 3650).contains(&config.store.retention), "{:?}", config.store.retention);
    assert!(!config.files.socket_folder.as_os_str().is_empty());
    assert!(intercom.is_some() || (guilds.is_none() && config.connect != Connect::Off), "nothing to do");
    let workspace =
        intercom.and_then(|intercom| intercom.workspace.as_ref()).map_or("w", WorkspaceId::as_str);
    assert!((1..=64).contains(&workspace.len()) && workspace.is_ascii(), "{workspace}");
}
