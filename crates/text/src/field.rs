//! The fields of a lead or user, as cards and exported files name them: the names of Microsoft's connector for Intercom
//! (`docs/design.md`).

use deskbell_domain::difference::Field;

/// Id.
pub const ID: &str = "Id";
/// Created Date-Time.
pub const CREATED_DATE_TIME: &str = "Created Date-Time";
/// Lead Id.
pub const LEAD_ID: &str = "Lead Id";
/// User Id.
pub const USER_ID: &str = "User Id";
/// Email.
pub const EMAIL: &str = "Email";
/// Phone.
pub const PHONE: &str = "Phone";
/// Name.
pub const NAME: &str = "Name";
/// Session Count.
pub const SESSION_COUNT: &str = "Session Count";
/// Image URL.
pub const IMAGE_URL: &str = "Image URL";
/// Is Unsubscribed.
pub const IS_UNSUBSCRIBED: &str = "Is Unsubscribed";
/// City Name.
pub const CITY_NAME: &str = "City Name";
/// Country Name.
pub const COUNTRY_NAME: &str = "Country Name";
/// Region Name.
pub const REGION_NAME: &str = "Region Name";
/// Latitude.
pub const LATITUDE: &str = "Latitude";
/// Longitude.
pub const LONGITUDE: &str = "Longitude";
/// Postal Code.
pub const POSTAL_CODE: &str = "Postal Code";
/// Time Zone.
pub const TIME_ZONE: &str = "Time Zone";
/// Pseudonym.
pub const PSEUDONYM: &str = "Pseudonym";
/// Company Name.
pub const COMPANY_NAME: &str = "Company Name";
/// Tag Name.
pub const TAG_NAME: &str = "Tag Name";

/// A field's name as cards show it: that of Microsoft's connector, where that has one.
pub fn name(field: &Field) -> &str {
    match field {
        Field::Email => EMAIL,
        Field::Phone => PHONE,
        Field::Name => NAME,
        Field::UserId => USER_ID,
        Field::ImageUrl => IMAGE_URL,
        Field::Unsubscribed => IS_UNSUBSCRIBED,
        Field::Companies => COMPANY_NAME,
        Field::Tags => TAG_NAME,
        Field::Location => "Location",
        Field::Owner => "Owner",
        Field::Custom(name) => name,
    }
}
