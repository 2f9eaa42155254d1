//! Search queries as Intercom wants them: one AND group, times in whole seconds, the cursor in the body (in the query
//! string it is silently ignored and the first page repeats for ever).

use deskbell_domain::{
    contact::Contact,
    matching::{Wanted, folded, is_same_email},
    port::intercom::{
        ContactFilter, ContactSearch, ContactSort, ConversationSearch, IdEnding, Order, Page, PageRequest,
        WaitingSearch,
    },
    time::Timestamp,
};
use serde_json::{Value, json};

const LARGEST_PAGE: u32 = 150;

/// Since 2.16 an abbreviation is refused.
fn word(order: Order) -> &'static str {
    match order {
        Order::OldestFirst => "ascending",
        Order::NewestFirst => "descending",
    }
}

/// The body of a contact search. Companies are no field of the search; `contacts` reads those by another route.
pub(crate) fn contacts(search: &ContactSearch, page: &PageRequest) -> Value {
    let role = search.role.map(|role| matching("role", "=", role.word()));
    let filters: Vec<Value> =
        role.into_iter().chain(conditions(&search.filter)).chain(ending(&search.endings)).collect();
    // A search needs a query; every contact was made after the first second of 1970.
    let filters = if filters.is_empty() { vec![after("created_at", Timestamp(0))] } else { filters };
    let (field, order) = match search.sort {
        ContactSort::CreatedDescending => ("created_at", Order::NewestFirst),
        ContactSort::CreatedAscending => ("created_at", Order::OldestFirst),
        ContactSort::UpdatedDescending => ("updated_at", Order::NewestFirst),
        ContactSort::UpdatedAscending => ("updated_at", Order::OldestFirst),
    };
    body(&alike(filters), field, order, page)
}

/// Intercom's description knows groups of conditions and groups of groups, but none that holds both.
fn alike(filters: Vec<Value>) -> Vec<Value> {
    let is_group = |filter: &Value| filter["value"].is_array();
    if !filters.iter().any(is_group) {
        return filters;
    }
    let grouped = |filter| json!({"operator": "AND", "value": [filter]});
    filters.into_iter().map(|filter| if is_group(&filter) { filter } else { grouped(filter) }).collect()
}

/// The body of a conversation search by when they last moved.
pub(crate) fn conversations(search: &ConversationSearch, page: &PageRequest) -> Value {
    let filters = [after("updated_at", search.after)].into_iter().chain(ending(&search.endings)).collect();
    body(&alike(filters), "updated_at", search.order, page)
}

/// The body of a search for conversations whose customers wait, by since when they do.
pub(crate) fn waiting(search: &WaitingSearch, page: &PageRequest) -> Value {
    let before = json!({"field": "waiting_since", "operator": "<", "value": search.before.0});
    let filters = [matching("state", "=", "open"), after("waiting_since", search.after), before];
    let filters = filters.into_iter().chain(ending(&search.endings)).collect();
    body(&alike(filters), "waiting_since", search.order, page)
}

fn ending(endings: &[IdEnding]) -> Option<Value> {
    let one = |ending: &IdEnding| matching("id", "$", ending.as_str());
    match endings {
        [] => None,
        [ending] => Some(one(ending)),
        several => Some(json!({"operator": "OR", "value": several.iter().map(one).collect::<Vec<_>>()})),
    }
}

fn conditions(filter: &ContactFilter) -> Vec<Value> {
    match filter {
        ContactFilter::None | ContactFilter::Company(_) => Vec::new(),
        ContactFilter::CreatedAfter(time) => vec![after("created_at", *time)],
        ContactFilter::UpdatedAfter(time) => vec![after("updated_at", *time)],
        ContactFilter::Email(email) => vec![of_email(email)],
        ContactFilter::Attribute(name, value) => {
            vec![matching(&format!("custom_attributes.{name}"), "=", value)]
        }
        ContactFilter::ExternalId(id) => vec![matching("external_id", "=", id)],
        ContactFilter::Text(text) | ContactFilter::CompanyAndText(_, text) => of_text(&Wanted::parse(text)),
        ContactFilter::MayBearAccents(text) => {
            let named = |half: &String| matching("name", "~", half);
            let halves = Wanted::parse(text).halves();
            halves.iter().map(|of_word| any(&of_word.iter().map(named).collect::<Vec<_>>())).collect()
        }
    }
}

