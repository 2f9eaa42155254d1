use deskbell_domain::port::intercom::{Lack, TokenPermission};
use deskbell_domain::service::access::WishedGrant;
use deskbell_domain::service::notify::change::Change;
use deskbell_domain::status::PollStatus;
use deskbell_domain::subscription::{Alert, PublicChoice, SubscriptionState};
use deskbell_domain::time::UnixMillis;
use deskbell_domain::trouble::{Cause, Part, Trouble};
use insta::assert_snapshot;

use super::*;
use crate::access;
use crate::fixture::{GENERAL, LOCKED, MARK, NOW, SALES, SUPPORT, TEAM, World, manager, read, run};
use crate::notify::panel::change_settings;

async fn chosen(
    world: &World,
    kind: EventKind,
    shown: Option<SubscriptionId>,
    channels: &[ChannelId],
) -> String {
    let channels = channels.iter().copied().collect();
    let told = choose_channels(
        &world.context,
        &manager(),
        kind,
        shown,
        &channels,
        crate::interaction::request::subscribe_point(&world.context, &manager()).await.unwrap(),
    )
    .await
    .unwrap();
    told.iter().map(deskbell_discord::testing::read).collect::<Vec<_>>().join("\n")
}

fn paused() -> SubscriptionState {
    SubscriptionState::Paused { by: Some(MARK), since: NOW.minus(60) }
}

/// The last notification that a select shows as chosen.
async fn last_of(world: &World) -> Option<SubscriptionId> {
    world.notifications().await.last().map(|one| one.id)
}

async fn drawn(world: &World) -> String {
    read(&world.context, draw(&world.context, &manager()).await)
}

