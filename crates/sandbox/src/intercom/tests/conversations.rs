//! What happens in conversations, as a look-up tells it.

use std::time::Duration;

use super::{described::is_a_conversation, *};

/// A conversation that Ana began, and Grace, who answers.
struct Talk {
    asker: Asker,
    ana: ContactId,
    grace: AdminId,
    id: ConversationId,
}

impl Talk {
    async fn start() -> Self {
        let asker = Asker::start().await;
        let ana = asker.intercom.contacts().create(NewContact::lead().name("Ana"));
        let grace = asker.intercom.workspace().add_admin("Grace", "grace@sandbox.example");
        let id = asker.intercom.conversations().start(NewConversation::from_contact(&ana, "<p>Hello</p>"));
        Self { asker, ana, grace, id }
    }

    fn talks(&self) -> ConversationsHandle<'_> {
        self.asker.intercom.conversations()
    }

    fn a_minute_later(&self) {
        self.asker.intercom.clock().advance(Duration::from_secs(60));
    }

    async fn shown(&self) -> Value {
        let (status, shown) = self.asker.get(&format!("/conversations/{}", self.id)).await;
        assert_eq!(status, 200, "{shown}");
        is_a_conversation(&shown);
        shown
    }
}

fn parts(shown: &Value) -> &Vec<Value> {
    shown["conversation_parts"]["conversation_parts"].as_array().unwrap()
}

