//! How the API answers: its versions, limits, lag and the odd shapes that Intercom is known to send.

use std::time::Duration;

use crate::intercom::{
    Intercom,
    ids::ContactId,
    settings::{
        AlreadySo, AttachEffect, CompanyLookUp, LegacyApi, Malformed, MeShape, Oddities, RateLimit,
        RatingEffect, StatisticsShape,
    },
    version::ApiVersion,
};

/// How the API answers.
#[derive(Clone, Copy, Debug)]
pub struct ApiHandle<'a> {
    intercom: &'a Intercom,
}

impl Intercom {
    /// How the API answers.
    pub fn api(&self) -> ApiHandle<'_> {
        ApiHandle { intercom: self }
    }
}

impl ApiHandle<'_> {
    /// Serves only these versions; the last of them answers calls that name none.
    pub fn set_versions(self, versions: &[ApiVersion]) {
        self.intercom.set(|settings| {
            settings.versions = versions.to_vec();
            settings.default_version = versions.last().copied().unwrap_or(ApiVersion::STABLE);
        });
    }

    /// Allows so many calls in ten seconds.
    pub fn set_rate_limit(self, rate_limit: RateLimit) {
        self.intercom.set(|settings| settings.rate_limit = rate_limit);
    }

    /// Lets searches see what is created or changed from now on only after this span.
    pub fn set_index_lag(self, lag: Duration) {
        self.intercom.set(|settings| settings.index_lag = lag);
    }

    /// Lets searches see what is started or changed in conversations from now on only after this span.
    pub fn set_conversation_index_lag(self, lag: Duration) {
        let lag_ms = i64::try_from(lag.as_millis()).unwrap_or(i64::MAX / 2);
        self.intercom.set(|settings| settings.conversation_index_lag_ms = lag_ms);
    }

    /// Answers every request only after this span.
    pub fn set_answer_delay(self, delay: Duration) {
        self.intercom.set(|settings| settings.answer_delay = delay);
    }

    /// Decides what `GET /me` answers.
    pub fn set_me(self, me: MeShape) {
        self.intercom.set(|settings| settings.me = me);
    }

    /// Decides what the legacy look-up answers.
    pub fn set_legacy_api(self, legacy: LegacyApi) {
        self.intercom.set(|settings| settings.legacy = legacy);
    }

    /// Decides whether putting a contact into a company moves `updated_at`.
    pub fn set_attach_effect(self, attach: AttachEffect) {
        self.intercom.set(|settings| settings.attach = attach);
    }

    /// Decides whether a rating moves `updated_at`.
    pub fn set_rating_effect(self, rating: RatingEffect) {
        self.intercom.set(|settings| settings.rating = rating);
    }

    /// Decides what becomes of a close of what is closed, and of an open of what is open.
    pub fn set_already_so(self, already_so: AlreadySo) {
        self.intercom.set(|settings| settings.already_so = already_so);
    }

    /// Decides whether conversations come with their statistics.
    pub fn set_statistics(self, statistics: StatisticsShape) {
        self.intercom.set(|settings| settings.statistics = statistics);
    }

    /// Decides what the exact look-up of a company answers.
    pub fn set_company_look_up(self, look_up: CompanyLookUp) {
        self.intercom.set(|settings| settings.company_look_up = look_up);
    }

    /// Sends these odd shapes from now on.
    pub fn set_oddities(self, oddities: Oddities) {
        self.intercom.set(|settings| settings.oddities = oddities);
    }

    /// Sends one contact broken from now on, everything else as before.
    pub fn malform(self, contact: &ContactId, malformed: Malformed) {
        self.intercom.set(|settings| {
            settings.oddities.malformed.insert(contact.clone(), malformed);
        });
    }
}
