use deskbell_domain::access::Access;
use deskbell_domain::channel::Audience;
use deskbell_domain::event::EventKind;
use deskbell_domain::service::audience::told;
use deskbell_domain::subscription::{PublicChoice, Subscription, SubscriptionState};
use deskbell_text as text;
use insta::assert_snapshot;

use super::*;
use crate::fixture::{CROWDED, GENERAL, NOW, SALES, World, home, manager, read, run, sizes};
use crate::interaction::request::subscribe_point;
use crate::notify::run as notify_run;
use crate::setup::who_everybody_is;

async fn pressed(world: &World, held: Held, choice: AudienceChoice) -> String {
    read(&world.context, chosen(&world.context, &manager(), held, choice).await)
}

async fn moved(world: &World, held: Held, channel: ChannelId) -> String {
    let moment = subscribe_point(&world.context, &manager()).await.expect("the workspace is known");
    read(&world.context, move_to(&world.context, &manager(), held, channel, moment).await)
}

async fn asked(world: &World) -> Option<String> {
    let question = who_everybody_is(&world.context, &manager()).await.expect("the store answers");
    question.map(|reply| deskbell_discord::testing::read(&reply))
}

async fn said(world: &World, everybody: Everybody) -> String {
    read(&world.context, say_who_everybody_is(&world.context, &manager(), everybody).await)
}

