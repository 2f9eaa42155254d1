//! The log: to standard error, as text or JSON.
//!
//! What other libraries would say is capped whatever `RUST_LOG` asks for: serenity writes addresses that hold the
//! tokens of interactions, and the HTTP libraries write whole addresses at their chatty levels.

use std::io::IsTerminal;

use tracing::Metadata;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, filter, fmt};

use crate::config::{LogConfig, LogFormat};

/// Parts whose words may hold secrets.
const SILENT: [&str; 1] = ["serenity"];
/// Parts that may warn and no more.
const QUIET: [&str; 9] =
    ["h2", "hyper", "hyper_util", "poise", "reqwest", "rustls", "sled", "tokio_tungstenite", "tungstenite"];

/// Starts the log. Called once; a second call (as in tests) changes nothing.
pub fn start(config: &LogConfig) {
    let filter = EnvFilter::builder().parse(&config.filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = match config.format {
        LogFormat::Text => fmt::layer()
            .with_ansi(coloured(std::io::stderr().is_terminal()))
            .with_writer(std::io::stderr)
            .boxed(),
        LogFormat::Json => fmt::layer().json().with_writer(std::io::stderr).boxed(),
    };
    let lines = lines.with_filter(filter::filter_fn(may_be_written)).with_filter(filter);
    let _ = tracing_subscriber::registry().with(lines).try_init();
}

/// Has every panic logged by its place and thread. Its message is left out: it may quote a customer's text.
pub fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        let thread = std::thread::current();
        tracing::error!(
            place,
            thread = thread.name(),
            "a part of Deskbell panicked, which is a fault of ours"
        );
    }));
}

/// Colour codes are for eyes: a file, a pipe or a container's log gets plain text, and so does who sets `NO_COLOR`.
fn coloured(terminal: bool) -> bool {
    terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

fn may_be_written(metadata: &Metadata<'_>) -> bool {
    *metadata.level() <= cap(metadata.target())
}

fn cap(target: &str) -> LevelFilter {
    let part = target.split("::").next().unwrap_or_default();
    if SILENT.contains(&part) {
        LevelFilter::OFF
    } else if QUIET.contains(&part) {
        LevelFilter::WARN
    } else {
        LevelFilter::TRACE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_that_no_terminal_shows_has_no_colour_codes() {
        assert!(!coloured(false));
    }

    #[test]
    fn libraries_that_would_write_tokens_are_silent_whatever_is_asked_for() {
        assert_eq!(cap("serenity::http::client"), LevelFilter::OFF);
        assert_eq!(cap("reqwest::connect"), LevelFilter::WARN);
        assert_eq!(cap("deskbell_intercom::call"), LevelFilter::TRACE);
    }

    #[test]
    fn a_panic_is_logged_by_its_place_and_thread_and_without_its_text() {
        let written = Written::default();
        let lines = written.clone();
        let subscriber = fmt().with_ansi(false).with_writer(move || lines.clone()).finish();
        let before = std::panic::take_hook();
        log_panics();
        let panicked = tracing::subscriber::with_default(subscriber, || {
            std::panic::catch_unwind(|| panic!("ada@acme.example has written"))
        });
        std::panic::set_hook(before);
        assert!(panicked.is_err());
        let written = String::from_utf8(written.0.lock().unwrap().clone()).expect("text");
        let here = written.contains("place=\"src/telemetry.rs:") && written.contains("thread=\"");
        assert!(here && !written.contains("ada@"), "{written}");
    }

    /// A log in memory.
    #[derive(Clone, Default)]
    struct Written(std::sync::Arc<std::sync::Mutex<Vec<u8>>>);

    impl std::io::Write for Written {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
}
