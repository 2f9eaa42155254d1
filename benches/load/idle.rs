//! Memory and processor of a bot that is connected and has nothing to do.

use std::path::Path;
use std::time::Duration;

use deskbell_sandbox::discord::permissions::Permissions;
use deskbell_sandbox::discord::{ChannelKind, Discord};
use deskbell_stage::{Guild, Stage, Table, ids, start_timed, subscribe};
use tokio::time::sleep;

const ARRIVAL: Duration = Duration::from_secs(3);
const SETTLE: Duration = Duration::from_secs(20);
const IDLE: Duration = Duration::from_secs(30);
/// With so many channels and roles a server is told in about 29 kB.
const CHANNELS: usize = 23;
const ROLES: usize = 69;
const GOAL: f64 = 30.0;

pub(crate) async fn measure(binary: &Path, many: usize, table: &mut Table) -> anyhow::Result<()> {
    let mut one = Stage::with_servers(binary, 1).await;
    let mut one_linked = many_servers(binary, many).await;
    one_linked.set_variable("DISCORD_GUILD_ID", &ids(&one_linked.guilds[..1]));
    let mut all_linked = many_servers(binary, many).await;
    let size = size_of_a_server(&all_linked).await?;
    for stage in [&mut one, &mut one_linked, &mut all_linked] {
        start_timed(stage).await;
        // A thousand servers are told of first, and a person waits 3 s and no longer.
        sleep(ARRIVAL).await;
        for event in ["New lead", "New user", "User updated", "New conversation"] {
            subscribe(&stage.discord, stage.guilds[0], event, "#sales").await;
        }
    }
    for guild in all_linked.guilds.iter().skip(1) {
        subscribe(&all_linked.discord, *guild, "New lead", "#sales").await;
    }
    sleep(SETTLE).await;
    let stages = [&one, &one_linked, &all_linked];
    let before = cpu_seconds(stages)?;
    sleep(IDLE).await;
    let after = cpu_seconds(stages)?;
    let of = format!("{many} servers of {:.0} kB each", size / 1000.0);
    let names = [
        "one server".to_owned(),
        format!("{of}, one of them linked"),
        format!("{of}, all linked, each with a notification"),
    ];
    for (place, (name, stage)) in names.iter().zip(stages).enumerate() {
        tell(table, name, stage, after[place] - before[place])?;
    }
    for stage in [&mut one, &mut one_linked, &mut all_linked] {
        stage.terminate_timed().await;
    }
    Ok(())
}

async fn many_servers(binary: &Path, many: usize) -> Stage {
    let stage = Stage::with_servers(binary, many).await;
    stage.guilds.iter().for_each(|guild| furnish(&stage.discord, *guild));
    stage
}

fn furnish(discord: &Discord, guild: Guild) {
    let guild = discord.guild(guild.id);
    for number in 0..CHANNELS {
        guild.create_channel(&format!("channel-number-{number}"), ChannelKind::Text);
    }
    for number in 0..ROLES {
        guild.create_role(&format!("Role number {number}"), Permissions::NONE);
    }
}

/// What the gateway tells of a server is its object with the roles, and its channels.
async fn size_of_a_server(stage: &Stage) -> anyhow::Result<f64> {
    let client = reqwest::Client::new();
    let mut bytes = 0_usize;
    for part in ["", "/channels"] {
        let url = format!("{}/api/v10/guilds/{}{part}", stage.discord.url(), stage.guilds[0].id);
        let request =
            client.get(url).header("authorization", format!("Bot {}", stage.discord.application().token()));
        bytes += request.send().await?.bytes().await?.len();
    }
    #[expect(clippy::cast_precision_loss, reason = "a size in kilobytes needs no more")]
    Ok(bytes as f64)
}

fn cpu_seconds(stages: [&Stage; 3]) -> anyhow::Result<[f64; 3]> {
    let [one, two, three] = stages.map(|stage| stage.process().cpu_seconds());
    Ok([one?, two?, three?])
}

fn tell(table: &mut Table, what: &str, stage: &Stage, cpu: f64) -> anyhow::Result<()> {
    let memory = stage.process().memory()?;
    let measured = format!(
        "{:.1} MB (peak {:.1}); {cpu:.2} s of processor in {} s",
        memory.resident,
        memory.peak,
        IDLE.as_secs()
    );
    table.judge(&format!("idle memory (RSS), {what}"), "< 30 MB", &measured, memory.resident < GOAL);
    Ok(())
}
