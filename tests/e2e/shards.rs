//! A bot in so many servers that Discord tells of them over several connections.

use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

use deskbell_sandbox::discord::Discord;
use deskbell_sandbox::discord::outage::Resumable;
use deskbell_sandbox::intercom::NewContact;

use crate::first_steps::health_says;
use crate::program::deskbell;
use crate::stage::{Guild, Stage, cards_in, ids, make_guild, subscribe};

const SHARDS: u64 = 4;
/// Sessions of one bucket begin five seconds apart, and one that does not begin is given up after fifteen.
const LONG: Duration = Duration::from_secs(60);
/// What Discord lets pass between two heartbeats, and sometimes what serenity lets pass before it sees that it was left.
const HEARTBEAT: Duration = Duration::from_secs(41);

fn shard_of(guild: &Guild, of: u64) -> u64 {
    (guild.id.get() >> 22) % of
}

/// A stage with a server in each of so many shards, by their numbers; nothing runs yet.
async fn stage_over(shards: u64) -> (Stage, BTreeMap<u64, Guild>) {
    let mut stage = Stage::set().await;
    let mut guilds = BTreeMap::from([(shard_of(&stage.guild, shards), stage.guild)]);
    while guilds.len() < usize::try_from(shards).expect("there are few") {
        let guild = make_guild(&stage.discord, "Acme elsewhere");
        guilds.entry(shard_of(&guild, shards)).or_insert(guild);
        // Which shard a server belongs to lies in the millisecond that it was made in.
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    stage.set_variable("DISCORD_GUILD_ID", &ids(&guilds.values().copied().collect::<Vec<_>>()));
    (stage, guilds)
}

async fn connected(stage: &Stage, shards: u64) {
    let all = move |discord: &Discord| discord.gateway().connected_shards().into_iter().eq(0..shards);
    stage.discord.wait_for("every shard", LONG, all).await.unwrap_or_else(|waited| panic!("{waited}"));
}

async fn status_in(stage: &Stage, guild: &Guild) -> String {
    let mark = stage.discord.guild(guild.id).member("mark");
    let reply = mark.slash(guild.support, "/status").expect("the command is registered");
    reply.text().await.expect("the bot answers")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_of_all_shards_are_answered_and_posted_to_and_one_that_drops_disturbs_no_other() {
    let (mut stage, guilds) = stage_over(SHARDS).await;
    stage.discord.gateway().ask_for_shards(SHARDS, SHARDS);
    stage.start_process().await;
    connected(&stage, SHARDS).await;
    for guild in guilds.values() {
        subscribe(&stage.discord, *guild, "New lead", "#sales").await;
    }
    stage.next_second().await;
    stage.intercom.contacts().create(NewContact::lead().name("Ada Lovelace"));
    for guild in guilds.values() {
        stage.cards(guild.sales, 1).await;
    }
    let registered =
        stage.discord.recorder().count(|one| one.method == "PUT" && one.path.ends_with("/commands"));
    assert_eq!(registered, 1, "all shards have the same commands");
    let said = status_in(&stage, &guilds[&3]).await;
    assert!(said.contains("· 4 shards") && said.contains("**Trouble** None."), "{said}");

    let before = stage.discord.gateway().session_starts();
    stage.discord.gateway().drop_shard(2);
    let said = status_in(&stage, &guilds[&1]).await;
    assert!(said.contains("4 shards"), "{said}");
    connected(&stage, SHARDS).await;
    let after = stage.discord.gateway().session_starts();
    assert_eq!((after.identified, after.resumed), (before.identified, before.resumed + 1), "the one alone");

    stage.discord.gateway().request_reconnect();
    let resumed = |discord: &Discord| discord.gateway().session_starts().resumed == 5;
    stage
        .discord
        .wait_for("sessions that go on", LONG, resumed)
        .await
        .unwrap_or_else(|waited| panic!("{waited}"));
    assert_eq!(stage.discord.gateway().session_starts().identified, before.identified);
    health_says(&stage, "ok: the bot is well.").await;
    let said = status_in(&stage, &guilds[&2]).await;
    assert!(said.contains("**Trouble** None."), "{said}");
    assert_eq!(stage.terminate().await, Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn shards_that_may_not_begin_at_once_begin_one_after_the_other_and_health_says_how_many_have() {
    let (mut stage, guilds) = stage_over(2).await;
    stage.discord.gateway().ask_for_shards(2, 1);
    stage.start_process().await;
    health_says(&stage, "with 1 of 2 shards, and posts to all servers").await;
    let said = status_in(&stage, &guilds[&0]).await;
    assert!(said.contains("Discord: 1 of 2 shards are connected."), "{said}");
    connected(&stage, 2).await;
    assert_eq!(stage.discord.gateway().session_starts().identified, 2, "none was turned away");
    // Sessions that cannot be taken up again begin anew, and again not at once.
    stage.discord.gateway().invalidate_session(Resumable::No);
    connected(&stage, 2).await;
    assert_eq!(stage.discord.gateway().session_starts().identified, 4, "none was turned away");
    health_says(&stage, "ok: the bot is well.").await;
    let said = status_in(&stage, &guilds[&1]).await;
    assert!(said.contains("**Trouble** None."), "{said}");
    assert_eq!(stage.terminate().await, Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_is_gone_when_its_own_shard_says_so_and_no_other_is() {
    let (mut stage, guilds) = stage_over(2).await;
    stage.discord.gateway().ask_for_shards(2, 2);
    stage.start_process().await;
    connected(&stage, 2).await;
    for guild in guilds.values() {
        subscribe(&stage.discord, *guild, "New lead", "#sales").await;
    }
    stage.discord.guild(guilds[&0].id).kick_bot();
    stage.next_second().await;
    stage.intercom.contacts().create(NewContact::lead().name("Ada Lovelace"));
    stage.cards(guilds[&1].sales, 1).await;
    assert_eq!(cards_in(&stage.discord, guilds[&0].sales).len(), 0);
    health_says(&stage, "ok: the bot is well.").await;
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bot_in_more_servers_than_its_shards_may_have_ends_in_words_and_takes_more_at_the_next_start() {
    let (mut stage, guilds) = stage_over(2).await;
    stage.discord.gateway().set_most_guilds(0);
    stage.discord.gateway().set_heartbeat_interval(HEARTBEAT);
    let grows = async {
        // serenity asks for the address after the bot has asked for the number of shards.
        let asked = |discord: &Discord| discord.recorder().count(|one| one.path.ends_with("/gateway")) > 0;
        stage
            .discord
            .wait_for("a bot that connects", LONG, asked)
            .await
            .unwrap_or_else(|waited| panic!("{waited}"));
        stage.discord.gateway().ask_for_shards(2, 2);
    };
    let run = deskbell(&["run"], &stage.variables, stage.folder.path());
    let (ran, ()) = tokio::join!(tokio::time::timeout(HEARTBEAT, run), grows);
    let ran = ran.expect("it ends by itself, and waits for no heartbeat");
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    assert!(ran.err.contains("Discord asks for 2 shards by now, and 1 are too few"), "{}", ran.err);
    stage.discord.gateway().set_most_guilds(2_500);
    stage.start_process().await;
    connected(&stage, 2).await;
    assert!(status_in(&stage, &guilds[&1]).await.contains("· 2 shards"));
    assert_eq!(stage.terminate().await, Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn used_up_sessions_are_waited_for_in_words_and_begin_by_themselves() {
    let (mut stage, _) = stage_over(2).await;
    stage.discord.gateway().ask_for_shards(2, 2);
    stage.discord.gateway().leave_session_starts(1, Duration::from_secs(10));
    stage.spawn();
    let words = "with 1 of 2 shards, and posts to all servers: a day's sessions of this bot are used up";
    health_says(&stage, words).await;
    connected(&stage, 2).await;
    health_says(&stage, "ok: the bot is well.").await;
    let log = fs::read_to_string(stage.folder.path().join("log")).expect("the log can be read");
    assert!(log.contains("begin no more sessions for now"), "{log}");
    assert_eq!(stage.terminate().await, Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shard_that_waits_for_its_session_keeps_nobody_from_ending_the_bot() {
    let (mut stage, _) = stage_over(2).await;
    stage.discord.gateway().ask_for_shards(2, 2);
    stage.discord.gateway().leave_session_starts(1, Duration::from_hours(1));
    stage.spawn();
    health_says(&stage, "with 1 of 2 shards").await;
    assert_eq!(stage.terminate().await, Some(0));
    assert_eq!(stage.discord.gateway().session_starts().identified, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_discord_refuses_for_good_ends_the_bot_in_words() {
    let (stage, _) = stage_over(2).await;
    stage.discord.gateway().ask_for_shards(2, 2);
    let refused = async {
        health_says(&stage, "ok: the bot is well.").await;
        stage.discord.gateway().close(4014);
    };
    let run = deskbell(&["run"], &stage.variables, stage.folder.path());
    let (ran, ()) = tokio::join!(run, refused);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    assert!(ran.err.contains("Discord's gateway refuses the connection"), "{}", ran.err);
}

#[tokio::test]
async fn check_knows_every_server_of_a_bot_that_is_in_more_than_discord_tells_at_once() {
    let mut stage = Stage::set().await;
    let more: Vec<_> = (0..205).map(|number| stage.discord.create_guild(&format!("Acme {number}"))).collect();
    let last = more.last().expect("there are some").to_string();
    stage.set_variable("DISCORD_GUILD_ID", &last);
    let ran = deskbell(&["check"], &stage.variables, stage.folder.path()).await;
    assert_eq!(ran.code, Some(0), "{}", ran.out);
    assert!(ran.out.contains("in 206 servers: ") && ran.out.contains(" and 186 more"), "{}", ran.out);
    assert!(ran.out.contains("linked: Acme 204"), "{}", ran.out);
}

#[tokio::test]
async fn check_tells_the_number_of_shards_where_it_is_more_than_one() {
    let stage = Stage::set().await;
    let check = async || deskbell(&["check"], &stage.variables, stage.folder.path()).await.out;
    assert!(!check().await.contains("shards"));
    stage.discord.gateway().ask_for_shards(3, 1);
    let said = check().await;
    assert!(said.contains("connects over 3 shards, 1 at once"), "{said}");
}
