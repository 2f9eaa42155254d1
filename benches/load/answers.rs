//! How soon an interaction gets its first answer.

use std::path::Path;
use std::time::Duration;

use deskbell_sandbox::intercom::{ContactId, NewContact};
use deskbell_stage::{Stage, Table, Times, start_timed};
use tokio::time::{Instant, sleep};

const ROUNDS: usize = 50;

/// First answers while nothing else happens.
pub(crate) async fn measure(binary: &Path, table: &mut Table) -> anyhow::Result<()> {
    let mut stage = Stage::with_servers(binary, 1).await;
    stage.poll_every_second();
    start_timed(&mut stage).await;
    let known =
        stage.intercom.contacts().create(NewContact::lead().name("Ada Lovelace").email("ada@acme.io"));
    let mut answers = Answers::default();
    for _ in 0..ROUNDS {
        answers.ask(&stage, &known, Duration::from_millis(2)).await?;
    }
    answers.tell(table, "idle");
    stage.terminate_timed().await;
    Ok(())
}

/// The first answers to commands, and the choices under an option that is being typed.
#[derive(Default)]
pub(crate) struct Answers {
    commands: Vec<Duration>,
    choices: Vec<Duration>,
}

impl Answers {
    /// Uses every kind of command once, with a pause after each.
    pub(crate) async fn ask(
        &mut self,
        stage: &Stage,
        lead: &ContactId,
        pause: Duration,
    ) -> anyhow::Result<()> {
        let guild = stage.guilds[0];
        let mark = stage.discord.guild(guild.id).member("mark");
        let get = format!("/lead get lead:{lead}");
        for command in ["/help", "/status", "/notify list", "/access list", "/lead list", get.as_str()] {
            let reply = mark.slash(guild.support, command)?;
            self.commands.push(reply.acknowledged().await?.latency);
            sleep(pause).await;
        }
        let began = Instant::now();
        mark.autocomplete(guild.support, "/lead get lead:burst", "lead").await?;
        self.choices.push(began.elapsed());
        sleep(pause).await;
        Ok(())
    }

    /// Tells both, with when they were taken.
    pub(crate) fn tell(self, table: &mut Table, when: &str) {
        let goal = Duration::from_millis(50);
        for (what, times) in [("a command", self.commands), ("an option being typed", self.choices)] {
            let times = Times::new(times);
            let reached = times.percentile(99) < goal;
            table.judge(
                &format!("first answer to {what}, {when}"),
                "p99 < 50 ms",
                &times.to_string(),
                reached,
            );
        }
    }
}
