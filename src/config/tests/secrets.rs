//! Tokens and keys: how they are given, and that none is ever repeated.

use insta::assert_snapshot;
use secrecy::ExposeSecret as _;

use super::{GOOD, sentences, with};
use crate::config::{NotificationStart, Variables, read, read_what_is_there};

/// Thirty-two bytes in base64.
const KEY: &str = "+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/8=";

#[test]
fn no_mistake_repeats_a_secret() {
    let variables = Variables::from_pairs([
        ("DISCORD_TOKEN", "hush hush"),
        ("INTERCOM_ACCESS_TOKEN", "\"quoted-secret\""),
        ("DISCORD_GUILD_ID", "1"),
    ]);
    let told = sentences(&variables);
    assert!(!told.contains("hush") && !told.contains("quoted-secret"), "{told}");
}

#[test]
fn an_address_with_a_password_in_it_is_refused_without_repeating_it() {
    for name in ["DISCORD_PROXY_URL", "INTERCOM_API_URL"] {
        for address in ["http://bot:hunter2@127.0.0.1:8080", "https://http://bot:hunter2@127.0.0.1:8080"] {
            let said = sentences(&with(&[(name, address)]));
            assert_eq!(said, format!("{name} is not an address. Write it like http://127.0.0.1:8080."));
        }
    }
}

#[test]
fn a_secret_may_come_from_a_file() {
    let file = tempfile::NamedTempFile::new().expect("a file can be made");
    std::fs::write(file.path(), "MTIzNDU2.Gh1JkL.m-n_o\n").expect("it can be written");
    let path = file.path().to_str().expect("the path is text");
    let variables = Variables::from_pairs([
        ("DISCORD_TOKEN_FILE", path),
        ("DISCORD_GUILD_ID", "841200000000000001,841200000000000002"),
        ("INTERCOM_ACCESS_TOKEN", "dG9rOjEyMzQ1Njc4X2E6MTow"),
    ]);
    let config = read(&variables, NotificationStart::AsTheyWere).expect("the configuration is whole");
    assert_eq!(config.discord.token.expose_secret(), "MTIzNDU2.Gh1JkL.m-n_o");
    assert_eq!(config.discord.guilds.map(|guilds| guilds.len()), Some(2));
}

#[test]
fn debug_output_shows_no_token_and_no_key() {
    let variables = with(&[("DESKBELL_KEY", KEY), ("DESKBELL_KEY_PREVIOUS", KEY)]);
    let config = read(&variables, NotificationStart::AsTheyWere).expect("the configuration is whole");
    let shown = format!("{config:?} {variables:?}");
    assert!(!["MTIzNDU2.Gh1JkL.m-n_o", "dG9rOj", KEY].iter().any(|secret| shown.contains(secret)), "{shown}");
}

#[test]
fn a_key_is_read_from_its_variable_or_its_file_and_may_be_the_same_as_before() {
    let file = tempfile::NamedTempFile::new().expect("a file can be made");
    std::fs::write(file.path(), format!("{KEY}\n")).expect("it can be written");
    let path = file.path().to_str().expect("the path is text");
    let variables = with(&[("DESKBELL_KEY_FILE", path), ("DESKBELL_KEY_PREVIOUS", &format!("'{KEY}'"))]);
    let config = read(&variables, NotificationStart::AsTheyWere).expect("the configuration is whole");
    let keys = [config.store.keys.current, config.store.keys.previous].map(|key| key.expect("it was given"));
    assert_eq!(keys.map(|key| key.to_base64().to_string()), [KEY, KEY]);
    let none =
        read(&with(&[]), NotificationStart::AsTheyWere).expect("the configuration is whole").store.keys;
    assert!(none.current.is_none() && none.previous.is_none());
}

#[test]
fn what_is_no_key_is_told_without_repeating_it() {
    let said = |name: &'static str, value: &str| sentences(&with(&[(name, value)]));
    assert_snapshot!(said("DESKBELL_KEY", "your-key"), @"DESKBELL_KEY is still the example. Take it out, or write what deskbell key new prints.");
    assert_snapshot!(said("DESKBELL_KEY", "\"\""), @"DESKBELL_KEY is not a key: nothing stands there. Copy yours whole, 32 bytes in base64; for a new store deskbell key new prints one.");
    assert_snapshot!(said("DESKBELL_KEY", "correct horse battery staple"), @"DESKBELL_KEY is not a key: it is not base64. Copy yours whole, 32 bytes in base64; for a new store deskbell key new prints one.");
    assert_snapshot!(said("DESKBELL_KEY_PREVIOUS", &"0123456789abcdef".repeat(4)), @"DESKBELL_KEY_PREVIOUS is not a key: it is 48 bytes long, and a key has 32. Copy yours whole, 32 bytes in base64; for a new store deskbell key new prints one.");
    assert_snapshot!(said("DESKBELL_KEY_PREVIOUS_FILE", "/nowhere"), @"DESKBELL_KEY_PREVIOUS_FILE: there is no file /nowhere. Write the secret into it, or correct the path.");
    let in_dotenv = with(&[]).over(Variables::from_dotenv(format!("DESKBELL_KEYS={KEY}").as_bytes()));
    assert_snapshot!(sentences(&in_dotenv), @"DESKBELL_KEYS is none of mine; DESKBELL_KEY? Write that name, or take the line out.");
    let both = with(&[("DESKBELL_KEY", KEY), ("DESKBELL_KEY_FILE", "/nowhere")]);
    assert_snapshot!(sentences(&both), @"DESKBELL_KEY and DESKBELL_KEY_FILE are both set. Keep one of them.");
}

