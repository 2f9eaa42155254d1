//! What is said of who may see customers.

use deskbell_domain::access::{Access, Export, Grant, Level, ManageServer, Needed};
use deskbell_domain::card::text::{Piece, Text, shorten};
use deskbell_domain::crowd::Headcount;
use deskbell_domain::ids::{MemberId, RoleId};
use deskbell_domain::message::{Button, Message, SelectOption};
use deskbell_domain::port::intercom::Admin;
use deskbell_domain::press::set_up::SetUpPress;
use deskbell_domain::press::who::WhoPress;

use crate::around::Around;
use crate::command::CommandName;
use crate::number::{MEMBERS, counted, number};

/// Roles that are named in one message.
const MOST_NAMED: usize = 40;
/// Members whose teammates are named in one message, so that it holds the roles, too.
pub const MOST_TEAMMATES: usize = 15;
/// Teammates that a select offers at once, which is Discord's limit.
const OFFERED: usize = 25;
/// Code points of a teammate's name in the list, so that a page of them fits a message.
const NAME: usize = 24;
/// Code points of an option's label: Discord's limit.
const LABEL: usize = 100;

/// A role was given access.
pub fn added(role: RoleId, grant: Grant, headcount: &Headcount) -> Message {
    let role = match headcount.roles.get(&role) {
        Some(count) => format!("<@&{role}> ({})", counted(*count, MEMBERS)),
        None => format!("<@&{role}>"),
    };
    Message::say(format!("✅ {role} may {}.", what(grant)))
    .small(Text::ours(
        "Everyone still sees the commands in the picker; to hide them: Server Settings → Integrations → Deskbell. \
         Discord's page can only narrow what I allow.",
    ))
}

/// A role has the access that it was to be given.
pub fn already(role: RoleId, grant: Grant) -> Message {
    Message::say(format!("<@&{role}> may already {}. Nothing was changed.", what(grant)))
}

/// A role got back what was taken from it lately.
pub fn as_before(role: RoleId, grant: Grant) -> Message {
    Message::say(format!("✅ <@&{role}> may {}, as before.", what(grant)))
}

fn what(grant: Grant) -> &'static str {
    match (grant.level, grant.export) {
        (Level::Act, Export::Forbidden) => "use /lead and /user, read conversations and answer customers",
        (Level::Act, Export::Allowed) => {
            "use /lead and /user, read conversations and answer customers, and export all leads"
        }
        (Level::Look, Export::Forbidden) => "look at leads, users and conversations, and change nothing",
        (Level::Look, Export::Allowed) => {
            "look at leads, users and conversations and export all leads, and change nothing"
        }
    }
}

/// @everyone was chosen; the sign is put before it where refusals are told.
pub fn everyone() -> Message {
    Message::say(
        "@everyone would show your customers to the whole server. Choose a role that only your team has.",
    )
}

/// So many hold the role that a person must say so in as many words.
pub fn crowd(role: RoleId, grant: Grant, headcount: &Headcount) -> Message {
    let of_all = headcount.members.map(|members| format!(" of {}", number(members))).unwrap_or_default();
    Message::say(match headcount.roles.get(&role) {
        Some(holders) => format!(
            "❌ <@&{role}> ({}{of_all} members) would show your customers to much of the server. Choose a role that only \
             your team has.",
            number(*holders)
        ),
        None => format!(
            "❌ Discord does not tell me how many members have <@&{role}>, so it may show your customers to much of the \
             server. Choose a role that only your team has."
        ),
    })
    .buttons([Button::danger("Allow anyway", SetUpPress::Allow(role, grant).to_custom_id())])
}

/// A role's access was taken away; `manage` is what the role itself holds.
pub fn removed(role: RoleId, manage: ManageServer) -> Message {
    match manage {
        ManageServer::Holds => Message::say(format!(
            "✅ <@&{role}> is no longer given access here. It has **Manage Server**, which always may."
        )),
        ManageServer::Lacks => {
            Message::say(format!("✅ <@&{role}> may no longer see customers or answer them."))
                .small(Text::ours("People with **Manage Server** always may."))
        }
    }
}

/// There was nothing to take away.
pub fn had_none(role: RoleId, manage: ManageServer) -> Message {
    Message::say(match manage {
        ManageServer::Holds => format!(
            "<@&{role}> was not given access here. It has **Manage Server**, which always may. Nothing was changed."
        ),
        ManageServer::Lacks => format!("<@&{role}> had no access. Nothing was changed."),
    })
}

