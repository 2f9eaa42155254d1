//! What the command line asks for.

use std::fmt;
use std::iter::Peekable;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, bail};

/// Given to the program by itself, with a file, when it is to be the process with many workspaces.
pub(crate) const BE_WORKSPACES: &str = "be-workspaces";

/// What is to be done.
pub(crate) enum Order {
    /// To measure.
    Measure {
        /// These parts.
        parts: Vec<Part>,
        /// Of this binary, if one is named.
        binary: Option<PathBuf>,
    },
    /// To be the process that is measured, as the plan in this file says.
    BeWorkspaces(PathBuf),
}

/// A part of the program.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Part {
    Calls,
    Freshness,
    Answers,
    Flood { interval: Duration },
    Burst { leads: usize },
    Close { cards: usize },
    Waits { open: usize },
    Changes { seconds: u32 },
    Bodies,
    End,
    Start,
    Idle { servers: usize },
    Webhooks,
    Workspaces { count: usize, interval: Duration },
    Told { count: usize, interval: Duration },
    Store { events: u64 },
    Size,
}

/// What is measured where no part is named.
const EVERYTHING: [Part; 18] = [
    Part::Calls,
    Part::Freshness,
    Part::Answers,
    Part::Flood { interval: Duration::from_secs(2) },
    Part::Burst { leads: 500 },
    Part::Burst { leads: 10_000 },
    Part::Close { cards: 1000 },
    Part::Waits { open: 5000 },
    Part::Changes { seconds: 120 },
    Part::Bodies,
    Part::End,
    Part::Start,
    Part::Idle { servers: 1000 },
    Part::Webhooks,
    Part::Workspaces { count: 1000, interval: Duration::from_mins(2) },
    Part::Told { count: 10_000, interval: Duration::from_mins(10) },
    Part::Store { events: 1_000_000 },
    Part::Size,
];

impl Order {
    pub(crate) fn read(arguments: &[String]) -> anyhow::Result<Self> {
        if let [first, plan] = arguments
            && first == BE_WORKSPACES
        {
            return Ok(Self::BeWorkspaces(PathBuf::from(plan)));
        }
        let (mut parts, mut binary) = (Vec::new(), None);
        let mut words = arguments.iter().map(String::as_str).peekable();
        while let Some(word) = words.next() {
            if word == "--binary" {
                binary = Some(PathBuf::from(words.next().context("--binary needs a path")?));
            } else {
                parts.push(Part::read(word, &mut words)?);
            }
        }
        if parts.is_empty() {
            parts.extend(EVERYTHING);
        }
        Ok(Self::Measure { parts, binary })
    }
}

impl Part {
    fn read<'a>(name: &str, words: &mut Peekable<impl Iterator<Item = &'a str>>) -> anyhow::Result<Self> {
        let mut number = |otherwise: u64| {
            let given = words.next_if(|word| word.parse::<u64>().is_ok());
            given.and_then(|word| word.parse().ok()).unwrap_or(otherwise)
        };
        Ok(match name {
            "calls" => Self::Calls,
            "freshness" => Self::Freshness,
            "answers" => Self::Answers,
            "flood" => Self::Flood { interval: Duration::from_secs(number(2)) },
            "burst" => Self::Burst { leads: usize::try_from(number(500))? },
            "close" => Self::Close { cards: usize::try_from(number(1000))? },
            "waits" => Self::Waits { open: usize::try_from(number(5000))? },
            "changes" => Self::Changes { seconds: u32::try_from(number(120))? },
            "bodies" => Self::Bodies,
            "end" => Self::End,
            "start" => Self::Start,
            "idle" => Self::Idle { servers: usize::try_from(number(1000))? },
            "webhooks" => Self::Webhooks,
            "told" => Self::Told {
                count: usize::try_from(number(10_000))?,
                interval: Duration::from_secs(number(600)),
            },
            "workspaces" => Self::Workspaces {
                count: usize::try_from(number(1000))?,
                interval: Duration::from_secs(number(120)),
            },
            "store" => Self::Store { events: number(1_000_000) },
            "size" => Self::Size,
            other => {
                bail!("there is no part {other}; what there is stands at the top of benches/load/main.rs")
            }
        })
    }
}

impl fmt::Display for Part {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Calls => formatter.write_str("calls of an idle poll"),
            Self::Freshness => formatter.write_str("from Intercom's answer to the post"),
            Self::Answers => formatter.write_str("first answers while nothing happens"),
            Self::Flood { interval } => {
                write!(formatter, "a member who floods pickers, polled every {} s", interval.as_secs())
            }
            Self::Burst { leads } => write!(formatter, "{leads} leads at once"),
            Self::Close { cards } => write!(formatter, "{cards} conversations that close within a minute"),
            Self::Waits { open } => write!(formatter, "{open} customers who wait"),
            Self::Changes { seconds } => write!(formatter, "ten changes a second for {seconds} s"),
            Self::Bodies => formatter.write_str("very long messages"),
            Self::End => formatter.write_str("SIGTERM under load"),
            Self::Start => formatter.write_str("from the start until it can be used"),
            Self::Idle { servers } => write!(formatter, "at rest with up to {servers} servers"),
            Self::Workspaces { count, interval } => {
                write!(formatter, "{count} workspaces at {} s", interval.as_secs())
            }
            Self::Webhooks => formatter.write_str("webhooks"),
            Self::Told { count, interval } => {
                write!(formatter, "{count} workspaces with webhooks, polled at {} s", interval.as_secs())
            }
            Self::Store { events } => write!(formatter, "the store with {events} events"),
            Self::Size => formatter.write_str("the binary"),
        }
    }
}