#[test]
fn a_token_with_the_word_before_it_needs_no_quotes_in_dotenv() {
    let dotenv =
        b"DISCORD_TOKEN=Bot MTIzNDU2.Gh1JkL.m-n_o\nINTERCOM_ACCESS_TOKEN=Bearer dG9rOjEyMzQ1Njc4X2E6MTow\n";
    let config = read(&Variables::from_dotenv(dotenv), NotificationStart::AsTheyWere).expect("it is whole");
    assert_eq!(config.discord.token.expose_secret(), "MTIzNDU2.Gh1JkL.m-n_o");
    assert_eq!(config.intercom.expect("it is there").token.expose_secret(), "dG9rOjEyMzQ1Njc4X2E6MTow");
}

#[test]
fn a_token_is_read_as_people_paste_it() {
    let config =
        read(&with(&[("DISCORD_TOKEN", "\"Bot MTIzNDU2.Gh1JkL.m-n_o\"")]), NotificationStart::AsTheyWere);
    assert_eq!(config.expect("it is whole").discord.token.expose_secret(), "MTIzNDU2.Gh1JkL.m-n_o");
}

#[test]
fn tokens_in_each_others_place_are_told_and_sent_to_nobody() {
    let [discord, _, intercom] = GOOD.map(|(_, token)| token);
    let told = |discords: &'static str, intercoms: &'static str| {
        let variables =
            Variables::from_pairs([("DISCORD_TOKEN", discords), ("INTERCOM_ACCESS_TOKEN", intercoms)]);
        let (partial, _) = read_what_is_there(&variables);
        let kept = (partial.discord_token.is_some(), partial.intercom.is_some());
        (sentences(&variables), kept)
    };
    let (said, kept) = told(intercom, discord);
    assert_snapshot!(said, @"DISCORD_TOKEN looks like Intercom's token, and INTERCOM_ACCESS_TOKEN like Discord's: swap them.");
    assert_eq!(kept, (false, false));
    let (said, kept) = told(intercom, intercom);
    assert_snapshot!(said, @"DISCORD_TOKEN looks like Intercom's token. Copy it from discord.com/developers, your application, Bot, Reset Token.");
    assert_eq!(kept, (false, true));
    let (said, kept) = told(discord, discord);
    assert_snapshot!(said, @"INTERCOM_ACCESS_TOKEN looks like Discord's token. Copy it from Intercom's Developer Hub, your app, Configure, Authentication.");
    assert_eq!(kept, (true, false));
}

#[test]
fn a_file_that_gives_no_secret_is_told_by_its_path_and_why() {
    let place = tempfile::tempdir().expect("a folder can be made");
    let path = |name: &str| place.path().join(name).display().to_string();
    std::fs::write(path("empty"), "\n").expect("it can be written");
    let said = |path: &str| {
        let tokens = GOOD.into_iter().filter(|(name, _)| *name != "DISCORD_TOKEN");
        let said = sentences(&Variables::from_pairs(tokens.chain([("DISCORD_TOKEN_FILE", path)])));
        said.replace(&place.path().display().to_string(), "/run")
    };
    assert_snapshot!(said(&path("tok")), @"DISCORD_TOKEN_FILE: there is no file /run/tok. Write the secret into it, or correct the path.");
    assert_snapshot!(said("MTIzNDU2.Gh1JkL.m-n_o"), @"DISCORD_TOKEN_FILE: what it names is no file. Write the path of the file that holds the secret, whole, from / on.");
    assert_snapshot!(said(&path("")), @"DISCORD_TOKEN_FILE: /run/ is a folder. Name the file that holds the secret.");
    assert_snapshot!(said(&path("empty")), @"DISCORD_TOKEN_FILE: /run/empty is empty. Write the secret into it.");
}
