//! `deskbell ps`: how each workspace of the bot that runs is, in a line each, without a name of anybody.

mod line;

use std::path::Path;
use std::process::ExitCode;

use serde::Serialize;
use tokio::io::AsyncReadExt as _;

pub use self::line::WorkspaceLine;
use crate::socket::{self, NoAnswer, Request};
use crate::terminal;

/// How much is read of an answer: a hundred thousand workspaces have their place in it.
const LONGEST_ANSWER: u64 = 16 << 20;
const HEADER: [&str; 6] = ["workspace", "servers", "lag", "waiting", "on hold", "refused since"];

/// How it is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// For people.
    Table,
    /// For machines.
    Json,
}

/// Prints it; the exit code is 1 where no bot runs.
pub async fn run(folder: &Path, form: Form) -> ExitCode {
    match lines(folder).await {
        Ok(lines) => {
            terminal::say(&match form {
                Form::Table => table(&lines),
                Form::Json => json(&lines),
            });
            ExitCode::SUCCESS
        }
        Err(why) => terminal::refuse(&refusal(folder, &why)),
    }
}

async fn lines(folder: &Path) -> Result<Vec<WorkspaceLine>, NoAnswer> {
    let answer = socket::ask(folder, Request::Ps).await?;
    let mut text = String::new();
    answer.take(LONGEST_ANSWER).read_to_string(&mut text).await?;
    let lines = text.lines().map(serde_json::from_str);
    Ok(lines.collect::<Result<_, _>>().map_err(std::io::Error::other)?)
}

fn refusal(folder: &Path, why: &NoAnswer) -> String {
    match why {
        NoAnswer::NobodyThere => {
            format!(
                "No bot runs with the store in {}. Start it: deskbell run; or set STORE_URL to the store of the bot \
                 that runs.",
                folder.display()
            )
        }
        NoAnswer::Refused(why) => format!("The bot does not tell it: {why}."),
        NoAnswer::Silent | NoAnswer::Failed(_) => format!("{}.", sentence(&why.to_string())),
    }
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn json(lines: &[WorkspaceLine]) -> String {
    #[derive(Serialize)]
    struct Told<'a> {
        workspaces: &'a [WorkspaceLine],
    }
    serde_json::to_string_pretty(&Told { workspaces: lines }).expect("texts and numbers are always JSON")
}

fn table(lines: &[WorkspaceLine]) -> String {
    if lines.is_empty() {
        return "The bot serves no server yet: /status in Discord, and deskbell check here, say why."
            .to_owned();
    }
    let rows: Vec<_> = std::iter::once(HEADER.map(str::to_owned)).chain(lines.iter().map(cells)).collect();
    let widths: [usize; HEADER.len()] =
        std::array::from_fn(|at| rows.iter().map(|row| row[at].chars().count()).max().unwrap_or_default());
    let row = |cells: &[String; HEADER.len()]| {
        let padded = cells.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(row).collect::<Vec<_>>().join("\n")
}

fn cells(line: &WorkspaceLine) -> [String; HEADER.len()] {
    let or_dash = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    [
        line.workspace.clone().unwrap_or_else(|| "not known yet".to_owned()),
        line.servers.to_string(),
        or_dash(line.lag_seconds.map(|seconds| format!("{seconds} s"))),
        line.waiting.to_string(),
        line.on_hold.to_string(),
        or_dash(line.refused_since.clone()),
    ]
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    fn told() -> [WorkspaceLine; 2] {
        [
            WorkspaceLine {
                workspace: Some("acme1".to_owned()),
                servers: 2,
                lag_seconds: Some(31),
                waiting: 1204,
                on_hold: 1,
                refused_since: None,
            },
            WorkspaceLine {
                workspace: None,
                servers: 1,
                lag_seconds: None,
                waiting: 0,
                on_hold: 0,
                refused_since: Some("2026-11-29T21:04:00Z".to_owned()),
            },
        ]
    }

    #[test]
    fn a_workspace_is_a_line() {
        assert_snapshot!(table(&told()), @r"
        workspace      servers  lag   waiting  on hold  refused since
        acme1          2        31 s  1204     1        -
        not known yet  1        -     0        0        2026-11-29T21:04:00Z
        ");
        assert_snapshot!(table(&[]), @"The bot serves no server yet: /status in Discord, and deskbell check here, say why.");
    }

    #[test]
    fn machines_read_the_same() {
        assert_snapshot!(json(&told()[..1]), @r#"
        {
          "workspaces": [
            {
              "workspace": "acme1",
              "servers": 2,
              "lag_seconds": 31,
              "waiting": 1204,
              "on_hold": 1,
              "refused_since": null
            }
          ]
        }
        "#);
    }

    #[test]
    fn whoever_asks_hears_why_there_is_no_answer() {
        let said = |why: NoAnswer| refusal(Path::new("data"), &why);
        assert_snapshot!(said(NoAnswer::NobodyThere), @"No bot runs with the store in data. Start it: deskbell run; or set STORE_URL to the store of the bot that runs.");
        assert_snapshot!(said(NoAnswer::Refused("the store cannot be read".to_owned())), @"The bot does not tell it: the store cannot be read.");
        let refused = std::io::Error::from(std::io::ErrorKind::PermissionDenied);
        assert_snapshot!(said(NoAnswer::Silent), @"The bot is there, and has not answered for a minute: deskbell health says how it is.");
        assert_snapshot!(said(refused.into()), @"The bot cannot be asked: permission denied.");
    }
}
