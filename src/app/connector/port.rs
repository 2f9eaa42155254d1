//! The connector, as commands and pages reach it.

use std::collections::BTreeSet;
use std::time::Duration;

use async_trait::async_trait;
use deskbell_discord::rest::Answer;
use deskbell_domain::audit::Deed;
use deskbell_domain::connection::{Connection, Rights, Secret, TokenOrigin};
use deskbell_domain::home::Home;
use deskbell_domain::ids::GuildId;
use deskbell_domain::port::connector::{Connector, Examined, Linkage, TokenFault};
use deskbell_domain::port::intercom::{IntercomError, WorkspaceFacts as _};
use deskbell_domain::port::store::{Cards, ChangeOutcome, Disconnected, Stored};
use deskbell_domain::service::rights::{self, Probe};
use deskbell_domain::trouble::Cause;
use deskbell_domain::workspace::Region;
use secrecy::SecretString;

use super::gates::Gate;
use super::{OperatorsApp, WorkspaceConnector};
use crate::connect::places::{Found, Places};
use crate::http;

#[async_trait]
impl Connector for WorkspaceConnector {
    fn linkage(&self, guild: GuildId) -> Linkage {
        if self.is_of_operator(guild) {
            Linkage::ByOperator
        } else if self.connect.allows(guild) {
            Linkage::OwnAllowed
        } else {
            Linkage::OwnForbidden
        }
    }

    async fn examine(&self, token: &Secret, region: Option<Region>) -> Result<Examined, TokenFault> {
        let config = self.config(SecretString::from(token.expose().to_owned()), region);
        let places = Places::of(&config, &self.parts).map_err(|_| TokenFault::Refused)?;
        let Found { workspace, place } = places.find().await.map_err(|error| fault(&error))?;
        let probes = rights::probe(&place.intercom).await;
        // What nobody knows might be taken for allowed, and another server's token would show it.
        if let Some(error) = probes.iter().find_map(Probe::unclear) {
            return Err(TokenFault::Unanswered(Cause::from(error)));
        }
        let teammates = place.intercom.admins().await.ok().map(|admins| admins.len());
        let region = workspace.region.unwrap_or(place.region);
        Ok(Examined { workspace, region, rights: rights::told(&probes, &Rights::default()), teammates })
    }

    fn page(&self, state: &str) -> Option<String> {
        let mut page = http::below(&self.app.as_ref()?.public_url, "intercom/connect");
        page.query_pairs_mut().append_pair("state", state);
        Some(page.into())
    }

    async fn server_name(&self, guild: GuildId) -> Option<String> {
        let Answer::Status(reply) = self.rest.get(&format!("/guilds/{guild}")).await else { return None };
        let name = reply.body?.get("name")?.as_str()?.to_owned();
        (200..300).contains(&reply.status).then_some(name)
    }

    async fn exchange(&self, code: &str) -> Result<Secret, TokenFault> {
        let app = &self.app.as_ref().ok_or(TokenFault::Refused)?.app;
        let exchanged = app.exchange(&self.parts.connections, code).await;
        exchanged.map(Secret::from).map_err(|error| fault(&error))
    }

    async fn give_back(&self, connection: &Connection) {
        let Some(OperatorsApp { app, .. }) = &self.app else { return };
        // Nobody connects with another token of the same app and workspace meanwhile: it would go with this one.
        let gate = Gate::Workspace(connection.workspace.id.clone());
        let _alone = self.gates.pass(BTreeSet::from([gate])).await;
        let others = self.shared.store.connections().await.unwrap_or_default();
        let is_used = |one: &Connection| {
            one.workspace.id == connection.workspace.id && one.origin == TokenOrigin::Allowed
        };
        if others.iter().any(is_used) {
            return;
        }
        let token = SecretString::from(connection.token.expose().to_owned());
        let answered = app.uninstall(&self.parts.connections, &token).await;
        tracing::info!(
            workspace.id = %connection.workspace.id,
            status = answered.map(|status| status.as_u16()),
            "a token was given back to Intercom"
        );
    }

    async fn connect(&self, connection: &Connection, by: Deed) -> Stored<ChangeOutcome> {
        let alone = self.alone(&BTreeSet::from([connection.guild]), &connection.workspace.id).await;
        let outcome = self.shared.store.change_connection(connection.clone(), Some(by)).await?;
        if outcome == ChangeOutcome::Changed {
            self.serve_one(&alone, connection, Duration::ZERO).await;
        }
        Ok(outcome)
    }

    async fn disconnect(&self, home: &Home, cards: Cards, by: Option<Deed>) -> Stored<Disconnected> {
        let alone = self.alone(&BTreeSet::from([home.guild]), &home.workspace).await;
        let outcome = self.shared.store.disconnect(home, cards, by).await?;
        if outcome == Disconnected::Now {
            self.release(&alone, home.guild).await;
            self.erase(home).await?;
        }
        Ok(outcome)
    }
}

fn fault(error: &IntercomError) -> TokenFault {
    match error {
        IntercomError::Refused { .. } | IntercomError::Forbidden { .. } => TokenFault::Refused,
        IntercomError::NoWorkspace => TokenFault::NoWorkspace,
        other => TokenFault::Unanswered(Cause::from(other)),
    }
}
