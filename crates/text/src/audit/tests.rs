use std::collections::BTreeSet;

use deskbell_discord::testing::read;
use deskbell_domain::audit::chain::{Code, Head};
use deskbell_domain::audit::entry::Entry;
use deskbell_domain::channel::Obstacle;
use deskbell_domain::contact::Role;
use deskbell_domain::delivery::DeadLetterId;
use deskbell_domain::event::EventKind;
use deskbell_domain::ids::{GuildId, MemberId, RoleId, SubscriptionId, WorkspaceId};
use deskbell_domain::service::audit::Beyond;
use deskbell_domain::time::UnixMillis;
use insta::assert_snapshot;
use serde_json::json;
use strum::VariantNames as _;

use super::*;

const AT: UnixMillis = UnixMillis(1_795_942_800_000);

fn shown(action: Action, outcome: Outcome, contact: Option<&str>) -> Shown {
    let entry = Entry {
        seq: 3,
        at: AT,
        guild: GuildId(7),
        member: MemberId(9),
        action,
        outcome,
        target: None,
        began: None,
    };
    Shown { entry, contact: contact.map(ContactId::new) }
}

fn said(action: Action) -> String {
    let line = read(&Message::of(line(&shown(action, Outcome::Done, None))));
    line.replace("<t:1795942800:f> <@9> ", "")
}

