//! The tokens that servers have for their workspaces, what each may do, and what it was asked with.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use deskbell_domain::connection::{Right, Rights};
use deskbell_domain::ids::GuildId;

use crate::tenant::Tenant;

/// What every token begins with, and nothing else does.
pub(crate) const TOKEN: &str = "dG9rOjo0NTY3OD";

/// A token.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub(crate) tenant: Tenant,
    /// The server that has it.
    pub(crate) guild: GuildId,
    lacking: BTreeSet<Right>,
    is_revoked: bool,
}

impl Token {
    /// What it may do, as Intercom has it.
    pub(crate) fn rights(&self) -> Rights {
        Rights::without(self.lacking.iter().copied())
    }
}

/// What Intercom makes of a token.
#[derive(Debug)]
pub(crate) enum Known {
    /// It knows it.
    Good(Token),
    /// It knows none of this kind, or none any more.
    Unknown,
}

/// All tokens that were ever given.
#[derive(Debug, Default)]
pub(crate) struct TokenBook {
    all: Mutex<BTreeMap<String, Token>>,
    /// The servers with whose tokens somebody looked for somebody.
    looked: Mutex<Vec<GuildId>>,
}

impl TokenBook {
    /// Gives a server a token more.
    pub(crate) fn give(&self, tenant: Tenant, guild: GuildId, lacking: BTreeSet<Right>) -> String {
        let mut all = self.all();
        let text = format!("{TOKEN}{}{}n{}q", tenant.name(), guild.0, all.len());
        all.insert(text.clone(), Token { tenant, guild, lacking, is_revoked: false });
        text
    }

    /// Takes all tokens of a server back; tells whether there was a good one.
    pub(crate) fn revoke(&self, guild: GuildId) -> bool {
        let mut all = self.all();
        let good = all.values_mut().filter(|token| token.guild == guild && !token.is_revoked);
        good.map(|token| token.is_revoked = true).count() > 0
    }

    /// From now on the tokens of a server may do all but this.
    pub(crate) fn limit(&self, guild: GuildId, lacking: &BTreeSet<Right>) {
        let mut all = self.all();
        let of_guild = all.values_mut().filter(|token| token.guild == guild);
        of_guild.for_each(|token| token.lacking.clone_from(lacking));
    }

    /// What Intercom makes of one.
    pub(crate) fn known(&self, text: &str) -> Known {
        let token = self.all().get(text).filter(|token| !token.is_revoked).cloned();
        token.map_or(Known::Unknown, Known::Good)
    }

    /// The good tokens of a workspace among these.
    pub(crate) fn good(&self, texts: &[String]) -> Vec<Token> {
        let known = texts.iter().map(|text| self.known(text));
        known.filter_map(|known| if let Known::Good(token) = known { Some(token) } else { None }).collect()
    }

    /// Somebody looks for somebody, with the token of this server.
    pub(crate) fn looked_up(&self, guild: GuildId) {
        self.looked.lock().unwrap_or_else(PoisonError::into_inner).push(guild);
    }

    /// With whose tokens somebody did since this was last asked.
    pub(crate) fn who_looked_up(&self) -> Vec<GuildId> {
        std::mem::take(&mut *self.looked.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<String, Token>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
