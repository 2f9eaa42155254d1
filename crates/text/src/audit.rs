//! `/audit`: who did what. Each line has one whole sentence; how something ended that was not done stands behind it.

use deskbell_domain::access::{Export, Grant, Level};
use deskbell_domain::audit::chain::{Broken, Unbroken};
use deskbell_domain::audit::entry::{Anchor, Outcome, Unposted};
use deskbell_domain::audit::subject::Subject;
use deskbell_domain::audit::{Action, Notification};
use deskbell_domain::card::text::{Piece, Text, WhenStyle};
use deskbell_domain::crowd::Everybody;
use deskbell_domain::ids::{AdminId, ChannelId, ContactId, MemberId};
use deskbell_domain::message::{Button, File, Message, Row, SelectOption};
use deskbell_domain::port::store::Extent;
use deskbell_domain::press::audit::{AuditPress, EVERYTHING, From};
use deskbell_domain::service::audit::{Page, Shown, Verification};

use crate::channel::in_the_way;
use crate::number::{EVENTS, counted, people};

const ENTRIES: crate::number::Noun = ["entry", "entries"];

/// A page of what was done.
pub fn page(page: &Page) -> Message {
    if page.entries.is_empty() {
        return with_controls(Message::say("Nothing of this kind was done yet."), page);
    }
    let mut lines = Text::default();
    for (index, shown) in page.entries.iter().enumerate() {
        lines = if index == 0 { line(shown) } else { lines.and("\n").joined(line(shown)) };
    }
    let reply = match page.since {
        Some(since) => Message::of(lines)
            .small(Text::ours("Kept since ").with(Piece::When(since.seconds(), WhenStyle::Date)).and(".")),
        None => Message::of(lines),
    };
    with_controls(reply, page)
}

fn with_controls(reply: Message, page: &Page) -> Message {
    let reply = match page.channel.zip(page.unposted.as_ref()) {
        Some((channel, unposted)) => {
            reply.joined(Text::ours("\n⚠️ ").joined(cannot_post(channel, unposted)).and(TO_DO))
        }
        None => reply,
    };
    let to = |from| AuditPress::Page(page.subject, from).to_custom_id();
    let newer = page.beyond.newer.map_or(From::Newest, From::After);
    let older = page.beyond.older.map_or(From::Newest, From::Before);
    // Two buttons of a message may not carry the same, and at an end of the list both would lead to the newest.
    let older_id = if page.beyond.older.is_some() { to(older) } else { to(From::Before(0)) };
    let mut buttons = vec![
        Button::secondary("◀", to(newer)).greyed_if(page.beyond.newer.is_none()),
        Button::secondary("▶", older_id).greyed_if(page.beyond.older.is_none()),
        Button::secondary("Verify", AuditPress::Verify.to_custom_id()),
        Button::secondary("Export", AuditPress::Export.to_custom_id()),
    ];
    if page.channel.is_some() {
        buttons.push(Button::secondary("Stop posting", AuditPress::Stop.to_custom_id()));
    }
    let mut reply =
        reply.buttons(buttons).select(AuditPress::Filter.to_custom_id(), filter(page.subject), subjects());
    reply.rows.push(Row::SelectChannels {
        custom_id: AuditPress::Channel.to_custom_id(),
        placeholder: "Post in a channel…".to_owned(),
        chosen: page.channel.into_iter().collect(),
        count: 1..=1,
    });
    reply
}

/// What somebody can do about a proof that is not posted, where the controls are.
const TO_DO: &str =
    " I try again every ten minutes. Post in a channel… below takes another, and Stop posting ends it.";

/// The daily proof cannot be posted where it is to be.
pub fn cannot_post(channel: ChannelId, unposted: &Unposted) -> Text {
    let why = unposted.obstacle.as_ref().map_or_else(|| "Discord did not take it".to_owned(), in_the_way);
    Text::ours(format!("I cannot post the daily proof in <#{channel}>: {why}. That began "))
        .with(Piece::When(unposted.since.seconds(), WhenStyle::Relative))
        .and(".")
}

