//! `/setup` in one message: a line of what is set, four selects of channels and one of roles.

use deskbell_domain::access::Access;
use deskbell_domain::card::text::Text;
use deskbell_domain::event::EventKind;
use deskbell_domain::ids::RoleId;
use deskbell_domain::message::{Message, Row};
use deskbell_domain::press::set_up::SetUpPress;
use deskbell_domain::service::notify::Listed;
use deskbell_domain::service::notify::run::Target;
use deskbell_domain::subscription::{Subscription, SubscriptionState};
use deskbell_domain::trouble::Trouble;

use crate::around::Around;
use crate::notify::{hold_reason, is_held_back, is_kept, resume_button, settings, shown_to_crowd, subject};
use crate::readers;
use crate::trouble;

/// Discord's limit for what a select shows as chosen.
const MOST_CHOSEN: usize = 25;
/// Channels of a kind that are named in the text.
const MOST_NAMED: usize = 4;

/// What `/setup` shows of a server.
pub struct Picture<'a> {
    pub workspace_name: &'a str,
    pub listed: &'a [Listed],
    pub access: &'a Access,
    pub troubles: &'a [Trouble],
    pub linked: Linked,
}

/// Why this server sees the workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Linked {
    /// Whoever runs the bot named it.
    ByName,
    /// Nobody named one, and the bot was in no other.
    AsTheOnlyServer,
}

/// The message of `/setup`: what is set, and the selects that change it.
pub fn picture(picture: &Picture<'_>) -> Message {
    let mut content = trouble::refused_token(picture.troubles)
        .unwrap_or_default()
        .and("**Set-up of ")
        .and_theirs(picture.workspace_name)
        .and("**");
    for kind in EventKind::OF_THE_CONNECTOR {
        content = content.and(format!("\n{} {}: ", kind.sign(), kind.spec().heading)).joined(places(
            picture.listed,
            kind,
            picture.troubles,
        ));
    }
    content = content.and(format!("\n🔔 {}", who(picture.access)));
    let mut reply = Message::of(content).small(Text::ours(match picture.linked {
        Linked::ByName => "Each choice acts at once: what happens from then on is posted there. Choose none to stop.",
        Linked::AsTheOnlyServer => {
            "Each choice acts at once: what happens from then on is posted there. Choose none to stop. This server is \
             linked because I was in no other when I was first started."
        }
    }));
    reply = reply.small(the_others());
    if let Some(remedies) = trouble::remedies(picture.troubles) {
        reply = reply.small(remedies);
    }
    reply.rows.extend(EventKind::OF_THE_CONNECTOR.map(|kind| channels(picture.listed, kind)));
    reply.rows.push(roles(picture.access));
    reply
}

/// The kinds that have no select here.
fn the_others() -> Text {
    let has_select = |kind: &EventKind| EventKind::OF_THE_CONNECTOR.contains(kind);
    let others = EventKind::ALL.into_iter().filter(|kind| kind.told_by() == *kind && !has_select(kind));
    let named: Vec<_> = others.map(|kind| format!("{} {}", kind.sign(), kind.word())).collect();
    Text::ours(format!("There is more: {}. `/notify add` sets up each of them.", named.join(" · ")))
}

fn of_kind(listed: &[Listed], kind: EventKind) -> impl Iterator<Item = &Listed> {
    listed.iter().filter(move |one| one.standing.subscription.kind == kind)
}

/// Where events of a kind go, and why none or poorer ones come.
fn places(listed: &[Listed], kind: EventKind, troubles: &[Trouble]) -> Text {
    let stays_away = |trouble: &Trouble| trouble.part.brings_events() && trouble.part.concerns(kind);
    let well = if troubles.iter().any(stays_away) { "" } else { " ✅" };
    let mut places: Vec<_> =
        of_kind(listed, kind).take(MOST_NAMED).map(|listed| place(listed, well)).collect();
    match of_kind(listed, kind).count() {
        0 => return Text::ours("–"),
        count if count > MOST_NAMED => places.push(format!("{} more", count - MOST_NAMED)),
        _ => {}
    }
    let places = Text::ours(places.join(" · "));
    let is_active = |one: &Listed| one.standing.subscription.state == SubscriptionState::Active;
    match trouble::at_kind(kind, troubles).filter(|_| of_kind(listed, kind).any(is_active)) {
        Some(trouble) => places.and(" ").joined(trouble),
        None => places,
    }
}

