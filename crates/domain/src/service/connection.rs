//! What `/connection` does: a server is connected to a workspace with a token that somebody brought, and disconnected.

use data_encoding::BASE32_NOPAD;
use serde::{Deserialize, Serialize};

use crate::audit::{self, Action, Deed};
use crate::connection::{Connection, Rights, Secret, Standing, TokenOrigin};
use crate::home::Home;
use crate::ids::{GuildId, MemberId, WorkspaceId};
use crate::pasted::{NoToken, token_in};
use crate::port::connector::{Connector, Examined, Linkage, TokenFault};
use crate::port::random::Random;
use crate::port::store::{
    Cards, ChangeOutcome, Connections, Deletions, Deliveries, Disconnected, ShortLived, ShortLivedKey,
    StandingCards, StoreError, Subscriptions,
};
use crate::time::{Clock, UnixMillis};
use crate::workspace::{Region, Workspace};

/// How long a token waits for somebody's word.
const ASKED_FOR_MS: i64 = 10 * 60 * 1000;

/// The ports, and who asks. Whether they may is for the caller to know.
pub struct Request<'a> {
    /// The server.
    pub guild: GuildId,
    /// Who asks.
    pub member: MemberId,
    /// The connections that servers made.
    pub connections: &'a dyn Connections,
    /// The notifications.
    pub subscriptions: &'a dyn Subscriptions,
    /// What waits.
    pub deliveries: &'a dyn Deliveries,
    /// Where cards stand.
    pub deletions: &'a dyn Deletions,
    /// What is kept for a while.
    pub short_lived: &'a dyn ShortLived,
    /// What serves workspaces.
    pub connector: &'a dyn Connector,
    /// Our own clock.
    pub clock: &'a dyn Clock,
    /// Short keys.
    pub random: &'a dyn Random,
}

/// What somebody filled in.
pub struct Filled<'a> {
    /// The token, as it was pasted.
    pub token: &'a str,
    /// `us`, `eu`, `au`, or nothing.
    pub region: &'a str,
    /// What the server's own app signs webhooks with, or nothing.
    pub client_secret: &'a str,
}

/// How a server stands.
pub enum View {
    /// Whoever runs the bot linked it.
    ByOperator,
    /// It has a connection of its own.
    Own(Box<Connection>),
    /// It has none.
    None {
        /// Whether it may connect.
        may_connect: bool,
    },
}

/// What connecting led to.
pub enum Connecting {
    /// The server is connected.
    Connected(Box<Connection>, Option<usize>),
    /// The token belongs to another workspace than the server's: somebody has to say that this is meant.
    OtherWorkspace {
        /// The server's own.
        present: Workspace,
        /// The token's.
        new: Workspace,
        /// Under what the token waits, for ten minutes.
        key: String,
    },
}

/// Why a server was not connected.
#[derive(Debug, thiserror::Error)]
pub enum NotConnected {
    /// Whoever runs the bot decides it.
    #[error("the operator decides which workspace the server has")]
    OperatorDecides(Linkage),
    /// What was pasted is no token.
    #[error("no token")]
    NoToken(NoToken),
    /// There is no such region.
    #[error("no region")]
    NoRegion,
    /// The client secret cannot be one.
    #[error("no client secret")]
    NoClientSecret,
    /// The token is of no use, where it was tried: in this region, or in all.
    #[error("a token that is of no use")]
    Token(TokenFault, Option<Region>),
    /// Somebody else did something to the connection meanwhile.
    #[error("contended")]
    Contended,
    /// What was to be said yes to is not kept any more.
    #[error("expired")]
    Expired,
    /// Somebody else was asked.
    #[error("made for somebody else")]
    MadeFor(MemberId),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What goes when a server is disconnected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AtStake {
    /// What the workspace is called.
    pub workspace: String,
    /// Its notifications in the server.
    pub notifications: u64,
    /// The events that wait for them.
    pub waiting: u64,
    /// The messages with cards that stand in its channels.
    pub cards: StandingCards,
}

/// A token that waits for somebody's word. It is kept sealed.
#[derive(Serialize, Deserialize)]
struct Pending {
    asked: MemberId,
    token: String,
    #[serde(default)]
    origin: TokenOrigin,
    client_secret: Option<String>,
    workspace: Workspace,
    region: Region,
    rights: Rights,
}

impl Request<'_> {
    /// How the server stands.
    ///
    /// # Errors
    /// Fails where the store cannot be read.
    pub async fn view(&self) -> Result<View, StoreError> {
        let linkage = self.connector.linkage(self.guild);
        if linkage == Linkage::ByOperator {
            return Ok(View::ByOperator);
        }
        let own = self.connections.connection(self.guild).await?;
        let may_connect = linkage == Linkage::OwnAllowed;
        Ok(own.map_or(View::None { may_connect }, |own| View::Own(Box::new(own))))
    }

