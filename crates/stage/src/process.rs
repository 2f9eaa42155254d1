//! What the kernel tells of a process.

use anyhow::Context as _;

/// The kernel counts time in hundredths of a second for every program, whatever its own clock.
const TICKS_PER_SECOND: f64 = 100.0;

/// A process that runs.
#[derive(Clone, Copy)]
pub struct Process(pub u32);

/// Memory, in megabytes of 1,000,000 bytes.
pub struct Memory {
    /// What is resident now.
    pub resident: f64,
    /// The most that ever was.
    pub peak: f64,
}

impl Process {
    /// How much memory it has.
    pub fn memory(self) -> anyhow::Result<Memory> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0))?;
        let kilobytes = |name: &str| -> anyhow::Result<f64> {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).context("no such line")?;
            Ok(line.trim().trim_end_matches(" kB").parse::<f64>()?)
        };
        let megabytes = |name: &str| kilobytes(name).map(|kibibytes| kibibytes * 1024.0 / 1e6);
        Ok(Memory { resident: megabytes("VmRSS:")?, peak: megabytes("VmHWM:")? })
    }

    /// How many seconds it computed so far.
    pub fn cpu_seconds(self) -> anyhow::Result<f64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.0))?;
        // The name may hold spaces; what follows its bracket does not. utime and stime are the 14th and 15th of all.
        let after_name = stat.rsplit_once(") ").context("an odd line")?.1;
        let fields: Vec<&str> = after_name.split(' ').collect();
        let ticks =
            |at: usize| -> anyhow::Result<f64> { Ok(fields.get(at).context("a short line")?.parse()?) };
        Ok((ticks(11)? + ticks(12)?) / TICKS_PER_SECOND)
    }
}
