use deskbell_desk::contact::PartialList;
use deskbell_desk::ids::{CompanyId, ContactId, TagId};

use super::*;

fn ada() -> Contact {
    let mut ada = Contact::bare(ContactId::new("6762f0dd1bb69f9f2193bb83"), Role::Lead);
    ada.created_at = Timestamp(1_763_889_600);
    ada.email = Some("ada@acme.io".to_owned());
    ada.phone = Some("+49301234567".to_owned());
    ada.name = Some("=HYPERLINK(\"https://evil.example\",\"Ada\")".to_owned());
    ada.unsubscribed = Some(false);
    ada.legacy.latitude = Some(-13.41);
    let company = |id: &str, name: &str| Named { id: CompanyId::new(id), name: Some(name.to_owned()) };
    ada.companies =
        PartialList { items: vec![company("1", "Acme, Ltd"), company("2", "Acme Labs")], total: 2 };
    ada.tags = PartialList { items: vec![Named { id: TagId::new("12"), name: None }], total: 1 };
    ada
}

fn written(format: Format, contacts: &[Contact]) -> String {
    let mut file = ExportFile::new(format, Role::Lead);
    for contact in contacts {
        assert!(file.add(contact, usize::MAX));
    }
    String::from_utf8(file.parts().concat()).expect("text")
}

#[test]
fn a_table_has_the_seeds_columns_and_no_cell_that_a_spreadsheet_would_run() {
    let text = written(Format::Csv, &[ada()]);
    assert!(text.starts_with('\u{feff}'));
    insta::assert_snapshot!(text.trim_start_matches('\u{feff}').replace("\r\n", "\n"), @r#"
Id,Created Date-Time,Lead Id,Email,Phone,Name,Session Count,Image URL,Is Unsubscribed,City Name,Country Name,Region Name,Latitude,Longitude,Postal Code,Time Zone,Pseudonym,Company Name,Tag Name
6762f0dd1bb69f9f2193bb83,2025-11-23T09:20:00Z,,ada@acme.io,'+49301234567,"'=HYPERLINK(""https://evil.example"",""Ada"")",,,false,,,,'-13.41,,,,,"Acme, Ltd; Acme Labs",12
"#);
}

#[test]
fn json_has_the_same_names() {
    insta::assert_snapshot!(written(Format::Json, &[ada()]), @r#"
[
{"City Name":null,"Company Name":["Acme, Ltd","Acme Labs"],"Country Name":null,"Created Date-Time":"2025-11-23T09:20:00Z","Email":"ada@acme.io","Id":"6762f0dd1bb69f9f2193bb83","Image URL":null,"Is Unsubscribed":false,"Latitude":-13.41,"Lead Id":null,"Longitude":null,"Name":"=HYPERLINK(\"https://evil.example\",\"Ada\")","Phone":"+49301234567","Postal Code":null,"Pseudonym":null,"Region Name":null,"Session Count":null,"Tag Name":["12"],"Time Zone":null}
]
"#);
}

#[test]
fn every_beginning_of_a_formula_is_defused() {
    for cell in ["=1", "+1", "-1", "@a", "\t=1", "\r=1", "＝1"] {
        assert_eq!(defused(cell), format!("'{cell}"));
    }
    assert_eq!(defused("Ada"), "Ada");
}

#[test]
fn a_file_stops_before_it_is_too_large_and_its_parts_hold_everybody_once() {
    let mut file = ExportFile::new(Format::Csv, Role::Lead);
    let mut added = 0;
    while file.add(&ada(), 9 * 1024 * 1024) {
        added += 1;
    }
    let parts = file.parts();
    assert_eq!(parts.len(), 2);
    assert!(parts.iter().all(|part| part.len() <= PART_BYTES && part.starts_with(BYTE_ORDER_MARK)));
    let mut rows = 0;
    for part in &parts {
        let table = part.strip_prefix(BYTE_ORDER_MARK).expect("a mark");
        rows += csv::Reader::from_reader(table)
            .records()
            .map(|row| row.expect("a row").len())
            .filter(|n| *n == 19)
            .count();
    }
    assert_eq!(rows, added);
}
