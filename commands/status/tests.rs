use deskbell_domain::channel::Obstacle;
use deskbell_domain::event::EventKind;
use deskbell_domain::ids::ContactId;
use deskbell_domain::port::intercom::{Lack, TokenPermission, Unanswered};
use deskbell_domain::port::store::Hinted;
use deskbell_domain::service::access::WishedGrant;
use deskbell_domain::status::{DiscordState, LinkState, Pause, PollStatus};
use deskbell_domain::subscription::{SubscriptionState, SuspendReason, Suspension};
use deskbell_domain::time::{Timestamp, UnixMillis};
use deskbell_domain::topic::Topic;
use deskbell_domain::trouble::{Cause, Part, Trouble};
use deskbell_domain::webhook::{Door, Heard};
use insta::assert_snapshot;

use super::*;
use crate::fixture::{NOW, SALES, SUPPORT, TEAM, World, manager, member, read, run, run_with};

fn millis(at: Timestamp) -> UnixMillis {
    UnixMillis(at.0 * 1000)
}

async fn seen_by(world: &World, asker: &Asker) -> String {
    read(&world.context, status_for(&world.context, asker).await)
}

#[tokio::test]
async fn a_new_bot_says_that_all_is_quiet() {
    run(async |world| {
        assert_snapshot!(seen_by(world, &manager()).await, @"
        **Acme** (US) · nothing is checked before there is a notification: `/setup`
        **Newest seen** lead none yet · user none yet · update none yet · conversation none yet
        **Posted today** 0 leads · 0 users · 0 updates · 0 conversations · 0 waiting · 0 could not be posted
        **Last 7 days** 0 leads · 0 users · 0 updates · 0 conversations
        **Intercom** 7 of 100 calls in the last minute · answering in 210 ms
        **Trouble** None.
        -# Deskbell 0.1.0 · up since <t:1763886000:R>
        ");
    })
    .await;
}

#[tokio::test]
async fn a_bot_at_work_says_what_it_did_and_saw() {
    run(async |world| {
        world.context.workspace.ports.board.set_poll(PollStatus {
            last_check: Some(millis(NOW.minus(60))),
            next_check: Some(millis(NOW.plus(60))),
            link: LinkState::Connected,
            troubles: Vec::new(),
        });
        let made = world.notification(EventKind::NewLead, SUPPORT).await;
        world.leads(2).await;
        world
            .puts(
                &made,
                SubscriptionState::Suspended(Suspension {
                    reason: SuspendReason::Channel(Obstacle::ChannelGone),
                    since: NOW,
                    probes: 0,
                    next_probe: NOW,
                    told: false,
                }),
            )
            .await;
        assert_snapshot!(seen_by(world, &manager()).await, @"
        **Acme** (US) · connected · last check <t:1763889540:R>, next <t:1763889660:R>
        **Newest seen** lead <t:1763889660:R> · user none yet · update none yet · conversation none yet
        **Posted today** 0 leads · 0 users · 0 updates · 0 conversations · 2 waiting · 0 could not be posted
        **Last 7 days** 2 leads · 0 users · 0 updates · 0 conversations
        **Intercom** 7 of 100 calls in the last minute · answering in 210 ms
        **Trouble** <#21> on hold: the channel is gone. `/notify list`
        -# Deskbell 0.1.0 · up since <t:1763886000:R>
        ");
    })
    .await;
}

#[tokio::test]
async fn a_pause_is_not_taken_for_quiet() {
    run(async |world| {
        let made = world.notification(EventKind::NewLead, SUPPORT).await;
        world.leads(2).await;
        world.puts(&made, SubscriptionState::Paused { by: None, since: NOW }).await;
        let told = seen_by(world, &manager()).await;
        assert!(told.contains("**Paused** 1 notification of 1 · 2 waiting `/notify resume`"), "{told}");
    })
    .await;
}

#[tokio::test]
async fn where_intercom_tells_by_itself_it_is_said_how_much_and_what_it_never_told() {
    run_with(Door::Open, async |world| {
        let webhooks = &world.context.workspace.ports.webhooks;
        assert!(seen_by(world, &manager()).await.contains("Told by webhook: nothing since I was started\n"));
        let headcount = crate::fixture::sizes(&[(TEAM, 5)], None);
        crate::access::allow(&world.context, &manager(), TEAM, WishedGrant::default(), &headcount).await.unwrap();
        world.notification(EventKind::NewLead, SALES).await;
        world.notification(EventKind::NewUser, SALES).await;
        let told = Hinted::Contact(ContactId::new("1"));
        webhooks.heard(&Heard { topic: Some(Topic::LeadCreated), of: told.clone() });
        assert!(
            seen_by(world, &manager()).await.contains("Told by webhook: no event in the last day · last <t:")
        );
        webhooks.brought(&[told, Hinted::Contact(ContactId::new("2"))]);
        let seen = seen_by(world, &manager()).await;
        let lines: Vec<_> = seen.lines().filter(|line| line.contains("ebhook")).collect();
        assert_snapshot!(lines.join("\n"), @"
        Told by webhook: 50 % · last <t:1763889600:R>
        Webhooks since I was started: heard `contact.lead.created`. Never heard: `contact.lead.signed_up`, `contact.user.created`. Without them I look every 2 minutes.
        ");
        let seen = seen_by(world, &member(&[TEAM])).await;
        assert!(seen.contains("Told by webhook: 50 %") && !seen.contains("Never heard"), "{seen}");
        for topic in Topic::ALL {
            webhooks.heard(&Heard { topic: Some(topic), of: Hinted::Contact(ContactId::new("1")) });
        }
        assert!(!seen_by(world, &manager()).await.contains("Never heard"));
    })
    .await;
}

#[tokio::test]
async fn what_is_posted_in_two_channels_is_not_said_to_have_come_twice() {
    run(async |world| {
        let sales = world.notification(EventKind::NewLead, SALES).await;
        let support = world.notification(EventKind::NewLead, SUPPORT).await;
        world.leads(1).await;
        for one in [&sales, &support] {
            world.posted_newest(one).await;
        }
        let told = seen_by(world, &manager()).await;
        assert!(told.contains("2 leads (counted in each of 2 channels) · 0 users · "), "{told}");
    })
    .await;
}

#[tokio::test]
async fn nobody_is_pointed_to_a_command_that_they_do_not_see() {
    run(async |world| {
        let headcount = crate::fixture::sizes(&[(TEAM, 5)], None);
        crate::access::allow(&world.context, &manager(), TEAM, WishedGrant::default(), &headcount)
            .await
            .unwrap();
        let told = seen_by(world, &member(&[TEAM])).await;
        let expected = "nothing is checked before somebody with **Manage Server** makes a notification";
        assert!(told.contains(expected), "{told}");
        let made = world.notification(EventKind::NewLead, SALES).await;
        world.refused_lead(&made).await;
        let told = seen_by(world, &member(&[TEAM])).await;
        assert!(told.contains("1 event could not be posted.") && !told.contains('`'), "{told}");
    })
    .await;
}

#[tokio::test]
async fn every_trouble_has_a_line() {
    run(async |world| {
        let board = &world.context.workspace.ports.board;
        let since = millis(NOW.minus(600));
        let refused = Trouble { part: Part::Everything, cause: Cause::TokenRefused, since };
        let (link, troubles) = (LinkState::Refused { since }, vec![refused]);
        board.set_poll(PollStatus { link, troubles, ..PollStatus::default() });
        board.count_possible_duplicate();
        board.count_unreadable(3);
        let made = world.notification(EventKind::NewLead, SALES).await;
        world.refused_lead(&made).await;
        world.disk_fills_up().await;
        assert_snapshot!(seen_by(world, &manager()).await, @"
        ⚠️ Intercom refuses the token since <t:1763889000:f>. Nothing new is posted until that is over, and nothing is lost.
        **Acme** (US) · not checked yet
        **Newest seen** lead <t:1763889660:R> · user none yet · update none yet · conversation none yet
        **Posted today** 0 leads · 0 users · 0 updates · 0 conversations · 0 waiting · 1 could not be posted
        **Last 7 days** 1 lead · 0 users · 0 updates · 0 conversations
        **Intercom** 7 of 100 calls in the last minute
        **Trouble**
        - I cannot write my store; that began <t:1763889600:R>. Nothing is posted until that is over: whoever runs this bot finds the reason in the log. Nothing is lost.
        - I cannot read anything: Intercom refuses the token. Whoever runs this bot must renew it: Developer Hub → your app → Authentication. That began <t:1763889000:R>.
        - 1 message may have been posted twice since I was started: Discord did not say.
        - 3 records could not be read in Intercom since I was started and were not posted. Please look for them there.
        - 1 event could not be posted. `/notify failed`
        -# Deskbell 0.1.0 · up since <t:1763886000:R>
        ");
        let silent = Cause::Unanswered(Unanswered::Silent);
        let troubles = vec![Trouble { part: Part::Contacts, cause: silent, since }];
        board.set_poll(PollStatus { link: LinkState::Down { since }, troubles, ..PollStatus::default() });
        let said = seen_by(world, &manager()).await;
        assert!(said.starts_with("⚠️ I am waiting for Intercom since <t:1763889000:f>. Nothing new is"), "{said}");
        assert!(!said.contains("answering") && !said.contains("connected"), "{said}");
        assert!(said.contains("I cannot read new leads and users: Intercom does not answer."), "{said}");
    })
    .await;
}

#[tokio::test]
async fn what_does_not_get_into_discord_is_told_and_no_try_that_is_over() {
    run(async |world| {
        world.notification(EventKind::NewLead, SALES).await;
        let board = &world.context.workspace.ports.board;
        let pause = |next_try| Pause { since: millis(NOW.minus(600)), next_try: millis(next_try) };
        let elsewhere = deskbell_domain::ids::ChannelId(999);
        board.set_channel_pause(SALES, Some(pause(NOW.plus(60))));
        board.set_channel_pause(elsewhere, Some(pause(NOW.plus(60))));
        let trouble = async || {
            let said = seen_by(world, &manager()).await;
            said.lines().skip_while(|line| !line.starts_with("**Trouble")).collect::<Vec<_>>().join("\n")
        };
        board.set_discord(DiscordState::TurnsAway(pause(NOW.plus(60))));
        assert_snapshot!(trouble().await, @r"
**Trouble**
- Discord turns my messages away; that began <t:1763889000:R>. I try again <t:1763889660:R>. Nothing is lost.
- Discord takes no message in <#20>; that began <t:1763889000:R>. I try again <t:1763889660:R>. Nothing is lost.
-# Deskbell 0.1.0 · up since <t:1763886000:R>
");
        board.set_discord(DiscordState::Silent(pause(NOW.minus(1))));
        assert_snapshot!(trouble().await, @r"
**Trouble**
- Discord does not answer me; that began <t:1763889000:R>. Nothing is lost.
- Discord takes no message in <#20>; that began <t:1763889000:R>. I try again <t:1763889660:R>. Nothing is lost.
-# Deskbell 0.1.0 · up since <t:1763886000:R>
");
        board.set_discord(DiscordState::TurnsAway(pause(NOW.minus(6 * 3600))));
        board.set_channel_pause(SALES, None);
        assert_snapshot!(trouble().await, @r"
**Trouble** None.
-# Deskbell 0.1.0 · up since <t:1763886000:R>
");
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_read_is_named_with_its_cause_while_the_rest_works() {
    run(async |world| {
        let since = millis(NOW.minus(600));
        let lack = Lack::Permission(TokenPermission::ReadConversations);
        let troubles = vec![
            Trouble { part: Part::Contacts, cause: Cause::NotAccepted, since },
            Trouble { part: Part::Conversations, cause: Cause::Lacks(lack), since },
            Trouble { part: Part::UserUpdates, cause: Cause::NotAccepted, since },
        ];
        let (board, link) = (&world.context.workspace.ports.board, LinkState::Connected);
        board.set_poll(PollStatus { link, troubles: troubles[1..2].to_vec(), ..PollStatus::default() });
        let said = seen_by(world, &manager()).await;
        assert!(said.starts_with("**Acme** (US) · connected"), "{said}");
        assert!(said.contains("**Trouble** I cannot read new conversations: the token lacks **Read conversations**. Whoever manages your Intercom can give it: Developer Hub → your app → Authentication. That began <t:1763889000:R>."), "{said}");
        let link = LinkState::Down { since };
        board.set_poll(PollStatus { link, troubles, ..PollStatus::default() });
        let said = seen_by(world, &manager()).await;
        assert!(said.starts_with("⚠️ At Intercom nothing can be read since <t:"), "{said}");
        assert!(said.contains("I cannot read new leads and users and changes of users: Intercom does not accept the way I ask."), "{said}");
    })
    .await;
}

#[tokio::test]
async fn somebody_without_access_learns_only_that_it_runs() {
    run(async |world| {
        assert_snapshot!(seen_by(world, &member(&[TEAM])).await, @"Deskbell is running. Ask someone with **Manage Server** for the rest.");
        let headcount = crate::fixture::sizes(&[(TEAM, 5)], None);
        crate::access::allow(&world.context, &manager(), TEAM, WishedGrant::default(), &headcount).await.unwrap();
        assert!(seen_by(world, &member(&[TEAM])).await.contains("Acme"));
        assert!(!seen_by(world, &member(&[])).await.contains("Acme"));
    })
    .await;
}

#[tokio::test]
async fn a_server_that_is_not_linked_learns_nothing_of_the_workspace() {
    run(async |world| {
        let elsewhere = Asker { guild: deskbell_domain::ids::GuildId(8), ..manager() };
        let shown = match guard::connected(&world.context.bot, &elsewhere) {
            Ok(context) => status_for(&context, &elsewhere).await,
            Err(refusal) => Err(refusal.into()),
        };
        assert_snapshot!(read(&world.context, shown), @r"
❌ This server is not linked to an Intercom workspace. Whoever runs this bot adds `DISCORD_GUILD_ID=8` and restarts it.
");
    })
    .await;
}

#[tokio::test]
async fn a_check_that_does_not_end_is_told() {
    run(async |world| {
        world.context.workspace.ports.board.set_poll(PollStatus {
            last_check: Some(millis(NOW.minus(180))),
            next_check: Some(millis(NOW.minus(60))),
            link: LinkState::Connected,
            troubles: Vec::new(),
        });
        let told = seen_by(world, &manager()).await;
        assert!(told.contains("Intercom is slow: the check that began <t:"), "{told}");
        assert!(told.contains(" has not ended."), "{told}");
    })
    .await;
}
