use std::time::Duration;

use deskbell_discord::testing::read;
use deskbell_domain::access::ManageServer;
use deskbell_domain::channel::{Audience, ChannelKind, Obstacle, Permission};
use deskbell_domain::contact::Role;
use deskbell_domain::delivery::Reference;
use deskbell_domain::ids::{ChannelId, ContactId, GuildId, RoleId};
use deskbell_domain::port::channels::ChannelError;
use deskbell_domain::port::intercom::{IntercomError, Lack, TokenPermission, Unanswered};
use deskbell_domain::service::draft::Mistake;
use deskbell_domain::service::request::NotPosted;
use deskbell_domain::time::{Timestamp, UnixMillis};
use deskbell_domain::trouble::Cause;
use deskbell_text::around::Around;
use deskbell_text::command::CommandIds;
use deskbell_text::command::CommandName;
use deskbell_text::failure::Effect;
use deskbell_text::failure::{bug, slow};
use deskbell_text::refusal::{Forbidden, Team};
use insta::assert_snapshot;

use super::failure;
use crate::interaction::error::{ClosedChannel, CommandError, Refusal};
use crate::interaction::workspace::Waiting;

fn said(error: impl Into<CommandError>, effect: &Effect) -> String {
    let command_ids = CommandIds::default();
    for (number, name) in ["lead", "user", "notify", "access"].iter().enumerate() {
        command_ids.learn(name, number as u64 + 1);
    }
    let around = Around { command_ids: &command_ids, now: Timestamp(1_763_889_600) };
    let text = read(&failure(around, &error.into(), effect, &Reference::of_error(1)));
    let line = format!("-# Reference {}", Reference::of_error(1));
    assert!(text.starts_with("❌ "), "{text}");
    text.replace(&format!("\n{line}"), "").trim_start_matches("❌ ").to_owned()
}

fn refused(refusal: Refusal) -> String {
    said(refusal, &Effect::Write)
}

fn typed(refusal: fn(String) -> Refusal, text: &str) -> String {
    refused(refusal(text.to_owned()))
}

#[test]
fn who_may_not_is_told_whom_to_ask() {
    assert_snapshot!(refused(Refusal::NotInServer), @"I work in servers only. Use this command in your team's server.");
    let guild = GuildId(8412);
    assert_snapshot!(refused(Refusal::NotLinked { guild, manage: ManageServer::Holds }), @"This server is not linked to an Intercom workspace. Whoever runs this bot adds `DISCORD_GUILD_ID=8412` and restarts it.");
    assert_snapshot!(refused(Refusal::NotLinked { guild, manage: ManageServer::Lacks }), @"This server is not linked to an Intercom workspace.");
    let team = Team::Roles(vec![RoleId(1), RoleId(2)]);
    assert_snapshot!(refused(Refusal::NoAccess { what: Forbidden::Look, team: team.clone() }), @"You need <@&1> or <@&2> to see customers. Someone with **Manage Server** can change this with </access add:4>.");
    assert_snapshot!(refused(Refusal::NoAccess { what: Forbidden::LookAtThis, team }), @"You need <@&1> or <@&2> to see this. Someone with **Manage Server** can change this with </access add:4>.");
    assert_snapshot!(refused(Refusal::NoAccess { what: Forbidden::Act, team: Team::Roles(vec![RoleId(1)]) }), @"You need <@&1> to create or update leads and users. Someone with **Manage Server** can change this with </access add:4>.");
    assert_snapshot!(refused(Refusal::NoAccess { what: Forbidden::Act, team: Team::Roles(vec![]) }), @"Only people with **Manage Server** may create or update leads and users. One of them can change this with </access add:4>.");
    assert_snapshot!(refused(Refusal::NoAccess { what: Forbidden::Handle, team: Team::Roles(vec![RoleId(1)]) }), @"You need <@&1> to take, note or tag leads and users. Someone with **Manage Server** can change this with </access add:4>.");
    assert_snapshot!(refused(Refusal::NoAccess { what: Forbidden::Export, team: Team::Roles(vec![]) }), @"Only people with **Manage Server** may export customers. One of them can change this with </access add:4>.");
    assert_snapshot!(refused(Refusal::NoAccess { what: Forbidden::LookAtThis, team: Team::Unnamed }), @"Customers are for the team here. If you belong to it, ask whoever manages this server.");
    let can =
        |command| refused(Refusal::NotManager { what: crate::interaction::guard::settings_of(command) });
    assert_snapshot!(can("notify add"), @"Only people with **Manage Server** can change notifications.");
    assert_snapshot!(can("access add"), @"Only people with **Manage Server** can say who may see customers.");
    assert_snapshot!(can("setup"), @"Only people with **Manage Server** can set me up.");
}

