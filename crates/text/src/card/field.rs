//! The fields of a user by name.

use deskbell_domain::difference::Field;

/// A field's name as cards show it: that of Microsoft's connector, where that has one.
pub fn name(field: &Field) -> &str {
    match field {
        Field::Email => "Email",
        Field::Phone => "Phone",
        Field::Name => "Name",
        Field::UserId => "User Id",
        Field::ImageUrl => "Image URL",
        Field::Unsubscribed => "Is Unsubscribed",
        Field::Companies => "Company Name",
        Field::Tags => "Tag Name",
        Field::Location => "Location",
        Field::Owner => "Owner",
        Field::Custom(name) => name,
    }
}
