//! What is known of an app that people allow in a browser.

use std::collections::BTreeMap;

/// The app, and who would be asked to allow it.
#[derive(Clone, Debug, Default)]
pub(super) struct OAuthApp {
    pub(super) client_id: String,
    pub(super) client_secret: String,
    /// The token that whoever is signed in would allow.
    pub(super) allowed: Option<String>,
    /// Why they would not.
    pub(super) refusal: Option<String>,
    /// Codes that were not exchanged yet, with what they are good for.
    pub(super) codes: BTreeMap<String, String>,
    pub(super) given_back: Vec<String>,
}
