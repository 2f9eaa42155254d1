//! What teammates do to conversations and contacts through the API.

use super::{
    described::{has_only, is_a_conversation},
    *,
};
use crate::fault::{Effect, Fault};

/// A conversation that Ana began, in a workspace where Grace and Alan work.
struct Desk {
    asker: Asker,
    ana: ContactId,
    grace: AdminId,
    alan: AdminId,
    id: ConversationId,
}

impl Desk {
    async fn open() -> Self {
        let asker = Asker::start().await;
        let ana = asker.intercom.contacts().create(NewContact::lead().name("Ana"));
        let [grace, alan] = ["Grace", "Alan"]
            .map(|name| asker.intercom.workspace().add_admin(name, &format!("{name}@sandbox.example")));
        let id = asker.intercom.conversations().start(NewConversation::from_contact(&ana, "<p>Hello</p>"));
        Self { asker, ana, grace, alan, id }
    }

    fn talks(&self) -> ConversationsHandle<'_> {
        self.asker.intercom.conversations()
    }

    /// A call about the conversation as Grace makes it.
    async fn call(&self, path: &str, mut body: Value) -> (StatusCode, Value) {
        if body.get("admin_id").is_none() {
            body["admin_id"] = self.grace.to_string().into();
        }
        self.asker.post(&format!("/conversations/{}/{path}", self.id), body).await
    }

    async fn comment(&self, body: &str) -> (StatusCode, Value) {
        self.call("reply", json!({"type": "admin", "message_type": "comment", "body": body})).await
    }

    async fn assign(&self, kind: &str, to: &str) -> (StatusCode, Value) {
        self.call("parts", json!({"type": kind, "message_type": "assignment", "assignee_id": to})).await
    }

    /// The bodies that reached the customer.
    fn sent(&self) -> Vec<String> {
        self.talks().sent_to_customer(&self.id).into_iter().filter_map(|part| part.body).collect()
    }
}

/// The one part of an answer.
fn made((status, answer): (StatusCode, Value)) -> Value {
    assert_eq!(status, 200, "{answer}");
    is_a_conversation(&answer);
    assert_eq!(answer["conversation_parts"]["total_count"], 1);
    answer["conversation_parts"]["conversation_parts"][0].clone()
}

#[tokio::test]
async fn a_reply_reaches_the_customer_and_a_note_does_not_and_each_is_answered_with_its_part_alone() {
    let desk = Desk::open().await;
    let file = json!({"name": "a.txt", "content_type": "text/plain", "data": "aGVsbG8="});
    let wanted =
        json!({"type": "admin", "message_type": "comment", "body": "one\ntwo", "attachment_files": [file]});
    let part = made(desk.call("reply", wanted).await);
    assert_eq!((&part["part_type"], &part["body"]), (&json!("comment"), &json!("<p>one<br>two</p>")));
    assert_eq!(
        (&part["author"]["id"], &part["attachments"][0]["filesize"]),
        (&json!(desk.grace.to_string()), &json!(5))
    );
    assert!(part["app_package_code"].is_string());
    let note = made(
        desk.call("reply", json!({"type": "admin", "message_type": "note", "body": "<p>secret</p>"})).await,
    );
    assert_eq!(note["part_type"], "note");
    assert_eq!(desk.sent(), ["<p>one<br>two</p>"]);
}

#[tokio::test]
async fn a_reply_needs_words_a_teammate_and_a_conversation() {
    let desk = Desk::open().await;
    let team = desk.asker.intercom.workspace().add_team("Support");
    insta::assert_snapshot!(refusal(desk.comment(" ").await), @"400 parameter_not_found: body is missing");
    let as_team =
        json!({"type": "admin", "message_type": "comment", "body": "Hi", "admin_id": team.to_string()});
    insta::assert_snapshot!(
        refusal(desk.call("reply", as_team).await),
        @"404 not_found: Resource Not Found"
    );
    let wanted =
        json!({"type": "admin", "message_type": "comment", "body": "Hi", "admin_id": desk.grace.to_string()});
    insta::assert_snapshot!(
        refusal(desk.asker.post("/conversations/7/reply", wanted).await),
        @"404 not_found: Resource Not Found"
    );
    assert!(desk.sent().is_empty());
}

