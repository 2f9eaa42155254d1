//! The routes that make parts: replies, notes, and what is done to a conversation.
//!
//! Chosen where Intercom does not say: what a conversation is already is refused with 422, as a second assignment to the
//! same teammate is; parts made here carry the code of an app, as the description's words have it.

use axum::{
    Extension, Json,
    extract::{Path, State as Shared},
};
use bytes::Bytes;
use data_encoding::BASE64;
use serde_json::{Map, Value};

use super::{
    AdminId, AlreadySo, ApiVersion, Conversation, ConversationId, Intercom, TeamId,
    answer::{MarkedAnswer, described, outside_description},
    deed::{self, Now},
    part::{Act, Assignee, Attachment, Author, BOT, ConversationState, NewPart},
    refusal::Refusal,
    request::{number, read_object, text},
    state::State,
    wire,
};

/// The code of the app whose token is used.
const APP: &str = "test-integration";
/// How many files a reply may carry.
const MOST_FILES: usize = 10;

type Wanted = Map<String, Value>;

/// Comments and notes.
pub(super) async fn reply(
    Shared(intercom): Shared<Intercom>,
    Extension(version): Extension<ApiVersion>,
    Path(id): Path<String>,
    body: Bytes,
) -> MarkedAnswer {
    let wanted = read_object(&body)?;
    perform(&intercom, &ConversationId::from(id), version, |state, _| read_reply(state, &wanted))
}

/// Assignments, closes, opens and snoozes.
pub(super) async fn act(
    Shared(intercom): Shared<Intercom>,
    Extension(version): Extension<ApiVersion>,
    Path(id): Path<String>,
    body: Bytes,
) -> MarkedAnswer {
    let wanted = read_object(&body)?;
    perform(&intercom, &ConversationId::from(id), version, |state, conversation| {
        let act = read_act(state, conversation, &wanted)?;
        let new = NewPart::by(Author::Admin(teammate(state, &wanted)?), act).from_app(APP);
        Ok(match text(&wanted, "body") {
            Some(body) => new.body(&as_html(body)),
            None => new,
        })
    })
}

/// Checks and does it in one go, tells of it, and answers with the new part alone.
fn perform(
    intercom: &Intercom,
    id: &ConversationId,
    version: ApiVersion,
    read: impl FnOnce(&State, &Conversation) -> Result<NewPart, Refusal>,
) -> MarkedAnswer {
    let now = Now::of(&intercom.clock);
    let (done, answer) = intercom.with(|state| {
        let new = read(state, state.conversation(id).ok_or_else(Refusal::no_resource)?)?;
        let done = deed::perform(state, id, new, now).ok_or_else(Refusal::no_resource)?;
        let conversation = state.conversation(id).ok_or_else(Refusal::no_resource)?;
        let answer = Json(wire::conversation_with_part(state, conversation, Some(done.part), version));
        let is_described = conversation.is_described();
        Ok((done, if is_described { described(answer) } else { outside_description(answer) }))
    })?;
    intercom.webhooks().of_part(id, done.part, &done.topics);
    Ok(answer)
}

fn read_reply(state: &State, wanted: &Wanted) -> Result<NewPart, Refusal> {
    let author = match text(wanted, "type") {
        Some("admin") if id_of(wanted, "admin_id") == Ok(BOT.0) => Author::operator(),
        Some("admin") => Author::Admin(teammate(state, wanted)?),
        Some("user") => Author::Contact(customer(state, wanted)?),
        _ => return Err(invalid("type")),
    };
    let act = match text(wanted, "message_type") {
        Some("comment" | "quick_reply") => Act::Comment,
        Some("note") => Act::Note,
        _ => return Err(invalid("message_type")),
    };
    let body = text(wanted, "body").filter(|body| !body.trim().is_empty());
    let body = body.ok_or_else(|| Refusal::bad_request("parameter_not_found", "body is missing"))?;
    let mut new = NewPart::by(author, act).body(&as_html(body)).from_app(APP);
    if let Some(at) = number(wanted, "created_at") {
        new = new.created_at(at);
    }
    Ok(files(wanted)?.into_iter().fold(new, NewPart::attachment))
}

