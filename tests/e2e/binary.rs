//! The binary itself: what it says and how it ends.

use std::collections::BTreeMap;

use deskbell_sandbox::discord::outage::{GatewayDuringOutage, Outage};
use deskbell_sandbox::intercom::Access;

use crate::program::deskbell;
use crate::stage::{PATIENCE, Stage};

#[tokio::test]
async fn a_start_without_configuration_names_every_missing_variable_at_once() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let output = deskbell(&["run"], &BTreeMap::new(), folder.path()).await;
    assert_eq!(output.code, Some(1));
    let said = output.err;
    for name in ["DISCORD_TOKEN", "INTERCOM_ACCESS_TOKEN"] {
        assert!(said.contains(&format!("{name} is missing.")), "{said}");
    }
    assert!(said.contains("2 things to mend. Nothing was started."), "{said}");
}

#[tokio::test]
async fn check_tells_the_invite_and_the_servers_from_the_token_alone() {
    let mut stage = Stage::set().await;
    stage.variables.remove("INTERCOM_ACCESS_TOKEN");
    stage.variables.remove("DISCORD_GUILD_ID");
    let output = deskbell(&["check"], &stage.variables, stage.folder.path()).await;
    let said = output.out;
    assert_eq!(output.code, Some(0));
    assert!(said.contains(&format!("client_id={}", stage.discord.application().id())), "{said}");
    assert!(said.contains("permissions=274877991936"), "{said}");
    assert!(
        said.contains("no INTERCOM_ACCESS_TOKEN: any server may connect a workspace with /connection."),
        "{said}"
    );
    assert!(said.contains(&format!("Acme HQ ({})", stage.guild.id)) && !said.contains("linked"), "{said}");
}

#[tokio::test]
async fn check_without_any_token_tells_what_is_missing_and_not_what_happens_without() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let said = deskbell(&["check"], &BTreeMap::new(), folder.path()).await.out;
    assert!(said.contains("Missing: DISCORD_TOKEN, INTERCOM_ACCESS_TOKEN."), "{said}");
    assert!(!said.contains("any server may connect"), "{said}");
}

#[tokio::test]
async fn check_is_content_with_a_whole_configuration() {
    let stage = Stage::set().await;
    let output = deskbell(&["check"], &stage.variables, stage.folder.path()).await;
    let said = output.out;
    assert_eq!(output.code, Some(0), "{said}");
    assert!(said.contains("read contacts, companies, conversations, tags, admins"), "{said}");
    assert!(said.contains("All is well."), "{said}");
}

#[tokio::test]
async fn check_speaks_json_for_machines() {
    let stage = Stage::set().await;
    let output = deskbell(&["check", "--json"], &stage.variables, stage.folder.path()).await;
    let told: serde_json::Value = serde_json::from_str(&output.out).expect("it is JSON");
    assert_eq!(told["ok"], true, "{told}");
}

#[tokio::test]
async fn check_names_a_refused_token_and_a_server_that_the_bot_is_not_in() {
    let mut stage = Stage::set().await;
    stage.intercom.access().set(Access::Revoked);
    stage.set_variable("DISCORD_GUILD_ID", "123456789012345678");
    let output = deskbell(&["check"], &stage.variables, stage.folder.path()).await;
    let said = output.out;
    assert!(said.contains("INTERCOM_ACCESS_TOKEN is refused."), "{said}");
    assert!(said.contains("DISCORD_GUILD_ID 123456789012345678: I am not in that server."), "{said}");
    assert!(said.contains("2 things to mend."), "{said}");
}

#[tokio::test]
async fn an_address_given_by_hand_is_no_wrong_region_but_an_unknown_region_is() {
    let mut stage = Stage::set().await;
    stage.intercom.workspace().set_region("EU");
    // The address is given by hand here, so the region is not held against it: nothing is wrong.
    let output = deskbell(&["check"], &stage.variables, stage.folder.path()).await;
    assert_eq!(output.code, Some(0), "{}", output.out);
    stage.set_variable("INTERCOM_REGION", "uk");
    let output = deskbell(&["check"], &stage.variables, stage.folder.path()).await;
    assert!(output.out.contains("INTERCOM_REGION \"uk\" is not a region."), "{}", output.out);
}

#[tokio::test]
async fn a_refused_discord_token_ends_the_start_with_a_sentence() {
    let mut stage = Stage::set().await;
    stage.set_variable("DISCORD_TOKEN", "another.discord.bot.token");
    let output = deskbell(&["run"], &stage.variables, stage.folder.path()).await;
    assert_eq!(output.code, Some(1));
    let said = output.err;
    assert!(said.contains("Discord refuses the token"), "{said}");
    assert!(!said.contains("another.discord.bot.token"), "{said}");
}

#[tokio::test]
async fn without_a_gateway_address_the_bot_does_not_start() {
    let stage = Stage::set().await;
    let status = reqwest::StatusCode::BAD_GATEWAY;
    stage.discord.set_outage(Outage::Rest { status, gateway: GatewayDuringOutage::Up });
    let output = deskbell(&["run"], &stage.variables, stage.folder.path()).await;
    assert_eq!(output.code, Some(1));
    let said = output.err;
    assert!(said.contains("does not tell the gateway's address"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_bot_on_the_same_store_is_told_so() {
    let mut stage = Stage::with_bot().await;
    let output = deskbell(&["run"], &stage.variables, stage.folder.path()).await;
    assert_eq!(output.code, Some(1));
    assert!(output.err.contains("in use by another process"), "{}", output.err);
    let output = deskbell(&["check"], &stage.variables, stage.folder.path()).await;
    assert_eq!(output.code, Some(0), "check runs beside the bot: {}", output.out);
    assert!(output.out.contains("a bot runs with it, and no second one can"), "{}", output.out);
    assert!(output.out.ends_with("counts after a restart.\n"), "nobody is sent to start it: {}", output.out);
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn health_is_good_while_the_bot_runs_and_not_where_none_ever_ran() {
    let mut stage = Stage::set().await;
    let output = deskbell(&["health"], &stage.variables, stage.folder.path()).await;
    assert_eq!(output.code, Some(1), "{}", output.out);
    stage.start_process().await;
    let well = tokio::time::timeout(PATIENCE, async {
        while deskbell(&["health"], &stage.variables, stage.folder.path()).await.code != Some(0) {}
    });
    well.await.expect("the heartbeat is written");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn asked_to_end_it_ends_at_once_with_code_0() {
    let mut stage = Stage::set().await;
    stage.start_process().await;
    let code = stage.terminate().await;
    assert_eq!(code, Some(0));
}

#[tokio::test]
async fn a_new_key_is_all_that_is_printed_and_check_takes_it() {
    let mut stage = Stage::set().await;
    let made = deskbell(&["key", "new"], &BTreeMap::new(), stage.folder.path()).await;
    assert_eq!((made.code, made.err.as_str(), made.out.len()), (Some(0), "", 45));
    let other = deskbell(&["key", "new"], &BTreeMap::new(), stage.folder.path()).await;
    assert_ne!(made.out, other.out);
    stage.set_variable("DESKBELL_KEY", made.out.trim());
    let checked = deskbell(&["check"], &stage.variables, stage.folder.path()).await;
    assert_eq!(checked.code, Some(0), "{}", checked.out);
    assert!(checked.out.contains("DESKBELL_KEY (fingerprint "), "{}", checked.out);
    assert!(!checked.out.contains(made.out.trim()), "{}", checked.out);
}
