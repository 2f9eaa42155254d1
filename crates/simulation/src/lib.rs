//! The bot on simulated time, against an Intercom and a Discord drawn from a seed.