fn read_act(state: &State, conversation: &Conversation, wanted: &Wanted) -> Result<Act, Refusal> {
    let refuses = state.settings.already_so == AlreadySo::Refused;
    match text(wanted, "message_type") {
        Some("assignment") => {
            let to = assignee(state, wanted)?;
            if is_in_charge(conversation, to) {
                Err(already("assigned to this assignee"))
            } else {
                Ok(Act::Assign(to))
            }
        }
        Some("close") if refuses && conversation.state == ConversationState::Closed => Err(already("closed")),
        Some("close") => Ok(Act::Close),
        Some("open") if refuses && conversation.state == ConversationState::Open => Err(already("open")),
        Some("open") => Ok(Act::Open),
        Some("snoozed") => {
            Ok(Act::Snooze(number(wanted, "snoozed_until").ok_or_else(|| invalid("snoozed_until"))?))
        }
        _ => Err(invalid("message_type")),
    }
}

fn is_in_charge(conversation: &Conversation, to: Assignee) -> bool {
    match to {
        Assignee::Admin(admin) => conversation.assignee == Some(admin),
        Assignee::Team(team) => conversation.assignee.is_none() && conversation.team == Some(team),
        Assignee::Nobody | Assignee::Bot => conversation.assignee.is_none() && conversation.team.is_none(),
    }
}

fn assignee(state: &State, wanted: &Wanted) -> Result<Assignee, Refusal> {
    let id: u64 = id_of(wanted, "assignee_id")?;
    let found = match text(wanted, "type") {
        _ if id == 0 => Some(Assignee::Nobody),
        Some("admin") => known_admin(state, id).map(Assignee::Admin),
        Some("team") => state.teams.contains_key(&TeamId(id)).then_some(Assignee::Team(TeamId(id))),
        _ => return Err(invalid("type")),
    };
    found.ok_or_else(|| Refusal::not_found("assignee_not_found", "Assignee not found"))
}

/// The teammate who acts; a team is none.
pub(super) fn teammate(state: &State, wanted: &Wanted) -> Result<AdminId, Refusal> {
    known_admin(state, id_of(wanted, "admin_id")?).ok_or_else(Refusal::no_resource)
}

fn known_admin(state: &State, id: u64) -> Option<AdminId> {
    state.admins.iter().map(|admin| admin.id).find(|known| known.0 == id)
}

fn customer(state: &State, wanted: &Wanted) -> Result<super::ContactId, Refusal> {
    let id = text(wanted, "intercom_user_id").ok_or_else(|| invalid("intercom_user_id"))?;
    state.live(&id.into()).map(|contact| contact.id.clone()).ok_or_else(Refusal::no_contact)
}

/// An id, which Intercom takes as a number or as text.
fn id_of(wanted: &Wanted, field: &'static str) -> Result<u64, Refusal> {
    number(wanted, field).and_then(|id| u64::try_from(id).ok()).ok_or_else(|| invalid(field))
}

/// Files that are sent along, and pictures that Intercom would fetch.
fn files(wanted: &Wanted) -> Result<Vec<Attachment>, Refusal> {
    let list = |field: &str| wanted.get(field).and_then(Value::as_array).cloned().unwrap_or_default();
    let sent = list("attachment_files").iter().map(file).collect::<Option<Vec<_>>>();
    let mut files = sent.ok_or_else(|| invalid("attachment_files"))?;
    files.extend(list("attachment_urls").iter().filter_map(Value::as_str).map(picture));
    if files.len() > MOST_FILES { Err(invalid("attachment_files")) } else { Ok(files) }
}

fn file(file: &Value) -> Option<Attachment> {
    let name = file["name"].as_str()?;
    Some(Attachment {
        name: name.to_owned(),
        url: format!("https://downloads.intercomcdn.example/{name}"),
        content_type: file["content_type"].as_str()?.to_owned(),
        size: BASE64.decode(file["data"].as_str()?.as_bytes()).ok()?.len() as u64,
    })
}

fn picture(url: &str) -> Attachment {
    let name = url.rsplit('/').next().unwrap_or_default();
    Attachment { name: name.to_owned(), url: url.to_owned(), content_type: "image/png".to_owned(), size: 0 }
}

/// Words come back as HTML, whatever they came as.
fn as_html(body: &str) -> String {
    if body.contains('<') { body.to_owned() } else { format!("<p>{}</p>", body.replace('\n', "<br>")) }
}

fn invalid(field: &str) -> Refusal {
    Refusal::bad_request("parameter_invalid", format!("{field} is invalid"))
}

fn already(what: &str) -> Refusal {
    Refusal::unprocessable("parameter_invalid", format!("Conversation is already {what}"))
}