#[test]
fn a_page_has_a_line_for_each_action_and_leads_to_others() {
    let leads = Action::Exported { role: Role::Lead, count: 2031 };
    let erased = Shown {
        entry: Entry { target: Some("ab".to_owned()), ..shown(Action::Updated, Outcome::Done, None).entry },
        contact: None,
    };
    let entries = vec![
        shown(leads, Outcome::Done, None),
        shown(Action::Created, Outcome::Done, Some("6762f0dd")),
        shown(Action::Created, Outcome::Unknown, None),
        shown(Action::Shared { channel: ChannelId(20) }, Outcome::Failed, Some("6762f0dd")),
        erased,
    ];
    let beyond = Beyond { newer: None, older: Some(3) };
    let one = Page { subject: None, entries, beyond, since: Some(AT), channel: None, unposted: None };
    assert_snapshot!(read(&page(&one)), @r"
<t:1795942800:f> <@9> exported 2,031 leads
<t:1795942800:f> <@9> created `6762f0dd`
<t:1795942800:f> <@9> created somebody · nobody knows whether it was done
<t:1795942800:f> <@9> shared `6762f0dd` in <#20> · not done
<t:1795942800:f> <@9> updated somebody who was erased since
-# Kept since <t:1795942800:D>.
(◀) [▶ v1:audit-page:all:before:3] [Verify v1:audit-verify] [Export v1:audit-export]
{Everything Everything | Customers | Notifications | Access | Connection | The audit itself}
{Post in a channel… []}
");
    let none = Page { entries: Vec::new(), subject: Some(Subject::Access), ..one };
    assert_snapshot!(read(&page(&Page { beyond: Beyond::default(), ..none })), @r"
Nothing of this kind was done yet.
(◀) (▶) [Verify v1:audit-verify] [Export v1:audit-export]
{Access Everything | Customers | Notifications | Access | Connection | The audit itself}
{Post in a channel… []}
");
}

#[test]
fn what_was_done_about_notifications_is_told_in_sentences() {
    let one = Notification { id: SubscriptionId(4), kind: EventKind::NewLead, channel: ChannelId(20) };
    let actions = [
        Action::Added(one),
        Action::AddedOpen(one),
        Action::Opened(one),
        Action::Changed(one),
        Action::Paused(one),
        Action::Resumed(one),
        Action::Removed { notification: one, events: 0 },
        Action::Removed { notification: one, events: 14 },
        Action::Skipped { notification: one, events: 1 },
        Action::TriedAgain { letter: DeadLetterId(1) },
        Action::Dropped { letter: DeadLetterId(1) },
    ];
    assert_snapshot!(actions.map(said).join("\n"), @r"
added New lead → <#20>
added New lead → <#20> for everybody who reads that channel
showed everything of New lead → <#20> to everybody who reads it
changed New lead → <#20>
paused New lead → <#20>
resumed New lead → <#20>
removed New lead → <#20>
removed New lead → <#20> with 14 events
skipped 1 event of New lead → <#20>
had an event posted again that could not be posted
dropped an event that could not be posted
");
}

#[test]
fn what_was_done_about_access_and_connections_is_told_in_sentences() {
    let grant = |level, export| Action::AccessGiven { role: RoleId(30), grant: Grant { level, export } };
    let workspace = WorkspaceId::new("acme");
    let actions = [
        grant(Level::Act, Export::Forbidden),
        grant(Level::Act, Export::Allowed),
        grant(Level::Look, Export::Forbidden),
        grant(Level::Look, Export::Allowed),
        Action::AccessTaken { role: RoleId(30) },
        Action::EverybodyIs { everybody: Everybody::IsTheTeam },
        Action::EverybodyIs { everybody: Everybody::IsNotTheTeam },
        Action::Connected { workspace: workspace.clone() },
        Action::Disconnected { workspace },
        Action::AuditRead,
        Action::AuditExported,
        Action::AnchorsGoTo { channel: ChannelId(20) },
        Action::AnchorsEnd,
        Action::Unknown,
    ];
    assert_snapshot!(actions.map(said).join("\n"), @r"
let <@&30> use /lead and /user
let <@&30> use /lead and /user, and export
let <@&30> look at leads and users
let <@&30> look at leads and users, and export
took all access from <@&30>
said that everybody in this server is the team
said that not everybody in this server is the team
connected this server with workspace `acme`
disconnected this server from workspace `acme`
looked at this list
exported this list
had the daily proof posted in <#20>
had the daily proof posted no more
did something that this version of me does not know
");
}

#[test]
fn a_proof_that_cannot_be_posted_is_told_with_what_to_do() {
    let posted = Page {
        subject: None,
        entries: Vec::new(),
        beyond: Beyond::default(),
        since: None,
        channel: Some(ChannelId(20)),
        unposted: None,
    };
    assert!(read(&page(&posted)).contains("[Stop posting"));
    assert!(!read(&page(&Page { channel: None, ..posted.clone() })).contains("[Stop posting"));
    let alone = read(&without_connection(page(&posted), ChannelId(20)));
    let told = alone.lines().nth(1).unwrap();
    assert_snapshot!(told, @"⚠️ This server is not connected, and until it is the daily proof is not posted in <#20>.");
    let unposted = Unposted { since: AT, obstacle: Some(Obstacle::ChannelGone) };
    assert_snapshot!(read(&page(&Page { unposted: Some(unposted), ..posted })), @r"
Nothing of this kind was done yet.
⚠️ I cannot post the daily proof in <#20>: the channel is gone. That began <t:1795942800:R>. I try again every ten minutes. Post in a channel… below takes another, and Stop posting ends it.
(◀) (▶) [Verify v1:audit-verify] [Export v1:audit-export] [Stop posting v1:audit-stop]
{Everything Everything | Customers | Notifications | Access | Connection | The audit itself}
{Post in a channel… [ChannelId(20)]}
");
}

#[test]
fn a_list_that_holds_and_one_that_does_not_are_told_apart() {
    let head = Head { seq: 12_031, mac: Code::NONE };
    let held = Unbroken { entries: 12_031, since: Some(AT), head };
    let tell = |verification| read(&verified(&verification));
    assert_snapshot!(tell(Verification::Unbroken(held, None)), @r"
✅ 12,031 entries since <t:1795942800:f>, unbroken up to `0000000000000000`.
-# Post in a channel… has this proof posted once a day, so that nobody can cut off the end unseen.
");
    let posted = Anchor { head, at: AT, channel: ChannelId(20) };
    assert_snapshot!(tell(Verification::Unbroken(held, Some(posted))), @r"
✅ 12,031 entries since <t:1795942800:f>, unbroken up to `0000000000000000`.
-# It agrees with `0000000000000000`, which I posted in <#20> <t:1795942800:R>: compare it with what stands there.
");
    assert_snapshot!(tell(Verification::Broken(Broken::Changed(812))), @"❌ Entry 812 was changed. Somebody wrote into my store.");
    assert_snapshot!(tell(Verification::Broken(Broken::CutOff(812))), @"❌ What came after entry 812 is missing. Somebody wrote into my store, or an older backup was restored.");
    assert_snapshot!(tell(Verification::Empty), @"Nothing was done here yet, so there is nothing to verify.");
    assert_snapshot!(read(&anchor(&posted)), @"🔒 Proof of what was done here up to entry 12031: `0000000000000000`");
}

#[test]
fn what_was_done_with_a_person_is_told_also_where_they_were_erased_since() {
    let actions = [
        Action::TookPerson,
        Action::TookPersonOver,
        Action::NotedPerson,
        Action::TaggedPerson,
        Action::UntaggedPerson,
    ];
    let lines = actions.map(|action| {
        let line = read(&Message::of(line(&shown(action, Outcome::Done, Some("6762f0dd")))));
        line.replace("<t:1795942800:f> <@9> ", "")
    });
    assert_snapshot!(lines.join("\n"), @"
    took `6762f0dd`
    took `6762f0dd` over from another teammate
    added a note to `6762f0dd`
    put a tag on `6762f0dd`
    took a tag off `6762f0dd`
    ");
    assert_snapshot!(said(Action::TookPersonOver), @"took somebody who was erased since over from another teammate");
}

/// Every action, as it is stored.
const ACTIONS: &str = "exported shared opened everybody_is access_given access_taken created updated added added_open \
    changed paused resumed removed skipped tried_again dropped connected disconnected erased \
    erasure_taken_back exported_one audit_read audit_exported anchors_go_to anchors_end acts_as \
    acts_as_nobody linked took took_over closed reopened snoozed tagged untagged gave gave_to_team \
    made_user merged replied noted took_person took_person_over noted_person tagged_person \
    untagged_person unknown";

/// An action of this name, out of all that any action is stored with.
fn action(name: &str) -> Action {
    let notification =
        Notification { id: SubscriptionId(1), kind: EventKind::NewLead, channel: ChannelId(20) };
    let of_all = json!({
        "action": name, "count": 2, "events": 3, "everybody": Everybody::IsTheTeam, "grant": Grant::default(),
        "letter": DeadLetterId(4), "workspace": "w", "extent": Extent::Server, "admin": "814", "of": MemberId(9),
        "to": MemberId(9), "conversation": "5", "team": "6",
    });
    let with = |role: serde_json::Value| {
        let mut fields = serde_json::to_value(notification).expect("it can be stored");
        let both = fields.as_object_mut().expect("an object");
        both.extend(of_all.as_object().expect("an object").clone());
        both.insert("role".to_owned(), role);
        serde_json::from_value(fields)
    };
    let read = with(json!(Role::Lead)).or_else(|_| with(json!(RoleId(30))));
    read.unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn every_action_has_words_of_its_own() {
    let all: Vec<_> = ACTIONS.split(' ').map(action).collect();
    let named: BTreeSet<&str> = all.iter().map(<&str>::from).collect();
    assert_eq!(named, Action::VARIANTS.iter().copied().collect(), "one is missing here");
    for action in all {
        let is_unknown = action == Action::Unknown;
        let said = said(action);
        assert_eq!(said.contains("does not know"), is_unknown, "{said}");
    }
}
