//! Which token is taken, and what it may do.

use crate::intercom::{Access, Intercom, Permission, settings::OtherToken};

/// The token that is taken, and what it may do.
#[derive(Clone, Copy, Debug)]
pub struct AccessHandle<'a> {
    intercom: &'a Intercom,
}

impl Intercom {
    /// The token that is taken, and what it may do.
    pub fn access(&self) -> AccessHandle<'_> {
        AccessHandle { intercom: self }
    }
}

impl AccessHandle<'_> {
    /// Takes only this token from now on; `sandbox` before.
    pub fn set_token(self, token: &str) {
        self.intercom.set(|settings| token.clone_into(&mut settings.token));
    }

    /// Decides what becomes of requests with the right token.
    pub fn set(self, access: Access) {
        self.intercom.set(|settings| settings.access = access);
    }

    /// Takes one more token, which may do everything but this.
    pub fn add_token(self, token: &str, lacking: &[Permission]) {
        let added = OtherToken { access: Access::Granted, lacking: lacking.iter().copied().collect() };
        self.intercom.set(|settings| {
            settings.other_tokens.insert(token.to_owned(), added);
        });
    }

    /// Decides what becomes of requests with a token that was added.
    pub fn set_for(self, token: &str, access: Access) {
        self.intercom.set(|settings| {
            if let Some(known) = settings.other_tokens.get_mut(token) {
                known.access = access;
            }
        });
    }

    /// Takes the token back.
    pub fn revoke(self) {
        self.set(Access::Revoked);
    }

    /// Answers again.
    pub fn restore(self) {
        self.set(Access::Granted);
    }
}
