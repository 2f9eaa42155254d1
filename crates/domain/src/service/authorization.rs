//! Somebody allows the operator's app in a browser: from the link that they got in Discord, over Intercom, back to the
//! question in Discord whether the server is to be connected.
//!
//! A state stands for who asked and for which server. It is good for ten minutes and one return, and only in the browser
//! that set out with it: a link that was sent on to somebody else connects nothing behind their back.

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::connection::{Token, Waiting};
use crate::connection::TokenOrigin;
use crate::ids::{ApplicationId, GuildId, MemberId};
use crate::port::connector::{Connector, TokenFault};
use crate::port::random::Random;
use crate::port::store::{ShortLived, ShortLivedKey, StoreError};
use crate::time::{Clock, UnixMillis};
use crate::workspace::Workspace;

/// How long a state is good.
const GOOD_FOR_MS: i64 = 10 * 60 * 1000;
/// The longest state, cookie or code that is looked at, in bytes.
const LONGEST: usize = 4_096;

/// Who asked, for which server, and where they are answered.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// The server.
    pub guild: GuildId,
    /// What it is called.
    pub server: String,
    /// Who asked.
    pub member: MemberId,
    /// What they are called there.
    pub name: String,
    /// Where the question goes that asks them whether to connect.
    pub answer: AnswerTo,
}

/// The answer of the bot that becomes the question.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerTo {
    /// The bot's application.
    pub application: ApplicationId,
    /// Discord's id of the command or press.
    pub interaction: u64,
    /// What proves that the answer is the bot's.
    pub token: String,
}

/// What is kept of a state. It is sealed.
#[derive(Serialize, Deserialize)]
struct Kept {
    request: Request,
    /// Of what the browser that set out holds.
    browser: Option<String>,
    until: UnixMillis,
}

/// What somebody who came back brings to Discord.
pub struct CameBack {
    /// Who asked.
    pub request: Request,
    /// The workspace that was allowed.
    pub workspace: Workspace,
    /// How many teammates it has, where that may be told.
    pub teammates: Option<usize>,
    /// Under what its token waits.
    pub key: String,
}

/// Why nobody came back with a token.
#[derive(Debug, thiserror::Error)]
pub enum NotAllowed {
    /// The link was used, is too old, or never was one.
    #[error("unknown state")]
    UnknownState,
    /// It was opened in another browser.
    #[error("another browser")]
    AnotherBrowser,
    /// Intercom gave no usable token.
    #[error("no usable token")]
    Token(TokenFault),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The ports.
pub struct Authorization<'a> {
    /// What is kept for a while.
    pub short_lived: &'a dyn ShortLived,
    /// What asks Intercom.
    pub connector: &'a dyn Connector,
    /// Our own clock.
    pub clock: &'a dyn Clock,
    /// States and cookies.
    pub random: &'a dyn Random,
}

impl Authorization<'_> {
    /// A new state for a request: 128 random bits in hexadecimal digits.
    ///
    /// # Errors
    /// Fails where the store cannot be written.
    pub async fn begin(&self, request: Request) -> Result<String, StoreError> {
        let state = self.secret();
        let until = UnixMillis(self.clock.now().0 + GOOD_FOR_MS);
        self.keep(&state, &Kept { request, browser: None, until }).await?;
        Ok(state)
    }

    /// Whose a state is; it stays good.
    ///
    /// # Errors
    /// Fails where it is not good (any more).
    pub async fn look(&self, state: &str) -> Result<Request, NotAllowed> {
        Ok(self.kept(state).await?.request)
    }

    /// Binds a state to the browser that sets out with it now, which is to hold what is answered.
    ///
    /// # Errors
    /// Fails where the state is not good (any more).
    pub async fn set_out(&self, state: &str) -> Result<String, NotAllowed> {
        let kept = self.kept(state).await?;
        let cookie = self.secret();
        self.keep(state, &Kept { browser: Some(digest(&cookie)), ..kept }).await?;
        Ok(cookie)
    }

    /// Takes the code that a browser brought back, and keeps the token that it is good for until the one who asked says
    /// whether to connect.
    ///
    /// # Errors
    /// Fails without exchanging anything where the browser is another one, or the state is not good; and where Intercom
    /// gives no usable token.
    pub async fn come_back(
        &self,
        state: &str,
        cookie: Option<&str>,
        code: &str,
    ) -> Result<CameBack, NotAllowed> {
        self.check_browser(state, cookie).await?;
        let request = self.take(state).await?;
        if code.is_empty() || code.len() > LONGEST {
            return Err(NotAllowed::Token(TokenFault::Refused));
        }
        let secret = self.connector.exchange(code).await.map_err(NotAllowed::Token)?;
        let found = self.connector.examine(&secret, None).await.map_err(NotAllowed::Token)?;
        let (workspace, teammates) = (found.workspace.clone(), found.teammates);
        let token = Token { secret, origin: TokenOrigin::Allowed };
        let waiting =
            Waiting { guild: request.guild, asked: request.member, token, client_secret: None, found };
        let key = waiting.keep(self.short_lived, self.clock, self.random).await?;
        Ok(CameBack { request, workspace, teammates, key })
    }

    /// Somebody came back whom Intercom did not let through: the state is used up.
    ///
    /// # Errors
    /// As [`come_back`](Self::come_back).
    pub async fn turned_away(&self, state: &str, cookie: Option<&str>) -> Result<Request, NotAllowed> {
        self.check_browser(state, cookie).await?;
        self.take(state).await
    }

    async fn check_browser(&self, state: &str, cookie: Option<&str>) -> Result<(), NotAllowed> {
        let kept = self.kept(state).await?;
        let holds = cookie.filter(|cookie| cookie.len() <= LONGEST).map(digest);
        if kept.browser.is_some() && kept.browser == holds { Ok(()) } else { Err(NotAllowed::AnotherBrowser) }
    }

    async fn take(&self, state: &str) -> Result<Request, NotAllowed> {
        let taken = self.short_lived.take(&place(state), self.clock.now()).await?;
        read(taken).map(|kept| kept.request).ok_or(NotAllowed::UnknownState)
    }

    async fn kept(&self, state: &str) -> Result<Kept, NotAllowed> {
        if state.is_empty() || state.len() > LONGEST {
            return Err(NotAllowed::UnknownState);
        }
        let kept = self.short_lived.kept(&place(state), self.clock.now()).await?;
        read(kept).ok_or(NotAllowed::UnknownState)
    }

    async fn keep(&self, state: &str, kept: &Kept) -> Result<(), StoreError> {
        let text = serde_json::to_string(kept).unwrap_or_default();
        self.short_lived.keep(&place(state), &text, kept.until).await
    }

    fn secret(&self) -> String {
        let bytes = [self.random.number(), self.random.number()].map(u64::to_be_bytes);
        HEXLOWER.encode(bytes.as_flattened())
    }
}

/// Whoever reads the store cannot use what stands there.
fn digest(secret: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(secret.as_bytes()))
}

fn place(state: &str) -> ShortLivedKey {
    ShortLivedKey::ConnectState { digest: digest(state) }
}

fn read(text: Option<String>) -> Option<Kept> {
    serde_json::from_str(&text?).ok()
}