    /// Connects the server with what was filled in, or renews its token.
    ///
    /// # Errors
    /// Fails where it is not the server's to decide, on what was filled in, and where the token is of no use.
    pub async fn connect(&self, filled: &Filled<'_>) -> Result<Connecting, NotConnected> {
        let present = self.present().await?;
        let token = token_in(filled.token).map_err(NotConnected::NoToken)?;
        let token = Secret::from(token);
        let region = read_region(filled.region)?;
        let client_secret = read_client_secret(filled.client_secret)?;
        let found = self.connector.examine(&token, region).await;
        let found = found.map_err(|fault| NotConnected::Token(fault, region))?;
        match present {
            Some(present) if present.workspace.id != found.workspace.id => {
                self.ask_about(present.workspace, &token, client_secret, found).await
            }
            present => {
                let kept_secret = present.as_ref().and_then(|present| present.client_secret.clone());
                let teammates = found.teammates;
                let token = Token { secret: token, origin: TokenOrigin::Pasted };
                let made = self.made(present, token, client_secret.or(kept_secret), found);
                Ok(Connecting::Connected(Box::new(self.keep(made).await?), teammates))
            }
        }
    }

    /// Connects the server with the other workspace that it was asked about.
    ///
    /// # Errors
    /// Fails where ten minutes are over, or somebody else did something to the connection meanwhile.
    pub async fn connect_other(
        &self,
        workspace: &WorkspaceId,
        key: &str,
    ) -> Result<Connection, NotConnected> {
        let present = self.present().await?;
        let (key, now) = (self.place_of(workspace, key), self.clock.now());
        let kept = self.short_lived.kept(&key, now).await?;
        let pending: Option<Pending> = kept.and_then(|text| serde_json::from_str(&text).ok());
        let Pending { asked, token, origin, client_secret, workspace, region, rights } =
            pending.ok_or(NotConnected::Expired)?;
        if asked != self.member {
            return Err(NotConnected::MadeFor(asked));
        }
        let found = Examined { workspace, region, rights, teammates: None };
        let token = Token { secret: Secret::new(token), origin };
        let made = self.made(present.clone(), token, client_secret.map(Secret::new), found);
        let kept = self.keep(made).await?;
        if let Some(former) = present.filter(|former| former.workspace.id != kept.workspace.id) {
            self.give_back(&former).await;
        }
        self.short_lived.forget(&key).await?;
        Ok(kept)
    }

    /// Throws a token away that waits for somebody's word.
    ///
    /// # Errors
    /// Fails where the store cannot be written.
    pub async fn refuse_other(&self, workspace: &WorkspaceId, key: &str) -> Result<(), NotConnected> {
        Ok(self.short_lived.forget(&self.place_of(workspace, key)).await?)
    }

    /// What goes with the server's connection.
    ///
    /// # Errors
    /// Fails where there is none, or it is not the server's to decide.
    pub async fn at_stake(&self) -> Result<AtStake, NotConnected> {
        let own = self.present().await?.ok_or(NotConnected::Contended)?;
        let home = Home::new(&own.workspace.id, self.guild);
        let cards = self.deletions.standing(&home).await?;
        let mut stake = AtStake { workspace: own.workspace.name, notifications: 0, waiting: 0, cards };
        for subscription in self.subscriptions.guild_subscriptions(&home).await? {
            let progress = self.deliveries.progress(&home, subscription.id).await?;
            let cursor = progress.map_or(subscription.after, |progress| progress.cursor);
            stake.notifications += 1;
            stake.waiting += self.deliveries.backlog(&subscription, cursor).await?.count;
        }
        Ok(stake)
    }

    /// Disconnects the server and erases what was kept for it; answers the connection that it had.
    ///
    /// # Errors
    /// Fails where there is no connection any more, or the store cannot be written: what is left is erased later.
    pub async fn disconnect(&self, cards: Cards) -> Result<Connection, NotConnected> {
        let own = self.present().await?.ok_or(NotConnected::Contended)?;
        let home = Home::new(&own.workspace.id, self.guild);
        let deed = Deed::of(self.member, Action::Disconnected { workspace: home.workspace.clone() });
        if self.connector.disconnect(&home, cards, Some(deed.clone())).await? == Disconnected::Before {
            return Err(NotConnected::Contended);
        }
        audit::log(self.guild, &deed);
        self.give_back(&own).await;
        Ok(own)
    }

