//! Where a workspace says which member of a Discord server one of its contacts is: `CONTACT_DISCORD_FIELD`.

/// How the attribute is called by default.
const USUAL: &str = "discord_id";
/// How a custom attribute is named in the settings.
const PREFIX: &str = "custom:";
/// The longest name that Intercom takes.
const LONGEST: usize = 190;

/// The custom attribute of leads and users that holds the id of a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberField(String);

impl Default for MemberField {
    fn default() -> Self {
        Self(USUAL.to_owned())
    }
}

impl MemberField {
    /// Reads `custom:<attribute>`.
    pub fn parse(text: &str) -> Option<Self> {
        let name = text.trim().strip_prefix(PREFIX)?.trim();
        let can_be = |c: char| !c.is_control() && !matches!(c, '.' | '$' | ',');
        let is_name = !name.is_empty() && name.chars().count() <= LONGEST && name.chars().all(can_be);
        is_name.then(|| Self(name.to_owned()))
    }

    /// The attribute's name in Intercom.
    pub fn attribute(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_custom_attribute_can_hold_a_members_id() {
        assert_eq!(MemberField::parse("custom:discord_id"), Some(MemberField::default()));
        assert_eq!(
            MemberField::parse(" custom: Discord ").as_ref().map(MemberField::attribute),
            Some("Discord")
        );
        for wrong in ["", "discord_id", "custom:", "custom:a.b", "email"] {
            assert_eq!(MemberField::parse(wrong), None, "{wrong}");
        }
    }
}
