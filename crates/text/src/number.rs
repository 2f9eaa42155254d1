//! Numbers with what they count, and enumerations, as people read them.

use deskbell_domain::contact::Role;
use deskbell_domain::event::EventKind;
use deskbell_domain::ids::RoleId;
pub use deskbell_domain::number::number;

/// A noun, for one and for several.
pub type Noun = [&'static str; 2];

/// Leads.
pub const LEADS: Noun = ["lead", "leads"];
/// Users.
pub const USERS: Noun = ["user", "users"];
/// Events.
pub const EVENTS: Noun = ["event", "events"];
/// Messages in a channel.
pub const MESSAGES: Noun = ["message", "messages"];
/// Connections to Discord's gateway.
pub const SHARDS: Noun = ["shard", "shards"];
/// Records in Intercom.
pub const RECORDS: Noun = ["record", "records"];
/// Channels.
pub const CHANNELS: Noun = ["channel", "channels"];
/// Notifications.
pub const NOTIFICATIONS: Noun = ["notification", "notifications"];
/// Members of a server.
pub const MEMBERS: Noun = ["member", "members"];

/// What the events of a kind are called.
pub fn events_of(kind: EventKind) -> Noun {
    [kind.spec().one, kind.spec().many]
}

/// What people of a role are called.
pub fn people(role: Role) -> Noun {
    match role {
        Role::Lead => LEADS,
        Role::User => USERS,
    }
}

/// `1 lead`, `2,031 leads`.
pub fn counted(count: u64, [one, many]: Noun) -> String {
    format!("{} {}", number(count), if count == 1 { one } else { many })
}

/// `Send Messages`, `Send Messages and Embed Links`, `A, B and C`, each in bold.
pub fn bold_list(names: &[&str]) -> String {
    let bold: Vec<_> = names.iter().map(|name| format!("**{name}**")).collect();
    list(&bold)
}

/// `A`, `A and B`, `A, B and C`.
pub fn list<Word: AsRef<str>>(words: &[Word]) -> String {
    let words: Vec<_> = words.iter().map(AsRef::as_ref).collect();
    match words.as_slice() {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// As many roles are named; of more, one fewer and how many are left.
const MOST_ROLES: usize = 5;

/// `@A`, `@A or @B`, `@A, @B or @C`, `@A, @B, @C, @D or 3 more`.
pub fn any_of(roles: &[RoleId]) -> String {
    enumerated(roles, "or")
}

/// The same with `and`.
pub fn all_of(roles: &[RoleId]) -> String {
    enumerated(roles, "and")
}

fn enumerated(roles: &[RoleId], word: &str) -> String {
    let shown = if roles.len() > MOST_ROLES { MOST_ROLES - 1 } else { roles.len() };
    let mut named: Vec<_> = roles.iter().take(shown).map(|role| format!("<@&{role}>")).collect();
    if shown < roles.len() {
        named.push(format!("{} more", number((roles.len() - shown) as u64)));
    }
    match named.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} {word} {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_exact_and_readable() {
        assert_eq!(counted(1, LEADS), "1 lead");
        assert_eq!(counted(0, LEADS), "0 leads");
        assert_eq!(counted(2_031, LEADS), "2,031 leads");
        assert_eq!(number(1_234_567), "1,234,567");
        assert_eq!(number(999), "999");
    }

    #[test]
    fn roles_are_listed_as_people_write_them() {
        let any = |count: u64| any_of(&(1..=count).map(RoleId).collect::<Vec<_>>());
        assert_eq!(any(0), "");
        assert_eq!(any(1), "<@&1>");
        assert_eq!(any(3), "<@&1>, <@&2> or <@&3>");
        assert_eq!(any(5), "<@&1>, <@&2>, <@&3>, <@&4> or <@&5>");
        assert_eq!(any(7), "<@&1>, <@&2>, <@&3>, <@&4> or 3 more");
        assert_eq!(all_of(&[RoleId(1), RoleId(2)]), "<@&1> and <@&2>");
    }
}
