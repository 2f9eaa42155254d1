//! How the stand-in behaves: access, versions, limits, lag and the odd shapes that Intercom is known to send.
//!
//! These are the values; what sets them on a workspace stands in `controls`.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use jiff::tz::TimeZone;
use serde_json::{Map, Value};

use super::{ids::ContactId, version::ApiVersion};

/// What becomes of a request that carries the right token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// It is answered.
    Granted,
    /// The token was taken back: 401 `token_revoked`.
    Revoked,
    /// The token lacks the right: 403 `forbidden`.
    Forbidden,
    /// The plan lacks the right: 403 `api_plan_restricted`.
    PlanRestricted,
}

/// What a token is for, as the Developer Hub lists it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Permission {
    /// Read and list users and companies.
    ReadContacts,
    /// Write users and companies.
    WriteContacts,
    /// Read conversations.
    ReadConversations,
    /// Write conversations.
    WriteConversations,
    /// Read tickets.
    ReadTickets,
    /// Write tickets.
    WriteTickets,
    /// Read tags.
    ReadTags,
    /// Write tags.
    WriteTags,
    /// Read admins.
    ReadAdmins,
}

/// A token beside the first one.
#[derive(Clone, Debug)]
pub(super) struct OtherToken {
    pub(super) access: Access,
    pub(super) lacking: BTreeSet<Permission>,
}

/// Whether a 429 says how long to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryAfter {
    /// With a `Retry-After` header.
    Told,
    /// Without it; only `X-RateLimit-Reset` tells.
    Untold,
}

/// How many calls a window of ten seconds allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    /// Calls in ten seconds.
    pub calls_per_window: u32,
    /// Whether a refusal says how long to wait.
    pub retry_after: RetryAfter,
}

/// What `GET /me` answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MeShape {
    /// An admin with the workspace.
    Full,
    /// An admin with `app: null`.
    WithoutApp,
    /// `null`.
    Null,
}

/// What the legacy look-up of a contact answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LegacyApi {
    /// The record in its 1.4 shape.
    Answers,
    /// 404, as for a path that is gone.
    NotFound,
    /// 400 `intercom_version_invalid`.
    VersionRefused,
}

/// What the exact look-up of a company answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompanyLookUp {
    /// A list of one, as the description's schema and example have it.
    List,
    /// The company itself, as the description's words have it.
    Single,
}

/// Whether putting a contact into a company counts as a change of the contact. Intercom does not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttachEffect {
    /// `updated_at` moves.
    Updates,
    /// `updated_at` stays.
    Silent,
}

/// Whether a rating or a remark counts as a change of the conversation. Intercom does not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RatingEffect {
    /// `updated_at` moves.
    Updates,
    /// `updated_at` stays.
    Silent,
}

/// Whether conversations come with their statistics, which the description lets be null.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatisticsShape {
    /// As soon as there is a part.
    Told,
    /// Never.
    Null,
}

/// What a call answers that asks for what is so already. Intercom does not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlreadySo {
    /// 422.
    Refused,
    /// It is done once more; only a second assignment to the same is refused.
    DoneAgain,
}

/// What becomes of custom attributes that nobody has declared. People saw Intercom refuse them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undeclared {
    /// They are written, and so declared.
    Written,
    /// 400.
    Refused,
}

/// How identifiers made of digits are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IdShape {
    /// As described.
    #[default]
    Described,
    /// As numbers.
    Number,
}

/// How times are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TimeShape {
    /// As numbers.
    #[default]
    Number,
    /// As text made of digits.
    Text,
}

/// How the owner of a contact is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OwnerShape {
    /// A number up to 2.15, text from 2.16 on.
    #[default]
    ByVersion,
    /// Always a number.
    Number,
    /// Always text.
    Text,
}

/// How a picture is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AvatarShape {
    /// An object.
    #[default]
    Object,
    /// A bare URL.
    Text,
    /// Always null.
    Null,
}

/// How the lists inside a contact are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ListShape {
    /// As described.
    #[default]
    Usual,
    /// Null.
    Null,
    /// Left out.
    Missing,
}

