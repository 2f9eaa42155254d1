//! What a connector is made of.

use std::sync::{Arc, Mutex, RwLock};

use deskbell_discord::rest::Rest;
use deskbell_intercom::AppCalls;

use super::gates::Gates;
use super::notices::TokenNotices;
use super::operators::Operators;
use super::{OperatorsApp, OperatorsWorkspace, WorkspaceConnector};
use crate::app::wiring::Shared;
use crate::app::workspaces::Workspaces;
use crate::config::{Connect, IntercomReach};
use crate::connect::places::ClientParts;
use crate::supervisor::Supervisor;

/// What a connector works with.
pub struct ConnectorParts {
    /// How Intercom is reached.
    pub reach: IntercomReach,
    /// Who may connect.
    pub connect: Connect,
    /// The operator's app, which people allow in a browser, if there is one.
    pub app: Option<OperatorsApp>,
    /// Discord.
    pub rest: Rest,
    /// What clients are made of.
    pub parts: ClientParts,
    /// What all workspaces share.
    pub shared: Shared,
    /// The workspaces that run.
    pub workspaces: Arc<Workspaces>,
    /// Whose tasks they are.
    pub supervisor: Supervisor,
    /// The operator's workspace.
    pub operators: OperatorsWorkspace,
}

/// One that has connected nobody yet.
impl From<ConnectorParts> for WorkspaceConnector {
    fn from(parts: ConnectorParts) -> Self {
        let ConnectorParts { reach, connect, app, rest, parts, shared, workspaces, supervisor, operators } =
            parts;
        let app_calls = Arc::new(AppCalls::new(reach.app_calls_per_minute));
        Self {
            reach,
            connect,
            app,
            rest,
            parts,
            shared,
            workspaces,
            supervisor,
            of_operator: RwLock::default(),
            operators: Operators::new(operators),
            served: Mutex::default(),
            gates: Gates::default(),
            secrets: RwLock::default(),
            token_news: Arc::default(),
            app_calls,
            token_notices: TokenNotices::default(),
        }
    }
}
