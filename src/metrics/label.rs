//! Labels: names of ours with words of ours.

/// A label and its value.
pub(super) type Label = (&'static str, &'static str);
