//! Whether a message shows anything that a private card must not.

use deskbell_domain::message::Message;

use crate::tenant::PERSONAL;

/// Whether anything personal stands in what people would see of a message.
pub(crate) fn says_anything_personal(content: &Message) -> bool {
    shown(content).contains(PERSONAL)
}

/// What people would see of a message.
pub(crate) fn shown(content: &Message) -> String {
    format!("{:?}", Shown(content))
}

/// Debug output of texts hides what is personal, so what is shown is written out here.
struct Shown<'a>(&'a Message);

impl std::fmt::Debug for Shown<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        use deskbell_domain::card::text::{Piece, Text};
        let text = |formatter: &mut std::fmt::Formatter<'_>, text: &Text| {
            text.0.iter().try_for_each(|piece| match piece {
                Piece::Ours(text)
                | Piece::Theirs(text)
                | Piece::Bold(text)
                | Piece::Code(text)
                | Piece::Email(text)
                | Piece::Phone(text)
                | Piece::Address(text) => formatter.write_str(text),
                Piece::Link { label, .. } => formatter.write_str(label),
                Piece::When(..) => Ok(()),
                Piece::Quote(text, _) => formatter.write_str(&text.to_plain()),
            })
        };
        text(formatter, self.0.content.text())?;
        for card in &self.0.cards {
            formatter.write_str(card.title.as_deref().unwrap_or_default())?;
            card.description.iter().chain(&card.lines).try_for_each(|one| text(formatter, one))?;
            card.fields.iter().try_for_each(|field| text(formatter, &field.value))?;
        }
        Ok(())
    }
}
