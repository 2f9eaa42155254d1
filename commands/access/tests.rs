use deskbell_domain::access::Access;
use deskbell_text as text;
use insta::assert_snapshot;

use super::*;
use crate::fixture::{GUILD, TEAM, World, home, manager, read, run, sizes};

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
        assert_snapshot!(allowed(world, TEAM, WishedGrant::default(), &sizes(&[(TEAM, 14)], Some(100))).await, @r"
✅ <@&30> (14 members) may use /lead and /user.
-# Everyone still sees the commands in the picker; to hide them: Server Settings → Integrations → Deskbell. Discord's page can only narrow what I allow.
");
        let export = WishedGrant::exactly(EXPORTING);
        assert_snapshot!(allowed(world, SUPPORTERS, export, &sizes(&[(SUPPORTERS, 6)], None)).await, @r"
✅ <@&31> (6 members) may use /lead and /user, and export all leads.
-# Everyone still sees the commands in the picker; to hide them: Server Settings → Integrations → Deskbell. Discord's page can only narrow what I allow.
");
        assert_eq!(stored(world).await.roles.len(), 2);
        assert_snapshot!(allowed(world, SUPPORTERS, WishedGrant::default(), &sizes(&[(SUPPORTERS, 6)], None)).await, @"<@&31> may use /lead and /user, and export all leads, already. Nothing was changed.");
        assert_eq!(stored(world).await.roles.get(&SUPPORTERS), Some(&EXPORTING));
    })
    .await;
}

#[tokio::test]
async fn a_role_that_may_only_look_is_told_and_listed_as_such() {
    run(async |world| {
        let teams = sizes(&[(TEAM, 14), (SUPPORTERS, 6)], None);
        let looking = WishedGrant::exactly(LOOKING);
        assert_snapshot!(allowed(world, TEAM, looking, &teams).await, @r"
✅ <@&30> (14 members) may look at leads and users, and change none.
-# Everyone still sees the commands in the picker; to hide them: Server Settings → Integrations → Deskbell. Discord's page can only narrow what I allow.
");
        assert_snapshot!(allowed(world, TEAM, looking, &teams).await, @"<@&30> may look at leads and users, and change none, already. Nothing was changed.");
        let exporting = WishedGrant::exactly(Grant { export: Export::Allowed, ..LOOKING });
        assert_snapshot!(allowed(world, SUPPORTERS, exporting, &teams).await, @r"
✅ <@&31> (6 members) may look at leads and users and export all leads, and change none.
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
        assert_snapshot!(read(&world.context, withdraw(&world.context, &manager(), TEAM, ManageServer::Lacks).await), @r"
✅ <@&30> may no longer use /lead and /user.
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

#[test]
fn everyone_never_stands_on_the_list() {
    let mut access = Access::default();
    access.roles.insert(GUILD.everyone(), Grant::default());
    assert!(without_everyone(access, GUILD).roles.is_empty());
}
