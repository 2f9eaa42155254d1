//! The routes of companies.

use std::{collections::BTreeMap, num::NonZeroUsize};

use axum::{
    Extension, Json,
    extract::{Path, Query, State as Shared},
};
use bytes::Bytes;
use serde_json::{Value, json};

use super::{
    ApiVersion, Company, CompanyId, Contact, ContactId, Intercom,
    answer::{Answer, MarkedAnswer, described, outside_description},
    contacts::present,
    page::PageRequest,
    refusal::Refusal,
    request::read_object,
    settings::{CompanyLookUp, Paths},
    wire,
};

/// How many companies a page holds unless more or fewer are asked for.
const USUAL_PAGE: usize = 15;
/// The most companies that a page may hold.
const LARGEST_PAGE: usize = 60;
/// How many contacts of a company a page holds unless more or fewer are asked for.
const USUAL_MEMBERS: usize = 50;
/// How many companies paging reaches; beyond them only scrolling does.
const REACH: usize = 10_000;
/// How many companies a contact may have.
const MOST_PER_CONTACT: usize = 1_000;

type Parameters = Query<BTreeMap<String, String>>;

pub(super) async fn show(Shared(intercom): Shared<Intercom>, Path(id): Path<String>) -> Answer {
    intercom.with(|state| {
        let company = state.companies.get(&CompanyId::from(id)).ok_or_else(Refusal::no_company)?;
        Ok(Json(wire::company(state, company, &state.company_sizes())))
    })
}

/// The exact look-up by `name` or `company_id`; without either a page of all.
///
/// The description's words promise a single company, its schema and example a list of one: both can be had.
pub(super) async fn find(Shared(intercom): Shared<Intercom>, Query(query): Parameters) -> MarkedAnswer {
    let (name, company_id) = (query.get("name"), query.get("company_id"));
    if name.is_none() && company_id.is_none() {
        return page_of_companies(&intercom, &query).map(described);
    }
    intercom.with(|state| {
        let mut companies = state.companies.values();
        let company = companies.find(|company| {
            name.is_none_or(|name| company.name.as_ref() == Some(name))
                && company_id.is_none_or(|company_id| company.company_id == *company_id)
        });
        let company = company.ok_or_else(Refusal::no_company)?;
        let company = wire::company(state, company, &state.company_sizes());
        Ok(match state.settings.company_look_up {
            CompanyLookUp::List => described(Json(list_of_one(&company))),
            CompanyLookUp::Single => outside_description(Json(company)),
        })
    })
}

/// Pages by the query of a POST; companies without contacts are left out.
pub(super) async fn list(Shared(intercom): Shared<Intercom>, Query(query): Parameters) -> Answer {
    page_of_companies(&intercom, &query)
}

pub(super) async fn of_contact(
    Shared(intercom): Shared<Intercom>,
    Extension(version): Extension<ApiVersion>,
    Path(id): Path<String>,
    Query(query): Parameters,
) -> Answer {
    let numbered = NumberedPage::read(&query, USUAL_MEMBERS)?;
    let path = format!("/contacts/{id}/companies");
    intercom.with(|state| {
        let contact = present(state, &ContactId::from(id), version)?;
        let sizes = state.company_sizes();
        let all: Vec<_> = contact.companies.iter().filter_map(|id| state.companies.get(id)).collect();
        let page = numbered.cut(&all);
        let companies: Vec<_> = page.iter().map(|company| wire::company(state, company, &sizes)).collect();
        let key = if state.settings.oddities.paths == Paths::Legacy { "companies" } else { "data" };
        Ok(Json(json!({
            "type": "list",
            key: companies,
            "total_count": all.len(),
            "pages": numbered.pages(all.len(), Next::Link(&path)),
        })))
    })
}

pub(super) async fn attach(
    Shared(intercom): Shared<Intercom>,
    Extension(version): Extension<ApiVersion>,
    Path(id): Path<String>,
    body: Bytes,
) -> Answer {
    let (id, wanted) = (ContactId::from(id), read_object(&body)?);
    let company = wanted.get("id").and_then(Value::as_str).map(CompanyId::from);
    let company =
        company.ok_or_else(|| Refusal::bad_request("parameter_not_found", "company not specified"))?;
    let (now, now_ms) = (intercom.now(), intercom.clock.unix_millis());
    intercom.with(|state| {
        if present(state, &id, version)?.companies.len() >= MOST_PER_CONTACT {
            let message = "Contact has reached the maximum of 1000 company associations";
            return Err(Refusal::bad_request("contact_company_limit_exceeded", message));
        }
        state.attach(&id, &company, now, now_ms).ok_or_else(Refusal::no_company)?;
        let attached = state.companies.get(&company).ok_or_else(Refusal::no_company)?;
        Ok(Json(wire::company(state, attached, &state.company_sizes())))
    })
}

