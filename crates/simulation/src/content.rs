//! What a message says of itself.

use deskbell_domain::card::chosen::CardFields;
use deskbell_domain::card::{Card, Size};
use deskbell_domain::delivery::Reference;
use deskbell_domain::event::EventKind;
use deskbell_domain::ids::RoleId;
use deskbell_domain::mention::{Mention, Whom};
use deskbell_domain::message::Message;
use deskbell_domain::service::request::{SampleCalls, SampleOf};
use deskbell_domain::subscription::{Alert, Detail};
use deskbell_domain::workspace::Workspace;
use deskbell_text::announcement::sample;

use crate::tenant::PERSONAL;

/// Whom notifications call: nobody, one of two roles, or whoever has the conversation.
pub(crate) const CALLED: [Option<Whom>; 4] =
    [None, Some(Whom::Role(RoleId(80))), Some(Whom::Role(RoleId(81))), Some(Whom::WhoeverHasIt)];

/// The references in the footers of a message's cards.
pub(crate) fn references(content: &Message) -> impl Iterator<Item = &Reference> {
    content.cards.iter().filter_map(|card| card.footer.as_ref()?.reference.as_ref())
}

/// What somebody shares: a person by name.
pub(crate) fn shared_card() -> Message {
    let mut card = Card::blank(Size::Normal, 0);
    card.title = Some(format!("{PERSONAL} is shared"));
    Message::say("shared").card(card)
}

/// Whether a message is a card that somebody shared, which belongs to no notification.
pub(crate) fn is_shared(content: &Message) -> bool {
    *content == shared_card()
}

/// Whether a message is the sample of `/notify test`: an invented person, whom no notification is for.
pub(crate) fn is_sample(content: &Message, workspace: &Workspace) -> bool {
    let details = Detail::ALL;
    let (workspace_name, fields) = (workspace.name.as_str(), &CardFields::default());
    let is_of = |kind, detail, alert, whom: Option<Whom>| {
        let (mention, calls) = (whom.map(Mention::of), SampleCalls::Nobody);
        *content == sample(&SampleOf { kind, detail, alert, mention, calls, workspace_name, fields })
    };
    let is_one = |kind, detail| {
        let mut alerts = [Alert::Loud, Alert::Silent].into_iter();
        alerts.any(|alert| CALLED.into_iter().any(|whom| is_of(kind, detail, alert, whom)))
    };
    references(content).next().is_none()
        && EventKind::ALL.into_iter().any(|kind| details.into_iter().any(|detail| is_one(kind, detail)))
}