/// Type, body, author's type and state of every part.
fn told(shown: &Value) -> String {
    let line = |part: &Value| {
        let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
        let [kind, body, by, state] =
            [&part["part_type"], &part["body"], &part["author"]["type"], &part["state"]].map(text);
        let to = text(&part["assigned_to"]["type"]);
        format!("{kind} {body} by {by} to {to}: {state}")
    };
    parts(shown).iter().map(line).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn whatever_is_done_leaves_a_part_with_its_author_and_the_state_after_it() {
    let talk = Talk::start().await;
    let team = talk.asker.intercom.workspace().add_team("Support");
    let (grace, id) = (talk.talks().teammate(talk.grace), &talk.id);
    talk.talks().operator().say(id, "<p>One moment</p>").unwrap();
    talk.talks().fin().take(id).unwrap();
    talk.talks().fin().say(id, "<p>Try again</p>").unwrap();
    talk.talks().fin().hand_over(id, team).unwrap();
    grace.assign(id, Assignee::Admin(talk.grace)).unwrap();
    grace.note(id, "<p>A hard one</p>").unwrap();
    grace.reply(id, "<p>Done</p>").unwrap();
    grace.snooze(id, WEDNESDAY + HOUR).unwrap();
    grace.note(id, "<p>Still here</p>").unwrap();
    grace.reply_and_close(id, "<p>Bye</p>").unwrap();
    talk.talks().customer(&talk.ana).reply(id, "<p>No!</p>").unwrap();
    grace.close(id).unwrap();
    grace.reply_and_assign(id, Assignee::Nobody, "<p>Somebody will</p>").unwrap();
    let shown = talk.shown().await;
    insta::assert_snapshot!(told(&shown), @r"
    comment <p>One moment</p> by bot to -: open
    assignment - by bot to bot: open
    comment <p>Try again</p> by bot to -: open
    assignment - by bot to team: open
    assignment - by admin to admin: open
    note <p>A hard one</p> by admin to -: open
    comment <p>Done</p> by admin to -: open
    snoozed - by admin to -: snoozed
    note_and_unsnooze <p>Still here</p> by admin to -: open
    close <p>Bye</p> by admin to -: closed
    open <p>No!</p> by lead to -: open
    close - by admin to -: closed
    assign_and_reopen <p>Somebody will</p> by admin to nobody_admin: open
    ");
    let ids: Vec<u64> =
        parts(&shown).iter().map(|part| part["id"].as_str().unwrap().parse().unwrap()).collect();
    assert!(ids.is_sorted_by(|earlier, later| earlier < later), "{ids:?}");
    assert_eq!((&shown["admin_assignee_id"], &shown["team_assignee_id"]), (&json!(0), &json!(0)));
}

#[tokio::test]
async fn a_wait_begins_with_the_customer_and_ends_with_a_person_but_not_with_a_bot_or_a_note() {
    let talk = Talk::start().await;
    let (id, begun) = (&talk.id, json!(WEDNESDAY));
    talk.a_minute_later();
    talk.talks().fin().say(id, "<p>Hi</p>").unwrap();
    talk.talks().teammate(talk.grace).note(id, "<p>Later</p>").unwrap();
    talk.talks().customer(&talk.ana).reply(id, "<p>Well?</p>").unwrap();
    assert_eq!(talk.shown().await["waiting_since"], begun);
    talk.talks().teammate(talk.grace).reply(id, "<p>Now</p>").unwrap();
    assert_eq!(talk.shown().await["waiting_since"], Value::Null);
    talk.a_minute_later();
    talk.talks().customer(&talk.ana).reply(id, "<p>Thanks</p>").unwrap();
    let shown = talk.shown().await;
    assert_eq!(shown["waiting_since"], WEDNESDAY + 120);
    let statistics = &shown["statistics"];
    assert_eq!(statistics["first_contact_reply_at"], begun);
    assert_eq!(statistics["first_admin_reply_at"], WEDNESDAY + 60);
    assert_eq!(statistics["last_contact_reply_at"], WEDNESDAY + 120);
    assert_eq!(statistics["count_conversation_parts"], 5);
    talk.talks().close(id, talk.grace).unwrap();
    let shown = talk.shown().await;
    assert_eq!((&shown["waiting_since"], &shown["open"]), (&Value::Null, &json!(false)));
    assert_eq!(shown["statistics"]["last_closed_by_id"], talk.grace.to_string());
}

#[tokio::test]
async fn what_is_put_off_is_open_until_its_time_and_then_says_so() {
    let talk = Talk::start().await;
    talk.talks().teammate(talk.grace).snooze(&talk.id, WEDNESDAY + HOUR).unwrap();
    let shown = talk.shown().await;
    assert_eq!((&shown["open"], &shown["state"]), (&json!(true), &json!("snoozed")));
    assert_eq!(shown["snoozed_until"], WEDNESDAY + HOUR);
    talk.talks().end_snooze(&talk.id).unwrap();
    let shown = talk.shown().await;
    assert_eq!((&shown["state"], &shown["snoozed_until"]), (&json!("open"), &Value::Null));
    assert_eq!(parts(&shown)[1]["part_type"], "timer_unsnooze");
}

#[tokio::test]
async fn the_ai_agent_says_that_it_took_part_and_what_became_of_it() {
    let talk = Talk::start().await;
    assert_eq!(talk.shown().await["ai_agent_participated"], false);
    talk.talks().fin().say(&talk.id, "<p>Try again</p>").unwrap();
    let shown = talk.shown().await;
    assert_eq!(shown["ai_agent_participated"], true);
    assert_eq!(parts(&shown)[0]["author"]["from_ai_agent"], true);
    assert_eq!(shown["ai_agent"]["resolution_state"], Value::Null);
    let team = talk.asker.intercom.workspace().add_team("Support");
    talk.talks().fin().hand_over_untold(&talk.id, Some(team), Resolution::RoutedToTeam).unwrap();
    let shown = talk.shown().await;
    assert_eq!(shown["ai_agent"]["resolution_state"], "routed_to_team");
    assert_eq!((parts(&shown).len(), &shown["team_assignee_id"]), (1, &json!(team.0)));
}

#[tokio::test]
async fn a_rating_and_the_remark_to_it_come_one_after_the_other() {
    let talk = Talk::start().await;
    talk.talks().assign(&talk.id, talk.grace).unwrap();
    talk.talks().customer(&talk.ana).rate(&talk.id, 1).unwrap();
    talk.a_minute_later();
    talk.asker.intercom.api().set_rating_effect(RatingEffect::Silent);
    talk.talks().customer(&talk.ana).remark(&talk.id, "Too slow").unwrap();
    let shown = talk.shown().await;
    let rating = &shown["conversation_rating"];
    assert_eq!((&rating["rating"], &rating["remark"]), (&json!(1), &json!("Too slow")));
    assert_eq!((&rating["created_at"], &rating["updated_at"]), (&json!(WEDNESDAY), &json!(WEDNESDAY + 60)));
    assert_eq!(rating["teammate"]["id"], talk.grace.to_string());
    assert_eq!(shown["updated_at"], WEDNESDAY, "a rating that is silent moves no time");
}

#[tokio::test]
async fn a_part_that_was_taken_back_has_lost_its_words() {
    let talk = Talk::start().await;
    let file = Attachment {
        name: "key.png".to_owned(),
        url: "https://files.example/key.png".to_owned(),
        content_type: "image/png".to_owned(),
        size: 7,
    };
    let secret = NewPart::by(Author::Contact(talk.ana.clone()), Act::Comment).body("<p>hunter2</p>");
    let part = talk.talks().add(&talk.id, secret.attachment(file)).unwrap();
    assert_eq!(parts(&talk.shown().await)[0]["attachments"][0]["filesize"], 7);
    talk.talks().redact(&talk.id, part).unwrap();
    let shown = talk.shown().await;
    assert_eq!(parts(&shown)[0]["redacted"], true);
    assert!(!shown.to_string().contains("hunter2") && !shown.to_string().contains("key.png"));
}

#[tokio::test]
async fn of_many_parts_the_five_hundred_newest_are_shown_and_all_are_counted() {
    let talk = Talk::start().await;
    let ids = talk.talks().burst_of_parts(&talk.id, 512).unwrap();
    let shown = talk.shown().await;
    assert_eq!(parts(&shown).len(), 500);
    assert_eq!(parts(&shown)[0]["id"], ids[12].to_string());
    assert_eq!(shown["statistics"]["count_conversation_parts"], 512);
    let found = talk.asker.post("/conversations/search", json!({"query": is("open", "=", true)})).await.1;
    assert_eq!(found["conversations"][0].get("conversation_parts"), None);
}

#[tokio::test]
async fn a_search_sees_the_conversation_late_and_a_look_up_may_see_a_part_late() {
    let talk = Talk::start().await;
    talk.asker.intercom.api().set_conversation_index_lag(Duration::from_secs(300));
    talk.talks().close(&talk.id, talk.grace).unwrap();
    let late = NewPart::by(Author::Admin(talk.grace), Act::Note).body("<p>later</p>");
    let late = late.created_at(WEDNESDAY - HOUR).shown_after(Duration::from_secs(60));
    talk.talks().add(&talk.id, late).unwrap();
    let open = || talk.asker.post("/conversations/search", json!({"query": is("state", "=", "open")}));
    assert_eq!(open().await.1["total_count"], 1);
    assert_eq!(parts(&talk.shown().await).len(), 1);
    talk.a_minute_later();
    assert_eq!(parts(&talk.shown().await)[1]["created_at"], WEDNESDAY - HOUR);
    talk.asker.intercom.clock().advance(Duration::from_secs(240));
    assert_eq!(open().await.1["total_count"], 0);
}

#[tokio::test]
async fn a_search_finds_by_the_second_who_waits_what_changed_and_what_is_asked_for_by_id() {
    let talk = Talk::start().await;
    talk.a_minute_later();
    let other = talk.talks().start(NewConversation::from_contact(&talk.ana, "<p>Me too</p>"));
    let third = talk.talks().start(NewConversation::from_contact(&talk.ana, "<p>And this</p>"));
    talk.talks().fin().say(&third, "<p>Hm</p>").unwrap();
    let team = talk.asker.intercom.workspace().add_team("Support");
    talk.talks().teammate(talk.grace).assign(&other, Assignee::Team(team)).unwrap();
    let found = async |query: Value, by: &str| {
        let body = json!({"query": query, "sort": {"field": by, "order": "ascending"}});
        let (status, found) = talk.asker.post("/conversations/search", body).await;
        assert_eq!(status, 200, "{found}");
        let all = found["conversations"].as_array().unwrap();
        all.iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let [first, other, third] = [&talk.id, &other, &third].map(ToString::to_string);
    let waits = |since: i64| {
        let filters = [is("state", "=", "open"), is("waiting_since", "<", since)];
        json!({"operator": "AND", "value": filters})
    };
    assert!(found(waits(WEDNESDAY), "waiting_since").await.is_empty());
    assert_eq!(found(waits(WEDNESDAY + 60), "waiting_since").await, std::slice::from_ref(&first));
    assert_eq!(
        found(waits(WEDNESDAY + 61), "waiting_since").await,
        [first.clone(), other.clone(), third.clone()]
    );
    assert_eq!(found(is("updated_at", ">", WEDNESDAY), "updated_at").await, [other.clone(), third.clone()]);
    assert_eq!(
        found(is("id", "IN", vec![third.clone(), first.clone()]), "created_at").await,
        [first, third.clone()]
    );
    assert_eq!(found(is("team_assignee_id", "=", team.0), "created_at").await, [other]);
    assert_eq!(
        found(is("ai_agent_participated", "=", true), "created_at").await,
        std::slice::from_ref(&third)
    );
    assert_eq!(found(is("open", "=", false), "created_at").await, Vec::<String>::new());
    let counted = is("statistics.count_conversation_parts", ">", 0);
    assert_eq!(found(counted, "updated_at").await.len(), 2);
}

#[tokio::test]
async fn the_bots_among_the_teammates_end_no_wait_under_their_id() {
    let talk = Talk::start().await;
    let operator = talk.asker.intercom.workspace().list_operator_as_admin();
    talk.talks().teammate(operator).reply(&talk.id, "<p>One moment</p>").unwrap();
    let shown = talk.shown().await;
    assert_eq!(
        (&shown["waiting_since"], &parts(&shown)[0]["author"]["type"]),
        (&json!(WEDNESDAY), &json!("admin"))
    );
    assert_eq!(parts(&shown)[0]["author"]["id"], "278");
    let (_, admins) = talk.asker.get("/admins").await;
    assert_eq!(admins["admins"].as_array().unwrap().last().unwrap()["has_inbox_seat"], false);
}

#[tokio::test]
async fn what_was_deleted_is_listed_latest_first() {
    let talk = Talk::start().await;
    let other = talk.talks().start(NewConversation::from_contact(&talk.ana, "<p>Me too</p>"));
    talk.talks().delete(&talk.id).unwrap();
    talk.a_minute_later();
    talk.talks().delete(&other).unwrap();
    assert_eq!(talk.asker.get(&format!("/conversations/{other}")).await.0, 404);
    let (_, deleted) = talk.asker.get("/conversations/deleted?per_page=1").await;
    assert_eq!(deleted["conversations"][0]["id"], other.as_str());
    assert_eq!(deleted["conversations"][0]["deleted_at"], WEDNESDAY + 60);
    assert_eq!((&deleted["total_count"], &deleted["pages"]["total_pages"]), (&json!(2), &json!(2)));
    let (_, earlier) = talk.asker.get("/conversations/deleted?order=asc&per_page=1").await;
    assert_eq!(earlier["conversations"][0]["id"], talk.id.as_str());
}
