//! Whether a text says what of the log is written.

use tracing::level_filters::LevelFilter;
use tracing_subscriber::EnvFilter;

use super::mistake::{set_or_default, shown, wrong};
use super::values::Mistake;
use super::variables::Variables;

pub(super) fn log_filter_text(variables: &Variables) -> Result<&str, Mistake> {
    set_or_default(variables, "RUST_LOG")
}

pub(super) fn log_filter(variables: &Variables) -> Result<(), Mistake> {
    let text = log_filter_text(variables)?;
    let sentence =
        || format!("RUST_LOG \"{}\" is not a log filter. Write info or deskbell=debug.", shown(text));
    if is_log_filter(text) { Ok(()) } else { Err(wrong("RUST_LOG", sentence())) }
}

/// Whether it is a filter, and would not silence everything by a slip.
fn is_log_filter(text: &str) -> bool {
    EnvFilter::builder().parse(text).is_ok() && text.split(',').all(is_level_or_part)
}

/// A single word that is no level would be read as the name of a part, and silence all others.
fn is_level_or_part(directive: &str) -> bool {
    let word = directive.trim();
    let is_single = !word.contains(['=', '[', ':']) && !word.is_empty();
    !is_single || word.starts_with("deskbell") || word.parse::<LevelFilter>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_is_no_level_does_not_silence_the_log() {
        for text in ["info", "WARN", "off", "deskbell=debug", "info,deskbell_intercom=trace", "deskbell"] {
            assert!(is_log_filter(text), "{text}");
        }
        for text in ["verbose", "info,quiet", "deskbell=verbose", "all"] {
            assert!(!is_log_filter(text), "{text}");
        }
    }
}
