use deskbell_domain::contact::Role;
use deskbell_domain::ids::ContactId;
use proptest::prelude::*;

use super::*;
use crate::press::dispatch::Press;

const KEY: &str = "abcdefgh23456";

fn id() -> ContactId {
    ContactId::new("6762f0dd1bb69f9f2193bb83")
}

#[test]
fn every_control_is_read_as_what_it_was_written_as_and_fits() {
    let key = || KEY.to_owned();
    let all = [
        LookPress::Open(id()),
        LookPress::OpenOne,
        LookPress::Share(id()),
        LookPress::ShareAnyway(id()),
        LookPress::Page(key(), 4_294_967_295),
        LookPress::List(Role::Lead),
        LookPress::List(Role::User),
        LookPress::Export(key()),
        LookPress::LookAgain(key()),
        LookPress::Update(key()),
        LookPress::OpenAgain(id()),
        LookPress::Mend(key()),
        LookPress::Filled(key()),
        LookPress::InCompany(key()),
        LookPress::CreateLead(key()),
        LookPress::Convert(key()),
        LookPress::CreateBeside(key()),
    ];
    for press in all {
        let custom_id = press.to_custom_id();
        assert!(custom_id.len() <= 100, "{custom_id}");
        assert_eq!(Press::parse(&custom_id), Some(Press::Look(press)));
    }
}

#[test]
fn what_is_not_exactly_ours_is_an_old_button() {
    for odd in [
        "",
        "v1",
        "v1:",
        "v2:open:1",
        "v1:open:",
        "v1:open:a b",
        "v1:open:1:2",
        "v1:page:abcdefgh23456:0",
        "v1:page:abcdefgh23456:01",
        "v1:page:abcdefgh23456:-1",
        "v1:page:short:1",
        "v1:list:visitor",
        "v1:look:",
        "v1:open-one:x",
        "v1:share:../me",
    ] {
        assert_eq!(Press::parse(odd), None, "{odd}");
    }
}

proptest! {
    #[test]
    fn no_custom_id_panics_and_what_is_read_is_written_the_same(text in "(v1:)?[a-z-]{0,12}(:[ -~]{0,30}){0,3}") {
        if let Some(Press::Look(press)) = Press::parse(&text) {
            prop_assert_eq!(press.to_custom_id(), text);
        }
    }

    #[test]
    fn no_text_at_all_panics(text in ".{0,120}") {
        let _read = Press::parse(&text);
    }
}
