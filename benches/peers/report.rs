//! The table: of every figure the median and the spread over the runs, for both.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;

use crate::contestant::Contestant;

/// What one scene measured.
pub(crate) type Figures = Vec<(Figure, f64)>;

/// What is measured, in the order of the table. The numbers in the labels are those of `scenes`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Figure {
    IdleMemory,
    MemoryAfter,
    PeakMemory,
    IdleCpu,
    Cpu,
    IdleCalls,
    BurstTime,
    BurstMessages,
    BurstDiscordCalls,
    BurstIntercomCalls,
    BurstRefused,
    BurstWrong,
    KillsLost,
    KillsDoubled,
    AnswersLost,
    AnswersDoubled,
    LateLost,
    LateDoubled,
    ToldTime,
    ToldMessages,
    ToldRefused,
    ToldWrong,
}

impl Figure {
    fn label(self) -> &'static str {
        match self {
            Self::IdleMemory => "memory (RSS), idle, MB",
            Self::MemoryAfter => "memory (RSS) after 500 leads, MB",
            Self::PeakMemory => "memory (RSS), peak, MB",
            Self::IdleCpu => "processor, idle, % of a core",
            Self::Cpu => "processor for 1,000 events, s",
            Self::IdleCalls => "calls to Intercom, idle, a minute",
            Self::BurstTime => "30 events at once: until all are posted, s",
            Self::BurstMessages => "30 events at once: messages",
            Self::BurstDiscordCalls => "30 events at once: calls to Discord",
            Self::BurstIntercomCalls => "30 events at once: calls to Intercom until then",
            Self::BurstRefused => "30 events at once: answered 429",
            Self::BurstWrong => "30 events at once: lost or doubled",
            Self::KillsLost => "4 kills among 22 leads: lost",
            Self::KillsDoubled => "4 kills among 22 leads: doubled",
            Self::AnswersLost => "3 answers of Discord lost among 12 leads: lost",
            Self::AnswersDoubled => "3 answers of Discord lost among 12 leads: doubled",
            Self::LateLost => "3 of 12 leads found late: lost",
            Self::LateDoubled => "3 of 12 leads found late: doubled",
            Self::ToldTime => "200 webhooks at 20/s: until all are posted, s",
            Self::ToldMessages => "200 webhooks at 20/s: messages",
            Self::ToldRefused => "200 webhooks at 20/s: answered 429",
            Self::ToldWrong => "200 webhooks at 20/s: lost or doubled",
        }
    }

    fn decimals(self) -> usize {
        match self {
            Self::Cpu => 2,
            Self::IdleMemory
            | Self::MemoryAfter
            | Self::PeakMemory
            | Self::IdleCpu
            | Self::BurstTime
            | Self::ToldTime => 1,
            _ => 0,
        }
    }
}

/// The figures of all runs so far.
pub(crate) struct Report {
    began: Timestamp,
    load: String,
    contestants: Vec<Contestant>,
    measured: BTreeMap<Figure, BTreeMap<Contestant, Vec<f64>>>,
}

impl Report {
    /// An empty report; the load is that of other programs.
    pub(crate) fn begun_now(contestants: &[Contestant]) -> Self {
        let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
        Self {
            began: Timestamp::now(),
            load: load.split(' ').next().unwrap_or_default().to_owned(),
            contestants: contestants.to_vec(),
            measured: BTreeMap::new(),
        }
    }

    /// Takes what a scene measured.
    pub(crate) fn take(&mut self, contestant: &Contestant, figures: Figures) {
        for (figure, value) in figures {
            eprintln!("  {}: {value:.2}", figure.label());
            let values = self.measured.entry(figure).or_default();
            values.entry(contestant.clone()).or_default().push(value);
        }
    }

    fn runs(&self) -> usize {
        self.measured.values().flat_map(BTreeMap::values).map(Vec::len).max().unwrap_or(0)
    }

    fn node(&self) -> &str {
        let node = |contestant: &'_ Contestant| matches!(contestant, Contestant::Plain { .. });
        match self.contestants.iter().find(|contestant| node(contestant)) {
            Some(Contestant::Plain { node }) => node,
            _ => "",
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        let (date, load, node) = (self.began.strftime("%Y-%m-%d"), &self.load, self.node());
        let runs = self.runs();
        writeln!(
            f,
            "{date}, {runs} runs of each, {cores} cores, load {load} before the start, Node.js {node}\n"
        )?;
        write!(f, "| median (least – most) |")?;
        self.contestants.iter().try_for_each(|contestant| write!(f, " {} |", contestant.name()))?;
        writeln!(f, "\n|---|{}", "---|".repeat(self.contestants.len()))?;
        for (figure, values) in &self.measured {
            write!(f, "| {} |", figure.label())?;
            for contestant in &self.contestants {
                let values = values.get(contestant).map_or(&[][..], Vec::as_slice);
                write!(f, " {} |", spread(values, figure.decimals()))?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

/// The median, and the least and the most where they differ.
fn spread(values: &[f64], decimals: usize) -> String {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let (Some(least), Some(most)) = (sorted.first(), sorted.last()) else { return "–".to_owned() };
    let middle = sorted.len() / 2;
    let median = if sorted.len() % 2 == 1 {
        sorted[middle]
    } else {
        f64::midpoint(sorted[middle - 1], sorted[middle])
    };
    let text = |value: f64| format!("{value:.decimals$}");
    if text(*least) == text(*most) {
        return text(median);
    }
    format!("{} ({} – {})", text(median), text(*least), text(*most))
}
