use deskbell_domain::access::{Export, Grant, Level};
use deskbell_domain::crowd::Everybody;
use deskbell_domain::event::EventKind;
use deskbell_domain::ids::{ChannelId, RoleId, SubscriptionId};
use deskbell_domain::mention::{Every, Mention, Whom};
use deskbell_domain::press::Held;
use deskbell_domain::service::notify::add::Wish;
use deskbell_domain::service::notify::change::Change;
use deskbell_domain::service::notify::failed::Letters;
use deskbell_domain::service::notify::run::Missed;
use deskbell_domain::service::request::SampleCalls;
use deskbell_domain::subscription::{Alert, Detail};
use deskbell_domain::threshold::Threshold;
use deskbell_text as text;
use deskbell_text::refusal::Settings;
use proptest::prelude::*;

use super::*;
use crate::fixture::{TEAM, manager, member, read, run};
use crate::interaction::asker::Asker;
use crate::interaction::error::CommandError;
use crate::press::dispatch::Press;

const FAR: u64 = u64::MAX;

fn wish() -> Wish {
    Wish {
        detail: Some(Detail::Private),
        alert: Some(Alert::Silent),
        ..Wish::plain(EventKind::NewConversation)
    }
}

fn longest_wish() -> Wish {
    let every = Every::parse("24h").expect("it is possible");
    Wish {
        kind: EventKind::Unanswered,
        waits: Threshold::parse("30d"),
        mention: Some(Mention { whom: Whom::Role(RoleId(FAR)), every }),
        ..wish()
    }
}

#[test]
fn every_control_is_read_as_what_it_was_written_as_and_fits() {
    let (one, all) = (Target::One(SubscriptionId(FAR)), Target::All);
    let letter = Letters::One(DeadLetterId(FAR));
    let presses = [
        SetUpPress::Add(wish(), ChannelId(FAR), PublicDecision::Everything),
        SetUpPress::Add(Wish::plain(EventKind::NewLead), ChannelId(1), PublicDecision::Open),
        SetUpPress::Add(longest_wish(), ChannelId(FAR), PublicDecision::Everything),
        SetUpPress::Elsewhere(Wish { mention: Some(Mention::of(Whom::WhoeverHasIt)), ..wish() }),
        SetUpPress::Elsewhere(wish()),
        SetUpPress::AddIn(Wish::plain(EventKind::UserUpdated)),
        SetUpPress::Change(
            SubscriptionId(FAR),
            Change { detail: Some(Detail::Short), alert: Some(Alert::Loud), mention: longest_wish().mention },
        ),
        SetUpPress::ShowAll(SubscriptionId(1)),
        SetUpPress::Sample(SubscriptionId(1)),
        SetUpPress::SampleWith(one, SampleCalls::Nobody),
        SetUpPress::SampleWith(all, SampleCalls::TheRole),
        SetUpPress::Pause(SubscriptionId(1)),
        SetUpPress::Resume(one, Some(Missed::Skip)),
        SetUpPress::Resume(all, None),
        SetUpPress::Remove(SubscriptionId(1)),
        SetUpPress::RemoveNow(SubscriptionId(1)),
        SetUpPress::Keep,
        SetUpPress::List(u32::MAX),
        SetUpPress::TryNow,
        SetUpPress::Failed(1),
        SetUpPress::FailedOne,
        SetUpPress::TryAgain(Letters::All),
        SetUpPress::TryAgain(letter),
        SetUpPress::Drop(letter),
        SetUpPress::DropAllNow,
        SetUpPress::Channels(EventKind::NewUser, None),
        SetUpPress::Channels(EventKind::NewUser, Some(SubscriptionId(FAR))),
        SetUpPress::Roles(FAR),
        SetUpPress::Allow(RoleId(FAR), Grant { level: Level::Look, export: Export::Allowed }),
        SetUpPress::MoveTo(Held::In(ChannelId(FAR))),
        SetUpPress::MoveTo(Held::One(SubscriptionId(FAR))),
        SetUpPress::Team(Everybody::IsTheTeam),
        SetUpPress::Team(Everybody::IsNotTheTeam),
    ];
    for press in presses {
        let custom_id = press.to_custom_id();
        assert!(custom_id.len() <= 100, "{custom_id}");
        assert_eq!(Press::parse(&custom_id), Some(Press::SetUp(press)));
    }
}

#[test]
fn a_select_of_an_earlier_version_still_says_what_it_showed() {
    let read = Press::parse("v1:channels:lead:1.12");
    let shown = SetUpPress::Channels(EventKind::NewLead, Some(SubscriptionId(12)));
    assert_eq!(read, Some(Press::SetUp(shown)));
}

#[test]
fn what_is_not_exactly_ours_is_an_old_button() {
    for odd in [
        "v1:add:open:1:lead:-",
        "v1:add:maybe:1:lead:-:-",
        "v1:add:open:01:lead:-:-",
        "v1:pause:all",
        "v1:pause:+1",
        "v1:resume:1:perhaps",
        "v1:channels:lead:1.",
        "v1:channels:lead:1.x",
        "v1:channels:lead:01",
        "v1:channels:lead:+1.2",
        "v1:roles:",
        "v1:keep:1",
        "v1:move-to:20",
        "v1:team:outgrown",
        "v2:keep",
    ] {
        assert_eq!(Press::parse(odd), None, "{odd}");
    }
}

#[tokio::test]
async fn only_a_manager_of_a_linked_server_sets_up() {
    run(async |world| {
        let guarded = |asker: &Asker| {
            guard::connected(&world.context.bot, asker)
                .and_then(|_| guard::may_set_up(asker, Settings::Notifications))
                .map(|()| text::notify::kept())
                .map_err(CommandError::from)
        };
        assert!(guarded(&manager()).is_ok());
        insta::assert_snapshot!(read(&world.context, guarded(&member(&[TEAM]))), @r"
❌ Only people with **Manage Server** can change notifications.
");
        let elsewhere = Asker { guild: deskbell_domain::ids::GuildId(8), ..member(&[]) };
        insta::assert_snapshot!(read(&world.context, guarded(&elsewhere)), @r"
❌ This server is not linked to an Intercom workspace.
");
    })
    .await;
}

proptest! {
    #[test]
    fn no_custom_id_panics_and_what_is_read_is_written_the_same(text in "(v1:)?[a-z-]{0,12}(:[ -~]{0,30}){0,4}") {
        if let Some(Press::SetUp(press)) = Press::parse(&text) {
            prop_assert_eq!(press.to_custom_id(), text);
        }
    }
}
