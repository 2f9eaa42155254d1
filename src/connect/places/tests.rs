use deskbell_sandbox::clock;
use deskbell_sandbox::http::Server;
use deskbell_sandbox::intercom::{Access, Intercom};
use deskbell_sandbox::recorder::Recorder;

use super::*;
use crate::config::{self, IntercomReach, Variables};
use crate::system::{SystemClock, SystemRandom};

/// The stand-ins of three regions.
struct World {
    regions: Vec<(Region, Intercom, Server)>,
}

impl World {
    /// The workspace lives in this region, and the others do not know its token.
    async fn with_workspace_in(home: Region) -> Self {
        let mut regions = Vec::new();
        for region in Region::ALL {
            let intercom = Intercom::new(clock::Clock::system(), Recorder::in_memory(), 1);
            intercom.workspace().set_region(&region.code().to_uppercase());
            if region != home {
                intercom.access().set(Access::Revoked);
            }
            let server = intercom.serve().await.unwrap();
            regions.push((region, intercom, server));
        }
        Self { regions }
    }

    fn places(&self) -> Places {
        let addresses =
            self.regions.iter().map(|(region, _, server)| (*region, server.url().parse().unwrap()));
        Places::at(addresses, &config(), &parts()).unwrap()
    }
}

fn config() -> IntercomConfig {
    let variables = Variables::from_pairs([("INTERCOM_ACCESS_TOKEN", "sandbox-intercom-token")]);
    config::read_what_is_there(&variables).0.intercom.expect("a token is enough")
}

fn parts() -> ClientParts {
    ClientParts {
        connections: Connections::new("deskbell-test/0").unwrap(),
        server_time: Arc::new(ServerTime::new(Arc::new(SystemClock))),
        random: Arc::new(SystemRandom),
    }
}

#[tokio::test]
async fn a_workspace_is_found_in_whichever_region_it_lives() {
    for home in Region::ALL {
        let world = World::with_workspace_in(home).await;
        let found = world.places().find().await.expect("it is there");
        assert_eq!((found.place.region, found.workspace.region), (home, Some(home)));
    }
}

#[tokio::test]
async fn an_address_that_passes_calls_on_is_not_taken_for_the_workspaces_own() {
    let world = World::with_workspace_in(Region::Eu).await;
    let (_, american, _) = &world.regions[0];
    american.access().set(Access::Granted);
    american.workspace().set_region("EU");
    assert_eq!(world.places().find().await.expect("it is there").place.region, Region::Eu);
}

#[tokio::test]
async fn a_token_that_no_region_knows_is_refused() {
    let world = World::with_workspace_in(Region::Us).await;
    world.regions[0].1.access().set(Access::Revoked);
    assert!(matches!(world.places().find().await, Err(IntercomError::Refused { .. })));
}

#[tokio::test]
async fn a_region_that_does_not_answer_leaves_it_open_where_the_workspace_is() {
    let mut world = World::with_workspace_in(Region::Au).await;
    let places = world.places();
    let (_, _, server) = world.regions.pop().expect("the last is Australia");
    server.stop().await;
    assert!(matches!(places.find().await.map(|_| ()), Err(IntercomError::Unavailable(_))));
}

#[tokio::test]
async fn a_region_that_was_given_and_is_wrong_is_named_with_the_right_one() {
    let world = World::with_workspace_in(Region::Eu).await;
    let given = |region| {
        let config = config();
        let reach = IntercomReach { address: ApiAddress::In(region), ..config.reach };
        IntercomConfig { reach, ..config }
    };
    let said = wrong_region(&given(Region::Us), &world.places()).await.expect("it is wrong");
    insta::assert_snapshot!(said, @r#"INTERCOM_REGION is "us", the workspace is in Europe. Set INTERCOM_REGION=eu, or take the line out."#);
    assert_eq!(wrong_region(&given(Region::Eu), &world.places()).await, None);
    assert_eq!(wrong_region(&config(), &world.places()).await, None);
}
