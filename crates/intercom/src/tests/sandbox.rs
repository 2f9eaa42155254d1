//! Over real connections, against a workspace that remembers.

use std::{sync::Arc, time::Duration};

use deskbell_domain::port::intercom::{
    Companies as _, Contacts as _, Conversations as _, WorkspaceFacts as _,
};
use deskbell_domain::{
    connection::Holder,
    contact::{Contact, Role},
    conversation::Start,
    ids::{CompanyId, ContactId, WorkspaceId},
    port::{
        intercom::{
            Archived, Attached, CompanyKey, ContactFields, ContactFilter, ContactSearch, ContactSort,
            ConversationSearch, Created, Found, Intercom, IntercomError, NoConnection, Order, PageRequest,
        },
        random::Random,
    },
    time::{Clock, ServerTime, Timestamp, UnixMillis},
    workspace::Region,
};
use deskbell_sandbox::{
    clock,
    fault::{self, CannedAnswer, Effect},
    http::Server,
    intercom as stand_in,
    recorder::Recorder,
};
use reqwest::{Method, StatusCode, Url};
use secrecy::SecretString;
use serde_json::json;

use crate::{Connections, IntercomClient, Settings, Urgency, call::Call, transport::TransportFault};

/// 2024-06-12 10:00:00 UTC.
const WEDNESDAY: i64 = 1_718_186_400;

/// A workspace, its server and our client of it.
struct Bench {
    workspace: stand_in::Intercom,
    server: Server,
    server_time: Arc<ServerTime>,
    client: IntercomClient,
}

impl Bench {
    async fn start() -> Self {
        Self::start_with(|_| ()).await
    }

    async fn start_with(change: impl FnOnce(&mut Settings)) -> Self {
        let clock = clock::Clock::standing_at(WEDNESDAY);
        let workspace = stand_in::Intercom::new(clock, Recorder::in_memory(), 1);
        let server = workspace.serve().await.unwrap();
        let mut settings = Settings {
            base_url: Url::parse(&server.url()).unwrap(),
            token: SecretString::from("sandbox-intercom-token"),
            holder: Holder::Operator,
            version: "2.16".to_owned(),
            workspace_override: None,
            calls_per_minute: 100,
        };
        change(&mut settings);
        let connections = Connections::new("deskbell-test/0").unwrap();
        let server_time = Arc::new(ServerTime::new(Arc::new(Still)));
        let client =
            IntercomClient::build(settings, connections, Arc::clone(&server_time), Arc::new(Still)).unwrap();
        Self { workspace, server, server_time, client }
    }

    async fn create(&self, role: Role, email: &str) -> Created {
        let fields = ContactFields { email: Some(email.to_owned()), ..ContactFields::default() };
        self.client.create_contact(role, &fields).await.unwrap()
    }

    async fn all(&self, search: &ContactSearch, size: u32) -> (Vec<Contact>, usize) {
        let (mut found, mut pages) = (Vec::new(), 0);
        let mut request = PageRequest { size, cursor: None };
        loop {
            let page = self.client.search_contacts(search, &request).await.unwrap();
            found.extend(page.items);
            pages += 1;
            match page.next {
                Some(next) => request.cursor = Some(next),
                None => return (found, pages),
            }
        }
    }
}

/// A clock far behind the workspace's, and no jitter.
struct Still;

impl Clock for Still {
    fn now(&self) -> UnixMillis {
        UnixMillis(1_000_000_000_000)
    }
}

impl Random for Still {
    fn number(&self) -> u64 {
        20
    }
}

fn made(created: Created) -> Contact {
    match created {
        Created::Contact(contact) => *contact,
        Created::Conflict { .. } => panic!("it exists already"),
    }
}

fn newest(role: Option<Role>, filter: ContactFilter) -> ContactSearch {
    ContactSearch { role, filter, endings: Vec::new(), sort: ContactSort::CreatedDescending }
}