/// The same, where the server is not connected.
pub fn without_connection(page: Message, channel: ChannelId) -> Message {
    page.joined(Text::ours(format!(
        "\n⚠️ This server is not connected, and until it is the daily proof is not posted in <#{channel}>."
    )))
}

fn filter(subject: Option<Subject>) -> &'static str {
    subject.map_or("Everything", subject_label)
}

fn subjects() -> Vec<SelectOption> {
    let option = |label: &str, value: &str| SelectOption {
        label: label.to_owned(),
        description: None,
        value: value.to_owned(),
    };
    let all = Subject::ALL.map(|subject| option(subject_label(subject), subject.code()));
    [option("Everything", EVERYTHING)].into_iter().chain(all).collect()
}

fn subject_label(subject: Subject) -> &'static str {
    match subject {
        Subject::Customers => "Customers",
        Subject::Notifications => "Notifications",
        Subject::Access => "Access",
        Subject::Connection => "Connection",
        Subject::Audit => "The audit itself",
    }
}

fn line(shown: &Shown) -> Text {
    let entry = &shown.entry;
    let who = format!(" <@{}> ", entry.member);
    let line = Text::default().with(Piece::When(entry.at.seconds(), WhenStyle::Full)).and(who);
    let line = line.joined(done(&entry.action, shown.contact.as_ref(), entry.target.is_some()));
    match entry.outcome {
        Outcome::Done | Outcome::Begun => line,
        Outcome::Failed => line.and(" · not done"),
        Outcome::Unknown => line.and(" · nobody knows whether it was done"),
    }
}

/// What was done; `was_about_somebody` is whether it was about a contact, also one who was erased since.
fn done(action: &Action, contact: Option<&ContactId>, was_about_somebody: bool) -> Text {
    match (action, contact) {
        (Action::Created, Some(contact)) => Text::ours("created ").with(id(contact)),
        (Action::Created, None) if was_about_somebody => Text::ours("created somebody who was erased since"),
        (Action::Created, None) => Text::ours("created somebody"),
        (Action::Updated, Some(contact)) => Text::ours("updated ").with(id(contact)),
        (Action::Updated, None) if was_about_somebody => Text::ours("updated somebody who was erased since"),
        (Action::Updated, None) => Text::ours("created or updated somebody"),
        (Action::Shared { channel }, Some(contact)) => {
            Text::ours("shared ").with(id(contact)).and(format!(" in <#{channel}>"))
        }
        (Action::Shared { channel }, None) => Text::ours(format!("shared somebody's card in <#{channel}>")),
        (Action::TookPerson, _) => Text::ours("took ").joined(person(contact)),
        (Action::TookPersonOver, _) => {
            Text::ours("took ").joined(person(contact)).and(" over from another teammate")
        }
        (Action::NotedPerson, _) => Text::ours("added a note to ").joined(person(contact)),
        (Action::TaggedPerson, _) => Text::ours("put a tag on ").joined(person(contact)),
        (Action::UntaggedPerson, _) => Text::ours("took a tag off ").joined(person(contact)),
        (other, _) => Text::ours(set_up(other)),
    }
}

/// Whom something was done with that is always done with somebody.
fn person(contact: Option<&ContactId>) -> Text {
    contact.map_or_else(
        || Text::ours("somebody who was erased since"),
        |contact| Text::default().with(id(contact)),
    )
}

fn id(contact: &ContactId) -> Piece {
    Piece::Code(contact.to_string())
}

fn acts_as(admin: &AdminId, of: Option<MemberId>) -> String {
    match of {
        None => format!("said to be teammate `{admin}` in Intercom"),
        Some(of) => format!("said that <@{of}> is teammate `{admin}` in Intercom"),
    }
}