/// Who may see customers.
pub fn list(around: Around<'_>, access: &Access, headcount: &Headcount) -> Message {
    if access.roles.is_empty() {
        return Message::say(format!(
            "Only people with **Manage Server** may see customers. {} adds your team's role.",
            around.mention(CommandName::AccessAdd)
        ));
    }
    let mut named: Vec<_> =
        access.roles.keys().take(MOST_NAMED).map(|role| sized(*role, headcount)).collect();
    if access.roles.len() > MOST_NAMED {
        named.push(format!("{} more", access.roles.len() - MOST_NAMED));
    }
    let reply = Message::say(format!(
        "May see customers: {}, and everyone with **Manage Server**.",
        named.join(", ")
    ));
    let looking = roles_of(access, |grant| !grant.allows(Needed::Act));
    let exporting = roles_of(access, |grant| grant.allows(Needed::Export));
    let differing = [
        looking.map(|roles| format!("May only look, and create and update nobody: {roles}.")),
        exporting.map(|roles| format!("May also export: {roles}.")),
    ];
    let differing: Vec<_> = differing.into_iter().flatten().collect();
    if differing.is_empty() { reply } else { reply.small(Text::ours(differing.join(" "))) }
}

/// A member who acts as a teammate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Teammate {
    /// Who.
    pub member: MemberId,
    /// What they are called in the server, where Discord tells.
    pub called: Option<String>,
    /// What the teammate is called in Intercom.
    pub name: String,
}

/// Below it, as whom in Intercom the members of a page act, and a way to change it.
pub fn with_teammates(list: Message, here: &[Teammate], page: u32, pages: u32) -> Message {
    if here.is_empty() {
        return list;
    }
    let mut who = Text::ours("\nIn Intercom ");
    for (index, Teammate { member, name, .. }) in here.iter().enumerate() {
        let before = if index > 0 { ", " } else { "" };
        who = who.and(format!("{before}<@{member}> is ")).with(Piece::Bold(shorten(name, NAME)));
    }
    let options = here.iter().enumerate().map(|(index, one)| option(index + 1, one)).collect();
    let press = SetUpPress::Who(WhoPress::Member).to_custom_id();
    let list = list.joined(who.and(".")).select(press, "Change who somebody is…", options);
    paged(list, page, pages, WhoPress::List)
}

/// An option shows no mention: whose it is stands there as a name, else as the place in the list above.
fn option(place: usize, Teammate { member, called, name }: &Teammate) -> SelectOption {
    let whose = match called {
        Some(called) => format!("@{called}"),
        None => format!("Number {place} of those above"),
    };
    SelectOption {
        label: shorten(name, LABEL),
        description: Some(shorten(&whose, LABEL)),
        value: member.to_string(),
    }
}

/// Asks a manager who a member is in Intercom; some teammates are shown at once.
pub fn who_is(member: MemberId, all: &[Admin], page: u32) -> Message {
    let place = usize::try_from(page).unwrap_or(usize::MAX);
    let here = all.chunks(OFFERED).nth(place).unwrap_or_default();
    let option = |admin: &Admin| SelectOption {
        label: shorten(admin.name.as_deref().unwrap_or(&admin.id), LABEL),
        description: None,
        value: admin.id.clone(),
    };
    let is = SetUpPress::Who(WhoPress::Is(member)).to_custom_id();
    let asked = Message::say(format!("Who is <@{member}> in Intercom? I answer for them in that name."))
        .select(is, "They are…", here.iter().map(option).collect());
    let pages = u32::try_from(all.len().div_ceil(OFFERED)).unwrap_or(u32::MAX);
    let nobody = SetUpPress::Who(WhoPress::Nobody(member)).to_custom_id();
    let back = SetUpPress::Who(WhoPress::List(0)).to_custom_id();
    paged(asked, page, pages, |page| WhoPress::Page(page, member))
        .buttons([Button::secondary("Ask them again", nobody), Button::secondary("Back", back)])
}

/// With buttons that lead to the other pages, where there are any.
fn paged(message: Message, page: u32, pages: u32, to: impl Fn(u32) -> WhoPress) -> Message {
    if pages <= 1 {
        return message;
    }
    let to = |page| SetUpPress::Who(to(page)).to_custom_id();
    // Two buttons of a message may not carry the same, and at an end both would lead there.
    message.buttons([
        Button::secondary("◀", to(page.checked_sub(1).unwrap_or(u32::MAX))).greyed_if(page == 0),
        Button::secondary("▶", to(page.saturating_add(1))).greyed_if(page.saturating_add(1) >= pages),
    ])
}

/// The roles with such a grant, as far as they fit; none where there are none.
fn roles_of(access: &Access, such: impl Fn(Grant) -> bool) -> Option<String> {
    let roles = access.roles.iter().filter(|(_, grant)| such(**grant)).take(MOST_NAMED / 2);
    let roles: Vec<_> = roles.map(|(role, _)| format!("<@&{role}>")).collect();
    (!roles.is_empty()).then(|| roles.join(", "))
}

fn sized(role: RoleId, headcount: &Headcount) -> String {
    match headcount.roles.get(&role) {
        Some(count) => format!("<@&{role}> ({})", number(*count)),
        None => format!("<@&{role}>"),
    }
}
