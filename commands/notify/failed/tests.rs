use deskbell_domain::delivery::DeadLetterId;
use deskbell_domain::event::EventKind;
use deskbell_domain::port::store::Journal as _;
use deskbell_domain::status::UnreadableNotifications;
use deskbell_domain::time::UnixMillis;
use insta::assert_snapshot;

use super::*;
use crate::fixture::{NOW, SALES, home, manager, read, run};
use crate::notify::run as notify_run;

#[tokio::test]
async fn what_could_not_be_posted_is_shown() {
    run(async |world| {
        let asker = manager();
        let failed = async |page| read(&world.context, list(&world.context, &asker, page).await);
        assert_snapshot!(failed(1).await, @"Nothing is waiting here: every event could be posted.");
        let made = world.notification(EventKind::NewLead, SALES).await;
        world.refused_lead(&made).await;
        assert_snapshot!(failed(1).await, @r"
**1 event could not be posted**
🌱 New lead: Lead …lead1 → <#20> · `hn6oxtje` · <t:1763889600:R>: Discord did not accept it
-# For whoever runs this bot, Discord's reason: `50035 embeds[0].title`.
[Show v1:show:lead1] [Try again v1:try-again:1] [Drop v1:drop:1] [Show all v1:failed:1]
");
        world.refused_lead(&made).await;
        assert_snapshot!(failed(1).await, @r"
**2 events could not be posted**
🌱 New lead: Lead …lead1 → <#20> · `hn6oxtje` · <t:1763889600:R>: Discord did not accept it
🌱 New lead: Lead …lead2 → <#20> · `tvt5qscj` · <t:1763889600:R>: Discord did not accept it
-# Try again and Drop mean all 2; choose one below to act on it alone.
[Try again v1:try-again:all] [Drop v1:drop:all]
{Choose one… New lead: Lead …lead1 · hn6oxtje | New lead: Lead …lead2 · tvt5qscj}
");
        assert_snapshot!(read(&world.context, notify_run::list(&world.context, &asker, 1).await), @r"
        **Notifications from Acme**
        🌱 New lead → <#20>
        -# nothing posted yet
        -# 2 could not be posted.
        {Change one… New lead → #sales}
        [Show the 2 v1:failed:1] [Refresh v1:notify-list:1]
        ");
    })
    .await;
}

#[tokio::test]
async fn what_could_not_be_posted_is_tried_again_or_dropped() {
    run(async |world| {
        let asker = manager();
        let failed = async |page| read(&world.context, list(&world.context, &asker, page).await);
        let made = world.notification(EventKind::NewLead, SALES).await;
        world.refused_lead(&made).await;
        world.refused_lead(&made).await;
        let letters = world.context.store().dead_letters(&home()).await.unwrap();
        let again = try_again(&world.context, &asker, Letters::All).await;
        assert_snapshot!(read(&world.context, again), @r"
✅ 2 events are being posted again. What Discord refuses once more comes back here.
[Show all v1:failed:1]
");
        assert_eq!(world.woken(), [SALES, SALES]);
        assert!(failed(1).await.contains("is being tried again"));
        let first = Letters::One(letters[0].id);
        let question = drop_letters(&world.context, &asker, Letters::All).await;
        assert_snapshot!(read(&world.context, question), @r"
Drop all 2 events? They will never be posted.
[Drop them v1:drop-now] [Keep v1:failed:1]
");
        assert_snapshot!(read(&world.context, drop_letters(&world.context, &asker, first).await), @"✅ 1 event is dropped.");
        assert_snapshot!(read(&world.context, drop_letters(&world.context, &asker, first).await), @r"
❌ That event is no longer here: it was posted or dropped meanwhile.
[Show all v1:failed:1]
");
        notify_run::remove(&world.context, &asker, made.id).await.unwrap();
        let orphan = one(&world.context, &asker, letters[1].id).await;
        assert_snapshot!(read(&world.context, orphan), @r"
❌ That event is no longer here: it was posted or dropped meanwhile.
[Show all v1:failed:1]
");
        let again = try_again(&world.context, &asker, Letters::All).await;
        assert_snapshot!(read(&world.context, again), @r"
❌ That event is no longer here: it was posted or dropped meanwhile.
[Show all v1:failed:1]
");
        assert_snapshot!(read(&world.context, drop_all(&world.context, &asker).await), @"None is left to drop: they were posted or dropped meanwhile.");
        assert!(one(&world.context, &asker, DeadLetterId(99)).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn what_is_too_old_to_be_kept_is_gone_and_its_number_told() {
    run(async |world| {
        let asker = manager();
        let made = world.notification(EventKind::NewLead, SALES).await;
        world.refused_lead(&made).await;
        world.refused_lead(&made).await;
        let keep_from = UnixMillis((NOW.0 + 3600) * 1000);
        let pruned = world.store.prune(&made.workspace, keep_from).await.unwrap();
        assert_eq!(pruned.letters, 2);
        let failed = list(&world.context, &asker, 1).await;
        assert_snapshot!(read(&world.context, failed), @r"
Nothing is waiting here.
-# 2 events that could not be posted were dropped: I keep such events only so long.
");
        let status = read(&world.context, crate::status::status_for(&world.context, &asker).await);
        assert!(status.contains("2 events that could not be posted were dropped"), "{status}");
        let board = &world.context.workspace.ports.board;
        board.set_unreadable_notifications(UnreadableNotifications::SetAside(1));
        let status = read(&world.context, crate::status::status_for(&world.context, &asker).await);
        assert!(status.contains("1 notification could not be read in my store for three days"), "{status}");
    })
    .await;
}