#[tokio::test]
async fn the_buttons_of_the_notice_speak_for_all_notifications_of_its_channel() {
    run(async |world| {
        let leads = world.notification(EventKind::NewLead, CROWDED).await;
        world.notification(EventKind::NewUser, CROWDED).await;
        world.notification(EventKind::NewLead, GENERAL).await;
        let here = Held::In(CROWDED);
        assert_snapshot!(pressed(world, here, AudienceChoice::WithoutPersonalData).await, @"✅ New leads and new users in <#25> show no personal data.");
        assert_snapshot!(pressed(world, here, AudienceChoice::AnotherChannel).await, @"
        Choose another channel for new leads and new users.
        {New leads and new users go to … []}
        ");
        assert_snapshot!(pressed(world, Held::One(leads.id), AudienceChoice::Everything).await, @"✅ New leads in <#25> show everything, and about 4,990 people can read it.");
        assert_snapshot!(pressed(world, here, AudienceChoice::Everything).await, @"✅ New users in <#25> show everything, and about 4,990 people can read it.");
        let public = world.notifications().await.into_iter().map(|one| (one.channel, one.public));
        assert_eq!(
            public.collect::<Vec<_>>(),
            [
                (CROWDED, PublicChoice::Everything),
                (CROWDED, PublicChoice::Everything),
                (GENERAL, PublicChoice::WithoutPersonalData)
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn a_press_that_comes_too_late_is_answered_and_changes_nothing() {
    run(async |world| {
        world.notification(EventKind::NewLead, SALES).await;
        let gone = deskbell_domain::ids::SubscriptionId(99);
        let mut answers = std::collections::BTreeSet::new();
        for held in [Held::In(SALES), Held::In(CROWDED), Held::One(gone)] {
            answers.insert(pressed(world, held, AudienceChoice::WithoutPersonalData).await);
            answers.insert(pressed(world, held, AudienceChoice::AnotherChannel).await);
            answers.insert(pressed(world, held, AudienceChoice::Everything).await);
        }
        assert_snapshot!(Vec::from_iter(answers).join("\n"), @"Nothing is held back there any more. `/notify list` shows how each notification stands.");
        assert_eq!(world.notifications().await[0].public, PublicChoice::WithoutPersonalData);
    })
    .await;
}

#[tokio::test]
async fn another_channel_takes_the_notifications_over() {
    run(async |world| {
        world.notification(EventKind::NewLead, CROWDED).await;
        world.notification(EventKind::NewUser, CROWDED).await;
        let here = Held::In(CROWDED);
        assert!(moved(world, here, CROWDED).await.starts_with("Choose another channel"));
        assert!(moved(world, here, GENERAL).await.starts_with("⚠️ Everyone in this server can read <#22>."));
        assert_eq!(world.notifications().await.len(), 2);
        assert_snapshot!(moved(world, here, SALES).await, @"✅ New leads and new users will be posted in <#20> from now on, no longer in <#25>.");
        assert!(world.notifications().await.iter().all(|one| one.channel == SALES));
    })
    .await;
}

#[tokio::test]
async fn what_waits_is_not_dropped_by_choosing_another_channel() {
    run(async |world| {
        world.notification(EventKind::NewLead, CROWDED).await;
        world.leads(2).await;
        assert_snapshot!(moved(world, Held::In(CROWDED), SALES).await, @"
        2 still wait to be posted in <#25>, so nothing was moved. Choose another channel once they stand there; `/notify list` shows how far it is.
        ");
        assert_eq!(world.notifications().await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn what_could_not_be_posted_is_not_dropped_by_choosing_another_channel() {
    run(async |world| {
        let made = world.notification(EventKind::NewLead, CROWDED).await;
        world.refused_lead(&made).await;
        assert_snapshot!(moved(world, Held::In(CROWDED), SALES).await, @"
        1 event could not be posted in <#25>, so nothing was moved. Try it again or drop it first: `/notify failed`.
        ");
        assert_eq!(world.notifications().await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_small_server_is_asked_once_whether_everybody_is_the_team() {
    run(async |world| {
        assert_eq!(asked(world).await, None, "nobody knows how small it is");
        world.counts(sizes(&[], Some(51)));
        assert_eq!(asked(world).await, None);
        world.counts(sizes(&[], Some(12)));
        assert_snapshot!(asked(world).await.unwrap_or_default(), @"
        This server has 12 members. Is everybody here your team? Then channels that everyone can read show whole cards; otherwise they show no personal data.
        [No v1:team:some] [Yes, everybody here is the team v1:team:all]
        ");
        assert_snapshot!(said(world, Everybody::IsTheTeam).await, @"
        ✅ Everybody here is the team: channels that everyone can read show whole cards, until this server has more than 50 members.
        -# `/access list` changes that.
        ");
        assert_eq!(asked(world).await, None);
        let leads = world.notification(EventKind::NewLead, GENERAL).await;
        assert_eq!(notify_run::audience(&world.context, &leads).await, Some(Audience::Some));
        world.counts(sizes(&[], Some(51)));
        assert_eq!(notify_run::audience(&world.context, &leads).await, Some(Audience::Everyone));
        assert!(said(world, Everybody::IsTheTeam).await.starts_with("❌ I can take everybody for the team only"));
    })
    .await;
}

#[tokio::test]
async fn the_answer_stands_on_the_list_and_can_be_changed() {
    run(async |world| {
        world.counts(sizes(&[], Some(12)));
        said(world, Everybody::IsNotTheTeam).await;
        let list = async || {
            let access = world.context.store().access(&home()).await.expect("the store answers");
            let list = Message::say("Only managers.");
            deskbell_discord::testing::read(&text::audience::with_answer(list, access.team))
        };
        assert_snapshot!(list().await, @"
        Only managers.
        -# Channels that everyone can read show no personal data: said by <@9> <t:1763889600:R>.
        [Everybody is the team v1:team:all]
        ");
        said(world, Everybody::IsTheTeam).await;
        assert_snapshot!(list().await, @"
        Only managers.
        -# Channels that everyone can read count as read by the team: said by <@9> <t:1763889600:R>.
        [Not everybody is the team v1:team:some]
        ");
        let access: Access = world.context.store().access(&home()).await.expect("the store answers");
        assert!(access.roles.is_empty(), "nobody may see customers because of it");
    })
    .await;
}

#[tokio::test]
async fn whoever_chose_at_the_start_needs_no_notice() {
    run(async |world| {
        world.notification(EventKind::NewLead, CROWDED).await;
        let told = told(world.context.store(), &home(), CROWDED, world.context.now()).await;
        assert_eq!(told, Some(Audience::Everyone));
    })
    .await;
}

#[tokio::test]
async fn every_list_says_where_a_crowd_reads_whole_cards() {
    run(async |world| {
        for channel in [GENERAL, CROWDED] {
            let made = world.notification(EventKind::NewLead, channel).await;
            pressed(world, Held::One(made.id), AudienceChoice::Everything).await;
        }
        let list = notify_run::list(&world.context, &manager(), 1).await;
        assert_snapshot!(read(&world.context, list), @r"
        **Notifications from Acme**
        🌱 New lead → <#25> · ⚠️ about 4,990 people can read it, cards with personal data
        -# nothing posted yet
        🌱 New lead → <#22> · ⚠️ everyone can read it, cards with personal data
        -# nothing posted yet
        {Change one… New lead → #crowded (⚠️ about 4,990 people can read it, cards with personal data) | New lead → #general (⚠️ everyone can read it, cards with personal data)}
        [Refresh v1:notify-list:1]
        ");
        let setup = read(&world.context, crate::setup::draw(&world.context, &manager()).await);
        let line = setup.lines().find(|line| line.contains("New leads:")).unwrap_or_default();
        assert_snapshot!(line, @"🌱 New leads: <#22> ⚠️ everyone can read it, cards with personal data · <#25> ⚠️ about 4,990 people can read it, cards with personal data");
        let status = read(&world.context, crate::status::status_for(&world.context, &manager()).await);
        let trouble = status.lines().skip_while(|line| !line.contains("Trouble")).collect::<Vec<_>>();
        assert_snapshot!(trouble.join("\n"), @r"
        **Trouble**
        - <#22> ⚠️ everyone can read it, cards with personal data.
        - <#25> ⚠️ about 4,990 people can read it, cards with personal data.
        -# Deskbell 0.1.0 · up since <t:1763886000:R>
        ");
    })
    .await;
}

#[tokio::test]
async fn what_is_paused_stays_so_in_another_channel_and_it_is_said() {
    run(async |world| {
        let leads = world.notification(EventKind::NewLead, CROWDED).await;
        world.notification(EventKind::NewUser, CROWDED).await;
        world.puts(&leads, SubscriptionState::Paused { by: None, since: NOW }).await;
        assert_snapshot!(moved(world, Held::In(CROWDED), SALES).await, @"✅ New leads and new users will be posted in <#20> from now on, no longer in <#25>. New leads stay paused until `/notify resume`.");
        let is_paused: Vec<_> = world.notifications().await.iter().map(Subscription::is_paused).collect();
        assert_eq!(is_paused, [true, false]);
    })
    .await;
}
