//! Shards: the connections over which Discord tells a bot of its servers, each of a part of them.

use std::num::NonZeroU32;

use crate::ids::GuildId;

/// How many shards a bot's servers are divided among.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ShardCount(NonZeroU32);

impl ShardCount {
    /// A bot in few servers has one.
    pub const ONE: Self = Self(NonZeroU32::MIN);

    /// So many; none are no number.
    pub fn new(count: u32) -> Option<Self> {
        NonZeroU32::new(count).map(Self)
    }

    /// The number.
    pub fn get(self) -> u32 {
        self.0.get()
    }

    /// Each of them, in order.
    pub fn all(self) -> impl Iterator<Item = Shard> {
        (0..self.get()).map(move |number| Shard { number, of: self })
    }

    /// The one that has this number; the first where there is none.
    pub fn shard(self, number: u32) -> Shard {
        Shard { number: if number < self.get() { number } else { 0 }, of: self }
    }

    /// The one that tells of a server: Discord divides them by the time at which they were made.
    pub fn of(self, guild: GuildId) -> Shard {
        let number = (guild.0 >> 22) % u64::from(self.get());
        // What is left of a division by a smaller number is smaller still.
        self.shard(u32::try_from(number).unwrap_or_default())
    }
}

/// One of a bot's shards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shard {
    number: u32,
    of: ShardCount,
}

impl Shard {
    /// The only one of a bot that has one.
    pub const ONLY: Self = Self { number: 0, of: ShardCount::ONE };

    /// Discord's number of it; the first is 0.
    pub fn number(self) -> u32 {
        self.number
    }

    /// How many there are.
    pub fn count(self) -> ShardCount {
        self.of
    }

    /// Whether it is this one that tells of a server.
    pub fn tells_of(self, guild: GuildId) -> bool {
        self.of.of(guild) == self
    }
}

/// How many of a bot's shards are connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConnectedShards {
    /// So many are.
    pub connected: u32,
    /// So many there are.
    pub of: u32,
}

impl ConnectedShards {
    /// Whether each of them is.
    pub fn are_all(self) -> bool {
        self.connected >= self.of
    }
}

/// Who knows how many of the bot's shards are connected.
pub trait Shards: Send + Sync {
    /// Now.
    fn connected_shards(&self) -> ConnectedShards;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_server_belongs_to_the_shard_that_discord_names() {
        // Discord's own: `(guild_id >> 22) % num_shards`.
        let four = ShardCount::new(4).unwrap();
        let guild = GuildId((1_795_435_203 << 22) | 5);
        let of = four.of(guild);
        assert_eq!((of.number(), of.count()), (3, four));
        assert_eq!(four.all().filter(|shard| shard.tells_of(guild)).collect::<Vec<_>>(), [of]);
        assert!(Shard::ONLY.tells_of(guild), "one has them all");
        assert_eq!(ShardCount::new(0), None);
    }
}
