//! The workspace behind a token.

use deskbell_domain::{
    ids::WorkspaceId,
    workspace::{Region, Workspace},
};
use serde_json::Value;

use super::lenient::{at, flag, id, text};
use crate::json::Listed;

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

/// An attribute as Intercom lists it: its name, and whether it is a date of the workspace's own.
pub(crate) struct Attribute {
    name: String,
    is_custom_date: bool,
}

/// Reads an attribute; `None` without a name.
pub(crate) fn read_attribute(record: &Value) -> Option<Attribute> {
    let is_date = at(record, "/data_type").as_str() == Some("date");
    // Intercom's own dates are read as such anyway.
    let is_own = flag(at(record, "/custom")) == Some(false);
    Some(Attribute { name: text(at(record, "/name"))?, is_custom_date: is_date && !is_own })
}

/// The names of those that are dates.
pub(crate) fn dates(listed: Listed<Attribute>) -> Option<Vec<String>> {
    let dates = listed.records?.into_iter().filter(|attribute| attribute.is_custom_date);
    Some(dates.map(|attribute| attribute.name).collect())
}

/// The list of attributes.
pub(crate) const ATTRIBUTE_KEYS: [&str; 2] = ["data", "data_attributes"];

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
    fn of_the_attributes_those_are_dates_that_are_called_so() {
        let answer = json!({"type": "list", "data": [
            {"type": "data_attribute", "name": "renewal", "data_type": "date", "custom": true, "model": "contact"},
            {"type": "data_attribute", "name": "signed_up_at", "data_type": "date", "custom": false},
            {"type": "data_attribute", "name": "plan", "data_type": "string", "custom": true},
            {"data_type": "date"},
            7
        ]});
        let listed = crate::json::list(answer.to_string().as_bytes(), &ATTRIBUTE_KEYS, read_attribute);
        assert_eq!(dates(listed.unwrap()), Some(vec!["renewal".to_owned()]));
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