/// Under which paths a contact's parts stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Paths {
    /// Those of 2.x.
    #[default]
    Modern,
    /// Those of 1.x: `location_data.*`, `tags.tags`, `companies.companies` with names, `user_id`, `session_count`.
    Legacy,
}

/// How absent text is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Blanks {
    /// Empty for an e-mail address, null elsewhere.
    #[default]
    Described,
    /// Null.
    Null,
    /// Empty text.
    Empty,
}

/// What is wrong with a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Malformed {
    /// The id and the times are right, the rest has types nobody expects.
    WrongTypes,
    /// There is no id.
    WithoutId,
    /// It is text, not an object.
    NotAnObject,
}

/// Shapes outside the description that Intercom is known to send. Such answers are kept out of the record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Oddities {
    /// Identifiers.
    pub ids: IdShape,
    pub times: TimeShape,
    /// Owners.
    pub owner: OwnerShape,
    /// Pictures.
    pub avatar: AvatarShape,
    pub lists: ListShape,
    pub paths: Paths,
    /// Absent text.
    pub blanks: Blanks,
    /// Fields that no description knows, by name.
    pub extra_fields: Vec<String>,
    /// Contacts that are sent broken.
    pub malformed: BTreeMap<ContactId, Malformed>,
}

#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) token: String,
    pub(super) access: Access,
    /// Those beside the first one.
    pub(super) other_tokens: BTreeMap<String, OtherToken>,
    pub(super) versions: Vec<ApiVersion>,
    pub(super) default_version: ApiVersion,
    pub(super) rate_limit: RateLimit,
    pub(super) index_lag: Duration,
    pub(super) conversation_index_lag_ms: i64,
    pub(super) answer_delay: Duration,
    pub(super) time_zone: TimeZone,
    pub(super) workspace_id: String,
    pub(super) workspace_name: String,
    pub(super) region: String,
    pub(super) me: MeShape,
    pub(super) legacy: LegacyApi,
    pub(super) attach: AttachEffect,
    pub(super) rating: RatingEffect,
    pub(super) already_so: AlreadySo,
    pub(super) statistics: StatisticsShape,
    pub(super) company_look_up: CompanyLookUp,
    pub(super) oddities: Oddities,
    /// Custom attributes of contacts that are declared as dates.
    pub(super) date_attributes: Vec<String>,
    /// Custom attributes that are declared as text.
    pub(super) text_attributes: Vec<String>,
    pub(super) undeclared: Undeclared,
}

impl Settings {
    /// The custom attribute that may not be written, if there is one among those wanted.
    pub(super) fn first_undeclared<'a>(&self, wanted: &'a Map<String, Value>) -> Option<&'a String> {
        let all = wanted.get("custom_attributes").and_then(Value::as_object)?;
        let mut names = all.keys().filter(|_| self.undeclared == Undeclared::Refused);
        names.find(|name| !self.date_attributes.contains(name) && !self.text_attributes.contains(name))
    }

    /// Whether it is a token of this workspace.
    pub(super) fn knows(&self, token: &str) -> bool {
        self.token == token || self.other_tokens.contains_key(token)
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            token: "sandbox-intercom-token".to_owned(),
            access: Access::Granted,
            other_tokens: BTreeMap::new(),
            versions: ApiVersion::all(),
            default_version: ApiVersion::STABLE,
            // 10,000 a minute, spread over windows of ten seconds.
            rate_limit: RateLimit { calls_per_window: 1_667, retry_after: RetryAfter::Told },
            index_lag: Duration::ZERO,
            conversation_index_lag_ms: 0,
            answer_delay: Duration::ZERO,
            time_zone: TimeZone::UTC,
            workspace_id: "sandbox1".to_owned(),
            workspace_name: "Sandbox".to_owned(),
            region: "US".to_owned(),
            me: MeShape::Full,
            legacy: LegacyApi::Answers,
            attach: AttachEffect::Updates,
            rating: RatingEffect::Updates,
            already_so: AlreadySo::Refused,
            statistics: StatisticsShape::Told,
            company_look_up: CompanyLookUp::List,
            oddities: Oddities::default(),
            date_attributes: Vec::new(),
            text_attributes: Vec::new(),
            undeclared: Undeclared::Written,
        }
    }
}
