use deskbell_domain::service::access::WishedGrant;
use insta::assert_snapshot;

use super::*;
use crate::fixture::{GENERAL, TEAM, World, manager, member, read, run, sizes};

async fn seen_by(world: &World, asker: &Asker) -> String {
    read(&world.context, help_for(&world.context, asker).await)
}

#[tokio::test]
async fn a_manager_sees_every_command_as_a_link() {
    run(async |world| {
        for (name, id) in [
            ("lead", 1),
            ("user", 2),
            ("notify", 3),
            ("setup", 4),
            ("access", 5),
            ("status", 6),
            ("help", 7),
            ("connection", 8),
            ("privacy", 9),
            ("audit", 10),
            ("conversation", 11),
        ] {
            world.context.bot.command_ids.learn(name, id);
        }
        assert_snapshot!(seen_by(world, &manager()).await, @"

        ┃ What you can do here
        ┃ Look up: </lead get:1> show a lead
        ┃   </lead list:1> list leads, newest first
        ┃   </lead create:1> create a lead
        ┃   </lead export:1> all leads as a file
        ┃   </user get:2> show a user
        ┃   </user create:2> create or update a user
        ┃   </conversation get:11> read a conversation, and act in it
        ┃   </status:6> how the bot is
        ┃   </help:7> this
        ┃   **Below a card** take it, add a note, tag it; below a conversation's also answer and close it
        ┃   **Look up in Intercom** whose e-mail address stands in a message: on the message → Apps
        ┃   **Show in Intercom** who a member of this server is there: on the member → Apps
        ┃ Notify: </notify add:3> post one kind of event in a channel
        ┃   </notify list:3> what is posted where, how it goes, and how to change it
        ┃   </notify pause:3> hold back what comes
        ┃   </notify resume:3> post again
        ┃   </notify test:3> post a sample
        ┃   </notify failed:3> what could not be posted
        ┃   </notify remove:3> stop for ever
        ┃ Set up: </setup:4> everything in one message
        ┃   </connection:8> which workspace this server has
        ┃   </privacy:9> what I keep of one person, and erasing it
        ┃   </access add:5> let a role see customers
        ┃   </access list:5> who may see customers
        ┃   </access remove:5> take that away from a role
        ┃   </audit:10> who did what in this server
        ┃
        ");
    })
    .await;
}

#[tokio::test]
async fn real_ids_fit_into_the_card() {
    run(async |world| {
        for name in ["lead", "user", "conversation", "notify", "setup", "access", "status", "help"] {
            world.context.bot.command_ids.learn(name, u64::MAX);
        }
        let seen = seen_by(world, &manager()).await;
        assert_eq!(seen.matches(&format!(":{}>", u64::MAX)).count(), 20);
    })
    .await;
}

#[tokio::test]
async fn a_team_member_sees_what_they_may_use() {
    run(async |world| {
        let allow = async |grant| {
            let asker = manager();
            crate::access::allow(&world.context, &asker, TEAM, WishedGrant::exactly(grant), &sizes(&[(TEAM, 5)], None)).await.unwrap();
        };
        allow(Grant::default()).await;
        assert_snapshot!(seen_by(world, &member(&[TEAM])).await, @"

        ┃ What you can do here
        ┃ Look up: `/lead get` show a lead
        ┃   `/lead list` list leads, newest first
        ┃   `/lead create` create a lead
        ┃   `/user get` show a user
        ┃   `/user create` create or update a user
        ┃   `/conversation get` read a conversation, and act in it
        ┃   `/status` how the bot is
        ┃   `/help` this
        ┃   **Below a card** take it, add a note, tag it; below a conversation's also answer and close it
        ┃   **Look up in Intercom** whose e-mail address stands in a message: on the message → Apps
        ┃   **Show in Intercom** who a member of this server is there: on the member → Apps
        ┃
        ");
        assert_snapshot!(seen_by(world, &member(&[])).await, @"Deskbell shows a team its customers from Intercom. Here that is <@&30>. Ask someone with **Manage Server** to let you in.");
        let in_general = Asker { channel: GENERAL, ..member(&[]) };
        assert_snapshot!(seen_by(world, &in_general).await, @"Customers are for the team here. If you belong to it, ask whoever manages this server.");
        allow(Grant { level: Level::Look, export: Export::Allowed }).await;
        let seen = seen_by(world, &member(&[TEAM])).await;
        assert!(seen.contains("/lead export") && !seen.contains("create"), "{seen}");
    })
    .await;
}

#[tokio::test]
async fn where_nobody_was_let_in_a_manager_is_named() {
    run(async |world| assert_snapshot!(seen_by(world, &member(&[])).await, @"Deskbell shows a team its customers from Intercom. Ask someone with **Manage Server** to let you in.")).await;
}