#[test]
fn while_intercom_was_never_reached_the_reason_is_told() {
    let since = UnixMillis(1_763_889_600_000);
    let waiting = |cause| Refusal::WorkspaceUnknown(Waiting { since, cause });
    assert_snapshot!(refused(waiting(Cause::Unanswered(Unanswered::Silent))), @"I have been waiting for Intercom since <t:1763889600:f>: Intercom does not answer. I keep trying. Nothing was changed.");
    let read = Effect::Read { again: None };
    assert_snapshot!(said(waiting(Cause::TokenRefused), &read), @"I have been waiting for Intercom since <t:1763889600:f>: Intercom refuses the token. Whoever runs this bot must renew it: Developer Hub → your app → Authentication.");
}

#[test]
fn a_slip_of_ones_own_has_no_reference_and_a_fault_has_one() {
    let has_one = |error: CommandError| {
        let (command_ids, now) = (CommandIds::default(), Timestamp(1_763_889_600));
        let around = Around { command_ids: &command_ids, now };
        read(&failure(around, &error, &Effect::Write, &Reference::of_error(1))).contains("Reference")
    };
    let mistakes = vec![Mistake::Email("x".to_owned())];
    assert!(!has_one(Refusal::Mistakes { mistakes, mend: None }.into()));
    assert!(!has_one(Refusal::NoEmailInMessage.into()));
    assert!(!has_one(IntercomError::TooMany { after: Duration::from_secs(9) }.into()));
    let closed = |why| {
        let (channel, kind, again) = (ChannelId(7), ChannelKind::Forum, CommandName::NotifyAdd);
        Refusal::Channel(Box::new(ClosedChannel { channel, kind, why, again }))
    };
    for obstacle in [Obstacle::ChannelUnfit, Obstacle::hidden(), Obstacle::ChannelGone] {
        assert!(!has_one(closed(ChannelError::Closed(obstacle)).into()));
    }
    assert!(has_one(closed(ChannelError::Unavailable).into()));
    assert!(has_one(IntercomError::Unavailable(Unanswered::Silent).into()));
    assert!(has_one(Refusal::NotPosted(NotPosted::Unknown).into()));
}

