//! What the controls below `/access list` carry with which a manager says who a member is in Intercom.

use crate::ids::MemberId;

/// What such a control carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhoPress {
    /// A page of the members who said who they are, from 0.
    List(u32),
    /// "Change who somebody is…": the select's value is the member's id.
    Member,
    /// Who that member is: the select's value is a teammate's id.
    Is(MemberId),
    /// A page of that select, from 0.
    Page(u32, MemberId),
    /// `[Nobody]`: they are asked at their next press.
    Nobody(MemberId),
}

impl WhoPress {
    pub(super) fn to_custom_id(self) -> String {
        match self {
            Self::List(page) => format!("v1:who:list:{page}"),
            Self::Member => "v1:who:member".to_owned(),
            Self::Is(member) => format!("v1:who:is:{member}"),
            Self::Page(page, member) => format!("v1:who:page:{page}:{member}"),
            Self::Nobody(member) => format!("v1:who:nobody:{member}"),
        }
    }

    pub(super) fn read(parts: &[&str]) -> Option<Self> {
        Some(match parts {
            ["list", page] => Self::List(page.parse().ok()?),
            ["member"] => Self::Member,
            ["is", member] => Self::Is(member.parse().ok()?),
            ["page", page, member] => Self::Page(page.parse().ok()?, member.parse().ok()?),
            ["nobody", member] => Self::Nobody(member.parse().ok()?),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::press::set_up::SetUpPress;

    #[test]
    fn old_buttons_keep_their_words() {
        let all = [
            (WhoPress::List(1), "v1:who:list:1"),
            (WhoPress::Member, "v1:who:member"),
            (WhoPress::Is(MemberId(9)), "v1:who:is:9"),
            (WhoPress::Page(2, MemberId(9)), "v1:who:page:2:9"),
            (WhoPress::Nobody(MemberId(9)), "v1:who:nobody:9"),
        ];
        for (press, carried) in all {
            assert_eq!(SetUpPress::Who(press).to_custom_id(), carried);
            assert_eq!(SetUpPress::parse(carried), Some(SetUpPress::Who(press)));
        }
        assert_eq!(SetUpPress::parse("v1:who:list:01"), None);
    }
}