/// The contacts of a company, paged by a cursor in the query.
pub(super) async fn contacts(
    Shared(intercom): Shared<Intercom>,
    Extension(version): Extension<ApiVersion>,
    Path(id): Path<String>,
    Query(query): Parameters,
) -> Answer {
    let id = CompanyId::from(id);
    let request = PageRequest::from_query::<Contact>(&query, USUAL_MEMBERS)?;
    intercom.with(|state| {
        if !state.companies.contains_key(&id) {
            return Err(Refusal::no_company());
        }
        let members = state.searchable(i64::MAX).filter(|contact| contact.companies.contains(&id));
        let page = request.cut(members.collect());
        let data: Vec<_> =
            page.records.iter().map(|contact| wire::contact(state, contact, version)).collect();
        Ok(Json(json!({
            "type": "list",
            "data": data,
            "total_count": page.total_count,
            "pages": page.pages(),
        })))
    })
}

fn list_of_one(company: &Value) -> Value {
    json!({
        "type": "list",
        "data": [company],
        "total_count": 1,
        "pages": {"type": "pages", "page": 1, "next": null, "per_page": USUAL_PAGE, "total_pages": 1},
    })
}

fn page_of_companies(intercom: &Intercom, query: &BTreeMap<String, String>) -> Answer {
    let numbered = NumberedPage::read(query, USUAL_PAGE)?;
    let ascending = query.get("order").is_some_and(|order| order == "asc");
    intercom.with(|state| {
        let sizes = state.company_sizes();
        let mut listed: Vec<&Company> =
            state.companies.values().filter(|company| sizes.contains_key(&company.id)).collect();
        listed.sort_by_key(|company| (company.last_request_at, &company.id));
        if !ascending {
            listed.reverse();
        }
        let page = numbered.cut(&listed);
        let data: Vec<_> = page.iter().map(|company| wire::company(state, company, &sizes)).collect();
        Ok(Json(json!({
            "type": "list",
            "data": data,
            "total_count": listed.len(),
            "pages": numbered.pages(listed.len(), match state.settings.oddities.paths {
                Paths::Legacy => Next::Link("/companies/list"),
                Paths::Modern => Next::Record,
            }),
        })))
    })
}

/// How an answer tells where the next page is.
#[derive(Clone, Copy)]
enum Next<'a> {
    /// By its address, of which this is the path.
    Link(&'a str),
    /// By its number.
    Record,
}

/// A page asked for by its number.
struct NumberedPage {
    page: NonZeroUsize,
    per_page: NonZeroUsize,
}

impl NumberedPage {
    fn read(query: &BTreeMap<String, String>, usual: usize) -> Result<Self, Refusal> {
        let number = |name: &str, usual: usize| match query.get(name).map(|text| text.parse()) {
            None => Ok(NonZeroUsize::new(usual).unwrap_or(NonZeroUsize::MIN)),
            Some(Ok(number)) => Ok(number),
            Some(Err(_)) => Err(Refusal::bad_request("bad_request", format!("bad '{name}' parameter"))),
        };
        let page = number("page", 1)?;
        let largest = NonZeroUsize::new(LARGEST_PAGE).unwrap_or(NonZeroUsize::MIN);
        let per_page = number("per_page", usual)?.min(largest);
        if (page.get() - 1).saturating_mul(per_page.get()) >= REACH {
            let message = "page limit reached, please use scroll API";
            return Err(Refusal::bad_request("bad_request", message));
        }
        Ok(Self { page, per_page })
    }

    fn cut<'a, T>(&self, all: &'a [T]) -> &'a [T] {
        let start = ((self.page.get() - 1) * self.per_page.get()).min(all.len());
        &all[start..(start + self.per_page.get()).min(all.len())]
    }

    /// The `pages` object.
    fn pages(&self, total: usize, next: Next<'_>) -> Value {
        let (page, per_page) = (self.page.get(), self.per_page.get());
        let total_pages = total.div_ceil(per_page);
        let next = match next {
            _ if page >= total_pages => Value::Null,
            Next::Link(path) => {
                json!(format!("https://api.intercom.io{path}?page={}&per_page={per_page}", page + 1))
            }
            Next::Record => json!({"page": page + 1, "per_page": per_page}),
        };
        json!({"type": "pages", "page": page, "per_page": per_page, "total_pages": total_pages, "next": next})
    }
}
