use deskbell_domain::channel::Obstacle;
use deskbell_domain::event::EventKind;
use deskbell_domain::mention::{Mention, Whom};
use deskbell_domain::port::messenger::{LimitScope, PostOutcome};
use deskbell_domain::press::panel::PanelPress;
use deskbell_domain::service::notify::change::Change;
use deskbell_domain::subscription::{Alert, Detail, PublicChoice, SubscriptionState};
use insta::assert_snapshot;

use super::*;
use crate::fixture::{
    GENERAL, IDEAS, LOCKED, NOW, QUIET, SALES, SUPPORT, TEAM, World, home, manager, read, run,
};
use crate::interaction::request::subscribe_point;
use crate::notify::panel::change_settings;

const LEADS: Wish = Wish { kind: EventKind::NewLead, detail: None, alert: None, waits: None, mention: None };

fn both(detail: Detail, alert: Alert) -> Change {
    Change { detail: Some(detail), alert: Some(alert), mention: None }
}

async fn added(world: &World, wish: Wish, channel: ChannelId, decision: PublicDecision) -> String {
    read(
        &world.context,
        add(
            &world.context,
            &manager(),
            wish,
            channel,
            decision,
            subscribe_point(&world.context, &manager()).await.unwrap(),
        )
        .await,
    )
}

