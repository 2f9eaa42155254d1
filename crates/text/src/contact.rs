//! What is said with a lead's or user's card.

pub mod company;
pub mod draft;
pub mod export;
pub mod leads;
pub mod list;
pub mod pick;
pub mod unclear;

use deskbell_domain::card::text::{Piece, Text, WhenStyle, shorten};
use deskbell_domain::card::{Card, Size};
use deskbell_domain::contact::{Contact, Role};
use deskbell_domain::ids::{ContactId, MemberId};
use deskbell_domain::message::{Button, Content, File, Message, SelectOption};
use deskbell_domain::port::intercom::{ContactFields, IntercomError};
use deskbell_domain::press::join::JoinPress;
use deskbell_domain::press::look::LookPress;
use deskbell_domain::ring::Ring;
use deskbell_domain::service::companies::Attachment;
use deskbell_domain::service::lead::Namesakes;
use deskbell_domain::service::user::{Update, Upsert};
use deskbell_domain::subscription::Detail;
use deskbell_domain::time::Timestamp;

use crate::around::Around;
use crate::candidate::{Candidate, told_apart};
pub use crate::card::Shown;
use crate::card::{self, Placement, Showing};
use crate::command::CommandName;
use crate::desk::person;
use crate::failure::cause;
use crate::field;

impl Shown<'_> {
    fn card(&self, contact: &Contact, placement: Placement) -> Card {
        let showing =
            Showing { detail: Detail::Full, size: Size::Normal, shown: *self, reference: None, placement };
        card::for_contact(contact, &showing)
    }

    fn linked(&self, contact: &Contact) -> Piece {
        Piece::Link { label: contact.display_name(), url: self.links.contact(&contact.id) }
    }

    /// The name as a link, and since when Intercom has the record.
    fn named(&self, contact: &Contact) -> Text {
        let moment = Piece::When(contact.created_at, WhenStyle::Relative);
        Text::default().with(self.linked(contact)).and(", ").with(moment)
    }
}

/// As many options a select has at most.
const MOST_OPTIONS: usize = 25;

/// How far the look-up of fields that only the legacy API has has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LegacyAnswer {
    /// Not asked yet: nothing is said of those fields.
    Awaited,
    /// It was asked, and what it told is on the card.
    Asked,
}

/// Why a card is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// It was asked for.
    Direct,
    /// The one asked for was merged into it.
    Merged(Role),
}

/// A card with e-mail and phone above it as plain text, which every phone can copy, and what is empty.
pub fn show(shown: Shown<'_>, contact: &Contact, route: Route, legacy: LegacyAnswer) -> Message {
    let mut lines = Vec::new();
    if let Route::Merged(role) = route {
        let start = match role {
            Role::Lead => "This lead was merged into ",
            Role::User => "This user was merged into ",
        };
        lines.push(Text::ours(start).with(shown.linked(contact)).and("; here it is."));
    }
    let reach: Vec<_> =
        [&contact.email, &contact.phone].into_iter().flatten().map(|text| copyable(text)).collect();
    if !reach.is_empty() {
        lines.push(joined(reach, " · "));
    }
    let mut reply = Message::of(joined(lines, "\n")).card(shown.card(contact, Placement::Reply));
    reply.cards.extend(card::card_of_attributes(contact));
    reply.files.extend(file_of_attributes(contact));
    small_print(reply, contact, legacy).buttons(card_buttons(shown, contact))
}

/// The same, for somebody who may own them, make a lead a user and merge the two.
pub fn show_to_change(shown: Shown<'_>, contact: &Contact, route: Route, legacy: LegacyAnswer) -> Message {
    let acts = person::buttons(&contact.id).unwrap_or_default();
    show(shown, contact, route, legacy).buttons(acts).buttons(join_buttons(contact))
}

/// [Make it a user] and [Merge…].
fn join_buttons(contact: &Contact) -> Vec<Button> {
    let merge = JoinPress::AskMerge(contact.id.clone()).to_custom_id();
    match contact.role {
        Role::Lead => vec![
            Button::secondary("Make it a user", JoinPress::AskConvert(contact.id.clone()).to_custom_id()),
            Button::secondary("Merge…", merge),
        ],
        Role::User => vec![Button::secondary("Merge a lead…", merge)],
    }
}

/// All custom attributes, where they are too many or too long for a card.
fn file_of_attributes(contact: &Contact) -> Option<File> {
    if !card::attributes_need_a_file(contact) {
        return None;
    }
    let line = |(name, value): (&String, &String)| match contact.moment(name, value) {
        Some(at) => format!("{name}: {}\n", iso(at).unwrap_or_else(|| value.clone())),
        None => format!("{name}: {value}\n"),
    };
    let text: String = contact.custom.iter().map(line).collect();
    Some(File { name: "custom-attributes.txt".to_owned(), bytes: text.into_bytes() })
}

/// A moment as programs write it.
fn iso(at: Timestamp) -> Option<String> {
    jiff::Timestamp::from_second(at.0).ok().map(|time| time.to_string())
}