fn names(contacts: &[Contact]) -> Vec<&str> {
    contacts.iter().filter_map(|contact| contact.name.as_deref()).collect()
}

#[tokio::test]
async fn a_lead_is_made_changed_and_put_into_a_company() {
    let bench = Bench::start().await;
    let acme = bench.workspace.companies().create(stand_in::NewCompany::named("Acme"));
    let lead = made(bench.create(Role::Lead, "ada@example.com").await);
    assert_eq!((lead.role, lead.created_at), (Role::Lead, Timestamp(WEDNESDAY)));

    let fields = ContactFields { name: Some("Ada".to_owned()), ..ContactFields::default() };
    let changed = bench.client.update_contact(&lead.id, &fields).await.unwrap();
    assert_eq!((changed.name.as_deref(), changed.email.as_deref()), (Some("Ada"), Some("ada@example.com")));

    let acme = CompanyId::new(acme.as_str());
    let attached = bench.client.attach_company(&lead.id, &acme).await.unwrap();
    assert!(matches!(attached, Attached::Company(company) if company.name.as_deref() == Some("Acme")));
    let companies = bench.client.companies_of(&lead.id).await.unwrap();
    assert!(companies.iter().map(|company| &company.id).eq([&acme]));

    let found = bench.client.contact(&lead.id).await.unwrap();
    assert!(matches!(found, Found::Contact(contact) if contact.companies.total == 1));
    let gone = bench.client.attach_company(&lead.id, &CompanyId::new("no-such")).await.unwrap();
    assert!(matches!(gone, Attached::Gone));
}

#[tokio::test]
async fn a_user_that_exists_or_is_archived_is_a_conflict_that_names_it() {
    let bench = Bench::start().await;
    let user = made(bench.create(Role::User, "ada@example.com").await);
    let known = Created::Conflict { id: Some(user.id.clone()), archived: Archived::No };
    assert_eq!(bench.create(Role::User, "ada@example.com").await, known);

    let id = bench.workspace.contacts().all()[0].id.clone();
    bench.workspace.contacts().archive(&id).unwrap();
    let archived = Created::Conflict { id: Some(user.id.clone()), archived: Archived::Yes };
    assert_eq!(bench.create(Role::User, "ada@example.com").await, archived);
    bench.client.unarchive_contact(&user.id).await.unwrap();
    assert!(matches!(bench.client.contact(&user.id).await, Ok(Found::Contact(_))));
}

#[tokio::test]
async fn a_search_is_walked_page_by_page_newest_first() {
    let bench = Bench::start().await;
    for number in 0..7 {
        let lead =
            stand_in::NewContact::lead().name(&format!("Lead {number}")).created_at(WEDNESDAY - 10 + number);
        bench.workspace.contacts().create(lead);
    }
    bench.workspace.contacts().create(stand_in::NewContact::user().name("User"));
    let (leads, pages) = bench.all(&newest(Some(Role::Lead), ContactFilter::None), 3).await;
    assert_eq!(names(&leads), ["Lead 6", "Lead 5", "Lead 4", "Lead 3", "Lead 2", "Lead 1", "Lead 0"]);
    assert_eq!(pages, 3);

    let day_before = ContactFilter::CreatedAfter(Timestamp(WEDNESDAY - 2 * 86_400));
    let (both, _) = bench.all(&newest(None, day_before), 100).await;
    assert_eq!(both.len(), 8);
    let (found, _) = bench.all(&newest(None, ContactFilter::Text("lead 3".to_owned())), 100).await;
    assert_eq!(names(&found), ["Lead 3"]);
}

