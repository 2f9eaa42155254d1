//! The fields that an operator chose to see on every card of a lead or user, beside those that always stand there.

use strum::EnumString;

/// How many fields can be chosen: each is two lines on a phone.
pub const MOST_CHOSEN: usize = 2;

/// A field that can be chosen. Name and picture are not among them: they stand on every card.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum ChosenField {
    /// Intercom's id.
    Id,
    /// When the record was made.
    CreatedAt,
    /// The external id.
    #[strum(serialize = "user_id", serialize = "lead_id")]
    UserId,
    /// E-mail address.
    Email,
    /// Phone number.
    Phone,
    /// How often the person came.
    SessionCount,
    /// Whether the person left the mailing list.
    #[strum(serialize = "unsubscribed", serialize = "is_unsubscribed")]
    Unsubscribed,
    /// City.
    #[strum(serialize = "city", serialize = "city_name")]
    City,
    /// Country.
    #[strum(serialize = "country", serialize = "country_name")]
    Country,
    /// Region.
    #[strum(serialize = "region", serialize = "region_name")]
    Region,
    /// Degrees.
    Latitude,
    /// Degrees.
    Longitude,
    /// Postal code.
    PostalCode,
    /// Time zone.
    TimeZone,
    /// The made-up name of somebody who gave none.
    Pseudonym,
    /// The companies.
    #[strum(serialize = "companies", serialize = "company_name")]
    Companies,
    /// The tags.
    #[strum(serialize = "tags", serialize = "tag_name")]
    Tags,
    /// One custom attribute, by name.
    #[strum(disabled)]
    Custom(String),
}

/// Why a choice of fields will not do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotChosen {
    /// This is no field that can be chosen.
    NoField(String),
    /// So many are named.
    TooMany(usize),
    /// None is named.
    Nothing,
}

impl ChosenField {
    fn parse(text: &str) -> Option<Self> {
        match text.strip_prefix("custom:").map(str::trim) {
            Some("") => None,
            Some(name) => Some(Self::Custom(name.to_owned())),
            // As Microsoft's connector writes it, too: "City Name".
            None => text.to_ascii_lowercase().replace([' ', '-'], "_").parse().ok(),
        }
    }
}

/// The fields that were chosen, in the order of the choice: `CARD_FIELDS`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardFields(Vec<ChosenField>);

impl Default for CardFields {
    fn default() -> Self {
        Self(vec![ChosenField::Tags, ChosenField::City])
    }
}

impl CardFields {
    /// Reads a choice such as `tags,custom:plan`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, NotChosen> {
        let mut chosen = Vec::new();
        for name in text.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            let field = ChosenField::parse(name).ok_or_else(|| NotChosen::NoField(name.to_owned()))?;
            if !chosen.contains(&field) {
                chosen.push(field);
            }
        }
        match chosen.len() {
            0 => Err(NotChosen::Nothing),
            1..=MOST_CHOSEN => Ok(Self(chosen)),
            count => Err(NotChosen::TooMany(count)),
        }
    }

    /// The fields, in the order in which they stand on a card.
    pub fn iter(&self) -> impl Iterator<Item = &ChosenField> {
        self.0.iter()
    }

    /// Whether a field was chosen.
    pub fn contains(&self, field: &ChosenField) -> bool {
        self.0.contains(field)
    }

    /// Whether a custom attribute was chosen.
    pub fn contains_attribute(&self, name: &str) -> bool {
        self.0.iter().any(|field| matches!(field, ChosenField::Custom(chosen) if chosen == name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_named_as_the_settings_or_as_the_cards_name_it() {
        let tags_and_plan = CardFields(vec![ChosenField::Tags, ChosenField::Custom("plan".to_owned())]);
        assert_eq!(CardFields::parse(" tags , custom: plan"), Ok(tags_and_plan.clone()));
        assert_eq!(CardFields::parse("Tag Name,custom:plan,tags,"), Ok(tags_and_plan));
        assert_eq!(CardFields::parse("tags,city"), Ok(CardFields::default()));
    }

    #[test]
    fn what_cannot_be_chosen_is_told_apart() {
        assert_eq!(CardFields::parse("plan"), Err(NotChosen::NoField("plan".to_owned())));
        assert_eq!(CardFields::parse("custom:"), Err(NotChosen::NoField("custom:".to_owned())));
        assert_eq!(CardFields::parse("name"), Err(NotChosen::NoField("name".to_owned())));
        assert_eq!(CardFields::parse("tags,city,country"), Err(NotChosen::TooMany(3)));
        assert_eq!(CardFields::parse(" , "), Err(NotChosen::Nothing));
    }
}
