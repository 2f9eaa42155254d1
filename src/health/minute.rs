//! A moment, as the sentences of `deskbell health` have it.

use deskbell_domain::time::UnixMillis;

/// Like `2026-11-20 09:30 UTC`.
pub(super) fn minute(at: UnixMillis) -> String {
    let at = jiff::Timestamp::from_millisecond(at.0).unwrap_or_default();
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}
