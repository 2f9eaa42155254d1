//! Stories of delivery, over the real store in memory and a Discord made for the test.

pub(super) mod events;
