//! Which workspace the token belongs to, whether the region is right, and what the token may read and write.

use deskbell_domain::port::intercom::{Intercom, IntercomError, Lack};
use deskbell_domain::right::Right;
use deskbell_domain::service::rights::{self, Probe};
use deskbell_domain::trouble::Cause;
use deskbell_text::plain;

use super::report::{Report, Severity};
use crate::config::{ApiAddress, IntercomConfig};
use crate::connect::advice;
use crate::connect::places::{self, ClientParts, Found, Places};

pub(super) async fn check(report: &mut Report, settings: IntercomConfig, parts: ClientParts) {
    let places = match Places::of(&settings, &parts) {
        Ok(places) => places,
        Err(error) => return report.add(Severity::Wrong, "Intercom", error.to_string()),
    };
    match places.find().await {
        Ok(found) => {
            tell_workspace(report, &settings, &found);
            tell_rights(report, &found.place.intercom, &settings.reach.address).await;
        }
        Err(error) => match right_region(&settings, &parts).await {
            Some(sentence) => report.add_wrong("INTERCOM_REGION", sentence),
            None => tell_failure(report, &settings, &error),
        },
    }
}

async fn right_region(settings: &IntercomConfig, parts: &ClientParts) -> Option<String> {
    places::wrong_region(settings, &Places::everywhere(settings, parts).ok()?).await
}

fn tell_workspace(report: &mut Report, settings: &IntercomConfig, found: &Found) {
    let workspace = &found.workspace;
    let region = match (&settings.reach.address, workspace.region) {
        (ApiAddress::Sought, told) => {
            let region = told.unwrap_or(found.place.region);
            format!("{} (INTERCOM_REGION={}, found by itself)", region.name(), region.code())
        }
        (_, Some(region)) => region.name().to_owned(),
        (_, None) => "region not told".to_owned(),
    };
    let zone = workspace.time_zone.as_deref().unwrap_or("not told");
    let text = format!("{}, {region}, API {}, time zone {zone}", workspace.name, settings.reach.version);
    report.add(Severity::Ok, "Intercom", text);
    if let Some(sentence) = settings.wrong_region(workspace) {
        report.add_wrong("INTERCOM_REGION", sentence);
    }
}

async fn tell_rights(report: &mut Report, client: &dyn Intercom, address: &ApiAddress) {
    let probes = rights::probe(client).await;
    for (verb, reads) in [("read", true), ("write", false)] {
        let may = probes.iter().filter(|probe| probe.right.reads() == reads && probe.outcome.is_ok());
        let may: Vec<_> = may.map(|probe| words(probe.right).0).collect();
        if !may.is_empty() {
            report.add(Severity::Ok, "May", format!("{verb} {}", may.join(", ")));
        }
    }
    for probe in &probes {
        tell_lacking(report, probe, address);
    }
}

/// What a right is for, and what does not work without it.
fn words(right: Right) -> (&'static str, &'static str) {
    match right {
        Right::ReadContacts => ("contacts", "No lead and no user is posted or found"),
        Right::ReadCompanies => ("companies", "Names of companies are missing"),
        Right::ReadConversations => ("conversations", "No conversation is posted"),
        Right::ReadTags => ("tags", "Names of tags are missing"),
        Right::ReadAdmins => ("admins", "Names of teammates are missing"),
        Right::WriteContacts => (
            "contacts",
            "/lead create, /user create and the buttons below a lead's or user's card do not work",
        ),
        Right::WriteConversations => {
            ("conversations", "Taking, answering and closing from a conversation's card do not work")
        }
        Right::WriteTags => ("tags", "Tag… below cards does not work"),
    }
}

fn tell_lacking(report: &mut Report, Probe { right, outcome }: &Probe, address: &ApiAddress) {
    let Err(error) = outcome else { return };
    let (verb, (what, without)) = (if right.reads() { "read" } else { "write" }, words(*right));
    let text = match error {
        IntercomError::Forbidden { lack: Lack::Plan } => {
            format!("the token may not {verb} {what}: the workspace's plan does not include it. {without}.")
        }
        IntercomError::Refused { .. } | IntercomError::Forbidden { .. } => format!(
            "the token may not {verb} {what}. {without}. Developer Hub, your app, Configure, Authentication: allow \"{}\".",
            right.permission().label()
        ),
        other => {
            let cause = Cause::from(other);
            format!(
                "whether the token may {verb} {what} could not be found out: {}. {}",
                plain::cause(cause),
                advice::at_intercom(cause, address)
            )
        }
    };
    report.add(Severity::Wrong, "Intercom", text);
}

fn tell_failure(report: &mut Report, settings: &IntercomConfig, error: &IntercomError) {
    match error {
        IntercomError::Refused { .. } | IntercomError::Forbidden { .. } => {
            report.add_wrong("INTERCOM_ACCESS_TOKEN", places::refused_token(settings));
        }
        IntercomError::NoWorkspace => {
            let variable = match settings.reach.address {
                ApiAddress::Given(_) => "INTERCOM_API_URL",
                ApiAddress::In(_) | ApiAddress::Sought => "INTERCOM_WORKSPACE_ID",
            };
            report.add_wrong(variable, advice::no_workspace(&settings.reach.address).to_owned());
        }
        IntercomError::Missing => {
            let (variable, sentence) = match settings.reach.address {
                ApiAddress::Given(_) => {
                    ("INTERCOM_API_URL", "INTERCOM_API_URL is wrong: nothing there knows Intercom's API.")
                }
                ApiAddress::In(_) | ApiAddress::Sought => (
                    "Intercom",
                    "nothing at Intercom's address knows the API: a proxy or a firewall in between may answer in its place.",
                ),
            };
            report.add(Severity::Wrong, variable, sentence);
        }
        IntercomError::Invalid { message, .. } => {
            report.add(Severity::Wrong, "Intercom", format!("{}: {message}", host(settings)));
        }
        other => {
            let cause = Cause::from(other);
            let (why, advice) = (plain::cause(cause), advice::at_intercom(cause, &settings.reach.address));
            let text = format!("{}: {why}. {advice}", host(settings));
            report.add(Severity::Wrong, "Intercom", text);
        }
    }
}

/// Who was asked.
fn host(settings: &IntercomConfig) -> String {
    match &settings.reach.address {
        ApiAddress::Given(url) => url.host_str().unwrap_or("the address").to_owned(),
        ApiAddress::In(region) => region.name().to_owned(),
        ApiAddress::Sought => "all three regions".to_owned(),
    }
}