fn set_up(action: &Action) -> String {
    match action {
        Action::Exported { role, count } => format!("exported {}", counted(*count, people(*role))),
        Action::EverybodyIs { everybody: Everybody::IsTheTeam } => {
            "said that everybody in this server is the team".to_owned()
        }
        Action::EverybodyIs { everybody: Everybody::IsNotTheTeam | Everybody::Outgrown } => {
            "said that not everybody in this server is the team".to_owned()
        }
        Action::AccessGiven { role, grant } => access(&format!("<@&{role}>"), *grant),
        Action::AccessTaken { role } => format!("took all access from <@&{role}>"),
        Action::Connected { workspace } => format!("connected this server with workspace `{workspace}`"),
        Action::Disconnected { workspace } => {
            format!("disconnected this server from workspace `{workspace}`")
        }
        Action::Erased { extent: Extent::Workspace } => "erased somebody".to_owned(),
        Action::Erased { extent: Extent::Server } => "erased what this server had of somebody".to_owned(),
        Action::ErasureTakenBack => "took an erasure back".to_owned(),
        Action::ExportedOne => "exported what is kept of somebody".to_owned(),
        Action::AuditRead => "looked at this list".to_owned(),
        Action::AuditExported => "exported this list".to_owned(),
        Action::AnchorsGoTo { channel } => format!("had the daily proof posted in <#{channel}>"),
        Action::AnchorsEnd => "had the daily proof posted no more".to_owned(),
        Action::TriedAgain { .. } => "had an event posted again that could not be posted".to_owned(),
        Action::Dropped { .. } => "dropped an event that could not be posted".to_owned(),
        Action::ActsAs { admin, of } => acts_as(admin, *of),
        Action::ActsAsNobody { of } => format!("had <@{of}> be no teammate in Intercom any more"),
        Action::Linked { to } => format!("linked somebody to <@{to}>"),
        Action::Took { conversation } => format!("took conversation `{conversation}`"),
        Action::TookOver { conversation } => {
            format!("took conversation `{conversation}` over from another teammate")
        }
        Action::Closed { conversation } => format!("closed conversation `{conversation}`"),
        Action::Reopened { conversation } => format!("reopened conversation `{conversation}`"),
        Action::Snoozed { conversation } => format!("snoozed conversation `{conversation}`"),
        Action::Tagged { conversation } => format!("put a tag on conversation `{conversation}`"),
        Action::Untagged { conversation } => format!("took a tag off conversation `{conversation}`"),
        Action::Gave { conversation, admin } => {
            format!("gave conversation `{conversation}` to teammate `{admin}`")
        }
        Action::GaveToTeam { conversation, team } => {
            format!("gave conversation `{conversation}` to team `{team}`")
        }
        Action::MadeUser => "made a lead a user".to_owned(),
        Action::Merged => "merged a lead into a user".to_owned(),
        Action::Replied { conversation } => format!("replied in conversation `{conversation}`"),
        Action::Noted { conversation } => format!("added a note to conversation `{conversation}`"),
        other => notification(other),
    }
}

fn access(role: &str, grant: Grant) -> String {
    match (grant.level, grant.export) {
        (Level::Act, Export::Forbidden) => format!("let {role} use /lead and /user"),
        (Level::Act, Export::Allowed) => format!("let {role} use /lead and /user, and export"),
        (Level::Look, Export::Forbidden) => format!("let {role} look at leads and users"),
        (Level::Look, Export::Allowed) => format!("let {role} look at leads and users, and export"),
    }
}

fn notification(action: &Action) -> String {
    match action {
        Action::Added(one) => format!("added {}", named(one)),
        Action::AddedOpen(one) => format!("added {} for everybody who reads that channel", named(one)),
        Action::Opened(one) => format!("showed everything of {} to everybody who reads it", named(one)),
        Action::Changed(one) => format!("changed {}", named(one)),
        Action::Paused(one) => format!("paused {}", named(one)),
        Action::Resumed(one) => format!("resumed {}", named(one)),
        Action::Removed { notification, events } => removed(notification, *events),
        Action::Skipped { notification, events } => skipped(notification, *events),
        // Whatever this version knows has its words; a test holds it.
        _ => "did something that this version of me does not know".to_owned(),
    }
}

