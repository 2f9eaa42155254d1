//! Chance and numbers: ids that no other record of the workspace has, and what goes wrong now and then.

/// Draws from a seed, so that the same workspace comes about again.
#[derive(Debug)]
pub(super) struct Chance {
    random: fastrand::Rng,
    serial: u64,
}

impl Chance {
    pub(super) fn seeded(seed: u64) -> Self {
        Self { random: fastrand::Rng::with_seed(seed), serial: 0 }
    }

    /// An id of 24 hexadecimal digits that begins with the time, as Intercom's do.
    pub(super) fn object_id(&mut self, unix_seconds: i64) -> String {
        let chance = self.random.u32(..);
        let serial = self.next_serial() & 0xffff_ffff;
        format!("{:08x}{chance:08x}{serial:08x}", unix_seconds & 0xffff_ffff)
    }

    /// Whether something happens that does so often in a hundred.
    pub(super) fn happens(&mut self, in_a_hundred: u8) -> bool {
        self.random.u8(0..100) < in_a_hundred
    }

    /// Any share of one.
    pub(super) fn share(&mut self) -> f64 {
        self.random.f64()
    }

    /// A random UUID of version 4.
    pub(super) fn uuid(&mut self) -> String {
        let bits = self.random.u128(..);
        let [high, middle, low] = [bits >> 96, bits >> 80 & 0xffff, bits >> 64 & 0xfff];
        let (variant, node) = (0x8000 | bits >> 48 & 0x3fff, bits & 0xffff_ffff_ffff);
        format!("{high:08x}-{middle:04x}-4{low:03x}-{variant:04x}-{node:012x}")
    }

    /// A number that is larger than every one before.
    pub(super) fn next_serial(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }
}