/// Intercom does not say whether `=` minds capital letters, nor does it write every address in small ones; `~` finds them
/// in either, and too much besides.
fn of_email(email: &str) -> Value {
    let small = email.to_lowercase();
    let mut forms = vec![matching("email", "=", &small), matching("email", "~", &small)];
    if small != email {
        forms.insert(0, matching("email", "=", email));
    }
    any(&forms)
}

/// Each word in name or e-mail address. What may be a phone number or an external id is looked for whole.
fn of_text(wanted: &Wanted) -> Vec<Value> {
    let whole = |wanted: &Wanted| {
        let mut forms = contains(&wanted.text().to_lowercase());
        forms.push(matching("external_id", "=", wanted.text()));
        forms.extend(wanted.phone().into_iter().flat_map(of_phone));
        any(&forms)
    };
    match wanted.words() {
        [] => Vec::new(),
        [_] => vec![whole(wanted)],
        _ if wanted.phone().is_some() => vec![whole(wanted)],
        words => words.iter().map(|word| any(&contains(word))).collect(),
    }
}

/// Intercom keeps a number as it was written, with or without spaces. Few numbers have the same last digits.
fn of_phone(digits: &str) -> Vec<Value> {
    let last = digits.get(digits.len().saturating_sub(4)..).unwrap_or(digits);
    vec![matching("phone", "~", digits), matching("phone", "~", last)]
}

/// A word with its accents and without them.
fn contains(word: &str) -> Vec<Value> {
    let plain = folded(word);
    let forms = if plain == word { vec![word] } else { vec![word, plain.as_str()] };
    forms.into_iter().flat_map(|form| [matching("name", "~", form), matching("email", "~", form)]).collect()
}

fn any(forms: &[Value]) -> Value {
    json!({"operator": "OR", "value": forms})
}

/// Takes out of a page what Intercom found and was not meant.
pub(crate) fn sifted(filter: &ContactFilter, mut page: Page<Contact>) -> Page<Contact> {
    let found = page.items.len();
    match filter {
        ContactFilter::Email(email) => page
            .items
            .retain(|contact| contact.email.as_deref().is_some_and(|theirs| is_same_email(theirs, email))),
        ContactFilter::Text(text) => {
            let wanted = Wanted::parse(text);
            if wanted.phone().is_some() {
                page.items.retain(|contact| wanted.means(contact));
            }
        }
        _ => {}
    }
    let out = (found - page.items.len()) as u64;
    page.total = page.total.map(|total| total.saturating_sub(out));
    page
}

fn matching(field: &str, operator: &str, value: &str) -> Value {
    json!({"field": field, "operator": operator, "value": value})
}

fn after(field: &str, time: Timestamp) -> Value {
    json!({"field": field, "operator": ">", "value": time.0})
}

fn body(filters: &[Value], field: &str, order: Order, page: &PageRequest) -> Value {
    let mut pagination = json!({"per_page": page.size.clamp(1, LARGEST_PAGE)});
    if let Some(cursor) = &page.cursor {
        pagination["starting_after"] = json!(cursor.0);
    }
    json!({
        "query": {"operator": "AND", "value": filters},
        "sort": {"field": field, "order": word(order)},
        "pagination": pagination,
    })
}

#[cfg(test)]
mod tests {
    use deskbell_domain::{contact::Role, port::intercom::PageCursor};

    use super::*;

    fn page(cursor: Option<&str>) -> PageRequest {
        PageRequest { size: 100, cursor: cursor.map(|cursor| PageCursor(cursor.to_owned())) }
    }

