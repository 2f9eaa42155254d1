//! Where a token's workspace is: at the address that was given, or in one of Intercom's regions.

use std::sync::Arc;

use deskbell_domain::connection::Holder;
use deskbell_domain::port::intercom::{IntercomError, WorkspaceFacts as _};
use deskbell_domain::port::random::Random;
use deskbell_domain::time::ServerTime;
use deskbell_domain::workspace::{Region, Workspace};
use deskbell_intercom::{Connections, IntercomClient, Settings, SettingsError};
use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use url::Url;

use crate::config::{ApiAddress, IntercomConfig};
use crate::system::SystemRandom;

/// An address at which the workspace may be.
#[derive(Clone)]
pub struct Place {
    /// The region, as far as the address tells one.
    pub region: Region,
    /// The API's address.
    pub url: Url,
    /// The client of it.
    pub intercom: IntercomClient,
}

/// A workspace, and where it was found.
#[derive(Clone)]
pub struct Found {
    /// The workspace.
    pub workspace: Workspace,
    /// Where.
    pub place: Place,
}

/// All addresses at which a token's workspace may be.
pub struct Places(Vec<Place>);

/// What all clients of one token share.
#[derive(Clone)]
pub struct ClientParts {
    /// The connections to Intercom.
    pub connections: Connections,
    /// Intercom's clock.
    pub server_time: Arc<ServerTime>,
    /// Randomness.
    pub random: Arc<dyn Random>,
}

impl ClientParts {
    /// Parts of their own, where no others share them.
    ///
    /// # Errors
    /// Fails where no HTTP client can be made.
    pub fn new(server_time: Arc<ServerTime>) -> Result<Self, reqwest::Error> {
        Ok(Self { connections: super::connections()?, server_time, random: Arc::new(SystemRandom) })
    }
}

impl Places {
    /// The places that a configuration leaves open.
    ///
    /// # Errors
    /// Fails on a setting that no client can be made of.
    pub fn of(config: &IntercomConfig, parts: &ClientParts) -> Result<Self, SettingsError> {
        match &config.reach.address {
            ApiAddress::Given(url) => Self::at([(Region::Us, url.clone())], config, parts),
            ApiAddress::In(region) => Self::at([(*region, base(*region))], config, parts),
            ApiAddress::Sought => Self::everywhere(config, parts),
        }
    }

    /// All of Intercom's regions.
    ///
    /// # Errors
    /// Fails on a setting that no client can be made of.
    pub fn everywhere(config: &IntercomConfig, parts: &ClientParts) -> Result<Self, SettingsError> {
        Self::at(Region::ALL.map(|region| (region, base(region))), config, parts)
    }

    /// These addresses.
    ///
    /// # Errors
    /// Fails on a setting that no client can be made of.
    pub fn at(
        addresses: impl IntoIterator<Item = (Region, Url)>,
        config: &IntercomConfig,
        parts: &ClientParts,
    ) -> Result<Self, SettingsError> {
        let place = |(region, url): (Region, Url)| {
            let intercom = client(config, Holder::Operator, url.clone(), parts)?;
            Ok(Place { region, url, intercom })
        };
        Ok(Self(addresses.into_iter().map(place).collect::<Result<_, _>>()?))
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &Place> {
        self.0.iter()
    }

    /// Asks in all places at once whose token it is. The workspace's own word for its region counts more than where it
    /// answered: Intercom's first address may pass calls on to other regions.
    ///
    /// # Errors
    /// Fails where none tells: with what kept one from answering, which may be the right one, before what a refusal
    /// says.
    pub async fn find(&self) -> Result<Found, IntercomError> {
        let ask = |place: &Place| {
            let place = place.clone();
            async move { (place.intercom.workspace().await, place) }
        };
        let mut asked: FuturesUnordered<_> = self.0.iter().map(ask).collect();
        let mut failure = IntercomError::Missing;
        while let Some((answer, place)) = asked.next().await {
            match answer {
                Ok(workspace) => return Ok(self.found(workspace, place)),
                Err(error) if weight(&error) >= weight(&failure) => failure = error,
                Err(_) => {}
            }
        }
        Err(failure)
    }

    fn found(&self, workspace: Workspace, answered: Place) -> Found {
        let home = self.0.iter().find(|place| Some(place.region) == workspace.region);
        Found { place: home.cloned().unwrap_or(answered), workspace }
    }
}

/// What to mend where another region than the one that was given takes the token.
pub async fn wrong_region(config: &IntercomConfig, everywhere: &Places) -> Option<String> {
    let ApiAddress::In(_) = config.reach.address else { return None };
    let found = everywhere.find().await.ok()?;
    let region = found.workspace.region.or(Some(found.place.region));
    config.wrong_region(&Workspace { region, ..found.workspace })
}

/// What to do where the token is refused wherever it was tried.
pub fn refused_token(config: &IntercomConfig) -> String {
    let copy = "Copy it anew from Developer Hub, your app, Configure, Authentication";
    match config.reach.address {
        ApiAddress::Given(_) => {
            format!("INTERCOM_ACCESS_TOKEN is refused. {copy}; or INTERCOM_API_URL is not its address.")
        }
        ApiAddress::In(_) | ApiAddress::Sought => {
            format!("INTERCOM_ACCESS_TOKEN is refused in all three regions. {copy}.")
        }
    }
}

/// Where the API of a region is.
pub fn base(region: Region) -> Url {
    Url::parse(region.api_url()).expect("each region's address is written down here as one")
}

/// Intercom's client for the workspace of a token at an address, with the urgency of commands.
///
/// # Errors
/// Fails on a setting that no client can be made of.
pub fn client(
    config: &IntercomConfig,
    holder: Holder,
    base_url: Url,
    parts: &ClientParts,
) -> Result<IntercomClient, SettingsError> {
    let settings = Settings {
        base_url,
        token: config.token.clone(),
        holder,
        version: config.reach.version.clone(),
        workspace_override: config.workspace.clone(),
        calls_per_minute: config.reach.calls_per_minute,
    };
    let ClientParts { connections, server_time, random } = parts.clone();
    IntercomClient::build(settings, connections, server_time, random)
}

/// How much a failure says of the search: that a region does not know the token says nothing while another one did not
/// answer.
fn weight(error: &IntercomError) -> u8 {
    match error {
        IntercomError::Missing => 0,
        IntercomError::Invalid { .. } => 1,
        IntercomError::Refused { .. } => 2,
        IntercomError::Forbidden { .. } => 3,
        _ => 4,
    }
}

#[cfg(test)]
mod tests;