#[tokio::test]
async fn what_a_bot_answers_to_an_email_is_kept_and_not_sent() {
    let mut desk = Desk::open().await;
    let by_mail =
        NewConversation::from_contact(&desk.ana, "Hello").with(|mail| mail.channel = "email".to_owned());
    desk.id = desk.talks().start(by_mail);
    let wanted = json!({"type": "admin", "message_type": "comment", "body": "Hi", "admin_id": "278"});
    assert_eq!(made(desk.call("reply", wanted).await)["author"]["type"], "bot");
    assert!(desk.sent().is_empty());
    made(desk.comment("Hi").await);
    assert_eq!(desk.sent(), ["<p>Hi</p>"]);
}

#[tokio::test]
async fn a_second_assignment_to_the_same_is_refused_and_a_team_takes_it_from_a_teammate() {
    let desk = Desk::open().await;
    let team = desk.asker.intercom.workspace().add_team("Support");
    let part = made(desk.assign("admin", &desk.alan.to_string()).await);
    assert_eq!(part["assigned_to"], json!({"type": "admin", "id": desk.alan.to_string()}));
    insta::assert_snapshot!(
        refusal(desk.assign("admin", &desk.alan.to_string()).await),
        @"422 parameter_invalid: Conversation is already assigned to this assignee"
    );
    made(desk.assign("team", &team.to_string()).await);
    let shown = desk.talks().get(&desk.id).unwrap();
    assert_eq!((shown.assignee, shown.team), (None, Some(team)));
    let part = made(desk.assign("admin", "0").await);
    assert_eq!(part["assigned_to"], json!({"type": "nobody_admin", "id": null}));
    insta::assert_snapshot!(
        refusal(desk.assign("admin", &team.to_string()).await),
        @"404 assignee_not_found: Assignee not found"
    );
}

#[tokio::test]
async fn a_conversation_is_closed_with_words_opened_and_put_off() {
    let desk = Desk::open().await;
    let act = async |kind: &str| {
        desk.call("parts", json!({"type": "admin", "message_type": kind, "snoozed_until": WEDNESDAY + HOUR}))
            .await
    };
    let goodbye = json!({"type": "admin", "message_type": "close", "body": "Goodbye :)"});
    let part = made(desk.call("parts", goodbye).await);
    assert_eq!((&part["part_type"], &part["body"]), (&json!("close"), &json!("<p>Goodbye :)</p>")));
    assert_eq!(desk.sent(), ["<p>Goodbye :)</p>"]);
    insta::assert_snapshot!(
        refusal(act("close").await),
        @"422 parameter_invalid: Conversation is already closed"
    );
    assert_eq!(made(act("open").await)["part_type"], "open");
    insta::assert_snapshot!(refusal(act("open").await), @"422 parameter_invalid: Conversation is already open");
    desk.asker.intercom.api().set_already_so(AlreadySo::DoneAgain);
    assert_eq!(made(act("open").await)["part_type"], "open");
    assert_eq!(act("snoozed").await.1["snoozed_until"], WEDNESDAY + HOUR);
}

#[tokio::test]
async fn a_tag_goes_on_and_off_without_moving_the_time() {
    let desk = Desk::open().await;
    let tag = desk.asker.intercom.tags().create("VIP");
    let before = desk.talks().get(&desk.id).unwrap().updated_at;
    desk.asker.intercom.clock().advance(std::time::Duration::from_secs(9));
    let (_, put_on) = desk.call("tags", json!({"id": tag.as_str()})).await;
    assert_eq!(
        (&put_on["name"], &put_on["applied_by"]["id"]),
        (&json!("VIP"), &json!(desk.grace.to_string()))
    );
    let (_, shown) = desk.asker.get(&format!("/conversations/{}", desk.id)).await;
    assert_eq!((&shown["tags"]["tags"][0]["name"], &shown["updated_at"]), (&json!("VIP"), &json!(before)));
    let path = format!("/conversations/{}/tags/{tag}", desk.id);
    assert_eq!(desk.asker.delete(&path, json!({})).await.0, 400, "the teammate must be named");
    let by_grace = json!({"admin_id": desk.grace.to_string()});
    assert_eq!(desk.asker.delete(&path, by_grace.clone()).await.0, 200);
    insta::assert_snapshot!(refusal(desk.asker.delete(&path, by_grace).await), @"404 tag_not_found: Tag not found");
}

