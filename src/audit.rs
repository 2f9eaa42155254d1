//! `deskbell audit verify FILE`: whether what `/audit` exported is as the bot wrote it, on any machine, without a store.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, bail};
use deskbell_domain::audit::export::{Verified, verify};
use deskbell_domain::time::UnixMillis;

/// The least of a head that counts: less would be found by chance.
const LEAST_HEAD: usize = 16;

/// Verifies a file, and whether it has what was posted in a channel; answers what is to be printed.
pub fn verify_file(file: &Path, head: Option<&str>) -> anyhow::Result<String> {
    if head.is_some_and(|head| head.len() < LEAST_HEAD) {
        bail!("the head has {LEAST_HEAD} characters at least, as it was posted");
    }
    let text = fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let verified =
        verify(&text, head).with_context(|| format!("{} is not what the bot wrote", file.display()))?;
    Ok(told(&verified))
}

fn told(verified: &Verified) -> String {
    let chain = &verified.chain;
    let since = chain.since.map(|since| format!(" since {}", moment(since))).unwrap_or_default();
    let mut lines = vec![format!(
        "server {}: {} entries{since}, unbroken up to entry {}, whose head is {}",
        verified.guild,
        chain.entries,
        chain.head.seq,
        chain.head.short()
    )];
    if let Some(found) = &verified.anchor {
        lines.push(format!("agrees with what was posted: entry {} of {}", found.seq, moment(found.at)));
    } else {
        lines.push("to be compared with what was posted in the channel; the last of each day:".to_owned());
        let heads = verified.heads.iter();
        lines.extend(heads.map(|head| format!("  {}  entry {}  {}", moment(head.at), head.seq, head.head)));
    }
    lines.join("\n")
}

fn moment(at: UnixMillis) -> String {
    jiff::Timestamp::from_millisecond(at.0)
        .map_or_else(|_| at.0.to_string(), |at| at.strftime("%F %T UTC").to_string())
}