    async fn give_back(&self, former: &Connection) {
        if former.origin == TokenOrigin::Allowed {
            self.connector.give_back(former).await;
        }
    }

    /// The server's own connection, where it is the server's to decide.
    async fn present(&self) -> Result<Option<Connection>, NotConnected> {
        let own = self.connections.connection(self.guild).await?;
        match self.connector.linkage(self.guild) {
            Linkage::OwnAllowed => Ok(own),
            // What was connected before may be renewed and disconnected.
            Linkage::OwnForbidden if own.is_some() => Ok(own),
            other => Err(NotConnected::OperatorDecides(other)),
        }
    }

    fn made(
        &self,
        present: Option<Connection>,
        token: Token,
        client_secret: Option<Secret>,
        found: Examined,
    ) -> Connection {
        let now = self.clock.now().seconds();
        Connection {
            guild: self.guild,
            workspace: found.workspace,
            region: found.region,
            token: token.secret,
            origin: token.origin,
            client_secret,
            made_by: self.member,
            made_at: now,
            rights: found.rights,
            checked_at: now,
            standing: Standing::Accepted,
            version: present.map_or(0, |present| present.version),
        }
    }

    /// Keeps a connection, and serves the server with it.
    async fn keep(&self, made: Connection) -> Result<Connection, NotConnected> {
        let deed = Deed::of(self.member, Action::Connected { workspace: made.workspace.id.clone() });
        match self.connector.connect(&made, deed.clone()).await? {
            ChangeOutcome::Changed => {
                let kept = Connection { version: made.version + 1, ..made };
                audit::log(self.guild, &deed);
                Ok(kept)
            }
            ChangeOutcome::Conflict => Err(NotConnected::Contended),
        }
    }

    async fn ask_about(
        &self,
        present: Workspace,
        token: &Secret,
        client_secret: Option<Secret>,
        found: Examined,
    ) -> Result<Connecting, NotConnected> {
        let new = found.workspace.clone();
        let token = Token { secret: token.clone(), origin: TokenOrigin::Pasted };
        let waiting = Waiting { guild: self.guild, asked: self.member, token, client_secret, found };
        let key = waiting.keep(self.short_lived, self.clock, self.random).await?;
        Ok(Connecting::OtherWorkspace { present, new, key })
    }

    /// Among what is sealed for the token's own workspace.
    fn place_of(&self, workspace: &WorkspaceId, key: &str) -> ShortLivedKey {
        place_of(workspace, self.guild, key)
    }
}

/// A token, and how it came.
pub(super) struct Token {
    pub(super) secret: Secret,
    pub(super) origin: TokenOrigin,
}

/// A token that is to wait for somebody's word, for ten minutes.
pub(super) struct Waiting {
    pub(super) guild: GuildId,
    /// Who is asked.
    pub(super) asked: MemberId,
    pub(super) token: Token,
    pub(super) client_secret: Option<Secret>,
    pub(super) found: Examined,
}

impl Waiting {
    /// Keeps it under a new key, among what is sealed for the token's own workspace.
    pub(super) async fn keep(
        self,
        short_lived: &dyn ShortLived,
        clock: &dyn Clock,
        random: &dyn Random,
    ) -> Result<String, StoreError> {
        let key = BASE32_NOPAD.encode(&random.number().to_be_bytes()).to_ascii_lowercase();
        let pending = Pending {
            asked: self.asked,
            token: self.token.secret.expose().to_owned(),
            origin: self.token.origin,
            client_secret: self.client_secret.map(|secret| secret.expose().to_owned()),
            workspace: self.found.workspace,
            region: self.found.region,
            rights: self.found.rights,
        };
        let place = place_of(&pending.workspace.id, self.guild, &key);
        let text = serde_json::to_string(&pending).unwrap_or_default();
        short_lived.keep(&place, &text, UnixMillis(clock.now().0 + ASKED_FOR_MS)).await?;
        Ok(key)
    }
}

fn place_of(workspace: &WorkspaceId, guild: GuildId, key: &str) -> ShortLivedKey {
    ShortLivedKey::Buttons { home: Home::new(workspace, guild), key: key.to_owned() }
}

fn read_region(text: &str) -> Result<Option<Region>, NotConnected> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    Region::parse(text).map(Some).ok_or(NotConnected::NoRegion)
}

fn read_client_secret(text: &str) -> Result<Option<Secret>, NotConnected> {
    match token_in(text) {
        Ok(secret) => Ok(Some(Secret::from(secret))),
        Err(NoToken::Empty) => Ok(None),
        Err(NoToken::Example | NoToken::OddCharacters) => Err(NotConnected::NoClientSecret),
    }
}