#[tokio::test]
async fn a_notification_starts_with_a_silent_message_in_its_channel() {
    run(async |world| {
        assert_snapshot!(added(world, LEADS, SALES, PublicDecision::Open).await, @r"
        ✅ New leads ring in <#20> from now on, usually within 2 minutes. What happened before is not posted.
        [Try it v1:sample:1] [Change v1:panel:1] [Remove v1:panel-remove:1]
        ");
        assert_snapshot!(world.posted(), @"#20: 🔔 New leads from **Acme** will appear here. Set up by <@9>.");
        let made = world.notifications().await;
        assert_eq!((made[0].floor, made[0].detail, made[0].alert), (NOW, Detail::Card, Alert::Smart));
        assert_eq!(world.woken(), [SALES]);
        assert_eq!(world.context.store().own_messages(&home(), SALES).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_channel_whose_history_cannot_be_read_is_taken_with_a_warning() {
    run(async |world| {
        let wish = Wish { detail: Some(Detail::Short), ..Wish::plain(EventKind::UserUpdated) };
        assert_snapshot!(added(world, wish, SUPPORT, PublicDecision::Open).await, @"
        ✅ User updates appear in <#21> from now on, usually within 2 minutes. What happened before is not posted.
        -# Cards are short.
        -# I lack **Read Message History** there: after a crash I may post something a second time.
        [Try it v1:sample:1] [Change v1:panel:1] [Remove v1:panel-remove:1]
        ");
    })
    .await;
}

#[tokio::test]
async fn a_channel_that_everyone_can_read_keeps_nothing_before_a_person_chose() {
    run(async |world| {
        assert_snapshot!(added(world, LEADS, GENERAL, PublicDecision::Open).await, @r"
⚠️ Everyone in this server can read <#22>. Cards would show them your customers' names, e-mails and messages.
[Post without personal data v1:add:private:22:lead:-:-] [Choose another channel v1:elsewhere:lead:-:-] [Post everything anyway v1:add:everything:22:lead:-:-]
");
        assert!(world.notifications().await.is_empty());
        assert_eq!(world.posted(), "");
    })
    .await;
}

#[tokio::test]
async fn without_personal_data_is_what_was_chosen_for_as_long_as_everyone_can_read() {
    run(async |world| {
        assert_snapshot!(added(world, LEADS, GENERAL, PublicDecision::WithoutPersonalData).await, @r"
        ✅ New leads ring in <#22> from now on, usually within 2 minutes. What happened before is not posted.
        -# Cards show no personal data, because everyone can read the channel.
        [Try it v1:sample:1] [Change v1:panel:1] [Remove v1:panel-remove:1]
        ");
        assert_eq!(world.notifications().await[0].public, PublicChoice::WithoutPersonalData);
    })
    .await;
}

#[tokio::test]
async fn everything_anyway_is_kept_as_a_persons_choice() {
    run(async |world| {
        added(world, LEADS, GENERAL, PublicDecision::Everything).await;
        assert_eq!(world.notifications().await[0].public, PublicChoice::Everything);
    })
    .await;
}

#[tokio::test]
async fn private_cards_need_no_question() {
    run(async |world| {
        let wish = Wish { detail: Some(Detail::Private), ..LEADS };
        added(world, wish, GENERAL, PublicDecision::Open).await;
        assert_eq!(world.notifications().await[0].detail, Detail::Private);
    })
    .await;
}

#[tokio::test]
async fn a_channel_that_takes_no_messages_is_refused_in_words() {
    run(async |world| {
        assert_snapshot!(added(world, LEADS, IDEAS, PublicDecision::Open).await, @r"
❌ I can post in text and announcement channels and in threads; <#23> is a forum. Nothing was changed.
");
        assert_snapshot!(added(world, LEADS, LOCKED, PublicDecision::Open).await, @r"
❌ I can't post in <#24>: I lack **Send Messages** and **Embed Links**. <#24> → Edit Channel → Permissions → Deskbell → allow both, then `/notify add` again. Nothing was changed.
");
        assert_snapshot!(added(world, LEADS, ChannelId(99), PublicDecision::Open).await, @r"
❌ That channel does not exist in this server any more. Nothing was changed.
");
        assert!(world.notifications().await.is_empty());
        assert_eq!(world.posted(), "");
    })
    .await;
}

#[tokio::test]
async fn a_test_message_that_was_not_posted_for_certain_keeps_nothing() {
    run(async |world| {
        world.posts_end(PostOutcome::Unknown);
        assert_snapshot!(added(world, LEADS, SALES, PublicDecision::Open).await, @r"
❌ Discord did not answer, so I do not know whether my test message stands in <#20>. No notification was made. Try `/notify add` again in a minute.
-# Reference ry4mmuz6
");
        let lacking = vec![Permission::EmbedLinks];
        world.posts_end(PostOutcome::Closed(Obstacle::MissingPermissions(lacking)));
        assert_snapshot!(added(world, LEADS, SALES, PublicDecision::Open).await, @r"
❌ I can't post in <#20>: I lack **Embed Links**. <#20> → Edit Channel → Permissions → Deskbell → allow it, then `/notify add` again. Nothing was changed.
");
        let after = std::time::Duration::from_secs(30);
        world.posts_end(PostOutcome::RateLimited { after, scope: LimitScope::Channel });
        assert_snapshot!(added(world, LEADS, SALES, PublicDecision::Open).await, @r"
❌ Discord takes no more messages just now. Nothing was posted. Try again <t:1763889630:R>.
-# Reference ry4mmuz6
");
        assert!(world.notifications().await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn the_same_twice_is_told_and_other_settings_are_offered() {
    run(async |world| {
        added(world, LEADS, SALES, PublicDecision::Open).await;
        world.posted();
        assert_snapshot!(added(world, LEADS, SALES, PublicDecision::Open).await, @r"
        ❌ New leads already go to <#20>.
        [Change v1:panel:1]
        ");
        let short = Wish { detail: Some(Detail::Short), alert: Some(Alert::Silent), ..LEADS };
        assert_snapshot!(added(world, short, SALES, PublicDecision::Open).await, @r"
        ❌ New leads already go to <#20>.
        [Change to Short, silent v1:change:1:short:silent] [Change v1:panel:1]
        ");
        assert_eq!(world.posted(), "");
        let id = world.notifications().await[0].id;
        let changed = change_settings(&world.context, &manager(), id, both(Detail::Short, Alert::Silent)).await;
        assert_snapshot!(read(&world.context, changed), @"✅ New leads in <#20> have new settings. Detail: Short. Alert: silent.");
        assert_eq!(world.notifications().await[0].detail, Detail::Short);
    })
    .await;
}

#[tokio::test]
async fn a_held_back_notification_can_be_told_to_show_everything() {
    run(async |world| {
        added(world, LEADS, GENERAL, PublicDecision::WithoutPersonalData).await;
        assert_snapshot!(added(world, LEADS, GENERAL, PublicDecision::Open).await, @r"
        ❌ New leads already go to <#22>. Everyone can read it, so they show no personal data.
        [Post everything anyway v1:show-all:1] [Change v1:panel:1]
        ");
        let id = world.notifications().await[0].id;
        assert_snapshot!(read(&world.context, show_all(&world.context, &manager(), id).await), @"✅ New leads in <#22> show everything, and everyone can read it.");
        assert_eq!(world.notifications().await[0].public, PublicChoice::Everything);
        let gone = show_all(&world.context, &manager(), SubscriptionId(99)).await;
        assert_snapshot!(read(&world.context, gone), @r"
❌ I found no such notification. Pick one from the list while typing; `/notify list` shows all of them.
");
    })
    .await;
}

#[test]
fn another_channel_is_one_choice_away() {
    assert_snapshot!(deskbell_discord::testing::read(&sentences::choose_channel(LEADS)), @r"
Choose the channel for new leads.
{New leads go to … []}
");
}

#[tokio::test]
async fn what_was_paused_and_removed_comes_back_paused_with_the_way_to_resume_it() {
    run(async |world| {
        let made = world.notification(EventKind::NewLead, SALES).await;
        change_settings(&world.context, &manager(), made.id, both(Detail::Private, Alert::Silent)).await.unwrap();
        world.puts(&made, SubscriptionState::Paused { by: None, since: NOW.minus(60) }).await;
        notify_run::remove(&world.context, &manager(), made.id).await.unwrap();
        let short = Wish { detail: Some(Detail::Short), ..LEADS };
        assert_snapshot!(added(world, short, SALES, PublicDecision::Open).await, @r"
        ✅ New leads appear in <#20> once you resume them: they were paused before.
        -# Cards are short. They do not ring.
        -# As before they were removed: Silent.
        -# What comes meanwhile is kept. `/notify resume` goes on with it.
        [Try it v1:sample:1] [Resume v1:resume:1:ask] [Change v1:panel:1] [Remove v1:panel-remove:1]
        ");
        assert_snapshot!(world.posted(), @"#20: 🔔 New leads from **Acme** will appear here once somebody resumes them. Set up by <@9>.");
        assert!(world.notifications().await[0].is_paused());
    })
    .await;
}

#[tokio::test]
async fn whom_it_mentions_is_told_and_how_to_make_it_ring() {
    run(async |world| {
        let mention = Some(Mention::of(Whom::Role(TEAM)));
        let wish = Wish { mention, ..LEADS };
        assert_snapshot!(added(world, wish, SALES, PublicDecision::Open).await, @"
        ✅ New leads ring in <#20> from now on, usually within 2 minutes. What happened before is not posted.
        -# They mention <@&30>, at most once in 15 minutes.
        [Try it v1:sample:1] [Change v1:panel:1] [Remove v1:panel-remove:1]
        ");
        let made = world.notifications().await.remove(0);
        assert_eq!(made.mention, mention);
        let quiet = Wish { mention: Some(Mention::of(Whom::Role(QUIET))), ..LEADS };
        assert_snapshot!(added(world, quiet, SUPPORT, PublicDecision::Open).await, @r#"
        ✅ New leads ring in <#21> from now on, usually within 2 minutes. What happened before is not posted.
        -# ⚠️ I can't ring <@&31>: Server Settings → Roles → <@&31> → "Allow anyone to @mention this role", or give me **Mention All Roles** in <#21>. Until then I post without it.
        -# I lack **Read Message History** there: after a crash I may post something a second time.
        [Try it v1:sample:2] [Change v1:panel:2] [Remove v1:panel-remove:2]
        "#);
    })
    .await;
}

#[tokio::test]
async fn another_mention_for_what_is_there_is_offered_and_one_press_takes_it() {
    run(async |world| {
        added(world, LEADS, SALES, PublicDecision::Open).await;
        let calling = Wish { mention: Some(Mention::of(Whom::Role(TEAM))), ..LEADS };
        assert_snapshot!(added(world, calling, SALES, PublicDecision::Open).await, @"
        ❌ New leads already go to <#20>. They mention nobody, and you asked for <@&30>, at most once in 15 minutes.
        [Change whom they mention v1:change:1:-:-:r1e-900] [Change v1:panel:1]
        ");
        let both = Wish { detail: Some(Detail::Short), ..calling };
        assert_snapshot!(added(world, both, SALES, PublicDecision::Open).await, @"
        ❌ New leads already go to <#20>. They mention nobody, and you asked for <@&30>, at most once in 15 minutes.
        [Change to Short, smart, and whom they mention v1:change:1:short:smart:r1e-900] [Change v1:panel:1]
        ");
        let id = world.notifications().await[0].id;
        let change = Change { mention: calling.mention, ..Change::default() };
        let changed = change_settings(&world.context, &manager(), id, change).await;
        assert_snapshot!(read(&world.context, changed), @"
        ✅ They mention <@&30> from now on.
        🌱 New leads go to <#20>. They ring where somebody is needed. They mention <@&30>, at most once in 15 minutes.
        {Mention a role… [RoleId(30)]}
        {At most once in 15 minutes At most once in a minute | At most once in 5 minutes | At most once in 15 minutes | At most once in an hour | At most once in 4 hours | At most once in 24 hours}
        [Nobody v1:panel-mention-nobody:1] [Back v1:panel:1]
        ");
        assert_eq!(world.notifications().await[0].mention, calling.mention);
        assert_snapshot!(added(world, calling, SALES, PublicDecision::Open).await, @"
        ❌ New leads already go to <#20>.
        [Change v1:panel:1]
        ");
        let quiet = Some(Mention::of(Whom::Role(QUIET)));
        let change = Change { mention: quiet, ..self::both(Detail::Short, Alert::Silent) };
        let changed = change_settings(&world.context, &manager(), id, change).await;
        assert_snapshot!(read(&world.context, changed), @"
        ✅ New leads in <#20> have new settings. Detail: Short. Alert: silent.
        -# They would mention <@&31>, but what does not ring mentions nobody.
        ");
    })
    .await;
}

#[tokio::test]
async fn where_a_crowd_would_see_who_is_mentioned_a_person_says_so_first() {
    run(async |world| {
        let mention = Some(Mention::of(Whom::Role(TEAM)));
        let calling = Wish { mention, ..LEADS };
        assert_snapshot!(added(world, calling, GENERAL, PublicDecision::Open).await, @"
        ⚠️ Everyone in this server can read <#22>. Cards would show them your customers' names, e-mails and messages. They would also see each time that <@&30> is mentioned.
        [Post without personal data v1:add:private:22:lead:-:-:r1e-900] [Choose another channel v1:elsewhere:lead:-:-:r1e-900] [Post everything anyway v1:add:everything:22:lead:-:-:r1e-900]
        ");
        let private = Wish { detail: Some(Detail::Private), ..calling };
        assert_snapshot!(added(world, private, GENERAL, PublicDecision::Open).await, @"
        ⚠️ Everyone in this server can read <#22>. They would see each time that <@&30> is mentioned.
        [Mention anyway v1:add:private:22:lead:private:-:r1e-900] [Choose another channel v1:elsewhere:lead:private:-:r1e-900]
        ");
        assert!(world.notifications().await.is_empty(), "nothing is kept before a person chose");
        added(world, LEADS, GENERAL, PublicDecision::Everything).await;
        let made = world.notifications().await.remove(0);
        let change = Change { mention, ..Change::default() };
        let asked = change_settings(&world.context, &manager(), made.id, change).await;
        assert_snapshot!(read(&world.context, asked), @"
        ⚠️ Everyone in this server can read <#22>. They would see each time that <@&30> is mentioned.
        [Mention anyway v1:panel-show:1:-:-:r1e-900:everything] [Back v1:panel:1]
        ");
        assert_eq!(world.notifications().await[0].mention, None);
        let press = PanelPress::Show(made.id, change, PublicDecision::Everything);
        let point = subscribe_point(&world.context, &manager()).await.unwrap();
        let said = crate::notify::panel::answered(&world.context, &manager(), press, &[], point).await;
        assert!(read(&world.context, said).starts_with("✅ They mention <@&30> from now on."));
        let made = world.notifications().await.remove(0);
        assert_eq!((made.mention, made.public), (mention, PublicChoice::Everything));
    })
    .await;
}
