//! The stand-in for Discord.
