//! How Intercom is reached: where, in which version, for which workspace, how often.

use std::ops::RangeInclusive;

use deskbell_domain::ids::WorkspaceId;
use deskbell_domain::workspace::Region;
use url::Url;

use super::mistake::{set_or_default, shown, wrong};
use super::values::{ApiAddress, Mistake};
use super::variables::Variables;

/// A value that may be left out, and could be read.
#[derive(Clone)]
pub(super) struct Given<T>(pub(super) Option<T>);

pub(super) fn url(variables: &Variables, name: &'static str) -> Result<Option<Url>, Mistake> {
    let Some(text) = variables.get(name) else { return Ok(None) };
    let parsed = Url::parse(text).ok().filter(is_base);
    parsed
        .map(Some)
        .ok_or_else(|| wrong(name, format!("{name} is not an address. Write it like http://127.0.0.1:8080.")))
}

/// Nothing but a base: a password in it would stand in a log line one day, and a query would be lost.
fn is_base(url: &Url) -> bool {
    // An `@` in the path is a password behind a second scheme: `https://http://bot:…@…`.
    let bare = url.username().is_empty() && url.password().is_none() && !url.path().contains('@');
    matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && bare
        && url.query().is_none()
        && url.fragment().is_none()
}

pub(super) fn region(variables: &Variables) -> Result<Option<Region>, Mistake> {
    let Some(text) = variables.get("INTERCOM_REGION") else { return Ok(None) };
    Region::parse(text).map(Some).ok_or_else(|| {
        wrong(
            "INTERCOM_REGION",
            format!("INTERCOM_REGION \"{}\" is not a region. Write us, eu or au.", shown(text)),
        )
    })
}

/// An address that was given counts more than a region.
pub(super) fn address(given: Option<Given<Url>>, region: Option<Given<Region>>) -> Option<ApiAddress> {
    match (given?.0, region?.0) {
        (Some(url), _) => Some(ApiAddress::Given(url)),
        (None, Some(region)) => Some(ApiAddress::In(region)),
        (None, None) => Some(ApiAddress::Sought),
    }
}

pub(super) fn version(variables: &Variables) -> Result<String, Mistake> {
    let text = set_or_default(variables, "INTERCOM_API_VERSION")?;
    let is_number =
        |part: &str| !part.is_empty() && part.len() < 4 && part.bytes().all(|b| b.is_ascii_digit());
    let fits = matches!(text.split_once('.'), Some(("2", minor)) if is_number(minor));
    if fits {
        return Ok(text.to_owned());
    }
    Err(wrong(
        "INTERCOM_API_VERSION",
        format!("INTERCOM_API_VERSION \"{}\" is not a version I speak. Write 2.16 or 2.17.", shown(text)),
    ))
}

pub(super) fn workspace(variables: &Variables) -> Result<Option<WorkspaceId>, Mistake> {
    const NAME: &str = "INTERCOM_WORKSPACE_ID";
    let Some(text) = variables.get(NAME) else { return Ok(None) };
    let fits = text.len() <= 64 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if fits {
        return Ok(Some(WorkspaceId::new(text)));
    }
    Err(wrong(
        NAME,
        "INTERCOM_WORKSPACE_ID is not a workspace's id: letters and digits, as in Intercom's address bar after /apps/.",
    ))
}

pub(super) fn calls_per_minute(variables: &Variables) -> Result<u32, Mistake> {
    calls(variables, "INTERCOM_CALLS_PER_MINUTE", 6..=10_000, "100")
}

pub(super) fn app_calls_per_minute(variables: &Variables) -> Result<u32, Mistake> {
    calls(variables, "INTERCOM_APP_CALLS_PER_MINUTE", 60..=1_000_000, "9000")
}

fn calls(
    variables: &Variables,
    name: &'static str,
    range: RangeInclusive<u32>,
    usual: &str,
) -> Result<u32, Mistake> {
    let text = set_or_default(variables, name)?;
    text.parse().ok().filter(|calls| range.contains(calls)).ok_or_else(|| {
        let (text, least, most) = (shown(text), range.start(), range.end());
        let sentence = format!("{name} \"{text}\" is not a number from {least} to {most}. Write {usual}.");
        wrong(name, sentence)
    })
}