#[tokio::test]
async fn the_members_of_a_company_are_sifted_sorted_and_paged() {
    let bench = Bench::start().await;
    let acme = bench.workspace.companies().create(stand_in::NewCompany::named("Acme"));
    for number in 0..60 {
        let lead = stand_in::NewContact::lead()
            .name(&format!("Lead {number:02}"))
            .created_at(WEDNESDAY - 100 + number);
        bench.workspace.contacts().create(lead.company(&acme));
    }
    bench.workspace.contacts().create(stand_in::NewContact::user().name("User").company(&acme));
    bench.workspace.contacts().create(stand_in::NewContact::lead().name("Elsewhere"));
    let acme = CompanyId::new(acme.as_str());
    let (leads, pages) = bench.all(&newest(Some(Role::Lead), ContactFilter::Company(acme.clone())), 25).await;
    assert_eq!((leads.len(), pages), (60, 3));
    assert_eq!((names(&leads)[0], names(&leads)[59]), ("Lead 59", "Lead 00"));

    let text = ContactFilter::CompanyAndText(acme, "12 LEAD".to_owned());
    assert_eq!(names(&bench.all(&newest(Some(Role::Lead), text), 100).await.0), ["Lead 12"]);
    let gone = newest(None, ContactFilter::Company(CompanyId::new("no-such")));
    let page = PageRequest { size: 10, cursor: None };
    assert_eq!(bench.client.search_contacts(&gone, &page).await.map(drop), Err(IntercomError::Missing));
}

#[tokio::test]
async fn a_merged_lead_leads_to_the_user_it_became() {
    let bench = Bench::start().await;
    let lead = bench.workspace.contacts().create(stand_in::NewContact::lead().email("ada@example.com"));
    let user = bench.workspace.contacts().create(stand_in::NewContact::user().email("ada@example.com"));
    bench.workspace.contacts().merge(&lead, &user).unwrap();
    let found = bench.client.contact(&ContactId::new(lead.as_str())).await.unwrap();
    assert!(matches!(found, Found::Merged(contact) if contact.id.as_str() == user.as_str()));
}

#[tokio::test]
async fn conversations_are_searched_and_read_with_who_started_them() {
    let bench = Bench::start().await;
    let lead = bench.workspace.contacts().create(stand_in::NewContact::lead().name("Ada"));
    let admin = bench.workspace.workspace().admins()[0].id;
    let written = stand_in::NewConversation::from_contact(&lead, "<p>Hello <b>there</b></p>");
    let id = bench
        .workspace
        .conversations()
        .start(written.subject("<p>Order</p>").url("https://shop.example/?s=1"));
    bench.workspace.conversations().start(stand_in::NewConversation::outbound(&lead, admin, "<p>News</p>"));
    bench.workspace.conversations().start(stand_in::NewConversation::ticket(&lead, "<p>Broken</p>"));

    let page = PageRequest { size: 20, cursor: None };
    let since = ConversationSearch {
        after: Timestamp(WEDNESDAY - 60),
        endings: Vec::new(),
        order: Order::NewestFirst,
    };
    let page = bench.client.search_conversations(&since, &page).await.unwrap();
    let mut starts: Vec<_> = page.items.iter().map(|conversation| conversation.start).collect();
    starts.sort_by_key(|start| format!("{start:?}"));
    assert_eq!(starts, [Start::Customer, Start::Team, Start::Ticket]);

    let id = deskbell_domain::ids::ConversationId::new(id.as_str());
    let read = bench.client.conversation(&id).await.unwrap().unwrap().conversation;
    assert_eq!((read.subject.as_deref(), read.text.to_plain().as_str()), (Some("Order"), "Hello there"));
    assert_eq!(read.message_url.as_deref(), Some("https://shop.example/?…"));
    assert_eq!(read.contact.map(|contact| contact.to_string()).as_deref(), Some(lead.as_str()));
}

