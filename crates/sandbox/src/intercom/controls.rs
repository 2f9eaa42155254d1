//! What tests and the demo set on a workspace: how it behaves from now on.

use std::time::Duration;

use jiff::tz::TimeZone;

use super::{
    Intercom, UnknownRecord,
    ids::ContactId,
    settings::{Access, AttachEffect, CompanyLookUp, LegacyApi, Malformed, MeShape, Oddities, RateLimit},
    version::ApiVersion,
};

impl Intercom {
    /// Takes only this token from now on; `sandbox` before.
    pub fn set_token(&self, token: &str) {
        self.set(|settings| token.clone_into(&mut settings.token));
    }

    /// Decides what becomes of requests with the right token.
    pub fn set_access(&self, access: Access) {
        self.set(|settings| settings.access = access);
    }

    /// Takes the token back.
    pub fn revoke(&self) {
        self.set_access(Access::Revoked);
    }

    /// Answers again.
    pub fn restore(&self) {
        self.set_access(Access::Granted);
    }

    /// Serves only these versions; the last of them answers calls that name none.
    pub fn set_versions(&self, versions: &[ApiVersion]) {
        self.set(|settings| {
            settings.versions = versions.to_vec();
            settings.default_version = versions.last().copied().unwrap_or(ApiVersion::STABLE);
        });
    }

    /// Allows so many calls in ten seconds.
    pub fn set_rate_limit(&self, rate_limit: RateLimit) {
        self.set(|settings| settings.rate_limit = rate_limit);
    }

    /// Lets searches see what is created or changed from now on only after this span.
    pub fn set_index_lag(&self, lag: Duration) {
        self.set(|settings| settings.index_lag = lag);
    }

    /// Lets searches see one contact's present state only after this span, counted from now.
    pub fn index_after(&self, contact: &ContactId, lag: Duration) -> Result<(), UnknownRecord> {
        let visible_ms = self.clock.unix_millis() + i64::try_from(lag.as_millis()).unwrap_or(i64::MAX / 2);
        self.with(|state| state.hide_until(contact, visible_ms)).ok_or(UnknownRecord)
    }

    /// Answers every request only after this span.
    pub fn set_answer_delay(&self, delay: Duration) {
        self.set(|settings| settings.answer_delay = delay);
    }

    /// Moves the workspace to another time zone.
    pub fn set_time_zone(&self, time_zone: TimeZone) {
        self.set(|settings| settings.time_zone = time_zone);
    }

    /// Sets the workspace's id, which Intercom calls `id_code`.
    pub fn set_workspace_id(&self, id: &str) {
        self.set(|settings| id.clone_into(&mut settings.workspace_id));
    }

    /// Sets the workspace's name.
    pub fn set_workspace_name(&self, name: &str) {
        self.set(|settings| name.clone_into(&mut settings.workspace_name));
    }

    /// Sets the region that `GET /me` tells: `US`, `EU` or `AU`.
    pub fn set_region(&self, region: &str) {
        self.set(|settings| region.clone_into(&mut settings.region));
    }

    /// Decides what `GET /me` answers.
    pub fn set_me(&self, me: MeShape) {
        self.set(|settings| settings.me = me);
    }

    /// Decides what the legacy look-up answers.
    pub fn set_legacy_api(&self, legacy: LegacyApi) {
        self.set(|settings| settings.legacy = legacy);
    }

    /// Decides whether putting a contact into a company moves `updated_at`.
    pub fn set_attach_effect(&self, attach: AttachEffect) {
        self.set(|settings| settings.attach = attach);
    }

    /// Decides what the exact look-up of a company answers.
    pub fn set_company_look_up(&self, look_up: CompanyLookUp) {
        self.set(|settings| settings.company_look_up = look_up);
    }

    /// Sends these odd shapes from now on.
    pub fn set_oddities(&self, oddities: Oddities) {
        self.set(|settings| settings.oddities = oddities);
    }

    /// Sends one contact broken from now on, everything else as before.
    pub fn malform(&self, contact: &ContactId, malformed: Malformed) {
        self.set(|settings| {
            settings.oddities.malformed.insert(contact.clone(), malformed);
        });
    }
}
