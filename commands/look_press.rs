//! The controls below what `/lead` and `/user` show.

use deskbell_desk::access::Grant;
use deskbell_desk::contact::Role;
use deskbell_desk::ids::ContactId;
use deskbell_desk::press::parse_contact;
use deskbell_desk::service::list::ListQuery;
use deskbell_desk::service::share::ShareDecision;

use crate::answer::Place;
use crate::components::is_key;
use crate::error::{CommandError, Effect, Refusal};
use crate::export_file::Format;
use crate::session::Session;
use crate::share::share;
use crate::{contact, export, guard, list, user};

/// What such a control carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LookPress {
    /// Opens a contact's card in a message of its own.
    Open(ContactId),
    /// "Show one of these…": the select's value is a contact's id.
    OpenOne,
    /// [Share here].
    Share(ContactId),
    /// [Share anyway], in a channel that everyone can read.
    ShareAnyway(ContactId),
    /// A page of a list; the key holds its query and cursors.
    Page(String, u32),
    /// [Show it again]: the first page of all of a kind.
    List(Role),
    /// `[Export]` of a list; the key holds its query.
    Export(String),
    /// [Try again] of a look-up; the key holds what was looked for.
    LookAgain(String),
    /// The choice among several users with one e-mail; the key holds what is to be changed.
    Update(String),
}

impl LookPress {
    /// As a `custom_id`.
    pub(crate) fn to_custom_id(&self) -> String {
        match self {
            Self::Open(id) => format!("v1:open:{id}"),
            Self::OpenOne => "v1:open-one".to_owned(),
            Self::Share(id) => format!("v1:share:{id}"),
            Self::ShareAnyway(id) => format!("v1:share-anyway:{id}"),
            Self::Page(key, page) => format!("v1:page:{key}:{page}"),
            Self::List(role) => format!("v1:list:{}", role.word()),
            Self::Export(key) => format!("v1:export:{key}"),
            Self::LookAgain(key) => format!("v1:look:{key}"),
            Self::Update(key) => format!("v1:update:{key}"),
        }
    }

    /// Reads a `custom_id`; none where it is not one of these.
    pub(crate) fn parse(custom_id: &str) -> Option<Self> {
        let parts: Vec<_> = custom_id.strip_prefix("v1:")?.split(':').collect();
        let key = |text: &str| is_key(text).then(|| text.to_owned());
        Some(match parts.as_slice() {
            ["open", id] => Self::Open(parse_contact(id)?),
            ["open-one"] => Self::OpenOne,
            ["share", id] => Self::Share(parse_contact(id)?),
            ["share-anyway", id] => Self::ShareAnyway(parse_contact(id)?),
            ["page", id, page] => Self::Page(key(id)?, parse_page(page)?),
            ["list", "lead"] => Self::List(Role::Lead),
            ["list", "user"] => Self::List(Role::User),
            ["export", id] => Self::Export(key(id)?),
            ["look", id] => Self::LookAgain(key(id)?),
            ["update", id] => Self::Update(key(id)?),
            _ => return None,
        })
    }

    /// Whether the answer replaces the message that was pressed.
    pub(crate) fn place(&self) -> Place {
        match self {
            Self::LookAgain(_) => Place::Again,
            Self::Page(..) | Self::List(_) | Self::Update(_) => Place::Same,
            Self::Open(_) | Self::OpenOne | Self::Share(_) | Self::ShareAnyway(_) | Self::Export(_) => {
                Place::New
            }
        }
    }

    /// Whether it would change something; a read can be tried again by the same press.
    pub(crate) fn effect(&self) -> Effect {
        match self {
            Self::Share(_) | Self::ShareAnyway(_) | Self::Update(_) => Effect::Write,
            Self::OpenOne => Effect::Read { again: None },
            _ => Effect::Read { again: Some(self.to_custom_id()) },
        }
    }
}

fn parse_page(text: &str) -> Option<u32> {
    let page: u32 = text.parse().ok()?;
    (page.to_string() == text && page >= 1).then_some(page)
}

/// Answers a press.
pub(crate) async fn answer(
    session: &Session<'_>,
    press: LookPress,
    chosen: &[String],
) -> Result<(), CommandError> {
    let needed = if matches!(press, LookPress::Export(_)) { Grant::LookAndExport } else { Grant::Look };
    guard::may_look(session.desk, &session.asker, needed).await?;
    match press {
        LookPress::Open(id) => contact::open(session, &id).await,
        LookPress::OpenOne => contact::open(session, &one(chosen)?).await,
        LookPress::Share(id) => share(session, &id, ShareDecision::Open).await,
        LookPress::ShareAnyway(id) => share(session, &id, ShareDecision::Anyway).await,
        LookPress::Page(key, page) => list::turn(session, &key, page).await,
        LookPress::List(role) => list::begin(session, ListQuery::all(role)).await,
        LookPress::Export(key) => {
            let query = list::query_of(session, &key).await?;
            export::export(session, query, Format::Csv).await
        }
        LookPress::LookAgain(key) => contact::get_again(session, &key).await,
        LookPress::Update(key) => user::picked(session, &key, &one(chosen)?).await,
    }
}

/// The contact that was chosen in a select.
pub(crate) fn one(chosen: &[String]) -> Result<ContactId, CommandError> {
    let id = chosen.first().and_then(|id| parse_contact(id));
    id.ok_or_else(|| Refusal::OldButton.into())
}

#[cfg(test)]
mod tests;
