//! The workspace behind a token.

use deskbell_domain::{
    ids::WorkspaceId,
    workspace::{Region, Workspace},
};
use serde_json::Value;

use super::lenient::{at, id, text};

/// Reads `GET /me`, whose body, and whose `app`, may be null. `None` where neither it nor the settings name the
/// workspace.
pub(crate) fn read(me: &Value, otherwise: Option<&WorkspaceId>) -> Option<Workspace> {
    let named = id(at(me, "/app/id_code")).map(WorkspaceId::new).or_else(|| otherwise.cloned())?;
    Some(Workspace {
        name: text(at(me, "/app/name")).unwrap_or_else(|| named.to_string()),
        region: text(at(me, "/app/region")).as_deref().and_then(Region::parse),
        time_zone: text(at(me, "/app/timezone")),
        id: named,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_answer_names_the_workspace_before_the_settings_do() {
        let me = json!({"type": "admin", "app": {"id_code": "abc123", "name": "Acme", "timezone": "Europe/Rome", "region": "EU"}});
        let workspace = read(&me, Some(&WorkspaceId::new("other"))).unwrap();
        assert_eq!((workspace.id.as_str(), workspace.name.as_str()), ("abc123", "Acme"));
        assert_eq!(
            (workspace.region, workspace.time_zone.as_deref()),
            (Some(Region::Eu), Some("Europe/Rome"))
        );
    }

    #[test]
    fn an_answer_without_a_workspace_leaves_it_to_the_settings() {
        for me in [json!(null), json!({"app": null}), json!({"app": {"id_code": ""}})] {
            let workspace = read(&me, Some(&WorkspaceId::new("mine"))).unwrap();
            assert_eq!((workspace.id.as_str(), workspace.name.as_str()), ("mine", "mine"));
            assert_eq!(read(&me, None), None);
        }
    }
}
