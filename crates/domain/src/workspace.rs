//! An Intercom workspace, as `GET /me` tells of it.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};

use crate::ids::WorkspaceId;

/// Where Intercom keeps a workspace. Each region has an API host and a web host of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, EnumString, IntoStaticStr)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase", ascii_case_insensitive)]
pub enum Region {
    /// United States.
    Us,
    /// Europe.
    Eu,
    /// Australia.
    Au,
}

impl Region {
    /// All regions.
    pub const ALL: [Self; 3] = [Self::Us, Self::Eu, Self::Au];

    /// Reads `us`, `eu` or `au`, in any case.
    pub fn parse(text: &str) -> Option<Self> {
        text.trim().parse().ok()
    }

    /// As `INTERCOM_REGION` writes it.
    pub fn code(self) -> &'static str {
        self.into()
    }

    /// As a person reads it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Us => "United States",
            Self::Eu => "Europe",
            Self::Au => "Australia",
        }
    }

    /// The base of the REST API.
    pub fn api_url(self) -> &'static str {
        match self {
            Self::Us => "https://api.intercom.io",
            Self::Eu => "https://api.eu.intercom.io",
            Self::Au => "https://api.au.intercom.io",
        }
    }

    /// The base of the web application.
    pub fn app_url(self) -> &'static str {
        match self {
            Self::Us => "https://app.intercom.com",
            Self::Eu => "https://app.eu.intercom.com",
            Self::Au => "https://app.au.intercom.com",
        }
    }
}

/// What is known of a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Workspace {
    /// `app.id_code`, or `INTERCOM_WORKSPACE_ID` where the call names none.
    pub id: WorkspaceId,
    /// Shown in footers and replies.
    pub name: String,
    /// Where it lives, if it says so.
    pub region: Option<Region>,
    /// An IANA name, such as `America/Los_Angeles`.
    pub time_zone: Option<String>,
}