#[test]
fn what_was_mistyped_is_named_with_an_example() {
    let mistakes = [
        Mistake::Email("ada@acme".to_owned()),
        Mistake::Phone("030 `1234567`".to_owned()),
        Mistake::ImageUrl("http://acme.io/a.png".to_owned()),
        Mistake::Company("Acne".to_owned()),
    ];
    let mend = Some("v1:mend:abcdefgh23456".to_owned());
    assert_snapshot!(refused(Refusal::Mistakes { mistakes: mistakes.to_vec(), mend }), @r"
`ada@acme` is not an e-mail address. It looks like `name@example.com`.
`030 '1234567'` is not a phone number. Write it with the country, like `+49 30 1234567`.
`http://acme.io/a.png` is not an address of a picture. It must start with `https://`.
I found no company `Acne`. Pick one from the list while typing.
[Mend it v1:mend:abcdefgh23456]
");
    assert_snapshot!(typed(Refusal::UnknownCompany, "Acne"), @"I found no company `Acne`. Pick one from the list while typing. Nothing was changed.");
    let text = "6762".to_owned();
    assert_snapshot!(refused(Refusal::Unknown { role: Role::Lead, text }), @"I found no lead `6762`. Pick one from the list while typing, or give a name, an e-mail, a phone number or an id.");
    assert_snapshot!(refused(Refusal::Unknown { role: Role::Lead, text: " ".to_owned() }), @"Nothing was typed. Pick one from the list while typing, or give a name, an e-mail, a phone number or an id.");
    let mistakes = vec![Mistake::Email(String::new()), Mistake::ImageUrl("https://".to_owned())];
    assert_snapshot!(refused(Refusal::Mistakes { mistakes, mend: None }), @r"
The e-mail address is missing. It looks like `name@example.com`.
`https://` is not an address of a picture. It looks like `https://example.com/ada.png`.
");
    assert_snapshot!(refused(Refusal::NoEmailInMessage), @"I found no e-mail address in that message.");
    assert_snapshot!(refused(Refusal::Gone), @"This person was deleted in Intercom.");
    let text = "x".repeat(500);
    assert!(refused(Refusal::Unknown { role: Role::User, text }).len() < 250);
}

#[test]
fn what_was_found_instead_is_one_press_away() {
    let id = ContactId::new("6762f0dd1bb69f9f2193bb83");
    assert_snapshot!(refused(Refusal::WrongRole { found: Role::User, id: id.clone() }), @r#"
That is a user, not a lead.
[Show the user v1:open:6762f0dd1bb69f9f2193bb83]
"#);
    assert_snapshot!(refused(Refusal::IsLead(id.clone())), @r#"
A lead has this e-mail. I changed nothing: a lead becomes a user in Intercom.
[Show the lead v1:open:6762f0dd1bb69f9f2193bb83]
"#);
    assert_snapshot!(refused(Refusal::LeadExists(Some(id))), @r#"
Intercom knows a contact like this already, so I created no other.
[Show it v1:open:6762f0dd1bb69f9f2193bb83]
"#);
    assert_snapshot!(refused(Refusal::LeadExists(None)), @"Intercom knows a contact like this already, so I created no other.");
    assert_snapshot!(refused(Refusal::LeadUnclear), @"Intercom did not answer, so I do not know whether the lead was created. Look at </lead list:1> in a few minutes before trying again.");
}

#[test]
fn what_is_over_can_be_begun_anew() {
    assert_snapshot!(refused(Refusal::ListExpired { role: Role::Lead }), @r#"
This list has expired.
[Show it again v1:list:lead]
"#);
    assert_snapshot!(refused(Refusal::ChoiceExpired { command: CommandName::UserCreate }), @"This choice has expired. Nothing was changed. Use </user create:2> again.");
    assert_snapshot!(refused(Refusal::OldButton), @"This button is from an older version: </lead list:1>.");
    assert_snapshot!(refused(Refusal::NothingTyped), @"There was no word in the form, so nothing was done. Press the button again.");
    assert_snapshot!(refused(Refusal::OldCommand), @"This command is from an older version of me. Type it again in a minute.");
    assert_snapshot!(refused(Refusal::OwnExportRuns), @"An export of yours runs already. Try again when it is done; it takes 10 minutes at most.");
    assert_snapshot!(refused(Refusal::TooMuchAtOnce), @"I am still busy with other things that you asked for. Try again when they are done.");
    assert_snapshot!(refused(Refusal::ExportRuns), @"An export runs in this server already. Try again when it is done; it takes 10 minutes at most.");
    assert_snapshot!(refused(Refusal::Contended), @"Somebody else changed the same just now, so I changed nothing. Try again.");
    assert_snapshot!(refused(Refusal::Busy), @"A message is on its way to that channel, so what waits there was not skipped. Try again in a minute.");
}

fn closed(obstacle: Obstacle) -> String {
    told_of_channel(ChannelError::Closed(obstacle))
}

fn told_of_channel(why: ChannelError) -> String {
    let (channel, kind, again) = (ChannelId(7), ChannelKind::Forum, CommandName::NotifyAdd);
    refused(Refusal::Channel(Box::new(ClosedChannel { channel, kind, why, again })))
}

#[test]
fn a_channel_that_takes_nothing_says_what_lacks_and_where_to_allow_it() {
    let two = vec![Permission::SendMessages, Permission::EmbedLinks];
    assert_snapshot!(closed(Obstacle::MissingPermissions(two)), @"I can't post in <#7>: I lack **Send Messages** and **Embed Links**. <#7> → Edit Channel → Permissions → Deskbell → allow both, then </notify add:3> again. Nothing was changed.");
    assert_snapshot!(closed(Obstacle::MissingPermissions(vec![Permission::EmbedLinks])), @"I can't post in <#7>: I lack **Embed Links**. <#7> → Edit Channel → Permissions → Deskbell → allow it, then </notify add:3> again. Nothing was changed.");
    assert_snapshot!(closed(Obstacle::MissingPermissions(vec![])), @"I can't post in <#7>: Discord does not let me. <#7> → Edit Channel → Permissions → Deskbell → allow **View Channel**, **Send Messages** and **Embed Links**, then </notify add:3> again. Nothing was changed.");
    assert_snapshot!(closed(Obstacle::ChannelUnfit), @"I can post in text and announcement channels and in threads; <#7> is a forum. Nothing was changed.");
    assert_snapshot!(closed(Obstacle::ThreadClosed), @"I can't post in <#7>: it is locked or archived. Somebody who may manage threads opens it, then </notify add:3> again. Nothing was changed.");
    assert_snapshot!(closed(Obstacle::ChannelGone), @"That channel does not exist in this server any more. Nothing was changed.");
    assert_snapshot!(closed(Obstacle::hidden()), @"I can't see <#7>: I lack **View Channel**. <#7> → Edit Channel → Permissions → Deskbell → allow it, then </notify add:3> again. Nothing was changed.");
    assert_snapshot!(closed(Obstacle::NotInGuild), @"I am not in this server as a member. Whoever runs this bot invites me again; `deskbell check` prints the link.");
    assert_snapshot!(told_of_channel(ChannelError::Unavailable), @"Discord did not answer. Nothing was changed. Try again in a minute.");
    let lacking = vec![Permission::ViewChannel, Permission::SendMessages];
    assert_snapshot!(refused(Refusal::MayNotPost { channel: ChannelId(7), lacking }), @"You may not post in <#7> yourself: you lack **View Channel** and **Send Messages** there. So I post nothing there for you. Nothing was changed.");
    assert_snapshot!(refused(Refusal::PublicChannel(ChannelId(7), Audience::Everyone)), @"Everyone in this server can read <#7>. Only someone with **Manage Server** may show a customer there.");
}

#[test]
fn a_message_that_may_not_stand_there_is_not_called_posted() {
    assert_snapshot!(refused(Refusal::NotPosted(NotPosted::Unknown)), @"Discord did not answer, so I do not know whether it was posted. Look in the channel before trying again.");
    let after = Duration::from_secs(20);
    assert_snapshot!(refused(Refusal::NotPosted(NotPosted::RateLimited(after))), @"Discord takes no more messages just now. Nothing was posted. Try again <t:1763889620:R>.");
    assert_snapshot!(refused(Refusal::NotPosted(NotPosted::TurnedAway)), @"Discord does not let my messages through just now. Nothing was posted. Try again in a few minutes.");
    assert_snapshot!(refused(Refusal::NotPosted(NotPosted::Refused)), @"Discord does not take this message. Nothing was posted.");
    assert_snapshot!(refused(Refusal::NotPosted(NotPosted::Unauthorized)), @"Discord refuses my token. Nothing was posted. Whoever runs this bot must renew it.");
}

fn looked() -> Effect {
    Effect::Read { again: Some("v1:look:abcdefgh23456".to_owned()) }
}

/// Every way in which Intercom does not do what was asked.
fn all_failures() -> Vec<IntercomError> {
    let unanswered = [Unanswered::Silent, Unanswered::Failing, Unanswered::Unreadable];
    let mut all = unanswered.map(IntercomError::Unavailable).to_vec();
    all.extend([
        IntercomError::OutcomeUnknown,
        IntercomError::RateLimited { after: Duration::from_secs(30) },
        IntercomError::TooMany { after: Duration::from_millis(19_400) },
        IntercomError::Refused { code: Some("token_revoked".to_owned()) },
        IntercomError::Forbidden { lack: Lack::Permission(TokenPermission::WriteContacts) },
        IntercomError::Forbidden { lack: Lack::Plan },
        IntercomError::Invalid {
            code: "parameter_invalid".to_owned(),
            message: "phone is invalid".to_owned(),
        },
        IntercomError::Missing,
    ]);
    all
}

fn all_said(effect: &Effect) -> String {
    all_failures().into_iter().map(|error| said(error, effect)).collect::<Vec<_>>().join("\n")
}

#[test]
fn intercoms_failures_name_their_cause_and_say_that_nothing_was_changed() {
    assert_snapshot!(all_said(&Effect::Write), @r#"
Intercom did not answer. Nothing was changed.
Intercom answered that it failed. Nothing was changed.
I could not read what Intercom answered. Nothing was changed.
Intercom did not answer, so I do not know whether it was changed. Look at it in a few minutes before trying again.
Intercom allows no more calls just now. Nothing was changed. Try again <t:1763889630:R>.
You have asked Intercom for as much as one person may in a minute. Nothing was changed. Try again <t:1763889620:R>.
Intercom refuses the token: it was revoked or replaced. Nothing was changed. Whoever runs this bot must renew it (Developer Hub → your app → Authentication). Events are not lost: I catch up then.
Intercom's token lacks **Write users and companies**. Whoever runs this bot can give it: Developer Hub → your app → Authentication. Nothing was changed.
Intercom says that your plan does not include this. Nothing was changed.
Intercom did not accept this: phone is invalid. Nothing was changed.
Intercom does not know this record any more. Nothing was changed.
"#);
}

#[test]
fn what_only_shows_something_does_not_speak_of_changes_when_it_fails() {
    assert_snapshot!(all_said(&looked()), @r#"
Intercom did not answer.
[Try again v1:look:abcdefgh23456]
Intercom answered that it failed.
[Try again v1:look:abcdefgh23456]
I could not read what Intercom answered.
[Try again v1:look:abcdefgh23456]
Intercom did not answer, so I do not know whether it was changed. Look at it in a few minutes before trying again.
Intercom allows no more calls just now. Try again <t:1763889630:R>.
[Try again v1:look:abcdefgh23456]
You have asked Intercom for as much as one person may in a minute. Try again <t:1763889620:R>.
Intercom refuses the token: it was revoked or replaced. Whoever runs this bot must renew it (Developer Hub → your app → Authentication). Events are not lost: I catch up then.
Intercom's token lacks **Write users and companies**. Whoever runs this bot can give it: Developer Hub → your app → Authentication.
Intercom says that your plan does not include this.
Intercom did not accept this: phone is invalid.
Intercom does not know this record any more.
"#);
    let unreadable = deskbell_domain::port::store::StoreError::Unreadable { key: "k".to_owned() };
    assert_snapshot!(said(unreadable, &looked()), @"I cannot read or write my own store just now. Whoever runs this bot finds the reason in the log.");
    assert_snapshot!(said(Refusal::UnknownCompany("Acne".to_owned()), &looked()), @"I found no company `Acne`. Pick one from the list while typing.");
    assert_snapshot!(said(Refusal::ChoiceExpired { command: CommandName::LeadGet }, &looked()), @"This choice has expired. Use </lead get:1> again.");
}

#[test]
fn a_fault_of_ours_is_found_in_the_log_by_its_reference() {
    let unreadable = deskbell_domain::port::store::StoreError::Unreadable { key: "k".to_owned() };
    assert_snapshot!(said(unreadable, &Effect::Write), @"I cannot read or write my own store just now. It was not done, or only in part; doing it again later does no harm. Whoever runs this bot finds the reason in the log.");
    assert_snapshot!(read(&bug(&Reference::of_error(1))), @r#"
❌ Something went wrong on my side. Nothing was posted. Whoever runs this bot finds `hrxacvqx` in the log.
-# Reference hrxacvqx
"#);
    assert_snapshot!(read(&slow()), @"Intercom is slow, still trying …");
}
