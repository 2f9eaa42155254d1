//! How long things may be, in code points: our own limits, so that a channel stays readable, and Discord's.
//!
//! Discord counts code points, after trimming, of what is sent: escapes count.

/// A card's headline.
pub const TITLE: usize = 200;
/// The text under it.
pub const DESCRIPTION: usize = 700;
/// A field's value.
pub const FIELD_VALUE: usize = 300;
/// The value of a field with a row of its own: the block "More".
pub const MORE: usize = 1_000;
/// The workspace's name in the small print.
pub const WORKSPACE_NAME: usize = 60;
/// A card in all.
pub const CARD: usize = 1_800;
/// A brief card in all. Ten make exactly [`MESSAGE`].
pub const BRIEF_CARD: usize = 580;
/// A line that is cut shorter than this has no room for a link and what stands beside it.
pub const LINE_WITH_A_LINK: usize = 160;
/// The cards of a message in all.
pub const MESSAGE: usize = 5_800;
/// Each line of the content above cards.
pub const CONTENT_LINE: usize = 120;

/// Discord's own limits.
pub mod discord {
    /// A message's content.
    pub const CONTENT: usize = 2_000;
    /// Embeds of a message.
    pub const EMBEDS: usize = 10;
    /// Title, description, field names and values, footer of all embeds of a message together.
    pub const EMBED_SUM: usize = 6_000;
    /// An embed's title.
    pub const TITLE: usize = 256;
    /// An embed's description.
    pub const DESCRIPTION: usize = 4_096;
    /// Fields of an embed.
    pub const FIELDS: usize = 25;
    /// A field's name.
    pub const FIELD_NAME: usize = 256;
    /// A field's value.
    pub const FIELD_VALUE: usize = 1_024;
    /// A footer.
    pub const FOOTER: usize = 2_048;
    /// An address in an embed.
    pub const URL: usize = 2_048;
    /// Rows of controls.
    pub const ROWS: usize = 5;
    /// Buttons of a row.
    pub const BUTTONS: usize = 5;
    /// A button's label.
    pub const BUTTON_LABEL: usize = 80;
    /// The address of a button.
    pub const BUTTON_URL: usize = 512;
    /// What a control carries.
    pub const CUSTOM_ID: usize = 100;
    /// Options of a select.
    pub const OPTIONS: usize = 25;
    /// Label, description and value of an option.
    pub const OPTION: usize = 100;
    /// The headline of a form, and what is read above a field of it.
    pub const FORM_TITLE: usize = 45;
    /// The text in a field of a form.
    pub const FORM_TEXT: usize = 4_000;
    /// What stands in a select before a choice.
    pub const PLACEHOLDER: usize = 150;
}

/// The length of a text as Discord counts it.
pub fn code_points(text: &str) -> usize {
    text.chars().count()
}
