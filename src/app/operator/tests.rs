//! The operator's connection over the stand-in for Intercom.

use deskbell_domain::home::Home;
use deskbell_domain::ids::WorkspaceId;
use deskbell_domain::port::connector::Connector as _;
use deskbell_domain::port::store::Cards;
use deskbell_domain::time::Timestamp;
use deskbell_sandbox::clock::Clock;
use deskbell_sandbox::intercom::Intercom;
use deskbell_sandbox::recorder::Recorder;

use super::*;
use crate::app::OperatorsWorkspace;
use crate::app::fixture::{self, TOKEN, connection};
use crate::supervisor::Supervisor;
use crate::system::SystemClock;

const GUILD: GuildId = GuildId(7);

#[tokio::test]
async fn what_waited_for_intercom_to_tell_the_operators_workspace_is_erased_then_without_a_restart() {
    let intercom = Intercom::new(Clock::system(), Recorder::in_memory(), 7);
    intercom.access().add_token(TOKEN, &[]);
    let server = intercom.serve().await.expect("loopback has free ports");
    let supervisor = Supervisor::new(Arc::new(SystemClock), CancellationToken::new());
    let (config, parts) = (fixture::config(&server.url()), fixture::client_parts());
    let connector = fixture::connector(&server.url(), &supervisor, OperatorsWorkspace::NotYetKnown);
    let (connector, home) = (Arc::new(connector), Home::new(&WorkspaceId::new("acme"), GUILD));
    let store = connector.shared.store.clone();
    let _made = store.change_connection(connection(GUILD, TOKEN, Timestamp(1)), None).await.unwrap();
    let _gone = connector.disconnect(&home, Cards::Stay, None).await.unwrap();
    assert_eq!(store.unerased().await.unwrap(), [home], "it may be the operator's workspace");

    let places = Places::of(&config, &parts).unwrap();
    let found = places.find().await.unwrap();
    let operator = OperatorConnection { config, start: NotificationStart::AsTheyWere, places, parts };
    operator.serve(Told::Workspace(Box::new(found)), BTreeSet::new(), &connector).await;
    assert_eq!(store.unerased().await.unwrap(), []);
    supervisor.stop_token().cancel();
    assert_eq!(supervisor.join().await, Ok(()));
}
