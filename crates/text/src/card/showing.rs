//! How a card is to be shown.

use deskbell_domain::card::chosen::CardFields;
use deskbell_domain::card::{Footer, Size};
use deskbell_domain::delivery::Reference;
use deskbell_domain::links::Links;
use deskbell_domain::subscription::Detail;

/// What all cards of a workspace need.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a> {
    /// For the footer.
    pub workspace_name: &'a str,
    /// For the links of headlines and buttons.
    pub links: &'a Links,
    /// What an operator wants to see beside the fields that always stand there.
    pub fields: &'a CardFields,
}

/// How a card is to be shown.
#[derive(Debug, Clone)]
pub struct Showing<'a> {
    /// How much of the record.
    pub detail: Detail,
    /// How much room.
    pub size: Size,
    /// What all cards of the workspace need.
    pub shown: Shown<'a>,
    /// For the footer of a card about an event.
    pub reference: Option<Reference>,
    /// Where it stands.
    pub placement: Placement,
}

/// Where a card stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placement {
    /// In a channel, for everybody there.
    Channel,
    /// In a reply, for the one who asked: with the picture's address, and a lead's external id as "Lead Id".
    Reply,
}

impl Showing<'_> {
    /// The small print of a card about this.
    pub(crate) fn footer(&self, word: &str) -> Footer {
        Footer {
            word: word.to_owned(),
            workspace: self.shown.workspace_name.to_owned(),
            reference: self.reference.clone(),
            more: 0,
        }
    }
}
