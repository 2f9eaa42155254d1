//! Moving a notification to another channel.

use deskbell_domain::event::EventKind;
use deskbell_domain::ids::ChannelId;
use deskbell_domain::press::panel::PanelPress;
use deskbell_domain::service::notify::add::PublicDecision;
use deskbell_domain::subscription::Alert;
use insta::assert_snapshot;

use super::{DRAWN, only, paused, press};
use crate::fixture::{CROWDED, LOCKED, SALES, SUPPORT, run};

#[tokio::test]
async fn another_channel_takes_it_as_it_is_or_says_why_not() {
    run(async |world| {
        let id = world.notification(EventKind::NewLead, SALES).await.id;
        press(world, PanelPress::Alert(id, DRAWN), "silent").await;
        let there = |channel: ChannelId| channel.to_string();
        let elsewhere = PanelPress::Elsewhere(id, DRAWN);
        let same = press(world, elsewhere, &there(SALES)).await;
        assert!(same.starts_with("They go to <#20> already."), "{same}");
        assert_snapshot!(press(world, elsewhere, &there(LOCKED)).await, @"
        ❌ I can't post in <#24>: I lack **Send Messages** and **Embed Links**. <#24> → Edit Channel → Permissions → Deskbell → allow both, then `/notify list` again. Nothing was changed.
        🌱 New leads go to <#20>. They do not ring. Cards show what it takes to act.
        -# nothing posted yet
        {Cards: Card Full (Every field) | Short (Name, e-mail, company, tags and how the text begins) | Private (No personal data; Show opens the card for those who may see it) | Card (At most eight lines on a phone: who, how to reach them, what they want)}
        {Ring: Silent Loud (Phones ring as each person has set the channel) | Silent (No phone rings) | Smart (Phones ring where somebody is needed) | Mention somebody… (Who is called by name where they ring)}
        {Channel: #sales []}
        [Pause v1:panel-pause:1] [Try it v1:panel-try:1] [Remove v1:panel-remove:1] [Back v1:panel-back:1]
        ");
        assert_snapshot!(press(world, elsewhere, &there(CROWDED)).await, @r"
        ⚠️ About 4,990 people can read <#25>. Cards would show them your customers' names, e-mails and messages.
        [Post without personal data v1:panel-move:1:25:private] [Back v1:panel:1] [Post everything anyway v1:panel-move:1:25:everything]
        ");
        assert_eq!(only(world).await.channel, SALES);
        world.posted();
        assert_snapshot!(press(world, elsewhere, &there(SUPPORT)).await, @"
        ✅ New leads will be posted in <#21> from now on, no longer in <#20>.
        🌱 New leads go to <#21>. They do not ring. Cards show what it takes to act.
        -# nothing posted yet
        {Cards: Card Full (Every field) | Short (Name, e-mail, company, tags and how the text begins) | Private (No personal data; Show opens the card for those who may see it) | Card (At most eight lines on a phone: who, how to reach them, what they want)}
        {Ring: Silent Loud (Phones ring as each person has set the channel) | Silent (No phone rings) | Smart (Phones ring where somebody is needed) | Mention somebody… (Who is called by name where they ring)}
        {Channel: #support []}
        [Pause v1:panel-pause:2] [Try it v1:panel-try:2] [Remove v1:panel-remove:2] [Back v1:panel-back:2]
        ");
        let now = only(world).await;
        assert_eq!((now.channel, now.alert), (SUPPORT, Alert::Silent));
        let decided = PanelPress::Move(now.id, CROWDED, PublicDecision::WithoutPersonalData);
        let moved = press(world, decided, "").await;
        assert!(moved.starts_with("✅ New leads will be posted in <#25> from now on"), "{moved}");
        let other = world.notification(EventKind::NewLead, SALES).await;
        let met = press(world, PanelPress::Elsewhere(other.id, DRAWN), &there(CROWDED)).await;
        assert!(met.starts_with("New leads go to <#25> already, so nothing was moved."), "{met}");
    })
    .await;
}

#[tokio::test]
async fn what_waits_is_not_lost_by_a_move() {
    run(async |world| {
        let made = world.notification(EventKind::NewLead, SALES).await;
        world.leads(14).await;
        let elsewhere = PanelPress::Elsewhere(made.id, DRAWN);
        let kept = press(world, elsewhere, &SUPPORT.to_string()).await;
        assert!(kept.starts_with("14 still wait to be posted in <#20>, so nothing was moved."), "{kept}");
        world.puts(&made, paused()).await;
        let kept = press(world, elsewhere, &SUPPORT.to_string()).await;
        assert!(
            kept.starts_with("14 wait for <#20>, so nothing was moved. Resume or skip them first."),
            "{kept}"
        );
        assert_eq!(only(world).await.channel, SALES);
    })
    .await;
}

#[tokio::test]
async fn what_could_not_be_posted_is_named_and_is_not_lost_by_a_move() {
    run(async |world| {
        let made = world.notification(EventKind::NewLead, SALES).await;
        world.refused_lead(&made).await;
        let panel = press(world, PanelPress::Open(made.id), "").await;
        assert!(panel.contains("\n-# 1 could not be posted: `/notify failed` shows it."), "{panel}");
        let kept = press(world, PanelPress::Elsewhere(made.id, DRAWN), &SUPPORT.to_string()).await;
        assert!(kept.starts_with("1 event could not be posted in <#20>, so nothing was moved."), "{kept}");
    })
    .await;
}
