//! `/notify list`.

use std::collections::BTreeSet;

use super::*;

#[tokio::test]
async fn what_does_not_get_into_discord_stands_above_the_list_and_at_its_channel() {
    run(async |world| {
        world.notification(EventKind::NewConversation, SALES).await;
        world.notification(EventKind::NewLead, SUPPORT).await;
        let at = |time: deskbell_domain::time::Timestamp| deskbell_domain::time::UnixMillis(time.0 * 1000);
        let pause = Pause { since: at(NOW.minus(600)), next_try: at(NOW.plus(60)) };
        world.context.workspace.ports.board.set_discord(DiscordState::Silent(pause));
        world.context.workspace.ports.board.set_channel_pause(SALES, Some(pause));
        assert_snapshot!(list_of(world).await, @r"
        ⚠️ Discord does not answer me; that began <t:1763889000:R>. I try again <t:1763889660:R>. Nothing is lost.
        **Notifications from Acme**
        🌱 New lead → <#21>
        -# nothing posted yet
        💬 New conversation → <#20>
        nothing posted yet · ⚠️ Discord takes no message there since <t:1763889000:R>. I try again <t:1763889660:R>.
        {Change one… New lead → #support | New conversation → #sales}
        [Refresh v1:notify-list:1]
        ");
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_read_stands_at_the_notifications_concerned_and_what_to_do_below() {
    run(async |world| {
        world.notification(EventKind::NewConversation, SALES).await;
        world.notification(EventKind::NewLead, SUPPORT).await;
        let since = deskbell_domain::time::UnixMillis(NOW.minus(600).0 * 1000);
        let lack = |permission| Cause::Lacks(Lack::Permission(permission));
        let conversations = Trouble {
            part: Part::Conversations,
            cause: lack(TokenPermission::ReadConversations),
            since,
        };
        let tags = Trouble { part: Part::TagNames, cause: lack(TokenPermission::ReadTags), since };
        let shows = |troubles| world.context.workspace.ports.board.set_poll(PollStatus { troubles, ..PollStatus::default() });
        shows(vec![conversations, tags]);
        assert_snapshot!(list_of(world).await, @r"
        **Notifications from Acme**
        🌱 New lead → <#21>
        nothing posted yet · ⚠️ without names of tags: the token lacks **Read tags**
        💬 New conversation → <#20>
        nothing posted yet · ⚠️ nothing comes: the token lacks **Read conversations**
        -# Whoever manages your Intercom can give it: Developer Hub → your app → Authentication.
        {Change one… New lead → #support | New conversation → #sales}
        [Refresh v1:notify-list:1]
        ");
        shows(vec![Trouble { part: Part::Everything, cause: Cause::TokenRefused, since }]);
        assert_snapshot!(list_of(world).await, @r"
        ⚠️ I cannot read anything: Intercom refuses the token. Whoever runs this bot must renew it: Developer Hub → your app → Authentication. That began <t:1763889000:R>.
        **Notifications from Acme**
        🌱 New lead → <#21>
        -# nothing posted yet
        💬 New conversation → <#20>
        -# nothing posted yet
        {Change one… New lead → #support | New conversation → #sales}
        [Refresh v1:notify-list:1]
        ");
        let setup = crate::setup::draw(&world.context, &manager()).await.unwrap();
        let setup = deskbell_discord::testing::read(&setup);
        assert!(setup.starts_with("⚠️ I cannot read anything: Intercom refuses the token."), "{setup}");
    })
    .await;
}

#[tokio::test]
async fn an_empty_list_says_how_to_begin() {
    run(async |world| {
        assert_snapshot!(list_of(world).await, @"Nothing is posted yet. `/notify add` starts with one kind, `/setup` does all of them.");
        let since = deskbell_domain::time::UnixMillis(NOW.minus(600).0 * 1000);
        let troubles = vec![Trouble { part: Part::Everything, cause: Cause::TokenRefused, since }];
        world.context.workspace.ports.board.set_poll(PollStatus { troubles, ..PollStatus::default() });
        assert_snapshot!(list_of(world).await, @r#"
⚠️ I cannot read anything: Intercom refuses the token. Whoever runs this bot must renew it: Developer Hub → your app → Authentication. That began <t:1763889000:R>.
Nothing is posted yet. `/notify add` starts with one kind, `/setup` does all of them.
"#);
    })
    .await;
}

#[tokio::test]
async fn the_list_says_how_each_stands() {
    run(async |world| {
        world.notification(EventKind::NewConversation, SALES).await;
        let held = world.notification(EventKind::NewLead, SUPPORT).await;
        let paused = world.notification(EventKind::NewLead, SALES).await;
        world.notification(EventKind::NewUser, GENERAL).await;
        world.puts(&held, hold()).await;
        world.puts(&paused, paused_by_mark()).await;
        world.leads(14).await;
        assert_snapshot!(list_of(world).await, @r"
        **Notifications from Acme**
        🌱 New lead → <#21>
        ⚠️ **on hold** <t:1763889000:R>: I lack **Send Messages** there. 14 are waiting, none is lost. Next try <t:1763889840:R>.
        🌱 New lead → <#20>
        -# paused by <@9> <t:1763889540:R> · 14 waiting
        👤 New user → <#22> · Private (everyone can read it)
        -# nothing posted yet
        💬 New conversation → <#20>
        -# nothing posted yet
        {Change one… New lead → #support (on hold) | New lead → #sales (paused) | New user → #general (Private (everyone can read it)) | New conversation → #sales}
        [Try now v1:try-now] [Refresh v1:notify-list:1]
        ");
    })
    .await;
}

#[tokio::test]
async fn a_long_list_has_pages_that_each_fit_a_message_and_show_every_notification_once() {
    run(async |world| {
        for channel in 100..130 {
            let kind = if channel % 2 == 1 { EventKind::NewLead } else { EventKind::NewUser };
            let made = world.notification(kind, ChannelId(channel)).await;
            if channel < 112 {
                world.puts(&made, hold()).await;
            }
        }
        let (mut shown, mut pages) = (Vec::new(), 0);
        loop {
            pages += 1;
            let page = read(&world.context, list(&world.context, &manager(), pages).await);
            let (text, controls) = page.split_once("\n{Change one…").expect("one can be chosen");
            assert!(text.chars().count() <= 2000, "{text}");
            let channels = text.split("→ <#").skip(1).filter_map(|rest| rest.split_once('>'));
            shown.extend(channels.map(|(id, _)| id.parse::<u64>().expect("a channel")));
            assert!(controls.contains("(◀ Back)") == (pages == 1), "{page}");
            if controls.contains("(More ▶)") {
                break;
            }
        }
        let on_hold: BTreeSet<_> = shown[..12].iter().copied().collect();
        assert_eq!(on_hold, (100..112).collect(), "what is on hold comes first");
        assert_eq!(shown[12..21], [113, 115, 117, 119, 121, 123, 125, 127, 129], "then by kind and channel");
        assert_eq!((shown.len(), pages), (30, 3));
        let options = |page: &str| {
            page.lines().find(|line| line.starts_with("{Change")).map(|line| line.split(" | ").count())
        };
        let first = read(&world.context, list(&world.context, &manager(), 1).await);
        assert_eq!(options(&first), Some(25), "a select takes more than a page shows");
        let beyond = read(&world.context, list(&world.context, &manager(), 9).await);
        assert!(beyond.contains("Page 3 of 3") && options(&beyond) == Some(25), "{beyond}");
    })
    .await;
}
