//! Which workspace the token belongs to, whether the region is right, and what the token may read.

use std::sync::Arc;

use deskbell_domain::port::intercom::{
    ContactFilter, ContactSearch, ContactSort, ConversationSearch, Intercom, IntercomError, Lack, Order,
    PageRequest, WorkspaceFacts as _,
};
use deskbell_domain::time::{ServerTime, Timestamp};
use deskbell_domain::workspace::Workspace;
use deskbell_intercom::IntercomClient;

use super::report::{Report, Severity};
use crate::config::IntercomConfig;
use crate::connect;

pub(super) async fn check(report: &mut Report, settings: IntercomConfig, server_time: Arc<ServerTime>) {
    let client = match client(&settings, server_time) {
        Ok(client) => client,
        Err(error) => return report.add(Severity::Wrong, "Intercom", error.to_string()),
    };
    match client.workspace().await {
        Ok(workspace) => {
            tell_workspace(report, &settings, &workspace);
            tell_rights(report, &client).await;
        }
        Err(error) => tell_failure(report, &settings, &error),
    }
}

fn client(settings: &IntercomConfig, server_time: Arc<ServerTime>) -> anyhow::Result<IntercomClient> {
    let random = Arc::new(crate::system::SystemRandom);
    Ok(connect::intercom(settings, connect::connections()?, server_time, random)?)
}

fn tell_workspace(report: &mut Report, settings: &IntercomConfig, workspace: &Workspace) {
    let region = workspace.region.map_or("region not told", deskbell_domain::workspace::Region::name);
    let zone = workspace.time_zone.as_deref().unwrap_or("not told");
    let text = format!("{}, {region}, API {}, time zone {zone}", workspace.name, settings.version);
    report.add(Severity::Ok, "Intercom", text);
    if let Some(sentence) = settings.wrong_region(workspace) {
        report.add_wrong("INTERCOM_REGION", sentence);
    }
}

async fn tell_rights(report: &mut Report, client: &dyn Intercom) {
    let everyone = ContactSearch {
        role: None,
        filter: ContactFilter::CreatedAfter(Timestamp(0)),
        endings: Vec::new(),
        sort: ContactSort::CreatedDescending,
    };
    let conversations =
        ConversationSearch { after: Timestamp(0), endings: Vec::new(), order: Order::NewestFirst };
    let page = PageRequest { size: 1, cursor: None };
    let rights = [
        ("contacts", client.search_contacts(&everyone, &page).await.err()),
        ("companies", client.companies(1).await.err()),
        ("conversations", client.search_conversations(&conversations, &page).await.err()),
        ("tags", client.tags().await.err()),
        ("admins", client.admins().await.err()),
    ];
    let may: Vec<_> = rights.iter().filter(|(_, error)| error.is_none()).map(|(name, _)| *name).collect();
    if !may.is_empty() {
        report.add(Severity::Ok, "May", format!("read {}", may.join(", ")));
    }
    for (name, error) in rights.iter().filter_map(|(name, error)| Some((name, error.as_ref()?))) {
        let text = match error {
            IntercomError::Forbidden { lack: Lack::Permission(permission) } => format!(
                "the token may not read {name}. Developer Hub, your app, Configure, Authentication: allow \"{}\".",
                permission.label()
            ),
            IntercomError::Refused { .. } | IntercomError::Forbidden { .. } => format!(
                "the token may not read {name}. Developer Hub, your app, Configure, Authentication: allow it, then renew the token."
            ),
            other => format!("reading {name} did not work ({other}). Try again later."),
        };
        report.add(Severity::Wrong, "Intercom", text);
    }
}

fn tell_failure(report: &mut Report, settings: &IntercomConfig, error: &IntercomError) {
    match error {
        IntercomError::Refused { .. } | IntercomError::Forbidden { .. } => {
            let sentence = format!(
                "INTERCOM_ACCESS_TOKEN is refused. Copy it anew from Developer Hub, your app, Configure, Authentication; if the workspace is not in the {}, set INTERCOM_REGION (us, eu or au).",
                settings.region.name()
            );
            report.add_wrong("INTERCOM_ACCESS_TOKEN", sentence);
        }
        IntercomError::NoWorkspace => {
            let sentence = "INTERCOM_WORKSPACE_ID is needed: the token does not tell its workspace. Take it from Intercom's address bar, after /apps/.";
            report.add_wrong("INTERCOM_WORKSPACE_ID", sentence.to_owned());
        }
        IntercomError::Missing => {
            let sentence = "INTERCOM_REGION or INTERCOM_API_URL is wrong: nothing there knows the API.";
            report.add_wrong("INTERCOM_REGION", sentence.to_owned());
        }
        other => {
            let text = format!(
                "{} does not work ({other}). Check the network, or INTERCOM_API_URL.",
                host(settings)
            );
            report.add(Severity::Wrong, "Intercom", text);
        }
    }
}

fn host(settings: &IntercomConfig) -> String {
    settings.api_url.host_str().unwrap_or("the address").to_owned()
}
