use std::sync::atomic::AtomicBool;

use deskbell_discord::interaction::Interaction;
use deskbell_domain::access::Access;
use deskbell_domain::home::Home;
use deskbell_domain::ids::{ApplicationId, WorkspaceId};
use deskbell_domain::port::intercom::{Admin, InboxSeat, MockIntercom};
use deskbell_domain::service::desk::act_as;
use deskbell_text as text;
use insta::assert_snapshot;
use secrecy::SecretString;

use super::*;
use crate::fixture::{GUILD, MARK, TEAM, World, home, manager, read, run, sizes};
use crate::interaction::answer::Answer;
use crate::press::place::AnswerPlace;

const SUPPORTERS: RoleId = RoleId(31);
const EXPORTING: Grant = Grant { level: Level::Act, export: Export::Allowed };
const LOOKING: Grant = Grant { level: Level::Look, export: Export::Forbidden };

async fn allowed(world: &World, role: RoleId, wish: WishedGrant, headcount: &Headcount) -> String {
    read(&world.context, allow(&world.context, &manager(), role, wish, headcount).await)
}

async fn stored(world: &World) -> Access {
    world.context.store().access(&home()).await.unwrap()
}

#[tokio::test]
async fn a_team_is_let_in_and_its_size_is_told() {
    run(async |world| {
        assert_snapshot!(allowed(world, TEAM, WishedGrant::default(), &sizes(&[(TEAM, 14)], Some(100))).await, @"
        ✅ <@&30> (14 members) may use /lead and /user, read conversations and answer customers.
        -# Everyone still sees the commands in the picker; to hide them: Server Settings → Integrations → Deskbell. Discord's page can only narrow what I allow.
        ");
        let export = WishedGrant::exactly(EXPORTING);
        assert_snapshot!(allowed(world, SUPPORTERS, export, &sizes(&[(SUPPORTERS, 6)], None)).await, @"
        ✅ <@&31> (6 members) may use /lead and /user, read conversations and answer customers, and export all leads.
        -# Everyone still sees the commands in the picker; to hide them: Server Settings → Integrations → Deskbell. Discord's page can only narrow what I allow.
        ");
        assert_eq!(stored(world).await.roles.len(), 2);
        assert_snapshot!(allowed(world, SUPPORTERS, WishedGrant::default(), &sizes(&[(SUPPORTERS, 6)], None)).await, @"<@&31> may already use /lead and /user, read conversations and answer customers, and export all leads. Nothing was changed.");
        assert_eq!(stored(world).await.roles.get(&SUPPORTERS), Some(&EXPORTING));
    })
    .await;
}

#[tokio::test]
async fn a_role_that_may_only_look_is_told_and_listed_as_such() {
    run(async |world| {
        let teams = sizes(&[(TEAM, 14), (SUPPORTERS, 6)], None);
        let looking = WishedGrant::exactly(LOOKING);
        assert_snapshot!(allowed(world, TEAM, looking, &teams).await, @"
        ✅ <@&30> (14 members) may look at leads, users and conversations, and change nothing.
        -# Everyone still sees the commands in the picker; to hide them: Server Settings → Integrations → Deskbell. Discord's page can only narrow what I allow.
        ");
        assert_snapshot!(allowed(world, TEAM, looking, &teams).await, @"<@&30> may already look at leads, users and conversations, and change nothing. Nothing was changed.");
        let exporting = WishedGrant::exactly(Grant { export: Export::Allowed, ..LOOKING });
        assert_snapshot!(allowed(world, SUPPORTERS, exporting, &teams).await, @"
        ✅ <@&31> (6 members) may look at leads, users and conversations and export all leads, and change nothing.
        -# Everyone still sees the commands in the picker; to hide them: Server Settings → Integrations → Deskbell. Discord's page can only narrow what I allow.
        ");
        let list = text::access::list(world.context.around(), &stored(world).await, &teams);
        assert_snapshot!(deskbell_discord::testing::read(&list), @r"
May see customers: <@&30> (14), <@&31> (6), and everyone with **Manage Server**.
-# May only look, and create and update nobody: <@&30>, <@&31>. May also export: <@&31>.
");
        assert_snapshot!(allowed(world, TEAM, looking, &sizes(&[(TEAM, 812)], Some(1_204))).await, @r"
❌ <@&30> (812 of 1,204 members) would show your customers to much of the server. Choose a role that only your team has.
[Allow anyway v1:allow:30:only-look]
");
    })
    .await;
}

#[tokio::test]
async fn the_whole_server_is_never_let_in() {
    run(async |world| {
        let everyone = GUILD.everyone();
        assert_snapshot!(allowed(world, everyone, WishedGrant::default(), &Headcount::default()).await, @r"
❌ @everyone would show your customers to the whole server. Choose a role that only your team has.
");
        assert!(stored(world).await.roles.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_role_whose_size_discord_does_not_tell_is_asked_about_first() {
    run(async |world| {
        assert_snapshot!(allowed(world, TEAM, WishedGrant::default(), &sizes(&[(SUPPORTERS, 6)], Some(100))).await, @r"
❌ Discord does not tell me how many members have <@&30>, so it may show your customers to much of the server. Choose a role that only your team has.
[Allow anyway v1:allow:30:look]
");
        assert!(stored(world).await.roles.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_crowd_is_asked_about_first() {
    run(async |world| {
        assert_snapshot!(allowed(world, TEAM, WishedGrant::default(), &sizes(&[(TEAM, 812)], Some(1_204))).await, @r"
❌ <@&30> (812 of 1,204 members) would show your customers to much of the server. Choose a role that only your team has.
[Allow anyway v1:allow:30:look]
");
        assert!(stored(world).await.roles.is_empty());
    })
    .await;
}

#[tokio::test]
async fn access_is_taken_away_and_listed() {
    run(async |world| {
        let list = async |headcount: &Headcount| {
            deskbell_discord::testing::read(&text::access::list(world.context.around(), &stored(world).await, headcount))
        };
        assert_snapshot!(list(&Headcount::default()).await, @"Only people with **Manage Server** may see customers. `/access add` adds your team's role.");
        let teams = sizes(&[(TEAM, 14), (SUPPORTERS, 6)], None);
        allowed(world, TEAM, WishedGrant::default(), &teams).await;
        allowed(world, SUPPORTERS, WishedGrant::exactly(EXPORTING), &teams).await;
        assert_snapshot!(list(&teams).await, @r"
May see customers: <@&30> (14), <@&31> (6), and everyone with **Manage Server**.
-# May also export: <@&31>.
");
        assert_snapshot!(read(&world.context, withdraw(&world.context, &manager(), TEAM, ManageServer::Lacks).await), @"
        ✅ <@&30> may no longer see customers or answer them.
        -# People with **Manage Server** always may.
        ");
        assert_snapshot!(read(&world.context, withdraw(&world.context, &manager(), TEAM, ManageServer::Lacks).await), @"<@&30> had no access. Nothing was changed.");
        let boss = withdraw(&world.context, &manager(), TEAM, ManageServer::Holds).await;
        assert_snapshot!(read(&world.context, boss), @"<@&30> was not given access here. It has **Manage Server**, which always may. Nothing was changed.");
        assert_snapshot!(list(&Headcount::default()).await, @r"
May see customers: <@&31>, and everyone with **Manage Server**.
-# May also export: <@&31>.
");
    })
    .await;
}

/// What Mark is answered; Intercom has these teammates.
async fn answered(world: &World, press: WhoPress, chosen: &str) -> String {
    let acknowledged = AtomicBool::new(false);
    let context =
        CommandContext { bot: world.context.bot.clone(), workspace: world.context.workspace.clone() };
    let token = SecretString::from("token".to_owned());
    let address = Interaction { application: ApplicationId(1), id: 1, token };
    let answer = Answer::new(&context.bot, address, &acknowledged, AnswerPlace::Same);
    let at_work = context.bot.work.begin(MARK).unwrap();
    let mut intercom = MockIntercom::new();
    intercom.expect_name().returning(|of| Ok(Some(format!("{of:?}"))));
    let admin = |id: u64| Admin { id: id.to_string(), name: Some(format!("N{id}")), seat: InboxSeat::Has };
    intercom.expect_admins().returning(move || Ok((800..830).map(admin).collect()));
    let mut session = Session::new(context, manager(), answer, at_work);
    session.ask(intercom);
    deskbell_discord::testing::read(&who(&session, press, &[chosen.to_owned()]).await.unwrap())
}

#[tokio::test]
async fn every_member_who_acts_as_somebody_is_found_and_may_be_made_somebody_else() {
    run(async |world| {
        let (store, other) = (world.context.store(), Home::new(&WorkspaceId::new("another"), GUILD));
        for member in 1..=40 {
            act_as(store, &other, MemberId(member), AdminId::new("1")).await.unwrap();
        }
        for member in 21..=40 {
            act_as(store, &home(), MemberId(member), AdminId::new("800")).await.unwrap();
        }
        let first = answered(world, WhoPress::List(0), "").await;
        assert!(
            first.contains("<@21> is") && first.contains("<@35> is") && !first.contains("<@36> is"),
            "{first}"
        );
        assert!(first.contains("@Ana") && first.contains("Number 2 of those above"), "{first}");
        let last = answered(world, WhoPress::List(1), "").await;
        assert!(
            last.contains("<@36> is") && last.contains("<@40> is") && !last.contains("<@1> is"),
            "{last}"
        );
        assert_eq!(answered(world, WhoPress::List(9), "").await, last, "a page that is gone is the last one");
        let asked = answered(world, WhoPress::Member, "40").await;
        assert!(asked.contains("Who is <@40> in Intercom?") && asked.contains("N824"), "{asked}");
        assert!(answered(world, WhoPress::Page(1, MemberId(40)), "").await.contains("N829"));
        answered(world, WhoPress::Is(MemberId(40)), "829").await;
        let acts_as = async |member| stored(world).await.teammate(member, &home().workspace).cloned();
        assert_eq!(acts_as(MemberId(40)).await, Some(AdminId::new("829")));
        answered(world, WhoPress::Nobody(MemberId(40)), "").await;
        assert_eq!(acts_as(MemberId(40)).await, None);
    })
    .await;
}

#[test]
fn everyone_never_stands_on_the_list() {
    let mut access = Access::default();
    access.roles.insert(GUILD.everyone(), Grant::default());
    assert!(without_everyone(access, GUILD).roles.is_empty());
}
