mod places;
mod secrets;

use std::path::PathBuf;
use std::time::Duration;

use deskbell_domain::card::chosen::CardFields;
use deskbell_domain::difference::{Field, UpdateFields};
use deskbell_domain::ids::{GuildId, WorkspaceId};
use deskbell_domain::workspace::{Region, Workspace};
use insta::assert_snapshot;
use secrecy::ExposeSecret as _;

use super::*;

const GOOD: [(&str, &str); 3] = [
    ("DISCORD_TOKEN", "MTIzNDU2.Gh1JkL.m-n_o"),
    ("DISCORD_GUILD_ID", "841200000000000001"),
    ("INTERCOM_ACCESS_TOKEN", "dG9rOjEyMzQ1Njc4X2E6MTow"),
];

fn with<'a>(more: &[(&'a str, &'a str)]) -> Variables {
    Variables::from_pairs(GOOD.into_iter().chain(more.iter().copied()))
}

fn sentences(variables: &Variables) -> String {
    let mistakes = read(variables, NotificationStart::AsTheyWere).expect_err("there are mistakes");
    mistakes.into_iter().map(|mistake| mistake.sentence).collect::<Vec<_>>().join("\n")
}

#[test]
fn two_tokens_are_enough() {
    let tokens = GOOD.into_iter().filter(|(name, _)| *name != "DISCORD_GUILD_ID");
    let config = read(&Variables::from_pairs(tokens), NotificationStart::AsTheyWere).expect("it is whole");
    assert_eq!(config.discord.token.expose_secret(), "MTIzNDU2.Gh1JkL.m-n_o");
    assert_eq!((config.discord.guilds, config.reach.address), (None, ApiAddress::Sought));
    assert_eq!(config.poll.interval, Duration::from_secs(120));
    assert_eq!(config.store.place, StorePlace::Folder(PathBuf::from("data")));
}

#[test]
fn without_a_token_of_their_own_operators_let_servers_connect() {
    let said = |more: &[(&str, &str)]| {
        let discord = [("DISCORD_TOKEN", "MTIzNDU2.Gh1JkL.m-n_o")];
        let variables = Variables::from_pairs(discord.into_iter().chain(more.iter().copied()));
        read(&variables, NotificationStart::AsTheyWere)
            .map(|config| (config.connect, config.intercom.is_some()))
    };
    let one = Connect::Servers([GuildId(841_200_000_000_000_001)].into());
    assert_eq!(said(&[]), Ok((Connect::Anyone, false)));
    assert_eq!(said(&[("CONNECT", " Anyone")]), Ok((Connect::Anyone, false)));
    assert_eq!(said(&[("CONNECT", "841200000000000001")]), Ok((one, false)));
    let whole = |more| read(&with(more), NotificationStart::AsTheyWere).map(|config| config.connect);
    assert_eq!(whole(&[]), Ok(Connect::Off));
    assert_eq!(whole(&[("CONNECT", "anyone")]), Ok(Connect::Anyone));
}

