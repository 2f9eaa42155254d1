//! Which workspace the token belongs to, whether the region is right, and what the token may read and write.

use deskbell_domain::ids::ContactId;
use deskbell_domain::port::intercom::{
    ContactFields, ContactFilter, ContactSearch, ContactSort, ConversationSearch, Intercom, IntercomError,
    Lack, Order, PageRequest, TokenPermission,
};
use deskbell_domain::time::Timestamp;
use deskbell_domain::trouble::Cause;
use deskbell_text::plain;

use super::report::{Report, Severity};
use crate::config::{ApiAddress, IntercomConfig};
use crate::connect::advice;
use crate::connect::places::{self, ClientParts, Found, Places};

/// An id that no contact has: whoever may write is told that it does not exist, and nothing is changed.
const NOBODY: &str = "000000000000000000000000";

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

/// A right, how a call went that needs it, and what does not work without it.
struct Right {
    what: &'static str,
    permission: TokenPermission,
    without: &'static str,
    outcome: Result<(), IntercomError>,
}

async fn tell_rights(report: &mut Report, client: &dyn Intercom, address: &ApiAddress) {
    let (read, write) = (reading(client).await, writing(client).await);
    let may: Vec<_> = read.iter().filter(|right| right.outcome.is_ok()).map(|right| right.what).collect();
    if !may.is_empty() {
        report.add(Severity::Ok, "May", format!("read {}", may.join(", ")));
    }
    if write.outcome.is_ok() {
        report.add(Severity::Ok, "May", format!("write {}", write.what));
    }
    for right in &read {
        tell_lacking(report, "read", right, address);
    }
    tell_lacking(report, "write", &write, address);
}

async fn reading(client: &dyn Intercom) -> [Right; 5] {
    let everyone = ContactSearch {
        role: None,
        filter: ContactFilter::CreatedAfter(Timestamp(0)),
        endings: Vec::new(),
        sort: ContactSort::CreatedDescending,
    };
    let all = ConversationSearch { after: Timestamp(0), endings: Vec::new(), order: Order::NewestFirst };
    let page = PageRequest { size: 1, cursor: None };
    let contacts = client.search_contacts(&everyone, &page).await.map(drop);
    let right = |what, permission, without, outcome| Right { what, permission, without, outcome };
    [
        right("contacts", TokenPermission::ReadContacts, "No lead and no user is posted or found", contacts),
        right(
            "companies",
            TokenPermission::ReadContacts,
            "Names of companies are missing",
            client.companies(1).await.map(drop),
        ),
        right(
            "conversations",
            TokenPermission::ReadConversations,
            "No conversation is posted",
            client.search_conversations(&all, &page).await.map(drop),
        ),
        right("tags", TokenPermission::ReadTags, "Names of tags are missing", client.tags().await.map(drop)),
        right(
            "admins",
            TokenPermission::ReadAdmins,
            "Names of teammates are missing",
            client.admins().await.map(drop),
        ),
    ]
}

/// Asks to change somebody who does not exist: nothing is written, and the refusal tells whether it could have been.
async fn writing(client: &dyn Intercom) -> Right {
    let outcome = match client.update_contact(&ContactId::new(NOBODY), &ContactFields::default()).await {
        Ok(_) | Err(IntercomError::Missing | IntercomError::Invalid { .. }) => Ok(()),
        Err(error) => Err(error),
    };
    Right {
        what: "contacts",
        permission: TokenPermission::WriteContacts,
        without: "/lead create and /user create do not work",
        outcome,
    }
}

fn tell_lacking(report: &mut Report, verb: &str, right: &Right, address: &ApiAddress) {
    let Right { what, permission, without, outcome: Err(error) } = right else { return };
    let text = match error {
        IntercomError::Forbidden { lack: Lack::Plan } => {
            format!("the token may not {verb} {what}: the workspace's plan does not include it. {without}.")
        }
        IntercomError::Refused { .. } | IntercomError::Forbidden { .. } => format!(
            "the token may not {verb} {what}. {without}. Developer Hub, your app, Configure, Authentication: allow \"{}\".",
            permission.label()
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
