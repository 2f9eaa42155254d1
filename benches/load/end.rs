//! SIGTERM while messages leave and commands come: how soon the process ends, and whether what is left comes after the
//! next start.

use std::path::Path;
use std::time::Duration;

use deskbell_sandbox::discord::Pace;
use deskbell_stage::{Account, Stage, Table, cards_in, shown, start_timed, subscribe};
use tokio::time::sleep;

use crate::burst::posted;

const LEADS: usize = 200;
/// How many are posted when the end comes.
const POSTED: usize = 30;
const AFTERWARDS: Duration = Duration::from_secs(2);
const FAST: Pace = Pace { requests: 100, window: Duration::from_secs(5) };

pub(crate) async fn measure(binary: &Path, table: &mut Table) -> anyhow::Result<()> {
    let mut stage = Stage::with_servers(binary, 1).await;
    stage.poll_every_second();
    start_timed(&mut stage).await;
    let guild = stage.guilds[0];
    subscribe(&stage.discord, guild, "New lead", "#sales").await;
    stage.next_second().await;
    let leads = stage.intercom.contacts().burst_of_leads(LEADS);
    posted(&stage, POSTED).await?;
    for _ in 0..5 {
        stage.discord.guild(guild.id).member("mark").slash(guild.support, "/lead list")?;
    }
    let (took, code) = stage.terminate_timed().await;
    stage.discord.rate_limits().set_channel_pace(Some(FAST));
    start_timed(&mut stage).await;
    posted(&stage, LEADS).await?;
    sleep(AFTERWARDS).await;
    let account = Account::of(&leads, &shown(&cards_in(&stage.discord, guild.sales)));
    stage.terminate_timed().await;
    let code_text = code.map_or_else(|| "none".to_owned(), |code| code.to_string());
    let seconds = took.as_secs_f64();
    let measured = format!("{seconds:.2} s, code {code_text}, {account} after the next start");
    let reached = took < Duration::from_secs(10) && code == Some(0) && account.is_clean();
    table.judge("SIGTERM under load", "< 10 s, code 0", &measured, reached);
    Ok(())
}
