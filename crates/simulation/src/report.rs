//! What a run, or many, came to: means, exceptions, the table of deaths, and the story of what went wrong.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

use crate::judge::Verdict;
use crate::ledger::{Breach, Promise};
use crate::power::Site;
use crate::world::{LAYOUT, World};

/// How many lines of a story are told.
const LINES: usize = 40;
/// How many broken promises of one seed are told.
const BREACHES: usize = 5;
/// How often each site must have been died at.
pub const LEAST_DEATHS: u64 = 20;

/// What one run came to.
#[derive(Debug, Clone)]
pub struct Report {
    /// Its seed.
    pub seed: u64,
    /// Simulated days.
    pub days: u32,
    /// What the judge found.
    pub verdict: Verdict,
    /// Events in the journal.
    pub events: u64,
    /// Messages with cards.
    pub messages: u64,
    /// Operations at all ports.
    pub operations: u64,
    /// Polls that began.
    pub polls: u64,
    /// Notifications that were ever made.
    pub notifications: u64,
    /// Notifications removed, paused or resumed.
    pub changes: u64,
    /// Deaths.
    pub kills: u64,
    /// Ends by SIGTERM.
    pub restarts: u64,
    /// Deaths by site.
    pub deaths: BTreeMap<Site, u64>,
    /// Everything that was written down.
    pub trace: String,
}

impl Report {
    pub(crate) fn of(
        seed: u64,
        days: u32,
        world: &World,
        kills: u64,
        restarts: u64,
        verdict: Verdict,
    ) -> Self {
        let (deaths, operations) = world.power.tally();
        let ledger = world.ledger();
        let changed = |wish: &crate::ledger::Wish| {
            u64::from(wish.removed.is_some())
                + wish.pauses.iter().map(|pause| 1 + u64::from(pause.1.is_some())).sum::<u64>()
        };
        Self {
            seed,
            days,
            events: ledger.head().0,
            messages: ledger.posts.len() as u64,
            operations,
            polls: world.intercom.truth().polls,
            notifications: ledger.wishes.len() as u64,
            changes: ledger.wishes.values().map(changed).sum::<u64>(),
            kills,
            restarts,
            deaths,
            trace: world.story(),
            verdict,
        }
    }

    /// The seed, what went wrong, and the lines of the story that tell of it.
    pub fn failure(&self) -> Option<String> {
        let first = self.verdict.breaches.first()?;
        let mut text = format!(
            "seed {} of {} days: {} broken promises\n",
            self.seed,
            self.days,
            self.verdict.breaches.len()
        );
        for Breach { promise, what, .. } in self.verdict.breaches.iter().take(BREACHES) {
            // Writing into a String cannot fail.
            let _ = writeln!(text, "  {}: {what}", promise.word());
        }
        for line in story(&self.trace, first) {
            let _ = writeln!(text, "    {line}");
        }
        let _ = writeln!(
            text,
            "  replay: cargo run --release -p deskbell-simulation -- --seed {} --days {} --story",
            self.seed, self.days
        );
        Some(text)
    }
}

/// The lines around the moment at which the story first tells of it.
fn story<'a>(trace: &'a str, breach: &Breach) -> Vec<&'a str> {
    let lines: Vec<_> = trace.lines().filter(|line| is_about(line, breach)).collect();
    let tells = |line: &&str| breach.about.first().is_some_and(|text| line.contains(text.as_str()));
    let first = lines.iter().position(tells).unwrap_or(lines.len());
    let from = first.saturating_sub(LINES / 4).min(lines.len().saturating_sub(LINES));
    lines.into_iter().skip(from).take(LINES).collect()
}

fn is_about(line: &str, breach: &Breach) -> bool {
    let marks_time = ["killed", "SIGTERM", "weather", "disk", "clock"];
    breach.about.iter().any(|text| line.contains(text.as_str()))
        || marks_time.iter().any(|word| line.contains(word))
}

/// What many runs came to.
#[derive(Debug, Default)]
pub struct Tally {
    runs: u64,
    days: u64,
    events: u64,
    messages: u64,
    operations: u64,
    polls: u64,
    notifications: u64,
    changes: u64,
    kills: u64,
    restarts: u64,
    due: u64,
    letters: u64,
    skipped: u64,
    held: u64,
    sent_again: u64,
    dropped: u64,
    undone: u64,
    unseen: u64,
    unreadable: u64,
    named_late: u64,
    words: u64,
    arrived: u64,
    presses: u64,
    loud: u64,
    silent: u64,
    calls: u64,
    broken: BTreeMap<Promise, u64>,
    failing: Vec<u64>,
    deaths: BTreeMap<Site, u64>,
}

