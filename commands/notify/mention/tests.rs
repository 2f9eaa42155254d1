use insta::assert_snapshot;

use super::*;
use crate::fixture::{QUIET, TEAM, World, home, read, run};

async fn meant(
    world: &World,
    kind: EventKind,
    mention: Option<&str>,
    every: Option<&str>,
) -> Option<Mention> {
    typed(&world.context, home().guild, kind, (mention, every)).await.expect("it can be")
}

async fn refused(world: &World, kind: EventKind, mention: Option<&str>, every: Option<&str>) -> String {
    let said = typed(&world.context, home().guild, kind, (mention, every)).await;
    read(&world.context, said.map(|_| Message::say("It can be.")))
}

#[tokio::test]
async fn a_role_is_meant_by_its_id_its_mention_or_its_name() {
    run(async |world| {
        let kind = EventKind::NewLead;
        for text in ["30", "<@&30>", "Sales", "@sales", " SALES "] {
            let mention = meant(world, kind, Some(text), None).await;
            assert_eq!(mention, Some(Mention::of(Whom::Role(TEAM))), "{text}");
        }
        assert_eq!(meant(world, kind, None, None).await, None);
        let hourly = meant(world, kind, Some("Support"), Some("1h")).await.expect("it is somebody");
        assert_eq!((hourly.whom, hourly.every.seconds()), (Whom::Role(QUIET), 3600));
    })
    .await;
}

#[tokio::test]
async fn whoever_has_it_is_meant_in_so_many_words_and_of_conversations_alone() {
    run(async |world| {
        let mention = meant(world, EventKind::HandedOver, Some("whoever has it"), None).await;
        assert_eq!(mention, Some(Mention::of(Whom::WhoeverHasIt)));
        assert_snapshot!(refused(world, EventKind::NewLead, Some("Whoever has it"), None).await, @"❌ **Whoever has it** is for conversations alone: nobody has new leads. Choose a role.");
    })
    .await;
}

#[tokio::test]
async fn what_calls_nobody_or_everybody_is_refused() {
    run(async |world| {
        let everyone = home().guild.to_string();
        for text in ["@everyone", "here", everyone.as_str()] {
            let said = refused(world, EventKind::NewLead, Some(text), None).await;
            assert!(said.contains("I never mention everyone"), "{text}: {said}");
        }
        assert_snapshot!(refused(world, EventKind::NewLead, Some("@Nobody"), None).await, @"❌ I found no role @Nobody. Pick one from the list while typing.");
        assert_snapshot!(refused(world, EventKind::NewLead, Some("999"), None).await, @"❌ I found no role 999. Pick one from the list while typing.");
        assert_snapshot!(refused(world, EventKind::NewLead, None, Some("15m")).await, @"❌ **every** says how often somebody is mentioned at most. Say whom with **mention** too.");
        assert_snapshot!(refused(world, EventKind::NewLead, Some("Sales"), Some("often")).await, @"❌ **every** cannot be often. Write a duration from 1m to 24h, such as 15m or 4h.");
    })
    .await;
}