#[tokio::test]
async fn the_whole_set_up_is_one_message_of_five_selects() {
    run(async |world| {
        let reply = draw(&world.context, &manager()).await.unwrap();
        assert_eq!(reply.rows.len(), 5);
        assert_snapshot!(deskbell_discord::testing::read(&reply), @"
        **Set-up of Acme**
        🌱 New leads: –
        👤 New users: –
        ✏️ User updates: –
        💬 New conversations: –
        🔔 Only people with **Manage Server** may see customers.
        -# Each choice acts at once: what happens from then on is posted there. Choose none to stop.
        -# There is more: ↩️ Customer replied · 🙋 Needs a person · ⭐ Rated · ⏳ Unanswered. `/notify add` sets up each of them.
        {New leads go to … []}
        {New users go to … []}
        {User updates go to … []}
        {New conversations go to … []}
        {Who may see customers []}
        ");
    })
    .await;
}

#[tokio::test]
async fn a_choice_acts_at_once_and_is_shown() {
    run(async |world| {
        assert_eq!(chosen(world, EventKind::NewLead, None, &[SALES]).await, "");
        assert_snapshot!(chosen(world, EventKind::NewConversation, None, &[GENERAL]).await, @"
        ⚠️ Everyone in this server can read <#22>. New conversations show them no personal data there, unless you choose otherwise.
        [Post without personal data v1:audience:one-2:private] [Choose another channel v1:audience:one-2:elsewhere] [Post everything anyway v1:audience:one-2:everything]
        ");
        assert_eq!(world.notifications().await[1].public, PublicChoice::WithoutPersonalData);
        let headcount = crate::fixture::sizes(&[(TEAM, 5)], None);
        access::allow(&world.context, &manager(), TEAM, WishedGrant::default(), &headcount).await.unwrap();
        assert_snapshot!(drawn(world).await, @"
        **Set-up of Acme**
        🌱 New leads: <#20> ✅
        👤 New users: –
        ✏️ User updates: –
        💬 New conversations: <#22> ⚠️ everyone can read it, so without personal data
        🔔 May see customers: <@&30>, and everyone with **Manage Server**.
        -# Each choice acts at once: what happens from then on is posted there. Choose none to stop.
        -# There is more: ↩️ Customer replied · 🙋 Needs a person · ⭐ Rated · ⏳ Unanswered. `/notify add` sets up each of them.
        {New leads go to … [ChannelId(20)]}
        {New users go to … []}
        {User updates go to … []}
        {New conversations go to … [ChannelId(22)]}
        {Who may see customers [RoleId(30)]}
        ");
        assert_snapshot!(world.posted(), @r"
#20: 🔔 New leads from **Acme** will appear here. Set up by <@9>.
#22: 🔔 New conversations from **Acme** will appear here. Set up by <@9>.
");
    })
    .await;
}

#[tokio::test]
async fn what_gets_nothing_is_told_beside_its_channel_with_the_reason() {
    run(async |world| {
        world.notification(EventKind::NewLead, SALES).await;
        world.notification(EventKind::NewConversation, SUPPORT).await;
        let cause = Cause::Lacks(Lack::Permission(TokenPermission::ReadConversations));
        let since = UnixMillis(NOW.0 * 1000);
        let board = &world.context.workspace.ports.board;
        let shows = |part, cause| {
            let troubles = vec![Trouble { part, cause, since }];
            board.set_poll(PollStatus { troubles, ..PollStatus::default() });
        };
        shows(Part::Conversations, cause);
        assert_snapshot!(drawn(world).await, @"
        **Set-up of Acme**
        🌱 New leads: <#20> ✅
        👤 New users: –
        ✏️ User updates: –
        💬 New conversations: <#21> ⚠️ nothing comes: the token lacks **Read conversations**
        🔔 Only people with **Manage Server** may see customers.
        -# Each choice acts at once: what happens from then on is posted there. Choose none to stop.
        -# There is more: ↩️ Customer replied · 🙋 Needs a person · ⭐ Rated · ⏳ Unanswered. `/notify add` sets up each of them.
        -# Whoever manages your Intercom can give it: Developer Hub → your app → Authentication.
        {New leads go to … [ChannelId(20)]}
        {New users go to … []}
        {User updates go to … []}
        {New conversations go to … [ChannelId(21)]}
        {Who may see customers []}
        ");
        shows(Part::Everything, Cause::TokenRefused);
        assert!(!drawn(world).await.contains('✅'), "nothing is well without a token");
    })
    .await;
}

#[tokio::test]
async fn another_channel_takes_the_place_of_the_one_that_was_shown() {
    run(async |world| {
        chosen(world, EventKind::NewLead, None, &[SALES]).await;
        let shown = last_of(world).await;
        assert_eq!(chosen(world, EventKind::NewLead, shown, &[SUPPORT]).await, "");
        let channels: Vec<_> = world.notifications().await.iter().map(|one| one.channel).collect();
        assert_eq!(channels, [SUPPORT]);
    })
    .await;
}

#[tokio::test]
async fn an_old_message_removes_nothing_that_it_did_not_show() {
    run(async |world| {
        world.notification(EventKind::NewLead, SALES).await;
        chosen(world, EventKind::NewLead, None, &[SUPPORT]).await;
        assert_eq!(world.notifications().await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn what_waits_is_not_dropped_without_a_question() {
    run(async |world| {
        let made = world.notification(EventKind::NewLead, SALES).await;
        world.leads(14).await;
        assert_snapshot!(chosen(world, EventKind::NewLead, Some(made.id), &[]).await, @r"
Remove New lead → <#20>? 14 waiting will be dropped.
[Remove v1:remove-now:1] [Keep v1:keep]
");
        assert_eq!(world.notifications().await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn what_could_not_be_posted_is_not_dropped_without_a_question() {
    run(async |world| {
        let made = world.notification(EventKind::NewLead, SALES).await;
        world.refused_lead(&made).await;
        assert_snapshot!(chosen(world, EventKind::NewLead, Some(made.id), &[]).await, @r"
        Remove New lead → <#20>? 1 that could not be posted will be dropped.
        [Remove v1:remove-now:1] [Keep v1:keep]
        ");
        assert_eq!(world.notifications().await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_channel_that_cannot_be_used_costs_none_that_can() {
    run(async |world| {
        let made = world.notification(EventKind::NewLead, SALES).await;
        assert_snapshot!(chosen(world, EventKind::NewLead, Some(made.id), &[LOCKED]).await, @r"
❌ I can't post in <#24>: I lack **Send Messages** and **Embed Links**. <#24> → Edit Channel → Permissions → Deskbell → allow both, then `/setup` again. Nothing was changed.
");
        let there: Vec<_> = world.notifications().await.iter().map(|one| one.id).collect();
        assert_eq!(there, [made.id]);
    })
    .await;
}

#[tokio::test]
async fn more_channels_than_a_select_can_carry_are_left_alone_by_it() {
    run(async |world| {
        for channel in 100..140 {
            world.notification(EventKind::UserUpdated, ChannelId(channel)).await;
        }
        let reply = draw(&world.context, &manager()).await.unwrap();
        let deskbell_domain::message::Row::SelectChannels { custom_id, chosen, .. } = &reply.rows[2] else {
            panic!("a select")
        };
        assert_eq!(chosen.len(), 25);
        assert!(custom_id.len() <= 100, "{custom_id}");
        assert!(drawn(world).await.contains("36 more"));
    })
    .await;
}

#[tokio::test]
async fn what_was_tapped_away_comes_back_as_it_was_and_all_of_it_is_said() {
    run(async |world| {
        let sales = world.notification(EventKind::NewLead, SALES).await;
        world.puts(&sales, paused()).await;
        assert_eq!(chosen(world, EventKind::NewLead, Some(sales.id), &[]).await, "");
        assert_snapshot!(chosen(world, EventKind::NewLead, None, &[SALES]).await, @"
        ✅ New leads in <#20> are as they were before: paused.
        -# What comes meanwhile is kept. `/notify resume` goes on with it.
        [Resume v1:resume:1:ask]
        ");
        assert_snapshot!(world.posted(), @"#20: 🔔 New leads from **Acme** will appear here once somebody resumes them. Set up by <@9>.");
        assert_eq!(world.notifications().await[0].state, paused());

        let general = world.notification(EventKind::NewConversation, GENERAL).await;
        let silent = Change { detail: Some(general.detail), alert: Some(Alert::Silent), mention: None };
        change_settings(&world.context, &manager(), general.id, silent).await.unwrap();
        world.puts(&general, paused()).await;
        assert_eq!(chosen(world, EventKind::NewConversation, Some(general.id), &[]).await, "");
        assert_snapshot!(chosen(world, EventKind::NewConversation, None, &[GENERAL]).await, @r"
        ✅ New conversations in <#22> are as they were before: paused.
        -# What comes meanwhile is kept. `/notify resume` goes on with it.
        [Resume v1:resume:2:ask]
        ⚠️ Everyone in this server can read <#22>. New conversations show them no personal data there, unless you choose otherwise.
        [Post without personal data v1:audience:one-2:private] [Choose another channel v1:audience:one-2:elsewhere] [Post everything anyway v1:audience:one-2:everything]
        ");
    })
    .await;
}
