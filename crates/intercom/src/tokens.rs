//! The tokens of one workspace: each server may bring its own, and what serves all of them is read with any that may.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use deskbell_domain::{connection::Holder, port::intercom::TokenPermission};
use reqwest::header::HeaderValue;
use secrecy::SecretString;
use tokio::time::Instant;

use crate::{refusal::Failure, transport::bearer};

/// So long a token that was refused is asked last: somebody may give it the permission.
const REFUSED_FOR: Duration = Duration::from_mins(10);

/// A token that no header can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the token is empty or holds characters that no token has")]
pub struct NoToken;

/// The tokens, by who holds them.
#[derive(Default)]
pub struct Tokens(Mutex<BTreeMap<Holder, Token>>);

struct Token {
    authorization: HeaderValue,
    /// What it was last refused for, and when; none is everything.
    refused: BTreeMap<Option<TokenPermission>, Instant>,
}

impl Token {
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
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a token of the same workspace, or puts another one in its holder's place.
    ///
    /// # Errors
    /// Fails where no header can hold the token.
    pub fn set(&self, holder: Holder, token: &SecretString) -> Result<(), NoToken> {
        let authorization = bearer(token).ok_or(NoToken)?;
        self.all().insert(holder, Token { authorization, refused: BTreeMap::new() });
        Ok(())
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

    /// A token was refused, altogether or for want of a permission.
    pub(crate) fn note_refusal(&self, holder: Holder, permission: TokenPermission, failure: &Failure) {
        let of = (!failure.is_refusal_of_the_token()).then_some(permission);
        if let Some(token) = self.all().get_mut(&holder) {
            token.refused.insert(of, Instant::now());
        }
    }
}
