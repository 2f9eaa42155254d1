//! What the command line asks for.

use std::path::PathBuf;

use anyhow::Context as _;

const KILLS: u32 = 50;

/// What is to be done.
pub(crate) struct Order {
    /// How often to kill.
    pub(crate) kills: u32,
    /// By which moments and traffic are drawn.
    pub(crate) seed: u64,
    /// Which binary, if one is named.
    pub(crate) binary: Option<PathBuf>,
}

impl Order {
    pub(crate) fn read(arguments: &[String]) -> anyhow::Result<Self> {
        let mut order = Self { kills: KILLS, seed: fastrand::u64(..), binary: None };
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--binary" => order.binary = Some(words.next().context("--binary needs a path")?.into()),
                "--seed" => order.seed = words.next().context("--seed needs a number")?.parse()?,
                number => order.kills = number.parse().with_context(|| format!("what is {number}?"))?,
            }
        }
        Ok(order)
    }
}
