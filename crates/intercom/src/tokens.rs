//! The tokens of one workspace: each server may bring its own, and what serves all of them is read with any that may.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::Duration,
};

use deskbell_domain::{connection::Holder, port::intercom::TokenPermission, status::Verdict};
use reqwest::header::HeaderValue;
use secrecy::SecretString;
use tokio::{sync::Notify, time::Instant};

use crate::{app_calls::AppCalls, transport::bearer};

/// So long a token that was refused is asked last: somebody may give it the permission.
const REFUSED_FOR: Duration = Duration::from_mins(10);

/// A token that no header can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the token is empty or holds characters that no token has")]
pub struct NoToken;

/// What Intercom makes of tokens that it made something else of before: for whoever looks after the servers that brought
/// them. Of each holder the latest waits.
#[derive(Default)]
pub struct TokenNews {
    verdicts: Mutex<BTreeMap<Holder, Verdict>>,
    came: Notify,
}

impl TokenNews {
    fn tell(&self, holder: Holder, verdict: Verdict) {
        self.verdicts.lock().unwrap_or_else(PoisonError::into_inner).insert(holder, verdict);
        self.came.notify_one();
    }

    /// Waits until there are some.
    pub async fn next(&self) -> BTreeMap<Holder, Verdict> {
        loop {
            let known = std::mem::take(&mut *self.verdicts.lock().unwrap_or_else(PoisonError::into_inner));
            if !known.is_empty() {
                return known;
            }
            self.came.notified().await;
        }
    }
}

/// The tokens, by who holds them.
#[derive(Default)]
pub struct Tokens {
    all: Mutex<BTreeMap<Holder, Token>>,
    /// Where it is told what Intercom makes of them, if anybody wants to know.
    news: OnceLock<Arc<TokenNews>>,
}

struct Token {
    authorization: HeaderValue,
    /// What it was last refused for, and when; none is everything.
    refused: BTreeMap<Option<TokenPermission>, Instant>,
    /// What Intercom made of it when it was last used, if it was.
    verdict: Option<Verdict>,
    /// When Intercom last took it, unless it has refused it since.
    taken_at: Option<Instant>,
    /// The bucket of its app, where others share it.
    app: Option<Arc<AppCalls>>,
}

impl Token {
    fn new(authorization: HeaderValue) -> Self {
        Self { authorization, refused: BTreeMap::new(), verdict: None, taken_at: None, app: None }
    }

    fn was_refused(&self, permission: TokenPermission) -> bool {
        let lately = |of| self.refused.get(&of).is_some_and(|at| at.elapsed() < REFUSED_FOR);
        lately(None) || lately(Some(permission))
    }
}

impl Tokens {
    /// One token.
    pub(crate) fn of(holder: Holder, token: &SecretString) -> Result<Self, NoToken> {
        let tokens = Self::default();
        tokens.set(holder, token)?;
        Ok(tokens)
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<Holder, Token>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on it is told here when Intercom makes something else of a token. The first who asks is told.
    pub fn report_to(&self, news: &Arc<TokenNews>) {
        let _ = self.news.set(Arc::clone(news));
    }

    /// Adds a token of the same workspace, or puts another one in its holder's place.
    ///
    /// # Errors
    /// Fails where no header can hold the token.
    pub fn set(&self, holder: Holder, token: &SecretString) -> Result<(), NoToken> {
        let authorization = bearer(token).ok_or(NoToken)?;
        self.all().insert(holder, Token::new(authorization));
        Ok(())
    }

    /// A holder's token is of an app that other workspaces have, too.
    pub fn share(&self, holder: Holder, app: &Arc<AppCalls>) {
        if let Some(token) = self.all().get_mut(&holder) {
            token.app = Some(Arc::clone(app));
        }
    }

    /// The bucket that the calls with a holder's token share with other workspaces.
    pub(crate) fn app(&self, holder: Holder) -> Option<Arc<AppCalls>> {
        self.all().get(&holder)?.app.clone()
    }

    /// Takes a holder's token away; whoever asks with it is refused from then on.
    pub fn remove(&self, holder: Holder) {
        self.all().remove(&holder);
    }

    /// Whether there is no other to fall over to.
    pub(crate) fn is_only_one(&self) -> bool {
        self.all().len() < 2
    }

    /// The header of a holder's token, or of any.
    pub(crate) fn header(&self, holder: Option<Holder>) -> Option<HeaderValue> {
        let all = self.all();
        let token = match holder {
            Some(holder) => all.get(&holder),
            None => all.values().next(),
        };
        token.map(|token| token.authorization.clone())
    }

    /// In which order they are asked: those that were lately refused last.
    pub(crate) fn candidates(&self, permission: TokenPermission) -> Vec<Holder> {
        let all = self.all();
        let mut holders: Vec<_> =
            all.iter().map(|(holder, token)| (token.was_refused(permission), *holder)).collect();
        holders.sort();
        holders.into_iter().map(|(_, holder)| holder).collect()
    }

    /// When Intercom last took a holder's token, since it was brought and unless it has refused it since.
    pub fn taken_at(&self, holder: Holder) -> Option<Instant> {
        self.all().get(&holder)?.taken_at
    }

    /// A token is not enough for what was asked, for want of a permission.
    pub(crate) fn note_lack(&self, holder: Holder, permission: TokenPermission) {
        if let Some(token) = self.all().get_mut(&holder) {
            token.refused.insert(Some(permission), Instant::now());
        }
    }

    /// Intercom took a token, or refused it altogether.
    pub(crate) fn note(&self, holder: Holder, verdict: Verdict) {
        let mut all = self.all();
        let Some(token) = all.get_mut(&holder) else { return };
        match verdict {
            Verdict::Accepted => {
                token.refused.remove(&None);
                token.taken_at = Some(Instant::now());
            }
            Verdict::Refused => {
                token.refused.insert(None, Instant::now());
                token.taken_at = None;
            }
        }
        let before = token.verdict.replace(verdict);
        drop(all);
        if let Some(news) = self.news.get().filter(|_| before != Some(verdict)) {
            news.tell(holder, verdict);
        }
    }
}
