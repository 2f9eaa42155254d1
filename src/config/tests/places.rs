//! Where files are: the store, the heartbeat, `.env`.

use insta::assert_snapshot;

use super::{sentences, with};
use crate::config::{
    NotificationStart, ProcessFiles, Variables, mistake, read, read_process_files, wrong_folder,
};

#[test]
fn a_file_in_the_place_of_the_stores_folder_is_named() {
    let file = tempfile::NamedTempFile::new().expect("a file can be made");
    let path = file.path().display().to_string();
    for url in [format!("sled:{path}"), format!("sled:{path}/below")] {
        let said = sentences(&with(&[("STORE_URL", &url)]));
        assert!(said.contains(&format!("STORE_URL: {path} is a file")), "{said}");
    }
}

#[test]
fn a_folder_without_dotenv_is_told_where_something_is_missing() {
    let place = tempfile::tempdir().expect("a folder can be made");
    let folder = place.path().canonicalize().expect("it is there");
    let told = || {
        let variables = Variables::default().over(Variables::from_environment(&folder));
        let mistakes = [mistake::missing("DISCORD_TOKEN", "DISCORD_TOKEN is missing.")];
        (wrong_folder(&variables, &mistakes), wrong_folder(&variables, &[]))
    };
    let sentence = format!(
        "There is no .env in {}. Start Deskbell where it is, or run deskbell init.",
        folder.display()
    );
    assert_eq!(told(), (Some(sentence), None));
    std::fs::write(folder.join(".env"), "").expect("it can be written");
    assert_eq!(told(), (None, None));
}

#[test]
fn the_heartbeat_is_beside_the_store_unless_a_file_is_given() {
    let database = ("STORE_URL", "postgres://bot@db/deskbell");
    let elsewhere = ("HEARTBEAT_FILE", "/run/bot/beat.json");
    let files = |heartbeat: &str, socket_folder: &str| ProcessFiles {
        heartbeat: heartbeat.into(),
        socket_folder: socket_folder.into(),
    };
    for (given, expected) in [
        (vec![], files("data/heartbeat.json", "data")),
        (vec![("STORE_URL", "sled:/srv/bot")], files("/srv/bot/heartbeat.json", "/srv/bot")),
        (vec![elsewhere], files("/run/bot/beat.json", "data")),
        (vec![database], files("data/heartbeat.json", "data")),
        (vec![database, elsewhere], files("/run/bot/beat.json", "/run/bot")),
        (vec![database, ("HEARTBEAT_FILE", "beat.json")], files("beat.json", ".")),
    ] {
        assert_eq!(read_process_files(&Variables::from_pairs(given.clone())).as_ref(), Ok(&expected));
        let key = ("DESKBELL_KEY", "+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/8=");
        let config = read(&with(&[given, vec![key]].concat()), NotificationStart::AsTheyWere);
        assert_eq!(config.expect("it is whole").files, expected);
    }
}

#[test]
fn what_can_be_no_heartbeat_is_told() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let said = [folder.path().to_str().expect("text"), "/", "beat.lock", "run/beat.new"]
        .map(|file| sentences(&with(&[("HEARTBEAT_FILE", file)])));
    assert!(said.iter().all(|one| *one == said[0]), "{said:?}");
    assert_snapshot!(said[0], @"HEARTBEAT_FILE is not a file that can be written. Write one in a folder of the bot's own, like /run/deskbell/heartbeat.json.");
}