#[tokio::test]
async fn attributes_make_parts_under_the_name_of_the_ai_agent_which_did_not_take_part() {
    let desk = Desk::open().await;
    let wanted = json!({"read": true, "title": "Invoice", "custom_attributes": {"issue": "Billing"}});
    let (_, shown) = desk.asker.put(&format!("/conversations/{}", desk.id), wanted).await;
    is_a_conversation(&shown);
    assert_eq!((&shown["read"], &shown["title"]), (&json!(true), &json!("Invoice")));
    let part = &shown["conversation_parts"]["conversation_parts"][0];
    assert_eq!((&part["author"]["name"], &part["author"]["from_ai_agent"]), (&json!("Fin"), &json!(false)));
    assert_eq!(part["event_details"]["value"]["name"], "Billing");
    assert_eq!(shown["ai_agent_participated"], false);
}

#[tokio::test]
async fn a_note_a_tag_and_an_owner_are_put_on_a_contact_and_the_tag_goes_off() {
    let desk = Desk::open().await;
    let (path, tag) = (format!("/contacts/{}", desk.ana), desk.asker.intercom.tags().create("VIP"));
    let wanted = json!({"body": "Call her", "admin_id": desk.grace.to_string()});
    let (_, note) = desk.asker.post(&format!("{path}/notes"), wanted).await;
    has_only(&note, "type id created_at contact company author body");
    assert_eq!((&note["body"], &note["author"]["name"]), (&json!("<p>Call her</p>"), &json!("Grace")));
    let nobody = json!({"body": "Call her", "admin_id": "7"});
    insta::assert_snapshot!(
        refusal(desk.asker.post(&format!("{path}/notes"), nobody).await),
        @"404 not_found: Resource Not Found"
    );
    desk.asker.post(&format!("{path}/tags"), json!({"id": tag.as_str()})).await;
    let wanted = json!({"owner_id": desk.alan.0, "custom_attributes": {"discord_id": "7"}});
    let (_, shown) = desk.asker.put(&path, wanted).await;
    assert_eq!(
        (&shown["owner_id"], &shown["notes"]["total_count"]),
        (&json!(desk.alan.to_string()), &json!(1))
    );
    assert_eq!(desk.asker.delete(&format!("{path}/tags/{tag}"), Value::Null).await.0, 200);
    insta::assert_snapshot!(
        refusal(desk.asker.delete(&format!("{path}/tags/{tag}"), Value::Null).await),
        @"404 not_found: Resource Not Found"
    );
}

#[tokio::test]
async fn an_attribute_that_nobody_declared_is_refused_where_a_workspace_minds() {
    let desk = Desk::open().await;
    let (workspace, wanted) =
        (desk.asker.intercom.workspace(), json!({"custom_attributes": {"discord_id": "7"}}));
    workspace.set_undeclared(Undeclared::Refused);
    insta::assert_snapshot!(
        refusal(desk.asker.put(&format!("/contacts/{}", desk.ana), wanted.clone()).await),
        @"400 parameter_invalid: Custom attribute 'discord_id' does not exist"
    );
    insta::assert_snapshot!(
        refusal(desk.asker.put(&format!("/conversations/{}", desk.id), wanted.clone()).await),
        @"400 parameter_invalid: Conversation attribute 'discord_id' does not exist"
    );
    workspace.declare_text("discord_id");
    let (_, shown) = desk.asker.put(&format!("/contacts/{}", desk.ana), wanted).await;
    assert_eq!(shown["custom_attributes"]["discord_id"], "7");
    let (_, declared) = desk.asker.get("/data_attributes").await;
    assert_eq!(
        (&declared["data"][0]["name"], &declared["data"][0]["data_type"]),
        (&json!("discord_id"), &json!("string"))
    );
}

