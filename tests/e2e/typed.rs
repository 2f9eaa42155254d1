//! What people type and what they get in a file, as it is with other people's data.

use std::time::Duration;

use deskbell_sandbox::discord::actors::Reply;
use deskbell_sandbox::fault::{CannedAnswer, Effect, Fault};
use deskbell_sandbox::intercom::NewContact;
use reqwest::StatusCode;
use serde_json::json;

use crate::stage::Stage;

/// How long any command may take to fail: tries for eight seconds, and a busy machine.
const ORDINARY: Duration = Duration::from_secs(25);

fn types(stage: &Stage, command: &str) -> Reply {
    let mark = stage.discord.guild(stage.guild.id).member("mark");
    mark.slash(stage.guild.support, command).expect("the command is registered")
}

async fn read(stage: &Stage, command: &str) -> String {
    types(stage, command).render().await.expect("the bot answers")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_phone_number_is_kept_as_one_that_can_be_called_however_it_is_typed() {
    let mut stage = Stage::with_bot().await;
    for (typed, kept) in [("+49 (0) 30 1234567", "+49301234567"), ("0044 20 7946 0958", "+442079460958")] {
        let email = format!("{}@acme.io", kept.trim_start_matches('+'));
        let answer = read(&stage, &format!("/lead create email:{email} phone:{typed}")).await;
        let made = stage.intercom.contacts().all();
        let lead = made.iter().find(|one| one.email.as_deref() == Some(email.as_str()));
        match lead {
            Some(lead) => assert_eq!(lead.phone.as_deref(), Some(kept), "{answer}"),
            None => assert!(answer.contains("phone number"), "it is made or refused in words: {answer}"),
        }
    }
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_exported_file_runs_nothing_in_a_spreadsheet_and_phone_numbers_stay_numbers() {
    let mut stage = Stage::with_bot().await;
    let evil = ["x;=cmd|'/C calc'!A0", "=1+1", "a\t@SUM(1)", "b|-2", "c,\u{ff1d}1"];
    for name in evil {
        stage.intercom.contacts().create(NewContact::lead().name(name).phone("+353861234567"));
    }
    let exported = types(&stage, "/lead export format:CSV");
    let message = exported.message_where("the file", |message| !message.attachments.is_empty());
    let message = message.await.unwrap_or_else(|failure| panic!("{failure}"));
    let file = String::from_utf8(message.attachments[0].bytes.to_vec()).expect("text");
    assert_eq!(file.matches("+353861234567").count(), evil.len(), "{file}");
    for separator in [',', ';', '\t', '|', '\n', '\r'] {
        for cell in file.trim_start_matches('\u{feff}').split(separator) {
            let cell = cell.trim_start_matches('"');
            let runs = cell.starts_with(['=', '-', '@', '\u{ff1d}'])
                || cell.starts_with('+') && !cell.starts_with("+353");
            assert!(!runs, "split by {separator:?} a cell would run: {cell:?}");
        }
    }
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_export_from_an_intercom_that_fails_says_so_as_soon_as_a_list_does() {
    let mut stage = Stage::with_bot().await;
    stage.intercom.contacts().create(NewContact::lead().name("Ada"));
    let fails =
        CannedAnswer::new(StatusCode::SERVICE_UNAVAILABLE, json!({"type": "error.list", "errors": []}));
    stage.intercom.faults().add(Fault::new(Effect::Status(fails)));
    let exporting = types(&stage, "/lead export").within(ORDINARY);
    let failed = exporting.message_where("a failure", |message| message.content.starts_with('❌')).await;
    let failed = failed.unwrap_or_else(|failure| panic!("{failure}"));
    stage.intercom.faults().turn_all_off();
    let mark = stage.discord.guild(stage.guild.id).member("mark");
    let again = mark.press(&failed, "Try again").expect("the button is there");
    let file = again.message_where("the file", |message| !message.attachments.is_empty()).await;
    file.unwrap_or_else(|failure| panic!("{failure}"));
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slip_of_ones_own_has_no_reference_for_whoever_runs_the_bot() {
    let mut stage = Stage::with_bot().await;
    for command in [
        "/lead create email:x",
        "/lead get lead:nobody@acme.io",
        "/user get user:nobody",
        "/lead list company:None",
    ] {
        let answer = read(&stage, command).await;
        assert!(answer.contains('❌') && !answer.contains("Reference"), "{command}: {answer}");
    }
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn help_names_every_command_that_one_may_use_and_the_one_below_apps() {
    let mut stage = Stage::with_bot().await;
    let help = read(&stage, "/help").await;
    for command in ["lead create", "user get", "notify add", "access list", "Look up in Intercom"] {
        assert!(help.contains(command), "{command}: {help}");
    }
    stage.stop().await;
}