/// One channel; `well` follows it where nothing is wrong there.
fn place(listed: &Listed, well: &str) -> String {
    let subscription = &listed.standing.subscription;
    let channel = format!("<#{}>", subscription.channel);
    let warning = shown_to_crowd(subscription, listed.audience).map(|warning| format!(" {warning},"));
    let warning = warning.unwrap_or_default();
    let how = match &subscription.state {
        SubscriptionState::Paused { .. } => format!("{channel}{warning} paused"),
        SubscriptionState::Suspended(hold) => {
            format!("{channel}{warning} ⚠️ on hold: {}", hold_reason(hold))
        }
        SubscriptionState::Active => match readers(listed) {
            Some(readers) => format!("{channel} {readers}"),
            None => format!("{channel}{well}"),
        },
    };
    match settings(subscription).as_slice() {
        [] => how,
        settings => format!("{how} ({})", settings.join(", ")),
    }
}

/// A notification that was made as it was before.
pub fn as_before(around: Around<'_>, made: &Subscription) -> Message {
    let pause = made.is_paused().then_some("paused");
    let how: Vec<_> = settings(made).into_iter().chain(pause).collect();
    let reply = Message::say(format!("✅ {} are as they were before: {}.", subject(made), how.join(", ")));
    if !made.is_paused() {
        return reply;
    }
    reply.small(is_kept(around)).buttons([resume_button(Target::One(made.id))])
}

/// What of it a crowd reads, where one does.
fn readers(listed: &Listed) -> Option<String> {
    let subscription = &listed.standing.subscription;
    match listed.audience {
        Some(audience) if is_held_back(subscription, listed.audience) => Some(readers::so_without(audience)),
        audience => shown_to_crowd(subscription, audience),
    }
}

fn who(access: &Access) -> String {
    let roles: Vec<_> = access.roles.keys().take(2 * MOST_NAMED).map(|role| format!("<@&{role}>")).collect();
    let more = access.roles.len().saturating_sub(roles.len());
    match (roles.as_slice(), more) {
        ([], _) => "Only people with **Manage Server** may see customers.".to_owned(),
        (roles, 0) => {
            format!("May see customers: {}, and everyone with **Manage Server**.", roles.join(", "))
        }
        (roles, more) => {
            format!(
                "May see customers: {}, {more} more, and everyone with **Manage Server**.",
                roles.join(", ")
            )
        }
    }
}

fn channels(listed: &[Listed], kind: EventKind) -> Row {
    let present: Vec<_> = of_kind(listed, kind).map(|one| &one.standing.subscription).collect();
    // As many as a select can show; the others are left alone by it.
    let shown: Vec<_> = present.into_iter().take(MOST_CHOSEN).collect();
    let last = shown.last().map(|one| one.id);
    Row::SelectChannels {
        custom_id: SetUpPress::Channels(kind, last).to_custom_id(),
        placeholder: format!("{} go to …", kind.spec().heading),
        chosen: shown.iter().map(|one| one.channel).collect(),
        count: 0..=25,
    }
}

fn roles(access: &Access) -> Row {
    Row::SelectRoles {
        custom_id: SetUpPress::Roles(access.version).to_custom_id(),
        placeholder: "Who may see customers".to_owned(),
        chosen: shown_roles(access),
        most: 25,
    }
}

/// The roles that the select shows as chosen.
pub fn shown_roles(access: &Access) -> Vec<RoleId> {
    access.roles.keys().take(MOST_CHOSEN).copied().collect()
}
