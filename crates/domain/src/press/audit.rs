//! What the controls below `/audit` carry.

use crate::audit::subject::Subject;

/// Such a control.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditPress {
    /// [◀] and [▶]: another page of what is about this, or about anything.
    Page(Option<Subject>, From),
    /// The choice of what is shown.
    Filter,
    /// `[Verify]`.
    Verify,
    /// `[Export]`.
    Export,
    /// "Post in a channel…".
    Channel,
    /// `[Stop posting]`.
    Stop,
}

/// Where a page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum From {
    /// With the newest entry.
    Newest,
    /// With the entry before this one.
    Before(u64),
    /// So that it ends with the entry after this one.
    After(u64),
}

/// What stands for everything, where a subject's code stands.
pub const EVERYTHING: &str = "all";

impl AuditPress {
    /// As a `custom_id`.
    pub fn to_custom_id(self) -> String {
        match self {
            Self::Page(subject, from) => {
                let subject = subject.map_or(EVERYTHING, Subject::code);
                match from {
                    From::Newest => format!("v1:audit-page:{subject}:newest:0"),
                    From::Before(seq) => format!("v1:audit-page:{subject}:before:{seq}"),
                    From::After(seq) => format!("v1:audit-page:{subject}:after:{seq}"),
                }
            }
            Self::Filter => "v1:audit-filter".to_owned(),
            Self::Verify => "v1:audit-verify".to_owned(),
            Self::Export => "v1:audit-export".to_owned(),
            Self::Channel => "v1:audit-channel".to_owned(),
            Self::Stop => "v1:audit-stop".to_owned(),
        }
    }

    /// Reads a `custom_id`; none where it is not exactly one of these.
    pub fn parse(custom_id: &str) -> Option<Self> {
        let parts: Vec<_> = custom_id.strip_prefix("v1:")?.split(':').collect();
        let read = match parts.as_slice() {
            ["audit-filter"] => Self::Filter,
            ["audit-verify"] => Self::Verify,
            ["audit-export"] => Self::Export,
            ["audit-channel"] => Self::Channel,
            ["audit-stop"] => Self::Stop,
            ["audit-page", subject, from, seq] => {
                let seq = seq.parse().ok()?;
                let from = match *from {
                    "newest" => From::Newest,
                    "before" => From::Before(seq),
                    "after" => From::After(seq),
                    _ => return None,
                };
                Self::Page(read_subject(subject)?, from)
            }
            _ => return None,
        };
        (read.to_custom_id() == custom_id).then_some(read)
    }
}

/// What was chosen in the select; none where it was never offered there.
pub fn read_subject(code: &str) -> Option<Option<Subject>> {
    if code == EVERYTHING { Some(None) } else { Subject::of_code(code).map(Some) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_control_is_read_as_it_was_written_and_fits_discord() {
        let subjects = Subject::ALL.map(Some).into_iter().chain([None]);
        let pages = subjects.flat_map(|subject| {
            [From::Newest, From::Before(u64::MAX), From::After(3)].map(|from| AuditPress::Page(subject, from))
        });
        let others = [
            AuditPress::Filter,
            AuditPress::Verify,
            AuditPress::Export,
            AuditPress::Channel,
            AuditPress::Stop,
        ];
        for press in pages.chain(others) {
            let custom_id = press.to_custom_id();
            assert_eq!(AuditPress::parse(&custom_id), Some(press));
            assert!(custom_id.len() <= 100);
        }
        for strange in
            ["v1:audit-page:all:before:07", "v1:audit-page:x:newest:0", "v1:audit", "v2:audit-verify"]
        {
            assert_eq!(AuditPress::parse(strange), None);
        }
    }
}
