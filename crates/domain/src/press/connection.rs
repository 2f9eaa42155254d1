//! What the controls below `/connection` carry.

use crate::ids::WorkspaceId;

/// Such a control.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConnectionPress {
    /// [Use an access token] and [Renew the token]: opens the form.
    Token,
    /// The form that was filled in.
    Filled,
    /// `[Connect]`, of another workspace: it, and the key under which its token waits.
    Other(WorkspaceId, String),
    /// `[Cancel]`, of the same: the token is thrown away.
    Refuse(WorkspaceId, String),
    /// [Let a teammate do it].
    Teammate,
    /// `[Disconnect]`, which asks.
    Disconnect,
    /// `[Disconnect]` and [Disconnect, keep the cards], which were asked.
    DisconnectNow,
    /// [Disconnect and delete the cards], which was asked.
    DisconnectAndDelete,
    /// `[Cancel]`.
    Cancel,
}

impl ConnectionPress {
    /// As a `custom_id`.
    pub fn to_custom_id(&self) -> String {
        match self {
            Self::Token => "v1:connect".to_owned(),
            Self::Filled => "v1:connect-filled".to_owned(),
            Self::Other(workspace, key) => format!("v1:connect-other:{key}:{workspace}"),
            Self::Refuse(workspace, key) => format!("v1:connect-refuse:{key}:{workspace}"),
            Self::Teammate => "v1:connect-teammate".to_owned(),
            Self::Disconnect => "v1:disconnect".to_owned(),
            Self::DisconnectNow => "v1:disconnect-now".to_owned(),
            Self::DisconnectAndDelete => "v1:disconnect-delete".to_owned(),
            Self::Cancel => "v1:connect-cancel".to_owned(),
        }
    }

    /// Reads a `custom_id`; none where it is not exactly one of these.
    pub fn parse(custom_id: &str) -> Option<Self> {
        let read = match custom_id.strip_prefix("v1:")? {
            "connect" => Self::Token,
            "connect-filled" => Self::Filled,
            "disconnect" => Self::Disconnect,
            "disconnect-now" => Self::DisconnectNow,
            "disconnect-delete" => Self::DisconnectAndDelete,
            "connect-cancel" => Self::Cancel,
            "connect-teammate" => Self::Teammate,
            other => {
                let (what, rest) = other.split_once(':')?;
                let (key, workspace) = rest.split_once(':')?;
                let (workspace, key) = (WorkspaceId::new(workspace), key.to_owned());
                match what {
                    "connect-other" => Self::Other(workspace, key),
                    "connect-refuse" => Self::Refuse(workspace, key),
                    _ => return None,
                }
            }
        };
        (read.to_custom_id() == custom_id).then_some(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_control_is_read_as_it_was_written_and_fits_discord() {
        let longest = WorkspaceId::new("w".repeat(64));
        for press in [
            ConnectionPress::Token,
            ConnectionPress::Filled,
            ConnectionPress::Other(longest.clone(), "abcdefghijklm".to_owned()),
            ConnectionPress::Refuse(longest, "abcdefghijklm".to_owned()),
            ConnectionPress::Teammate,
            ConnectionPress::Disconnect,
            ConnectionPress::DisconnectNow,
            ConnectionPress::DisconnectAndDelete,
            ConnectionPress::Cancel,
        ] {
            let custom_id = press.to_custom_id();
            assert!(custom_id.len() <= 100, "{custom_id}");
            assert_eq!(ConnectionPress::parse(&custom_id), Some(press));
        }
        assert_eq!(ConnectionPress::parse("v1:connect-other:key"), None);
        assert_eq!(ConnectionPress::parse("v1:connections"), None);
    }
}
