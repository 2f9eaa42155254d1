use deskbell_domain::event::EventKind;
use deskbell_domain::ids::MemberId;
use deskbell_domain::service::notify::add::{PublicDecision, Wish};
use deskbell_domain::service::notify::failed::Letters;
use deskbell_domain::service::notify::run::Target;
use insta::assert_snapshot;

use super::*;
use crate::fixture::{GENERAL, READ_ONLY, SALES, SUPPORT, World, home, manager, read, run};
use crate::interaction::asker::Rights;
use crate::interaction::request::subscribe_point;
use crate::notify::add as notify_add;
use crate::notify::failed as notify_failed;
use crate::notify::run as notify_run;

const VIEW: u64 = 1 << 10;
const SEND: u64 = 1 << 11;
const ADMINISTRATOR: u64 = 1 << 3;

async fn lacks(world: &World, told: &[(ChannelId, u64)], channel: ChannelId) -> Vec<Permission> {
    lacking(&world.context, &somebody(told), channel).await.expect("the channel is known")
}

/// A manager of whom an interaction tells this.
fn somebody(told: &[(ChannelId, u64)]) -> Asker {
    Asker { member: MemberId(70), rights: Rights(told.iter().copied().collect()), ..manager() }
}

#[tokio::test]
async fn what_the_interaction_tells_of_a_channel_counts_there() {
    run(async |world| {
        assert!(lacks(world, &[(READ_ONLY, VIEW | SEND)], READ_ONLY).await.is_empty());
        assert_eq!(lacks(world, &[(SALES, VIEW)], SALES).await, [Permission::SendMessages]);
        assert_eq!(lacks(world, &[(SALES, SEND)], SALES).await, [Permission::ViewChannel]);
    })
    .await;
}

#[tokio::test]
async fn of_other_channels_the_members_roles_tell() {
    run(async |world| {
        let here = [(SALES, VIEW | SEND)];
        assert_eq!(lacks(world, &here, READ_ONLY).await, [Permission::SendMessages]);
        assert!(lacks(world, &here, GENERAL).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn an_administrator_may_post_everywhere() {
    run(async |world| {
        assert!(lacks(world, &[(SALES, ADMINISTRATOR)], READ_ONLY).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn no_notification_is_made_where_its_maker_may_not_post() {
    run(async |world| {
        let asker = somebody(&[(SALES, VIEW | SEND)]);
        let moment = subscribe_point(&world.context, &asker).await.expect("the workspace is known");
        let (wish, decision) = (Wish::plain(EventKind::NewLead), PublicDecision::Open);
        let refused = notify_add::add(&world.context, &asker, wish, READ_ONLY, decision, moment).await;
        assert_snapshot!(read(&world.context, refused), @r"
        ❌ You may not post in <#26> yourself: you lack **Send Messages** there. So I post nothing there for you. Nothing was changed.
        ");
        assert_eq!(world.posted(), "");
        assert!(world.notifications().await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn samples_go_only_where_the_asker_may_post() {
    run(async |world| {
        world.notification(EventKind::NewLead, SALES).await;
        world.notification(EventKind::NewUser, SUPPORT).await;
        let asker = somebody(&[(SALES, VIEW), (SUPPORT, VIEW | SEND)]);
        let tested = notify_run::test(&world.context, &asker, Target::All, None).await;
        assert_snapshot!(read(&world.context, tested), @r"
        ✅ A sample is posted in <#21>.
        ❌ New leads in <#20>: you lack **Send Messages** there yourself, so I post nothing there for you.
        ");
        assert!(!world.posted().contains("#20"));
    })
    .await;
}

#[tokio::test]
async fn what_could_not_be_posted_is_tried_again_only_where_the_asker_may_post() {
    run(async |world| {
        let leads = world.notification(EventKind::NewLead, SALES).await;
        world.refused_lead(&leads).await;
        let asker = somebody(&[(SALES, VIEW)]);
        let tried = notify_failed::try_again(&world.context, &asker, Letters::All).await;
        assert_snapshot!(read(&world.context, tried), @r"
        None can be tried again. You may not post in <#20> yourself, so I do not for you.
        [Show all v1:failed:1]
        ");
        let letters = world.context.store().dead_letters(&home()).await.expect("the store answers");
        assert!(letters.iter().all(|letter| !letter.retry));
    })
    .await;
}
