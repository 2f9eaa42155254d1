use deskbell_domain::channel::{Obstacle, Permission};
use deskbell_domain::event::EventKind;
use deskbell_domain::ids::ChannelId;
use deskbell_domain::mention::{Mention, Whom};
use deskbell_domain::port::intercom::{Lack, TokenPermission};
use deskbell_domain::port::messenger::PostOutcome;
use deskbell_domain::port::store::{ChangeOutcome, Subscriptions};
use deskbell_domain::status::{DiscordState, Pause, PollStatus};
use deskbell_domain::subscription::{SubscriptionState, SuspendReason, Suspension};
use deskbell_domain::trouble::{Cause, Part, Trouble};
use insta::assert_snapshot;

use super::*;
use crate::fixture::{GENERAL, LOCKED, MARK, NOW, SALES, SUPPORT, TEAM, World, manager, read, run};

mod list;

async fn list_of(world: &World) -> String {
    read(&world.context, list(&world.context, &manager(), 1).await)
}

fn hold() -> SubscriptionState {
    SubscriptionState::Suspended(Suspension {
        reason: SuspendReason::Channel(Obstacle::MissingPermissions(vec![Permission::SendMessages])),
        since: NOW.minus(600),
        probes: 2,
        next_probe: NOW.plus(240),
        told: true,
    })
}

fn paused_by_mark() -> SubscriptionState {
    SubscriptionState::Paused { by: Some(MARK), since: NOW.minus(60) }
}

