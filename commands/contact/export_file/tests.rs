use deskbell_domain::contact::PartialList;
use deskbell_domain::ids::{CompanyId, ContactId, TagId};
use proptest::prelude::*;

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
6762f0dd1bb69f9f2193bb83,2025-11-23T09:20:00Z,,ada@acme.io,+49301234567,"'=HYPERLINK(""https://evil.example"",""Ada"")",,,false,,,,-13.41,,,,,"Acme, Ltd; Acme Labs",12
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
    for formula in
        ["=1", "+1+1", "-1+2", "@a", "＝1", "＋a", "－a", "＠a", "+49 30 SUM(A1)", "+1 (2", "--5551234"]
    {
        assert_eq!(defused(formula), format!("'{formula}"));
        for before in ["\t", "\r\n", "x;", "x,", "x|", "x\t", "x\n", "x\"", "x; ", " ", "\u{a0}", "\u{feff}"]
        {
            assert_eq!(defused(&format!("{before}{formula}")), format!("{before}'{formula}"));
        }
    }
    assert_eq!(defused("x;=cmd|'/C calc'!A0"), "x;'=cmd|'/C calc'!A0");
    assert_eq!(defused("a;b,=c\t@d|+e"), "a;b,'=c\t'@d|'+e");
}

#[test]
fn what_is_no_formula_stays_as_it_is() {
    let plain =
        ["Ada", "", "ada@acme.io", "a-b", "1 + 1 = 2", "Anne-Marie; Bob", "https://acme.io/?a=b&c=-1"];
    let numbers =
        ["+353861234567", "+49 30 1234567", "+1 (555) 010-9999", "+(44) 20.7946.0958", "-13.41", "+1"];
    for cell in plain.into_iter().chain(numbers) {
        assert_eq!(defused(cell), cell);
    }
}

/// As a program reads it that does not heed quotation marks and trims what it reads.
fn naive_fields(table: &str, separator: char) -> impl Iterator<Item = &str> {
    let lines = table.split(['\r', '\n']);
    lines.flat_map(move |line| line.split(separator)).map(|field| field.trim().trim_matches('"').trim())
}

fn nasty_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[=+@＝＋－＠;,|\"'\t\r\n -]{1,4}",
        Just("+49301234567".to_owned()),
        Just("-1".to_owned()),
        Just("A1".to_owned()),
        any::<String>(),
    ];
    proptest::collection::vec(piece, 0..5).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn whatever_separates_the_cells_none_begins_with_a_formula(
        rows in proptest::collection::vec((nasty_text(), nasty_text(), nasty_text()), 1..4),
    ) {
        let contacts: Vec<_> = rows.into_iter().map(|(name, phone, company)| {
            let mut contact = ada();
            (contact.name, contact.phone) = (Some(name), Some(phone));
            contact.companies.items[1].name = Some(company);
            contact
        }).collect();
        let table = written(Format::Csv, &contacts);
        for separator in [',', ';', '\t', '|'] {
            for field in naive_fields(&table, separator) {
                let is_plain = !field.starts_with(begins_formula) || is_phone(field) || is_number(field);
                prop_assert!(is_plain, "{:?} of {:?}", field, table);
            }
        }
    }

    #[test]
    fn a_table_gives_back_what_was_put_in_but_for_apostrophes(name in nasty_text()) {
        let contact = Contact { name: Some(name.clone()), ..ada() };
        let table = written(Format::Csv, &[contact]);
        let mut reader = csv::Reader::from_reader(table.trim_start_matches('\u{feff}').as_bytes());
        let row = reader.records().next().expect("a row").expect("it can be read");
        let without = |text: &str| text.replace('\'', "");
        prop_assert_eq!(without(&row[5]), without(&name));
    }
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
