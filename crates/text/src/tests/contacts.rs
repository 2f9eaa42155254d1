use std::sync::LazyLock;

use deskbell_domain::card::chosen::CardFields;
use deskbell_domain::channel::Audience;
use deskbell_domain::contact::{Contact, Legacy, Named, PartialList, Role};
use deskbell_domain::ids::{ChannelId, CompanyId, ContactId, MemberId, WorkspaceId};
use deskbell_domain::links::Links;
use deskbell_domain::message::{File, Message};
use deskbell_domain::port::intercom::{ContactFields, IntercomError, Unanswered};
use deskbell_domain::service::companies::Attachment;
use deskbell_domain::service::lead::Namesakes;
use deskbell_domain::service::list::{ListPage, ListQuery};
use deskbell_domain::service::look_up::Shared;
use deskbell_domain::service::user::{Update, Upsert};
use deskbell_domain::time::Timestamp;
use deskbell_domain::workspace::Region;
use insta::assert_snapshot;

use deskbell_discord::testing::read;

use crate::contact::export::Ending;
use crate::contact::list::ExportButton;
use crate::contact::{LegacyAnswer, Route, Shown};

const KEY: &str = "abcdefgh23456";

fn links() -> Links {
    Links::new(Region::Us, WorkspaceId::new("abc123"))
}

fn usual() -> &'static CardFields {
    static USUAL: LazyLock<CardFields> = LazyLock::new(CardFields::default);
    &USUAL
}

fn shown(links: &Links) -> Shown<'_> {
    Shown { workspace_name: "Acme", links, fields: usual() }
}

fn ada(role: Role) -> Contact {
    let company = Named { id: CompanyId::new("c"), name: Some("Acme Ltd".to_owned()) };
    Contact {
        name: Some("Ada Lovelace".to_owned()),
        email: Some("ada_l@acme.io".to_owned()),
        phone: Some("+49301234567".to_owned()),
        created_at: Timestamp(1_763_889_600),
        companies: PartialList { items: vec![company], total: 1 },
        ..Contact::bare(ContactId::new("6762f0dd1bb69f9f2193bb83"), role)
    }
}

