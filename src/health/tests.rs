use std::os::unix::fs::PermissionsExt as _;

use deskbell_domain::port::intercom::{Lack, TokenPermission, Unanswered};
use deskbell_domain::shard::ConnectedShards;
use deskbell_domain::status::{DiscordState, PollStatus};
use deskbell_domain::trouble::{Cause, Part};
use tokio::sync::watch;

use super::*;

struct At(i64);

impl Clock for At {
    fn now(&self) -> UnixMillis {
        UnixMillis(self.0)
    }
}

fn file(folder: &tempfile::TempDir) -> std::path::PathBuf {
    folder.path().join("heartbeat.json")
}

fn write(file: &Path, board: &StatusBoard, at: i64) {
    let boards = [board];
    beat(file, &connected(&boards), UnixMillis(at)).expect("it can be written");
}

/// A bot in Discord.
fn connected<'a>(boards: &'a [&'a StatusBoard]) -> State<'a> {
    State {
        store_kind: StoreKind::Disk,
        store: boards.first().map_or(StoreState::Writable, |board| board.store()),
        boards,
        waiting: &[],
        connection: ConnectionState::Connected,
        unserved: None,
        lock: Lock::Free,
        only_server: None,
    }
}

fn said_of(state: &State<'_>) -> String {
    let folder = tempfile::tempdir().expect("a folder can be made");
    beat(&file(&folder), state, UnixMillis(1_000)).expect("it can be written");
    let health = examine(&file(&folder), &At(1_000));
    assert!(health.is_well());
    health.sentence()
}

#[test]
fn a_bot_that_serves_nobody_says_why_and_what_to_do() {
    let said = |why| said_of(&State { unserved: Some(why), ..connected(&[]) });
    insta::assert_snapshot!(said(Unserved::NowhereInvited), @"ok: the bot runs, but it serves nobody. It was in no Discord server when it started: open the invite that deskbell check prints, then restart it.");
    insta::assert_snapshot!(said(Unserved::NoneChosen), @"ok: the bot runs, but it serves nobody. It is in several Discord servers, and none is linked: deskbell check has the line for .env.");
    insta::assert_snapshot!(said(Unserved::OnlyOneByNow), @"ok: the bot runs, but it serves nobody. It is in one Discord server, which is linked when it is restarted.");
    insta::assert_snapshot!(said(Unserved::NotInLinked), @"ok: the bot runs, but it serves nobody. It is in none of the servers that are linked: deskbell check has the invite, and the ids.");
}

#[test]
fn a_bot_that_is_not_connected_yet_says_since_when_and_what_keeps_it() {
    let since = UnixMillis(1_795_435_200_000);
    let shards = ConnectedShards { connected: 0, of: 1 };
    let said = |why: Option<&str>, waiting: &[Waiting]| {
        let connection = ConnectionState::Waiting { since, why: why.map(str::to_owned), shards };
        said_of(&State { waiting, connection, ..connected(&[]) })
    };
    insta::assert_snapshot!(said(None, &[]), @"ok: the bot is well, waiting for Discord since 2026-11-23 12:00 UTC. It is not connected to Discord.");
    insta::assert_snapshot!(said(Some("no answer came in time. Check the network."), &[]), @"ok: the bot is well, waiting for Discord since 2026-11-23 12:00 UTC. It is not connected to Discord: no answer came in time. Check the network.");
    let waiting = [Waiting { since, cause: Cause::Unanswered(Unanswered::Silent) }];
    insta::assert_snapshot!(said(None, &waiting), @"ok: the bot is well, waiting for Intercom and Discord since 2026-11-23 12:00 UTC. It does not know its workspace yet: Intercom does not answer. I keep trying. It is not connected to Discord.");
}

#[test]
fn a_bot_with_some_of_its_shards_says_how_many() {
    let shards = ConnectedShards { connected: 3, of: 4 };
    let connection = ConnectionState::Waiting { since: UnixMillis(1_795_435_200_000), why: None, shards };
    insta::assert_snapshot!(said_of(&State { connection, ..connected(&[]) }), @"ok: the bot is well, waiting for Discord since 2026-11-23 12:00 UTC. It is connected to Discord with 3 of 4 shards, and posts to all servers.");
}

#[test]
fn a_bot_that_never_reached_intercom_is_well_and_says_since_when_it_waits() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let waiting =
        Waiting { since: UnixMillis(1_795_435_200_000), cause: Cause::Unanswered(Unanswered::Silent) };
    let state = State { waiting: &[waiting], ..connected(&[]) };
    beat(&file(&folder), &state, UnixMillis(1_000)).expect("it can be written");
    let health = examine(&file(&folder), &At(1_000));
    assert!(health.is_well());
    insta::assert_snapshot!(health.sentence(), @"ok: the bot is well, waiting for Intercom since 2026-11-23 12:00 UTC. It does not know its workspace yet: Intercom does not answer. I keep trying.");
}

