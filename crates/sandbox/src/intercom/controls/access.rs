//! Which token is taken, and what it may do.

use crate::intercom::{Access, Intercom};

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

    /// Takes the token back.
    pub fn revoke(self) {
        self.set(Access::Revoked);
    }

    /// Answers again.
    pub fn restore(self) {
        self.set(Access::Granted);
    }
}