fn small_print(mut reply: Message, contact: &Contact, legacy: LegacyAnswer) -> Message {
    let empty = card::empty_fields(contact);
    if !empty.is_empty() {
        reply = reply.small(Text::ours(format!("Empty: {}", empty.join(", "))));
    }
    if card::attributes_need_a_file(contact) {
        reply = reply.small(Text::ours(match contact.custom.len() {
            1 => "The whole custom attribute is in the file.".to_owned(),
            count => format!("All {count} custom attributes are in the file."),
        }));
    }
    let gone = card::not_given(contact);
    if legacy == LegacyAnswer::Asked && !gone.is_empty() {
        reply = reply.small(Text::ours(format!("Not given by Intercom any more: {}", gone.join(", "))));
    }
    reply
}

fn card_buttons(shown: Shown<'_>, contact: &Contact) -> [Button; 2] {
    [
        Button::secondary("Share here", LookPress::Share(contact.id.clone()).to_custom_id()),
        Button::link("Open in Intercom", shown.links.contact(&contact.id)),
    ]
}

/// A card of somebody who is not in Intercom any more, as it was announced.
pub fn deleted(shown: Shown<'_>, contact: &Contact) -> Message {
    Message::say(match contact.role {
        Role::Lead => "This lead was deleted in Intercom.",
        Role::User => "This user was deleted in Intercom.",
    })
    .card(shown.card(contact, Placement::Reply))
    .small(Text::ours("The card shows what was known when it was announced."))
}

/// An address as it is, so that it is copied as it is, where nothing in it could be read as formatting.
fn copyable(text: &str) -> Text {
    let harmless = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '@' | '+' | '-' | '_');
    let starts_well = text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '+');
    if starts_well && text.chars().all(harmless) && !text.contains("__") && !text.ends_with('_') {
        Text::ours(text)
    } else {
        Text::theirs(text)
    }
}

fn joined(lines: Vec<Text>, separator: &str) -> Text {
    let mut all = Text::default();
    for (index, line) in lines.into_iter().enumerate() {
        if index > 0 {
            all = all.and(separator);
        }
        all = all.joined(line);
    }
    all
}

/// Several users have an e-mail address: one is to be picked and changed. The key holds to what.
pub fn pick_user_to_change(key: String, users: &[Contact]) -> Message {
    let sentence = format!("{} users have this e-mail, so I changed none. Pick one:", users.len());
    pick_contact(sentence, LookPress::Update(key).to_custom_id(), users)
}

/// Several fit: one is to be picked.
pub(crate) fn pick_contact(sentence: String, custom_id: String, contacts: &[Contact]) -> Message {
    let contacts = &contacts[..contacts.len().min(MOST_OPTIONS)];
    Message::say(sentence).select(custom_id, "Pick one…", options(contacts))
}

/// Leads and users as options of a select.
pub(crate) fn options(contacts: &[Contact]) -> Vec<SelectOption> {
    told_apart(contacts.iter().map(Candidate::of_contact).collect())
}

/// A lead was made.
pub fn lead_created(shown: Shown<'_>, lead: &Contact, company: &Attachment) -> Message {
    let sentence = Text::ours("✅ Lead created.").joined(attachment(company, Role::Lead));
    Message::of(sentence).card(shown.card(lead, Placement::Reply)).buttons(card_buttons(shown, lead))
}

/// That others share the e-mail, below what was said before.
pub fn with_namesakes(reply: Message, shown: Shown<'_>, namesakes: &Namesakes) -> Message {
    let users = (namesakes.users.len() as u64, &namesakes.users);
    let of_users = others(shown, users, ["A user has this e-mail: ", "users have this e-mail: "]);
    let leads = (namesakes.count, &namesakes.newest);
    let of_leads = others(shown, leads, ["1 other lead has this e-mail: ", "other leads have this e-mail: "]);
    [of_users, of_leads].into_iter().flatten().fold(reply, Message::small)
}

fn others(shown: Shown<'_>, (count, named): (u64, &Vec<Contact>), [one, many]: [&str; 2]) -> Option<Text> {
    let mut print = Text::ours(match count {
        0 => return None,
        1 => one.to_owned(),
        count => format!("{count} {many}"),
    });
    for (index, other) in named.iter().enumerate() {
        print = print.and(if index > 0 { "; " } else { "" }).joined(shown.named(other));
    }
    let rest = count.saturating_sub(named.len() as u64);
    Some(if rest > 0 { print.and(format!(" and {rest} more.")) } else { print.and(".") })
}