#[tokio::test]
async fn companies_tags_and_teammates_are_listed_and_looked_up() {
    let bench = Bench::start().await;
    let acme = bench.workspace.companies().create(stand_in::NewCompany::named("Acme Ltd"));
    let vip = bench.workspace.tags().create("VIP");
    let lead = bench
        .workspace
        .contacts()
        .create(stand_in::NewContact::lead().external_id("e-1").company(&acme).tag(&vip));
    let user = bench.workspace.contacts().create(stand_in::NewContact::user().external_id("e-2"));

    let page = bench.client.companies(1).await.unwrap();
    assert!(page.items.len() == 1 && !page.more);
    let by_name = bench.client.find_company(&CompanyKey::Name("Acme Ltd".to_owned())).await.unwrap();
    assert_eq!(by_name.unwrap().id.as_str(), acme.as_str());
    let by_key = bench.client.find_company(&CompanyKey::CompanyId("acme-ltd".to_owned())).await.unwrap();
    assert_eq!(by_key.unwrap().name.as_deref(), Some("Acme Ltd"));
    assert!(bench.client.find_company(&CompanyKey::Name("Nobody".to_owned())).await.unwrap().is_none());
    assert!(bench.client.company(&CompanyId::new(acme.as_str())).await.unwrap().is_some());

    assert_eq!(bench.client.tags().await.unwrap()[0].name, "VIP");
    assert_eq!(bench.client.tags_of(&ContactId::new(lead.as_str())).await.unwrap()[0].name, "VIP");
    assert_eq!(bench.client.admins().await.unwrap().len(), bench.workspace.workspace().admins().len());
    let found = bench.client.contact_by_external_id("e-2").await.unwrap().unwrap();
    assert_eq!(found.id.as_str(), user.as_str());
}

#[tokio::test]
async fn the_workspace_says_its_name_region_and_zone_or_the_settings_do() {
    let bench = Bench::start().await;
    bench.workspace.workspace().set_region("EU");
    let workspace = bench.client.workspace().await.unwrap();
    assert_eq!((workspace.id.as_str(), workspace.region), ("sandbox1", Some(Region::Eu)));
    for shape in [stand_in::MeShape::Null, stand_in::MeShape::WithoutApp] {
        bench.workspace.api().set_me(shape);
        let refused = bench.client.workspace().await;
        assert_eq!(refused, Err(IntercomError::NoWorkspace));
    }

    let bench =
        Bench::start_with(|settings| settings.workspace_override = Some(WorkspaceId::new("mine"))).await;
    bench.workspace.api().set_me(stand_in::MeShape::Null);
    assert_eq!(bench.client.workspace().await.unwrap().id.as_str(), "mine");
}

#[tokio::test]
async fn a_revoked_token_is_a_refusal_with_its_code() {
    let bench = Bench::start().await;
    bench.workspace.access().revoke();
    let refused = IntercomError::Refused { code: Some("token_revoked".to_owned()) };
    assert_eq!(bench.client.workspace().await, Err(refused));
    bench.workspace.access().restore();
    assert!(bench.client.workspace().await.is_ok());
}

#[tokio::test]
async fn the_legacy_api_adds_what_todays_api_dropped_until_it_refuses() {
    let bench = Bench::start().await;
    let user = stand_in::NewContact::user().with(|contact| {
        contact.past.session_count = 12;
        contact.past.pseudonym = Some("Blue Cat".to_owned());
    });
    let user = ContactId::new(bench.workspace.contacts().create(user).as_str());
    let legacy = bench.client.legacy(&user).await.unwrap().unwrap();
    assert_eq!((legacy.session_count, legacy.pseudonym.as_deref()), (Some(12), Some("Blue Cat")));
    bench.workspace.api().set_legacy_api(stand_in::LegacyApi::VersionRefused);
    assert!(bench.client.legacy(&user).await.unwrap().is_none());
    bench.workspace.api().set_legacy_api(stand_in::LegacyApi::Answers);
    assert!(bench.client.legacy(&user).await.unwrap().is_none());
}