fn skipped(notification: &Notification, events: u64) -> String {
    format!("skipped {} of {}", counted(events, EVENTS), named(notification))
}

fn removed(notification: &Notification, events: u64) -> String {
    match events {
        0 => format!("removed {}", named(notification)),
        _ => format!("removed {} with {}", named(notification), counted(events, EVENTS)),
    }
}

/// As `/notify list` names it.
fn named(one: &Notification) -> String {
    format!("{} → <#{}>", one.kind.word(), one.channel)
}

/// Whether it holds.
pub fn verified(verification: &Verification) -> Message {
    match verification {
        Verification::Empty => Message::say("Nothing was done here yet, so there is nothing to verify."),
        Verification::Unbroken(unbroken, anchor) => holds(unbroken, anchor.as_ref()),
        Verification::Broken(broken) => Message::say(match broken {
            Broken::Checkpoint(seq) => {
                format!(
                    "❌ The beginning of this list was changed before entry {seq}. Somebody wrote into my store."
                )
            }
            Broken::Missing(seq) => {
                format!("❌ Entry {seq} is missing or not in its place. Somebody wrote into my store.")
            }
            Broken::Changed(seq) => format!("❌ Entry {seq} was changed. Somebody wrote into my store."),
            Broken::CutOff(seq) => format!(
                "❌ What came after entry {seq} is missing. Somebody wrote into my store, or an older backup was restored."
            ),
        }),
    }
}

fn holds(unbroken: &Unbroken, anchor: Option<&Anchor>) -> Message {
    let text = Text::ours(format!("✅ {}", counted(unbroken.entries, ENTRIES)));
    let text = match unbroken.since {
        Some(since) => text.and(" since ").with(Piece::When(since.seconds(), WhenStyle::Full)),
        None => text,
    };
    let reply = Message::of(text.and(format!(", unbroken up to `{}`.", unbroken.head.short())));
    match anchor {
        None => reply.small(Text::ours(
            "Post in a channel… has this proof posted once a day, so that nobody can cut off the end unseen.",
        )),
        Some(anchor) => reply.small(
            Text::ours(format!(
                "It agrees with `{}`, which I posted in <#{}> ",
                anchor.head.short(),
                anchor.channel
            ))
            .with(Piece::When(anchor.at.seconds(), WhenStyle::Relative))
            .and(": compare it with what stands there."),
        ),
    }
}

/// The list as a file.
pub fn exported(day: &str, content: String) -> Message {
    let file = File { name: format!("audit-{day}.jsonl"), bytes: content.into_bytes() };
    let reply = Message::say("✅ The whole list.")
        .small(Text::ours("`deskbell audit verify FILE` verifies it on any machine."));
    Message { files: vec![file], ..reply }
}

/// It is too large for Discord.
pub fn too_large() -> Message {
    Message::say(
        "❌ The list is larger than Discord takes. A shorter `AUDIT_RETENTION` keeps less; whoever runs this bot sets it.",
    )
}

/// What is posted in the channel.
pub fn anchor(anchor: &Anchor) -> Message {
    Message::say(format!(
        "🔒 Proof of what was done here up to entry {}: `{}`",
        anchor.head.seq,
        anchor.head.short()
    ))
}

/// It was chosen where that is posted.
pub fn posted_in(channel: ChannelId) -> Message {
    Message::say(format!(
        "✅ Posted in <#{channel}>. From now on I post there once a day, when something was done."
    ))
}

/// It is posted no more.
pub fn posted_no_more() -> Message {
    Message::say("✅ The daily proof is posted no more. Post in a channel… begins it again.")
}

#[cfg(test)]
mod tests;
