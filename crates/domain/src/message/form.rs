//! A form that opens over what a person sees, with what they typed before.

/// A form of at most five fields; what is filled in comes back under the fields' ids.
#[derive(Clone, PartialEq, Eq)]
pub struct Form {
    /// What it sends to the bot with what was filled in: at most 100 characters.
    pub custom_id: String,
    /// Its headline.
    pub title: String,
    /// The fields, from top to bottom.
    pub fields: Vec<FormField>,
}

/// Something to fill in.
#[derive(Clone, PartialEq, Eq)]
pub struct FormField {
    /// Under what its text comes back.
    pub id: &'static str,
    /// What is read above it.
    pub label: String,
    /// What stands in it already.
    pub text: String,
    /// How many characters it takes.
    pub most: u16,
    /// Whether it may be left empty.
    pub need: Need,
    /// How it is typed.
    pub lines: Lines,
}

/// How a field is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lines {
    /// On one line.
    One,
    /// In paragraphs.
    Several,
}

/// Whether a field may be left empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// It may not.
    Required,
    /// It may.
    Optional,
}

/// A form holds what a person typed.
impl std::fmt::Debug for Form {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Form").field("title", &self.title).finish_non_exhaustive()
    }
}
