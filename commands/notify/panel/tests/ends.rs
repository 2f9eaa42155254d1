//! Skipping and removing, and whoever comes a moment late.

use deskbell_domain::event::EventKind;
use deskbell_domain::press::panel::PanelPress;
use deskbell_domain::service::notify::add::PublicDecision;
use deskbell_domain::service::notify::change::Change;
use deskbell_domain::subscription::Detail;
use insta::assert_snapshot;

use super::{DRAWN, only, press};
use crate::fixture::{SALES, SUPPORT, run};

#[tokio::test]
async fn trying_posts_a_sample_and_skipping_asks_first() {
    run(async |world| {
        let id = world.notification(EventKind::NewLead, SALES).await.id;
        let tried = press(world, PanelPress::TryIt(id), "").await;
        assert!(
            tried.starts_with("✅ A sample is posted in <#20>.\n🌱 New leads go to <#20>. They ring"),
            "{tried}"
        );
        assert!(world.posted().contains("🧪 Sample: new lead"));
        let none = press(world, PanelPress::Skip(id), "").await;
        assert!(none.contains("🌱 New leads go to <#20>. They ring"), "{none}");
        world.leads(14).await;
        assert_snapshot!(press(world, PanelPress::Skip(id), "").await, @r"
        Skip the 14 leads that wait for <#20>? They will never be posted.
        [Skip the 14 v1:panel-skip-now:1] [Keep v1:panel:1]
        ");
    })
    .await;
}

#[tokio::test]
async fn removing_asks_only_where_something_waits() {
    run(async |world| {
        let first = world.notification(EventKind::NewLead, SALES).await;
        assert_snapshot!(press(world, PanelPress::Remove(first.id), "").await, @r"
        ✅ New leads are no longer posted in <#20>.
        [Back v1:panel-back:1]
        ");
        assert!(world.notifications().await.is_empty());
        let second = world.notification(EventKind::NewLead, SALES).await;
        world.leads(14).await;
        assert_snapshot!(press(world, PanelPress::Remove(second.id), "").await, @r"
        Remove New lead → <#20>? 14 waiting will be dropped.
        [Remove v1:panel-remove-now:1] [Keep v1:panel:1]
        ");
        assert_eq!(world.notifications().await.len(), 1);
        let gone = press(world, PanelPress::RemoveNow(second.id), "").await;
        assert!(
            gone.starts_with("✅ New leads are no longer posted in <#20>. 14 waiting were dropped."),
            "{gone}"
        );
    })
    .await;
}

#[tokio::test]
async fn whoever_comes_after_a_removal_sees_the_list_as_it_is() {
    run(async |world| {
        let gone = world.notification(EventKind::NewLead, SALES).await.id;
        world.notification(EventKind::NewUser, SUPPORT).await;
        press(world, PanelPress::Remove(gone), "").await;
        for late in [
            PanelPress::Open(gone),
            PanelPress::Show(gone, Change::of_detail(Detail::Full), PublicDecision::Everything),
            PanelPress::Pause(gone),
            PanelPress::Resume(gone, None),
            PanelPress::TryIt(gone),
            PanelPress::Skip(gone),
            PanelPress::SkipNow(gone),
            PanelPress::Remove(gone),
            PanelPress::RemoveNow(gone),
            PanelPress::Move(gone, SUPPORT, PublicDecision::Open),
        ] {
            let told = press(world, late, "").await;
            assert!(told.starts_with("❌ That notification is not there any more"), "{late:?}: {told}");
            assert!(told.contains("New user → <#21>"), "{told}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_manager_who_is_a_moment_late_sees_what_the_other_did() {
    run(async |world| {
        let id = world.notification(EventKind::NewLead, SALES).await.id;
        press(world, PanelPress::Pause(id), "").await;
        let late = press(world, PanelPress::Detail(id, DRAWN), "short").await;
        assert!(late.contains("are paused. They ring where somebody is needed. Cards are short."), "{late}");
        let late = press(world, PanelPress::Pause(id), "").await;
        assert!(late.starts_with("They were paused already."), "{late}");
        let now = only(world).await;
        assert!(now.is_paused() && now.detail == Detail::Short);
    })
    .await;
}
