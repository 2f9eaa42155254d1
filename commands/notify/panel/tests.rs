mod ends;
mod mentions;
mod moves;

use deskbell_domain::event::EventKind;
use deskbell_domain::subscription::{Alert, Detail, PublicChoice, Subscription, SubscriptionState};
use deskbell_domain::threshold::Threshold;
use deskbell_domain::time::UnixMillis;
use insta::assert_snapshot;

use super::*;
use crate::fixture::{GENERAL, MARK, NOW, SALES, SUPPORT, World, manager, read, run};

const DRAWN: Drawn = Drawn(UnixMillis(1));

async fn press(world: &World, press: PanelPress, chosen: &str) -> String {
    let chosen: Vec<_> =
        Some(chosen).filter(|value| !value.is_empty()).map(str::to_owned).into_iter().collect();
    let point = subscribe_point(&world.context, &manager()).await.expect("the store answers");
    read(&world.context, answered(&world.context, &manager(), press, &chosen, point).await)
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

async fn only(world: &World) -> Subscription {
    world.notifications().await.remove(0)
}

fn paused() -> SubscriptionState {
    SubscriptionState::Paused { by: Some(MARK), since: NOW.minus(60) }
}

#[tokio::test]
async fn choosing_one_of_the_list_opens_its_panel_and_back_leads_to_its_page() {
    run(async |world| {
        let made = world.notification(EventKind::NewLead, SALES).await;
        let chosen = made.id.to_string();
        assert_snapshot!(press(world, PanelPress::ChangeOne(DRAWN), &chosen).await, @"
        🌱 New leads go to <#20>. They ring where somebody is needed. Cards show what it takes to act.
        -# nothing posted yet
        {Cards: Card Full (Every field) | Short (Name, e-mail, company, tags and how the text begins) | Private (No personal data; Show opens the card for those who may see it) | Card (At most eight lines on a phone: who, how to reach them, what they want)}
        {Ring: Smart Loud (Phones ring as each person has set the channel) | Silent (No phone rings) | Smart (Phones ring where somebody is needed) | Mention somebody… (Who is called by name where they ring)}
        {Channel: #sales []}
        [Pause v1:panel-pause:1] [Try it v1:panel-try:1] [Remove v1:panel-remove:1] [Back v1:panel-back:1]
        ");
        assert_snapshot!(press(world, PanelPress::Back(made.id), "").await, @r"
        **Notifications from Acme**
        🌱 New lead → <#20>
        -# nothing posted yet
        {Change one… New lead → #sales}
        [Refresh v1:notify-list:1]
        ");
        for channel in 100..110 {
            world.notification(EventKind::NewLead, ChannelId(channel)).await;
        }
        let page = press(world, PanelPress::Back(made.id), "").await;
        assert!(page.contains("Page 2 of 2") && page.contains("New lead → <#20>"), "{page}");
        let forged = press(world, PanelPress::ChangeOne(DRAWN), "everything").await;
        assert!(forged.starts_with("❌ This button is from an older version"), "{forged}");
    })
    .await;
}

#[tokio::test]
async fn each_choice_acts_at_once_and_the_panel_tells_what_is_true_then() {
    run(async |world| {
        let id = world.notification(EventKind::NewLead, SALES).await.id;
        assert_snapshot!(press(world, PanelPress::Detail(id, DRAWN), "short").await, @"
        ✅ Cards are short from now on.
        🌱 New leads go to <#20>. They ring where somebody is needed. Cards are short.
        -# nothing posted yet
        {Cards: Short Full (Every field) | Short (Name, e-mail, company, tags and how the text begins) | Private (No personal data; Show opens the card for those who may see it) | Card (At most eight lines on a phone: who, how to reach them, what they want)}
        {Ring: Smart Loud (Phones ring as each person has set the channel) | Silent (No phone rings) | Smart (Phones ring where somebody is needed) | Mention somebody… (Who is called by name where they ring)}
        {Channel: #sales []}
        [Pause v1:panel-pause:1] [Try it v1:panel-try:1] [Remove v1:panel-remove:1] [Back v1:panel-back:1]
        ");
        assert_snapshot!(press(world, PanelPress::Alert(id, DRAWN), "silent").await, @"
        ✅ They no longer ring.
        🌱 New leads go to <#20>. They do not ring. Cards are short.
        -# nothing posted yet
        {Cards: Short Full (Every field) | Short (Name, e-mail, company, tags and how the text begins) | Private (No personal data; Show opens the card for those who may see it) | Card (At most eight lines on a phone: who, how to reach them, what they want)}
        {Ring: Silent Loud (Phones ring as each person has set the channel) | Silent (No phone rings) | Smart (Phones ring where somebody is needed) | Mention somebody… (Who is called by name where they ring)}
        {Channel: #sales []}
        [Pause v1:panel-pause:1] [Try it v1:panel-try:1] [Remove v1:panel-remove:1] [Back v1:panel-back:1]
        ");
        let now = only(world).await;
        assert_eq!((now.detail, now.alert), (Detail::Short, Alert::Silent));
        assert_eq!(world.woken(), [SALES, SALES]);
        let again = press(world, PanelPress::Alert(id, DRAWN), "silent").await;
        assert!(again.starts_with("They do not ring already."), "{again}");
        let back = press(world, PanelPress::Alert(id, DRAWN), "loud").await;
        assert!(back.starts_with("✅ They always ring from now on."), "{back}");
        let private = press(world, PanelPress::Detail(id, DRAWN), "private").await;
        assert!(private.starts_with("✅ Cards show no personal data from now on."), "{private}");
        let odd = press(world, PanelPress::Detail(id, DRAWN), "whole").await;
        assert!(odd.starts_with("❌ This button is from an older version"), "{odd}");
    })
    .await;
}

#[tokio::test]
async fn waits_are_told_after_another_time_from_now_on_unless_another_does_or_some_are_not_posted() {
    run(async |world| {
        let id = world.notification(EventKind::Unanswered, SALES).await.id;
        assert_snapshot!(press(world, PanelPress::After(id, DRAWN), "3600").await, @"
        ✅ They are told after 1 h without an answer from now on.
        ⏳ Waiting customers go to <#20>. They ring where somebody is needed. They are told after 1 h without an answer. Cards show what it takes to act.
        -# nothing posted yet
        {Cards: Card Full (Every field) | Short (Name, e-mail, company, tags and how the text begins) | Private (No personal data; Show opens the card for those who may see it) | Card (At most eight lines on a phone: who, how to reach them, what they want)}
        {Ring: Smart Loud (Phones ring as each person has set the channel) | Silent (No phone rings) | Smart (Phones ring where somebody is needed) | Mention somebody… (Who is called by name where they ring)}
        {After: 1 h 5 min | 15 min | 30 min | 1 h | 2 h | 4 h | 8 h | 1 day | 2 days}
        {Channel: #sales []}
        [Pause v1:panel-pause:1] [Try it v1:panel-try:1] [Remove v1:panel-remove:1] [Back v1:panel-back:1]
        ");
        let now = only(world).await;
        assert_eq!((now.waits, now.floor), (Threshold::of_seconds(3600), NOW));
        assert_eq!(now.steps_before, [Threshold::USUAL], "cards that stand still say who answered");
        let again = press(world, PanelPress::After(id, DRAWN), "3600").await;
        assert!(again.starts_with("They are told after 1 h without an answer already."), "{again}");
        world.notification(EventKind::Unanswered, SALES).await;
        let there = press(world, PanelPress::After(id, DRAWN), "900").await;
        assert_snapshot!(first_line(&there), @"Waiting customers after 15 min in <#20> are told already, so nothing was changed.");
        for (chosen, kind) in [("59", EventKind::Unanswered), ("900", EventKind::NewLead)] {
            let other = world.notification(kind, SUPPORT).await;
            press(world, PanelPress::After(other.id, DRAWN), chosen).await;
            let kept = world.notifications().await.into_iter().find(|one| one.id == other.id);
            assert_eq!(kept, Some(other), "nobody can choose {chosen} there");
        }
    })
    .await;
}

#[tokio::test]
async fn more_than_private_cards_for_a_crowd_are_asked_about_and_marked() {
    run(async |world| {
        let id = world.notification(EventKind::NewLead, GENERAL).await.id;
        assert_snapshot!(press(world, PanelPress::Open(id), "").await, @"
        🌱 New leads go to <#22>. They ring where somebody is needed. Cards show no personal data, because everyone can read the channel.
        -# nothing posted yet
        {Cards: Private (everyone can read it) Full (Every field) | Short (Name, e-mail, company, tags and how the text begins) | Private (No personal data; Show opens the card for those who may see it) | Card (At most eight lines on a phone: who, how to reach them, what they want)}
        {Ring: Smart Loud (Phones ring as each person has set the channel) | Silent (No phone rings) | Smart (Phones ring where somebody is needed) | Mention somebody… (Who is called by name where they ring)}
        {Channel: #general []}
        [Pause v1:panel-pause:1] [Try it v1:panel-try:1] [Remove v1:panel-remove:1] [Back v1:panel-back:1]
        ");
        assert_snapshot!(press(world, PanelPress::Detail(id, DRAWN), "short").await, @r"
        ⚠️ Everyone in this server can read <#22>. Cards would show them your customers' names, e-mails and messages.
        [Post without personal data v1:panel-show:1:short:-:private] [Back v1:panel:1] [Post everything anyway v1:panel-show:1:short:-:everything]
        ");
        assert_eq!(only(world).await.detail, Detail::Card, "nothing is changed before somebody chose");
        let short = Change::of_detail(Detail::Short);
        let careful = press(world, PanelPress::Show(id, short, PublicDecision::WithoutPersonalData), "").await;
        assert!(careful.starts_with("✅ Cards show no personal data, because everyone can read"), "{careful}");
        assert_snapshot!(press(world, PanelPress::Show(id, short, PublicDecision::Everything), "").await, @"
        ✅ Cards are short from now on, although everyone can read the channel.
        🌱 New leads go to <#22>. They ring where somebody is needed. ⚠️ Cards are short, although everyone can read the channel.
        -# nothing posted yet
        {Cards: Short Full (Every field) | Short (Name, e-mail, company, tags and how the text begins) | Private (No personal data; Show opens the card for those who may see it) | Card (At most eight lines on a phone: who, how to reach them, what they want)}
        {Ring: Smart Loud (Phones ring as each person has set the channel) | Silent (No phone rings) | Smart (Phones ring where somebody is needed) | Mention somebody… (Who is called by name where they ring)}
        {Channel: #general []}
        [Pause v1:panel-pause:1] [Try it v1:panel-try:1] [Remove v1:panel-remove:1] [Back v1:panel-back:1]
        ");
        let now = only(world).await;
        assert_eq!((now.detail, now.public), (Detail::Short, PublicChoice::Everything));
    })
    .await;
}

#[tokio::test]
async fn a_pause_and_its_end_stay_in_the_panel() {
    run(async |world| {
        let id = world.notification(EventKind::NewLead, SALES).await.id;
        assert_snapshot!(press(world, PanelPress::Pause(id), "").await, @"
        ✅ Paused. What comes meanwhile is kept.
        🌱 New leads in <#20> are paused. They ring where somebody is needed. Cards show what it takes to act.
        -# paused by <@9> <t:1763889600:R>
        {Cards: Card Full (Every field) | Short (Name, e-mail, company, tags and how the text begins) | Private (No personal data; Show opens the card for those who may see it) | Card (At most eight lines on a phone: who, how to reach them, what they want)}
        {Ring: Smart Loud (Phones ring as each person has set the channel) | Silent (No phone rings) | Smart (Phones ring where somebody is needed) | Mention somebody… (Who is called by name where they ring)}
        {Channel: #sales []}
        [Resume v1:panel-resume:1:ask] [Try it v1:panel-try:1] [Remove v1:panel-remove:1] [Back v1:panel-back:1]
        ");
        world.leads(20).await;
        assert_snapshot!(press(world, PanelPress::Resume(id, None), "").await, @r"
        20 are waiting since <t:1763889660:D>.
        [Post them v1:panel-resume:1:post] [Skip them, start from now v1:panel-resume:1:skip] [Back v1:panel:1]
        ");
        assert!(only(world).await.is_paused());
        let posted = press(world, PanelPress::Resume(id, Some(Missed::Post)), "").await;
        assert!(
            posted.starts_with("✅ New leads are posted in <#20> again. 20 that waited follow."),
            "{posted}"
        );
        assert!(only(world).await.is_active());
    })
    .await;
}

#[tokio::test]
async fn a_button_of_an_earlier_version_does_not_show_a_crowd_more_without_asking() {
    run(async |world| {
        let id = world.notification(EventKind::NewLead, GENERAL).await.id;
        let both = Change { detail: Some(Detail::Short), alert: Some(Alert::Silent), mention: None };
        let asked = read(&world.context, change_settings(&world.context, &manager(), id, both).await);
        assert!(asked.starts_with("⚠️ Everyone in this server can read <#22>."), "{asked}");
        press(world, PanelPress::Show(id, both, PublicDecision::Everything), "").await;
        let now = only(world).await;
        assert_eq!((now.detail, now.alert), (Detail::Short, Alert::Silent), "it keeps all that was wished");
    })
    .await;
}

#[tokio::test]
async fn the_panel_says_what_is_wrong_with_it() {
    run(async |world| {
        let made = world.notification(EventKind::NewUser, SUPPORT).await;
        world.leads(3).await;
        let reason = deskbell_domain::subscription::SuspendReason::GuildNotLinked;
        let hold = deskbell_domain::subscription::Suspension {
            reason,
            since: NOW.minus(600),
            probes: 2,
            next_probe: NOW.plus(240),
            told: true,
        };
        world.puts(&made, SubscriptionState::Suspended(hold)).await;
        assert_snapshot!(press(world, PanelPress::Open(made.id), "").await, @"
        👤 New users in <#21> are on hold. They do not ring. Cards show what it takes to act.
        ⚠️ **on hold** <t:1763889000:R>: this server is not linked to the workspace any more. None is lost.
        {Cards: Card Full (Every field) | Short (Name, e-mail, company, tags and how the text begins) | Private (No personal data; Show opens the card for those who may see it) | Card (At most eight lines on a phone: who, how to reach them, what they want)}
        {Ring: Smart Loud (Phones ring as each person has set the channel) | Silent (No phone rings) | Smart (Phones ring where somebody is needed) | Mention somebody… (Who is called by name where they ring)}
        {Channel: #support []}
        [Pause v1:panel-pause:1] [Try it v1:panel-try:1] [Remove v1:panel-remove:1] [Back v1:panel-back:1]
        ");
    })
    .await;
}
