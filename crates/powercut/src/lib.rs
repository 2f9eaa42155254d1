//! Replays what the store wrote to its disk, up to every power cut that could have been.