#[tokio::test]
async fn a_lead_is_merged_into_a_user_who_is_the_same_person() {
    let desk = Desk::open().await;
    let user = desk.asker.intercom.contacts().create(NewContact::user().email("ana@example.com"));
    let merge = async |wanted: Value| desk.asker.post("/contacts/merge", wanted).await;
    let wanted = json!({"from": desk.ana.as_str(), "into": user.as_str()});
    insta::assert_snapshot!(
        refusal(merge(wanted.clone()).await),
        @"400 invalid_merge: Contacts can only be merged when they are duplicates (matching email or phone). Pass skip_duplicate_validation=true to override this check."
    );
    desk.asker.put(&format!("/contacts/{}", desk.ana), json!({"email": "ana@example.com"})).await;
    let bug = desk.asker.intercom.tickets().add_type("Bug", TicketCategory::Customer);
    desk.asker.intercom.tickets().create(NewTicket::of(&desk.ana, &bug, "It crashes"));
    desk.asker.post(&format!("/contacts/{}/notes", desk.ana), json!({"body": "Call her"})).await;
    desk.talks().customer(&desk.ana).rate(&desk.id, 4).unwrap();
    assert_eq!(merge(wanted).await.1["id"], user.as_str());
    assert_eq!(desk.asker.intercom.tickets().all()[0].contact, user);
    assert_eq!(desk.talks().get(&desk.id).unwrap().rating.unwrap().contact, user);
    assert_eq!(
        desk.asker.get(&format!("/contacts/{user}/notes")).await.1["data"][0]["body"],
        "<p>Call her</p>"
    );
    assert_eq!(desk.asker.get(&format!("/contacts/{}", desk.ana)).await.0, 410);
    assert_eq!(desk.talks().get(&desk.id).unwrap().author, Author::Contact(user));
}

#[tokio::test]
async fn a_lost_answer_leaves_the_reply_and_a_cut_before_it_leaves_none() {
    let desk = Desk::open().await;
    for (effect, kept) in [(Effect::LoseAnswer, 1), (Effect::CutBeforeAnswer, 1), (Effect::Hang, 1)] {
        let hangs = matches!(effect, Effect::Hang);
        desk.asker.intercom.faults().add(Fault::new(effect).path_containing("/reply").once());
        let wanted = json!({"type": "admin", "message_type": "comment", "body": "Hi", "admin_id": desk.grace.to_string()});
        let path = format!("/conversations/{}/reply", desk.id);
        let mut request = desk.asker.request(Method::POST, &path, "2.16").json(&wanted);
        if hangs {
            request = request.timeout(std::time::Duration::from_millis(200));
        }
        request.send().await.unwrap_err();
        assert_eq!(desk.sent().len(), kept);
    }
}

#[tokio::test]
async fn a_token_without_the_right_is_refused_and_nothing_is_done() {
    let desk = Desk::open().await;
    let lacking = [
        Permission::WriteConversations,
        Permission::WriteContacts,
        Permission::WriteTags,
        Permission::WriteTickets,
    ];
    desk.asker.intercom.access().add_token("reader", &lacking);
    let talk = format!("/conversations/{}", desk.id);
    for path in ["/reply", "/parts", "/tags", "/convert"].map(|call| format!("{talk}{call}")) {
        let request = desk.asker.request(Method::POST, &path, "2.16").json(&json!({}));
        let mut request = request.build().unwrap();
        request.headers_mut().insert("authorization", "Bearer reader".parse().unwrap());
        let response = desk.asker.http.execute(request).await.unwrap();
        let refused = refusal((response.status(), response.json().await.unwrap()));
        assert_eq!(refused, "403 forbidden: Not authorized to access resource", "{path}");
    }
    assert!(desk.talks().get(&desk.id).unwrap().parts.is_empty());
}