#[tokio::test]
async fn odd_shapes_cost_nothing_and_broken_records_only_themselves() {
    let bench = Bench::start().await;
    let email = |number: i64| format!("lead{number}@example.com");
    let ids: Vec<_> = (0..5)
        .map(|number| {
            let lead = stand_in::NewContact::lead().email(&email(number)).avatar("https://example.com/a.png");
            bench.workspace.contacts().create(lead.created_at(WEDNESDAY - number))
        })
        .collect();
    bench.workspace.api().set_oddities(stand_in::Oddities {
        ids: stand_in::IdShape::Number,
        times: stand_in::TimeShape::Text,
        owner: stand_in::OwnerShape::Number,
        avatar: stand_in::AvatarShape::Text,
        lists: stand_in::ListShape::Null,
        paths: stand_in::Paths::Legacy,
        blanks: stand_in::Blanks::Empty,
        extra_fields: vec!["sms_consent".to_owned()],
        ..stand_in::Oddities::default()
    });
    bench.workspace.api().malform(&ids[1], stand_in::Malformed::WrongTypes);
    bench.workspace.api().malform(&ids[2], stand_in::Malformed::WithoutId);
    bench.workspace.api().malform(&ids[3], stand_in::Malformed::NotAnObject);

    let (leads, _) = bench.all(&newest(Some(Role::Lead), ContactFilter::None), 100).await;
    let read: Vec<_> = leads.iter().map(|lead| (lead.email.clone(), lead.created_at.0 - WEDNESDAY)).collect();
    assert_eq!(read, [(Some(email(0)), 0), (None, -1), (Some(email(4)), -4)]);
    assert_eq!(leads[0].image_url.as_deref(), Some("https://example.com/a.png"));
    assert_eq!(leads[0].name, None);
}

#[tokio::test]
async fn a_lead_whose_answer_is_cut_is_of_unknown_outcome_and_made_once() {
    for effect in [Effect::CutBody, Effect::LoseAnswer] {
        let bench = Bench::start().await;
        bench.workspace.faults().add(fault::Fault::new(effect).method(Method::POST).path("/contacts"));
        let fields = ContactFields { email: Some("ada@example.com".to_owned()), ..ContactFields::default() };
        let created = bench.client.create_contact(Role::Lead, &fields).await;
        assert_eq!(created, Err(IntercomError::OutcomeUnknown));
        assert_eq!(bench.workspace.contacts().all().len(), 1);
    }
}

#[tokio::test]
async fn what_cannot_be_connected_to_was_certainly_not_reached() {
    let bench = Bench::start().await;
    bench.server.stop().await;
    let request = bench.client.request(&Call::get("me"), Duration::from_secs(5)).unwrap();
    let outcome = bench.client.shared.transport.exchange(request, &mut |_| {}).await;
    assert_eq!(outcome.map(|answer| answer.status), Err(TransportFault::NotSent(NoConnection::Refused)));
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let (bench, elsewhere) = (Bench::start().await, Bench::start().await);
    let there = format!("{}/tags", elsewhere.server.url());
    let moved = CannedAnswer::new(StatusCode::MOVED_PERMANENTLY, json!({})).with_header("location", &there);
    bench.workspace.faults().add(fault::Fault::new(Effect::Status(moved)));
    assert!(matches!(bench.client.tags().await, Err(IntercomError::Invalid { .. })));
    assert_eq!(elsewhere.workspace.recorder().count(|_| true), 0);
}

#[tokio::test]
async fn every_call_says_who_asks_and_in_which_version_and_teaches_the_time() {
    let bench = Bench::start().await;
    made(bench.create(Role::Lead, "ada@example.com").await);
    let headers = bench.workspace.recorder().exchanges().remove(0).headers;
    insta::assert_snapshot!(json!(headers), @r#"{"accept":"application/json","authorization":"Bearer ***","content-type":"application/json","intercom-version":"2.16","user-agent":"deskbell-test/0"}"#);
    let told = bench.server_time.local().0 + bench.server_time.offset_ms();
    assert_eq!(UnixMillis(told).seconds(), Timestamp(WEDNESDAY));
    let poll = bench.client.at(Urgency::Poll);
    assert_eq!((poll.usage().last_minute, poll.usage().limit), (1, 100));
    assert!(poll.usage().latency.is_some());
}

mod people;