#[test]
fn a_fresh_beat_is_well_and_an_old_one_is_not() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    assert_eq!(examine(&file(&folder), &At(0)), Health::Absent);
    write(&file(&folder), &StatusBoard::default(), 1_000);
    assert_eq!(examine(&file(&folder), &At(36_000)), Health::Well);
    assert_eq!(
        examine(&file(&folder), &At(36_001)),
        Health::Silent { seconds: 35, process: Process::Unknown }
    );
}

#[test]
fn stopped_killed_and_hung_are_told_apart() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let said = |at| examine(&file(&folder), &At(at)).sentence();
    insta::assert_snapshot!(said(0), @"not ok: no bot runs. None ever ran with this STORE_URL and HEARTBEAT_FILE, or the heartbeat cannot be read.");
    let mut alive = AliveLock::default();
    let board = StatusBoard::default();
    let lock = alive.hold(&file(&folder));
    let boards = [&board];
    let state = State { lock, ..connected(&boards) };
    beat(&file(&folder), &state, UnixMillis(1_000)).expect("it can be written");
    insta::assert_snapshot!(said(4_000), @"ok: the bot is well.");
    insta::assert_snapshot!(said(49_000), @"not ok: last sign 48 s ago: it hangs or was killed. Its process is still there: look into the log, then restart it.");
    drop(alive);
    insta::assert_snapshot!(said(4_000), @"not ok: last sign 3 s ago: it hangs or was killed. Its process is gone: start it again. Nothing is lost.");
    stop(&file(&folder), UnixMillis(1_795_435_200_000));
    insta::assert_snapshot!(said(9_000), @"not ok: no bot runs. It was stopped, or ended by itself, on 2026-11-23 12:00 UTC.");
}

