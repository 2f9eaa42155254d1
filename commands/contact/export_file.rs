//! The files of an export: a table for people, or JSON for programs, under the names and in the order of Microsoft's
//! connector for Intercom (`docs/design.md`).
//!
//! A customer types their own name, and a spreadsheet runs what begins like a formula: it gets an apostrophe before it,
//! whatever the spreadsheet takes for the end of a cell. The table begins with a byte order mark, without which spreadsheets misread names.

use deskbell_domain::contact::{Contact, Named, Role};
use deskbell_domain::time::Timestamp;
use deskbell_text::field as column;
use serde_json::{Map, Value, json};

/// A part is no larger.
const PART_BYTES: usize = 8 * 1024 * 1024;
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) enum Format {
    /// A table.
    Csv,
    /// An array of objects.
    Json,
}

impl Format {
    pub(crate) fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }
}

/// An export as it grows.
pub(crate) struct ExportFile {
    format: Format,
    role: Role,
    rows: Vec<Vec<u8>>,
    bytes: usize,
}

impl ExportFile {
    pub(crate) fn new(format: Format, role: Role) -> Self {
        Self { format, role, rows: Vec::new(), bytes: 0 }
    }

    /// Who is in it.
    pub(crate) fn role(&self) -> Role {
        self.role
    }

    /// How many are in it.
    pub(crate) fn count(&self) -> u64 {
        self.rows.len() as u64
    }

    /// Adds somebody, unless the file would be larger than `most`; tells whether it did.
    pub(crate) fn add(&mut self, contact: &Contact, most: usize) -> bool {
        let row = match self.format {
            Format::Csv => csv_row(values(contact).iter().map(|(_, value)| defused(&as_text(value)))),
            Format::Json => object(self.role, contact).to_string().into_bytes(),
        };
        let fits = self.bytes + row.len() + 2 <= most;
        if fits {
            self.bytes += row.len() + 2;
            self.rows.push(row);
        }
        fits
    }

    /// The finished files, each readable by itself.
    pub(crate) fn parts(&self) -> Vec<Vec<u8>> {
        let mut parts = Vec::new();
        let mut rest = self.rows.as_slice();
        while !rest.is_empty() {
            let mut size = 0;
            let fitting = rest.iter().take_while(|row| {
                size += row.len() + 2;
                size <= PART_BYTES - 1024
            });
            let (part, after) = rest.split_at(fitting.count().max(1));
            parts.push(self.part(part));
            rest = after;
        }
        parts
    }

    fn part(&self, rows: &[Vec<u8>]) -> Vec<u8> {
        match self.format {
            Format::Csv => {
                let head = csv_row(names(self.role).into_iter().map(str::to_owned));
                [BYTE_ORDER_MARK, &head, &rows.concat()].concat()
            }
            Format::Json => [b"[\n".as_slice(), &rows.join(b",\n".as_slice()), b"\n]\n"].concat(),
        }
    }
}

/// The columns. A lead's external id is called as `/lead get` calls it.
fn names(role: Role) -> Vec<&'static str> {
    values(&Contact::bare(deskbell_domain::ids::ContactId::new(""), role))
        .into_iter()
        .map(|(name, _)| name)
        .collect()
}

fn values(contact: &Contact) -> Vec<(&'static str, Value)> {
    let (legacy, location) = (&contact.legacy, &contact.location);
    let external_id = if contact.role == Role::Lead { column::LEAD_ID } else { column::USER_ID };
    vec![
        (column::ID, json!(contact.id.as_str())),
        (column::CREATED_DATE_TIME, json!(date_time(contact.created_at))),
        (external_id, json!(contact.external_id)),
        (column::EMAIL, json!(contact.email)),
        (column::PHONE, json!(contact.phone)),
        (column::NAME, json!(contact.name)),
        (column::SESSION_COUNT, json!(legacy.session_count)),
        (column::IMAGE_URL, json!(contact.image_url)),
        (column::IS_UNSUBSCRIBED, json!(contact.unsubscribed)),
        (column::CITY_NAME, json!(location.city)),
        (column::COUNTRY_NAME, json!(location.country)),
        (column::REGION_NAME, json!(location.region)),
        (column::LATITUDE, json!(legacy.latitude)),
        (column::LONGITUDE, json!(legacy.longitude)),
        (column::POSTAL_CODE, json!(legacy.postal_code)),
        (column::TIME_ZONE, json!(legacy.time_zone)),
        (column::PSEUDONYM, json!(legacy.pseudonym)),
        (column::COMPANY_NAME, json!(listed(&contact.companies.items))),
        (column::TAG_NAME, json!(listed(&contact.tags.items))),
    ]
}

/// Names; an id where the name is not known.
fn listed<Id: std::fmt::Display>(items: &[Named<Id>]) -> Vec<String> {
    items.iter().map(|item| item.name.clone().unwrap_or_else(|| item.id.to_string())).collect()
}

/// As the connector writes times.
fn date_time(at: Timestamp) -> Option<String> {
    if at == Timestamp::default() {
        return None;
    }
    jiff::Timestamp::from_second(at.0).ok().map(|time| time.to_string())
}

fn object(role: Role, contact: &Contact) -> Value {
    debug_assert_eq!(role, contact.role, "a search by role gives that role");
    Value::Object(
        values(contact).into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>(),
    )
}

fn as_text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(as_text).collect::<Vec<_>>().join("; "),
        other => other.to_string(),
    }
}

/// Keeps a spreadsheet from running a cell, wherever it cuts the row: many split by semicolons, tabs or bars, and some
/// do not heed quotation marks. So whatever begins like a formula gets an apostrophe before it, at the beginning of the
/// cell and after everything that could separate cells.
fn defused(cell: &str) -> String {
    if is_phone(cell) || is_number(cell) {
        return cell.to_owned();
    }
    let mut out = String::with_capacity(cell.len() + 1);
    let mut begins = true;
    for c in cell.chars() {
        if begins && begins_formula(c) {
            out.push('\'');
        }
        out.push(c);
        begins = separates(c) || (begins && c.is_whitespace());
    }
    out
}

fn begins_formula(c: char) -> bool {
    matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠')
}

/// What one program or another takes for the end of a cell or of a row. Spaces after it are trimmed by some.
fn separates(c: char) -> bool {
    matches!(c, ',' | ';' | '|' | '"' | '\u{2028}' | '\u{2029}' | '\u{feff}') || c.is_control()
}

/// A number as people are called by: a plus, then digits with blanks, brackets, dots and dashes between them. E.164
/// allows 15 digits; where there are fewer than seven it is rather a sum.
fn is_phone(cell: &str) -> bool {
    let Some(rest) = cell.strip_prefix('+') else { return false };
    let digits = rest.bytes().filter(u8::is_ascii_digit).count();
    (7..=15).contains(&digits)
        && rest.starts_with(|c: char| c.is_ascii_digit() || c == '(')
        && rest.ends_with(|c: char| c.is_ascii_digit())
        && rest.bytes().all(|b| b.is_ascii_digit() || b" ().-".contains(&b))
}

/// A single number, not a sum.
fn is_number(cell: &str) -> bool {
    cell.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b)) && cell.parse::<f64>().is_ok()
}

fn csv_row(cells: impl Iterator<Item = String>) -> Vec<u8> {
    let mut writer =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::with_capacity(256));
    // Writing into memory cannot fail, and every row has the same number of cells.
    if writer.write_record(cells).is_err() {
        return Vec::new();
    }
    writer.into_inner().unwrap_or_default()
}

#[cfg(test)]
mod tests;
