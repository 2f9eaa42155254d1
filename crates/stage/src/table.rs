//! The table: what was measured, the goal, and whether it was reached, as Markdown.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;

/// Rows under a line that says when and where they were measured.
pub struct Table {
    began: Timestamp,
    load: String,
    rows: Vec<Row>,
}

struct Row {
    figure: String,
    goal: String,
    measured: String,
}

impl Table {
    /// An empty table; the load is that of other programs, before the first figure.
    pub fn begun_now() -> Self {
        let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
        let load = load.split(' ').next().unwrap_or_default().to_owned();
        Self { began: Timestamp::now(), load, rows: Vec::new() }
    }

    /// A figure that has no goal, or is measured elsewhere.
    pub fn add(&mut self, figure: &str, goal: &str, measured: &str) {
        eprintln!("  {figure}: {measured}");
        let (figure, goal, measured) = (figure.to_owned(), goal.to_owned(), measured.to_owned());
        self.rows.push(Row { figure, goal, measured });
    }

    /// A figure with a goal; one that is missed is set in bold.
    pub fn judge(&mut self, figure: &str, goal: &str, measured: &str, reached: bool) {
        let measured = if reached { measured.to_owned() } else { format!("**{measured}** (missed)") };
        self.add(figure, goal, &measured);
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        let date = self.began.strftime("%Y-%m-%d");
        writeln!(f, "{date}, {cores} cores, load {} before the start\n", self.load)?;
        writeln!(f, "| figure | goal | measured |\n|---|---|---|")?;
        self.rows
            .iter()
            .try_for_each(|row| writeln!(f, "| {} | {} | {} |", row.figure, row.goal, row.measured))
    }
}

/// Times, ascending.
pub struct Times(Vec<Duration>);

impl Times {
    /// These times, in any order.
    pub fn new(mut times: Vec<Duration>) -> Self {
        times.sort();
        Self(times)
    }

    /// The time that so many of a hundred do not exceed (nearest rank); zero where there is none.
    pub fn percentile(&self, of_a_hundred: usize) -> Duration {
        let rank = (self.0.len() * of_a_hundred).div_ceil(100).max(1);
        self.0.get(rank - 1).copied().unwrap_or_default()
    }
}

impl Times {
    /// With the percentile that goals for webhooks are set at.
    pub fn with_p95(&self) -> String {
        let millis = |of_a_hundred| self.percentile(of_a_hundred).as_secs_f64() * 1000.0;
        let (p50, p95, p99) = (millis(50), millis(95), millis(99));
        format!("p50 {p50:.1} ms, p95 {p95:.1} ms, p99 {p99:.1} ms (n = {})", self.0.len())
    }
}

impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = |of_a_hundred| self.percentile(of_a_hundred).as_secs_f64() * 1000.0;
        write!(f, "p50 {:.1} ms, p99 {:.1} ms (n = {})", millis(50), millis(99), self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_the_time_at_its_rank() {
        let times = Times::new((1..=200).rev().map(Duration::from_millis).collect());
        let millis = [1, 50, 99, 100].map(|of_a_hundred| times.percentile(of_a_hundred).as_millis());
        assert_eq!(millis, [2, 100, 198, 200]);
        assert_eq!(Times::new(vec![Duration::from_millis(7)]).percentile(99), Duration::from_millis(7));
        assert_eq!(Times::new(Vec::new()).percentile(50), Duration::ZERO);
    }
}
