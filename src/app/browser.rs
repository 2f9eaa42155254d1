//! The operator's app, which people allow in a browser.

use std::sync::Arc;

use deskbell_discord::interaction::Interactions;
use deskbell_domain::workspace::Region;
use deskbell_intercom::oauth::App;
use url::Url;

use super::connector::{OperatorsApp, WorkspaceConnector};
use crate::config::{ApiAddress, AppConfig, Config, Connect};
use crate::connect::places;
use crate::http::{ConnectPages, below};

/// Where Intercom asks whoever is signed in, in whichever region their workspace lives.
const AUTHORIZE: &str = "https://app.intercom.com/oauth";

/// The app, where servers may connect and it is set up.
pub(super) fn operators_app(config: &Config) -> Option<OperatorsApp> {
    if config.connect == Connect::Off {
        return None;
    }
    let AppConfig { public_url, client_id, client_secret } = config.http.as_ref()?.app.clone()?;
    let api = match &config.reach.address {
        ApiAddress::Given(url) => url.clone(),
        ApiAddress::In(region) => places::base(*region),
        ApiAddress::Sought => places::base(Region::Us),
    };
    Some(OperatorsApp { app: App { client_id, client_secret, api }, public_url })
}

/// The pages that lead there and back.
pub(super) fn pages(
    connector: &Arc<WorkspaceConnector>,
    interactions: Interactions,
) -> Option<Arc<ConnectPages>> {
    let OperatorsApp { app, public_url } = connector.app.as_ref()?;
    let authorize = match &connector.reach.address {
        ApiAddress::Given(url) => below(url, "oauth"),
        ApiAddress::In(_) | ApiAddress::Sought => {
            Url::parse(AUTHORIZE).expect("the address is written down here as one")
        }
    };
    Some(Arc::new(ConnectPages {
        authorize,
        client_id: app.client_id.clone(),
        public_url: public_url.clone(),
        short_lived: connector.shared.store.clone(),
        connections: connector.shared.store.clone(),
        connector: connector.clone(),
        clock: connector.shared.clock.clone(),
        random: connector.shared.random.clone(),
        interactions,
    }))
}