#[test]
fn what_leaves_nothing_to_do_is_a_mistake() {
    let said = |more: &[(&str, &str)]| {
        let discord = [("DISCORD_TOKEN", "MTIzNDU2.Gh1JkL.m-n_o")];
        sentences(&Variables::from_pairs(discord.into_iter().chain(more.iter().copied())))
    };
    assert_snapshot!(said(&[("CONNECT", "off")]), @"INTERCOM_ACCESS_TOKEN is missing, and with CONNECT=off no server can bring its own. Copy it from Intercom's Developer Hub, your app, Configure, Authentication.");
    assert_snapshot!(said(&[("DISCORD_GUILD_ID", "841200000000000001")]), @"INTERCOM_ACCESS_TOKEN is missing. Copy it from Intercom's Developer Hub, your app, Configure, Authentication. Or take DISCORD_GUILD_ID out: then each server connects its own workspace with /connection.");
    assert_snapshot!(said(&[("CONNECT", "me, 8412")]), @r#"CONNECT "me", "8412" are not servers' ids. Write off, anyone, or ids of servers with commas."#);
}

#[test]
fn what_is_left_out_counts_as_the_reference_says() {
    let config = read(&with(&[]), NotificationStart::AsTheyWere).expect("the configuration is whole");
    let defaults =
        reference::VARIABLES.iter().filter_map(|one| Some((one.name, reference::default_of(one.name)?)));
    let spelled = read(&with(&defaults.collect::<Vec<_>>()), NotificationStart::AsTheyWere)
        .expect("each default is allowed");
    assert_eq!(format!("{config:?}"), format!("{spelled:?}"));
    assert_eq!(config.poll.update_fields, UpdateFields::default());
    assert_eq!(read_log(&with(&[])), LogConfig { filter: "info".to_owned(), format: LogFormat::Text });
}

#[test]
fn every_mistake_is_told_at_once() {
    let variables = Variables::from_pairs([
        ("DISCORD_GUILD_ID", "8412, acme"),
        ("INTERCOM_ACCESS_TOKEN", "two words"),
        ("INTERCOM_REGION", "uk"),
        ("INTERCOM_API_URL", "localhost"),
        ("INTERCOM_API_VERSION", "1.4"),
        ("INTERCOM_CALLS_PER_MINUTE", "0"),
        ("INTERCOM_APP_CALLS_PER_MINUTE", "many"),
        ("POLL_INTERVAL", "2 minuets"),
        ("UPDATE_FIELDS", "email,plan,seats"),
        ("CARD_FIELDS", "plan,city,seats"),
        ("CONTACT_DISCORD_FIELD", "discord_id"),
        ("STORE_URL", "postgres://x"),
        ("RETENTION", "1d"),
        ("LOG_FORMAT", "xml"),
        ("DISCORD_PROXY_URL", "ftp://x"),
    ]);
    assert_snapshot!(sentences(&variables), @r#"
    CARD_FIELDS "plan", "seats" are not fields that can be chosen. Choose two from: tags, city, country, region, postal_code, latitude, longitude, time_zone, session_count, pseudonym, unsubscribed, id, user_id, created_at, email, phone, companies, custom:<attribute>.
    CONTACT_DISCORD_FIELD "discord_id" is not a custom attribute. Write custom: and its name, like custom:discord_id.
    DISCORD_GUILD_ID "8412", "acme" are not servers' ids, which have 17 to 20 digits. Discord shows it: Settings, Advanced, Developer Mode on; then right-click the server, Copy Server ID.
    DISCORD_PROXY_URL is not an address. Write it like http://127.0.0.1:8080.
    DISCORD_TOKEN is missing. Copy it from discord.com/developers, your application, Bot, Reset Token.
    INTERCOM_ACCESS_TOKEN is not a token: it is too short, or holds spaces, quotes or odd characters. Copy it from Intercom's Developer Hub, your app, Configure, Authentication.
    INTERCOM_API_URL is not an address. Write it like http://127.0.0.1:8080.
    INTERCOM_API_VERSION "1.4" is not a version I speak. Write 2.16 or 2.17.
    INTERCOM_APP_CALLS_PER_MINUTE "many" is not a number from 60 to 1000000. Write 9000.
    INTERCOM_CALLS_PER_MINUTE "0" is not a number from 6 to 10000. Write 100.
    INTERCOM_REGION "uk" is not a region. Write us, eu or au.
    LOG_FORMAT "xml" is not a format. Write text or json.
    POLL_INTERVAL "2 minuets" is not a duration. Write 120s or 2m.
    RETENTION must lie between 3d and 3650d: the last two days are read again every six hours. Write 30d.
    STORE_URL: it names no user: postgres://USER@HOST/DATABASE.
    UPDATE_FIELDS "plan", "seats" are not fields. Choose from: email, phone, name, user_id, image_url, unsubscribed, companies, tags, location, owner, custom:<attribute>.
    "#);
}

#[test]
fn a_choice_of_fields_for_cards_is_refused_in_words() {
    let said = |choice| sentences(&with(&[("CARD_FIELDS", choice)]));
    let too_many = "CARD_FIELDS names 3 fields, and cards have room for 2. Write two, like tags,custom:plan.";
    assert_eq!(said("tags,city,custom:plan"), too_many);
    assert_eq!(said(", ,"), "CARD_FIELDS names no field. Leave it out for tags and city.");
    let chosen = read(&with(&[("CARD_FIELDS", "custom:plan,Tag Name")]), NotificationStart::AsTheyWere);
    assert_eq!(chosen.expect("it is whole").poll.card_fields, CardFields::parse("custom:plan,tags").unwrap());
}

#[test]
fn what_webhooks_tell_of_is_not_checked_more_often_than_the_rest() {
    let reconcile = |set: &[(&str, &str)]| {
        let config = read(&with(set), NotificationStart::AsTheyWere).expect("it is whole");
        config.poll.reconcile_interval
    };
    assert_eq!(reconcile(&[]), Duration::from_mins(10));
    assert_eq!(reconcile(&[("POLL_INTERVAL", "1h")]), Duration::from_hours(1), "left out, it is no mistake");
    assert_eq!(reconcile(&[("RECONCILE_INTERVAL", "2m")]), Duration::from_mins(2));
    let wrong = [("119s", "120s"), ("25h", "120s"), ("10", "120s"), ("10m", "2 minuets")];
    let said = wrong.map(|(reconcile, poll)| {
        sentences(&with(&[("RECONCILE_INTERVAL", reconcile), ("POLL_INTERVAL", poll)]))
    });
    assert_snapshot!(said.join("\n"), @r#"
    RECONCILE_INTERVAL is shorter than POLL_INTERVAL, and what webhooks tell of need not be checked more often than the rest. Write at least 2m.
    RECONCILE_INTERVAL must be at most 1d. Write 10m.
    RECONCILE_INTERVAL "10" has no unit. Write 10m.
    POLL_INTERVAL "2 minuets" is not a duration. Write 120s or 2m.
    "#);
}

#[test]
fn intervals_from_one_second_are_allowed() {
    let config = read(&with(&[("POLL_INTERVAL", "1s")]), NotificationStart::AsTheyWere)
        .expect("one second is allowed");
    assert_eq!(config.poll.interval, Duration::from_secs(1));
    assert!(read(&with(&[("POLL_INTERVAL", "500ms")]), NotificationStart::AsTheyWere).is_err());
}

#[test]
fn fields_that_name_nothing_would_never_ring_and_are_a_mistake() {
    assert_snapshot!(sentences(&with(&[("UPDATE_FIELDS", " , ")])), @"UPDATE_FIELDS names no field. Leave it out for the usual ones.");
}

#[test]
fn a_wrong_region_is_told_unless_the_address_was_given_by_hand() {
    let workspace =
        |region| Workspace { id: WorkspaceId::new("acme"), name: "Acme".to_owned(), region, time_zone: None };
    let told = |more: &[(&str, &str)], region| {
        read(&with(more), NotificationStart::AsTheyWere)
            .expect("it is whole")
            .intercom
            .expect("there is a token")
            .wrong_region(&workspace(region))
    };
    let american = [("INTERCOM_REGION", "us")];
    assert_snapshot!(told(&american, Some(Region::Eu)).expect("it is wrong"), @r#"INTERCOM_REGION is "us", the workspace is in Europe. Set INTERCOM_REGION=eu, or take the line out."#);
    assert_eq!(told(&[], Some(Region::Eu)), None);
    assert_eq!(told(&[("INTERCOM_REGION", "eu")], Some(Region::Eu)), None);
    assert_eq!(told(&american, None), None);
    assert_eq!(told(&[("INTERCOM_API_URL", "http://127.0.0.1:8081")], Some(Region::Eu)), None);
}

#[test]
fn a_name_that_is_nearly_ours_and_an_example_are_mistakes() {
    let variables = Variables::from_dotenv(
        b"DISCORD_TOKEN=your-bot-token\nDISCORD_GUILD=841200000000000001\nINTERCOM_TOKEN=dG9rOjEyMzQ1Njc4X2E6MTow\nPATH=/bin\n",
    );
    assert_snapshot!(sentences(&variables), @r"
    DISCORD_GUILD is none of mine; DISCORD_GUILD_ID? Write that name, or take the line out.
    DISCORD_TOKEN is still the example. Copy it from discord.com/developers, your application, Bot, Reset Token.
    INTERCOM_TOKEN is none of mine; INTERCOM_ACCESS_TOKEN? Write that name, or take the line out.
    ");
}

#[test]
fn one_slip_is_told_once() {
    let variables = |written: &'static str| {
        Variables::from_pairs([
            ("INTERCOM_ACCESS_TOKEN", "dG9rOjEyMzQ1Njc4X2E6MTow"),
            (written, "/run/secrets/token"),
        ])
    };
    for written in ["DISCORD_TOKEN_FIL", "DISCORD_BOT_TOKEN"] {
        let said = sentences(&variables(written));
        assert!(
            said.lines().count() == 1 && said.starts_with(&format!("{written} is none of mine")),
            "{said}"
        );
    }
    let unclosed =
        b"DISCORD_TOKEN=\"abc.def\nINTERCOM_ACCESS_TOKEN=dG9rOjEyMzQ1Njc4X2E6MTow\nDISCORD_GUILD_ID='8412\n";
    assert_snapshot!(sentences(&Variables::from_dotenv(unclosed)), @r"
    Line 3 of .env (DISCORD_GUILD_ID) begins a quote that does not end there. End it, or take it out.
    Line 1 of .env (DISCORD_TOKEN) begins a quote that does not end there. End it, or take it out.
    ");
    let beside = b"INTERCOM_TOKEN=x\nINTERCOM_ACCESS_TOKEN=\"dG9r\nDISCORD_TOKEN=MTIzNDU2.Gh1JkL.m-n_o\n";
    assert_snapshot!(sentences(&Variables::from_dotenv(beside)), @"Line 2 of .env (INTERCOM_ACCESS_TOKEN) begins a quote that does not end there. End it, or take it out.");
    let in_utf_16 = Variables::from_dotenv(b"\xff\xfeD\0");
    assert_eq!(sentences(&in_utf_16).lines().count(), 1, "{}", sentences(&in_utf_16));
}

#[test]
fn what_counts_for_nothing_is_noted_and_is_no_mistake() {
    let variables = with(&[
        ("INTERCOM_TOKEN", "for another program"),
        ("RETENTION_DAYS", "90"),
        ("NGINX_LOG_FORMAT", "combined"),
        ("INTERCOM_REGION", "eu"),
        ("INTERCOM_API_URL", "http://127.0.0.1:8081"),
        ("CARD_FIELDS", " "),
        ("INTERCOM_WORKSPACE_ID", ""),
    ]);
    assert!(read(&variables, NotificationStart::AsTheyWere).is_ok());
    assert_snapshot!(notes(&variables).join("\n"), @r"
    INTERCOM_TOKEN is none of mine and counts for nothing: INTERCOM_ACCESS_TOKEN is set too. Take it out, unless another program reads it.
    RETENTION_DAYS is none of mine and counts for nothing. If RETENTION is meant, write that name.
    INTERCOM_REGION counts for nothing, because INTERCOM_API_URL is set. Take one of them out.
    CARD_FIELDS is empty, which counts as left out: tags,city.
    ");
    assert_eq!(notes(&with(&[])), [""; 0]);
}

#[test]
fn what_reads_as_it_was_meant_and_what_lacks_its_unit() {
    let meant = with(&[("LOG_FORMAT", "JSON"), ("UPDATE_FIELDS", "Email,Custom:Plan")]);
    let config = read(&meant, NotificationStart::AsTheyWere).expect("case makes no difference");
    assert_eq!(read_log(&meant).format, LogFormat::Json);
    let fields = ["email", "custom:Plan"].map(|field| Field::parse(field).expect("a field"));
    assert_eq!(config.poll.update_fields, UpdateFields::new(fields));
    assert_snapshot!(sentences(&with(&[("POLL_INTERVAL", "15"), ("RETENTION", "30")])), @r#"
    POLL_INTERVAL "15" has no unit. Write 15s.
    RETENTION "30" has no unit. Write 30d.
    "#);
}

#[test]
fn an_id_that_is_no_servers_is_told() {
    let many = "acme,".repeat(40);
    assert_snapshot!(sentences(&with(&[("DISCORD_GUILD_ID", &many)])), @r#"DISCORD_GUILD_ID "acme", "acme", "acme", "acme", "acme", "acme", "acme", "acme", "acme" and 31 more are not servers' ids, which have 17 to 20 digits. Discord shows it: Settings, Advanced, Developer Mode on; then right-click the server, Copy Server ID."#);
    for id in ["123", "0", "8412000000000000", "841200000000000000001", "+84120000000000001"] {
        let said = sentences(&with(&[("DISCORD_GUILD_ID", id)]));
        assert!(said.starts_with(&format!("DISCORD_GUILD_ID \"{id}\" is not a server's id")), "{said}");
    }
}
