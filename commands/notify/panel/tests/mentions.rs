//! Whom a notification mentions, as its panel lets it be chosen.

use deskbell_domain::event::EventKind;
use deskbell_domain::press::panel::PanelPress;
use insta::assert_snapshot;

use super::{DRAWN, only, press};
use crate::fixture::{SALES, SUPPORT, run};

#[tokio::test]
async fn whom_it_mentions_is_chosen_in_a_view_of_its_own() {
    run(async |world| {
        let id = world.notification(EventKind::NewConversation, SUPPORT).await.id;
        assert_snapshot!(press(world, PanelPress::Alert(id, DRAWN), "mention").await, @"
        💬 New conversations go to <#21>. They ring where somebody is needed. They mention nobody.
        -# Whoever has it is the member who acts as the teammate to whom the conversation is assigned: `/access list` shows who acts as whom.
        {Mention a role… []}
        [Whoever has it v1:panel-mention-holder:1] [Back v1:panel:1]
        ");
        assert_eq!(only(world).await.mention, None, "nothing is changed before somebody chose");
        assert_snapshot!(press(world, PanelPress::MentionRole(id, DRAWN), "30").await, @"
        ✅ They mention <@&30> from now on.
        💬 New conversations go to <#21>. They ring where somebody is needed. They mention <@&30>, at most once in 15 minutes.
        -# Whoever has it is the member who acts as the teammate to whom the conversation is assigned: `/access list` shows who acts as whom.
        {Mention a role… [RoleId(30)]}
        {At most once in 15 minutes At most once in a minute | At most once in 5 minutes | At most once in 15 minutes | At most once in an hour | At most once in 4 hours | At most once in 24 hours}
        [Whoever has it v1:panel-mention-holder:1] [Nobody v1:panel-mention-nobody:1] [Back v1:panel:1]
        ");
        let hourly = press(world, PanelPress::MentionEvery(id, DRAWN), "3600").await;
        assert!(
            hourly.starts_with("✅ They mention <@&30> at most once in an hour from now on."),
            "{hourly}"
        );
        assert_snapshot!(press(world, PanelPress::Open(id), "").await, @"
        💬 New conversations go to <#21>. They ring where somebody is needed. They mention <@&30>, at most once in an hour. Cards show what it takes to act.
        -# nothing posted yet
        {Cards: Card Full (Every field) | Short (Name, e-mail, company, tags and how the text begins) | Private (No personal data; Show opens the card for those who may see it) | Card (At most eight lines on a phone: who, how to reach them, what they want)}
        {Ring: Smart Loud (Phones ring as each person has set the channel) | Silent (No phone rings) | Smart (Phones ring where somebody is needed) | Mention somebody… (Who is called by name where they ring)}
        {Channel: #support []}
        [Pause v1:panel-pause:1] [Try it v1:panel-try:1] [Remove v1:panel-remove:1] [Back v1:panel-back:1]
        ");
        assert_snapshot!(press(world, PanelPress::Back(id), "").await, @"
        **Notifications from Acme**
        💬 New conversation → <#21> · mentions <@&30> at most once in an hour
        -# nothing posted yet
        {Change one… New conversation → #support}
        [Refresh v1:notify-list:1]
        ");
        let again = press(world, PanelPress::MentionRole(id, DRAWN), "30").await;
        assert!(again.starts_with("They mention <@&30> already."), "{again}");
        let holder = press(world, PanelPress::MentionHolder(id), "").await;
        assert!(holder.starts_with("✅ They mention whoever has it from now on."), "{holder}");
        let nobody = press(world, PanelPress::MentionNobody(id), "").await;
        assert!(nobody.starts_with("✅ They mention nobody from now on."), "{nobody}");
        assert_eq!(only(world).await.mention, None);
        let everyone =
            press(world, PanelPress::MentionRole(id, DRAWN), &crate::fixture::home().guild.to_string()).await;
        assert!(everyone.contains("I never mention everyone"), "{everyone}");
    })
    .await;
}

#[tokio::test]
async fn a_role_that_cannot_be_called_is_set_all_the_same_and_what_to_do_is_told() {
    run(async |world| {
        let id = world.notification(EventKind::NewLead, SALES).await.id;
        assert_snapshot!(press(world, PanelPress::MentionRole(id, DRAWN), "31").await, @r#"
        ✅ They mention <@&31> from now on.
        🌱 New leads go to <#20>. They ring where somebody is needed. ⚠️ I can't ring <@&31>: Server Settings → Roles → <@&31> → "Allow anyone to @mention this role", or give me **Mention All Roles** in <#20>. Until then I post without it.
        {Mention a role… [RoleId(31)]}
        {At most once in 15 minutes At most once in a minute | At most once in 5 minutes | At most once in 15 minutes | At most once in an hour | At most once in 4 hours | At most once in 24 hours}
        [Nobody v1:panel-mention-nobody:1] [Back v1:panel:1]
        "#);
        assert_snapshot!(press(world, PanelPress::Back(id), "").await, @"
        **Notifications from Acme**
        🌱 New lead → <#20> · ⚠️ can't ring <@&31>
        -# nothing posted yet
        {Change one… New lead → #sales}
        [Refresh v1:notify-list:1]
        ");
        let gone = press(world, PanelPress::MentionRole(id, DRAWN), "999").await;
        assert!(gone.contains("⚠️ The role that they were to mention is gone"), "{gone}");
        let silent = press(world, PanelPress::Alert(id, DRAWN), "silent").await;
        assert!(silent.contains("what does not ring mentions nobody"), "{silent}");
        press(world, PanelPress::Alert(id, DRAWN), "smart").await;
        let moved = press(world, PanelPress::Elsewhere(id, DRAWN), &SUPPORT.to_string()).await;
        assert!(moved.contains("is gone, so they mention nobody"), "a move keeps it: {moved}");
    })
    .await;
}