#[test]
fn a_card_says_what_is_empty_and_once_asked_what_intercom_gives_no_more() {
    let links = links();
    let awaited = crate::contact::show(shown(&links), &ada(Role::Lead), Route::Direct, LegacyAnswer::Awaited);
    assert_snapshot!(read(&awaited), @r#"
ada_l@acme.io · +49301234567
-# Empty: Lead Id, Image URL, Is Unsubscribed, Tag Name, City Name, Country Name, Region Name
┃ Ada Lovelace
┃ Email: <ada_l@acme.io>
┃ Phone: <+49301234567>
┃ Company Name: Acme Ltd
┃ Created Date-Time: <t:1763889600:R>
┃ More: **Id** `6762f0dd1bb69f9f2193bb83`
┃ Lead · Acme
[Share here v1:share:6762f0dd1bb69f9f2193bb83] [Open in Intercom https://app.intercom.com/a/apps/abc123/users/6762f0dd1bb69f9f2193bb83]
"#);
    let asked =
        crate::contact::show(shown(&links), &ada(Role::Lead), Route::Merged(Role::Lead), LegacyAnswer::Asked);
    assert_snapshot!(deskbell_discord::text::text(asked.content.text(), 2000), @r#"
This lead was merged into [Ada Lovelace](https://app.intercom.com/a/apps/abc123/users/6762f0dd1bb69f9f2193bb83); here it is.
ada_l@acme.io · +49301234567
-# Empty: Lead Id, Image URL, Is Unsubscribed, Tag Name, City Name, Country Name, Region Name
-# Not given by Intercom any more: Session Count, Latitude, Longitude, Postal Code, Time Zone, Pseudonym
"#);
    let legacy = Legacy { session_count: Some(3), ..Legacy::default() };
    let known = Contact { legacy, ..ada(Role::User) };
    let known = crate::contact::show(shown(&links), &known, Route::Direct, LegacyAnswer::Asked);
    assert_snapshot!(deskbell_discord::text::text(known.content.text(), 2000), @r#"
ada_l@acme.io · +49301234567
-# Empty: User Id, Image URL, Is Unsubscribed, Tag Name, City Name, Country Name, Region Name, Latitude, Longitude, Postal Code, Time Zone, Pseudonym
"#);
}

fn first_line(reply: &Message) -> String {
    deskbell_discord::text::text(reply.content.text(), 2000)
}

#[test]
fn a_created_lead_is_kept_whatever_becomes_of_its_company() {
    let links = links();
    let said = |company| first_line(&crate::contact::lead_created(shown(&links), &ada(Role::Lead), &company));
    assert_snapshot!(said(Attachment::Attached), @"✅ Lead created.");
    assert_snapshot!(said(Attachment::Gone), @"✅ Lead created. ⚠️ The company was not attached: it no longer exists in Intercom. The lead is kept.");
    assert_snapshot!(said(Attachment::LimitReached), @"✅ Lead created. ⚠️ The company was not attached: the lead is in too many companies already. The lead is kept.");
    assert_snapshot!(said(Attachment::Failed(IntercomError::Unavailable(Unanswered::Silent))), @"✅ Lead created. ⚠️ The company was not attached: Intercom did not answer. The lead is kept.");
    assert_snapshot!(said(Attachment::Failed(IntercomError::OutcomeUnknown)), @"✅ Lead created. ⚠️ Intercom did not answer, so I do not know whether the company was attached. The lead is kept.");
}

#[test]
fn others_with_the_same_address_are_named() {
    let links = links();
    let said = |count, named, users| {
        let (newest, users) = (vec![ada(Role::Lead); named], vec![ada(Role::User); users]);
        let created = crate::contact::lead_created(shown(&links), &ada(Role::Lead), &Attachment::NotAsked);
        first_line(&crate::contact::with_namesakes(
            created,
            shown(&links),
            &Namesakes { count, newest, users },
        ))
    };
    assert_snapshot!(said(0, 0, 0), @"✅ Lead created.");
    assert_snapshot!(said(1, 1, 0), @r#"
✅ Lead created.
-# 1 other lead has this e-mail: [Ada Lovelace](https://app.intercom.com/a/apps/abc123/users/6762f0dd1bb69f9f2193bb83), <t:1763889600:R>.
"#);
    assert_snapshot!(said(5, 2, 0), @r#"
✅ Lead created.
-# 5 other leads have this e-mail: [Ada Lovelace](https://app.intercom.com/a/apps/abc123/users/6762f0dd1bb69f9f2193bb83), <t:1763889600:R>; [Ada Lovelace](https://app.intercom.com/a/apps/abc123/users/6762f0dd1bb69f9f2193bb83), <t:1763889600:R> and 3 more.
"#);
    assert_snapshot!(said(0, 0, 1), @"
✅ Lead created.
-# A user has this e-mail: [Ada Lovelace](https://app.intercom.com/a/apps/abc123/users/6762f0dd1bb69f9f2193bb83), <t:1763889600:R>.
");
}

fn updated(before: Option<Contact>, sent: ContactFields) -> Upsert {
    Upsert::Updated(Box::new(Update { before, after: ada(Role::User), sent }))
}

#[test]
fn a_saved_user_shows_what_changed() {
    let links = links();
    let said =
        |outcome: &Upsert, company| first_line(&crate::contact::user_saved(shown(&links), outcome, &company));
    let user = || Box::new(ada(Role::User));
    assert_snapshot!(said(&Upsert::Created(user()), Attachment::NotAsked), @"✅ User created.");
    assert_snapshot!(said(&Upsert::Created(user()), Attachment::Gone), @"✅ User created. ⚠️ The company was not attached: it no longer exists in Intercom. The user is kept.");
    assert_snapshot!(said(&Upsert::Unchanged(user()), Attachment::NotAsked), @"Nothing to change: Ada Lovelace already has these values.");
    assert_snapshot!(said(&Upsert::Unchanged(user()), Attachment::Attached), @"✅ User updated: **Company Name** + Acme Ltd.");
    let before = Contact { name: Some("*Ada*".to_owned()), phone: None, ..ada(Role::User) };
    let sent = ContactFields {
        name: Some("Ada Lovelace".to_owned()),
        phone: Some("+49301234567".to_owned()),
        ..ContactFields::default()
    };
    let both = updated(Some(before.clone()), sent.clone());
    assert_snapshot!(said(&both, Attachment::Attached), @r"✅ User updated: **Phone** + <+49301234567>, **Name** \*Ada\* → Ada Lovelace, **Company Name** + Acme Ltd.");
    assert_snapshot!(said(&updated(Some(before), sent), Attachment::NotAsked), @r#"✅ User updated: **Phone** + <+49301234567>, **Name** \*Ada\* → Ada Lovelace."#);
    assert_snapshot!(said(&updated(None, ContactFields::default()), Attachment::NotAsked), @"✅ This user was archived; I restored and updated it.");
}

#[test]
fn one_of_several_is_picked_by_name_and_address() {
    let nameless = Contact::bare(ContactId::new("6762f0dd1bb69f9f2193bb99"), Role::User);
    let users = [ada(Role::User), nameless];
    let reply = crate::contact::pick_contact(
        "2 users have this e-mail.".to_owned(),
        "v1:open-one".to_owned(),
        &users,
    );
    assert_snapshot!(read(&reply), @r"
    2 users have this e-mail.
    {Pick one… Ada Lovelace (ada_l@acme.io · Acme Ltd) | User …93bb99}
    ");
    let twin = Contact { id: ContactId::new("6762f0dd1bb69f9f2193bb77"), ..ada(Role::User) };
    let twins = [ada(Role::User), twin];
    let reply = crate::contact::pick_contact(
        "2 users have this e-mail.".to_owned(),
        "v1:open-one".to_owned(),
        &twins,
    );
    assert_snapshot!(read(&reply), @r"
    2 users have this e-mail.
    {Pick one… Ada Lovelace (…93bb83 · 2025-11-23 09:20 UTC · ada_l@acme.io · Acme Ltd) | Ada Lovelace (…93bb77 · 2025-11-23 09:20 UTC · ada_l@acme.io · Acme Ltd)}
    ");
}

fn page(number: u32, count: usize, total: u64, more: bool) -> ListPage {
    ListPage { number, contacts: vec![ada(Role::Lead); count], total, more }
}

#[test]
fn a_page_of_a_list_has_its_place_and_greyed_ends() {
    let links = links();
    let create = "</lead create:1>";
    let said = |query: &ListQuery, page: &ListPage| {
        read(&crate::contact::list::page(shown(&links), query, page, KEY, create, ExportButton::Shown))
    };
    let all = ListQuery::all(Role::Lead);
    assert_snapshot!(said(&all, &page(1, 2, 203, true)), @r"
    **203 leads** · Acme
    1. **[Ada Lovelace](https://app.intercom.com/a/apps/abc123/users/6762f0dd1bb69f9f2193bb83)** · <ada_l@acme.io> · Acme Ltd · <t:1763889600:R>
    2. **[Ada Lovelace](https://app.intercom.com/a/apps/abc123/users/6762f0dd1bb69f9f2193bb83)** · <ada_l@acme.io> · Acme Ltd · <t:1763889600:R>
    -# Page 1 of 21
    (◀ Newer) [Older ▶ v1:page:abcdefgh23456:2] [Export v1:export:abcdefgh23456]
    {Show one of these… Ada Lovelace (…93bb83 · 2025-11-23 09:20 UTC · ada_l@acme.io · Acme Ltd) | Ada Lovelace (…93bb83 · 2025-11-23 09:20 UTC · ada_l@acme.io · Acme Ltd)}
    ");
    assert_snapshot!(said(&all, &page(21, 1, 201, false)), @r"
    **201 leads** · Acme
    201. **[Ada Lovelace](https://app.intercom.com/a/apps/abc123/users/6762f0dd1bb69f9f2193bb83)** · <ada_l@acme.io> · Acme Ltd · <t:1763889600:R>
    -# Page 21 of 21
    [◀ Newer v1:page:abcdefgh23456:20] (Older ▶) [Export v1:export:abcdefgh23456]
    {Show one of these… Ada Lovelace (ada_l@acme.io · Acme Ltd)}
    ");
    assert_snapshot!(said(&all, &page(1, 0, 0, false)), @"No leads yet. </lead create:1> makes the first.");
    let filtered = ListQuery { search: Some("*acme*".to_owned()), ..all.clone() };
    assert_snapshot!(said(&filtered, &page(1, 0, 0, false)), @r#"No lead matches "\*acme\*"."#);
    let within = ListQuery { company_name: Some("Acme Ltd".to_owned()), ..filtered };
    assert_snapshot!(said(&within, &page(1, 1, 1, false)).lines().next().unwrap_or_default(), @r#"**1 lead** matching "\*acme\*" in Acme Ltd · Acme"#);
}

#[test]
fn ten_lines_at_their_longest_and_the_place_fit_into_one_message() {
    let long = |c: char| Some(c.to_string().repeat(300));
    let mut lead = ada(Role::Lead);
    lead.name = long('*');
    lead.email = Some(format!("{}@acme.io", "_".repeat(60)));
    lead.companies.items[0].name = long('_');
    let page = ListPage { number: 9_999, contacts: vec![lead; 10], total: 99_999, more: true };
    let links = Links::new(Region::Au, WorkspaceId::new("abcdefghij"));
    let query = ListQuery { search: Some("*".repeat(100)), ..ListQuery::all(Role::Lead) };
    let reply = crate::contact::list::page(shown(&links), &query, &page, KEY, "", ExportButton::Shown);
    let text = deskbell_discord::text::text(reply.content.text(), 100_000);
    assert!(text.chars().count() <= 2_000, "{}", text.chars().count());
}

#[test]
fn an_export_says_how_far_it_came() {
    assert_snapshot!(read(&crate::contact::export::progress(Role::Lead, 450, 2_031)), @"Collecting leads: 450 of 2,031 …");
    assert_snapshot!(read(&crate::contact::export::progress(Role::Lead, 0, 0)), @"Collecting leads …");
    assert_snapshot!(read(&crate::contact::export::stalled(Role::Lead, 450, 2_031)), @"Collecting leads: 450 of 2,031 … Intercom is slow, still trying. If it does not come back within some three minutes, you get what I have.");
    let file = || vec![File { name: "leads-acme-2026-11-23.csv".to_owned(), bytes: vec![0; 9] }];
    let said = |ending, count| read(&crate::contact::export::done(Role::Lead, count, 2_031, ending, file()));
    assert_snapshot!(said(Ending::Complete, 2_031), @r#"
✅ 2,031 leads.
📎 leads-acme-2026-11-23.csv (9 bytes)
"#);
    assert_snapshot!(said(Ending::OutOfTime, 1_200), @r#"
⚠️ 1,200 of 2,031 leads: I stop after 10 minutes. [Export] under a filtered list gives a part of them.
📎 leads-acme-2026-11-23.csv (9 bytes)
"#);
    assert_snapshot!(said(Ending::Full, 1_200), @r#"
⚠️ 1,200 of 2,031 leads: Discord takes no larger files. [Export] under a filtered list gives a part of them.
📎 leads-acme-2026-11-23.csv (9 bytes)
"#);
    assert_snapshot!(said(Ending::Broken, 1_200), @r#"
⚠️ 1,200 of 2,031 leads: Intercom did not answer any more, so the file ends there. Export again later: it begins anew.
📎 leads-acme-2026-11-23.csv (9 bytes)
"#);
    assert_snapshot!(said(Ending::Stopped, 1_200), @r#"
⚠️ 1,200 of 2,031 leads: I am being restarted. Try again in a minute for the rest.
📎 leads-acme-2026-11-23.csv (9 bytes)
"#);
    assert_snapshot!(read(&crate::contact::export::done(Role::Lead, 0, 0, Ending::Complete, vec![])), @"No leads yet.");
}

#[test]
fn a_shared_card_names_who_shared_it_and_rings_nobody() {
    let links = links();
    let shared = crate::contact::shared_card(shown(&links), &ada(Role::Lead), MemberId(5));
    assert!(shared.flags.silent);
    assert_snapshot!(deskbell_discord::text::text(shared.content.text(), 120), @"🌱 Ada Lovelace, shared by <@5>");
    assert_snapshot!(read(&crate::channel::shared(ChannelId(7))), @"✅ Shared in <#7>.");
    let id = ContactId::new("6762f0dd1bb69f9f2193bb83");
    assert_snapshot!(read(&crate::channel::ask_before_public_share(ChannelId(7), Audience::Everyone, &id)), @r#"
⚠️ Everyone in this server can read <#7>. The card would show them this customer's name, e-mail, phone number and company.
[Share anyway v1:share-anyway:6762f0dd1bb69f9f2193bb83]
"#);
}

#[test]
fn what_was_skipped_is_counted() {
    assert_snapshot!(read(&crate::channel::skipped(0, ChannelId(7))), @"Nothing is waiting for <#7> any more.");
    assert_snapshot!(read(&crate::channel::skipped(1, ChannelId(7))), @"✅ 1 waiting event is skipped. What comes from now on is posted in <#7>.");
    assert_snapshot!(read(&crate::channel::skipped(2_120, ChannelId(7))), @"✅ 2,120 waiting events are skipped. What comes from now on is posted in <#7>.");
}

#[test]
fn of_a_restored_user_it_is_said_what_was_not_done() {
    let command_ids = crate::command::CommandIds::default();
    let around = crate::around::Around { command_ids: &command_ids, now: Timestamp(1_763_889_600) };
    let only = |error| read(&crate::contact::only_restored(around, &ContactId::new("6762f0dd"), &error));
    let after = std::time::Duration::from_secs(9);
    assert_snapshot!(only(IntercomError::TooMany { after }), @r#"
This user was archived; I restored it and changed nothing else: you have asked Intercom for as much as one person may in a minute. `/user create` does the rest.
[Show the user v1:open:6762f0dd]
"#);
    assert_snapshot!(only(IntercomError::OutcomeUnknown), @r#"
This user was archived; I restored it. Then Intercom did not answer, so I do not know whether anything else was changed. `/user create` does the rest.
[Show the user v1:open:6762f0dd]
"#);
}

#[test]
fn whoever_may_not_export_sees_no_button_for_it() {
    let links = links();
    let reply = crate::contact::list::page(
        shown(&links),
        &ListQuery::all(Role::Lead),
        &page(1, 2, 203, true),
        KEY,
        "",
        ExportButton::Hidden,
    );
    let buttons = read(&reply);
    assert!(buttons.contains("[Older ▶") && !buttons.contains("Export"), "{buttons}");
}

#[test]
fn leads_with_a_new_users_address_are_named_and_one_of_them_becomes_the_user_by_a_press() {
    let links = links();
    let said = |leads: &[Contact]| {
        read(&crate::contact::leads::leads_have_it(shown(&links), leads, KEY.to_owned(), KEY.to_owned()))
    };
    assert_snapshot!(said(&[ada(Role::Lead)]), @r"
A lead has this e-mail: [Ada Lovelace](https://app.intercom.com/a/apps/abc123/users/6762f0dd1bb69f9f2193bb83), <t:1763889600:R>. I changed nothing.
[Make that lead a user v1:convert:abcdefgh23456] [Create a user all the same v1:create-beside:abcdefgh23456]
");
    let several = said(&vec![ada(Role::Lead); 5]);
    assert!(
        several.contains("5 leads have this e-mail: ") && several.contains(" and 2 more. I changed nothing.")
    );
}

#[test]
fn of_several_people_it_is_said_what_they_share() {
    let two = vec![ada(Role::Lead); 2];
    let said =
        |contacts: &[Contact], shared| first_line(&crate::contact::pick::one_to_open(contacts, &shared));
    assert_snapshot!(said(&two, Shared::Email), @"2 leads have this e-mail. Pick one:");
    assert_snapshot!(said(&two, Shared::Text), @"2 leads fit this. Pick one:");
    assert_snapshot!(said(&two, Shared::Company("Acme".to_owned())), @"2 leads are in this company. Pick one:");
    assert_snapshot!(said(&[ada(Role::Lead), ada(Role::User)], Shared::Text), @"2 people fit this. Pick one:");
    assert_snapshot!(said(&vec![ada(Role::User); 25], Shared::Text), @"More users fit this than I can show; these are the newest 25. Pick one, or type more:");
}

#[test]
fn addresses_that_are_left_for_later_are_counted_with_the_press_that_goes_on() {
    let more = |count| {
        let reply = crate::contact::pick::owners(&[ada(Role::Lead), ada(Role::User)], Vec::new());
        read(&crate::contact::pick::with_more_addresses(reply, count, "abcdefgh23456".to_owned()))
    };
    assert_snapshot!(more(1), @"
    I found 2 people. Pick one:
    -# 1 more address stands in that message.
    {Pick one… Ada Lovelace (…93bb83 · 2025-11-23 09:20 UTC · ada_l@acme.io · Acme Ltd) | Ada Lovelace (…93bb83 · 2025-11-23 09:20 UTC · ada_l@acme.io · Acme Ltd)}
    [Look it up v1:look:abcdefgh23456]
    ");
    assert_snapshot!(more(7), @"
    I found 2 people. Pick one:
    -# 7 more addresses stand in that message.
    {Pick one… Ada Lovelace (…93bb83 · 2025-11-23 09:20 UTC · ada_l@acme.io · Acme Ltd) | Ada Lovelace (…93bb83 · 2025-11-23 09:20 UTC · ada_l@acme.io · Acme Ltd)}
    [Look up the next ones v1:look:abcdefgh23456]
    ");
    let many = vec![ada(Role::Lead); 25];
    assert_snapshot!(first_line(&crate::contact::pick::owners(&many, Vec::new())), @"I found 25 people or more. Pick one:");
}

#[test]
fn an_unclear_lead_is_looked_for_and_a_deleted_one_shown_as_announced() {
    let command_ids = crate::command::CommandIds::default();
    let around = crate::around::Around { command_ids: &command_ids, now: Timestamp(1_763_889_600) };
    assert_snapshot!(read(&crate::contact::unclear::looking(around)), @"⚠️ Intercom did not answer, so I do not know whether the lead was created. I look for it myself within a minute and tell you here; `/lead list` shows it too.");
    assert_snapshot!(read(&crate::contact::unclear::not_found(around)), @"⚠️ Intercom did not answer, and a minute later I do not find the lead: it was most likely not created. Intercom's search can be late, so look at `/lead list` before trying again.");
    let links = links();
    assert_snapshot!(first_line(&crate::contact::deleted(shown(&links), &ada(Role::Lead))), @r"
This lead was deleted in Intercom.
-# The card shows what was known when it was announced.
");
}
