//! The short keys under which the store keeps what does not fit a `custom_id`.

/// Whether a text can be such a key.
pub(crate) fn is_key(text: &str) -> bool {
    text.len() == 13 && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
}
