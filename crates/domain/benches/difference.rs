//! How fast a record is compared with its snapshot: a poll does that for every user that moved.
//!
//! `cargo bench -p deskbell-domain`.

use std::hint::black_box;

use deskbell_domain::contact::{Contact, Named, PartialList, Role};
use deskbell_domain::difference::{Difference, Snapshot, UpdateFields};
use deskbell_domain::ids::{CompanyId, ContactId, TagId};
use deskbell_domain::time::Timestamp;

fn main() {
    divan::main();
}

/// A user with ten tags, three companies and twenty custom attributes.
fn user() -> Contact {
    let mut user = Contact::bare(ContactId::new("6762f0dd1bb69f9f2193bb83"), Role::User);
    user.external_id = Some("crm-991".to_owned());
    user.email = Some("ada@acme.io".to_owned());
    user.phone = Some("+49 30 1234567".to_owned());
    user.name = Some("Ada Lovelace".to_owned());
    user.updated_at = Timestamp(1_763_889_600);
    user.tags = members(10, TagId::new);
    user.companies = members(3, CompanyId::new);
    user.custom =
        (0..20).map(|number| (format!("attribute_{number}"), format!("value number {number}"))).collect();
    user
}

fn members<Id>(count: u32, id: impl Fn(String) -> Id) -> PartialList<Id> {
    let items =
        (0..count).map(|number| Named { id: id(number.to_string()), name: Some(format!("number {number}")) });
    PartialList { items: items.collect(), total: count }
}

#[divan::bench]
fn nothing_moved(bencher: divan::Bencher<'_, '_>) {
    compare(bencher, &user());
}

#[divan::bench]
fn a_page_was_visited(bencher: divan::Bencher<'_, '_>) {
    let mut visitor = user();
    visitor.updated_at = Timestamp(1_763_889_660);
    compare(bencher, &visitor);
}

#[divan::bench]
fn an_address_and_a_tag_changed(bencher: divan::Bencher<'_, '_>) {
    let mut changed = user();
    changed.updated_at = Timestamp(1_763_889_660);
    changed.email = Some("ada@lovelace.io".to_owned());
    changed.tags.items.pop();
    changed.tags.total = 9;
    compare(bencher, &changed);
}

fn compare(bencher: divan::Bencher<'_, '_>, now: &Contact) {
    let (before, fields) = (Snapshot::of(&user()), UpdateFields::default());
    bencher.bench(|| -> Difference { black_box(&before).difference(black_box(now), &fields) });
}