#[tokio::test(start_paused = true)]
async fn try_now_wakes_the_channels_on_hold_and_no_other() {
    run(async |world| {
        let held = world.notification(EventKind::NewLead, SUPPORT).await;
        world.notification(EventKind::NewLead, SALES).await;
        world.puts(&held, hold()).await;
        try_now(&world.context, &manager()).await.unwrap();
        assert_eq!(world.woken(), [SUPPORT]);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn try_now_pressed_again_and_again_tries_once_in_ten_seconds() {
    run(async |world| {
        let held = world.notification(EventKind::NewLead, SUPPORT).await;
        world.puts(&held, hold()).await;
        for _ in 0..10 {
            try_now(&world.context, &manager()).await.unwrap();
        }
        assert_eq!(world.woken(), [SUPPORT]);
        tokio::time::advance(std::time::Duration::from_secs(10)).await;
        try_now(&world.context, &manager()).await.unwrap();
        assert_eq!(world.woken(), [SUPPORT]);
    })
    .await;
}

#[tokio::test]
async fn pausing_names_what_is_paused_and_who_did_it() {
    run(async |world| {
        let asker = manager();
        assert_snapshot!(read(&world.context, pause(&world.context, &asker, Target::All).await), @r"
❌ Nothing is posted yet. `/notify add` starts with one kind, `/setup` does all of them.
");
        let one = Target::One(world.notification(EventKind::NewLead, SALES).await.id);
        world.notification(EventKind::NewUser, SALES).await;
        world.notification(EventKind::NewUser, SUPPORT).await;
        assert_snapshot!(read(&world.context, pause(&world.context, &asker, one).await), @r"
✅ New leads in <#20> are paused.
-# What comes meanwhile is kept. `/notify resume` goes on with it.
[Resume v1:resume:1:ask]
");
        let now = &world.notifications().await[0];
        assert_eq!(now.state, SubscriptionState::Paused { by: Some(MARK), since: NOW });
        assert_eq!(world.woken(), [SALES]);
        assert_snapshot!(read(&world.context, pause(&world.context, &asker, one).await), @"New leads in <#20> are paused already.");
        assert_snapshot!(read(&world.context, pause(&world.context, &asker, Target::All).await), @r"
✅ 2 notifications are paused.
-# What comes meanwhile is kept. `/notify resume` goes on with it.
[Resume v1:resume:all:ask]
");
        assert_snapshot!(read(&world.context, pause(&world.context, &asker, Target::All).await), @"Every notification is paused already.");
        let unknown = Target::One(SubscriptionId(99));
        assert_snapshot!(read(&world.context, pause(&world.context, &asker, unknown).await), @r"
❌ I found no such notification. Pick one from the list while typing; `/notify list` shows all of them.
");
    })
    .await;
}

#[tokio::test]
async fn resuming_posts_a_few_and_asks_about_many() {
    run(async |world| {
        let asker = manager();
        let made = world.notification(EventKind::NewLead, SALES).await;
        let one = Target::One(made.id);
        assert_snapshot!(read(&world.context, resume(&world.context, &asker, one, None).await), @"New leads in <#20> are not paused.");
        world.puts(&made, paused_by_mark()).await;
        world.leads(19).await;
        assert_snapshot!(read(&world.context, resume(&world.context, &asker, one, None).await), @"✅ New leads are posted in <#20> again. 19 that waited follow.");
        assert!(world.notifications().await[0].is_active());
        world.puts(&made, paused_by_mark()).await;
        world.leads(1).await;
        assert_snapshot!(read(&world.context, resume(&world.context, &asker, one, None).await), @r"
20 are waiting since <t:1763889660:D>.
[Post them v1:resume:1:post] [Skip them, start from now v1:resume:1:skip]
");
        assert!(!world.notifications().await[0].is_active());
        let posted = resume(&world.context, &asker, one, Some(Missed::Post)).await;
        assert_snapshot!(read(&world.context, posted), @"✅ New leads are posted in <#20> again. 20 that waited follow.");
        assert!(world.notifications().await[0].is_active());
    })
    .await;
}

#[tokio::test]
async fn skipping_drops_what_waits_before_it_runs_again() {
    run(async |world| {
        let asker = manager();
        for channel in [SALES, SUPPORT] {
            let made = world.notification(EventKind::NewLead, channel).await;
            world.puts(&made, paused_by_mark()).await;
        }
        world.leads(20).await;
        let skipped = resume(&world.context, &asker, Target::All, Some(Missed::Skip)).await;
        assert_snapshot!(read(&world.context, skipped), @r"
✅ 2 notifications run again.
-# 40 that waited were skipped.
");
        let (store, now) = (&world.store, world.notifications().await.remove(0));
        assert!(now.is_active());
        assert_eq!(deskbell_domain::service::notify::standing(store, now).await.unwrap().waiting.count, 0);
        let again = resume(&world.context, &asker, Target::All, Some(Missed::Skip)).await;
        assert_snapshot!(read(&world.context, again), @"No notification is paused.");
    })
    .await;
}

#[tokio::test]
async fn what_was_paused_while_on_hold_is_not_said_to_run_where_nothing_can_be_posted() {
    run(async |world| {
        let made = world.notification(EventKind::NewLead, SALES).await;
        let state = SubscriptionState::Paused { by: None, since: NOW };
        let moved = Subscription { channel: LOCKED, state, ..made.clone() };
        assert_eq!(world.store.change_subscription(moved, None).await.unwrap(), ChangeOutcome::Changed);
        let told = resume(&world.context, &manager(), Target::One(made.id), None).await;
        assert_snapshot!(read(&world.context, told), @r"
✅ New leads are posted in <#24> again.
-# I can't post in <#24> now, so what goes there is put on hold until I can. `/notify list` says why.
");
    })
    .await;
}

#[tokio::test]
async fn one_on_hold_is_tried_when_it_is_resumed() {
    run(async |world| {
        let made = world.notification(EventKind::NewLead, SUPPORT).await;
        world.puts(&made, hold()).await;
        let tried = resume(&world.context, &manager(), Target::One(made.id), None).await;
        assert_snapshot!(read(&world.context, tried), @r"
New leads in <#21> are on hold, not paused. I try <#21> again now.
[Show how it went v1:notify-list:1]
");
        assert_eq!(world.woken(), [SUPPORT]);
        assert_eq!(world.notifications().await[0].state, hold());
    })
    .await;
}

#[tokio::test]
async fn removing_names_what_waits_and_asks() {
    run(async |world| {
        let asker = manager();
        let made = world.notification(EventKind::NewLead, SALES).await;
        assert_snapshot!(read(&world.context, ask_before_removing(&world.context, &asker, made.id).await), @r"
Remove New lead → <#20>? Nothing is waiting.
[Remove v1:remove-now:1] [Keep v1:keep]
");
        world.leads(14).await;
        assert_snapshot!(read(&world.context, ask_before_removing(&world.context, &asker, made.id).await), @r"
Remove New lead → <#20>? 14 waiting will be dropped.
[Remove v1:remove-now:1] [Keep v1:keep]
");
        assert_eq!(world.notifications().await.len(), 1);
        assert_snapshot!(deskbell_discord::testing::read(&sentences::kept()), @"Nothing was changed.");
        assert_snapshot!(read(&world.context, remove(&world.context, &asker, made.id).await), @"✅ New leads are no longer posted in <#20>. 14 waiting were dropped.");
        assert!(world.notifications().await.is_empty());
        assert_eq!(world.woken(), [SALES]);
        assert_snapshot!(read(&world.context, remove(&world.context, &asker, made.id).await), @r"
❌ I found no such notification. Pick one from the list while typing; `/notify list` shows all of them.
");
    })
    .await;
}

#[tokio::test]
async fn removing_names_what_could_not_be_posted_before_and_after() {
    run(async |world| {
        let (context, asker) = (&world.context, manager());
        let made = world.notification(EventKind::NewLead, SALES).await;
        world.refused_lead(&made).await;
        assert_snapshot!(read(context, ask_before_removing(context, &asker, made.id).await), @r"
        Remove New lead → <#20>? 1 that could not be posted will be dropped.
        [Remove v1:remove-now:1] [Keep v1:keep]
        ");
        world.leads(2).await;
        assert_snapshot!(read(context, ask_before_removing(context, &asker, made.id).await), @r"
        Remove New lead → <#20>? 2 waiting and 1 that could not be posted will be dropped.
        [Remove v1:remove-now:1] [Keep v1:keep]
        ");
        assert_snapshot!(read(context, remove(context, &asker, made.id).await), @"✅ New leads are no longer posted in <#20>. 2 waiting and 1 that could not be posted were dropped.");
        let made = world.notification(EventKind::NewLead, SALES).await;
        world.refused_lead(&made).await;
        assert_snapshot!(read(context, remove(context, &asker, made.id).await), @"✅ New leads are no longer posted in <#20>. 1 that could not be posted was dropped.");
        let made = world.notification(EventKind::NewLead, SALES).await;
        assert_snapshot!(read(context, remove(context, &asker, made.id).await), @"✅ New leads are no longer posted in <#20>.");
    })
    .await;
}

#[tokio::test]
async fn where_nothing_waited_nothing_is_called_skipped() {
    run(async |world| {
        let made = world.notification(EventKind::NewLead, SALES).await;
        world.puts(&made, paused_by_mark()).await;
        let resumed = resume(&world.context, &manager(), Target::One(made.id), Some(Missed::Skip)).await;
        assert_snapshot!(read(&world.context, resumed), @r"
        ✅ New leads are posted in <#20> again.
        -# Nothing was waiting.
        ");
    })
    .await;
}

#[tokio::test]
async fn a_sample_goes_into_each_channel_and_shows_nothing_personal_to_everyone() {
    run(async |world| {
        world.notification(EventKind::NewLead, SALES).await;
        world.notification(EventKind::NewConversation, GENERAL).await;
        assert_snapshot!(read(&world.context, test(&world.context, &manager(), Target::All, None).await), @"✅ 2 samples are posted in <#20>, <#22>.");
        assert_snapshot!(world.posted(), @"
        #20: 🧪 Sample: new lead
        ┃ Example Person
        ┃ <person@example.com>
        ┃   <+15550100123>
        ┃   Example Company
        ┃   sample
        ┃   Exampleville
        ┃ Sample: new lead · Acme
        #22: 🧪 Sample: new conversation
        ┃ 
        ┃ A user started a conversation.
        ┃ Sample: new conversation · Acme
        ");
    })
    .await;
}

#[tokio::test]
async fn a_sample_that_cannot_be_posted_says_why() {
    run(async |world| {
        let made = world.notification(EventKind::NewLead, SUPPORT).await;
        let one = Target::One(made.id);
        let lacking = vec![Permission::SendMessages, Permission::EmbedLinks];
        let outcomes = [
            PostOutcome::Closed(Obstacle::MissingPermissions(lacking)),
            PostOutcome::Closed(Obstacle::ChannelGone),
            PostOutcome::Unknown,
            PostOutcome::Unauthorized,
        ];
        let mut said = Vec::new();
        for outcome in outcomes {
            world.posts_end(outcome);
            said.push(read(&world.context, test(&world.context, &manager(), one, None).await));
        }
        assert_snapshot!(said.join("\n"), @r"
❌ New leads in <#21>: I lack **Send Messages** and **Embed Links** there.
❌ New leads in <#21>: the channel is gone.
❌ New leads in <#21>: Discord did not answer, so I do not know whether it was posted.
❌ New leads in <#21>: Discord refuses my token; whoever runs this bot must renew it.
");
        world.puts(&made, hold()).await;
        world.posts_end(PostOutcome::Unknown);
        assert_snapshot!(read(&world.context, test(&world.context, &manager(), one, None).await), @r"
❌ New leads in <#21>: Discord did not answer, so I do not know whether it was posted.
-# `/notify list` shows what is on hold and why.
");
    })
    .await;
}

#[tokio::test]
async fn whoever_tries_one_that_mentions_a_role_says_whether_the_sample_does() {
    run(async |world| {
        let made = world.notification(EventKind::NewLead, SALES).await;
        let mention = Some(Mention::of(Whom::Role(TEAM)));
        let mentions = Subscription { mention, ..made.clone() };
        assert_eq!(world.store.change_subscription(mentions, None).await.unwrap(), ChangeOutcome::Changed);
        let one = Target::One(made.id);
        assert_snapshot!(read(&world.context, test(&world.context, &manager(), one, None).await), @r"
Shall a sample mention <@&30>, as a real one would? Whoever has it is notified.
[With @Sales v1:sample-with:1:the-role] [Without v1:sample-with:1:nobody]
");
        assert_eq!(world.posted(), "", "nobody has said it yet");
        for (calls, said) in [
            (SampleCalls::TheRole, "It mentions <@&30>, as a real one would."),
            (SampleCalls::Nobody, "A real one would mention <@&30>."),
        ] {
            test(&world.context, &manager(), one, Some(calls)).await.unwrap();
            let posted = world.posted();
            assert!(posted.contains(said), "{posted}");
        }
    })
    .await;
}