impl Tally {
    /// Adds a run.
    pub fn add(&mut self, report: &Report) {
        let (verdict, exceptions) = (&report.verdict, report.verdict.exceptions);
        self.runs += 1;
        self.days += u64::from(report.days);
        for (sum, one) in [
            (&mut self.events, report.events),
            (&mut self.messages, report.messages),
            (&mut self.operations, report.operations),
            (&mut self.polls, report.polls),
            (&mut self.notifications, report.notifications),
            (&mut self.changes, report.changes),
            (&mut self.kills, report.kills),
            (&mut self.restarts, report.restarts),
            (&mut self.due, verdict.due),
            (&mut self.letters, verdict.letters),
            (&mut self.skipped, verdict.skipped),
            (&mut self.held, verdict.held),
            (&mut self.named_late, verdict.named_late),
            (&mut self.words, verdict.words),
            (&mut self.arrived, verdict.arrived),
            (&mut self.presses, verdict.presses),
            (&mut self.loud, verdict.loud),
            (&mut self.silent, verdict.silent),
            (&mut self.calls, verdict.calls),
            (&mut self.sent_again, exceptions.sent_again),
            (&mut self.dropped, exceptions.dropped),
            (&mut self.undone, exceptions.undone),
            (&mut self.unseen, exceptions.unseen),
            (&mut self.unreadable, exceptions.unreadable),
        ] {
            *sum += one;
        }
        for breach in &verdict.breaches {
            *self.broken.entry(breach.promise).or_default() += 1;
        }
        if !verdict.breaches.is_empty() {
            self.failing.push(report.seed);
        }
        for (site, count) in &report.deaths {
            *self.deaths.entry(*site).or_default() += count;
        }
    }

    /// The seeds in which a promise was broken.
    pub fn failing(&self) -> &[u64] {
        &self.failing
    }

    /// Events, deaths and changes of notifications in a mean day, notifications in a run, polls in a mean day.
    #[expect(clippy::cast_precision_loss, reason = "means of counts that are far below 2^52")]
    pub fn means(&self) -> [f64; 5] {
        let day = |sum: u64| sum as f64 / self.days.max(1) as f64;
        [
            day(self.events),
            day(self.kills),
            day(self.changes),
            self.notifications as f64 / self.runs.max(1) as f64,
            day(self.polls),
        ]
    }

    /// The sites at which too few died.
    pub fn spared(&self) -> Vec<(Site, u64)> {
        let died = |site: &Site| self.deaths.get(site).copied().unwrap_or(0);
        let sites = Site::all().into_iter().map(|site| (site, died(&site)));
        sites.filter(|(_, count)| *count < LEAST_DEATHS).collect()
    }

    /// What members did, and whose phones rang.
    fn tell_of_people(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            formatter,
            "members: {} words typed, of which {} arrived, {} presses",
            self.words, self.arrived, self.presses
        )?;
        writeln!(
            formatter,
            "of the messages {} began as ones that ring, {} as ones that do not, and {} called somebody",
            self.loud, self.silent, self.calls
        )
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [events, kills, changes, notifications, polls] = self.means();
        writeln!(
            formatter,
            "{} runs, {} simulated days, {} operations",
            self.runs, self.days, self.operations
        )?;
        writeln!(
            formatter,
            "a mean day: {polls:.0} polls, {events:.0} events, {kills:.1} deaths, {changes:.1} changes of \
             notifications; {notifications:.1} notifications in {} servers a run",
            LAYOUT.len()
        )?;
        writeln!(
            formatter,
            "in all: {} messages, {} promised posts, {} ends by SIGTERM, {} held, {} named late",
            self.messages, self.due, self.restarts, self.held, self.named_late
        )?;
        self.tell_of_people(formatter)?;
        writeln!(
            formatter,
            "exceptions: (a) sent again {}, (b) dropped {}, (c) undone {}, (d) unseen {}, (e) set aside {}, \
             (f) unreadable {}, (g) skipped {}",
            self.sent_again,
            self.dropped,
            self.undone,
            self.unseen,
            self.letters,
            self.unreadable,
            self.skipped
        )?;
        writeln!(formatter, "{:>44} {:>7}", "died", "times")?;
        for site in Site::all() {
            let count = self.deaths.get(&site).copied().unwrap_or(0);
            writeln!(formatter, "{:>44} {count:>7}", site.to_string())?;
        }
        for (promise, count) in &self.broken {
            writeln!(formatter, "BROKEN: {} {count} times", promise.word())?;
        }
        writeln!(
            formatter,
            "{} of {} runs broke a promise: {:?}",
            self.failing.len(),
            self.runs,
            self.failing
        )
    }
}
