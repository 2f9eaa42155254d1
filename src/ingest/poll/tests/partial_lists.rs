//! Lists of which a record holds only a part: what came and went is told from the whole list.

use deskbell_domain::contact::{Contact, Named, PartialList};
use deskbell_domain::difference::{Change, Field};
use deskbell_domain::event::{EventKind, Record};
use deskbell_domain::ids::CompanyId;

use super::world::World;

/// A user who is in so many companies, of which the record holds ten.
fn consultant(mut user: Contact, companies: std::ops::Range<u32>) -> Contact {
    let total = companies.end - companies.start;
    let named = |number: u32| Named { id: CompanyId::new(format!("{number:02}")), name: None };
    user.companies = PartialList { items: companies.take(10).map(named).collect(), total };
    user
}

#[tokio::test(start_paused = true)]
async fn of_a_list_that_a_record_holds_in_part_the_whole_is_asked_for_when_it_moved() {
    let world = World::new();
    world.subscribe(EventKind::UserUpdated);
    let all = |world: &World, numbers: std::ops::Range<u32>| {
        let named =
            numbers.map(|number| (CompanyId::new(format!("{number:02}")), format!("Company {number:02}")));
        world.intercom.state().companies = named.collect();
    };
    let mut user = consultant(world.user("ada"), 1..11);
    world.intercom.put(user.clone());
    let _report = world.tick().await;
    for companies in [1..13, 2..13, 2..13] {
        world.pass(120).await;
        all(&world, companies.clone());
        user = consultant(user, companies);
        user.updated_at = world.now();
        world.intercom.put(user.clone());
        let _report = world.tick().await;
    }
    let calls = world.intercom.take_calls();
    assert_eq!(
        calls.iter().filter(|call| **call == "companies of").count(),
        2,
        "nothing moved the third time"
    );
    let changes: Vec<_> = world
        .events()
        .into_iter()
        .filter_map(|event| match event.record {
            Record::Update { changes, .. } => Some(changes),
            _ => None,
        })
        .collect();
    let company =
        |number: u32| Named { id: format!("{number:02}"), name: Some(format!("Company {number:02}")) };
    let list = |added, removed| vec![Change::List { field: Field::Companies, added, removed }];
    assert!(changes == [list(vec![company(11), company(12)], vec![]), list(vec![], vec![company(1)])]);
}