    #[test]
    fn both_roles_are_searched_by_second_newest_first() {
        let search = ContactSearch {
            role: None,
            filter: ContactFilter::CreatedAfter(Timestamp(1_734_000_000)),
            endings: Vec::new(),
            sort: ContactSort::CreatedDescending,
        };
        insta::assert_snapshot!(contacts(&search, &page(None)), @r#"{"pagination":{"per_page":100},"query":{"operator":"AND","value":[{"field":"created_at","operator":">","value":1734000000}]},"sort":{"field":"created_at","order":"descending"}}"#);
    }

    #[test]
    fn a_text_is_looked_for_in_name_and_email_of_one_role() {
        let search = ContactSearch {
            role: Some(Role::Lead),
            filter: ContactFilter::Text("ada".to_owned()),
            endings: Vec::new(),
            sort: ContactSort::UpdatedDescending,
        };
        insta::assert_snapshot!(contacts(&search, &page(Some("WzE3"))), @r#"{"pagination":{"per_page":100,"starting_after":"WzE3"},"query":{"operator":"AND","value":[{"operator":"AND","value":[{"field":"role","operator":"=","value":"lead"}]},{"operator":"OR","value":[{"field":"name","operator":"~","value":"ada"},{"field":"email","operator":"~","value":"ada"},{"field":"external_id","operator":"=","value":"ada"}]}]},"sort":{"field":"updated_at","order":"descending"}}"#);
    }

    fn moved_conversations(endings: Vec<IdEnding>) -> ConversationSearch {
        ConversationSearch { after: Timestamp(1_734_000_000), endings, order: Order::NewestFirst }
    }

    #[test]
    fn a_part_of_a_search_is_asked_for_by_how_ids_end() {
        let ending = IdEnding::default().longer().last().unwrap().longer().next();
        let search = moved_conversations(ending.into_iter().collect());
        insta::assert_snapshot!(conversations(&search, &page(None)), @r#"{"pagination":{"per_page":100},"query":{"operator":"AND","value":[{"field":"updated_at","operator":">","value":1734000000},{"field":"id","operator":"$","value":"0f"}]},"sort":{"field":"updated_at","order":"descending"}}"#);
    }

    #[test]
    fn several_parts_are_asked_for_at_once() {
        let search = moved_conversations(IdEnding::default().longer().take(2).collect());
        insta::assert_snapshot!(conversations(&search, &page(None)), @r#"{"pagination":{"per_page":100},"query":{"operator":"AND","value":[{"operator":"AND","value":[{"field":"updated_at","operator":">","value":1734000000}]},{"operator":"OR","value":[{"field":"id","operator":"$","value":"0"},{"field":"id","operator":"$","value":"1"}]}]},"sort":{"field":"updated_at","order":"descending"}}"#);
    }

    #[test]
    fn conversations_that_moved_last_come_first() {
        insta::assert_snapshot!(conversations(&moved_conversations(Vec::new()), &page(None)), @r#"{"pagination":{"per_page":100},"query":{"operator":"AND","value":[{"field":"updated_at","operator":">","value":1734000000}]},"sort":{"field":"updated_at","order":"descending"}}"#);
    }

    #[test]
    fn those_who_wait_are_asked_for_from_either_end_and_in_parts() {
        let (after, before) = (Timestamp(1_733_000_000), Timestamp(1_734_000_000));
        let search = WaitingSearch { after, before, endings: Vec::new(), order: Order::OldestFirst };
        insta::assert_snapshot!(waiting(&search, &page(None)), @r#"{"pagination":{"per_page":100},"query":{"operator":"AND","value":[{"field":"state","operator":"=","value":"open"},{"field":"waiting_since","operator":">","value":1733000000},{"field":"waiting_since","operator":"<","value":1734000000}]},"sort":{"field":"waiting_since","order":"ascending"}}"#);
        let endings = IdEnding::default().longer().take(2).collect();
        let in_part = WaitingSearch { endings, order: Order::NewestFirst, ..search };
        insta::assert_snapshot!(waiting(&in_part, &page(None)), @r#"{"pagination":{"per_page":100},"query":{"operator":"AND","value":[{"operator":"AND","value":[{"field":"state","operator":"=","value":"open"}]},{"operator":"AND","value":[{"field":"waiting_since","operator":">","value":1733000000}]},{"operator":"AND","value":[{"field":"waiting_since","operator":"<","value":1734000000}]},{"operator":"OR","value":[{"field":"id","operator":"$","value":"0"},{"field":"id","operator":"$","value":"1"}]}]},"sort":{"field":"waiting_since","order":"descending"}}"#);
    }

    #[test]
    fn a_search_without_conditions_still_has_a_query_and_a_page_never_exceeds_the_largest() {
        let search = ContactSearch {
            role: None,
            filter: ContactFilter::None,
            endings: Vec::new(),
            sort: ContactSort::CreatedAscending,
        };
        let request = PageRequest { size: 1000, cursor: None };
        insta::assert_snapshot!(contacts(&search, &request), @r#"{"pagination":{"per_page":150},"query":{"operator":"AND","value":[{"field":"created_at","operator":">","value":0}]},"sort":{"field":"created_at","order":"ascending"}}"#);
    }
}
