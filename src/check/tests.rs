use deskbell_domain::ids::GuildId;
use insta::assert_snapshot;

use super::*;

#[test]
fn what_is_missing_is_told_with_the_invite_and_the_servers() {
    let mut report = Report {
        invite: Some("https://discord.com/oauth2/authorize?client_id=1&scope=bot".to_owned()),
        servers: vec![crate::servers::Server { name: "Acme HQ".to_owned(), id: GuildId(8412) }],
        missing: vec![("INTERCOM_ACCESS_TOKEN", "INTERCOM_ACCESS_TOKEN is missing.".to_owned())],
        ..Report::default()
    };
    report.add(Severity::Ok, "Discord", "Deskbell#4821, in 1 server: Acme HQ (8412)");
    report.add_wrong(
        "POLL_INTERVAL",
        "POLL_INTERVAL \"2 minuets\" is not a duration. Write 120s or 2m.".to_owned(),
    );
    assert_snapshot!(report.to_text(), @r#"
    ok    Discord    Deskbell#4821, in 1 server: Acme HQ (8412)
    WRONG POLL_INTERVAL "2 minuets" is not a duration. Write 120s or 2m.
    Invite: https://discord.com/oauth2/authorize?client_id=1&scope=bot
    Missing: INTERCOM_ACCESS_TOKEN. Servers I am in: Acme HQ (DISCORD_GUILD_ID=8412).
      INTERCOM_ACCESS_TOKEN is missing.
    2 things to mend. Nothing was started.
    "#);
}

#[test]
fn a_bot_in_no_server_is_told_to_be_invited_before_anything_else() {
    let invite = Some("https://discord.com/oauth2/authorize?client_id=1&scope=bot".to_owned());
    let mut report = Report { invite, ..Report::default() };
    report.add(Severity::Warning, "Discord", "Deskbell#4821, in no server yet: open the invite link below");
    assert_snapshot!(report.to_text(), @r#"
    note  Discord    Deskbell#4821, in no server yet: open the invite link below
    Invite: https://discord.com/oauth2/authorize?client_id=1&scope=bot
    All else is well. Open the invite, choose your server, and check again.
    "#);
}

#[test]
fn whoever_checks_beside_a_bot_that_runs_is_not_sent_to_start_another() {
    let mut report = Report { bot: Bot::Runs, ..Report::default() };
    report.add(Severity::Ok, "Store", "data can be written; a bot runs with it, and no second one can");
    assert_snapshot!(report.to_text(), @r"
    ok    Store      data can be written; a bot runs with it, and no second one can
    All is well. The bot runs already; what was changed since its start counts after a restart.
    ");
}

#[test]
fn machines_read_the_same_as_json() {
    let mut report = Report::default();
    report.add(Severity::Ok, "Store", "data can be written");
    assert_snapshot!(report.to_json(), @r#"{"faults":0,"findings":[{"part":"Store","standing":"ok","text":"data can be written"}],"invite":null,"missing":[],"ok":true,"running":false,"servers":[]}"#);
}