/// A user was made, changed, or already as asked.
pub fn user_saved(shown: Shown<'_>, outcome: &Upsert, company: &Attachment) -> Message {
    let attached = attachment(company, Role::User);
    let (user, sentence) = match outcome {
        Upsert::Created(user) => (&**user, Text::ours("✅ User created.").joined(attached)),
        Upsert::Converted(user) => (&**user, Text::ours("✅ That lead is a user now.").joined(attached)),
        Upsert::Updated(update) => (&update.after, updated(update, company).joined(attached)),
        Upsert::Unchanged(user) if *company == Attachment::Attached => {
            (&**user, Text::ours("✅ User updated: ").joined(new_company(user)).and("."))
        }
        Upsert::Unchanged(user) => {
            let text = Text::ours("Nothing to change: ").and_theirs(user.display_name());
            (&**user, text.and(" already has these values.").joined(attached))
        }
        Upsert::Several(_) | Upsert::LeadsHave(_) | Upsert::OnlyRestored { .. } => return Message::default(),
    };
    Message::of(sentence).card(shown.card(user, Placement::Reply)).buttons(card_buttons(shown, user))
}

/// An archived user was restored, and then Intercom did not do the rest.
pub fn only_restored(around: Around<'_>, user: &ContactId, error: &IntercomError) -> Message {
    let text = match error {
        IntercomError::OutcomeUnknown => Text::ours(
            "This user was archived; I restored it. Then Intercom did not answer, so I do not know whether anything else \
             was changed.",
        ),
        _ => Text::ours("This user was archived; I restored it and changed nothing else: ")
            .joined(cause(error))
            .and("."),
    };
    Message::of(text.and(format!(" {} does the rest.", around.mention(CommandName::UserCreate))))
        .buttons([Button::secondary("Show the user", LookPress::Open(user.clone()).to_custom_id())])
}

fn updated(update: &Update, company: &Attachment) -> Text {
    let Some(before) = &update.before else {
        return Text::ours("✅ This user was archived; I restored and updated it.");
    };
    let ContactFields { email, phone, name, image_url, external_id } = &update.sent;
    let changes = [
        change(field::EMAIL, before.email.as_ref(), email.as_ref(), Piece::Email),
        change(field::PHONE, before.phone.as_ref(), phone.as_ref(), Piece::Phone),
        change(field::NAME, before.name.as_ref(), name.as_ref(), Piece::Theirs),
        image_url.as_ref().map(|_| Text::ours(format!("**{}** changed", field::IMAGE_URL))),
        change(field::USER_ID, before.external_id.as_ref(), external_id.as_ref(), Piece::Theirs),
        (*company == Attachment::Attached).then(|| new_company(&update.after)),
    ];
    let mut text = Text::ours("✅ User updated: ");
    for (index, change) in changes.into_iter().flatten().enumerate() {
        text = text.and(if index > 0 { ", " } else { "" }).joined(change);
    }
    text.and(".")
}

/// The company that was attached just now.
fn new_company(user: &Contact) -> Text {
    let text = Text::ours(format!("**{}**", field::COMPANY_NAME));
    match user.companies.items.last().and_then(|last| last.name.clone()) {
        Some(name) => text.and(" + ").and_theirs(name),
        None => text.and(" changed"),
    }
}

fn change(
    name: &str,
    old: Option<&String>,
    new: Option<&String>,
    as_piece: fn(String) -> Piece,
) -> Option<Text> {
    let new = as_piece(new?.clone());
    Some(match old {
        Some(old) => Text::ours(format!("**{name}** ")).with(as_piece(old.clone())).and(" → ").with(new),
        None => Text::ours(format!("**{name}** + ")).with(new),
    })
}

/// What is added where a company was asked for and could not be attached: the record is kept.
fn attachment(company: &Attachment, role: Role) -> Text {
    let reason = match company {
        Attachment::NotAsked | Attachment::Attached => return Text::default(),
        Attachment::Failed(IntercomError::OutcomeUnknown) => return Text::ours(attachment_unclear(role)),
        Attachment::Gone => Text::ours("it no longer exists in Intercom"),
        Attachment::LimitReached => Text::ours(match role {
            Role::Lead => "the lead is in too many companies already",
            Role::User => "the user is in too many companies already",
        }),
        Attachment::Failed(error) => cause(error),
    };
    Text::ours(" ⚠️ The company was not attached: ").joined(reason).and(match role {
        Role::Lead => ". The lead is kept.",
        Role::User => ". The user is kept.",
    })
}

fn attachment_unclear(role: Role) -> &'static str {
    match role {
        Role::Lead => {
            " ⚠️ Intercom did not answer, so I do not know whether the company was attached. The lead is kept."
        }
        Role::User => {
            " ⚠️ Intercom did not answer, so I do not know whether the company was attached. The user is kept."
        }
    }
}

/// A card that somebody shares with everyone in a channel.
pub fn shared_card(shown: Shown<'_>, contact: &Contact, by: MemberId) -> Message {
    let sign = if contact.role == Role::Lead { "🌱" } else { "👤" };
    let name = shorten(&contact.display_name(), 60);
    let url = shown.links.contact(&contact.id);
    let line = Text::ours(format!("{sign} ")).and_theirs(name).and(format!(", shared by <@{by}>"));
    Message { content: Content::Lines(line), flags: Ring::Silent.into(), ..Message::default() }
        .card(shown.card(contact, Placement::Channel))
        .buttons([Button::link("Open in Intercom", url)])
}