#[test]
fn a_lock_that_is_a_link_is_not_followed() {
    let (folder, elsewhere) =
        (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let target = elsewhere.path().join("made");
    std::os::unix::fs::symlink(&target, folder.path().join("heartbeat.lock")).expect("a link can be made");
    assert_eq!(AliveLock::default().hold(&file(&folder)), Lock::Free);
    assert!(!target.exists());
}

#[test]
fn a_bot_that_waits_for_intercom_is_well_and_says_what_it_waits_for() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let board = StatusBoard::default();
    let cause = Cause::Lacks(Lack::Permission(TokenPermission::ReadConversations));
    let since = UnixMillis(1_795_435_200_000);
    let troubles = vec![Trouble { part: Part::Conversations, cause, since }];
    board.set_poll(PollStatus { troubles, ..PollStatus::default() });
    write(&file(&folder), &board, 1_000);
    let health = examine(&file(&folder), &At(1_000));
    assert!(health.is_well());
    insta::assert_snapshot!(health.sentence(), @r#"ok: the bot is well and waits for Intercom. It cannot read new conversations since 2026-11-23 12:00 UTC: the token lacks "Read conversations". Whoever manages your Intercom can give it: Developer Hub → your app → Authentication."#);
}

#[test]
fn a_bot_that_waits_for_discord_is_well_and_says_so_while_it_is_known() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let board = StatusBoard::default();
    let since = UnixMillis(1_795_435_200_000);
    let pause = Pause { since, next_try: since };
    board.set_discord(DiscordState::Silent(pause));
    write(&file(&folder), &board, since.0);
    let health = examine(&file(&folder), &At(since.0));
    assert!(health.is_well());
    insta::assert_snapshot!(health.sentence(), @r#"ok: the bot is well and waits for Discord. It posts nothing since 2026-11-23 12:00 UTC: "Discord does not answer me". Nothing is lost."#);
    let later = UnixMillis(since.0 + 600_000);
    write(&file(&folder), &board, later.0);
    assert_eq!(examine(&file(&folder), &At(later.0)), Health::Well);
}

#[test]
fn the_heartbeat_of_an_older_version_is_still_read() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let text =
        r#"{"at":1000,"version":"0.1.0","store_writable":true,"deskbell_possible_duplicates_total":0}"#;
    std::fs::write(file(&folder), text).expect("it can be written");
    assert_eq!(examine(&file(&folder), &At(1_000)), Health::Well);
}

#[test]
fn the_file_is_its_owners_alone_and_no_link_is_followed() {
    let (folder, elsewhere) =
        (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let precious = elsewhere.path().join("precious");
    std::fs::write(&precious, "precious").expect("it can be written");
    for name in ["heartbeat.new", "heartbeat.json"] {
        std::os::unix::fs::symlink(&precious, folder.path().join(name)).expect("a link can be made");
    }
    for at in [1_000, 2_000] {
        write(&file(&folder), &StatusBoard::default(), at);
    }
    let written = std::fs::symlink_metadata(file(&folder)).expect("it is there");
    assert_eq!((written.is_file(), written.permissions().mode() & 0o777), (true, 0o600));
    assert_eq!(std::fs::read_to_string(&precious).expect("it is there"), "precious");
}

#[test]
fn a_store_that_cannot_be_written_is_not_well() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let (_store, state) = watch::channel(StoreState::Unwritable { since: UnixMillis(0) });
    let board = StatusBoard::over(state);
    write(&file(&folder), &board, 1_000);
    assert_eq!(examine(&file(&folder), &At(1_000)), Health::StoreUnwritable { store: StoreKind::Disk });
}

#[test]
fn a_database_that_takes_no_writes_is_not_well_either_and_is_no_disk() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let store = StoreState::Unwritable { since: UnixMillis(0) };
    let state = State { store_kind: StoreKind::Database, store, ..connected(&[]) };
    beat(&file(&folder), &state, UnixMillis(1_000)).expect("it can be written");
    let said = examine(&file(&folder), &At(1_000)).sentence();
    insta::assert_snapshot!(said, @"not ok: the database takes no writes. Mend it, or make room there: the bot goes on by itself, and nothing is lost.");
}

fn said_standing_by(is_heard: bool) -> String {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let by = StandsBy { whom: "on db7, process 12".to_owned(), since: UnixMillis(1_795_132_800_000) };
    stand_by(&file(&folder), &by, (is_heard, Lock::Free), UnixMillis(1_000)).expect("it can be written");
    let health = examine(&file(&folder), &At(1_000));
    assert_eq!(health.is_well(), is_heard);
    health.sentence()
}

#[test]
fn one_that_stands_by_is_well_while_the_database_answers_and_says_for_whom() {
    insta::assert_snapshot!(said_standing_by(true), @"ok: the bot stands by since 2026-11-20 00:00 UTC: another Deskbell (on db7, process 12) serves, and this one takes over by itself.");
    assert!(said_standing_by(false).starts_with("not ok: the database takes no writes."));
}
